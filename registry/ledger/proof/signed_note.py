"""signed-note: a text and the signatures under it. Parse strictly, verify by known keys, sign.

    text, ending in a newline
    (a blank line)
    — <key name> base64(key id (4) | signature)          once or more

The text is to be ignored until a known key's signature under it has verified.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import ClassVar, Final, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from registry.ledger.proof.encoding import from_base64, to_base64, utf8
from registry.ledger.proof.errors import NotVerified, NotWellFormed

MAXIMUM_NOTE: Final = 1 << 19
"""Bytes of a note; more is refused unread. 64 signatures of the largest kind fit."""
MAXIMUM_SIGNATURES: Final = 64
KEY_ID_BYTES: Final = 4
_DASH: Final = "\u2014 "
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")
_NOT_IN_A_NAME: Final = re.compile(r"[\s+\x00-\x1f\ud800-\udfff]")

Sign = Callable[[bytes], bytes]
"""The port of a private key: a file, an agent, a security module. One key signs for one purpose."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """One line under a note, which may be by anybody."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def line(self) -> bytes:
        """The line with its newline."""
        return f"{_DASH}{self.name} {to_base64(self.key_id + self.signature)}\n".encode()


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """A text with signatures, of which nothing is known yet."""

    text: bytes
    signatures: tuple[Signature, ...]

    @property
    def raw(self) -> bytes:
        """The bytes of the whole note."""
        return self.text + b"\n" + b"".join(each.line for each in self.signatures)


class Key(Protocol):
    """A public key with its name and the way it signs a note."""

    @property
    def name(self) -> str:
        """The name of whoever holds the key."""
        ...

    @property
    def public(self) -> bytes:
        """The public key's bytes."""
        ...

    @property
    def key_id(self) -> bytes:
        """Four bytes that, with the name, find this key; no proof of anything."""
        ...

    def verify(self, text: bytes, signature: bytes) -> int | None:
        """Give the signature's time in POSIX seconds if it carries one; raises `NotVerified` if it does not fit."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """A signature that fits, by a key that the caller knows."""

    key: Key
    signature: Signature
    timestamp: int | None
    """When the cosigner says it signed, in POSIX seconds; None for a plain signature, 0 where it says nothing."""


def parse_note(raw: bytes) -> Note:
    """Split a note into text and signatures; raises `NotWellFormed`."""
    if len(raw) > MAXIMUM_NOTE:
        raise NotWellFormed("note: too long")
    whole = utf8(raw, place="note")
    _check_characters(whole)
    text, blank, below = whole.rpartition("\n\n")
    if not blank or not below.endswith("\n"):
        raise NotWellFormed("note: no blank line with signatures under it")
    lines = below[:-1].split("\n")
    if len(lines) > MAXIMUM_SIGNATURES:
        raise NotWellFormed("note: too many signatures")
    return Note(text=f"{text}\n".encode(), signatures=tuple(parse_signature(line) for line in lines))


def parse_signature(line: str) -> Signature:
    """Read one signature line, without its newline; raises `NotWellFormed`."""
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space:
        raise NotWellFormed("note: a line under the text is not a signature")
    check_name(name)
    raw = from_base64(encoded, place="note, signature")
    if len(raw) <= KEY_ID_BYTES:
        raise NotWellFormed("note: a signature without a signature in it")
    return Signature(name=name, key_id=raw[:KEY_ID_BYTES], signature=raw[KEY_ID_BYTES:])


def verify_note(note: Note, keys: Iterable[Key]) -> tuple[Verified, ...]:
    """Verify every signature by a known key, in the order of the note; signatures of others are ignored.

    Raises `NotVerified` if a known key's signature does not fit, or if no known key has signed.
    """
    known = by_name_and_id(keys)
    verified = tuple(
        Verified(key=key, signature=each, timestamp=key.verify(note.text, each.signature))
        for each in note.signatures
        if (key := known.get((each.name, each.key_id)))
    )
    if not verified:
        raise NotVerified("note: no signature by a known key")
    return verified


def by_name_and_id(keys: Iterable[Key]) -> dict[tuple[str, bytes], Key]:
    """Order keys by what a signature line names; raises `NotWellFormed` where two keys share name and id."""
    known: dict[tuple[str, bytes], Key] = {}
    for key in keys:
        if known.setdefault((key.name, key.key_id), key) != key:
            raise NotWellFormed("keys: two keys share a name and an id")
    return known


def check_text(text: bytes) -> None:
    """Hold that a text can be the text of a note; raises `NotWellFormed`."""
    if not text.endswith(b"\n"):
        raise NotWellFormed("note: the text ends in a newline")
    _check_characters(utf8(text, place="note"))


def _check_characters(text: str) -> None:
    if _CONTROL.search(text):
        raise NotWellFormed("note: a control character")


def check_name(name: str) -> None:
    """Hold that a name can stand in a signature line; raises `NotWellFormed`."""
    if not name or _NOT_IN_A_NAME.search(name):
        raise NotWellFormed("key: a name has no space and no plus sign, and is not empty")


def key_id_of(name: str, kind: int, public: bytes) -> bytes:
    """Give the id that the specification recommends: the beginning of a hash over name, type and public key."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:KEY_ID_BYTES]


def verify_ed25519(public: bytes, signature: bytes, message: bytes) -> None:
    """Verify RFC 8032; raises `NotVerified`."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        raise NotVerified("signature: Ed25519 does not verify") from None


ED25519_BYTES: Final = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class NoteKey:
    """Type 0x01: Ed25519 over the text itself. A log signs its checkpoints with one."""

    KIND: ClassVar[int] = 0x01
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

    def verify(self, text: bytes, signature: bytes) -> None:
        """Hold a signature against a text; raises `NotVerified`."""
        verify_ed25519(self.public, signature, text)

    def sign(self, text: bytes, sign: Sign) -> Signature:
        """Sign a text, and verify what the signer made before anybody sees it."""
        check_text(text)
        made = Signature(name=self.name, key_id=self.key_id, signature=sign(text))
        self.verify(text, made.signature)
        return made
