"""An issuer of access tokens with keys of its own, and the file that names it."""

from typing import Any
from warnings import catch_warnings

import orjson
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from registry.machines.issuers import Issuer, parse_issuers
from registry.values.time import SECOND, Instant

ISSUER = "https://login.example"
AUDIENCE = "https://registry.example"
NOW = Instant(1_790_000_000 * SECOND)
SECONDS = NOW // SECOND
KEY = ECKey.generate_key("P-256", parameters={"kid": "i1"})
OTHER = OKPKey.generate_key("Ed25519", parameters={"kid": "i2"})
RSA = RSAKey.generate_key(2048, parameters={"kid": "i3"})
with catch_warnings(action="ignore"):
    SHORT_RSA = RSAKey.generate_key(1024, parameters={"kid": "i4"})
SHARED = OctKey.generate_key(256, parameters={"kid": "i5"})


def jwks(*keys, private: bool = False) -> dict[str, Any]:
    return {"keys": [dict(key.as_dict(private=private)) for key in keys]}


def entry(**changes) -> dict[str, Any]:
    said = {
        "issuer": ISSUER,
        "audience": AUDIENCE,
        "jwks": jwks(KEY, OTHER, RSA),
        "clients": {"lille-filing": "fr-tj-lille"},
    } | changes
    return {name: value for name, value in said.items() if value is not None}


def file(*entries) -> bytes:
    return orjson.dumps({"issuers": list(entries or (entry(),))})


def issuer(**changes) -> Issuer:
    (found,) = parse_issuers(file(entry(**changes)))
    return found


def token(key=KEY, algorithm: str = "ES256", header: dict[str, Any] | None = None, **changes) -> str:
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "lille-filing",
        "client_id": "lille-filing",
        "iat": SECONDS - 10,
        "exp": SECONDS + 590,
        "jti": "b3k2pp5k",
    } | changes
    said = {"alg": algorithm, "typ": "at+jwt", "kid": key.kid} | (header or {})
    payload = orjson.dumps({name: value for name, value in claims.items() if value is not None})
    return jws.serialize_compact(
        {name: value for name, value in said.items() if value is not None}, payload, key, algorithms=[algorithm]
    )
