"""The spellings that the C2SP formats share, read strictly: one value has one spelling, any other is refused."""

import binascii
import re
from base64 import b64decode, b64encode
from typing import Final

from registry.ledger.proof.errors import NotWellFormed

HASH_BYTES: Final = 32
MAXIMUM_NUMBER: Final = 2**63 - 1
"""The largest size, index or POSIX time: what a signed 64-bit integer holds, as other clients use one."""
_DECIMAL: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


def to_base64(raw: bytes) -> str:
    """Write bytes in the standard alphabet with padding (RFC 4648, section 4)."""
    return b64encode(raw).decode("ascii")


def from_base64(text: str, *, place: str) -> bytes:
    """Read base64; raises `NotWellFormed` for any spelling but the one that `to_base64` gives."""
    try:
        raw = b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise NotWellFormed(f"{place}: not base64") from None
    # Bits under the padding and stray padding would let two texts stand for one value.
    if to_base64(raw) != text:
        raise NotWellFormed(f"{place}: not the canonical base64")
    return raw


def hash_from_base64(text: str, *, place: str) -> bytes:
    """Read one SHA-256 hash."""
    raw = from_base64(text, place=place)
    if len(raw) != HASH_BYTES:
        raise NotWellFormed(f"{place}: a hash has 32 bytes")
    return raw


def number(text: str, *, place: str) -> int:
    """Read an ASCII decimal without leading zeros, at most `MAXIMUM_NUMBER`."""
    if not _DECIMAL.fullmatch(text) or int(text) > MAXIMUM_NUMBER:
        raise NotWellFormed(f"{place}: not a decimal number in range")
    return int(text)


def utf8(raw: bytes, *, place: str) -> str:
    """Read UTF-8 without surrogates or overlong forms."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise NotWellFormed(f"{place}: not UTF-8") from None
