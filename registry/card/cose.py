"""COSE_Sign1 (RFC 9052, 4.2) with ES256 (RFC 9053, 2.1): made, taken apart, and held to its signature."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final, cast

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from registry.card import strict
from registry.card.refusals import CardRefused, Check

TAG: Final = 18
ALGORITHM: Final = 1
KID: Final = 4
TYPE: Final = 16
ES256: Final = -7
KID_BYTES: Final = 8
_HALF: Final = 32
_LOWER: Final = 0x7FFFFFFF800000007FFFFFFFFFFFFFFFDE737D56D38BCF4279DCE5617E3192A8
"""Half the number of points of P-256. Of the two signatures that fit a message, (r, s) and (r, n - s), one is ours."""
_POINTS: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The number of points of P-256 (FIPS 186-5)."""
SIGNATURE_BYTES: Final = 2 * _HALF
_PARTS: Final = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Signed:
    """A message taken apart and not yet believed."""

    protected: bytes
    kid: bytes
    payload: bytes
    signature: bytes = field(repr=False)


def thumbprint(key: ec.EllipticCurvePublicKey) -> bytes:
    """Give the SHA-256 thumbprint of a P-256 key (RFC 7638)."""

    def member(value: int) -> str:
        return urlsafe_b64encode(value.to_bytes(_HALF, "big")).rstrip(b"=").decode()

    numbers = key.public_numbers()
    members = f'{{"crv":"P-256","kty":"EC","x":"{member(numbers.x)}","y":"{member(numbers.y)}"}}'
    return sha256(members.encode()).digest()


def kid_of(key: ec.EllipticCurvePublicKey) -> bytes:
    """Give the key id that messages carry: the first 8 bytes of the thumbprint. Two keys may share one."""
    return thumbprint(key)[:KID_BYTES]


def _to_sign(protected: bytes, payload: bytes) -> bytes:
    return cbor2.dumps(["Signature1", protected, b"", payload], canonical=True)


def sign(payload: bytes, key: ec.EllipticCurvePrivateKey, *, typ: str | None = None) -> bytes:
    """Sign a payload: deterministic nonce (RFC 6979), so that the same message has the same bytes."""
    header: dict[int, Any] = {ALGORITHM: ES256, KID: kid_of(key.public_key())}
    if typ is not None:
        header[TYPE] = typ
    protected = strict.encode(header)
    der = key.sign(_to_sign(protected, payload), ec.ECDSA(SHA256(), deterministic_signing=True))
    r, s = decode_dss_signature(der)
    s = min(s, _POINTS - s)
    signature = r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big")
    return strict.encode(cbor2.CBORTag(TAG, [protected, {}, payload, signature]))


def parse(content: bytes, *, typ: str | None = None, check: Check = Check.FORM) -> Signed:
    """Take a message apart: tag 18, four parts, all headers protected, ES256, a key id of 8 bytes.

    `typ` must stand in header 16 if it is given; else there is none. Raises `CardRefused`.
    """
    parts = cast("object", strict.decode(content, tag=TAG, check=check))
    if not isinstance(parts, (list, tuple)) or len(cast("Sequence[object]", parts)) != _PARTS:
        raise CardRefused(check, "not-cose-sign1")
    protected, unprotected, payload, signature = cast("Sequence[object]", parts)
    if not isinstance(protected, bytes) or not isinstance(payload, bytes) or not isinstance(signature, bytes):
        raise CardRefused(check, "not-cose-sign1")
    if unprotected != {}:
        raise CardRefused(check, "unprotected-header")
    if len(signature) != SIGNATURE_BYTES:
        raise CardRefused(check, "signature-length")
    return Signed(protected=protected, kid=_kid(protected, typ, check), payload=payload, signature=signature)


def _kid(protected: bytes, typ: str | None, check: Check) -> bytes:
    header = cast("object", strict.decode(protected, check=check))
    wanted = {ALGORITHM, KID} if typ is None else {ALGORITHM, KID, TYPE}
    if not isinstance(header, Mapping) or set(cast("Mapping[object, object]", header)) != wanted:
        raise CardRefused(check, "protected-header")
    members = cast("Mapping[object, object]", header)
    if members[ALGORITHM] != ES256:
        raise CardRefused(check, "wrong-algorithm")
    if typ is not None and members[TYPE] != typ:
        raise CardRefused(check, "wrong-type")
    kid = members[KID]
    if not isinstance(kid, bytes) or len(kid) != KID_BYTES:
        raise CardRefused(check, "key-id-length")
    return kid


def verify(signed: Signed, key: ec.EllipticCurvePublicKey, *, lower: bool = False) -> None:
    """Hold a message to its signature; raises `CardRefused`.

    `lower` refuses the other signature that anybody can make of one that fits: a card has one form.
    """
    r = int.from_bytes(signed.signature[:_HALF], "big")
    s = int.from_bytes(signed.signature[_HALF:], "big")
    if lower and s > _LOWER:
        raise CardRefused(Check.SIGNATURE, "wrong-signature")
    try:
        der = encode_dss_signature(r, s)
        key.verify(der, _to_sign(signed.protected, signed.payload), ec.ECDSA(SHA256()))
    except InvalidSignature:
        raise CardRefused(Check.SIGNATURE, "wrong-signature") from None
