"""The readers' connections on PostgreSQL, and what its errors mean to us."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any, Final, TypeVar

import psycopg

from registry.ledger.postgres import connect
from registry.ledger.settings import LedgerSettings
from registry.ledger.store import StatementRejected, StoreBroken
from registry.ledger.tables import DialectName

_MAXIMUM_IDLE: Final = 8

Given = TypeVar("Given")


@contextmanager
def faults() -> Generator[None, None, None]:
    """Turn PostgreSQL's errors into ours. Their texts quote values, so they are not carried on."""
    try:
        yield
    except (psycopg.IntegrityError, psycopg.DataError, psycopg.ProgrammingError, UnicodeEncodeError):
        raise StatementRejected("the store refused a row") from None
    except (psycopg.Error, OSError):
        raise StoreBroken from None


class PostgresReads:
    """A few connections that only read; see `store.Reads`. They may be of a replica."""

    dialect: DialectName = "postgres"

    def __init__(self, settings: LedgerSettings) -> None:
        """Take the settings; connections are made as they are needed."""
        self._settings = settings
        self._idle: list[psycopg.Connection[tuple[Any, ...]]] = []
        self._closed = False
        self._guard = Lock()

    @contextmanager
    def _lent(self) -> Generator[psycopg.Connection[tuple[Any, ...]], None, None]:
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = connect(self._settings, read_only=True)
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        with self._guard:
            if not self._closed and len(self._idle) < _MAXIMUM_IDLE:
                self._idle.append(connection)
                return
        connection.close()

    def all(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one SELECT; one statement is one snapshot. A connection that died idle is replaced once."""
        try:
            return self._once(sql, parameters)
        except StoreBroken:
            with self._guard:
                stale, self._idle = self._idle, []
            for connection in stale:
                connection.close()
            return self._once(sql, parameters)

    def together(self, ask: Callable[[Callable[..., list[tuple[Any, ...]]]], Given]) -> Given:
        """Run several SELECTs in one snapshot: `ask` is given a function that runs one."""
        with faults(), self._lent() as connection:

            def run(sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
                return connection.execute(sql.encode(), parameters, prepare=True).fetchall()

            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try:
                return ask(run)
            finally:
                connection.execute("ROLLBACK")

    def changed(self) -> int:
        """Give the position of the newest fact; the log itself is asked, no notification is relied on."""
        found = self.all("SELECT coalesce(max(notification_id), 0) FROM stored_events")
        return int(found[0][0])

    def close(self) -> None:
        """Close what is idle; what is lent is closed when it comes back."""
        with self._guard:
            self._closed = True
            stale, self._idle = self._idle, []
        for connection in stale:
            connection.close()

    def _once(self, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        with faults(), self._lent() as connection:
            return connection.execute(sql.encode(), parameters, prepare=True).fetchall()
