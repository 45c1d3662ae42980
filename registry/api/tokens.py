"""Signing in: a client proves a key by a signed assertion (RFC 7523) and gets a short access token (RFC 9068).

1 read      the assertion unverified, only to learn whose key is to be tried
2 verify    the signature, by one of three named algorithms
3 weigh     issuer, audience, times, and that this assertion was not used before
4 issue     an `at+jwt` signed by the registry's own Ed25519 key, for ten minutes

Whoever fails at any step is told the same. An access token is good only while the directory holds the
institution and the very key it signed in with.
"""

import re
from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final, cast

import jiter
import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey
from joserfc.jws import JWSRegistry

from registry.access.actors import Principal
from registry.access.directory import Enrolment, PublicKey
from registry.api.problems import HttpProblem
from registry.errors import NotTrusted
from registry.machines.access_tokens import AccessTokens
from registry.values.account import ELSEWHERE
from registry.values.identifiers import InstitutionId, KeyId
from registry.values.time import MINUTE, SECOND, Instant

TOKEN_LIFE: Final = 10 * MINUTE
ASSERTION_LIFE: Final = 5 * MINUTE
CLOCK_SKEW: Final = 60 * SECOND
MAXIMUM_TOKEN: Final = 8192
MAXIMUM_CACHED: Final = 10_000
TOKEN_PATH: Final = "/v1/token"  # noqa: S105  # a path
_OFFICER: Final = re.compile(r"[A-Za-z0-9-]{1,64}")
_JTI: Final = re.compile(r"[\x21-\x7e]{8,128}")
_ALGORITHM_OF: Final = {"Ed25519": frozenset({"EdDSA", "Ed25519"}), "P-256": frozenset({"ES256"})}


class _Algorithms(JWSRegistry):
    """The algorithms that are read. `EdDSA` is the older name of `Ed25519` (RFC 9864) and still what most send."""

    algorithms = {  # noqa: RUF012  # the registry's own way to be told
        "Ed25519": JWSRegistry.algorithms["Ed25519"],
        "EdDSA": JWSRegistry.algorithms["Ed25519"],
        "ES256": JWSRegistry.algorithms["ES256"],
    }


_READ: Final = _Algorithms(algorithms=["Ed25519", "EdDSA", "ES256"])


