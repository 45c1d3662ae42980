"""A running transaction as it would be without the facts in doubt: what stands whoever held a stolen key.

For what cannot be undone. A check says CANNOT TELL and is asked again; a key that was destroyed is gone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from registry.access import doubt
from registry.access.doubt import NO_DOUBTS, Doubts, in_doubt
from registry.ledger.port import Fold, Loads, Recorded, State
from registry.ledger.rows import Cell, Table
from registry.values.identifiers import Position, StreamId
from registry.values.institution import directory_stream

_NOW: Final = Position(2**63 - 1)
"""Every mark there is counts, and every confirmation."""


@dataclass(frozen=True, slots=True)
class BeyondDoubt:
    """Loads what a transaction sees, and passes over each fact in doubt. Rows are as they are."""

    unit: Loads
    doubts: Doubts

    def facts(self, stream: StreamId, /) -> tuple[Recorded, ...]:
        """Give the facts of a stream that are beyond doubt."""
        found = self.unit.facts(stream)
        return tuple(each for each in found if not in_doubt(self.doubts, each.fact, each.position, known=_NOW))

    def state(self, stream: StreamId, fold: Fold[State], /) -> tuple[int, State | None]:
        """Give the version of a stream as it is, and the state that it would have."""
        state: State | None = None
        for each in self.facts(stream):
            state = fold.evolve(state, each.fact)
        return len(self.unit.facts(stream)), state

    def rows(self, table: Table, where: Mapping[str, Cell], /) -> Sequence[Mapping[str, Cell]]:
        """Give rows, also those that a fact in doubt has written: they say where to look."""
        return self.unit.rows(table, where)


def beyond_doubt(unit: Loads, ledger_id: str) -> BeyondDoubt | None:
    """Give what stands beyond doubt; None where no key was ever marked as in wrong hands."""
    doubts = NO_DOUBTS
    for each in unit.facts(directory_stream(UUID(ledger_id))):
        doubts = doubt.evolve(doubts, each.fact, each.position)
    return BeyondDoubt(unit, doubts) if doubts.marks else None
