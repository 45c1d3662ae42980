"""A notice as it stands: to its recipient, and to who acts where it was sent from or to."""

from typing import Any

from aiohttp import web

from registry.access.actors import Role
from registry.api import shown
from registry.api.answer import answer
from registry.api.route import Call
from registry.decisions.notice import Notice, evolve
from registry.errors import NotFound
from registry.events.notice import NoticeIssued
from registry.values.identifiers import StreamId
from registry.values.jurisdiction import Jurisdiction
from registry.values.notice import transport_state
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
            "transport": _transport(found),
        }
    )


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
    if not principal.roles & _AT_AN_END:
        return False
    rows = call.services.reader.rows(ORDER, {"order_ref": found.order_ref.bytes})
    ends = [found.jurisdiction, *(Jurisdiction(str(row["jurisdiction"])) for row in rows)]
    return any(principal.acts_in(end) for end in ends)