class KeyHeld(HttpProblem):
    """An assertion failed that the client's own key had signed: nobody guessed, and nobody is locked out for it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Speaker:
    """Whom an access token names. Whether they may still speak is asked of the directory."""

    institution: InstitutionId
    key_id: KeyId | None
    """The key that it signed in with; None where another issuer signed it in."""
    on_behalf_of: str | None
    expires: Instant
    certificate: str | None = None
    """The `x5t#S256` of the certificate that it is bound to (RFC 8705)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Assertion:
    """An assertion that holds. It may be used once: until when that has to be remembered is `until`."""

    client: InstitutionId
    key_id: KeyId
    on_behalf_of: str | None
    jti: str
    until: Instant


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """Issues and reads access tokens. One event loop uses it; nothing here is safe between threads."""

    issuer: str
    """The registry's own address, such as `https://registry.example`; audience of its tokens."""
    key: OKPKey = field(repr=False)
    """The registry's private Ed25519 key, with its `kid`."""
    others: AccessTokens | None = None
    """Other issuers whose access tokens are taken."""
    bound: bool = False
    """Whether a machine needs a certificate on its connection, to which its tokens are bound."""
    _read: OrderedDict[bytes, Speaker] = field(
        default_factory=OrderedDict[bytes, Speaker], init=False, repr=False, compare=False
    )

    @property
    def audience(self) -> str:
        """Give what an assertion names as its audience: the token endpoint."""
        return self.issuer + TOKEN_PATH

    def weigh(self, assertion: str, enrolment: Enrolment, *, now: Instant) -> "Assertion":
        """Steps 1 to 3, but for replay; raises `HttpProblem("sign-in-failed")` whatever is wrong with it."""
        header, claims = _unverified(assertion, "sign-in-failed")
        client = claims.get("sub")
        key = enrolment.keys.get((cast("InstitutionId", client), cast("KeyId", header.get("kid"))))
        if key is None or not _verified(assertion, header, key):
            raise HttpProblem("sign-in-failed")
        if not self._weighed(claims, now):
            raise KeyHeld("sign-in-failed")
        return Assertion(
            client=InstitutionId(str(client)),
            key_id=key.kid,
            on_behalf_of=claims.get("on_behalf_of"),
            jti=str(claims["jti"]),
            until=Instant(claims["exp"] * SECOND + CLOCK_SKEW),
        )

    def read(self, token: str, *, now: Instant, certificate: str | None) -> Speaker:
        """Give whom a token names; raises `HttpProblem("unauthenticated")` whatever is wrong with it.

        `certificate` is the thumbprint of the one at the other end of the connection, if there is one.
        """
        speaker = self._known(token, now)
        if speaker.certificate is None and not self.bound:
            return speaker
        if speaker.certificate is None or speaker.certificate != certificate:
            raise HttpProblem("unauthenticated")
        return speaker

    def _known(self, token: str, now: Instant) -> Speaker:
        mark = sha256(token.encode("utf-8", "replace")).digest()
        speaker = self._read.get(mark)
        if speaker is None:
            speaker = self._speaker(token, now)
            if speaker.key_id is None:
                return speaker  # its issuer's keys may be taken out at any time
            self._read[mark] = speaker
            if len(self._read) > MAXIMUM_CACHED:
                self._read.popitem(last=False)
        if now >= speaker.expires:
            self._read.pop(mark, None)
            raise HttpProblem("unauthenticated")
        return speaker

    def _speaker(self, token: str, now: Instant) -> Speaker:
        header, claims = _unverified(token, "unauthenticated")
        if self.others is not None and self.others.knows(claims.get("iss")):
            return _of_another(self.others, token, header, claims, now)
        own = {"alg": "Ed25519", "typ": "at+jwt", "kid": self.key.kid}
        if header != own or not _checked(token, self.key):
            raise HttpProblem("unauthenticated")
        if claims.get("iss") != self.issuer or claims.get("aud") != self.issuer:
            raise HttpProblem("unauthenticated")
        return Speaker(
            institution=InstitutionId(claims["sub"]),
            key_id=KeyId(claims["client_key"]),
            on_behalf_of=claims.get("on_behalf_of"),
            expires=Instant(claims["exp"] * SECOND),
            certificate=claims.get("cnf", {}).get("x5t#S256"),
        )

    def _weighed(self, claims: dict[str, Any], now: Instant) -> bool:
        """Step 3, but for replay. Every time is in whole seconds; a clock may be off by `CLOCK_SKEW`."""
        expires, issued, begins = (_seconds(claims, name) for name in ("exp", "iat", "nbf"))
        officer, jti = claims.get("on_behalf_of"), claims.get("jti")
        audience = claims.get("aud")
        named = cast("list[object]", audience) if isinstance(audience, list) else [audience]
        return bool(
            claims.get("iss") == claims.get("sub")
            and named == [self.audience]
            and now - CLOCK_SKEW < expires * SECOND <= now + ASSERTION_LIFE + CLOCK_SKEW
            and max(issued, begins) * SECOND <= now + CLOCK_SKEW
            and isinstance(jti, str)
            and _JTI.fullmatch(jti) is not None
            and (officer is None or (isinstance(officer, str) and _OFFICER.fullmatch(officer) is not None))
        )

    def issue(self, proved: "Assertion", *, now: Instant, jti: str, certificate: str | None) -> str:
        """Step 4: give an access token for an assertion that was weighed, and not used before.

        It is bound to the certificate of the connection, if there is one; raises `HttpProblem` where there has to be.
        """
        if self.bound and certificate is None:
            raise HttpProblem("sign-in-failed")
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": self.issuer,
            "sub": proved.client,
            "client_id": proved.client,
            "client_key": proved.key_id,
            "iat": now // SECOND,
            "exp": (now + TOKEN_LIFE) // SECOND,
            "jti": jti,
        }
        if proved.on_behalf_of is not None:
            claims["on_behalf_of"] = proved.on_behalf_of
        if certificate is not None:
            claims["cnf"] = {"x5t#S256": certificate}
        header = {"alg": "Ed25519", "typ": "at+jwt", "kid": self.key.kid}
        return jws.serialize_compact(header, orjson.dumps(claims), self.key, registry=_READ)


