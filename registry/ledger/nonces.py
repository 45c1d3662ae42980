"""What may be used once and was used: nonces of signed requests and ids of assertions, kept until they have run out.

    SQLite       `nonces.db` beside the ledger's file: one process writes a ledger, and this outlives it
    PostgreSQL   the table `spent_nonce` of the ledger's database, which every process of the ledger sees

Neither waits for the disk. What a store loses when its machine loses power was good for six minutes at most, less than
the machine takes to come back and its operator to look; a process that is killed loses nothing. While the store cannot
be reached this process remembers by itself, so that police are answered: nothing is recorded in that time but answers.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any, Final, Protocol

from registry.errors import NotSigned, Unavailable
from registry.ledger.settings import LedgerSettings
from registry.ledger.sqlite import create_file
from registry.ledger.store import StoreBroken
from registry.values.time import Instant

FILE_NAME: Final = "nonces.db"
MAXIMUM: Final = 1_000_000
"""Kept at once, expired ones left out: 2,400 signed requests a second. One more has to wait."""
_SWEEP: Final = 4096
"""After so many the expired ones are taken out."""
_TABLE: Final = "spent_nonce"
DDL: Final = f"CREATE TABLE IF NOT EXISTS {_TABLE} (mark {{0}} PRIMARY KEY, until {{1}} NOT NULL)"
_SPEND: Final = (
    f"INSERT INTO {_TABLE} (mark, until) VALUES ({{0}}, {{0}}) "  # noqa: S608  # constants
    f"ON CONFLICT (mark) DO UPDATE SET until = excluded.until WHERE {_TABLE}.until <= {{0}}"
)
_DELETE: Final = f"DELETE FROM {_TABLE} WHERE until <= {{0}}"  # noqa: S608  # constants
_COUNT: Final = f"SELECT count(*) FROM {_TABLE}"  # noqa: S608  # constants


class Store(Protocol):
    """Where marks are kept. Raises `StoreBroken` when it cannot be used."""

    waits: bool
    """Whether an answer comes over a network."""

    def run(self, sql: str, parameters: tuple[Any, ...], /) -> tuple[int, list[tuple[Any, ...]]]:
        """Run one statement at once; give the number of rows it changed, and those it found."""
        ...

    def close(self) -> None:
        """Give the connection up."""
        ...


class Nonces:
    """Spends nonces, each once. Any thread may."""

    def __init__(self, store: Store, mark: str, *, maximum: int = MAXIMUM) -> None:
        """Take the store and its mark of a parameter."""
        self._store = store
        self._spend, self._delete = _SPEND.format(mark), _DELETE.format(mark)
        self._maximum = maximum
        self._kept = 0
        self._since = _SWEEP
        """Counted from the first use on: another process may have left some."""
        self._alone: dict[bytes, Instant] = {}
        self._lock = Lock()

    @property
    def waits(self) -> bool:
        """Say whether spending waits for a network, so that it is not the loop's to do."""
        return self._store.waits

    def spend(self, mark: bytes, until: Instant, now: Instant) -> None:
        """Spend what this mark stands for; raises `NotSigned` if it was spent, `Unavailable` when too many are kept."""
        with self._lock:
            if self._alone.get(mark, now) > now:
                raise NotSigned("signature-replayed")
            try:
                self._make_room(now)
                changed, _ = self._store.run(self._spend, (mark, until, now))
            except StoreBroken:
                self._remember(mark, until, now)
                return
            self._since += changed
        if not changed:
            raise NotSigned("signature-replayed")

    def close(self) -> None:
        """Give the store up."""
        self._store.close()

    def _make_room(self, now: Instant) -> None:
        if self._since >= _SWEEP or self._kept + self._since >= self._maximum:
            self._store.run(self._delete, (now,))
            self._kept, self._since = int(self._store.run(_COUNT, ())[1][0][0]), 0
        if self._kept + self._since >= self._maximum:
            raise Unavailable("queue-full", retry_after=30)

    def _remember(self, mark: bytes, until: Instant, now: Instant) -> None:
        if len(self._alone) >= self._maximum:
            self._alone = {each: end for each, end in self._alone.items() if end > now}
        if len(self._alone) >= self._maximum:
            raise Unavailable("queue-full", retry_after=30)
        self._alone[mark] = until


def open_nonces(settings: LedgerSettings) -> Nonces:
    """Open what a ledger's processes have spent; it is made if missing."""
    if settings.path is not None:
        return Nonces(SQLiteNonces(settings.path.with_name(FILE_NAME)), "?")
    # Here and not above: the driver is a sixth of the start-up of a registry that keeps its ledger in a file.
    from registry.ledger.postgres_nonces import PostgresNonces  # noqa: PLC0415

    return Nonces(PostgresNonces(settings), "%s")


class SQLiteNonces:
    """A file of its own, written without waiting for the disk."""

    waits = False

    def __init__(self, path: Path) -> None:
        """Take the file, making it if it is missing."""
        if not path.exists():
            create_file(path)
        self._connection = self._faulty(lambda: _connect(path))

    def run(self, sql: str, parameters: tuple[Any, ...], /) -> tuple[int, list[tuple[Any, ...]]]:
        """Run one statement; see `Store`."""
        cursor = self._faulty(lambda: self._connection.execute(sql, parameters))
        return cursor.rowcount, cursor.fetchall() if cursor.description else []

    def close(self) -> None:
        """Give the connection up."""
        self._connection.close()

    @staticmethod
    def _faulty(act: Callable[[], Any]) -> Any:  # noqa: ANN401  # whatever `act` gives
        try:
            return act()
        except sqlite3.Error as fault:
            raise StoreBroken(f"nonces-{type(fault).__name__.lower()}") from None


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=OFF", "trusted_schema=OFF"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(DDL.format("BLOB", "INTEGER") + " STRICT, WITHOUT ROWID")
    return connection
