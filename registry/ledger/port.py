"""The shape of the ledger as the rest of the registry sees it; nothing here knows the engine.

Writing: `Writer.submit(work)` runs `work(unit)` in the single writer thread, inside a SAVEPOINT of
a transaction shared with all that waited, and answers after that transaction's COMMIT. Reading:
`Reader` gives facts in ledger order and rows by their cells, each call from one snapshot.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeAlias, TypeVar
from uuid import UUID

from registry.events.base import Actor, Claim, Fact
from registry.events.catalogue import AnyEvent
from registry.ledger.rows import Cell, Change, Table
from registry.values.identifiers import ClaimId, FactId, Position, StreamId
from registry.values.time import Instant

AnyFact: TypeAlias = Fact[AnyEvent]
State = TypeVar("State")
Result = TypeVar("Result")
ResultOut_co = TypeVar("ResultOut_co", covariant=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """A fact and its place in the ledger."""

    position: Position
    fact: AnyFact
    stored: tuple[str, bytes] | None = field(default=None, repr=False, compare=False)
    """Topic and body as the store holds them: what the log is made of, and what a later schema reads differently."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A fact to be: the writer adds stream, version and `recorded_at`."""

    fact_id: FactId
    actor: Actor
    correlation: UUID
    event: AnyEvent
    causation: FactId | None = None
    effective_at: Instant | None = None
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """Who holds a claim: the command's facts, from `position` on, that took it."""

    claim_id: ClaimId
    digest: str | None
    stream: StreamId
    version: int
    position: Position
    fact_id: FactId


@dataclass(frozen=True, kw_only=True, slots=True)
class Fold(Generic[State]):
    """How a stream becomes a state: None for a stream of another noun. Pure, never refuses; `name` keys the cache."""

    name: str
    evolve: Callable[[State | None, AnyFact], State | None]


class Loads(Protocol):
    """What is read of a running transaction."""

    def state(self, stream: StreamId, fold: Fold[State], /) -> tuple[int, State | None]:
        """Give version and state of a stream, from the writer's cache; (0, None) for an empty one."""
        ...

    def facts(self, stream: StreamId, /) -> tuple[Recorded, ...]:
        """Give the facts of a stream, including those appended earlier in this transaction."""
        ...

    def rows(self, table: Table, where: Mapping[str, Cell], /) -> Sequence[Mapping[str, Cell]]:
        """Give rows of a table written with the facts, as this transaction sees them."""
        ...


class Unit(Loads, Protocol):
    """One command's share of the running transaction."""

    @property
    def now(self) -> Instant:
        """`recorded_at` of the next fact: strictly above that of every fact before it."""
        ...

    def holder(self, claim_id: ClaimId, /) -> Held | None:
        """Say who holds a claim, if anyone does."""
        ...

    def hold(self, claim: Claim, recorded: Recorded, /) -> None:
        """Take a claim for what a recorded fact says already, without a fact of its own.

        So that a request that changed nothing, sent again, goes on changing nothing. Raises `AlreadyTaken`.
        """
        ...

    def append(
        self, stream: StreamId, drafts: Sequence[Draft], /, *, expected_version: int, rows: Iterable[Change] = ()
    ) -> tuple[Recorded, ...]:
        """Append facts to a stream and write `rows` with them.

        Raises `StaleVersion` if the stream is not at `expected_version`, `AlreadyTaken` if a claim is
        held. Either undoes all of this command's share and nothing of its neighbours'.
        """
        ...


class Work(Protocol[ResultOut_co]):
    """What a command does in the writer: read, decide, append. Quick, no I/O of its own, may be run again."""

    def __call__(self, unit: Unit, /) -> ResultOut_co:
        """Do it; whatever is raised undoes it and reaches the caller of `submit`."""
        ...


class Writer(Protocol):
    """The single writer of a ledger."""

    def submit(
        self, work: Work[Result], /, *, urgent: bool = True, prepare: Callable[[], None] | None = None
    ) -> Awaitable[Result]:
        """Run work and answer after its commit; from the event loop. Raises `Unavailable` when full.

        `urgent` work (police, audit, courts) goes ahead of imports. `prepare` runs once before, in
        the writer's thread and outside any transaction; where it raises, work is not run.
        """
        ...

    def perform(
        self,
        work: Work[Result],
        /,
        *,
        urgent: bool = True,
        prepare: Callable[[], None] | None = None,
        timeout: float = 30.0,
    ) -> Result:
        """Do the same for a caller in another thread, which waits."""
        ...


class Reader(Protocol):
    """Facts and rows, each call answered from one snapshot of the store. Any thread may call."""

    @property
    def waits(self) -> bool:
        """Say whether a read waits for a network, so that an event loop must not make it itself."""
        ...

    def head(self) -> Position:
        """Give the position of the newest fact; 0 for an empty ledger."""
        ...

    def after(self, position: Position, /, *, limit: int, topics: Sequence[str] = ()) -> Sequence[Recorded]:
        """Give facts after a position in ledger order, `topics` alone if named."""
        ...

    def stream(self, stream: StreamId, /, *, upto: Position | None = None) -> tuple[Recorded, ...]:
        """Give the facts of a stream, up to and including a position."""
        ...

    def newest(self) -> tuple[Position, Instant]:
        """Give position and `recorded_at` of the newest fact; (0, 0) for an empty ledger."""
        ...

    def position_at(self, known_at: Instant, /) -> Position:
        """Give the position of the newest fact recorded at or before an instant; 0 if there is none."""
        ...

    def rows(
        self,
        table: Table,
        where: Mapping[str, Cell],
        /,
        *,
        order_by: Sequence[str] = (),
        after: Sequence[Cell] = (),
        limit: int | None = None,
    ) -> Sequence[Mapping[str, Cell]]:
        """Give rows whose named cells have these values, in order, after a key (keyset paging)."""
        ...

    def among(self, table: Table, column: str, cells: Sequence[Cell], /, *, limit: int) -> Sequence[Mapping[str, Cell]]:
        """Give the rows whose `column` has one of these cells, at most `limit` for each cell, from one snapshot."""
        ...

    def listed(self, table: Table, column: str, cells: Sequence[Cell], /, *, limit: int) -> Sequence[tuple[Cell, ...]]:
        """Give the same rows as cells, in the order of the table's columns."""
        ...

    def counted(self, table: Table, column: str, /, *, after: int, upto: int) -> int:
        """Count the rows whose integer `column` lies above `after` and not above `upto`."""
        ...

    def size(self, table: Table, /) -> int:
        """Count the rows of a table, all of them: a look at a whole index, for a start and not for a question."""
        ...

    def wait_changed(self, position: Position, /, *, timeout: float) -> Position:
        """Wait in a thread until the head is above `position`, or time is over; give the head."""
        ...
