"""Decide notice between authorities: issued once, then acknowledged or sent back by its recipient."""

from dataclasses import dataclass, replace
from typing import assert_never

from registry.commands.notice import AcknowledgeNotice, IssueNotice, NoticeCommand, RejectNotice
from registry.errors import Conflict, NotFound
from registry.events.base import Fact
from registry.events.catalogue import AnyEvent
from registry.events.notice import NoticeAcknowledged, NoticeEvent, NoticeIssued, NoticeRejected
from registry.values.identifiers import InstitutionId, NoticeRef, OrderRef


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """A notice as its facts have it."""

    notice_ref: NoticeRef
    order_ref: OrderRef
    recipient: InstitutionId
    acknowledged: bool = False
    rejected: bool = False


def decide(command: NoticeCommand, notice: Notice | None) -> tuple[NoticeEvent, ...]:
    """Answer the command with facts, or raise `Refused`."""
    if isinstance(command, IssueNotice):
        return _issue(command, notice)
    if notice is None or notice.recipient != command.by:
        # Not there and not yours are one answer: the existence of an order is not to be probed.
        raise NotFound("no-such-notice")
    match command:
        case AcknowledgeNotice():
            if notice.rejected:
                raise Conflict("notice-rejected")
            if notice.acknowledged:
                return ()
            return (NoticeAcknowledged(notice_ref=notice.notice_ref, order_ref=notice.order_ref),)
        case RejectNotice():
            if notice.acknowledged:
                raise Conflict("notice-acknowledged")
            if notice.rejected:
                return ()
            return (NoticeRejected(notice_ref=notice.notice_ref, order_ref=notice.order_ref, reason=command.reason),)
        case _:
            assert_never(command)


def _issue(command: IssueNotice, notice: Notice | None) -> tuple[NoticeEvent, ...]:
    if notice is not None:
        return ()
    return (
        NoticeIssued(
            notice_ref=command.notice_ref,
            order_ref=command.order_ref,
            about=command.about,
            kind=command.kind,
            recipient=command.recipient,
            jurisdiction=command.jurisdiction,
            due=command.due,
            basis=command.basis,
        ),
    )


def evolve(notice: Notice | None, fact: Fact[AnyEvent]) -> Notice | None:
    """Give the notice after the fact; None for a stream that is of another noun."""
    match fact.event:
        case NoticeIssued() as event:
            return Notice(notice_ref=event.notice_ref, order_ref=event.order_ref, recipient=event.recipient)
        case NoticeAcknowledged() if notice is not None:
            return replace(notice, acknowledged=True)
        case NoticeRejected() if notice is not None:
            return replace(notice, rejected=True)
        case _:
            return notice
