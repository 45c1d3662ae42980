"""The sealed block: the one form in which a fact holds personal data.

    0x01 | key id (16) | salt (32) | commitment (32) | AES-256-GCM(enc key, nonce 0^12, plaintext, aad)

    enc key (32) | commitment (32) = HKDF-SHA256(subject's key, salt,
                                                 info = "po-seal/v1|" | key id | SHA-256(aad))
    aad       = "po-aad/v1|" ledger "|" order_ref "|" fact_id "|" block name
    plaintext = opening (32) | length (4, big-endian) | content | zeros up to a step of 256 bytes

* A fresh salt gives every block an encryption key of its own, which makes the fixed nonce safe.
* The commitment binds ciphertext and key: plain AES-GCM lets one ciphertext open under two keys.
* The aad binds the block to its place, so that it cannot be moved to another fact.
* Padding hides the lengths of names, up to its step.
* The opening is the key of a commitment to the content; it is gone when the block's key is gone.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from registry.errors import Malformed, Tampered
from registry.values.identifiers import FactId, SealedBlock
from registry.vault.keys import KEY_ID_BYTES, Entropy, SubjectKey

VERSION: Final = b"\x01"
SALT_BYTES: Final = 32
COMMITMENT_BYTES: Final = 32
OPENING_BYTES: Final = 32
LENGTH_BYTES: Final = 4
STEP: Final = 256
TAG_BYTES: Final = 16
NONCE: Final = bytes(12)
MAXIMUM_TEXT: Final = 1 << 20
"""Characters of a sealed block; anything longer is refused unread."""
MAXIMUM_CONTENT: Final = MAXIMUM_TEXT * 3 // 4 - 1024
"""Bytes of content that are sure to fit, once padded and framed."""
_HEAD: Final = len(VERSION) + KEY_ID_BYTES + SALT_BYTES + COMMITMENT_BYTES
_FRAME: Final = OPENING_BYTES + LENGTH_BYTES
_ENCRYPTION_KEY_BYTES: Final = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a block stands. `ledger` is the ledger's origin; `stream` is the order, or the stream of checks."""

    ledger: str
    stream: UUID
    fact_id: FactId
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """What a block holds: the content, and the opening of the commitment to it."""

    opening: bytes = field(repr=False)
    content: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Hold the length, on which the layout rests."""
        if len(self.opening) != OPENING_BYTES:
            message = "an opening has 32 bytes"
            raise ValueError(message)


def aad(place: Place) -> bytes:
    """Give the bytes that bind a block to its place; raises ValueError for parts that would be ambiguous."""
    if not (_is_plain(place.ledger) and _is_plain(place.name)):
        message = "the parts of a place are printable ASCII without a bar"
        raise ValueError(message)
    return f"po-aad/v1|{place.ledger}|{place.stream}|{place.fact_id}|{place.name}".encode()


def seal_block(content: bytes, *, key: SubjectKey, place: Place, entropy: Entropy) -> SealedBlock:
    """Seal bytes under a subject's key, for one place. Raises `Malformed` above `MAXIMUM_CONTENT`."""
    return seal_opened(Opened(opening=entropy(OPENING_BYTES), content=content), key=key, place=place, entropy=entropy)


def seal_opened(opened: Opened, *, key: SubjectKey, place: Place, entropy: Entropy) -> SealedBlock:
    """Do the same with an opening drawn before, for a caller that commits to the content as well."""
    if len(opened.content) > MAXIMUM_CONTENT:
        raise Malformed("too-long", field=f"/{place.name}")
    return encoded(sealed_bytes(opened, key=key, place=place, entropy=entropy))


def sealed_bytes(opened: Opened, *, key: SubjectKey, place: Place, entropy: Entropy) -> bytes:
    """Make the bytes of a block. The caller has limited the content."""
    bound = aad(place)
    salt = entropy(SALT_BYTES)
    encryption_key, commitment = derived_keys(key, salt, bound)
    ciphertext = AESGCM(encryption_key).encrypt(NONCE, padded(opened.opening, opened.content), bound)
    return VERSION + key.key_id + salt + commitment + ciphertext


