"""What was said of one order, in ledger order: which kind of fact, by whom, recorded and effective when."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from registry.events import contact, issuance, notice, recognition, service, violation
from registry.ledger.port import Recorded
from registry.ledger.rows import Change, Put, Table
from registry.values.identifiers import OrderRef, Position
from registry.values.time import LegalMoment
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

_MOMENTS: Final[Mapping[type, Callable[..., LegalMoment | None]]] = {
    issuance.OrderIssued: lambda event: event.details.valid_from or event.details.issued,
    issuance.OrderVaried: lambda event: event.made,
    issuance.OrderExtended: lambda event: event.made,
    issuance.OrderSuspended: lambda event: event.from_,
    issuance.OrderReinstated: lambda event: event.from_,
    issuance.OrderRevoked: lambda event: event.from_,
    issuance.OrderCorrected: lambda _: None,
    issuance.CertificateIssued: lambda event: event.issued,
    issuance.CertificateWithdrawn: lambda event: event.from_,
    issuance.OrderDeclared: lambda event: event.made,
    issuance.OrderRegistered: lambda event: event.made,
    service.ServiceAttempted: lambda event: event.at,
    service.ServiceRecorded: lambda event: event.at,
    notice.NoticeIssued: lambda _: None,
    notice.NoticeAcknowledged: lambda _: None,
    notice.NoticeRejected: lambda _: None,
    recognition.RecognitionAsked: lambda event: event.asked,
    recognition.SupplementRequested: lambda _: None,
    recognition.RecognitionSupplemented: lambda _: None,
    recognition.RecognitionGranted: lambda event: event.decided,
    recognition.RecognitionRefused: lambda event: event.decided,
    recognition.RecognitionDiscontinued: lambda event: event.from_,
    violation.ViolationReported: lambda event: event.occurred,
    violation.AlertRaised: lambda _: None,
    violation.AlertAcknowledged: lambda _: None,
    violation.ViolationResolved: lambda _: None,
    contact.MessageDue: lambda _: None,
    contact.MessageHandedOver: lambda _: None,
    contact.MessageFailed: lambda _: None,
}
"""Every kind of fact that is about one order, and the moment that its document states."""


def _on(recorded: Recorded) -> Iterator[Change]:
    fact = recorded.fact
    moment_of = _MOMENTS.get(type(fact.event))
    if moment_of is None:
        return
    effective = fact.effective_at
    if effective is None:
        moment = moment_of(fact.event)
        effective = moment.begins() if moment else None
    order_ref: OrderRef = fact.event.order_ref  # type: ignore[union-attr]  # every kind in _MOMENTS has one
    yield Put(
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
