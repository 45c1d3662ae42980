"""What a report of a breach comes to, as its reporter and those alerted are told. Nothing sealed is opened."""

from typing import Any

from aiohttp import web

from registry.access.fields import Field
from registry.api import shown
from registry.api.answer import answer
from registry.api.check_answers import shown_basis, shown_condition, shown_information
from registry.api.nearness import relation_to
from registry.api.route import Call
from registry.api.services import Services
from registry.api.writing import recorded_event
from registry.errors import NotFound
from registry.events.violation import AlertRaised, ViolationReported, ViolationResolved
from registry.law.breach import breach
from registry.law.harassment import claims_to_act
from registry.law.standing import fold
from registry.receipts import Receipt
from registry.values.identifiers import StreamId


def reported(call: Call, receipt: Receipt) -> dict[str, Any]:
    """Say what a report comes to, of what was recorded."""
    event = recorded_event(call, receipt)
    found = event if isinstance(event, ViolationReported) else None
    return {"breach": shown_breach(found, call.services) if found else None}


async def violation(call: Call) -> web.StreamResponse:
    """Show a reported breach to whoever reported it or was alerted; to others it is not there."""
    recorded = call.services.reader.stream(StreamId(call.reference))
    first = recorded[0].fact if recorded else None
    if first is None or not isinstance(first.event, ViolationReported):
        raise NotFound("no-such-violation")
    events = [each.fact.event for each in recorded]
    told = {event.recipient for event in events if isinstance(event, AlertRaised)}
    if call.principal.institution not in {first.actor.institution, *told}:
        raise NotFound("no-such-violation")
    event = first.event
    sent = call.principal.institution in told
    call.sight.near(relation_to(call.services, call.principal, event.order_ref, sent=sent))
    call.sight.show(event.order_ref)
    outcomes = [event.outcome.value for event in events if isinstance(event, ViolationResolved)]
    return answer(
        {
            "violation_ref": str(event.violation_ref),
            "order_ref": str(event.order_ref),
            "jurisdiction": event.jurisdiction,
            "reported_at": shown.instant(first.recorded_at),
            "reported_by": first.actor.institution,
            "outcome": outcomes[-1] if outcomes else None,
            **_acts(call, event),
        }
    )


def _acts(call: Call, event: ViolationReported) -> dict[str, Any]:
    """Show what was done, to whom that is granted."""
    if Field.REPORTED_ACTS not in call.sight.granted:
        return {}
    call.sight.show(event.order_ref, Field.REPORTED_ACTS)
    return {
        "breaches": [kind.value for kind in event.breaches],
        "occurred": shown.moment(event.occurred),
        "breach": shown_breach(event, call.services),
    }


def shown_breach(event: ViolationReported, services: Services) -> dict[str, Any]:
    """Hold a report against its order as it stands now: a condition that was set right since is shown right."""
    standing = fold(recorded.fact for recorded in services.reader.stream(StreamId(event.order_ref)))
    if standing is None:  # a report is taken of an order that is there, and facts stay
        raise NotFound("no-such-order")
    found = breach(standing, event.breaches, event.occurred.ends())
    return {
        "terms": found.terms,
        "breaks": [
            {**shown_condition(each.condition), "by": [kind.value for kind in each.by]} for each in found.broken
        ],
        "standard_conditions": [shown_information(each) for each in found.standard],
        "annex_ii": list(found.annex_ii),
        "claims_to_act": [
            {"jurisdiction": each.jurisdiction, "test": each.test.value, "legal_basis": shown_basis(each.basis)}
            for each in claims_to_act(event.conduct)
        ],
    }
