"""Step 8 of the write path: what whoever gave a command is told of what the registry recorded."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from registry.ledger.port import Recorded
from registry.values.identifiers import FactId, Position, StreamId, derived
from registry.values.time import Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """What the registry recorded of a command. `facts` is empty where it held already."""

    stream: StreamId
    version: int
    position: Position
    recorded_at: Instant
    facts: tuple[FactId, ...]
    recorded: tuple[Recorded, ...] = field(default=(), repr=False)
    """The facts themselves; empty where there are none, and for answers, which are signed as such."""
    replayed: bool = False
    spooled: bool = False
    """An answer that waits in the spool: it has no place in the ledger yet, and `position` is 0."""


def fact_of_command(first: FactId, number: int) -> FactId:
    """Give the id of a command's facts: the first is random, the others derive from it."""
    return first if number == 0 else FactId(derived(first, f"fact/{number}"))


def receipt_of(recorded: Sequence[Recorded], *, replayed: bool = False) -> Receipt:
    """Give the receipt of the facts that one command recorded; at least one."""
    last = recorded[-1]
    return Receipt(
        stream=last.fact.stream,
        version=last.fact.version,
        position=last.position,
        recorded_at=last.fact.recorded_at,
        facts=tuple(each.fact.fact_id for each in recorded),
        recorded=tuple(recorded),
        replayed=replayed,
    )


def as_it_stood(last: Recorded, *, replayed: bool = False) -> Receipt:
    """Give the receipt of a command that recorded nothing, because what it says is so already."""
    return Receipt(
        stream=last.fact.stream,
        version=last.fact.version,
        position=last.position,
        recorded_at=last.fact.recorded_at,
        facts=(),
        replayed=replayed,
    )
