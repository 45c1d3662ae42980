"""What a witness remembers: one cosigned checkpoint for each log, in a SQLite file that only goes forwards.

Deciding and remembering is one transaction, on the disk before it returns; writers of any process wait for each other.
A rollback journal and not a write-ahead log: there is one file, and nothing beside it to lose. The file must never be
set back to an earlier state, by a backup or a copied machine: a witness that forgets can be made to cosign a fork.
"""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

from registry.errors import ConfigurationError, NotDurable, Unavailable
from registry.ledger.proof.checkpoint import Checkpoint
from registry.ledger.proof.signed_note import MAXIMUM_NOTE

FILE: Final = "witness.db"
_BUSY_SECONDS: Final = 5.0
_APPLICATION: Final = 0x706F7731
"""`pow1`: marks the file as a witness's."""
_EXTRA: Final = 3
_SCHEMA: Final = """
CREATE TABLE held (
    origin TEXT PRIMARY KEY,
    size INTEGER NOT NULL CHECK (size >= 0),
    root BLOB NOT NULL CHECK (length(root) = 32),
    note BLOB NOT NULL,
    cosigned_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID
"""
_FORWARDS: Final = """
CREATE TRIGGER forwards BEFORE UPDATE ON held
WHEN new.origin <> old.origin OR new.size < old.size OR (new.size = old.size AND new.root <> old.root)
BEGIN SELECT RAISE(ABORT, 'a witness does not go back'); END
"""
_FOR_EVER: Final = """
CREATE TRIGGER for_ever BEFORE DELETE ON held BEGIN SELECT RAISE(ABORT, 'a witness does not forget'); END
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """What was cosigned last for a log: the checkpoint, its note as it is served, and when, in POSIX seconds."""

    checkpoint: Checkpoint
    note: bytes
    cosigned_at: int


Next = Callable[[Checkpoint | None], Held]
"""Decides what is held next, given what is held now; what it raises leaves everything as it was."""


class WitnessStore:
    """The file, open. Any thread may call; a call blocks until the disk has it."""

    def __init__(self, path: Path, *, busy_seconds: float = _BUSY_SECONDS) -> None:
        """Open what `create` made; raises `ConfigurationError`, `NotDurable`."""
        if not path.is_file():
            raise ConfigurationError("there is no witness here; `registry witness init` makes one")
        self._lock = Lock()
        self._database = sqlite3.connect(
            path, timeout=busy_seconds, isolation_level=None, check_same_thread=False, cached_statements=8
        )
        try:
            self._settle()
        except BaseException:
            self._database.close()
            raise

    @staticmethod
    def create(path: Path) -> None:
        """Make the file, once."""
        if path.exists():
            raise ConfigurationError("there is a witness here already; making one is done once")
        database = sqlite3.connect(path, isolation_level=None)
        try:
            path.chmod(0o600)
            database.execute("PRAGMA synchronous = EXTRA")
            database.execute("BEGIN EXCLUSIVE")
            for statement in (_SCHEMA, _FORWARDS, _FOR_EVER):
                database.execute(statement)
            database.execute(f"PRAGMA application_id = {_APPLICATION}")
            database.execute("COMMIT")
        finally:
            database.close()

    def held(self, origin: str) -> Held | None:
        """Give what is held for a log; raises `Unavailable`."""
        with self._lock:
            try:
                return self._read(origin)
            except sqlite3.Error:
                raise Unavailable("store-unavailable") from None

    def all(self) -> tuple[Held, ...]:
        """Give what is held for every log, by origin."""
        with self._lock:
            origins = [str(row[0]) for row in self._database.execute("SELECT origin FROM held ORDER BY origin")]
            return tuple(held for origin in origins if (held := self._read(origin)) is not None)

    def replace(self, origin: str, decide: Next) -> Held:
        """Decide what follows what is held, and hold it: both or neither. Durable when this returns.

        Raises what `decide` raises, and `Unavailable` where the disk or another writer stands in the way: then
        nothing may be answered, since it is not known what a restart would find.
        """
        with self._lock:
            try:
                self._database.execute("BEGIN IMMEDIATE")
                try:
                    now = self._read(origin)
                    held = decide(now.checkpoint if now else None)
                    self._write(origin, held)
                    self._database.execute("COMMIT")
                except BaseException:
                    with suppress(sqlite3.Error):
                        self._database.execute("ROLLBACK")
                    raise
            except sqlite3.Error:
                raise Unavailable("store-unavailable") from None
            return held

    def close(self) -> None:
        """Give the file up."""
        with self._lock:
            self._database.close()

    def _settle(self) -> None:
        try:
            for setting in ("journal_mode = DELETE", "synchronous = EXTRA", "fullfsync = ON"):
                self._database.execute(f"PRAGMA {setting}")
            found = [self._database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "journal_mode")]
            (application,) = self._database.execute("PRAGMA application_id").fetchone()
        except sqlite3.Error:
            raise ConfigurationError("the witness's file is no database") from None
        if application != _APPLICATION:
            raise ConfigurationError("the witness's file is not one that a witness made")
        if found != [_EXTRA, "delete"]:
            raise NotDurable("the witness's file would not keep what it acknowledges")

    def _read(self, origin: str) -> Held | None:
        row = self._database.execute(
            "SELECT size, root, note, cosigned_at FROM held WHERE origin = ?", (origin,)
        ).fetchone()
        if row is None:
            return None
        size, root, note, cosigned_at = row
        checkpoint = Checkpoint(origin=origin, size=int(size), root=bytes(root))
        return Held(checkpoint=checkpoint, note=bytes(note), cosigned_at=int(cosigned_at))

    def _write(self, origin: str, held: Held) -> None:
        assert held.checkpoint.origin == origin
        assert len(held.note) <= MAXIMUM_NOTE
        self._database.execute(
            "INSERT INTO held (origin, size, root, note, cosigned_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root,"
            " note = excluded.note, cosigned_at = excluded.cosigned_at",
            (origin, held.checkpoint.size, held.checkpoint.root, held.note, held.cosigned_at),
        )
