"""What a log asks of its witnesses and what they answer, as plain values; and the port that carries it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from registry.ledger.proof.checkpoint import Checkpoint
from registry.ledger.proof.signed_note import Note


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What came back from a witness. `body` is bounded by the carrier."""

    status: int
    media_type: str
    body: bytes


class Carrier(Protocol):
    """Carries requests to witnesses. Raises `OSError` or `TimeoutError` for whatever keeps an answer from coming."""

    async def post(self, url: str, body: bytes) -> Reply:
        """Send a body."""
        ...

    async def get(self, url: str) -> Reply:
        """Fetch."""
        ...


class Outcome(StrEnum):
    """What came of asking one witness."""

    COSIGNED = "COSIGNED"
    AHEAD = "AHEAD"
    """It says that it has cosigned a larger checkpoint of this log: this log was set back, or there are two of it."""
    REFUSED = "REFUSED"
    UNUSABLE = "UNUSABLE"
    """It answered what is no cosignature, or one that does not verify."""
    UNREACHABLE = "UNREACHABLE"
    NOT_ASKED = "NOT_ASKED"
    """The policy gives no address for it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What came of one witness, by the policy's name for it. Shown to operators as it is."""

    witness: str
    outcome: Outcome
    status: int | None = None
    held: int | None = None
    """The size it is now known to hold."""
    timestamp: int | None = None
    """When it says it cosigned, in POSIX seconds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cosigned:
    """A checkpoint with what the witnesses put under it; `witnessed` says whether that makes the policy's quorum."""

    note: Note
    witnessed: bool
    asked: tuple[Asked, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Latest:
    """What a witness holds of this log. Exactly one of the four is so."""

    witness: str
    checkpoint: Checkpoint | None = None
    """Signed by this log's own key and verified: evidence."""
    claimed: str | None = None
    """What it says without showing it: `a larger tree`, `another root at this size`."""
    nothing: bool = False
    """It holds nothing, or nothing that stands against the checkpoint it was asked about."""
    silent: bool = False
    """It could not be asked, or its answer was of no use: nothing is known."""
