"""Alerts that an institution must take in hand: of a breach, with what became of it, a hit, a break-glass."""

from collections.abc import Iterator
from typing import Final, TypeAlias
from uuid import UUID

from registry.events.conflict import ConflictAcknowledged, ConflictAlerted, ConflictMet
from registry.events.glass import GlassAlertAcknowledged, GlassAlerted
from registry.events.hit import HitConfirmationAnswered, HitConfirmationAsked
from registry.events.violation import AlertAcknowledged, AlertRaised, ViolationReported, ViolationResolved
from registry.ledger.port import Recorded
from registry.ledger.rows import Amend, Cell, Change, Put, Table
from registry.values.identifiers import AlertRef, InstitutionId, Position, derived
from registry.views.base import Page, View, ViewReads, by_kind, page_size

ALERT: Final = Table(
    name="alerts",
    columns={
        "alert_ref": "bytes",
        "recipient": "text",
        "position": "integer",
        "violation_ref": "bytes",
        "hit_ref": "bytes",
        "glass_ref": "bytes",
        "conflict_ref": "bytes",
        "order_ref": "bytes",
        "basis": "text",
        "raised": "integer",
        "due": "integer",
        "acknowledged": "integer",
    },
    key=("alert_ref",),
    indexes=(("recipient", "position"), ("recipient", "acknowledged", "position")),
)
"""`violation_ref` of a breach, `hit_ref` of a hit to confirm, `glass_ref` of a break-glass,
`conflict_ref` of an officer who met an order of their own, the others NULL.
`raised`, `due` and `acknowledged` in microseconds; `acknowledged` is NULL while nobody took it in hand."""
_Alerting: TypeAlias = AlertRaised | HitConfirmationAsked | GlassAlerted | ConflictMet | ConflictAlerted
BREACH: Final = Table(
    name="alerts_violation",
    columns={
        "violation_ref": "bytes",
        "order_ref": "bytes",
        "jurisdiction": "text",
        "reporter": "text",
        "breaches": "text",
        "occurred": "integer",
        "outcome": "text",
        "resolved": "integer",
    },
    key=("violation_ref",),
)
"""One row a reported breach; `breaches` are codes with spaces between, `resolved` NULL while it is open."""


def _reported(recorded: Recorded, event: ViolationReported) -> Iterator[Change]:
    yield Put(
        table=BREACH,
        row={
            "violation_ref": event.violation_ref.bytes,
            "order_ref": event.order_ref.bytes,
            "jurisdiction": event.jurisdiction,
            "reporter": recorded.fact.actor.institution,
            "breaches": " ".join(breach.value for breach in event.breaches),
            "occurred": event.occurred.begins(),
            "outcome": None,
            "resolved": None,
        },
    )


def _alert(recorded: Recorded, event: _Alerting, alert: AlertRef, to: InstitutionId, **about: UUID) -> Put:
    """Give the row of an alert that nobody has taken in hand; `about` is what it is of, by its column."""
    row: dict[str, Cell] = {
        "alert_ref": alert.bytes,
        "recipient": to,
        "position": recorded.position,
        "violation_ref": None,
        "hit_ref": None,
        "glass_ref": None,
        "conflict_ref": None,
        "order_ref": event.order_ref.bytes,
        "basis": event.basis,
        "raised": recorded.fact.recorded_at,
        "due": event.due,
        "acknowledged": None,
    }
    return Put(table=ALERT, row=row | {column: reference.bytes for column, reference in about.items()})


def _raised(recorded: Recorded, event: AlertRaised) -> Iterator[Change]:
    yield _alert(recorded, event, event.alert_ref, event.recipient, violation_ref=event.violation_ref)


def _acknowledged(recorded: Recorded, event: AlertAcknowledged) -> Iterator[Change]:
    key = {"alert_ref": event.alert_ref.bytes}
    yield Amend(table=ALERT, key=key, cells={"acknowledged": recorded.fact.recorded_at})


