"""What a break-glass and a conflict make due: to be taken in hand by whoever was alerted, and to be reviewed."""

from collections.abc import Iterator, Mapping
from typing import Final

from registry.events.conflict import ConflictAcknowledged, ConflictAlerted, ConflictMet
from registry.events.glass import (
    GlassAlertAcknowledged,
    GlassAlerted,
    GlassBroken,
    GlassReviewed,
    GlassReviewOverdue,
)
from registry.ledger.port import Recorded
from registry.ledger.rows import Amend, Change
from registry.views.base import Handler
from registry.views.deadline_rows import DEADLINE, Basis, DeadlineKind, close_row, open_row, row_key

_REVIEW: Final = Basis(text="registry rule: a second person reviews a break-glass within 72 hours")


def _broken(_: Recorded, event: GlassBroken) -> Iterator[Change]:
    kind, due = DeadlineKind.GLASS_REVIEW, event.review_due
    yield open_row(kind, event.order_ref, event.glass_ref, event.review_by, due, basis=_REVIEW)


def _alerted(_: Recorded, event: GlassAlerted) -> Iterator[Change]:
    kind, basis, about = DeadlineKind.GLASS_ALERT, Basis(text=event.basis), event.glass_ref
    yield open_row(kind, event.order_ref, event.alert_ref, event.recipient, event.due, basis=basis, about=about)


def _in_hand(recorded: Recorded, event: GlassAlertAcknowledged) -> Iterator[Change]:
    for ref in event.alerts:
        yield close_row(DeadlineKind.GLASS_ALERT, event.order_ref, ref, recorded, about=event.glass_ref)


def _reviewed(recorded: Recorded, event: GlassReviewed) -> Iterator[Change]:
    yield close_row(DeadlineKind.GLASS_REVIEW, event.order_ref, event.glass_ref, recorded)


def _overdue(recorded: Recorded, event: GlassReviewOverdue) -> Iterator[Change]:
    key = row_key(DeadlineKind.GLASS_REVIEW, event.order_ref, event.glass_ref)
    yield Amend(table=DEADLINE, key=key, cells={"noted": recorded.fact.recorded_at})


def _met(_: Recorded, event: ConflictMet) -> Iterator[Change]:
    kind, basis, about = DeadlineKind.CONFLICT_ALERT, Basis(text=event.basis), event.conflict_ref
    for alert, recipient in zip(event.alerts, event.recipients, strict=False):
        yield open_row(kind, event.order_ref, alert, recipient, event.due, basis=basis, about=about)


def _met_again(_: Recorded, event: ConflictAlerted) -> Iterator[Change]:
    kind, basis, about = DeadlineKind.CONFLICT_ALERT, Basis(text=event.basis), event.conflict_ref
    yield open_row(kind, event.order_ref, event.alert_ref, event.recipient, event.due, basis=basis, about=about)


def _looked_into(recorded: Recorded, event: ConflictAcknowledged) -> Iterator[Change]:
    kind, about = DeadlineKind.CONFLICT_ALERT, event.conflict_ref
    yield close_row(kind, event.order_ref, event.alert_ref, recorded, about=about)


GLASS_DEADLINES: Final[Mapping[type, Handler]] = {
    GlassBroken: _broken,
    GlassAlerted: _alerted,
    GlassAlertAcknowledged: _in_hand,
    GlassReviewed: _reviewed,
    GlassReviewOverdue: _overdue,
    ConflictMet: _met,
    ConflictAlerted: _met_again,
    ConflictAcknowledged: _looked_into,
}
