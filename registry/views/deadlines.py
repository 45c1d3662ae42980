"""What is due by when, and for whom: acts that an institution owes, and ends that come by themselves.

A row is opened by the first fact that says for whom, with no due instant if that fact does not say
when; later facts name the row by its key, set the instant, or close it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from registry.events.document import DocumentSupplied
from registry.events.duty import DutyArose, DutyDischarged, DutyLapsed, DutyOverdue, DutyRevived
from registry.events.hit import HitConfirmationAnswered, HitConfirmationAsked
from registry.events.institution import FactDoubted, FactsConfirmed
from registry.events.issuance import (
    CertificateIssued,
    CertificateWithdrawn,
    OrderCorrected,
    OrderExtended,
    OrderIssued,
    OrderRevoked,
)
from registry.events.notice import NoticeAcknowledged, NoticeEvidenced, NoticeIssued, NoticeRejected
from registry.events.recognition import (
    RecognitionAsked,
    RecognitionDiscontinued,
    RecognitionGranted,
    RecognitionRefused,
    RecognitionSupplemented,
    SupplementRequested,
)
from registry.events.violation import AlertAcknowledged, AlertRaised, ViolationResolved
from registry.ledger.port import Recorded
from registry.ledger.rows import Amend, Cell, Change, Drop
from registry.values.identifiers import InstitutionId, OrderRef, derived
from registry.values.issuance import CertificateForm
from registry.values.order import DOCUMENT
from registry.values.time import BEGINNING_OF_TIME, DAY, Instant
from registry.views.base import Handler, Page, View, ViewReads, by_kind, page_size
from registry.views.deadline_rows import ACT, DEADLINE, Basis, DeadlineKind, close_row, open_row, row_key
from registry.views.glass_deadlines import GLASS_DEADLINES

EffectEnds = Callable[[CertificateIssued], Instant]
"""Gives the first instant at which a certificate's effect abroad is over; a rule of law, so it is passed in."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bases:
    """The rules that facts do not name themselves; rules of law, so they are passed in."""

    effect_end: Basis
    """Why a certificate's effect ends."""
    supplement: Callable[[str], Basis]
    """Why what is missing is to be supplied, by the code of the procedure's instrument."""


_EXPIRY: Final = Basis(text="the order's own expiry")
_DOCUMENT: Final = Basis(text="registry rule: a document that was missing is supplied within 24 hours")


def deadlines_view(effect_ends: EffectEnds, bases: Bases) -> View:
    """Make the view, with the rule that says when a certificate's effect abroad is over, and the bases of law."""

    def certified(recorded: Recorded, event: CertificateIssued) -> Iterator[Change]:
        if event.form is CertificateForm.ARTICLE_5:
            kind = DeadlineKind.CERTIFICATE_EFFECT_END
            institution = recorded.fact.actor.institution
            due = effect_ends(event)
            yield open_row(kind, event.order_ref, event.certificate_ref, institution, due, basis=bases.effect_end)

    def asked(recorded: Recorded, event: RecognitionAsked) -> Iterator[Change]:
        kind, institution = DeadlineKind.SUPPLEMENT, recorded.fact.actor.institution
        basis = bases.supplement(event.instrument)
        yield open_row(kind, event.order_ref, event.recognition_ref, institution, None, basis=basis)

    own: Mapping[type, Handler] = {CertificateIssued: certified, RecognitionAsked: asked}
    return View(name="deadlines", tables=(DEADLINE,), on=by_kind({**_HANDLERS, **own}))


def _issued(recorded: Recorded, event: OrderIssued) -> Iterator[Change]:
    institution = event.details.court.institution or recorded.fact.actor.institution
    if DOCUMENT in event.details.unread:
        kind, wanted = DeadlineKind.DOCUMENT, Instant(recorded.fact.recorded_at + DAY)
        yield open_row(kind, event.order_ref, event.order_ref, institution, wanted, basis=_DOCUMENT)
    due = event.details.expiry.ends()
    yield open_row(DeadlineKind.ORDER_EXPIRY, event.order_ref, event.order_ref, institution, due, basis=_EXPIRY)


def _moved(_: Recorded, event: OrderExtended | OrderCorrected) -> Iterator[Change]:
    """Move the instant, and leave a revoked order's row closed: neither fact revives it.

    A fact taken back may have been the revocation. The row opens again without asking which it was: one
    reminder too many of an order that is over harms nobody, one too few may.
    """
    key = row_key(DeadlineKind.ORDER_EXPIRY, event.order_ref, event.order_ref)
    if isinstance(event, OrderCorrected) and event.retracts:
        yield Amend(table=DEADLINE, key=key, cells={"closed": None})
        yield Amend(table=DEADLINE, key=_effects(event.order_ref), cells={"closed": None})
        yield Drop(table=DEADLINE, where=row_key(DeadlineKind.FACT_IN_DOUBT, event.order_ref, event.corrects))
    if event.expiry is not None:
        yield Amend(table=DEADLINE, key=key, cells={"due": event.expiry.ends()})


