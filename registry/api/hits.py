"""Hit confirmation: who is asked is found by the registry, and what was answered is read by those concerned."""

from typing import cast

from aiohttp import web

from registry.alerts.hits import confirming
from registry.alerts.surroundings import Surroundings
from registry.api import shown
from registry.api.answer import answer
from registry.api.hit_models import HitConfirmationRequest
from registry.api.nearness import relation_to
from registry.api.route import Call
from registry.api.writing import asking_of, shown_receipt
from registry.decisions.hit import fold
from registry.errors import NotFound, Refused
from registry.values.identifiers import OrderRef, StreamId
from registry.values.jurisdiction import Jurisdiction
from registry.views.police import ORDER


async def ask_hit(call: Call) -> web.StreamResponse:
    """Ask for confirmation of whoever answers for the order."""
    asking, directory = asking_of(call), call.services.enrolment().directory
    asking.jurisdiction_of()  # raises for one that is not the asker's own, before anything is looked up
    order_ref, reader = OrderRef(call.reference), call.services.reader
    rows = reader.rows(ORDER, {"order_ref": order_ref.bytes})
    if not rows:
        raise NotFound("no-such-order")
    issuing = Surroundings(reader=reader, directory=lambda: directory).issuing(order_ref)
    made_in = Jurisdiction(str(rows[0]["jurisdiction"]))
    recipient = confirming(directory, issuing, made_in, asked_by=call.principal.institution)
    if recipient is None:
        raise Refused("nobody-confirms")
    receipt = await call.services.executor.execute(
        cast("HitConfirmationRequest", call.model).to_command(asking, recipient),
        principal=call.principal,
        idempotency=call.idempotency,
    )
    return answer(shown_receipt(receipt, "hit_ref", call.services.checker.signer), status=201)


async def hit(call: Call) -> web.StreamResponse:
    """Show how a confirmation stands. To all but those who asked and were asked there is none."""
    found = fold(recorded.fact for recorded in call.services.reader.stream(StreamId(call.reference)))
    if found is None or call.principal.institution not in {found.asked.asked_by, *found.recipients}:
        raise NotFound("no-such-hit")
    asked, answered = found.asked, found.answered
    asker = call.principal.institution == asked.asked_by
    call.sight.near(relation_to(call.services, call.principal, asked.order_ref, sent=not asker))
    call.sight.show(asked.order_ref)
    until = answered.until if answered else None
    return answer(
        {
            "hit_ref": str(asked.hit_ref),
            "order_ref": str(asked.order_ref),
            "check_ref": asked.check_ref,
            "urgency": asked.urgency.value,
            "requests": asked.request,
            "recipient": asked.recipient,
            "due": shown.instant(found.due),
            "overdue": not found.closed and found.due < call.services.clock(),
            "basis": asked.basis,
            "answer": answered.answer.value if answered else None,
            "answered_by": answered.answered_by if answered else None,
            "answered_until": shown.instant(until) if until is not None else None,
        }
    )
