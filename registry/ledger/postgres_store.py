"""A ledger's place on PostgreSQL: a database, its tables."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from typing import Any

import psycopg

from registry.errors import LedgerError
from registry.ledger.postgres import LEDGER_DDL, LOCK_KEY, LedgerDatastore, LedgerRecorder, connect
from registry.ledger.postgres_reads import PostgresReads, faults
from registry.ledger.postgres_session import PostgresSession
from registry.ledger.rows import Change, Table
from registry.ledger.settings import LedgerSettings
from registry.ledger.sqlite_store import by_table
from registry.ledger.tables import Statements, physical_name


class PostgresStore:
    """The database of a ledger; see `store.Store`. Any number of processes may write."""

    def __init__(self, settings: LedgerSettings) -> None:
        """Take the settings; nothing is connected yet."""
        self._settings = settings

    def create(self, meta: Mapping[str, str], tables: Sequence[Table]) -> None:
        """Make all tables in one transaction: of two who try at once, one is told there is a ledger."""
        statements = Statements("postgres")
        with closing(LedgerDatastore(self._settings)) as datastore, closing(connect(self._settings)) as connection:
            recorder = LedgerRecorder(datastore)
            with faults(), connection.transaction(), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK_KEY,))
                if _has_ledger(connection):
                    raise LedgerError("there is something here already; a ledger is not created over it")
                for statement in recorder.sql_create_statements:
                    cursor.execute(statement)
                _run_all(cursor, LEDGER_DDL)
                for table in tables:
                    _run_all(cursor, (*statements.create(table), *statements.create_indexes(table)))
                cursor.executemany("INSERT INTO meta (name, value) VALUES (%s, %s)", list(meta.items()))

    def open(self) -> Mapping[str, str]:
        """Assert the settings, give `meta`."""
        with closing(connect(self._settings)) as connection:
            return _meta(connection)

    def meta(self) -> Mapping[str, str]:
        """Give `meta`, for one who only reads, from a replica perhaps."""
        with closing(connect(self._settings, read_only=True)) as connection:
            return _meta(connection)

    def columns(self) -> Mapping[str, tuple[str, ...]]:
        """Give the names of each table's columns, sorted."""
        with faults(), closing(connect(self._settings, read_only=True)) as connection:
            found = connection.execute(
                "SELECT table_name::text, column_name::text FROM information_schema.columns "
                "WHERE table_schema = current_schema()"
            ).fetchall()
        return by_table((str(table), str(column)) for table, column in found)

    def add_tables(self, tables: Sequence[Table], changes: Iterable[Sequence[Change]]) -> None:
        """Make tables and fill them in one transaction, writers waiting; indexes come last."""
        statements = Statements("postgres")
        with (
            faults(),
            closing(connect(self._settings)) as connection,
            connection.transaction(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK_KEY,))
            for table in tables:
                _run_all(cursor, statements.create(table))
            for some in changes:
                for step in statements.steps(some):
                    for parameters in step.parameters:
                        cursor.execute(step.sql.encode(), parameters)
            for table in tables:
                _run_all(cursor, statements.create_indexes(table))

    def session(self) -> PostgresSession:
        """Give the writer's session."""
        return PostgresSession(self._settings)

    def reads(self) -> PostgresReads:
        """Give connections for reading."""
        return PostgresReads(self._settings)

    def sweep(self, tables: Sequence[Table], *, compact: bool) -> None:
        """Remove dead rows of these tables; `compact` rewrites them, and writers wait meanwhile.

        The planner's statistics keep samples of what was in a column, so they are made anew, and their
        own table is rewritten where we may (the server skips it otherwise). The server's own log, its
        archives, replicas and backups are not ours: whoever runs the server lets them grow old.
        """
        command = "VACUUM (FULL, ANALYZE)" if compact else "VACUUM (ANALYZE)"
        with faults(), closing(connect(self._settings)) as connection:
            # Rewriting is as long as the table; a lock that is not had is still given up.
            connection.execute("SET statement_timeout = 0")
            for table in tables:
                connection.execute(f'{command} "{physical_name(table)}"'.encode())
            connection.execute("VACUUM (FULL) pg_catalog.pg_statistic" if compact else "VACUUM pg_catalog.pg_statistic")

    def close(self) -> None:
        """Nothing is held: the writers' lock is a transaction's."""


def _has_ledger(connection: psycopg.Connection[Any]) -> bool:
    found = connection.execute("SELECT to_regclass('meta') IS NOT NULL OR to_regclass('stored_events') IS NOT NULL")
    return bool((found.fetchone() or (False,))[0])


def _meta(connection: psycopg.Connection[Any]) -> Mapping[str, str]:
    with faults():
        if not _has_ledger(connection):
            return {}
        return {str(name): str(value) for name, value in connection.execute("SELECT name, value FROM meta")}


def _run_all(cursor: psycopg.Cursor[Any], statements: Iterable[str]) -> None:
    for sql in statements:
        cursor.execute(sql.encode())