def _resolved(recorded: Recorded, event: ViolationResolved) -> Iterator[Change]:
    key = {"violation_ref": event.violation_ref.bytes}
    cells: dict[str, Cell] = {"outcome": event.outcome.value, "resolved": recorded.fact.recorded_at}
    yield Amend(table=BREACH, key=key, cells=cells)


def _hit_asked(recorded: Recorded, event: HitConfirmationAsked) -> Iterator[Change]:
    """Alert whoever is asked, and anew where they are asked again."""
    alert = AlertRef(derived(event.hit_ref, event.recipient))
    yield _alert(recorded, event, alert, event.recipient, hit_ref=event.hit_ref)


def _hit_answered(recorded: Recorded, event: HitConfirmationAnswered) -> Iterator[Change]:
    """One answer takes it from the lists of all who were asked; who wants more time has it in hand."""
    for recipient in event.recipients:
        key = {"alert_ref": derived(event.hit_ref, recipient).bytes}
        yield Amend(table=ALERT, key=key, cells={"acknowledged": recorded.fact.recorded_at})


def _glass(recorded: Recorded, event: GlassAlerted) -> Iterator[Change]:
    yield _alert(recorded, event, event.alert_ref, event.recipient, glass_ref=event.glass_ref)


def _glass_in_hand(recorded: Recorded, event: GlassAlertAcknowledged) -> Iterator[Change]:
    for ref in event.alerts:
        yield Amend(table=ALERT, key={"alert_ref": ref.bytes}, cells={"acknowledged": recorded.fact.recorded_at})


def _conflict(recorded: Recorded, event: ConflictMet) -> Iterator[Change]:
    # One for each, as whoever decides writes it; a fold refuses no fact that is there.
    for alert, recipient in zip(event.alerts, event.recipients, strict=False):
        yield _alert(recorded, event, alert, recipient, conflict_ref=event.conflict_ref)


def _conflict_again(recorded: Recorded, event: ConflictAlerted) -> Iterator[Change]:
    yield _alert(recorded, event, event.alert_ref, event.recipient, conflict_ref=event.conflict_ref)


def _conflict_in_hand(recorded: Recorded, event: ConflictAcknowledged) -> Iterator[Change]:
    key = {"alert_ref": event.alert_ref.bytes}
    yield Amend(table=ALERT, key=key, cells={"acknowledged": recorded.fact.recorded_at})


ALERTS: Final = View(
    name="alerts",
    tables=(ALERT, BREACH),
    on=by_kind(
        {
            ViolationReported: _reported,
            AlertRaised: _raised,
            AlertAcknowledged: _acknowledged,
            ViolationResolved: _resolved,
            HitConfirmationAsked: _hit_asked,
            HitConfirmationAnswered: _hit_answered,
            GlassAlerted: _glass,
            GlassAlertAcknowledged: _glass_in_hand,
            ConflictMet: _conflict,
            ConflictAlerted: _conflict_again,
            ConflictAcknowledged: _conflict_in_hand,
        }
    ),
)


def alerts(
    store: ViewReads,
    institution: InstitutionId,
    *,
    unacknowledged: bool = False,
    after: Position | None = None,
    limit: int = 100,
) -> Page:
    """Give an institution's alerts, oldest first, each with the row of its breach; those after a position.

    `unacknowledged` leaves out those in hand, before the page is cut: what a desk must see is never
    behind a page of what it has done. The breach may be newer than the page's position by what was
    written between the two reads. Raises `NotFound` before the view is there.
    """
    where: dict[str, Cell] = {"recipient": institution}
    if unacknowledged:
        where["acknowledged"] = None
    position, found = store.rows(
        ALERT,
        where,
        view_name=ALERTS.name,
        order_by=("position",),
        after=() if after is None else (after,),
        limit=page_size(limit),
    )
    breaches: dict[Cell, dict[str, Cell]] = {None: {}}
    for violation_ref in {row["violation_ref"] for row in found} - {None}:
        _, of_breach = store.rows(BREACH, {"violation_ref": violation_ref}, view_name=ALERTS.name)
        breaches[violation_ref] = dict(of_breach[0]) if of_breach else {}
    return Page(position=position, rows=[{**breaches[row["violation_ref"]], **row} for row in found])
