"""An identity provider as it is asked: what it says of itself, its keys, its tokens for codes.

Everything that it says is fetched from addresses under the issuer that the settings name, and kept for an hour.
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast
from urllib.parse import urlsplit

import jiter
import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey, import_key

from registry.errors import ConfigurationError, Unavailable
from registry.people.carrier import Carrier
from registry.people.house import SignInFailed, is_loopback
from registry.people.providers import Provider
from registry.values.time import HOUR, MINUTE, SECOND, Instant
from registry.vault.keys import Entropy

_NEVER: Final = Instant(0)
_KEPT: Final = HOUR
_ASK_AGAIN: Final = MINUTE
"""How soon a provider's keys are fetched again for a key id that nobody knows: strangers name what they like."""
_ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ASSERTION_SECONDS: Final = 120


@dataclass(kw_only=True)
class Known:
    """What a provider said of itself, and when."""

    metadata: Mapping[str, Any]
    metadata_at: Instant
    keys: KeySet | None = None
    keys_at: Instant = _NEVER


@dataclass(kw_only=True)
class ProviderSide:
    """One provider over the network. One event loop uses it; all raises `Unavailable` where no good answer comes."""

    provider: Provider
    carrier: Carrier
    return_to: str
    clock: Callable[[], Instant]
    entropy: Entropy = field(repr=False)
    _known: Known | None = field(default=None, init=False, repr=False)

    async def redeemed(self, code: str, verifier: str) -> str:
        """Give the ID token for a code."""
        provider, endpoint = self.provider, str((await self.known()).metadata["token_endpoint"])
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.return_to,
            "code_verifier": verifier,
        }
        basic: tuple[str, str] | None = None
        if provider.client_secret is not None:
            basic = (provider.client_id, provider.client_secret)
        else:
            form |= {
                "client_id": provider.client_id,
                "client_assertion_type": _ASSERTION,
                "client_assertion": self._assertion(),
            }
        answer = _object(await self.carrier.post(endpoint, form, basic=basic))
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise SignInFailed("sign-in-failed")
        return token

    def _assertion(self) -> str:
        """Sign who we are (RFC 7523, 3), for the provider itself and for two minutes."""
        key = client_key(self.provider)
        now = self.clock() // SECOND
        claims = {
            "iss": self.provider.client_id,
            "sub": self.provider.client_id,
            "aud": self.provider.issuer,
            "iat": now,
            "exp": now + _ASSERTION_SECONDS,
            "jti": fresh(self.entropy),
        }
        algorithm = {"EC": "ES256", "RSA": "PS256"}.get(key.key_type, "EdDSA")
        header = {"alg": algorithm, "typ": "JWT", "kid": key.thumbprint()}
        return jws.serialize_compact(header, orjson.dumps(claims), key, algorithms=[algorithm])

    async def known(self) -> Known:
        """Give what the provider says of itself (OpenID Connect Discovery 1.0, 4); it must say it of its own name."""
        now = self.clock()
        if self._known is None or now - self._known.metadata_at >= _KEPT:
            address = f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration"
            metadata = _object(await self.carrier.get(address))
            if metadata.get("issuer") != self.provider.issuer or not all(
                _reached(metadata, each) for each in _ENDPOINTS
            ):
                raise Unavailable("identity-provider-unreachable")
            self._known = Known(metadata=metadata, metadata_at=now)
        return self._known

    async def keys(self, named: str | None) -> KeySet:
        """Give the provider's keys; fetched again where a token names one that is not among them."""
        known, now = await self.known(), self.clock()
        age = now - known.keys_at
        unknown = known.keys is None or (named is not None and named not in {key.kid for key in known.keys.keys})
        if known.keys is None or age >= _KEPT or (unknown and age >= _ASK_AGAIN):
            said: Any = _object(await self.carrier.get(str(known.metadata["jwks_uri"])))
            known.keys, known.keys_at = _key_set(said), now
        return known.keys


def client_key(provider: Provider) -> RSAKey | ECKey | OKPKey:
    """Read the private key that we prove ourselves with; raises `ConfigurationError`."""
    for kind in (ECKey, OKPKey, RSAKey):
        try:
            key = kind.import_key(provider.client_key or b"")
        except (JoseError, ValueError, TypeError):
            continue
        if key.is_private:
            return key
    raise ConfigurationError(f"the key for the identity provider {provider.code} is no private key in PEM")


def public_jwk(provider: Provider) -> dict[str, Any]:
    """Give what the provider is to be told of our key."""
    key = client_key(provider)
    return {**key.as_dict(private=False), "kid": key.thumbprint(), "use": "sig"}


def _key_set(said: Any) -> KeySet:  # noqa: ANN401  # JSON
    """Read the provider's keys, passing over those of a kind that we do not read."""
    found: list[Any] = []
    listed = said.get("keys")
    for each in _elements(listed):
        try:
            found.append(import_key(each))
        except (JoseError, ValueError, TypeError, KeyError):
            continue
    if not found:
        raise Unavailable("identity-provider-unreachable")
    return KeySet(found)


def _elements(value: object) -> list[Any]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _object(content: bytes) -> dict[str, Any]:
    try:
        read: Any = jiter.from_json(content, catch_duplicate_keys=True, allow_inf_nan=False)
    except ValueError:
        raise Unavailable("identity-provider-unreachable") from None
    if not isinstance(read, dict):
        raise Unavailable("identity-provider-unreachable")
    return cast("dict[str, Any]", read)


def _reached(metadata: Mapping[str, Any], name: str) -> bool:
    """Say whether an endpoint is one that we would send something to."""
    address = metadata.get(name)
    return isinstance(address, str) and (urlsplit(address).scheme == "https" or is_loopback(address))


def fresh(entropy: Entropy) -> str:
    """Give 256 fresh random bits as text."""
    return urlsafe_b64encode(entropy(32)).rstrip(b"=").decode("ascii")
