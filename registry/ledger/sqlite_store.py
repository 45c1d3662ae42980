"""A ledger's place on SQLite: a file, its lock, its tables."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from registry.errors import NoLedger
from registry.ledger.rows import Change, Table
from registry.ledger.sqlite import LEDGER_DDL, LedgerDatastore, LedgerRecorder, WriterLock, connect, create_file
from registry.ledger.sqlite_session import SQLiteReads, SQLiteSession, faults
from registry.ledger.store import StoreBroken
from registry.ledger.tables import Statements

_SWEEP_ATTEMPTS: Final = 3
"""Each waits for readers as long as `busy_timeout`."""


class SQLiteStore:
    """The file of a ledger; see `store.Store`."""

    def __init__(self, path: Path) -> None:
        """Take the path; nothing is touched yet."""
        self._path = path
        self._lock: WriterLock | None = None

    def create(self, meta: Mapping[str, str], tables: Sequence[Table]) -> None:
        """Make the file, private to its owner, and all tables in one transaction."""
        create_file(self._path)
        statements = Statements("sqlite")
        recorder = LedgerRecorder(LedgerDatastore(self._path))
        with faults(), closing(connect(self._path)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            for sql in (*recorder.construct_create_table_statements(), *LEDGER_DDL):
                connection.execute(sql)
            for table in tables:
                for sql in (*statements.create(table), *statements.create_indexes(table)):
                    connection.execute(sql)
            connection.executemany("INSERT INTO meta (name, value) VALUES (?, ?)", meta.items())
            connection.execute("COMMIT")

    def open(self) -> Mapping[str, str]:
        """Take the lock file, assert the settings, give `meta`."""
        self._must_exist()
        self._lock = WriterLock(self._path)
        try:
            return self.meta()
        except BaseException:
            self.close()
            raise

    def meta(self) -> Mapping[str, str]:
        """Give `meta`; nothing for a file that is not a ledger."""
        self._must_exist()
        with faults(), closing(connect(self._path)) as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
                return {}
            return dict(connection.execute("SELECT name, value FROM meta").fetchall())

    def columns(self) -> Mapping[str, tuple[str, ...]]:
        """Give the names of each table's columns, sorted."""
        with faults(), closing(connect(self._path)) as connection:
            found = connection.execute(
                "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'"
            ).fetchall()
        return by_table(found)

    def add_tables(self, tables: Sequence[Table], changes: Iterable[Sequence[Change]]) -> None:
        """Make tables and fill them in one transaction; indexes come last, that is quicker."""
        statements = Statements("sqlite")
        with faults(), closing(connect(self._path)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            for table in tables:
                _run_all(connection, statements.create(table))
            for some in changes:
                for step in statements.steps(some):
                    connection.executemany(step.sql, step.parameters)
            for table in tables:
                _run_all(connection, statements.create_indexes(table))
            connection.execute("COMMIT")

    def session(self) -> SQLiteSession:
        """Give the writer's session."""
        return SQLiteSession(self._path)

    def reads(self) -> SQLiteReads:
        """Give connections for reading."""
        return SQLiteReads(LedgerDatastore(self._path))

    def sweep(self, tables: Sequence[Table], *, compact: bool) -> None:  # noqa: ARG002  # a file is swept whole
        """Empty the write-ahead log into the file, which zeroes what is deleted; `compact` rewrites it (VACUUM).

        Zeroing (`secure_delete`) reaches deleted cells. Rows that SQLite moved from page to page can
        leave older copies in a page's free room; those go with a rewrite.
        """
        with faults(), closing(connect(self._path)) as connection:
            if compact:
                connection.execute("VACUUM")
            for _ in range(_SWEEP_ATTEMPTS):
                busy, *_rest = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                if not busy:
                    return
        # A reader holds an old snapshot; the log cannot be emptied while it does.
        raise StoreBroken("store-busy")

    def close(self) -> None:
        """Free the lock file."""
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.close()

    def _must_exist(self) -> None:
        if not self._path.is_file():
            raise NoLedger("there is no ledger here; creating one is an explicit act")


def by_table(found: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    """Gather (table, column) pairs by table, sorted."""
    columns: dict[str, list[str]] = {}
    for table, column in found:
        columns.setdefault(table, []).append(column)
    return {table: tuple(sorted(names)) for table, names in columns.items()}


def _run_all(connection: sqlite3.Connection, statements: Iterable[str]) -> None:
    for sql in statements:
        connection.execute(sql)
