"""How a log is: what it signed last, and whether it signs; for health, for proofs, for whoever asks."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from registry.ledger.proof.checkpoint import Checkpoint


class Signing(StrEnum):
    """Whether the log signs, and if not, why."""

    NEW = "NEW"
    """Nothing has been signed yet by this process."""
    SIGNS = "SIGNS"
    BEHIND = "BEHIND"
    """More was signed than the ledger holds: an older copy of it is open. Nothing is signed until it holds as much."""
    CONTRADICTS = "CONTRADICTS"
    """What was signed is not the beginning of this log: it would contradict itself."""
    FORGOTTEN = "FORGOTTEN"
    """The log has signed, and what it signed last is not remembered where it must be."""
    FAILING = "FAILING"
    """Something failed on the way to a signature; it is tried again, and standard error says what it was."""


REFUSES: Final = frozenset({Signing.BEHIND, Signing.CONTRADICTS, Signing.FORGOTTEN})


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """How the log is: for health, for proofs, for whoever asks."""

    signing: Signing
    size: int
    """Entries in the log."""
    checkpoint: Checkpoint | None = None
    """What was signed last."""
    note: bytes = b""
    """The signed note of it."""
    contained: bool = False
    """Whether the tree as it is stored is known to contain the checkpoint: else nothing can be proved against it."""
    because: str = ""
    """Who says that it contradicts itself, where others do."""