def _of_another(
    others: AccessTokens, token: str, header: dict[str, Any], claims: dict[str, Any], now: Instant
) -> Speaker:
    try:
        spoken = others.read(token, header, claims, now)
    except NotTrusted:
        raise HttpProblem("unauthenticated") from None
    return Speaker(
        institution=spoken.institution,
        key_id=None,
        on_behalf_of=spoken.on_behalf_of,
        expires=spoken.expires,
        certificate=spoken.certificate,
    )


def principal_of(speaker: Speaker, enrolment: Enrolment) -> Principal:
    """Give the principal, by the directory as it is now; raises `HttpProblem` for one removed or suspended."""
    institution = enrolment.speaking(speaker.institution)
    own = speaker.key_id is None or (speaker.institution, speaker.key_id) in enrolment.keys
    if institution is None or not own:
        raise HttpProblem("unauthenticated")
    return institution.principal(speaker.key_id or ELSEWHERE, speaker.on_behalf_of)


def _seconds(claims: dict[str, Any], name: str) -> int:
    """Give a time of an assertion in whole seconds; `nbf` may be absent. Raises `HttpProblem`."""
    seconds = claims.get(name, 0 if name == "nbf" else None)
    if type(seconds) is not int or not 0 <= seconds < 1 << 40:
        raise KeyHeld("sign-in-failed")
    return seconds


def _unverified(token: str, code: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read header and claims before the signature is checked; nothing of it is believed yet."""
    if len(token) > MAXIMUM_TOKEN or not token.isascii():
        raise HttpProblem(code)
    try:
        parts = jws.extract_compact(token.encode(), registry=_READ)
        claims: Any = jiter.from_json(parts.payload or b"", catch_duplicate_keys=True, allow_inf_nan=False)
        header = parts.headers()
    except (JoseError, ValueError):
        raise HttpProblem(code) from None
    # `crit` names what a reader has to understand (RFC 7515, 4.1.11): no extension is understood here.
    texts = [header.get(name) for name in ("alg", "kid")] + [header.get("typ", "JWT")]
    if not isinstance(claims, dict) or "crit" in header:
        raise HttpProblem(code)
    said = cast("dict[str, Any]", claims)
    if not all(isinstance(each, str) for each in [*texts, said.get("sub"), said.get("iss", "")]):
        raise HttpProblem(code)
    return header, said


def _verified(assertion: str, header: dict[str, Any], key: PublicKey) -> bool:
    """Check an assertion under a client's key; the algorithm is the key's own, whatever the header wishes."""
    if header.get("alg") not in _ALGORITHM_OF[key.curve] or header.get("typ", "JWT") == "at+jwt":
        return False
    members: Any = key.jwk
    try:
        imported = OKPKey.import_key(members) if key.curve == "Ed25519" else ECKey.import_key(members)
    except (JoseError, ValueError):
        return False
    return _checked(assertion, imported)


def _checked(token: str, key: OKPKey | ECKey) -> bool:
    try:
        return jws.validate_compact(jws.extract_compact(token.encode(), registry=_READ), key, registry=_READ)
    except (JoseError, ValueError):
        return False
