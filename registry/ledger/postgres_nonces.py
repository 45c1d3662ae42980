"""Spent nonces in the ledger's database, seen by every process of the ledger; see `nonces`."""

from contextlib import suppress
from typing import Any, Final

import psycopg

from registry.ledger import postgres, postgres_reads
from registry.ledger.nonces import DDL
from registry.ledger.settings import LedgerSettings

_CREATE: Final = DDL.format("bytea", "bigint").encode()
_ARRANGE: Final = b"SET synchronous_commit = off; SET statement_timeout = '2s'; SET lock_timeout = '2s'"
"""A server that hangs must not hold up the police: after two seconds a process remembers by itself."""


class PostgresNonces:
    """One connection that does not wait for the disk; what it inserts is seen by others at once."""

    waits = True

    def __init__(self, settings: LedgerSettings) -> None:
        """Take the settings; the connection is made at first use, and anew when it died."""
        self._settings = settings
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = None

    def run(self, sql: str, parameters: tuple[Any, ...], /) -> tuple[int, list[tuple[Any, ...]]]:
        """Run one statement; see `nonces.Store`."""
        with postgres_reads.faults():
            connection = self._open()
            cursor = connection.execute(sql.encode(), parameters, prepare=True)
            return cursor.rowcount, cursor.fetchall() if cursor.description else []

    def close(self) -> None:
        """Give the connection up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> psycopg.Connection[tuple[Any, ...]]:
        if self._connection is None or self._connection.closed:
            made = postgres.connect(self._settings)
            made.execute(_ARRANGE)
            with suppress(psycopg.errors.UniqueViolation, psycopg.errors.DuplicateTable):  # another process was faster
                made.execute(_CREATE)
            self._connection = made
        return self._connection
