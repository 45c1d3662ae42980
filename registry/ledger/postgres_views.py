"""The view store's connections to PostgreSQL: the ledger's own database."""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any

import psycopg

from registry.ledger import postgres, postgres_reads
from registry.ledger.settings import LedgerSettings
from registry.ledger.tables import DialectName
from registry.ledger.viewstore import Run, Writes


class PostgresViews:
    """Connections to the ledger's database; see `viewstore.ViewConnections`."""

    dialect: DialectName = "postgres"

    def __init__(self, settings: LedgerSettings) -> None:
        """Take the settings."""
        self._settings = settings
        self._reads = postgres_reads.PostgresReads(settings)
        self._connection: psycopg.Connection[Any] | None = None
        self._writing = Lock()

    def write(self, act: Callable[[Writes], None]) -> None:
        """Run `act` in one transaction; a connection that died idle is made anew."""
        with self._writing, postgres_reads.faults():
            if self._connection is None or self._connection.closed:
                self._connection = postgres.connect(self._settings)
            connection = self._connection
            try:
                with connection.transaction():
                    act(_Runner(connection))
            except psycopg.OperationalError:
                connection.close()
                raise

    def read(self, ask: Callable[[Run], Any]) -> Any:  # noqa: ANN401  # whatever `ask` gives
        """Run `ask` in one snapshot."""
        return self._reads.together(ask)

    def close(self) -> None:
        """Give the connections up."""
        with self._writing:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
        self._reads.close()


class _Runner:
    """Runs statements on a connection; see `viewstore.Writes`."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def __call__(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        cursor = self._connection.execute(sql.encode(), parameters, prepare=True)
        return cursor.fetchall() if cursor.description else []

    def many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        if len(rows) == 1:
            self(sql, rows[0])
            return
        # Sent in one go: psycopg pipelines what is run many times.
        self._connection.cursor().executemany(sql.encode(), rows)
