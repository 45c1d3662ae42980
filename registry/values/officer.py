"""Whom an institution's officer is to the registry: a reference, and afterwards what tells that they know a party."""

from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from registry.values.identifiers import InstitutionId, StreamId


class Kinship(StrEnum):
    """What a comparison of keyed hashes says of an officer and the parties of an order. A candidate, never a proof."""

    PARTY = "PARTY"
    """A party has the officer's name and birth date."""
    SURNAME = "SURNAME"
    """A party has the officer's surname."""


def officer_stream(institution: InstitutionId, officer: str) -> StreamId:
    """Give the stream of what an institution says of one of its officers."""
    return StreamId(UUID(bytes=sha256(f"po-officer/v1|{institution}|{officer}".encode()).digest()[:16]))
