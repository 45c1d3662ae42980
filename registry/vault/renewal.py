"""A party's next key, once what was sealed under the former one is set right: the former can be erased by itself.

The row of the party names the new key from then on; the former key moves to a subject of its own, derived from the
party and a number. A block names its key by id, so what was sealed before opens as it did until that key is erased.
"""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final
from uuid import UUID

from registry.values.identifiers import SubjectId
from registry.vault.keys import SubjectKey, WrappedKey

_NUMBER_BYTES: Final = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Renewal:
    """A key for a subject that has one. Both rows are saved with the first fact sealed under it, or none."""

    before: WrappedKey
    """The subject's row as it was read; it must still be so when the fact is appended."""
    former: WrappedKey
    """The same key under a subject of its own, wrapped under the current epoch."""
    new: WrappedKey
    key: SubjectKey = field(repr=False)


def former_subject(subject: UUID, number: int) -> SubjectId:
    """Give the subject of a party's former key: the first is 1. The same each time, and as unguessable as the party."""
    name = b"po-former/v1|" + subject.bytes + number.to_bytes(_NUMBER_BYTES)
    return SubjectId(UUID(bytes=sha256(name).digest()[:16]))
