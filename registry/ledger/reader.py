"""Facts in ledger order and rows by their cells, for any thread; the `port.Reader` of both stores."""

from collections.abc import Mapping, Sequence
from threading import Condition
from time import monotonic
from typing import Any, Final

from registry.errors import LedgerError
from registry.ledger.among import among, counted, listed, size
from registry.ledger.codec import Codec, StoredFact
from registry.ledger.port import Held, Recorded
from registry.ledger.rows import Cell, Table
from registry.ledger.store import Reads, Rows, held, named, stored_fact
from registry.ledger.tables import Statements
from registry.values.identifiers import ClaimId, Position, StreamId
from registry.values.time import Instant

MAXIMUM_LIMIT: Final = 10_000
_POLL_SECONDS: Final = 0.05
"""How often another process' commits are looked for; a wake-up in this process comes at once."""
_COLUMNS: Final = {
    "sqlite": "position, originator_id, originator_version, topic, state, recorded_at",
    "postgres": "notification_id, originator_id, originator_version, topic, state, recorded_at",
}
_POSITION: Final = {"sqlite": "position", "postgres": "notification_id"}


class LedgerReader:
    """Reads a ledger. Each call is one statement, and so one snapshot."""

    def __init__(self, reads: Reads, codec: Codec, changed: Condition) -> None:
        """Take the connections; `changed` is notified by the writer of this process, if there is one."""
        self._reads = reads
        self._codec = codec
        self._changed = changed
        self._statements = Statements(reads.dialect)
        self._position = _POSITION[reads.dialect]
        self._columns = _COLUMNS[reads.dialect]
        self._mark = "?" if reads.dialect == "sqlite" else "%s"

    @property
    def waits(self) -> bool:
        """Say whether a read waits for a network: PostgreSQL's do, SQLite's are quick enough for a loop."""
        return self._reads.dialect == "postgres"

    def head(self) -> Position:
        """Give the position of the newest fact; 0 for an empty ledger."""
        found = self._reads.all(f"SELECT max({self._position}) FROM stored_events")  # noqa: S608  # constants
        return Position(found[0][0] or 0)

    def newest(self) -> tuple[Position, Instant]:
        """Give position and `recorded_at` of the newest fact; (0, 0) for an empty ledger."""
        sql = f"SELECT {self._position}, recorded_at FROM stored_events ORDER BY {self._position} DESC LIMIT 1"  # noqa: S608  # constants
        found = self._reads.all(sql)
        return (Position(found[0][0]), Instant(found[0][1])) if found else (Position(0), Instant(0))

    def after(self, position: Position, /, *, limit: int, topics: Sequence[str] = ()) -> Sequence[Recorded]:
        """Give at most `limit` (up to `MAXIMUM_LIMIT`) facts after a position, `topics` alone if named."""
        if not 0 < limit <= MAXIMUM_LIMIT:
            raise LedgerError("a limit lies between 1 and the maximum")
        sql = f"SELECT {self._columns} FROM stored_events WHERE {self._position} > {self._mark}"  # noqa: S608  # constants
        parameters: list[Any] = [position]
        if topics:
            sql += f" AND topic IN ({', '.join(self._mark for _ in topics)})"
            parameters += topics
        sql += f" ORDER BY {self._position} LIMIT {limit:d}"
        return self._recorded(sql, parameters)

    def stored_after(self, position: Position, /, *, limit: int) -> Sequence[StoredFact]:
        """Give facts after a position as they are stored, undecoded: what the log is made of."""
        if not 0 < limit <= MAXIMUM_LIMIT:
            raise LedgerError("a limit lies between 1 and the maximum")
        sql = (
            f"SELECT {self._columns} FROM stored_events WHERE {self._position} > {self._mark} "  # noqa: S608  # constants
            f"ORDER BY {self._position} LIMIT {limit:d}"
        )
        return [stored_fact(cells) for cells in self._reads.all(sql, (position,))]

    def stream(self, stream: StreamId, /, *, upto: Position | None = None) -> tuple[Recorded, ...]:
        """Give the facts of a stream, up to and including a position."""
        sql = f"SELECT {self._columns} FROM stored_events WHERE originator_id = {self._mark}"  # noqa: S608  # constants
        parameters: list[Any] = [stream.hex if self._reads.dialect == "sqlite" else stream]
        if upto is not None:
            sql += f" AND {self._position} <= {self._mark}"
            parameters.append(upto)
        return self._recorded(sql + " ORDER BY originator_version", parameters)

    def position_at(self, known_at: Instant, /) -> Position:
        """Give the position of the newest fact recorded at or before an instant; 0 if there is none.

        `recorded_at` and the position rise together, so the index of the one gives the other.
        """
        sql = (
            f"SELECT {self._position} FROM stored_events WHERE recorded_at <= {self._mark} "  # noqa: S608  # constants
            "ORDER BY recorded_at DESC LIMIT 1"
        )
        found = self._reads.all(sql, (known_at,))
        return Position(found[0][0] if found else 0)

    def holder(self, claim_id: ClaimId, /) -> Held | None:
        """Say who holds a claim, as committed."""
        found = self._reads.all(
            f"SELECT digest, stream, version, position, fact_id FROM claim WHERE claim_id = {self._mark}",  # noqa: S608  # constants
            (claim_id.bytes,),
        )
        return held(claim_id, found[0]) if found else None

    def rows(
        self,
        table: Table,
        where: Mapping[str, Cell],
        /,
        *,
        order_by: Sequence[str] = (),
        after: Sequence[Cell] = (),
        limit: int | None = None,
    ) -> Rows:
        """Give rows whose named cells have these values, in order, after a key (keyset paging)."""
        query = self._statements.select(table, where, order_by=order_by, after=after, limit=limit)
        return named(query, self._reads.all(query.sql, query.parameters))

    def among(self, table: Table, column: str, cells: Sequence[Cell], /, *, limit: int) -> Rows:
        """Give the rows whose `column` has one of these cells, at most `limit` for each cell, from one snapshot."""
        return among(self._reads, table, column, cells, limit=limit)

    def listed(self, table: Table, column: str, cells: Sequence[Cell], /, *, limit: int) -> Sequence[tuple[Cell, ...]]:
        """Give the same rows as cells, in the order of the table's columns."""
        return listed(self._reads, table, column, cells, limit=limit)

    def counted(self, table: Table, column: str, /, *, after: int, upto: int) -> int:
        """Count the rows whose integer `column` lies above `after` and not above `upto`."""
        return counted(self._reads, table, column, after=after, upto=upto)

    def size(self, table: Table, /) -> int:
        """Count the rows of a table, all of them: a look at a whole index, for a start and not for a question."""
        return size(self._reads, table)

    def wait_changed(self, position: Position, /, *, timeout: float) -> Position:
        """Wait in a thread until the head is above `position`, or `timeout` seconds are over; give the head."""
        deadline = monotonic() + timeout
        while True:
            version = self._reads.changed()
            head = self.head()
            if head > position:
                return head
            while version == self._reads.changed():
                remaining = deadline - monotonic()
                if remaining <= 0:
                    return head
                with self._changed:
                    self._changed.wait(min(remaining, _POLL_SECONDS))

    def close(self) -> None:
        """Give the connections up."""
        self._reads.close()

    def _recorded(self, sql: str, parameters: Sequence[Any]) -> tuple[Recorded, ...]:
        return tuple(self._codec.recorded(stored_fact(cells)) for cells in self._reads.all(sql, parameters))
