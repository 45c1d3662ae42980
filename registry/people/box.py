"""Seals what is secret of a credential, and makes the keyed hashes that rows are found by.

sealed    nonce(12) | AES-256-GCM; bound to the ledger, the account, the credential and its kind, so that a row that
          is moved to another place, or another account, does not open
lookup    HMAC-SHA256: who reads the table cannot try names against it without the key
ticket    something given to a browser and taken back unread and unchanged, for some minutes

Both keys derive from the ledger's `claim` secret, which a keeper holds outside the database.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

import msgspec
import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from registry.errors import Tampered
from registry.values.account import AccountRef, CredentialKind, CredentialRef
from registry.values.time import Instant
from registry.vault.keys import Entropy

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
MAXIMUM_TICKET: Final = 6000
SECRET: Final = "claim"  # noqa: S105  # what the keeper calls it


class Ticket(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a browser carries for us between two requests. `mark` names it, so that it counts once."""

    purpose: str
    mark: str
    until: int
    said: dict[str, str]


_TICKETS: Final = msgspec.json.Decoder(Ticket)


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """The two keys, and randomness."""

    ledger_id: str
    entropy: Entropy = field(repr=False)
    sealing: bytes = field(repr=False)
    hashing: bytes = field(repr=False)

    def seal(self, secret: bytes, account: AccountRef, credential: CredentialRef, kind: CredentialKind) -> bytes:
        """Seal a secret for one place."""
        nonce = self.entropy(NONCE_BYTES)
        return nonce + AESGCM(self.sealing).encrypt(nonce, secret, self._place(account, credential, kind))

    def open(self, sealed: bytes, account: AccountRef, credential: CredentialRef, kind: CredentialKind) -> bytes:
        """Open what was sealed for this place; raises `Tampered` otherwise."""
        try:
            return AESGCM(self.sealing).decrypt(
                sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], self._place(account, credential, kind)
            )
        except (InvalidTag, ValueError):
            raise Tampered("a credential's secret does not fit its place") from None

    def lookup(self, kind: str, *parts: str) -> bytes:
        """Give the keyed hash of what something is found by; no two lists of parts run into one another."""
        said = orjson.dumps([kind, *parts])
        return hmac.digest(self.hashing, said, "sha256")

    def ticket(self, purpose: str, until: Instant, **said: str) -> str:
        """Write a ticket that only we can read."""
        nonce = self.entropy(NONCE_BYTES)
        body = msgspec.json.encode(Ticket(purpose=purpose, mark=self.entropy(16).hex(), until=until, said=said))
        sealed = AESGCM(self.sealing).encrypt(nonce, body, self._ticket_place(purpose))
        return urlsafe_b64encode(nonce + sealed).decode("ascii")

    def read(self, ticket: str, purpose: str, now: Instant) -> Ticket | None:
        """Read a ticket of a purpose; None for any other text, and for one that is too old."""
        if not 0 < len(ticket) <= MAXIMUM_TICKET or not ticket.isascii():
            return None
        try:
            raw = urlsafe_b64decode(ticket)
            body = AESGCM(self.sealing).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], self._ticket_place(purpose))
        except (NotBase64, InvalidTag, ValueError):
            return None
        found = _TICKETS.decode(body)
        return found if now < found.until else None

    def _place(self, account: AccountRef, credential: CredentialRef, kind: CredentialKind) -> bytes:
        return f"po-credential/v1|{self.ledger_id}|{account}|{credential}|{kind.value}".encode()

    def _ticket_place(self, purpose: str) -> bytes:
        return f"po-ticket/v1|{self.ledger_id}|{purpose}".encode()


def box(secret: bytes, ledger_id: str, entropy: Entropy) -> Box:
    """Derive the keys of a ledger's box."""

    def derived(purpose: str) -> bytes:
        info = f"po-people/v1|{purpose}|{ledger_id}".encode()
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(secret)

    return Box(ledger_id=ledger_id, entropy=entropy, sealing=derived("sealing"), hashing=derived("hashing"))


def spent_mark(*parts: str) -> bytes:
    """Give the mark of what counts once."""
    return sha256(orjson.dumps(parts)).digest()


def packed(**members: str) -> bytes:
    """Write a secret of several parts."""
    return orjson.dumps(members)


def unpacked(secret: bytes) -> dict[str, str]:
    """Read it again."""
    found: dict[str, Any] = orjson.loads(secret)
    return found
