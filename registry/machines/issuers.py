"""The file of issuers, read: whose access tokens are taken beside the registry's own, and for which institutions.

    {"issuers": [{"issuer": "https://login.example", "audience": "https://registry.example",
                  "jwks_uri": "https://login.example/jwks", "algorithms": ["ES256"],
                  "clients": {"lille-filing": "fr-tj-lille"}}]}

In place of `jwks_uri` may stand `jwks`, the keys themselves, which then nobody fetches. A client that is not named
speaks for nobody. Nothing in the file is secret.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import jiter
import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OctKey, OKPKey, RSAKey

from registry.errors import ConfigurationError
from registry.values.identifiers import InstitutionId

MAXIMUM_FILE: Final = 4 << 20
MAXIMUM_ISSUERS: Final = 32
MAXIMUM_CLIENTS: Final = 10_000
MAXIMUM_KEYS: Final = 32
MAXIMUM_SET: Final = 64 << 10
"""Bytes of a set of keys."""
MINIMUM_RSA: Final = 2048
KINDS: Final[Mapping[str, tuple[type[Any], str | None]]] = {
    "ES256": (ECKey, "P-256"),
    "Ed25519": (OKPKey, "Ed25519"),
    "EdDSA": (OKPKey, "Ed25519"),
    "PS256": (RSAKey, None),
    "RS256": (RSAKey, None),
}
"""Algorithms that may be named, each with the kind and curve of its keys: none that a secret shared by two could do."""
Key = ECKey | OKPKey | RSAKey


@dataclass(frozen=True, kw_only=True, slots=True)
class Issuer:
    """One issuer of access tokens."""

    issuer: str
    audience: str
    algorithms: tuple[str, ...]
    clients: Mapping[str, InstitutionId]
    keys_at: str | None
    """Where its keys are fetched; None where the file holds them."""
    pinned: Mapping[str, Key] = field(repr=False)


class _Issuer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    issuer: str
    audience: str
    clients: dict[str, str]
    algorithms: list[str] = msgspec.field(default_factory=lambda: ["ES256", "EdDSA", "Ed25519"])
    jwks_uri: str | None = None
    jwks: dict[str, Any] | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    issuers: list[_Issuer]


def parse_issuers(content: bytes) -> tuple[Issuer, ...]:
    """Read a file of issuers; raises `ConfigurationError` naming the place, never the value."""
    if len(content) > MAXIMUM_FILE:
        raise _wrong("the file is too long")
    try:
        data = jiter.from_json(content, catch_duplicate_keys=True, allow_inf_nan=False)
        file = msgspec.convert(data, _File)
    except (ValueError, msgspec.ValidationError):
        # The readers' own words may quote the file.
        raise _wrong("it is not JSON of the form that the reference gives") from None
    if not 0 < len(file.issuers) <= MAXIMUM_ISSUERS:
        raise _wrong("the number of issuers")
    found = tuple(_issuer(entry, f"issuers/{number}") for number, entry in enumerate(file.issuers))
    if len({each.issuer for each in found}) != len(found):
        raise _wrong("an issuer comes twice")
    return found


def _issuer(entry: _Issuer, place: str) -> Issuer:
    for name, address in (("issuer", entry.issuer), ("audience", entry.audience)):
        if not _is_address(address):
            raise _wrong(f"{place}/{name}")
    if not entry.algorithms or not set(entry.algorithms) <= set(KINDS):
        raise _wrong(f"{place}/algorithms")
    if not 0 < len(entry.clients) <= MAXIMUM_CLIENTS or not all(entry.clients):
        raise _wrong(f"{place}/clients")
    if (entry.jwks_uri is None) == (entry.jwks is None):
        raise _wrong(f"{place} names either jwks_uri or jwks")
    if entry.jwks_uri is not None and not _is_address(entry.jwks_uri):
        raise _wrong(f"{place}/jwks_uri")
    return Issuer(
        issuer=entry.issuer,
        audience=entry.audience,
        algorithms=tuple(entry.algorithms),
        clients={client: InstitutionId(institution) for client, institution in entry.clients.items()},
        keys_at=entry.jwks_uri,
        pinned=_pinned(entry.jwks, place),
    )


def _pinned(jwks: dict[str, Any] | None, place: str) -> Mapping[str, Key]:
    if jwks is None:
        return {}
    try:
        return read_keys(msgspec.json.encode(jwks))
    except ValueError:
        raise _wrong(f"{place}/jwks") from None


def read_keys(content: bytes) -> dict[str, Key]:
    """Read a JWK set (RFC 7517); raises `ValueError`. Keys without a `kid`, or not to verify with, are passed over.

    A private or shared key in it is no accident to pass over: it means that anybody can sign.
    """
    if len(content) > MAXIMUM_SET:
        raise ValueError("a set of keys is too long")
    data: Any = jiter.from_json(content, catch_duplicate_keys=True, allow_inf_nan=False)
    try:
        keys = KeySet.import_key_set(data).keys if 0 < len(data["keys"]) <= MAXIMUM_KEYS else []
    except (JoseError, ValueError, KeyError, TypeError):
        raise ValueError("a set of keys cannot be read") from None
    if any(isinstance(key, OctKey) or key.is_private for key in keys):
        raise ValueError("a set of keys shows what must be secret")
    found = {str(key.kid): key for key in keys if not isinstance(key, OctKey) and _verifies(key)}
    if not found:
        raise ValueError("a set of keys holds none to verify with")
    return found


def _verifies(key: Key) -> bool:
    if not key.kid or key.get("use", "sig") != "sig":
        return False
    return not isinstance(key, RSAKey) or key.public_key.key_size >= MINIMUM_RSA


def fits(key: Key, algorithm: str) -> bool:
    """Say whether a key is of the kind that an algorithm needs; what the key says of its own algorithm counts too."""
    kind, curve = KINDS[algorithm]
    named = key.get("alg", algorithm)
    same = named == algorithm or {str(named), algorithm} <= {"EdDSA", "Ed25519"}
    return type(key) is kind and (curve is None or key.get("crv") == curve) and same


def _is_address(text: str) -> bool:
    """Say whether a text is an https address; plain http counts on this machine alone."""
    parts = urlsplit(text)
    local = parts.hostname in {"127.0.0.1", "::1", "localhost"}
    return bool(parts.hostname) and parts.scheme in ({"http", "https"} if local else {"https"}) and not parts.fragment


def _wrong(place: str) -> ConfigurationError:
    return ConfigurationError(f"the file of issuers cannot be used: {place}")
