"""Hints beside keys: long lists are ranked by them unopened. Masked for each row, so that no two agree.

Beside the key of a birth date stands a signature of the letters of the names, so that everybody born that day is
looked at, whatever was done to the name; beside every other key stands the birth date.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final
from zlib import crc32

from registry.identity.births import Born
from registry.identity.keys import MAXIMUM_NAMES, SALT_BYTES, Blinding, Family, record_keys
from registry.identity.tokens import name_tokens
from registry.values.issuance import PartyRole
from registry.values.parties import Identity

SIGNATURE_BITS: Final = 64
_SIGNATURE_BYTES: Final = SIGNATURE_BITS // 8
Entropy = Callable[[int], bytes]


def signature(identity: Identity) -> int:
    """Give a bit for each pair of neighbouring letters of the names, with their beginnings and ends."""
    bits = 0
    for name in (identity.name, *identity.other_names[: MAXIMUM_NAMES - 1]):
        for token in name_tokens(name):
            for one, other in pairwise(f"<{token.text}>"):
                bits |= 1 << crc32((one + other).encode()) % SIGNATURE_BITS
    return bits


def likeness(asked: int, filed: int) -> int:
    """Say of a hundred bits of the signature with fewer of them how many the other has; 0 where one has none.

    An initial, or one name of several, is alike to the whole name whichever of the two is filed.
    """
    fewer = min(asked.bit_count(), filed.bit_count())
    return 100 * (asked & filed).bit_count() // fewer if fewer else 0


def filed(
    blinding: Blinding, role: PartyRole, party: bytes, identity: Identity, entropy: Entropy
) -> Iterator[tuple[bytes, bytes]]:
    """Give the keys that a person is filed under, each with its masked hint. `party` is the reference, 16 bytes."""
    dated, signed = Born.read(identity.birth_date).packed(), signature(identity).to_bytes(_SIGNATURE_BYTES)
    for key in record_keys(blinding, role, identity):
        salt = entropy(SALT_BYTES)
        hint = signed if key.family is Family.DATE else dated
        yield key.digest, salt + blinding.masked(salt, key.digest, party, hint)


def date_beside(blinding: Blinding, digest: bytes, party: bytes, hint: bytes) -> bytes:
    """Unmask the birth date, packed, beside a key that is not one of a birth date."""
    return blinding.masked(hint[:SALT_BYTES], digest, party, hint[SALT_BYTES:])


def signature_beside(blinding: Blinding, digest: bytes, party: bytes, hint: bytes) -> int:
    """Unmask the signature beside the key of a birth date."""
    return int.from_bytes(blinding.masked(hint[:SALT_BYTES], digest, party, hint[SALT_BYTES:]))
