"""The Token Status List (IETF draft-ietf-oauth-status-list) as bytes: packed, compressed, signed as CWT and as JWT."""

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final, cast

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec

from registry.card import cose, strict
from registry.card.refusals import CardRefused, Check

BITS: Final = 2
MAXIMUM_ENTRIES: Final = 1 << 20
MAXIMUM_TOKEN: Final = 1 << 20
CWT_TYPE: Final = "application/statuslist+cwt"
JWT_TYPE: Final = "statuslist+jwt"
SUBJECT, EXPIRES, ISSUED, LIST, TTL = 2, 4, 6, 65533, 65534
_LEVEL: Final = 9
_BYTE: Final = 8
_ALLOWED_BITS: Final = (1, 2, 4, 8)


class Status(IntEnum):
    """What a list says of a card's order (draft section 7.1; 3 is for applications to define)."""

    VALID = 0
    REVOKED = 1
    """The order was ended."""
    SUSPENDED = 2
    """The order has no force for a time."""
    CHANGED = 3
    """The order has changed since the card was made, or the card was replaced: ask."""


def pack(values: Mapping[int, int], *, entries: int, bits: int = BITS) -> bytes:
    """Pack values by index, the least significant bits of a byte first; what is not named is 0 (draft 4.1)."""
    if bits not in _ALLOWED_BITS or entries <= 0 or entries * bits % _BYTE:
        raise ValueError("a list has 1, 2, 4 or 8 bits an entry and fills its bytes")
    packed = bytearray(entries * bits // _BYTE)
    each = _BYTE // bits
    for index, value in values.items():
        if not 0 <= index < entries or not 0 <= value < 1 << bits:
            raise ValueError("an entry lies outside its list")
        packed[index // each] |= value << (index % each * bits)
    return bytes(packed)


def entry(packed: bytes, index: int, *, bits: int = BITS) -> int:
    """Read one entry; an index outside the list is refused and never read as valid (draft 8.3)."""
    each = _BYTE // bits
    if not 0 <= index < len(packed) * each:
        raise CardRefused(Check.STATUS, "index-outside-list")
    return packed[index // each] >> (index % each * bits) & (1 << bits) - 1


def compressed(packed: bytes) -> bytes:
    """Compress a packed list (zlib, level 9; draft 4.1)."""
    return zlib.compress(packed, _LEVEL)


def expanded(lst: bytes, *, bits: int = BITS) -> bytes:
    """Expand a list within its bound, so that a small file cannot fill a device; raises `CardRefused`."""
    longest = MAXIMUM_ENTRIES * bits // _BYTE
    reader = zlib.decompressobj()
    try:
        packed = reader.decompress(lst, longest + 1)
    except zlib.error:
        raise CardRefused(Check.STATUS, "list-not-zlib") from None
    if len(packed) > longest or not reader.eof or reader.unused_data:
        raise CardRefused(Check.STATUS, "list-size")
    return packed


def as_cbor(lst: bytes, *, bits: int = BITS) -> bytes:
    """Give the list as the draft's CBOR map: `bits` first, as its vectors have it (draft 4.3)."""
    return cbor2.dumps({"bits": bits, "lst": lst})


def as_json(lst: bytes, *, bits: int = BITS) -> dict[str, Any]:
    """Give the list as the draft's JSON object (draft 4.2)."""
    return {"bits": bits, "lst": urlsafe_b64encode(lst).rstrip(b"=").decode()}


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusList:
    """A list as it stood at an instant. Seconds are NumericDate."""

    uri: str
    issued: int
    expires: int
    ttl: int
    packed: bytes = field(repr=False)
    bits: int = BITS


def cwt(token: StatusList, key: ec.EllipticCurvePrivateKey) -> bytes:
    """Give the list as a CWT: tag 18, the type in protected header 16 (draft 5.2)."""
    claims: dict[int, Any] = {
        SUBJECT: token.uri,
        ISSUED: token.issued,
        EXPIRES: token.expires,
        TTL: token.ttl,
        LIST: {"bits": token.bits, "lst": compressed(token.packed)},
    }
    return cose.sign(cbor2.dumps(claims), key, typ=CWT_TYPE)


def jwt_claims(token: StatusList) -> dict[str, Any]:
    """Give the claims of the list as a JWT; the protected header's `typ` is `statuslist+jwt` (draft 5.1)."""
    return {
        "exp": token.expires,
        "iat": token.issued,
        "status_list": as_json(compressed(token.packed), bits=token.bits),
        "sub": token.uri,
        "ttl": token.ttl,
    }


def read_claims(payload: bytes) -> StatusList:
    """Read the claims of a CWT in whatever order they stand; other claims are passed over (draft 5.2)."""
    claims = _map(strict.decode(payload, ordered=False, check=Check.STATUS))
    found = _map(claims.get(LIST))
    uri, issued, expires, ttl = (claims.get(key) for key in (SUBJECT, ISSUED, EXPIRES, TTL))
    bits, lst = found.get("bits"), found.get("lst")
    if type(uri) is not str or type(issued) is not int or type(bits) is not int or type(lst) is not bytes:
        raise CardRefused(Check.STATUS, "claims-of-wrong-form")
    if bits not in _ALLOWED_BITS:
        raise CardRefused(Check.STATUS, "bits-out-of-range")
    if type(expires) is not int or type(ttl) is not int or ttl <= 0:
        raise CardRefused(Check.STATUS, "claims-of-wrong-form")
    packed = expanded(lst, bits=bits)
    return StatusList(uri=uri, issued=issued, expires=expires, ttl=ttl, packed=packed, bits=bits)


def _map(value: object) -> Mapping[object, object]:
    if not isinstance(value, Mapping):
        raise CardRefused(Check.STATUS, "claims-of-wrong-form")
    return cast("Mapping[object, object]", value)


def read_json(members: Mapping[str, Any]) -> tuple[bytes, int]:
    """Read a `status_list` object of a JWT; gives the packed list and its bits. Raises `CardRefused`."""
    bits, lst = members.get("bits"), members.get("lst")
    if bits not in _ALLOWED_BITS or not isinstance(lst, str):
        raise CardRefused(Check.STATUS, "claims-of-wrong-form")
    try:
        raw = urlsafe_b64decode(lst + "=" * (-len(lst) % 4))
    except (NotBase64, ValueError):
        raise CardRefused(Check.STATUS, "list-not-base64") from None
    return expanded(raw, bits=bits), bits
