"""Codes that people type: those of an authenticator app (RFC 6238), recovery codes, sign-in names, invitations."""

import hmac
from base64 import b32encode, urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from typing import Final
from urllib.parse import quote
from uuid import UUID

from registry.values.account import AccountRef
from registry.values.time import SECOND, Instant
from registry.vault.keys import Entropy

STEP_SECONDS: Final = 30
DIGITS: Final = 6
SECRET_BYTES: Final = 20
WINDOW: Final = (0, -1, 1)
"""Steps that are tried: clocks differ, and people type slowly (RFC 6238, 5.2)."""
RECOVERY_CODES: Final = 10
_RECOVERY_LENGTH: Final = 16
_NAME_LENGTH: Final = 10
_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's: nothing in it looks like something else."""
_TYPED: Final = str.maketrans({"o": "0", "i": "1", "l": "1", "-": None, " ": None})
_TAG_BYTES: Final = 16
_INVITATION_BYTES: Final = 32


def new_secret(entropy: Entropy) -> bytes:
    """Give the secret of a new authenticator: as long as the hash (RFC 4226, 4 R6)."""
    return entropy(SECRET_BYTES)


def code_at(secret: bytes, step: int) -> str:
    """Give the code of a step of 30 seconds (RFC 4226, 5.3)."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def step_of(secret: bytes, typed: str, now: Instant) -> int | None:
    """Give the step whose code was typed; None for a wrong one. Every step is tried, whichever fits."""
    current = now // (STEP_SECONDS * SECOND)
    said = typed.replace(" ", "")
    found = [
        current + offset
        for offset in WINDOW
        if hmac.compare_digest(code_at(secret, current + offset).encode(), said.encode())
    ]
    return found[0] if found else None


def written_secret(secret: bytes) -> str:
    """Write a secret as authenticator apps take it."""
    return b32encode(secret).decode("ascii")


def setup_address(secret: bytes, name: str, issuer: str) -> str:
    """Give the address that an authenticator app reads from a QR code. `name` is the sign-in name, no person's."""
    label = quote(f"{issuer}:{name}", safe="")
    return f"otpauth://totp/{label}?secret={written_secret(secret)}&issuer={quote(issuer, safe='')}"


def new_name(entropy: Entropy) -> str:
    """Give a new sign-in name: 50 random bits, because a name that says who somebody is would be personal data."""
    return _grouped(_spelled(entropy, _NAME_LENGTH), 5)


def new_recovery_code(entropy: Entropy) -> str:
    """Give a recovery code: 80 random bits, so that a plain keyed hash of it is enough."""
    return _grouped(_spelled(entropy, _RECOVERY_LENGTH), 4)


def typed(text: str) -> str:
    """Give what was typed as it is compared: no case, no hyphens, no letters that look like digits."""
    return text.casefold().translate(_TYPED)


def is_recovery_code(text: str) -> bool:
    """Say whether what was typed in the place of a code has the form of a recovery code."""
    said = typed(text)
    return len(said) == _RECOVERY_LENGTH and set(said) <= set(_ALPHABET)


def invitation(key: bytes, account: AccountRef) -> str:
    """Give the invitation to an account: whoever has it opens it. It counts once, because an account opens once."""
    return urlsafe_b64encode(account.bytes + _tag(key, account)).rstrip(b"=").decode("ascii")


def invited(key: bytes, said: str) -> AccountRef | None:
    """Give the account of an invitation; None for a text that is none of ours."""
    try:
        raw = urlsafe_b64decode(said.strip() + "=")
    except (NotBase64, ValueError):
        return None
    if len(raw) != _INVITATION_BYTES:
        return None
    account = AccountRef(UUID(bytes=raw[:_TAG_BYTES]))
    return account if hmac.compare_digest(_tag(key, account), raw[_TAG_BYTES:]) else None


def _tag(key: bytes, account: AccountRef) -> bytes:
    return hmac.digest(key, b"po-invitation/v1|" + account.bytes, "sha256")[:_TAG_BYTES]


def _spelled(entropy: Entropy, length: int) -> str:
    return "".join(_ALPHABET[each & 31] for each in entropy(length))


def _grouped(text: str, size: int) -> str:
    return "-".join(text[start : start + size] for start in range(0, len(text), size))
