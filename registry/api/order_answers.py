"""What a court desk is given of an order: its state, and every fact of it."""

from typing import Any, Final
from uuid import UUID

from registry.access.actors import Principal
from registry.access.permissions import Action, permit
from registry.api import shown
from registry.api.check_answers import shown_condition, shown_court
from registry.api.persons import Blocks, number, shown_party
from registry.api.services import Services
from registry.doubts import in_doubt_of
from registry.errors import NotFound
from registry.law import procedure as procedures
from registry.law.procedure import Procedure, ProcedureState
from registry.law.records import Adjustment
from registry.law.standing import Standing, fold
from registry.ledger.port import Recorded
from registry.ledger.rows import Cell
from registry.sight import Sight
from registry.values.identifiers import OrderRef, StreamId
from registry.values.jurisdiction import Jurisdiction
from registry.views.police import INVOLVED, LINK, ORDER, SHOWN

_OPEN: Final = frozenset({ProcedureState.PENDING, ProcedureState.SUPPLEMENT_REQUESTED, ProcedureState.GRANTED})
"""While a recognition stands or is asked for, its authority needs to know whom the order is about."""


def readable(services: Services, principal: Principal, order_ref: OrderRef, action: Action = Action.READ_ORDER) -> bool:
    """Say whether the order was made in the reader's jurisdiction; raises `NotFound` where it may not be known of.

    Not there and not yours are one answer. Of an erasure whoever was shown the order may know.
    """
    permit(principal, action)
    rows = services.reader.rows(ORDER, {"order_ref": order_ref.bytes})
    if not rows:
        raise NotFound("no-such-order")
    if principal.acts_in(Jurisdiction(str(rows[0]["jurisdiction"]))):
        return True
    where: dict[str, Cell] = {"order_ref": order_ref.bytes, "institution": principal.institution}
    told = (INVOLVED,) if action is Action.READ_ORDER else (INVOLVED, SHOWN)
    if not any(services.reader.rows(table, where) for table in told):
        raise NotFound("no-such-order")
    return False


def shown_state(
    services: Services,
    order_ref: OrderRef,
    principal: Principal,
    sight: Sight,
    *,
    issuing: bool,
    emergency: bool = False,
) -> tuple[int, dict[str, Any]]:
    """Give the version and the state of an order.

    Identities are opened for the issuing jurisdiction, for the authority asked to recognise it, and in an emergency.
    """
    recorded = services.reader.stream(StreamId(order_ref))
    facts = tuple(each.fact for each in recorded)
    standing = fold(facts)
    if standing is None:
        raise NotFound("no-such-order")
    asked = list(_procedures(services, order_ref))
    deciding = emergency or any(each.authority == principal.institution and each.state in _OPEN for each in asked)
    opened = Blocks(sight, facts) if issuing or deciding else None
    sight.show(order_ref)
    version = facts[-1].version
    return version, {
        "order_ref": str(order_ref),
        "version": version,
        "position": recorded[-1].position,
        "recorded_at": shown.instant(standing.recorded_at),
        "changed_at": shown.instant(facts[-1].recorded_at),
        **_details(standing, services),
        "number": number(opened, standing.details.number) if opened else None,
        "parties": [shown_party(party, opened, deciding=deciding) for party in standing.details.parties],
        **_life(standing),
        "recognitions": [_procedure(procedure) for procedure in asked],
        "doubts": _doubts(services, order_ref),
    }


def _doubts(services: Services, order_ref: OrderRef) -> list[str]:
    reader = services.reader
    return [str(fact) for fact in in_doubt_of(reader, order_ref, services.roster.doubts, upto=reader.head())]


def _details(standing: Standing, services: Services) -> dict[str, Any]:
    details = standing.details
    return {
        "court": shown_court(details.court, services),
        "kind": details.kind.value,
        "nature": details.nature.value,
        "maker": details.maker.value,
        "issued": shown.moment(details.issued),
        "valid_from": shown.moment(standing.valid_from()),
        "expiry": shown.expiry(standing.expiry),
        "hearing": shown.public(details.hearing),
        "findings": shown.public(details.findings),
        "origin": str(details.origin) if details.origin else None,
        "unread": list(details.unread),
    }


