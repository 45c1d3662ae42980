"""What is remembered of failed sign-ins: a SQLite file that all processes on the machine share, and no address in it.

A place is where failures are counted: a client's name as it was used from one peer, or a peer. The file holds a keyed
hash of it, so that whoever reads the file learns no address. Failures are forgotten after their time; a lock is not.
"""

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final
from uuid import UUID

from registry.values.time import Instant

FILE: Final = "locks.db"
MAXIMUM_FAILURES: Final = 100_000
MAXIMUM_LOCKS: Final = 100_000
"""Beyond them the oldest give way: a guesser with so many addresses must not fill the disk."""
_BUSY_SECONDS: Final = 1.0
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS failure (
    place BLOB NOT NULL, what BLOB NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (place, what)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS failure_at ON failure (at);
CREATE TABLE IF NOT EXISTS lock (
    place BLOB PRIMARY KEY, kind TEXT NOT NULL, subject TEXT, at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS lock_at ON lock (at);
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Locked:
    """A lock that stands."""

    lock_ref: UUID
    kind: str
    subject: str | None
    """An enrolled institution, or another name that is no secret; None where the name was nobody's."""
    at: Instant


class LockFile:
    """The file, open; any thread may call. Every call may raise `sqlite3.Error`."""

    def __init__(self, path: Path | None = None) -> None:
        """Open the file, made if it is not there; without a path it is kept in memory alone."""
        if path is not None:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self._lock = Lock()
        self._database = sqlite3.connect(
            path or ":memory:", timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        # What is lost with the machine's power is a few failures: guessing begins anew, with as few tries as before.
        self._database.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; {_SCHEMA}")

    def close(self) -> None:
        """Give the file up."""
        with self._lock:
            self._database.close()

    def is_locked(self, places: tuple[UUID, ...]) -> bool:
        """Say whether one of the places is locked. All are looked up, whatever the first says."""
        with self._lock:
            found = [
                self._database.execute("SELECT 1 FROM lock WHERE place = ?", (place.bytes,)).fetchone()
                for place in places
            ]
        return any(found)

    def failed(self, place: UUID, what: bytes, *, now: Instant, since: Instant) -> int:
        """Keep a failure; gives how many different ones there were at the place since then, this one among them."""
        with self._lock, self._transaction():
            self._database.execute("DELETE FROM failure WHERE at <= ?", (since,))
            self._database.execute(
                "INSERT INTO failure VALUES (?, ?, ?) ON CONFLICT (place, what) DO UPDATE SET at = excluded.at",
                (place.bytes, what, now),
            )
            self._bound("failure", MAXIMUM_FAILURES)
            found = self._database.execute("SELECT count(*) FROM failure WHERE place = ?", (place.bytes,)).fetchone()
        return int(found[0])

    def lock(self, locked: Locked) -> bool:
        """Lock a place; says whether it was open. Its failures have done their work and are forgotten."""
        with self._lock, self._transaction():
            row = (locked.lock_ref.bytes, locked.kind, locked.subject, locked.at)
            made = self._database.execute("INSERT OR IGNORE INTO lock VALUES (?, ?, ?, ?)", row).rowcount
            self._database.execute("DELETE FROM failure WHERE place = ?", (locked.lock_ref.bytes,))
            self._bound("lock", MAXIMUM_LOCKS)
        return made > 0

    def forget(self, place: UUID) -> None:
        """Forget the failures of a place."""
        with self._lock:
            row = self._database.execute("SELECT 1 FROM failure WHERE place = ?", (place.bytes,)).fetchone()
            if row is not None:
                self._database.execute("DELETE FROM failure WHERE place = ?", (place.bytes,))

    def locks(self, limit: int) -> tuple[Locked, ...]:
        """Give the locks that stand, newest first."""
        with self._lock:
            rows = self._database.execute(
                "SELECT place, kind, subject, at FROM lock ORDER BY at DESC, place LIMIT ?", (limit,)
            ).fetchall()
        return tuple(
            Locked(lock_ref=UUID(bytes=place), kind=kind, subject=subject, at=Instant(at))
            for place, kind, subject, at in rows
        )

    def release(self, lock_ref: UUID) -> bool:
        """Take a lock away; says whether it was there."""
        with self._lock:
            return self._database.execute("DELETE FROM lock WHERE place = ?", (lock_ref.bytes,)).rowcount > 0

    def _bound(self, table: str, maximum: int) -> None:
        (known,) = self._database.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608  # one of two names
        if known > maximum:
            oldest = f"(SELECT at FROM {table} ORDER BY at LIMIT 1 OFFSET ?)"  # noqa: S608  # as above
            self._database.execute(f"DELETE FROM {table} WHERE at < {oldest}", (known // 10,))  # noqa: S608  # as above

    def _transaction(self) -> "_Transaction":
        return _Transaction(self._database)


class _Transaction:
    """Begins by taking the lock that writers share, so that none fails half-way for another."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def __enter__(self) -> None:
        self._database.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._database.execute("COMMIT" if kind is None else "ROLLBACK")
