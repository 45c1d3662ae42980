"""tlog-cosignature: "as of this time, this is the largest consistent tree I have seen", by Ed25519 or ML-DSA-44.

A signature is the time (POSIX seconds, 8 bytes) and the signature proper. Ed25519 signs the time and the whole text of
the checkpoint; ML-DSA-44 signs cosigner, time, origin, size and root, and no extension line.
"""

from dataclasses import dataclass
from typing import ClassVar, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from registry.ledger.proof.checkpoint import Checkpoint, parse_checkpoint
from registry.ledger.proof.encoding import MAXIMUM_NUMBER
from registry.ledger.proof.errors import NotVerified, NotWellFormed
from registry.ledger.proof.signed_note import (
    ED25519_BYTES,
    Sign,
    Signature,
    check_name,
    key_id_of,
    verify_ed25519,
)

ML_DSA_44_BYTES: Final = 1312
MAXIMUM_NAME: Final = 255
"""Bytes of a cosigner's name: the message writes its length in one."""
_TIME_BYTES: Final = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class CosignatureKey:
    """Type 0x04: a witness's Ed25519 key. Each witness has its own: the message does not name it."""

    KIND: ClassVar[int] = 0x04
    name: str
    public: bytes

    def __post_init__(self) -> None:
        """Hold the form; raises `NotWellFormed`."""
        check_name(self.name)
        if len(self.public) != ED25519_BYTES:
            raise NotWellFormed("key: an Ed25519 key has 32 bytes")

    @property
    def key_id(self) -> bytes:
        """The id in a signature line."""
        return key_id_of(self.name, self.KIND, self.public)

    def verify(self, text: bytes, signature: bytes) -> int:
        """Give the time of a cosignature of this checkpoint; raises `NotVerified`."""
        timestamp = time_of(signature)
        verify_ed25519(self.public, signature[_TIME_BYTES:], _cosigned(text, timestamp))
        return timestamp

    def sign(self, text: bytes, sign: Sign, *, timestamp: int) -> Signature:
        """Cosign a checkpoint as of a time, and verify what the signer made."""
        made = _timestamped(timestamp) + sign(_cosigned(text, timestamp))
        self.verify(text, made)
        return Signature(name=self.name, key_id=self.key_id, signature=made)


@dataclass(frozen=True, kw_only=True, slots=True)
class SubtreeKey:
    """Type 0x06: ML-DSA-44, which a quantum computer does not break; for logs and for witnesses."""

    KIND: ClassVar[int] = 0x06
    name: str
    public: bytes

    def __post_init__(self) -> None:
        """Hold the form; raises `NotWellFormed`."""
        check_name(self.name)
        if len(self.name.encode()) > MAXIMUM_NAME or len(self.public) != ML_DSA_44_BYTES:
            raise NotWellFormed("key: an ML-DSA-44 key has 1,312 bytes, and its name at most 255")

    @property
    def key_id(self) -> bytes:
        """The id in a signature line."""
        return key_id_of(self.name, self.KIND, self.public)

    def verify(self, text: bytes, signature: bytes) -> int:
        """Give the time of a cosignature of this checkpoint, 0 if it has none; raises `NotVerified`."""
        timestamp = time_of(signature)
        message = subtree_message(self.name, parse_checkpoint(text), timestamp)
        try:
            MLDSA44PublicKey.from_public_bytes(self.public).verify(signature[_TIME_BYTES:], message)
        except InvalidSignature:
            raise NotVerified("signature: ML-DSA-44 does not verify") from None
        return timestamp

    def sign(self, text: bytes, sign: Sign, *, timestamp: int) -> Signature:
        """Cosign a checkpoint as of a time, and verify what the signer made."""
        message = subtree_message(self.name, parse_checkpoint(text), timestamp)
        made = _timestamped(timestamp) + sign(message)
        self.verify(text, made)
        return Signature(name=self.name, key_id=self.key_id, signature=made)


def time_of(signature: bytes) -> int:
    """Read the time that a cosignature begins with; raises `NotVerified` where it is cut short or out of range."""
    timestamp = int.from_bytes(signature[:_TIME_BYTES])
    if len(signature) <= _TIME_BYTES or timestamp > MAXIMUM_NUMBER:
        raise NotVerified("cosignature: no time in range")
    return timestamp


def subtree_message(cosigner: str, checkpoint: Checkpoint, timestamp: int) -> bytes:
    """Give the `cosigned_message` for a whole tree: the subtree from 0 to its size."""
    name, origin = cosigner.encode(), checkpoint.origin.encode()
    return b"".join(
        (
            b"subtree/v1\n\0",
            bytes([len(name)]) + name,
            _timestamped(timestamp),
            bytes([len(origin)]) + origin,
            (0).to_bytes(8),
            checkpoint.size.to_bytes(8),
            checkpoint.root,
        )
    )


def _cosigned(text: bytes, timestamp: int) -> bytes:
    parse_checkpoint(text)  # A cosignature of anything else than a checkpoint has no meaning.
    return b"cosignature/v1\ntime %d\n" % timestamp + text


def _timestamped(timestamp: int) -> bytes:
    if not 0 <= timestamp <= MAXIMUM_NUMBER:
        raise NotWellFormed("cosignature: the time is out of range")
    return timestamp.to_bytes(_TIME_BYTES)