def _life(standing: Standing) -> dict[str, Any]:
    end = standing.end
    return {
        "terms": [
            {
                "version": terms.version,
                "made": shown.moment(terms.made),
                "made_in": terms.made_in,
                "conditions": [shown_condition(condition) for condition in terms.conditions],
            }
            for terms in standing.terms
        ],
        "pauses": [{"begins": shown.instant(p.begins), "ends": shown.instant(p.ends)} for p in standing.pauses],
        "end": {"at": shown.instant(end.at), "reason": end.reason.value, "ended_in": end.ended_in} if end else None,
        "certificates": [
            {
                "certificate_ref": str(certificate.certificate_ref),
                "form": certificate.form.value,
                "issued": shown.moment(certificate.issued),
                "withdrawn": shown.instant(certificate.withdrawn),
            }
            for certificate in standing.certificates
        ],
        "declarations": [shown.public(act) for act in standing.declarations],
        "registrations": [shown.public(act) for act in standing.registrations],
        "adjustments": [_adjustment(adjustment) for adjustment in standing.adjustments],
        "services": [
            {
                "fact_id": str(service.fact_id),
                "respondent": str(service.respondent),
                "terms": service.terms,
                "state": service.state.value,
                "at": shown.moment(service.at),
                "recorded_at": shown.instant(service.recorded_at),
            }
            for service in standing.services
        ],
        "attempts": [shown.public(attempt) for attempt in standing.attempts],
    }


def _adjustment(adjustment: Adjustment) -> dict[str, Any]:
    return {
        "jurisdiction": adjustment.jurisdiction,
        "made": shown.moment(adjustment.made),
        "elements": [
            {
                "condition_ref": str(element.condition_ref),
                "metres": element.metres,
                "place": element.place.value if element.place else None,
                "has_text": element.text is not None,
            }
            for element in adjustment.elements
        ],
    }


def _procedures(services: Services, order_ref: OrderRef) -> list[Procedure]:
    found: list[Procedure] = []
    for row in services.reader.rows(LINK, {"order_ref": order_ref.bytes, "relation": "recognition"}):
        linked = row["linked"]
        if isinstance(linked, bytes):
            facts = services.reader.stream(StreamId(UUID(bytes=linked)))
            procedure = procedures.fold(recorded.fact for recorded in facts)
            found += [procedure] if procedure else []
    return found


def _procedure(procedure: Procedure) -> dict[str, Any]:
    return {
        "recognition_ref": str(procedure.recognition_ref),
        "jurisdiction": procedure.jurisdiction,
        "authority": procedure.authority,
        "instrument": procedure.instrument,
        "asked": shown.moment(procedure.asked),
        "state": procedure.state.value,
        "supplement_due": shown.moment(procedure.supplement_due),
        "adopted": str(procedure.adopted) if procedure.adopted else None,
        "grounds": [ground.value for ground in procedure.grounds],
        "discontinuation": procedure.discontinuation.value if procedure.discontinuation else None,
    }


def shown_fact(recorded: Recorded, reader: Principal) -> dict[str, Any]:
    """Show a fact: where it stands, who said it, and what is public of it.

    Who spoke within an institution is that institution's own affair.
    """
    fact = recorded.fact
    actor: dict[str, Any] = {"institution": fact.actor.institution}
    if fact.actor.institution == reader.institution:
        actor["on_behalf_of"] = fact.actor.on_behalf_of
    return {
        "position": recorded.position,
        "fact_id": str(fact.fact_id),
        "stream": str(fact.stream),
        "version": fact.version,
        "topic": fact.event.TOPIC,
        "recorded_at": shown.instant(fact.recorded_at),
        "effective_at": shown.instant(fact.effective_at),
        "actor": actor,
        "causation": str(fact.causation) if fact.causation else None,
        "correlation": str(fact.correlation),
        "event": shown.public(fact.event),
    }
