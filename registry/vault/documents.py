"""Source documents: one sealed blob, kept beside the ledger, that opens only with every party's key.

    0x02 | number of keys (1) | key ids (16 each, rising) | block (vault/block.py)

The block's key is HKDF-SHA256 over all the parties' keys, its id a hash of theirs. A document about
two people cannot be cut in two: when either key is erased nobody can read it again. What was read
out of it stands in the blocks of each party, and the other's stay (docs/decisions/0003).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from registry.errors import Malformed, Tampered
from registry.vault.block import OPENING_BYTES, Opened, Place, commitment_of, open_bytes, sealed_bytes
from registry.vault.keys import KEY_BYTES, KEY_ID_BYTES, Entropy, KeyRing, SubjectKey

VERSION: Final = b"\x02"
MAXIMUM_KEYS: Final = 255
MAXIMUM_DOCUMENT: Final = 32 << 20
"""Bytes of a source document."""
_MAXIMUM_BLOB: Final = MAXIMUM_DOCUMENT + (64 << 10)
_LABEL: Final = b"po-joint/v1|"


@dataclass(frozen=True, kw_only=True, slots=True)
class SealedDocument:
    """A document as it is kept. `blob` is its address: the first half of the SHA-256 of `content`."""

    blob: UUID
    content: bytes = field(repr=False)
    commitment: bytes
    """HMAC-SHA256 of the document under a random opening that is inside."""


def seal_document(document: bytes, *, keys: Iterable[SubjectKey], place: Place, entropy: Entropy) -> SealedDocument:
    """Seal a document under the keys of everybody it is about. Raises `Malformed` if too long, or about nobody."""
    held = {key.key_id: key for key in keys}
    if len(document) > MAXIMUM_DOCUMENT:
        raise Malformed("too-long", field=f"/{place.name}")
    if not 0 < len(held) <= MAXIMUM_KEYS:
        raise Malformed("no-parties", field=f"/{place.name}")
    ids = sorted(held)
    opened = Opened(opening=entropy(OPENING_BYTES), content=document)
    block = sealed_bytes(opened, key=_joint([held[key_id] for key_id in ids]), place=place, entropy=entropy)
    content = VERSION + bytes([len(ids)]) + b"".join(ids) + block
    return SealedDocument(blob=blob_id(content), content=content, commitment=commitment_of(opened))


def open_document(content: bytes, *, place: Place, ring: KeyRing) -> Opened:
    """Open a document. Raises `KeyErased` if any party's key was destroyed, `Tampered` if it does not fit."""
    ids = key_ids(content)
    key = _joint([ring.to_open(key_id) for key_id in ids])
    return open_bytes(content[2 + KEY_ID_BYTES * len(ids) :], key=key, place=place)


def blob_id(content: bytes) -> UUID:
    """Give the address of a sealed blob, from its bytes."""
    return UUID(bytes=sha256(content).digest()[:16])


def key_ids(content: bytes) -> list[bytes]:
    """Give the ids of the keys that a sealed document opens with; raises `Tampered` if it is none."""
    count = content[1] if len(content) > 1 else 0
    head = content[2 : 2 + KEY_ID_BYTES * count]
    ids = [head[start : start + KEY_ID_BYTES] for start in range(0, len(head), KEY_ID_BYTES)]
    in_order = ids == sorted(set(ids))
    whole = len(head) == KEY_ID_BYTES * count > 0
    if content[:1] != VERSION or len(content) > _MAXIMUM_BLOB or not whole or not in_order:
        raise Tampered("the blob is no sealed document")
    return ids


def _joint(keys: list[SubjectKey]) -> SubjectKey:
    """Derive the key of all: without any one of them nothing can be said of it."""
    label = _LABEL + b"".join(key.key_id for key in keys)
    secret = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=label).derive(
        b"".join(key.secret for key in keys)
    )
    return SubjectKey(subject=keys[0].subject, key_id=sha256(label).digest()[:KEY_ID_BYTES], secret=secret)
