"""Words of keys: a file of the published trust list, what a registry's key signs, why one is withdrawn; streams."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from registry.values.identifiers import StreamId, derived
from registry.values.jurisdiction import Jurisdiction


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishedFile:
    """A file that the registry serves under `/trust/`, by what it is and what it hashes to."""

    path: str
    """Below `/trust/`, such as `metadata/2.root.json`."""
    role: str
    """The TUF role that signed it; for a list of keys, the jurisdiction."""
    version: int
    sha256: str
    """Of the file's bytes, lower-case hex."""


class SigningUse(StrEnum):
    """What a key of a registry signs."""

    CARD = "CARD"
    STATUS = "STATUS"
    PACK = "PACK"
    LOG = "LOG"
    ANSWER = "ANSWER"
    """Receipts, and answers to checks."""


class KeyGround(StrEnum):
    """Why a key is withdrawn."""

    COMPROMISED = "COMPROMISED"
    """Somebody else may hold it."""
    REPLACED = "REPLACED"
    """It went out of use, and another signs in its place."""


_KEYS: Final = UUID("6c1f0e52-3d0b-4f6e-9a52-8f4b27d1c0aa")
"""From which the stream of a key follows: whoever knows a key finds its facts."""


def key_stream(use: SigningUse, jurisdiction: Jurisdiction, kid: str) -> StreamId:
    """Give the stream of what a jurisdiction says of a key, by the key's use and its name in the JWK set.

    What another jurisdiction says of the same name stands elsewhere, and says nothing of this key.
    """
    return StreamId(derived(_KEYS, f"{use.value}/{jurisdiction}/{kid}"))


def key_list_stream(ledger_id: UUID) -> StreamId:
    """Give the one stream of a ledger in which its trust list's publications stand."""
    return StreamId(derived(ledger_id, "keylist"))
