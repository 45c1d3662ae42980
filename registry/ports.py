"""What the outside answers for us: court systems, channels, key keepers. Simulators implement these too."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Protocol
from uuid import UUID

from registry.commands.issuance import EnterOrder
from registry.commands.service import RecordService
from registry.values.contact import MessageFailure
from registry.values.jurisdiction import Jurisdiction
from registry.values.notice import ContainerFault
from registry.values.parties import Clear, ContactPlan

Mint = Callable[[str], UUID]
"""Gives a fresh random identifier; the text says for what. Adapters have no randomness of their own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EnteredRecord:
    """One order record of a delivery, read."""

    reference: str = field(repr=False)
    """The source's own reference of the record; unique there and the same in every delivery of it."""
    place: str
    """Where in the delivery it stands, such as `cases/0/orderCollection/0`; shown in reports."""
    enter: EnterOrder[Clear] = field(repr=False)
    services: tuple[RecordService[Clear], ...] = field(default=(), repr=False)
    attention: tuple[str, ...] = ()
    """Codes of what a person should look at, such as `expiry-not-stated`; the record is usable all the same."""
    source: bytes = field(default=b"", repr=False)
    """The record's own bytes, with every field we do not understand; kept sealed as the source document."""
    media_type: str = "application/octet-stream"


@dataclass(frozen=True, kw_only=True, slots=True)
class RejectedRecord:
    """One order record of a delivery that cannot be entered, and why. Never carries a value."""

    place: str
    reasons: tuple[str, ...]


class CourtSystem(Protocol):
    """A court system whose deliveries we read. `parse` is pure: bytes in, records out."""

    CODE: ClassVar[str]
    """The adapter's name on the command line, such as `gb-eaw`."""
    JURISDICTION: ClassVar[Jurisdiction]
    NAME: ClassVar[str]
    STALE_AFTER_SECONDS: ClassVar[int]
    """Above this age since the last delivery, an answer from this source counts as stale."""
    MAXIMUM_BYTES: ClassVar[int]

    def parse(self, document: bytes, mint: Mint, /) -> Iterator[EnteredRecord | RejectedRecord]:
        """Read every order record of a delivery; a record it cannot read is a `RejectedRecord`.

        Raises `adapters.errors.Unreadable` only when the delivery as a whole is not what it should be.
        """
        ...


class ChannelFailure(Exception):  # a channel's no is an answer, not a fault of ours
    """The channel did not take the message; `retry` says whether trying again makes sense."""

    def __init__(self, reason: MessageFailure, *, retry: bool) -> None:
        """Keep the reason as a code, never the server's own words."""
        super().__init__(reason.value)
        self.reason = reason
        self.retry = retry


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelMessage:
    """What goes out: the same neutral words whatever happened, and a short reference."""

    message_id: UUID
    reference: str
    language: str


class Channel(Protocol):
    """A way to reach a protected person."""

    CODE: ClassVar[str]

    async def send(self, plan: ContactPlan, message: ChannelMessage, /) -> None:
        """Hand the message over; raises `ChannelFailure`. `message_id` makes a repetition recognisable."""
        ...


class ContainerFormat(Protocol):
    """A format of signed containers that messages between authorities travel in."""

    CODE: ClassVar[str]
    MEDIA_TYPE: ClassVar[str]

    def fault(self, content: bytes, /) -> ContainerFault | None:
        """Say why a container is rejected; None for one that is intact, which is not yet authentic. Never raises."""
        ...


class KeyKeeper(Protocol):
    """Holds the key-encryption keys of jurisdictions, by epoch, and never gives them away.

    What it cannot do now (`OSError`, `ConfigurationError`) is told to the caller as `Unavailable`.
    """

    def current_epoch(self, jurisdiction: Jurisdiction, /) -> int:
        """Give the epoch that new keys are wrapped under; raises `NoKey` where there is none yet."""
        ...

    def wrap(self, jurisdiction: Jurisdiction, epoch: int, key: bytes, /) -> bytes:
        """Wrap a key (RFC 3394 AES key wrap, or the keeper's own)."""
        ...

    def unwrap(self, jurisdiction: Jurisdiction, epoch: int, wrapped: bytes, /) -> bytes:
        """Unwrap a key; raises `Tampered`, or `KeyErased` where the epoch's key was destroyed."""
        ...

    def rotate(self, jurisdiction: Jurisdiction, /) -> int:
        """Make the jurisdiction's next epoch, or its first; gives its number."""
        ...

    def epochs(self, jurisdiction: Jurisdiction, /) -> tuple[int, ...]:
        """Give the epochs whose keys are there, rising; none for a jurisdiction without a key."""
        ...

    def jurisdictions(self) -> tuple[Jurisdiction, ...]:
        """Give every jurisdiction that has a key, in order."""
        ...

    def unfinished(self, jurisdiction: Jurisdiction, /) -> tuple[int, ...]:
        """Give the epochs whose key is still there though its destruction was begun: `destroy` finishes it."""
        ...

    def destroy(self, jurisdiction: Jurisdiction, epoch: int, /) -> None:
        """Destroy an epoch's key for good; its number is never used again. Twice is once.

        Where it returns, the key is gone; where it was interrupted, calling it again or opening the keeper ends it.
        Raises `ConfigurationError` for the current epoch, `Tampered` for one that never was.
        """
        ...

    def secret(self, name: str, /) -> bytes:
        """Give one of the ledger's own secrets, 32 bytes: `claim`, `index`, `token`, `card`."""
        ...


class KeeperKind(Protocol):
    """A kind of key keeper: how one is made, once and on purpose, and how it is opened.

    `options` are the settings whose names begin with the keeper's code, without it.
    """

    CODE: ClassVar[str]

    def create(
        self, folder: Path, jurisdictions: Iterable[Jurisdiction], /, *, options: Mapping[str, str]
    ) -> KeyKeeper:
        """Make a keeper with a first epoch for each jurisdiction; never over an old one."""
        ...

    def open(self, folder: Path, /, *, options: Mapping[str, str]) -> KeyKeeper:
        """Open a keeper; raises `ConfigurationError` if others could read its keys."""
        ...
