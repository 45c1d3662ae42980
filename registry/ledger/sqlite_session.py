"""The writer's session and the readers' connections on SQLite."""

import sqlite3
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Final, TypeVar

from registry.ledger.codec import StoredFact
from registry.ledger.port import Held
from registry.ledger.rows import Cell, Table
from registry.ledger.sqlite import LedgerDatastore, connect
from registry.ledger.store import (
    Pending,
    Rows,
    Start,
    StatementRejected,
    StoreBroken,
    held,
    must_find,
    named,
    stored_fact,
)
from registry.ledger.tables import DialectName, Statements
from registry.values.identifiers import ClaimId, StreamId

_FACT: Final = "position, originator_id, originator_version, topic, state, recorded_at"
_INSERT_FACT: Final = f"INSERT INTO stored_events ({_FACT}) VALUES (?,?,?,?,?,?)"  # noqa: S608  # constants
_INSERT_CLAIM: Final = "INSERT INTO claim (claim_id, digest, stream, version, position, fact_id) VALUES (?,?,?,?,?,?)"
_START: Final = (
    "SELECT (SELECT seq FROM sqlite_sequence WHERE name = 'stored_events'), "
    "(SELECT max(recorded_at) FROM stored_events)"
)
_REFUSALS: Final = (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.ProgrammingError, sqlite3.InterfaceError)

Given = TypeVar("Given")


@contextmanager
def faults() -> Generator[None, None, None]:
    """Turn SQLite's errors into ours. Their texts may quote a value, so they are not carried on."""
    try:
        yield
    except (*_REFUSALS, OverflowError, UnicodeEncodeError):
        raise StatementRejected("the store refused a row") from None
    except sqlite3.Error as fault:
        raise StoreBroken(f"store-{_name_of(fault)}") from None
    except OSError:
        raise StoreBroken from None


def _name_of(fault: sqlite3.Error) -> str:
    """Give SQLite's own name of a fault as a word: `full`, `ioerr-write`, `busy`."""
    return getattr(fault, "sqlite_errorname", "SQLITE_ERROR").removeprefix("SQLITE_").lower().replace("_", "-")


class SQLiteSession:
    """The writer's connection; see `store.Session`."""

    checks_claims_late = False

    def __init__(self, path: Path) -> None:
        """Take the file; the connection is made by the thread that writes."""
        self._path = path
        self._statements = Statements("sqlite")
        self._connection: sqlite3.Connection | None = None

    def begin(self) -> Start:
        """Begin, with the write lock of the file."""
        with faults():
            if self._connection is None:
                self._connection = connect(self._path)
            self._connection.execute("BEGIN IMMEDIATE")
            last_position, last_recorded_at = self._connection.execute(_START).fetchone()
            return Start(next_position=(last_position or 0) + 1, last_recorded_at=last_recorded_at or 0)

    def savepoint(self) -> None:
        """Mark where one command begins."""
        self._run("SAVEPOINT command")

    def release(self) -> None:
        """Keep what was written since the mark."""
        self._run("RELEASE command")

    def undo(self) -> None:
        """Undo what was written since the mark, and the mark."""
        self._run("ROLLBACK TO command")
        self._run("RELEASE command")

    def write(self, pending: Pending) -> None:
        """Write facts, claims and rows."""
        with faults():
            connection = self._open()
            connection.executemany(
                _INSERT_FACT,
                [(position, stream.hex, *rest) for position, stream, *rest in pending.facts],
            )
            if pending.claims:
                connection.executemany(_INSERT_CLAIM, [_claim_row(claim) for claim in pending.claims])
            for step in self._statements.steps(pending.changes):
                if step.must_find is None:
                    connection.executemany(step.sql, step.parameters)
                else:
                    must_find(step, connection.execute(step.sql, step.parameters[0]).fetchone())

    def commit(self) -> None:
        """Commit: when this returns, the WAL has been flushed."""
        self._run("COMMIT")

    def rollback(self) -> None:
        """Undo all; a connection that cannot is thrown away, and with it the transaction."""
        connection = self._connection
        if connection is None:
            return
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.Error:
            self.close()

    def resolve(self, last: StoredFact) -> bool:
        """Say, on a new connection, whether this fact is in the file as we wrote it."""
        self.close()
        self.begin()
        try:
            found = self._all(f"SELECT {_FACT} FROM stored_events WHERE position = ?", (last[0],))  # noqa: S608  # constants
            return bool(found) and stored_fact(found[0]) == last
        finally:
            self.rollback()

    def version(self, stream: StreamId) -> int:
        """Give the version of a stream."""
        found = self._all("SELECT max(originator_version) FROM stored_events WHERE originator_id = ?", (stream.hex,))
        return found[0][0] or 0

    def facts(self, stream: StreamId, upto_version: int | None) -> list[StoredFact]:
        """Give a stream's facts in order, up to and including a version."""
        sql = f"SELECT {_FACT} FROM stored_events WHERE originator_id = ?"  # noqa: S608  # constants
        parameters: tuple[Any, ...] = (stream.hex,)
        if upto_version is not None:
            sql += " AND originator_version <= ?"
            parameters = (stream.hex, upto_version)
        return [stored_fact(cells) for cells in self._all(sql + " ORDER BY originator_version", parameters)]

    def holder(self, claim_id: ClaimId) -> Held | None:
        """Say who holds a claim."""
        found = self._all(
            "SELECT digest, stream, version, position, fact_id FROM claim WHERE claim_id = ?", (claim_id.bytes,)
        )
        return held(claim_id, found[0]) if found else None

    def rows(self, table: Table, where: Mapping[str, Cell]) -> Rows:
        """Give rows as this transaction sees them."""
        query = self._statements.select(table, where)
        return named(query, self._all(query.sql, query.parameters))

    def close(self) -> None:
        """Give the connection up; an open transaction is undone by it."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            raise StoreBroken
        return self._connection

    def _run(self, sql: str) -> None:
        with faults():
            self._open().execute(sql)

    def _all(self, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        with faults():
            return self._open().execute(sql, parameters).fetchall()


def _claim_row(claim: Held) -> tuple[Any, ...]:
    return (
        claim.claim_id.bytes,
        claim.digest,
        claim.stream.bytes,
        claim.version,
        claim.position,
        claim.fact_id.bytes,
    )


class SQLiteReads:
    """Connections that only read; see `store.Reads`."""

    dialect: DialectName = "sqlite"

    def __init__(self, datastore: LedgerDatastore) -> None:
        """Take the datastore that lends them."""
        self._datastore = datastore
        self._watcher: sqlite3.Connection | None = None
        self._watching = Lock()

    def all(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one SELECT; one statement is one snapshot."""
        with faults(), self._datastore.reading() as connection:
            return connection.execute(sql, parameters).fetchall()

    def together(self, ask: Callable[[Callable[..., list[tuple[Any, ...]]]], Given]) -> Given:
        """Run several SELECTs in one snapshot: `ask` is given a function that runs one."""
        with faults(), self._datastore.reading() as connection:

            def run(sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
                return connection.execute(sql, parameters).fetchall()

            connection.execute("BEGIN")
            try:
                return ask(run)
            finally:
                connection.execute("ROLLBACK")

    def changed(self) -> int:
        """Give `data_version`: another number once any other connection has committed."""
        with faults(), self._watching:
            if self._watcher is None:
                self._watcher = connect(self._datastore.path, read_only=True)
            return int(self._watcher.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Close what is idle."""
        with self._watching:
            if self._watcher is not None:
                self._watcher.close()
                self._watcher = None
        self._datastore.close()
