"""Keys of signatures: Ed25519 and P-256, each with the one algorithm that RFC 9421 gives it (section 3.3)."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    EllipticCurvePublicNumbers,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from registry.access.directory import PublicKey
from registry.errors import NotSigned

ED25519: Final = "ed25519"
P256: Final = "ecdsa-p256-sha256"
ALGORITHM_OF: Final = {"Ed25519": ED25519, "P-256": P256}
_COORDINATE: Final = 32
_KEPT: Final = 20_000
Verifier: TypeAlias = Callable[[bytes, bytes], None]
PrivateKey: TypeAlias = Ed25519PrivateKey | EllipticCurvePrivateKey


@dataclass(frozen=True, kw_only=True, slots=True)
class SigningKey:
    """A private key and the name that the directory knows it by."""

    kid: str
    private: PrivateKey = field(repr=False)

    @property
    def algorithm(self) -> str:
        """Give RFC 9421's name of its algorithm."""
        return ED25519 if isinstance(self.private, Ed25519PrivateKey) else P256

    @property
    def jwk(self) -> dict[str, str]:
        """Give the public key as a JWK (RFC 7517)."""
        public = self.private.public_key()
        if isinstance(public, Ed25519PublicKey):
            return {
                "kty": "OKP",
                "crv": "Ed25519",
                "x": _encoded(public.public_bytes_raw()),
                "kid": self.kid,
                "use": "sig",
            }
        numbers = public.public_numbers()
        x, y = (_encoded(each.to_bytes(_COORDINATE, "big")) for each in (numbers.x, numbers.y))
        return {"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": self.kid, "use": "sig"}

    def sign(self, base: bytes) -> bytes:
        """Sign a signature's base; of P-256 as RFC 9421 wants it: r and s, 32 bytes each."""
        if isinstance(self.private, Ed25519PrivateKey):
            return self.private.sign(base)
        r, s = decode_dss_signature(self.private.sign(base, ECDSA(SHA256())))
        return r.to_bytes(_COORDINATE, "big") + s.to_bytes(_COORDINATE, "big")


def hold_signature(key: PublicKey, signature: bytes, base: bytes) -> None:
    """Hold a signature to its base under a key of the directory; raises `NotSigned`."""
    try:
        _verifier(key.curve, key.x, key.y or "")(signature, base)
    except (InvalidSignature, ValueError):
        raise NotSigned("signature-invalid", field="Signature") from None


@lru_cache(maxsize=_KEPT)
def _verifier(curve: str, x: str, y: str) -> Verifier:
    """Make what verifies under a key; raises `ValueError` for coordinates that are no point of the curve."""
    if curve == "Ed25519":
        return Ed25519PublicKey.from_public_bytes(_decoded(x)).verify
    numbers = EllipticCurvePublicNumbers(
        int.from_bytes(_decoded(x), "big"), int.from_bytes(_decoded(y), "big"), SECP256R1()
    )
    public = numbers.public_key()
    return lambda signature, base: _verify_p256(public, signature, base)


def _verify_p256(public: EllipticCurvePublicKey, signature: bytes, base: bytes) -> None:
    if len(signature) != 2 * _COORDINATE:
        raise InvalidSignature
    r, s = (int.from_bytes(half, "big") for half in (signature[:_COORDINATE], signature[_COORDINATE:]))
    public.verify(encode_dss_signature(r, s), base, ECDSA(SHA256()))


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
