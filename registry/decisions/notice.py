"""Decide notice between authorities: issued once, carried by a transport, then acknowledged or sent back."""

from dataclasses import dataclass, replace
from typing import Final, assert_never

from registry.commands.notice import (
    AcknowledgeNotice,
    IssueNotice,
    NoteTransportTimeout,
    NoticeCommand,
    ReceiveContainer,
    RecordEvidence,
    RejectNotice,
)
from registry.errors import Conflict, NotFound, Refused
from registry.events.base import Fact
from registry.events.catalogue import AnyEvent
from registry.events.notice import (
    ContainerReceived,
    NoticeAcknowledged,
    NoticeEvent,
    NoticeEvidenced,
    NoticeIssued,
    NoticeRejected,
)
from registry.values.identifiers import InstitutionId, NoticeRef, OrderRef, SealedBlock
from registry.values.jurisdiction import Jurisdiction
from registry.values.notice import Evidence, EvidenceReason, priority
from registry.values.time import DAY, Instant

EVIDENCE_WITHIN: Final = DAY
"""A rule of the registry: so long the next evidence of a transport is waited for."""
_NEXT: Final = {
    Evidence.SUBMISSION_ACCEPTANCE: (Evidence.RELAY_REMMD_FAILURE, EvidenceReason.RELAY_REMMD_TIMEOUT),
    Evidence.RELAY_REMMD_ACCEPTANCE: (Evidence.NON_DELIVERY, EvidenceReason.DELIVERY_EVIDENCE_TIMEOUT),
}
"""After which evidence another is waited for, and what is recorded where it does not come."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """A notice as its facts have it."""

    notice_ref: NoticeRef
    order_ref: OrderRef
    recipient: InstitutionId
    jurisdiction: Jurisdiction
    issued_at: Instant
    acknowledged: bool = False
    rejected: bool = False
    evidence: tuple[NoticeEvidenced, ...] = ()
    containers: tuple[ContainerReceived, ...] = ()

    @property
    def highest(self) -> NoticeEvidenced | None:
        """Give the evidence of the highest priority: it says how far the notice has come."""
        return max(self.evidence, key=lambda each: priority(each.evidence), default=None)


def decide(command: NoticeCommand, notice: Notice | None, *, now: Instant) -> tuple[NoticeEvent, ...]:
    """Answer the command with facts, or raise `Refused`."""
    if isinstance(command, IssueNotice):
        return _issue(command, notice)
    if notice is None:
        raise NotFound("no-such-notice")
    match command:
        case AcknowledgeNotice() | RejectNotice():
            return _answer(command, notice)
        case RecordEvidence():
            return _evidence(command, notice, now)
        case ReceiveContainer():
            return _container(command, notice)
        case NoteTransportTimeout():
            return _timeout(notice, now)
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


def _answer(command: AcknowledgeNotice | RejectNotice, notice: Notice) -> tuple[NoticeEvent, ...]:
    if notice.recipient != command.by:
        # Not there and not yours are one answer: the existence of an order is not to be probed.
        raise NotFound("no-such-notice")
    if isinstance(command, AcknowledgeNotice):
        if notice.rejected:
            raise Conflict("notice-rejected")
        return () if notice.acknowledged else (_acknowledged(notice),)
    if notice.acknowledged:
        raise Conflict("notice-acknowledged")
    if notice.rejected:
        return ()
    return (NoticeRejected(notice_ref=notice.notice_ref, order_ref=notice.order_ref, reason=command.reason),)


def _acknowledged(notice: Notice) -> NoticeAcknowledged:
    return NoticeAcknowledged(notice_ref=notice.notice_ref, order_ref=notice.order_ref)


def _evidence(command: RecordEvidence, notice: Notice, now: Instant) -> tuple[NoticeEvent, ...]:
    """Take each kind of evidence once, in whatever order it arrives. Fetching it is acknowledging it."""
    if command.at > now + DAY:
        raise Refused("date-in-the-future", field="/at")
    if command.at < notice.issued_at - DAY:
        raise Refused("date-before-notice", field="/at")
    if any(each.evidence is command.evidence for each in notice.evidence):
        return ()
    evidenced = _evidenced(command, notice)
    answered = notice.acknowledged or notice.rejected
    if command.evidence is Evidence.RETRIEVAL and not answered:
        return (evidenced, _acknowledged(notice))
    return (evidenced,)


def _evidenced(command: RecordEvidence, notice: Notice) -> NoticeEvidenced:
    """Wait for what the evidence of the highest priority waits for: some arrives out of order."""
    highest = notice.highest
    if highest is not None and priority(highest.evidence) > priority(command.evidence):
        next_due = highest.next_due
    else:
        next_due = Instant(command.at + EVIDENCE_WITHIN) if command.evidence in _NEXT else None
    return NoticeEvidenced(
        notice_ref=notice.notice_ref,
        order_ref=notice.order_ref,
        evidence=command.evidence,
        at=command.at,
        reason=command.reason,
        next_due=next_due,
    )


def _container(command: ReceiveContainer[SealedBlock], notice: Notice) -> tuple[ContainerReceived, ...]:
    """Keep it whatever is wrong with it: what was sent is evidence, of a fault as well."""
    if command.order_ref != notice.order_ref:
        raise NotFound("no-such-notice")
    if command.document is None:
        raise Refused("document-needed", field="/container")
    return (
        ContainerReceived(
            notice_ref=notice.notice_ref,
            order_ref=notice.order_ref,
            document=command.document,
            fault=command.fault,
        ),
    )


def _timeout(notice: Notice, now: Instant) -> tuple[NoticeEvidenced, ...]:
    """Record the failure that the missing evidence stands for, once and only after its time."""
    last = notice.highest
    if last is None or last.next_due is None or now <= last.next_due:
        return ()
    evidence, reason = _NEXT[last.evidence]
    return (
        NoticeEvidenced(
            notice_ref=notice.notice_ref, order_ref=notice.order_ref, evidence=evidence, at=now, reason=reason
        ),
    )


def evolve(notice: Notice | None, fact: Fact[AnyEvent]) -> Notice | None:
    """Give the notice after the fact; None for a stream that is of another noun."""
    match fact.event:
        case NoticeIssued() as event:
            return Notice(
                notice_ref=event.notice_ref,
                order_ref=event.order_ref,
                recipient=event.recipient,
                jurisdiction=event.jurisdiction,
                issued_at=fact.recorded_at,
            )
        case NoticeAcknowledged() if notice is not None:
            return replace(notice, acknowledged=True)
        case NoticeRejected() if notice is not None:
            return replace(notice, rejected=True)
        case NoticeEvidenced() as event if notice is not None:
            return replace(notice, evidence=(*notice.evidence, event))
        case ContainerReceived() as event if notice is not None:
            return replace(notice, containers=(*notice.containers, event))
        case _:
            return notice
