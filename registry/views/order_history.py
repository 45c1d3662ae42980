"""What was said of one order, in ledger order: which kind of fact, by whom, recorded and effective when."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from registry.events import (
    card,
    contact,
    disclosure,
    document,
    duty,
    erasure,
    hit,
    institution,
    issuance,
    notice,
    party,
    recognition,
    service,
    violation,
)
from registry.ledger.port import Recorded
from registry.ledger.rows import Change, Put, Table
from registry.values.identifiers import OrderRef, Position
from registry.values.time import Instant, LegalMoment
from registry.views.base import Page, View, ViewReads, page_size

HISTORY: Final = Table(
    name="order_history",
    columns={
        "order_ref": "bytes",
        "position": "integer",
        "topic": "text",
        "recorded_at": "integer",
        "effective": "integer",
        "institution": "text",
        "fact_id": "bytes",
    },
    key=("order_ref", "position"),
)
"""`effective`: from when it counts, in microseconds; as the actor or the document says, else NULL."""

_MOMENTS: Final[Mapping[type, str | None]] = {
    issuance.OrderIssued: "details",
    issuance.OrderVaried: "made",
    issuance.OrderExtended: "made",
    issuance.OrderSuspended: "from_",
    issuance.OrderReinstated: "from_",
    issuance.OrderRevoked: "from_",
    issuance.OrderCorrected: None,
    issuance.CertificateIssued: "issued",
    issuance.CertificateWithdrawn: "from_",
    issuance.OrderDeclared: "made",
    issuance.OrderRegistered: "made",
    issuance.OrderAdjusted: "made",
    service.ServiceAttempted: "at",
    service.ServiceRecorded: "at",
    notice.NoticeIssued: None,
    notice.NoticeAcknowledged: None,
    notice.NoticeRejected: None,
    notice.NoticeEvidenced: None,
    notice.ContainerReceived: None,
    recognition.RecognitionAsked: "asked",
    recognition.SupplementRequested: None,
    recognition.RecognitionSupplemented: None,
    recognition.RecognitionGranted: "decided",
    recognition.RecognitionRefused: "decided",
    recognition.RecognitionDiscontinued: "from_",
    violation.ViolationReported: "occurred",
    violation.AlertRaised: None,
    violation.AlertAcknowledged: None,
    violation.ViolationResolved: None,
    erasure.SubjectErased: None,
    document.DocumentSupplied: None,
    duty.DutyArose: None,
    duty.DutyOverdue: None,
    duty.DutyDischarged: "at",
    duty.DutyLapsed: None,
    duty.DutyRevived: None,
    hit.HitConfirmationAsked: None,
    hit.HitConfirmationAnswered: None,
    disclosure.DisclosureAllowed: None,
    disclosure.DisclosureRefused: None,
    card.CardIssued: None,
    card.CardWithdrawn: None,
    contact.MessageDue: None,
    contact.MessageHandedOver: None,
    contact.MessageFailed: None,
    institution.FactDoubted: None,
}
"""Every kind of fact that is about one order, and the field that says from when it counts, if one does.

A link of parties is about two orders, and counts from when it is said.
"""


def _on(recorded: Recorded) -> Iterator[Change]:
    fact = recorded.fact
    event: Any = fact.event
    if isinstance(event, party.PartiesLinked | party.PartiesUnlinked):
        for side in (event.one, event.other):
            yield _row(recorded, side.order_ref, fact.effective_at)
    elif type(fact.event) in _MOMENTS:
        effective = fact.effective_at
        if effective is None:
            moment = _moment(event)
            effective = moment.begins() if moment else None
        yield _row(recorded, event.order_ref, effective)


def _row(recorded: Recorded, order_ref: OrderRef, effective: Instant | None) -> Put:
    fact = recorded.fact
    return Put(
        table=HISTORY,
        row={
            "order_ref": order_ref.bytes,
            "position": recorded.position,
            "topic": fact.event.TOPIC,
            "recorded_at": fact.recorded_at,
            "effective": effective,
            "institution": fact.actor.institution,
            "fact_id": fact.fact_id.bytes,
        },
    )


def _moment(event: Any) -> LegalMoment | None:  # noqa: ANN401  # a kind of _MOMENTS
    """Give the moment that a fact's document states."""
    field = _MOMENTS[type(event)]
    if field is None:
        return None
    if isinstance(event, issuance.OrderIssued):
        return event.details.valid_from or event.details.issued
    moment: LegalMoment | None = getattr(event, field)
    return moment


ORDER_HISTORY: Final = View(name="order_history", tables=(HISTORY,), on=_on)


def history(store: ViewReads, order_ref: OrderRef, *, after: Position | None = None, limit: int = 100) -> Page:
    """Give an order's facts, oldest first, those after a position. Raises `NotFound` before the view is there."""
    position, rows = store.rows(
        HISTORY,
        {"order_ref": order_ref.bytes},
        view_name=ORDER_HISTORY.name,
        order_by=("position",),
        after=() if after is None else (after,),
        limit=page_size(limit),
    )
    return Page(position=position, rows=rows)
