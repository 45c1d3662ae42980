"""What a court desk is given of an order: its state, and every fact of it."""

from collections.abc import Iterable
from typing import Any

from registry.access.actors import Principal
from registry.access.relations import Relation
from registry.api import shown
from registry.api.check_answers import shown_condition, shown_court
from registry.api.nearness import nearness, procedures_of, to_be_served
from registry.api.persons import Blocks, number, shown_party
from registry.api.route import Call
from registry.api.services import Services
from registry.doubts import in_doubt_of
from registry.errors import NotFound
from registry.law.procedure import Procedure
from registry.law.records import Adjustment
from registry.law.standing import Standing, fold
from registry.ledger.port import Recorded
from registry.values.identifiers import OrderRef, StreamId


def shown_state(
    call: Call, order_ref: OrderRef, relations: Iterable[Relation] | None = None
) -> tuple[int, dict[str, Any]]:
    """Give the version and the state of an order, with what the reader is granted; raises `NotFound`.

    `relations`: what the reader is to the order, where a fact says it already.
    """
    services, sight = call.services, call.sight
    sight.near(nearness(services, call.principal, order_ref) if relations is None else relations)
    recorded = services.reader.stream(StreamId(order_ref))
    facts = tuple(each.fact for each in recorded)
    standing = fold(facts)
    if standing is None:
        raise NotFound("no-such-order")
    unserved = to_be_served(standing, services.clock())
    opened = Blocks(sight, facts)
    sight.show(order_ref)
    version = facts[-1].version
    return version, {
        "order_ref": str(order_ref),
        "version": version,
        "position": recorded[-1].position,
        "recorded_at": shown.instant(standing.recorded_at),
        "changed_at": shown.instant(facts[-1].recorded_at),
        **_details(standing, services),
        **number(opened, standing.details.number),
        "parties": [
            shown_party(party, opened, to_serve=party.party_ref in unserved) for party in standing.details.parties
        ],
        **_life(standing),
        "recognitions": [_procedure(procedure) for procedure in procedures_of(services, order_ref)],
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
