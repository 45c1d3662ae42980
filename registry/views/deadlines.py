"""What is due by when, and for whom: acts that an institution owes, and ends that come by themselves.

A row is opened by the first fact that says for whom, with no due instant if that fact does not say
when; later facts name the row by its key, set the instant, or close it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final
from uuid import UUID

from registry.events.issuance import (
    CertificateIssued,
    CertificateWithdrawn,
    OrderCorrected,
    OrderExtended,
    OrderIssued,
    OrderRevoked,
)
from registry.events.notice import NoticeAcknowledged, NoticeIssued, NoticeRejected
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
from registry.ledger.rows import Amend, Cell, Change, Drop, Put, Table
from registry.values.identifiers import InstitutionId, OrderRef
from registry.values.issuance import CertificateForm
from registry.values.time import BEGINNING_OF_TIME, Instant
from registry.views.base import Handler, Page, View, ViewReads, by_kind, page_size

EffectEnds = Callable[[CertificateIssued], Instant]
"""Gives the first instant at which a certificate's effect abroad is over; a rule of law, so it is passed in."""


class DeadlineKind(StrEnum):
    """What is due."""

    NOTICE_ACKNOWLEDGMENT = "NOTICE_ACKNOWLEDGMENT"
    ALERT_ACKNOWLEDGMENT = "ALERT_ACKNOWLEDGMENT"
    SUPPLEMENT = "SUPPLEMENT"
    ORDER_EXPIRY = "ORDER_EXPIRY"
    CERTIFICATE_EFFECT_END = "CERTIFICATE_EFFECT_END"


ACT: Final = "ACT"
"""The institution must do something by then."""
END: Final = "END"
"""Something ends by itself then."""
_NATURES: Final = {
    DeadlineKind.NOTICE_ACKNOWLEDGMENT: ACT,
    DeadlineKind.ALERT_ACKNOWLEDGMENT: ACT,
    DeadlineKind.SUPPLEMENT: ACT,
    DeadlineKind.ORDER_EXPIRY: END,
    DeadlineKind.CERTIFICATE_EFFECT_END: END,
}

DEADLINE: Final = Table(
    name="deadlines",
    columns={
        "kind": "text",
        "order_ref": "bytes",
        "about": "bytes",
        "subject": "bytes",
        "nature": "text",
        "institution": "text",
        "due": "integer",
        "closed": "integer",
    },
    key=("kind", "order_ref", "about", "subject"),
    indexes=(("institution", "nature", "closed", "due", "kind", "subject"), ("kind", "closed", "due", "subject")),
)
"""`subject` is the notice, alert, procedure, order or certificate; `about` is the breach of an alert, else
the subject again, so that what resolves a breach finds the alerts of it by the key's beginning. `due`
is NULL while no instant is set, `closed` is when it was done or fell away, NULL while it is open;
both in microseconds."""


def deadlines_view(effect_ends: EffectEnds) -> View:
    """Make the view, with the rule that says when a certificate's effect abroad is over."""

    def certified(recorded: Recorded, event: CertificateIssued) -> Iterator[Change]:
        if event.form is CertificateForm.ARTICLE_5:
            kind = DeadlineKind.CERTIFICATE_EFFECT_END
            institution = recorded.fact.actor.institution
            yield _open(kind, event.order_ref, event.certificate_ref, institution, effect_ends(event))

    return View(name="deadlines", tables=(DEADLINE,), on=by_kind({**_HANDLERS, CertificateIssued: certified}))


def _key(kind: DeadlineKind, order_ref: OrderRef, subject: UUID, about: UUID | None = None) -> dict[str, Cell]:
    return {
        "kind": kind.value,
        "order_ref": order_ref.bytes,
        "about": (about or subject).bytes,
        "subject": subject.bytes,
    }


def _open(
    kind: DeadlineKind,
    order_ref: OrderRef,
    subject: UUID,
    institution: str | None,
    due: Instant | None,
    *,
    about: UUID | None = None,
) -> Put:
    cells: dict[str, Cell] = {"nature": _NATURES[kind], "institution": institution, "due": due, "closed": None}
    return Put(table=DEADLINE, row={**_key(kind, order_ref, subject, about), **cells})


def _close(
    kind: DeadlineKind, order_ref: OrderRef, subject: UUID, recorded: Recorded, *, about: UUID | None = None
) -> Amend:
    cells: dict[str, Cell] = {"closed": recorded.fact.recorded_at}
    return Amend(table=DEADLINE, key=_key(kind, order_ref, subject, about), cells=cells)


