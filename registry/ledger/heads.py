"""What this log has signed last, remembered outside every backup: a file of its own, written before a note is shown.

Restoring a backup is how an honest log comes to contradict itself. The note in this file is no part of the ledger or of
its backups: put its folder on another disk. A log that finds here a larger tree than its own, or another tree of the
same size, does not sign.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from registry.errors import ConfigurationError
from registry.ledger.proof.signed_note import MAXIMUM_NOTE

HEAD_FILE: Final = "signed-head.note"
BEFORE_FILE: Final = "before-{number}.note"


@dataclass(frozen=True, kw_only=True, slots=True)
class Heads:
    """The folder of the last signed note. One process writes it."""

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
        """Remember a note durably: when this returns, a crash leaves this one or a later one."""
        aside = self.folder / f".{HEAD_FILE}.new"
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self.folder / HEAD_FILE)
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
