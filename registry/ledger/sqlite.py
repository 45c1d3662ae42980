"""The ledger in an SQLite file: the engine's recorder on a table of our own, its files and its settings.

Every connection's settings are set and then asserted: a store that would lose what it acknowledges
is not opened. One process writes (a lock file sees to it); any number read.
"""

import fcntl
import os
import sqlite3
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Final

from eventsourcing.persistence import Notification, StoredEvent, Tracking
from eventsourcing.sqlite import (
    SQLiteConnection,
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteProcessRecorder,
)

from registry.errors import LedgerError, NotDurable

JOURNAL_SIZE_LIMIT: Final = 67_108_864
SETTINGS: Final[dict[str, str]] = {
    "busy_timeout": "5000",
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "secure_delete": "ON",
    "journal_size_limit": str(JOURNAL_SIZE_LIMIT),
    "cell_size_check": "ON",
    "trusted_schema": "OFF",
    "cache_size": "-65536",
    "wal_autocheckpoint": "8000",
}
REQUIRED: Final[Mapping[str, object]] = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "secure_delete": 1,
    "journal_size_limit": JOURNAL_SIZE_LIMIT,
    "cell_size_check": 1,
    "trusted_schema": 0,
}
"""What must be in effect, written apart from what is set: a wrong setting is caught, not believed."""
_OLDEST_SQLITE: Final = (3, 37, 0)  # STRICT tables
_MAXIMUM_IDLE: Final = 16
_EVENTS_DDL: Final = (
    (
        "CREATE TABLE {table} ("
        "position INTEGER PRIMARY KEY AUTOINCREMENT, "
        "originator_id TEXT NOT NULL, "
        "originator_version INTEGER NOT NULL, "
        "topic TEXT NOT NULL, "
        "state BLOB NOT NULL, "
        "recorded_at INTEGER NOT NULL UNIQUE, "
        "UNIQUE (originator_id, originator_version)) STRICT"
    ),
    (
        "CREATE TRIGGER {table}_are_not_changed BEFORE UPDATE ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'facts are not changed'); END"
    ),
    (
        "CREATE TRIGGER {table}_are_not_deleted BEFORE DELETE ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'facts are not deleted'); END"
    ),
)
LEDGER_DDL: Final = (
    (
        "CREATE TABLE claim (claim_id BLOB PRIMARY KEY, digest TEXT, stream BLOB NOT NULL, version INTEGER NOT NULL, "
        "position INTEGER NOT NULL, fact_id BLOB NOT NULL) STRICT, WITHOUT ROWID"
    ),
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
)


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open a connection to an existing file; raises `NotDurable` if its settings do not hold.

    Readers open the file read-write and promise not to write, since a WAL cannot be read otherwise
    when nobody writes.
    """
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        message = "SQLite is too old: 3.37 is needed"
        raise NotDurable(message)
    uri = f"{path.absolute().as_uri()}?mode=rw"
    connection = sqlite3.connect(
        uri, uri=True, check_same_thread=False, isolation_level=None, timeout=5.0, cached_statements=256
    )
    try:
        for name, value in SETTINGS.items():
            connection.execute(f"PRAGMA {name}={value}").fetchall()
        if read_only:
            connection.execute("PRAGMA query_only=ON").fetchall()
        assert_durable(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def assert_durable(connection: sqlite3.Connection) -> None:
    """Raise `NotDurable`, naming the setting, unless every required setting is in effect."""
    for name, wanted in REQUIRED.items():
        found = connection.execute(f"PRAGMA {name}").fetchone()
        if found is None or found[0] != wanted:
            message = f"SQLite runs with another {name} than the ledger needs"
            raise NotDurable(message)


def create_file(path: Path) -> None:
    """Make an empty file nobody else can read, in a folder nobody else can enter."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        message = "there is something here already; a ledger is not created over it"
        raise LedgerError(message) from None
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class WriterLock:
    """The lock file that keeps a second writing process out. The kernel frees it when we die."""

    def __init__(self, path: Path) -> None:
        """Take the lock or raise `LedgerError` at once."""
        self._file = os.open(path.with_name(path.name + ".lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._file)
            message = "another process writes this ledger"
            raise LedgerError(message) from None

    def close(self) -> None:
        """Let the next writer in."""
        os.close(self._file)


class LedgerDatastore(SQLiteDatastore):
    """The engine's datastore on our connections.

    The engine's own pool never gives its writer lock back when a connection cannot be opened, so
    that one moment without file descriptors stops all writing for good. Here a lock that was taken
    is always given back, and connections are opened with asserted settings.
    """

    def __init__(self, path: Path) -> None:
        """Take the file; nothing is opened yet."""
        super().__init__(db_name=str(path))
        self.path = path
        self._writing = Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False

    @contextmanager
    def reading(self) -> Generator[sqlite3.Connection, None, None]:
        """Lend a connection that only reads; a connection that failed is not lent again."""
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = connect(self.path, read_only=True)
        connection.row_factory = None
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        if self._closed or len(self._idle) >= _MAXIMUM_IDLE:
            connection.close()
        else:
            self._idle.append(connection)

    @contextmanager
    def get_connection(self, *, commit: bool) -> Generator[SQLiteConnection, None, None]:
        """Lend a connection in the engine's own dress."""
        if not commit:
            with self.reading() as connection:
                yield _dressed(connection)
            return
        with self._writing:
            connection = connect(self.path)
            try:
                yield _dressed(connection)
            finally:
                connection.close()

    def close(self) -> None:
        """Close what is idle; what is lent is closed when it comes back."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()
        super().close()


def _dressed(connection: sqlite3.Connection) -> SQLiteConnection:
    connection.row_factory = sqlite3.Row
    return SQLiteConnection(sqlite_conn=connection, max_age=None)


class LedgerRecorder(SQLiteProcessRecorder):
    """The engine's recorder on our table: explicit positions that are never used twice, and a time."""

    def __init__(self, datastore: SQLiteDatastore, *, events_table_name: str = "stored_events") -> None:
        """Take the datastore; reads then name our columns."""
        super().__init__(datastore, events_table_name=events_table_name)
        table = self.events_table_name
        self.insert_events_statement = (
            f"INSERT INTO {table} (originator_id, originator_version, topic, state, recorded_at) "  # noqa: S608  # a name of ours
            f"VALUES (?,?,?,?, coalesce(?, (SELECT max(recorded_at) FROM {table}) + 1, 1))"
        )
        self.select_max_notification_id_statement = f"SELECT max(position) FROM {table}"  # noqa: S608  # a name of ours

    def construct_create_table_statements(self) -> list[str]:
        """Give the engine's tracking table and our own table of facts."""
        tracking = [sql for sql in super().construct_create_table_statements() if " tracking " in sql]
        return [*(sql.format(table=self.events_table_name) for sql in _EVENTS_DDL), *tracking]

    def _insert_events(
        self,
        c: SQLiteCursor,
        stored_events: Sequence[StoredEvent],
        **kwargs: Any,  # noqa: ANN401  # the engine's signature
    ) -> Sequence[int] | None:
        """Insert in the engine's own way; without `recorded_at` a fact comes one microsecond after the last."""
        instants: Sequence[int | None] = kwargs.get("recorded_at") or [None] * len(stored_events)
        positions: list[int] = []
        for stored, recorded_at in zip(stored_events, instants, strict=True):
            c.execute(
                self.insert_events_statement,
                (_hex(stored.originator_id), stored.originator_version, stored.topic, stored.state, recorded_at),
            )
            positions.append(c.lastrowid)
        tracking: Tracking | None = kwargs.get("tracking")
        if tracking is not None:
            self._insert_tracking(c, tracking)
        return positions

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Select as the engine does; it asks for `rowid`, which our table calls `position`."""
        conditions: list[str] = []
        parameters: list[int | str] = []
        if start is not None:
            conditions.append("position >= ?" if inclusive_of_start else "position > ?")
            parameters.append(start)
        if stop is not None:
            conditions.append("position <= ?")
            parameters.append(stop)
        if topics:
            conditions.append(f"topic IN ({','.join('?' * len(topics))})")
            parameters += topics
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        sql = f"SELECT * FROM {self.events_table_name} {where} ORDER BY position LIMIT ?"  # noqa: S608  # names of ours
        with self.datastore.transaction(commit=False) as c:
            c.execute(sql, [*parameters, limit])
            return [
                Notification(
                    id=row["position"],
                    originator_id=self.convert_originator_id(row["originator_id"]),
                    originator_version=row["originator_version"],
                    topic=row["topic"],
                    state=row["state"],
                )
                for row in c.fetchall()
            ]


def _hex(originator_id: object) -> str:
    return getattr(originator_id, "hex", None) or str(originator_id)