def _revoked(recorded: Recorded, event: OrderRevoked) -> Iterator[Change]:
    yield close_row(DeadlineKind.ORDER_EXPIRY, event.order_ref, event.order_ref, recorded)
    yield Amend(table=DEADLINE, key=_effects(event.order_ref), cells={"closed": recorded.fact.recorded_at})


def _effects(order_ref: OrderRef) -> dict[str, Cell]:
    """Name the rows of all certificates of an order, by the beginning of their key."""
    return {"kind": DeadlineKind.CERTIFICATE_EFFECT_END.value, "order_ref": order_ref.bytes}


def _decertified(_: Recorded, event: CertificateWithdrawn) -> Iterator[Change]:
    """Drop the row: a withdrawal cannot be taken back, so nothing opens it again, as a revocation's end does."""
    key = row_key(DeadlineKind.CERTIFICATE_EFFECT_END, event.order_ref, event.certificate_ref)
    yield Drop(table=DEADLINE, where=key)


def _notice(_: Recorded, event: NoticeIssued) -> Iterator[Change]:
    kind = DeadlineKind.NOTICE_ACKNOWLEDGMENT
    basis = Basis(text=event.basis)
    yield open_row(kind, event.order_ref, event.notice_ref, event.recipient, event.due, basis=basis)


def _answered(recorded: Recorded, event: NoticeAcknowledged | NoticeRejected) -> Iterator[Change]:
    yield close_row(DeadlineKind.NOTICE_ACKNOWLEDGMENT, event.order_ref, event.notice_ref, recorded)


def _alerted(_: Recorded, event: AlertRaised) -> Iterator[Change]:
    kind = DeadlineKind.ALERT_ACKNOWLEDGMENT
    basis, about = Basis(text=event.basis), event.violation_ref
    yield open_row(kind, event.order_ref, event.alert_ref, event.recipient, event.due, basis=basis, about=about)


def _taken(recorded: Recorded, event: AlertAcknowledged) -> Iterator[Change]:
    kind = DeadlineKind.ALERT_ACKNOWLEDGMENT
    yield close_row(kind, event.order_ref, event.alert_ref, recorded, about=event.violation_ref)


def _resolved(_: Recorded, event: ViolationResolved) -> Iterator[Change]:
    """Nobody owes an acknowledgment of a breach that was dealt with."""
    alerts: dict[str, Cell] = {
        "kind": DeadlineKind.ALERT_ACKNOWLEDGMENT.value,
        "order_ref": event.order_ref.bytes,
        "about": event.violation_ref.bytes,
    }
    yield Drop(table=DEADLINE, where=alerts)


def _incomplete(_: Recorded, event: SupplementRequested) -> Iterator[Change]:
    key = row_key(DeadlineKind.SUPPLEMENT, event.order_ref, event.recognition_ref)
    yield Amend(table=DEADLINE, key=key, cells={"due": event.due.ends(), "closed": None})


def _supplied(
    recorded: Recorded,
    event: RecognitionSupplemented | RecognitionGranted | RecognitionRefused | RecognitionDiscontinued,
) -> Iterator[Change]:
    yield close_row(DeadlineKind.SUPPLEMENT, event.order_ref, event.recognition_ref, recorded)


def _arose(_: Recorded, event: DutyArose) -> Iterator[Change]:
    basis = Basis(text=f"{event.instrument} {event.provision}", verified=event.verified)
    due = event.since if event.due is None else event.due
    yield open_row(DeadlineKind.DUTY, event.order_ref, event.duty_ref, event.owed_by, due, basis=basis, duty=event)


def _overdue(recorded: Recorded, event: DutyOverdue) -> Iterator[Change]:
    key = row_key(DeadlineKind.DUTY, event.order_ref, event.duty_ref)
    yield Amend(table=DEADLINE, key=key, cells={"noted": recorded.fact.recorded_at})


def _discharged(recorded: Recorded, event: DutyDischarged | DutyLapsed) -> Iterator[Change]:
    yield close_row(DeadlineKind.DUTY, event.order_ref, event.duty_ref, recorded)


def _revived(_: Recorded, event: DutyRevived) -> Iterator[Change]:
    key = row_key(DeadlineKind.DUTY, event.order_ref, event.duty_ref)
    yield Amend(table=DEADLINE, key=key, cells={"closed": None})


def _hit_asked(_: Recorded, event: HitConfirmationAsked) -> Iterator[Change]:
    """Keep a row for each institution that was asked; asked again, it has a new instant."""
    kind, subject = DeadlineKind.HIT_CONFIRMATION, derived(event.hit_ref, event.recipient)
    basis = Basis(text=event.basis)
    yield open_row(kind, event.order_ref, subject, event.recipient, event.due, basis=basis, about=event.hit_ref)


