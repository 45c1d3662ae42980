"""Access tokens of other issuers (RFC 9068): who issued it, for us, by a key of theirs, for a client that we know.

1 issuer     named in the file of issuers; what the token says of itself is only used to find it
2 header     `typ` at+jwt, an algorithm of this issuer's list, a `kid` of its keys, and a key of the right kind
3 signature
4 claims     audience, times, client: `client_id` and the institution that the file gives it

Whoever fails at any step is told the same. What a token is bound to (`cnf`, RFC 8705) is given back, not weighed here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry

from registry.errors import NotTrusted
from registry.machines.issuer_keys import IssuerKeys
from registry.machines.issuers import KINDS, Issuer, Key, fits
from registry.values.identifiers import InstitutionId
from registry.values.time import HOUR, SECOND, Instant

CLOCK_SKEW: Final = 60 * SECOND
MAXIMUM_LIFE: Final = HOUR
"""A token that is good for longer is not taken: it would outlive the reason it was given for."""
_TYPES: Final = frozenset({"at+jwt", "application/at+jwt"})
_OFFICER: Final = re.compile(r"[A-Za-z0-9-]{1,64}")
_YEARS: Final = 1 << 40


class _Algorithms(JWSRegistry):
    """The algorithms that are read. `EdDSA` is the older name of `Ed25519` (RFC 9864) and still what most send."""

    algorithms = {name: JWSRegistry.algorithms["Ed25519" if name == "EdDSA" else name] for name in KINDS}  # noqa: RUF012  # as it is told


@dataclass(frozen=True, kw_only=True, slots=True)
class Spoken:
    """Whom a token of another issuer names."""

    institution: InstitutionId
    on_behalf_of: str | None
    expires: Instant
    certificate: str | None
    """The `x5t#S256` that it is bound to (RFC 8705)."""


@dataclass(frozen=True, kw_only=True)
class AccessTokens:
    """Reads access tokens of the issuers that the file names."""

    issuers: Mapping[str, Issuer]
    keys: IssuerKeys

    def knows(self, issuer: object) -> bool:
        """Say whether the file names an issuer."""
        return isinstance(issuer, str) and issuer in self.issuers

    def read(self, token: str, header: Mapping[str, Any], claims: Mapping[str, Any], now: Instant) -> Spoken:
        """Give whom a token names; raises `NotTrusted` whatever is wrong with it.

        `header` and `claims` are those of the token, read and not believed yet.
        """
        issuer = self.issuers[claims["iss"]]
        algorithm = header.get("alg")
        kid = header.get("kid")
        if str(header.get("typ", "")).lower() not in _TYPES or algorithm not in issuer.algorithms or "crit" in header:
            raise _refused()
        key = self.keys.find(issuer, str(kid), now)
        if key is None or not fits(key, algorithm) or not _signed(token, key, algorithm):
            raise _refused()
        return _weighed(issuer, claims, now)


def _weighed(issuer: Issuer, claims: Mapping[str, Any], now: Instant) -> Spoken:
    """Step 4."""
    expires, issued, begins = (_seconds(claims, name) for name in ("exp", "iat", "nbf"))
    audience = claims.get("aud")
    client, officer = claims.get("client_id"), claims.get("on_behalf_of")
    institution = issuer.clients.get(client) if isinstance(client, str) else None
    if (
        issuer.audience not in (audience if isinstance(audience, list) else [audience])
        or now >= expires
        or max(issued, begins) > now + CLOCK_SKEW
        or not 0 < expires - issued <= MAXIMUM_LIFE
        or institution is None
        or (officer is not None and not (isinstance(officer, str) and _OFFICER.fullmatch(officer)))
    ):
        raise _refused()
    return Spoken(institution=institution, on_behalf_of=officer, expires=expires, certificate=_bound(claims))


def _bound(claims: Mapping[str, Any]) -> str | None:
    """Give the certificate that a token is bound to. One that is bound to something else is none for us."""
    if "cnf" not in claims:
        return None
    match claims["cnf"]:
        case {"x5t#S256": str(certificate), **others} if not others:
            return certificate
        case _:
            raise _refused()


def _seconds(claims: Mapping[str, Any], name: str) -> Instant:
    seconds = claims.get(name, 0 if name == "nbf" else None)
    if type(seconds) is not int or not 0 <= seconds < _YEARS:
        raise _refused()
    return Instant(seconds * SECOND)


def _signed(token: str, key: Key, algorithm: str) -> bool:
    only = _Algorithms(algorithms=[algorithm])
    try:
        return jws.validate_compact(jws.extract_compact(token.encode(), registry=only), key, registry=only)
    except (JoseError, ValueError):
        return False


def _refused() -> NotTrusted:
    return NotTrusted("an access token of another issuer does not hold")