def _issued(recorded: Recorded, event: OrderIssued) -> Iterator[Change]:
    institution = event.details.court.institution or recorded.fact.actor.institution
    due = event.details.expiry.ends()
    yield _open(DeadlineKind.ORDER_EXPIRY, event.order_ref, event.order_ref, institution, due)


def _moved(_: Recorded, event: OrderExtended | OrderCorrected) -> Iterator[Change]:
    """Move the instant, and leave a revoked order's row closed: neither fact revives it.

    A fact taken back may have been the revocation. The row opens again without asking which it was: one
    reminder too many of an order that is over harms nobody, one too few may.
    """
    key = _key(DeadlineKind.ORDER_EXPIRY, event.order_ref, event.order_ref)
    if isinstance(event, OrderCorrected) and event.retracts:
        yield Amend(table=DEADLINE, key=key, cells={"closed": None})
        yield Amend(table=DEADLINE, key=_effects(event.order_ref), cells={"closed": None})
    if event.expiry is not None:
        yield Amend(table=DEADLINE, key=key, cells={"due": event.expiry.ends()})


def _revoked(recorded: Recorded, event: OrderRevoked) -> Iterator[Change]:
    yield _close(DeadlineKind.ORDER_EXPIRY, event.order_ref, event.order_ref, recorded)
    yield Amend(table=DEADLINE, key=_effects(event.order_ref), cells={"closed": recorded.fact.recorded_at})


def _effects(order_ref: OrderRef) -> dict[str, Cell]:
    """Name the rows of all certificates of an order, by the beginning of their key."""
    return {"kind": DeadlineKind.CERTIFICATE_EFFECT_END.value, "order_ref": order_ref.bytes}


def _decertified(_: Recorded, event: CertificateWithdrawn) -> Iterator[Change]:
    """Drop the row: a withdrawal cannot be taken back, so nothing opens it again, as a revocation's end does."""
    yield Drop(table=DEADLINE, where=_key(DeadlineKind.CERTIFICATE_EFFECT_END, event.order_ref, event.certificate_ref))


def _notice(_: Recorded, event: NoticeIssued) -> Iterator[Change]:
    kind = DeadlineKind.NOTICE_ACKNOWLEDGMENT
    yield _open(kind, event.order_ref, event.notice_ref, event.recipient, event.due)


def _answered(recorded: Recorded, event: NoticeAcknowledged | NoticeRejected) -> Iterator[Change]:
    yield _close(DeadlineKind.NOTICE_ACKNOWLEDGMENT, event.order_ref, event.notice_ref, recorded)


def _alerted(_: Recorded, event: AlertRaised) -> Iterator[Change]:
    kind = DeadlineKind.ALERT_ACKNOWLEDGMENT
    yield _open(kind, event.order_ref, event.alert_ref, event.recipient, event.due, about=event.violation_ref)


def _taken(recorded: Recorded, event: AlertAcknowledged) -> Iterator[Change]:
    kind = DeadlineKind.ALERT_ACKNOWLEDGMENT
    yield _close(kind, event.order_ref, event.alert_ref, recorded, about=event.violation_ref)


def _resolved(_: Recorded, event: ViolationResolved) -> Iterator[Change]:
    """Nobody owes an acknowledgment of a breach that was dealt with."""
    alerts: dict[str, Cell] = {
        "kind": DeadlineKind.ALERT_ACKNOWLEDGMENT.value,
        "order_ref": event.order_ref.bytes,
        "about": event.violation_ref.bytes,
    }
    yield Drop(table=DEADLINE, where=alerts)


def _asked(recorded: Recorded, event: RecognitionAsked) -> Iterator[Change]:
    institution = recorded.fact.actor.institution
    yield _open(DeadlineKind.SUPPLEMENT, event.order_ref, event.recognition_ref, institution, None)


def _incomplete(_: Recorded, event: SupplementRequested) -> Iterator[Change]:
    key = _key(DeadlineKind.SUPPLEMENT, event.order_ref, event.recognition_ref)
    yield Amend(table=DEADLINE, key=key, cells={"due": event.due.ends(), "closed": None})


def _supplied(
    recorded: Recorded,
    event: RecognitionSupplemented | RecognitionGranted | RecognitionRefused | RecognitionDiscontinued,
) -> Iterator[Change]:
    yield _close(DeadlineKind.SUPPLEMENT, event.order_ref, event.recognition_ref, recorded)


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
    RecognitionAsked: _asked,
    SupplementRequested: _incomplete,
    RecognitionSupplemented: _supplied,
    RecognitionGranted: _supplied,
    RecognitionRefused: _supplied,
    RecognitionDiscontinued: _supplied,
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
