"""What the writer and the reader ask of a store; SQLite and PostgreSQL each answer it.

Faults come in two kinds. `StatementRejected`: the store is well and refused what one command sent
it. `StoreBroken`: the store could not do it for anybody now (disk full, connection lost, locked).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, TypeVar
from uuid import UUID

from registry.errors import Unavailable
from registry.ledger.codec import StoredFact
from registry.ledger.port import Held
from registry.ledger.rows import Cell, Change, Table
from registry.ledger.tables import DialectName, Query, StatementRejected, Step
from registry.values.identifiers import ClaimId, StreamId


class StoreBroken(Unavailable):
    """The store cannot be written or read now; the connection is to be made anew."""

    def __init__(self, code: str = "store-unavailable") -> None:
        """Keep the code; the store's own words are not shown, they may quote a value."""
        super().__init__(code)


@dataclass(frozen=True, kw_only=True, slots=True)
class Start:
    """What a transaction finds when it has the writers' lock."""

    next_position: int
    last_recorded_at: int
    written_elsewhere: Sequence[StreamId] | None = ()
    """Streams other processes have written since our last transaction; None: too many to name."""


class Pending:
    """What is to be written and not yet in the transaction."""

    __slots__ = ("changes", "claims", "facts", "touched")

    def __init__(self) -> None:
        """Begin with nothing. One is made for each command: written out, it costs a quarter of a dataclass's."""
        self.facts: list[StoredFact] = []
        self.claims: list[Held] = []
        self.changes: list[Change] = []
        self.touched: set[str] = set()
        """Names of the tables that `changes` are of."""

    def change(self, changes: Iterable[Change]) -> None:
        """Let rows wait."""
        for change in changes:
            self.changes.append(change)
            self.touched.add(change.table.name)

    def __bool__(self) -> bool:
        """Say whether there is anything to write."""
        return bool(self.facts or self.changes or self.claims)

    def take(self, other: "Pending") -> None:
        """Put another's share behind our own."""
        self.facts += other.facts
        self.claims += other.claims
        self.changes += other.changes
        self.touched |= other.touched


__all__ = ["Pending", "Reads", "Rows", "Session", "Start", "StatementRejected", "Store", "StoreBroken"]

Rows: TypeAlias = Sequence[Mapping[str, Cell]]
Given = TypeVar("Given")


class Session(Protocol):
    """The writer's connection. One thread uses it. Every method raises the two faults above."""

    checks_claims_late: bool
    """A look-up costs a round trip, so a taken claim may show only when the batch is written."""

    def begin(self) -> Start:
        """Open a connection if there is none, begin, and take the writers' lock."""
        ...

    def savepoint(self) -> None:
        """Mark where one command begins."""
        ...

    def release(self) -> None:
        """Keep what was written since the mark."""
        ...

    def undo(self) -> None:
        """Undo what was written since the mark."""
        ...

    def write(self, pending: Pending) -> None:
        """Write facts, claims and rows."""
        ...

    def commit(self) -> None:
        """Commit durably. After `StoreBroken` it is open whether it happened: ask `resolve`."""
        ...

    def rollback(self) -> None:
        """Undo all. Never raises; a connection that cannot roll back is thrown away."""
        ...

    def resolve(self, last: StoredFact) -> bool:
        """Say, on a new connection, whether the transaction that ended with this fact was committed."""
        ...

    def version(self, stream: StreamId) -> int:
        """Give the version of a stream as committed; 0 for an empty one."""
        ...

    def facts(self, stream: StreamId, upto_version: int | None) -> list[StoredFact]:
        """Give a stream's facts in order, up to and including a version."""
        ...

    def holder(self, claim_id: ClaimId) -> Held | None:
        """Say who holds a claim."""
        ...

    def rows(self, table: Table, where: Mapping[str, Cell]) -> Rows:
        """Give rows as this transaction sees them."""
        ...

    def close(self) -> None:
        """Give the connection up."""
        ...


class Reads(Protocol):
    """Connections that only read. Any thread may use them."""

    dialect: DialectName

    def all(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one SELECT in a snapshot of its own and give all it finds."""
        ...

    def together(self, ask: Callable[[Callable[..., list[tuple[Any, ...]]]], Given]) -> Given:
        """Run several SELECTs in one snapshot: `ask` is given a function that runs one."""
        ...

    def changed(self) -> int:
        """Give a number that changes when another connection has committed; cheap."""
        ...

    def close(self) -> None:
        """Give the connections up."""
        ...


def named(query: Query, found: Iterable[Sequence[Any]]) -> Rows:
    """Give found tuples as rows by column name."""
    columns = query.columns
    return [dict(zip(columns, cells, strict=True)) for cells in found]


def must_find(step: Step, counted: Sequence[Any] | None) -> None:
    """Refuse the share whose step counted anything but what it must."""
    if counted is None or counted[0] != step.must_find:
        raise StatementRejected("a row is not as it must be")


def stored_fact(cells: Sequence[Any]) -> StoredFact:
    """Give a found tuple as a stored fact; SQLite keeps stream ids as hexadecimal text."""
    position, stream, version, topic, body, recorded_at = cells
    return (
        position,
        stream if isinstance(stream, UUID) else UUID(hex=stream),
        version,
        topic,
        bytes(body),
        recorded_at,
    )


def held(claim_id: ClaimId, cells: Sequence[Any]) -> Held:
    """Give a found claim as who holds it."""
    digest, stream, version, position, fact_id = cells
    return Held(
        claim_id=claim_id,
        digest=digest,
        stream=StreamId(UUID(bytes=bytes(stream))),
        version=version,
        position=position,
        fact_id=UUID(bytes=bytes(fact_id)),  # type: ignore[arg-type]  # a FactId is a UUID
    )


class Store(Protocol):
    """A place where a ledger is or can be made."""

    def create(self, meta: Mapping[str, str], tables: Sequence[Table]) -> None:
        """Make all tables and write `meta`. Raises `LedgerError` if anything is there already."""
        ...

    def open(self) -> Mapping[str, str]:
        """Take the right to write, assert the settings, give `meta`; empty if there is no ledger."""
        ...

    def meta(self) -> Mapping[str, str]:
        """Give `meta`, for one who only reads."""
        ...

    def columns(self) -> Mapping[str, tuple[str, ...]]:
        """Give the names of each table's columns, sorted."""
        ...

    def add_tables(self, tables: Sequence[Table], changes: Iterable[Sequence[Change]]) -> None:
        """Make tables and fill them, all or nothing."""
        ...

    def session(self) -> Session:
        """Give the writer's session, not yet connected."""
        ...

    def reads(self) -> Reads:
        """Give connections for reading."""
        ...

    def sweep(self, tables: Sequence[Table], *, compact: bool) -> None:
        """Remove what deleting from these tables leaves behind in the store's files, as far as that is ours to do.

        `compact` rewrites the files, so that no stale copy of a row stays between others. Beside writers
        and readers; raises `StoreBroken` when they leave no room for it.
        """
        ...

    def close(self) -> None:
        """Give up the right to write."""
        ...
