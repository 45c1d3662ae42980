"""The view store's connections: a file beside the ledger's on SQLite, the ledger's database on PostgreSQL."""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from registry.errors import LedgerError
from registry.ledger import sqlite_session
from registry.ledger.settings import LedgerSettings
from registry.ledger.sqlite import LedgerDatastore, connect, create_file
from registry.ledger.tables import DialectName
from registry.ledger.viewstore import Run, ViewStore, Writes

FILE_NAME = "views.db"


def open_views(settings: LedgerSettings) -> ViewStore:
    """Open the view store of a ledger; it is made if missing, since it holds nothing of its own."""
    if settings.path is not None:
        return ViewStore(SQLiteViews(settings.path.with_name(FILE_NAME)))
    # Here and not above: the driver is a sixth of the start-up of a registry that keeps its ledger in a file.
    from registry.ledger.postgres_views import PostgresViews  # noqa: PLC0415

    return ViewStore(PostgresViews(settings))


class SQLiteViews:
    """Connections to the views' file; see `viewstore.ViewConnections`."""

    dialect: DialectName = "sqlite"

    def __init__(self, path: Path) -> None:
        """Take the file, making it if it is missing."""
        if not path.exists():
            try:
                create_file(path)
            except LedgerError:
                if not path.exists():
                    raise
        self._datastore = LedgerDatastore(path)
        self._reads = sqlite_session.SQLiteReads(self._datastore)
        self._connection: sqlite3.Connection | None = None
        self._writing = Lock()

    def write(self, act: Callable[[Writes], None]) -> None:
        """Run `act` in one transaction."""
        with self._writing, sqlite_session.faults():
            connection = self._connection = self._connection or connect(self._datastore.path)
            connection.execute("BEGIN IMMEDIATE")
            try:
                act(_Runner(connection))
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
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

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __call__(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, parameters).fetchall()

    def many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        self._connection.executemany(sql, rows)
