"""Who looked at which order, by checks and by reading; and what followed on the order: breaches, hits."""

from collections.abc import Iterator
from typing import Any, Final

from registry.events.check import AnswerGiven
from registry.events.hit import HitConfirmationAsked
from registry.events.look import LookTaken, PreviewGiven
from registry.events.service import ServiceRecorded
from registry.events.violation import ViolationReported
from registry.ledger.port import Recorded
from registry.ledger.rows import Cell, Change, Put, Table
from registry.values.identifiers import InstitutionId, OrderRef, Position
from registry.values.look import FieldClass
from registry.values.time import Instant
from registry.views.base import MAXIMUM_PAGE, Page, View, ViewReads, by_kind, page_size

CHECK: Final = "CHECK"
READ: Final = "READ"
NO_ORDER: Final = bytes(16)
"""Stands where a check, or a preview of an entry, found none."""
_OF_A_CHECK: Final = (FieldClass.IDENTITY, FieldClass.ORDER_FACTS)
"""Of checks that were answered before it was noted what they showed: all of them named people."""

LOOK: Final = Table(
    name="looks",
    columns={
        "position": "integer",
        "order_ref": "bytes",
        "fact_id": "bytes",
        "institution": "text",
        "key_id": "text",
        "officer": "text",
        "jurisdiction": "text",
        "way": "text",
        "purpose": "text",
        "ground": "text",
        "classes": "text",
        "incident": "integer",
        "at": "integer",
    },
    key=("position", "order_ref"),
    indexes=(("order_ref", "position"), ("institution", "at", "position")),
)
"""`officer` is an opaque reference, empty where an institution spoke for itself; `incident` NULL where not noted."""
FOLLOWED: Final = Table(
    name="looks_followed",
    columns={"order_ref": "bytes", "position": "integer", "institution": "text", "at": "integer"},
    key=("order_ref", "position"),
)
"""What an institution did on an order: a reason, afterwards, to have looked at it."""


def _checked(recorded: Recorded, event: AnswerGiven) -> Iterator[Change]:
    incident = None if event.incident_stated is None else int(event.incident_stated)
    kinds: dict[bytes, set[FieldClass]] = {}
    for order in event.answered:
        noted = _OF_A_CHECK if order.classes is None else order.classes
        kinds.setdefault(order.order_ref.bytes, set()).update(noted)
    for person in event.search.meant if event.search else ():
        kinds.setdefault(person.order_ref.bytes, set()).update(person.classes)
    for ref, found in (kinds or {NO_ORDER: set[FieldClass]()}).items():
        classes = " ".join(sorted(found))
        yield _row(recorded, event, ref, way=CHECK, ground=None, classes=classes, incident=incident)


def _read(recorded: Recorded, event: LookTaken) -> Iterator[Change]:
    ground, classes = event.ground.value if event.ground else None, " ".join(event.classes)
    incident = int(event.incident_stated)
    yield _row(recorded, event, event.order_ref.bytes, way=READ, ground=ground, classes=classes, incident=incident)


def _previewed(recorded: Recorded, event: PreviewGiven) -> Iterator[Change]:
    """Tell of one that found nothing: of each order that another showed there is a look."""
    ground, incident = event.ground.value if event.ground else None, int(event.incident_stated)
    if not event.shown:
        yield _row(recorded, event, NO_ORDER, way=READ, ground=ground, classes="", incident=incident)


def _row(recorded: Recorded, event: AnswerGiven | LookTaken | PreviewGiven, order_ref: bytes, **cells: Cell) -> Put:
    actor = recorded.fact.actor
    row: dict[str, Cell] = {
        "position": recorded.position,
        "order_ref": order_ref,
        "fact_id": recorded.fact.fact_id.bytes,
        "institution": actor.institution,
        "key_id": actor.key_id,
        "officer": actor.on_behalf_of or "",
        "jurisdiction": event.jurisdiction,
        "purpose": event.purpose.value,
        "at": event.given_at,
    }
    return Put(table=LOOK, row=row | cells)


def _followed(recorded: Recorded, event: Any) -> Iterator[Change]:  # noqa: ANN401  # a kind of the table below
    row: dict[str, Cell] = {
        "order_ref": event.order_ref.bytes,
        "position": recorded.position,
        "institution": recorded.fact.actor.institution,
        "at": recorded.fact.recorded_at,
    }
    yield Put(table=FOLLOWED, row=row)


LOOKS: Final = View(
    name="looks",
    tables=(LOOK, FOLLOWED),
    on=by_kind(
        {
            AnswerGiven: _checked,
            LookTaken: _read,
            PreviewGiven: _previewed,
            ViolationReported: _followed,
            HitConfirmationAsked: _followed,
            ServiceRecorded: _followed,
        }
    ),
)


def looks_at(store: ViewReads, order_ref: OrderRef, *, after: Position, limit: int) -> Page:
    """Give who looked at an order, oldest first. Raises `NotFound` before the view is there."""
    position, rows = store.rows(
        LOOK,
        {"order_ref": order_ref.bytes},
        view_name=LOOKS.name,
        order_by=("position",),
        after=(after,),
        limit=page_size(limit),
    )
    return Page(position=position, rows=rows)


def looks_by(store: ViewReads, institution: InstitutionId, *, after: tuple[Instant, Position]) -> Page:
    """Give what an institution looked at after an instant, oldest first, at most a page."""
    position, rows = store.rows(
        LOOK,
        {"institution": institution},
        view_name=LOOKS.name,
        order_by=("at", "position"),
        after=after,
        limit=MAXIMUM_PAGE,
    )
    return Page(position=position, rows=rows)


def followed(store: ViewReads, order_ref: OrderRef) -> Page:
    """Give what was done on an order."""
    position, rows = store.rows(
        FOLLOWED, {"order_ref": order_ref.bytes}, view_name=LOOKS.name, order_by=("position",), limit=MAXIMUM_PAGE
    )
    return Page(position=position, rows=rows)