def _hit_answered(_: Recorded, event: HitConfirmationAnswered) -> Iterator[Change]:
    """Give all who were asked the time that was asked for, or nothing more to do."""
    kind = DeadlineKind.HIT_CONFIRMATION
    if event.until is None:
        where: dict[str, Cell] = {"kind": kind.value, "order_ref": event.order_ref.bytes, "about": event.hit_ref.bytes}
        yield Drop(table=DEADLINE, where=where)
        return
    for recipient in event.recipients:
        key = row_key(kind, event.order_ref, derived(event.hit_ref, recipient), event.hit_ref)
        yield Amend(table=DEADLINE, key=key, cells={"due": event.until})


def _evidenced(recorded: Recorded, event: NoticeEvidenced) -> Iterator[Change]:
    """Wait for the next evidence, or for none any more."""
    kind = DeadlineKind.NOTICE_EVIDENCE
    if event.next_due is None:
        yield close_row(kind, event.order_ref, event.notice_ref, recorded)
        return
    institution = recorded.fact.actor.institution
    yield open_row(kind, event.order_ref, event.notice_ref, institution, event.next_due, basis=_EVIDENCE)


def _doubted(_: Recorded, event: FactDoubted) -> Iterator[Change]:
    kind = DeadlineKind.FACT_IN_DOUBT
    yield open_row(kind, event.order_ref, event.fact_id, event.institution, event.due, basis=_DOUBT)


def _confirmed(_: Recorded, event: FactsConfirmed) -> Iterator[Change]:
    for fact_id in event.facts:
        yield Drop(table=DEADLINE, where={"kind": DeadlineKind.FACT_IN_DOUBT.value, "subject": fact_id.bytes})


def _documented(recorded: Recorded, event: DocumentSupplied) -> Iterator[Change]:
    yield close_row(DeadlineKind.DOCUMENT, event.order_ref, event.order_ref, recorded)


_DOUBT: Final = Basis(text="registry rule: what a key in wrong hands recorded is confirmed or taken back in 24 hours")
_EVIDENCE: Final = Basis(text="registry rule: the next evidence of a transport is there within 24 hours")
_HANDLERS: Final[Mapping[type, Handler]] = {
    OrderIssued: _issued,
    OrderExtended: _moved,
    OrderCorrected: _moved,
    OrderRevoked: _revoked,
    CertificateWithdrawn: _decertified,
    NoticeIssued: _notice,
    NoticeAcknowledged: _answered,
    NoticeRejected: _answered,
    AlertRaised: _alerted,
    AlertAcknowledged: _taken,
    ViolationResolved: _resolved,
    DutyArose: _arose,
    DutyOverdue: _overdue,
    DutyDischarged: _discharged,
    DutyLapsed: _discharged,
    DutyRevived: _revived,
    SupplementRequested: _incomplete,
    RecognitionSupplemented: _supplied,
    RecognitionGranted: _supplied,
    RecognitionRefused: _supplied,
    RecognitionDiscontinued: _supplied,
    NoticeEvidenced: _evidenced,
    DocumentSupplied: _documented,
    FactDoubted: _doubted,
    FactsConfirmed: _confirmed,
    HitConfirmationAsked: _hit_asked,
    HitConfirmationAnswered: _hit_answered,
    **GLASS_DEADLINES,
}


def deadlines(
    store: ViewReads,
    institution: InstitutionId,
    *,
    nature: str = ACT,
    after: Sequence[Cell] = (),
    limit: int = 100,
) -> Page:
    """Give an institution's open deadlines, the earliest first; what is overdue comes before all others.

    `after` is (due, kind, subject) of the last row seen; `(now, "", b"")` leaves out what is past.
    Rows without an instant are not given. Raises `NotFound` before the view is there.
    """
    position, rows = store.rows(
        DEADLINE,
        {"institution": institution, "nature": nature, "closed": None},
        view_name="deadlines",
        order_by=("due", "kind", "subject"),
        after=tuple(after) or (BEGINNING_OF_TIME, "", b""),
        limit=page_size(limit),
    )
    return Page(position=position, rows=rows)


def open_of_kind(store: ViewReads, kind: DeadlineKind, *, after: Sequence[Cell] = (), limit: int = 500) -> Page:
    """Give everybody's open deadlines of a kind, the earliest first; `after` is (due, subject) of the last seen."""
    position, rows = store.rows(
        DEADLINE,
        {"kind": kind.value, "closed": None},
        view_name="deadlines",
        order_by=("due", "subject"),
        after=tuple(after) or (BEGINNING_OF_TIME, b""),
        limit=page_size(limit),
    )
    return Page(position=position, rows=rows)
