"""A notice as it stands, to its recipient and to both ends; and the containers that come with it."""

import asyncio
from typing import Any, cast

from aiohttp import web

from registry.access.actors import Role
from registry.access.fields import Field
from registry.api import shown
from registry.api.answer import answer
from registry.api.nearness import relation_to
from registry.api.notice_models import ContainerEntry
from registry.api.route import Call
from registry.api.writing import shown_receipt
from registry.commands.notice import ReceiveContainer
from registry.decisions.notice import Notice, evolve
from registry.errors import NotFound, Refused
from registry.events.notice import NoticeIssued
from registry.values.identifiers import NoticeRef, OrderRef, StreamId
from registry.values.jurisdiction import Jurisdiction
from registry.values.notice import ContainerFault, transport_state
from registry.values.parties import Clear
from registry.views.police import ORDER

_AT_AN_END = frozenset({Role.COURT, Role.EXECUTING_AUTHORITY, Role.OPERATOR})


async def notice(call: Call) -> web.StreamResponse:
    """Show a notice and how far it has come. To all others there is none."""
    issued: NoticeIssued | None = None
    found: Notice | None = None
    for recorded in call.services.reader.stream(StreamId(call.reference)):
        found = evolve(found, recorded.fact)
        if isinstance(recorded.fact.event, NoticeIssued):
            issued = recorded.fact.event
    if found is None or issued is None or not _may_read(call, found):
        raise NotFound("no-such-notice")
    # To whom it went it was sent, and so it was to every desk of the place that it went to.
    call.sight.near(relation_to(call.services, call.principal, issued.order_ref, sent=_at(found, call)))
    call.sight.show(issued.order_ref)
    return answer(
        {
            "notice_ref": str(issued.notice_ref),
            "order_ref": str(issued.order_ref),
            "kind": issued.kind.value,
            "recipient": issued.recipient,
            "jurisdiction": issued.jurisdiction,
            "issued_at": shown.instant(found.issued_at),
            "due": shown.instant(issued.due),
            "basis": issued.basis,
            "acknowledged": found.acknowledged,
            "rejected": found.rejected,
            **_proved(call, found),
        }
    )


def _proved(call: Call, found: Notice) -> dict[str, Any]:
    """Show what a transport proved, to whom that is granted."""
    if Field.TRANSPORT not in call.sight.granted:
        return {}
    if found.containers or found.evidence:
        call.sight.show(found.order_ref, Field.TRANSPORT)
    return {
        "transport": _transport(found),
        "containers": [{**_verdict(each.fault), "size": each.document.size} for each in found.containers],
    }


def _at(found: Notice, call: Call) -> bool:
    return call.principal.institution == found.recipient or call.principal.acts_in(found.jurisdiction)


async def receive_container(call: Call) -> web.StreamResponse:
    """Check a container, keep it, and say what came of it: a fault is an answer, and recorded like one."""
    attachment = cast("ContainerEntry", call.model).container.value()
    kind = call.services.containers.get(attachment.media_type)
    if kind is None:
        raise Refused("container-unknown", field="/container/media_type")
    fault = await asyncio.to_thread(kind.fault, attachment.content)
    issued = next(iter(call.services.reader.stream(StreamId(call.reference))), None)
    event = issued.fact.event if issued else None
    if not isinstance(event, NoticeIssued) or not _at_an_end(call, event.order_ref, event.jurisdiction):
        raise NotFound("no-such-notice")  # and nobody else waits for the writer, whose queue would tell
    command: ReceiveContainer[Clear] = ReceiveContainer(
        notice_ref=NoticeRef(call.reference), order_ref=event.order_ref, fault=fault
    )
    receipt = await call.services.executor.execute(
        command, principal=call.principal, idempotency=call.idempotency, attachment=attachment
    )
    return answer(shown_receipt(receipt, "notice_ref", call.services.checker.signer) | _verdict(fault))


def _verdict(fault: ContainerFault | None) -> dict[str, str | None]:
    return {"verdict": "REJECTED" if fault else "INTACT", "fault": fault.value if fault else None}


def _transport(found: Notice) -> dict[str, Any]:
    highest = found.highest
    next_due = highest.next_due if highest else None
    return {
        "state": transport_state(each.evidence for each in found.evidence).value,
        "evidence": [
            {
                "evidence": each.evidence.value,
                "at": shown.instant(each.at),
                "reason": each.reason.value if each.reason else None,
            }
            for each in found.evidence
        ],
        "next_due": shown.instant(next_due) if next_due is not None else None,
    }


def _may_read(call: Call, found: Notice) -> bool:
    principal = call.principal
    if principal.institution == found.recipient:
        return True
    return bool(principal.roles & _AT_AN_END) and _at_an_end(call, found.order_ref, found.jurisdiction)


def _at_an_end(call: Call, order_ref: OrderRef, jurisdiction: Jurisdiction) -> bool:
    """Say whether the asker acts where the order was made or where the notice went."""
    rows = call.services.reader.rows(ORDER, {"order_ref": order_ref.bytes})
    ends = [jurisdiction, *(Jurisdiction(str(row["jurisdiction"])) for row in rows)]
    return any(call.principal.acts_in(end) for end in ends)
