"""What this log has signed last, remembered outside every backup: a file of its own, written before a note is shown.

Restoring a backup is how an honest log comes to contradict itself. The note in this file is no part of the ledger or of
its backups: put its folder on another disk. A log that finds here a larger tree than its own, or another tree of the
same size, does not sign.
"""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from registry.errors import ConfigurationError, StaleVersion
from registry.ledger.proof.checkpoint import parse_checkpoint
from registry.ledger.proof.errors import NotWellFormed
from registry.ledger.proof.signed_note import MAXIMUM_NOTE, parse_note

HEAD_FILE: Final = "signed-head.note"
WITNESSED_FILE: Final = "witnessed-head.note"
LOCK_FILE: Final = "lock"
BEFORE_FILE: Final = "before-{number}.note"


@dataclass(frozen=True, kw_only=True, slots=True)
class Heads:
    """The folder of the last signed note. Several processes may write: none replaces a later note by an earlier one."""

    folder: Path

    def create(self) -> None:
        """Make the folder, private to its owner."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def read(self) -> bytes | None:
        """Give the note that was signed last; None where none is remembered. Raises `ConfigurationError`."""
        try:
            with (self.folder / HEAD_FILE).open("rb") as file:
                raw = file.read(MAXIMUM_NOTE + 1)
        except FileNotFoundError:
            return None
        except OSError:
            raise ConfigurationError("the note that was signed last cannot be read") from None
        return raw

    def write(self, note: bytes) -> None:
        """Remember a note durably: when this returns, a crash leaves this one or a later one.

        Raises `StaleVersion` where a larger tree of the same log is remembered: another process was quicker.
        """
        with self._alone():
            former, size = self.read(), _of(note)
            if former is not None and _of(former)[0] == size[0] and _of(former)[1] > size[1]:
                raise StaleVersion("log-has-moved")
            self._write(HEAD_FILE, note)

    def write_witnessed(self, note: bytes) -> None:
        """Remember the newest note that enough witnesses have cosigned; one of a larger tree of the same log stays."""
        with self._alone():
            former = self.witnessed()
            if former is None or not _is_later(former, note):
                self._write(WITNESSED_FILE, note)

    def witnessed(self) -> bytes | None:
        """Give the newest note that enough witnesses have cosigned, unverified; None where none can be read."""
        try:
            with (self.folder / WITNESSED_FILE).open("rb") as file:
                return file.read(MAXIMUM_NOTE + 1)
        except OSError:
            return None

    @contextmanager
    def _alone(self) -> Generator[None, None, None]:
        descriptor = os.open(self.folder / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _write(self, name: str, note: bytes) -> None:
        aside = self.folder / f".{name}.new"
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self.folder / name)
        self._flush()

    def before(self) -> list[bytes]:
        """Give the last notes of earlier logs, in the order of their numbers."""
        found = sorted(self.folder.glob("before-*.note"), key=lambda path: (len(path.name), path.name))
        return [path.read_bytes()[: MAXIMUM_NOTE + 1] for path in found]

    def set_aside(self) -> None:
        """Keep the last note under a number and remember none: a new log begins."""
        if (self.folder / HEAD_FILE).exists():
            number = sum(1 for _ in self.folder.glob("before-*.note")) + 1
            (self.folder / HEAD_FILE).rename(self.folder / BEFORE_FILE.format(number=number))
            self._flush()

    def _flush(self) -> None:
        descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _is_later(former: bytes, note: bytes) -> bool:
    """Say whether a remembered note is of a larger tree of the same log; one that cannot be read is not."""
    try:
        (origin, size), (other, new) = _of(former), _of(note)
    except NotWellFormed:
        return False
    return origin == other and size > new


def _of(note: bytes) -> tuple[str, int]:
    """Give the log and the size that a note speaks of."""
    checkpoint = parse_checkpoint(parse_note(note).text)
    return checkpoint.origin, checkpoint.size
