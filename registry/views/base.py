"""What a view is: tables, and a pure function from a recorded fact to changes of their rows.

The engine alone reads facts and writes rows, so a view is told by its tables and its function. The
function sees one fact at a time and nothing else: what a later fact amends must be found by the key
that the later fact carries.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias

from registry.ledger.port import Recorded
from registry.ledger.rows import Cell, Change, Put, Table
from registry.values.identifiers import Position

On: TypeAlias = Callable[[Recorded], Iterable[Change]]
Handler: TypeAlias = Callable[[Recorded, Any], Iterable[Change]]
Rows: TypeAlias = Sequence[Mapping[str, Cell]]
MAXIMUM_PAGE: Final = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """A question that is asked often, answered ahead. `on` is pure and may be run again over all facts."""

    name: str
    tables: tuple[Table, ...]
    on: On

    @property
    def quarantine(self) -> Table:
        """The table of facts that the function could not take: where they stand, and the error's class."""
        return Table(
            name=f"{self.name}_quarantine",
            columns={"position": "integer", "topic": "text", "error": "text"},
            key=("position",),
        )

    @property
    def all_tables(self) -> tuple[Table, ...]:
        """Its own tables and its quarantine."""
        return (*self.tables, self.quarantine)


class ViewReads(Protocol):
    """How queries read a view; the view store does it."""

    def rows(
        self,
        table: Table,
        where: Mapping[str, Cell],
        /,
        *,
        view_name: str | None = None,
        generation: int | None = None,
        order_by: Sequence[str] = (),
        after: Sequence[Cell] = (),
        limit: int | None = None,
    ) -> tuple[Position, Rows]:
        """Give rows and the position they are of, from one snapshot."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Some rows of a view, in order, and the ledger position that they are of."""

    position: Position
    rows: Rows


def by_kind(handlers: Mapping[type, Handler]) -> On:
    """Give a view's function from one function a kind of event; other kinds change nothing."""
    kept = dict(handlers)

    def on(recorded: Recorded) -> Iterable[Change]:
        handler = kept.get(type(recorded.fact.event))
        return handler(recorded, recorded.fact.event) if handler else ()

    return on


def quarantined(view: View, recorded: Recorded, error: Exception) -> Put:
    """Give the row of a fact that could not be taken. The error's own words may quote a value and stay out."""
    row: dict[str, Cell] = {
        "position": recorded.position,
        "topic": recorded.fact.event.TOPIC,
        "error": type(error).__name__,
    }
    return Put(table=view.quarantine, row=row)


def page_size(limit: int) -> int:
    """Hold a page's size to what one answer may carry."""
    return max(1, min(limit, MAXIMUM_PAGE))
