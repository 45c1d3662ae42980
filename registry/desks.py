"""What institutions find on their desks: rows of views, typed as the doors show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from registry.access.patterns import Looked
from registry.api.services import AlertRow, DeadlineRow, InboxRow, LookRow
from registry.errors import NotFound, Refused
from registry.ledger.port import Reader, Recorded
from registry.ledger.rows import Cell
from registry.ledger.viewstore import ViewStore
from registry.values.conflict import ConflictRef
from registry.values.duty import DutyCode, Whom
from registry.values.glass import GlassRef
from registry.values.identifiers import (
    AlertRef,
    FactId,
    HitRef,
    InstitutionId,
    NoticeRef,
    OrderRef,
    Position,
    StreamId,
    ViolationRef,
)
from registry.values.notice import NoticeKind
from registry.values.time import Instant
from registry.views import alerts, deadlines, inbox, looks
from registry.views.deadline_rows import DeadlineKind
from registry.views.police import LINK, PAIR

_KEY_PARTS: Final = 3
_ABOUT: Final = frozenset({DeadlineKind.HIT_CONFIRMATION, DeadlineKind.GLASS_ALERT, DeadlineKind.CONFLICT_ALERT})
"""Kinds whose row stands for who was asked: what is to be dealt with is what it is about."""


@dataclass(frozen=True, kw_only=True)
class Desks:
    """Reads views for the doors. A view that is not there yet has nothing to show."""

    store: ViewStore
    reader: Reader

    def inbox(self, institution: InstitutionId, after: Position, limit: int) -> Sequence[InboxRow]:
        """Give the notices that wait for an institution, after a position, oldest first."""
        try:
            page = inbox.inbox(self.store, institution, state=inbox.WAITING, after=after, limit=limit)
        except NotFound:
            return ()
        return tuple(_notice(row) for row in page.rows)

    def alerts(self, institution: InstitutionId, after: Position, limit: int) -> Sequence[AlertRow]:
        """Give the alerts that an institution has not taken in hand, after a position, oldest first."""
        try:
            page = alerts.alerts(self.store, institution, unacknowledged=True, after=after, limit=limit)
        except NotFound:
            return ()
        return tuple(_alert(row) for row in page.rows)

    def deadlines(self, institution: InstitutionId, after: str, limit: int, now: Instant) -> Sequence[DeadlineRow]:
        """Give what an institution has to do, soonest first, after a key."""
        try:
            page = deadlines.deadlines(self.store, institution, after=_key_of(after), limit=limit)
        except NotFound:
            return ()
        return tuple(_deadline(row, now) for row in page.rows)

    def history(self, order_ref: OrderRef, after: Position, limit: int) -> Sequence[Recorded]:
        """Give the facts of an order, its recognitions and its links of parties after a position, in ledger order."""
        linked = self.reader.rows(LINK, {"order_ref": order_ref.bytes, "relation": "recognition"})
        paired = self.reader.rows(PAIR, {"order_ref": order_ref.bytes})
        streams = [
            StreamId(order_ref),
            *(StreamId(_uuid(row, "linked")) for row in linked),
            *(StreamId(_uuid(row, "link_ref")) for row in paired),
        ]
        facts = (recorded for stream in streams for recorded in self.reader.stream(stream))
        return sorted((each for each in facts if each.position > after), key=lambda each: each.position)[:limit]

    def looks_at(self, order_ref: OrderRef, after: Position, limit: int) -> Sequence[LookRow]:
        """Give who looked at an order after a position, in ledger order."""
        try:
            page = looks.looks_at(self.store, order_ref, after=after, limit=limit)
        except NotFound:
            return ()
        return tuple(look_row(row) for row in page.rows)

    def looks_by(self, institution: InstitutionId, after: tuple[Instant, Position]) -> Sequence[LookRow]:
        """Give what an institution looked at after an instant and position: a page, oldest first."""
        try:
            page = looks.looks_by(self.store, institution, after=after)
        except NotFound:
            return ()
        return tuple(look_row(row) for row in page.rows)

    def followed(self, order_ref: OrderRef, institution: InstitutionId) -> Sequence[Instant]:
        """Give when an institution did something on an order."""
        try:
            page = looks.followed(self.store, order_ref)
        except NotFound:
            return ()
        return tuple(Instant(_number(row, "at")) for row in page.rows if row["institution"] == institution)


def look_row(row: Mapping[str, Cell]) -> LookRow:
    """Give a row of looks, typed."""
    order_ref, incident = _uuid(row, "order_ref"), row["incident"]
    look = Looked(
        fact_id=FactId(_uuid(row, "fact_id")),
        institution=InstitutionId(str(row["institution"])),
        officer=str(row["officer"]),
        order_ref=OrderRef(order_ref) if order_ref.int else None,
        checked=row["way"] == looks.CHECK,
        purpose=str(row["purpose"]),
        incident=None if incident is None else bool(incident),
        at=Instant(_number(row, "at")),
    )
    return LookRow(
        position=Position(_number(row, "position")),
        look=look,
        jurisdiction=str(row["jurisdiction"]),
        ground=str(row["ground"]) if row["ground"] else None,
        classes=tuple(str(row["classes"]).split()),
    )


def _uuid(row: Mapping[str, Cell], column: str) -> UUID:
    cell = row[column]
    return UUID(bytes=cell if isinstance(cell, bytes) else b"")


def _number(row: Mapping[str, Cell], column: str) -> int:
    cell = row[column]
    return cell if isinstance(cell, int) else 0


def _notice(row: Mapping[str, Cell]) -> InboxRow:
    return InboxRow(
        position=Position(_number(row, "position")),
        notice_ref=NoticeRef(_uuid(row, "notice_ref")),
        order_ref=OrderRef(_uuid(row, "order_ref")),
        about=FactId(_uuid(row, "about")),
        kind=NoticeKind(str(row["kind"])),
        issued_at=Instant(_number(row, "issued")),
        due=Instant(_number(row, "due")),
        basis=str(row["basis"]),
    )


def _alert(row: Mapping[str, Cell]) -> AlertRow:
    return AlertRow(
        position=Position(_number(row, "position")),
        alert_ref=AlertRef(_uuid(row, "alert_ref")),
        violation_ref=ViolationRef(_uuid(row, "violation_ref")) if row["violation_ref"] else None,
        hit_ref=HitRef(_uuid(row, "hit_ref")) if row["hit_ref"] else None,
        glass_ref=GlassRef(_uuid(row, "glass_ref")) if row["glass_ref"] else None,
        conflict_ref=ConflictRef(_uuid(row, "conflict_ref")) if row["conflict_ref"] else None,
        order_ref=OrderRef(_uuid(row, "order_ref")),
        raised_at=Instant(_number(row, "raised")),
        due=Instant(_number(row, "due")),
        basis=str(row["basis"]),
    )


def _deadline(row: Mapping[str, Cell], now: Instant) -> DeadlineRow:
    due, kind = _number(row, "due"), str(row["kind"])
    return DeadlineRow(
        key=f"{due}.{kind}.{_uuid(row, 'subject').hex}",
        kind=kind,
        due=Instant(due),
        order_ref=OrderRef(_uuid(row, "order_ref")),
        subject=_uuid(row, "about" if kind in _ABOUT else "subject"),
        basis=str(row["basis"]),
        verified=None if row["verified"] is None else bool(row["verified"]),
        overdue=due < now and not row["without_delay"],
        without_delay=bool(row["without_delay"]),
        code=DutyCode(str(row["code"])) if row["code"] else None,
        whom=Whom(str(row["whom"])) if row["whom"] else None,
    )


def _key_of(after: str) -> tuple[Cell, ...]:
    """Read a page key back; raises `Refused` for one that is not ours."""
    if not after:
        return ()
    parts = after.split(".")
    try:
        due, kind, subject = int(parts[0]), parts[1], bytes.fromhex(parts[2])
    except (ValueError, IndexError):
        raise Refused("cursor-unknown") from None
    if len(parts) != _KEY_PARTS:
        raise Refused("cursor-unknown")
    return (due, kind, subject)
