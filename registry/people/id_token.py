"""An identity provider's tokens, verified: the ID token of a sign-in, the log-out token of a back channel.

1 read      the header, only to choose among the provider's own keys
2 verify    the signature, by a key the provider publishes, with an algorithm of a short list; never `none`, never HMAC
3 weigh     issuer, audience, authorized party, times; of a sign-in the nonce, and when the person proved themselves

Steps and names follow OpenID Connect Core 1.0, 3.1.3.7, and Back-Channel Logout 1.0, 2.6.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import jiter
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet
from joserfc.jws import JWSRegistry

from registry.people.house import SignInFailed
from registry.people.providers import Provider
from registry.values.time import MINUTE, SECOND, Instant

CLOCK_SKEW: Final = 60 * SECOND
OLDEST: Final = 10 * MINUTE
"""A token that was issued longer ago was not issued for what it comes with."""
MAXIMUM_TOKEN: Final = 16384
LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA", "Ed25519")
_READ: Final = JWSRegistry(algorithms=list(ALGORITHMS))


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What a sign-in was asked with, to hold the answer against."""

    nonce: str
    since: Instant | None
    """The person is to have proved themselves at the provider no earlier than this."""


def key_id(token: str) -> str | None:
    """Step 1: give the id of the key that a token names; raises `SignInFailed` for what is no token."""
    named = _header(token).get("kid")
    return named if isinstance(named, str) else None


def signed_in(token: str, keys: KeySet, provider: Provider, asked: Asked, now: Instant) -> Mapping[str, Any]:
    """Give the claims of an ID token; raises `SignInFailed` whatever is wrong with it."""
    claims = _verified(token, keys)
    _weigh(claims, provider, now)
    if not isinstance(claims.get("nonce"), str) or not hmac.compare_digest(
        claims["nonce"].encode(), asked.nonce.encode()
    ):
        raise SignInFailed("sign-in-failed")
    if asked.since is not None and _seconds(claims, "auth_time") * SECOND < asked.since - CLOCK_SKEW:
        raise SignInFailed("sign-in-failed")
    if not isinstance(claims.get("sub"), str):
        raise SignInFailed("sign-in-failed")
    return claims


def logged_out(token: str, keys: KeySet, provider: Provider, now: Instant) -> Mapping[str, Any]:
    """Give the claims of a log-out token; raises `SignInFailed` whatever is wrong with it."""
    claims = _verified(token, keys)
    _weigh(claims, provider, now)
    events = claims.get("events")
    named = isinstance(claims.get("sub"), str) or isinstance(claims.get("sid"), str)
    if not isinstance(events, dict) or not isinstance(cast("dict[str, Any]", events).get(LOGOUT_EVENT), dict):
        raise SignInFailed("sign-in-failed")
    if not named or "nonce" in claims or not isinstance(claims.get("jti"), str):
        # A nonce would make it an ID token that somebody passes off as this.
        raise SignInFailed("sign-in-failed")
    return claims


def _verified(token: str, keys: KeySet) -> dict[str, Any]:
    """Step 2."""
    wanted = _header(token).get("kid")
    named = [key for key in keys.keys if (wanted is None or wanted == key.kid) and _signs(key)]
    for key in named:
        try:
            read = jws.deserialize_compact(token.encode(), key, registry=_READ)
            claims: Any = jiter.from_json(read.payload, catch_duplicate_keys=True, allow_inf_nan=False)
        except (JoseError, ValueError, TypeError):
            continue
        if isinstance(claims, dict):
            return cast("dict[str, Any]", claims)
    raise SignInFailed("sign-in-failed")


def _signs(key: Key) -> bool:
    """Leave out shared secrets, and keys that are for something else."""
    said = cast("dict[str, Any]", key.as_dict(private=False))
    return key.key_type in {"RSA", "EC", "OKP"} and said.get("use", "sig") == "sig"


def _weigh(claims: dict[str, Any], provider: Provider, now: Instant) -> None:
    """Step 3, but for what only a sign-in has."""
    audience = claims.get("aud")
    named = cast("list[object]", audience) if isinstance(audience, list) else [audience]
    party = claims.get("azp", provider.client_id)
    right = (
        claims.get("iss") == provider.issuer
        and provider.client_id in named
        and (len(named) == 1 or "azp" in claims)
        and party == provider.client_id
        and now - CLOCK_SKEW < _seconds(claims, "exp") * SECOND
        and now - OLDEST < _seconds(claims, "iat") * SECOND <= now + CLOCK_SKEW
    )
    if not right:
        raise SignInFailed("sign-in-failed")


def _seconds(claims: Mapping[str, Any], name: str) -> int:
    said = claims.get(name)
    if type(said) is not int or not 0 <= said < 1 << 40:
        raise SignInFailed("sign-in-failed")
    return said


def _header(token: str) -> dict[str, Any]:
    if not 0 < len(token) <= MAXIMUM_TOKEN or not token.isascii():
        raise SignInFailed("sign-in-failed")
    try:
        return dict(jws.extract_compact(token.encode(), registry=_READ).headers())
    except (JoseError, ValueError):
        raise SignInFailed("sign-in-failed") from None