def open_text(block: SealedBlock, *, key: SubjectKey, place: Place) -> Opened:
    """Open a block at its place; whatever does not fit raises `Tampered`."""
    return open_bytes(decoded(block), key=key, place=place)


def open_bytes(raw: bytes, *, key: SubjectKey, place: Place) -> Opened:
    """Open the bytes of a block, in numbered steps; whatever does not fit raises `Tampered`."""
    # 1. A version we know, whole steps of ciphertext.
    body = len(raw) - _HEAD - TAG_BYTES
    if raw[:1] != VERSION or body < STEP or body % STEP:
        raise _tampered()
    # 2. The block names this key.
    if not hmac.compare_digest(raw[1 : 1 + KEY_ID_BYTES], key.key_id):
        raise _tampered()
    # 3. Derive from key, salt and place.
    bound = aad(place)
    encryption_key, expected = derived_keys(key, raw[1 + KEY_ID_BYTES : _HEAD - COMMITMENT_BYTES], bound)
    # 4. The commitment, in constant time, before anything is decrypted.
    if not hmac.compare_digest(raw[_HEAD - COMMITMENT_BYTES : _HEAD], expected):
        raise _tampered()
    # 5. Decrypt and authenticate.
    try:
        plaintext = AESGCM(encryption_key).decrypt(NONCE, raw[_HEAD:], bound)
    except InvalidTag:
        raise _tampered() from None
    # 6. Take the frame off.
    return _unpadded(plaintext)


def key_id_of(block: SealedBlock) -> bytes:
    """Say which key a block is sealed under, without opening it; raises `Tampered` if it is no block."""
    return decoded(block)[1 : 1 + KEY_ID_BYTES]


def commitment_of(opened: Opened) -> bytes:
    """Commit to the content: HMAC-SHA256 under the random opening. Noise to whoever lacks the opening."""
    return hmac.digest(opened.opening, opened.content, "sha256")


def encoded(raw: bytes) -> SealedBlock:
    """Write a block as base64url without padding."""
    return SealedBlock(urlsafe_b64encode(raw).rstrip(b"=").decode("ascii"))


def decoded(block: SealedBlock) -> bytes:
    """Read a block's text strictly: within the limit, in the one spelling there is; else `Tampered`."""
    if len(block) > MAXIMUM_TEXT:
        raise _tampered()
    try:
        raw = urlsafe_b64decode(block + "=" * (-len(block) % 4))
    except ValueError:
        raise _tampered() from None
    if raw[:1] != VERSION or len(raw) < _HEAD or encoded(raw) != block:
        raise _tampered()
    return raw


def derived_keys(key: SubjectKey, salt: bytes, bound: bytes) -> tuple[bytes, bytes]:
    """Derive the encryption key and the commitment of one block."""
    info = b"po-seal/v1|" + key.key_id + sha256(bound).digest()
    both = HKDF(algorithm=SHA256(), length=_ENCRYPTION_KEY_BYTES + COMMITMENT_BYTES, salt=salt, info=info).derive(
        key.secret
    )
    return both[:_ENCRYPTION_KEY_BYTES], both[_ENCRYPTION_KEY_BYTES:]


def padded(opening: bytes, content: bytes) -> bytes:
    """Frame the content: opening, length, content, zeros up to the step."""
    framed = opening + len(content).to_bytes(LENGTH_BYTES) + content
    return framed + bytes(-len(framed) % STEP)


def _unpadded(plaintext: bytes) -> Opened:
    # Only whole steps come here, so the frame is there.
    length = int.from_bytes(plaintext[OPENING_BYTES:_FRAME])
    opened = Opened(opening=plaintext[:OPENING_BYTES], content=plaintext[_FRAME : _FRAME + length])
    # One padding for one content: a shorter, longer or non-zero one is not ours.
    if not hmac.compare_digest(padded(opened.opening, opened.content), plaintext):
        raise _tampered()
    return opened


@lru_cache(maxsize=4096)
def _is_plain(text: str) -> bool:
    return bool(text) and text.isascii() and text.isprintable() and "|" not in text


def _tampered() -> Tampered:
    # One message for every cause: which check failed is no business of whoever sent the block.
    return Tampered("the block, its place or its key does not fit")
