"""A request's signature (RFC 9421): which words of it are signed, for how long it is good, and by whom it was made.

    always        "@method" "@target-uri" "content-digest" "content-type" "authorization"
    where there   "idempotency-key" "if-match"
    parameters    created, expires (300 s later at most), keyid, alg, nonce, tag="po-v1"

Exactly these, each once, in any order. `@target-uri` begins with the registry's own name, whatever the `Host` says:
a request for one registry is none for another. `authorization` is among them because the token says on whose behalf.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from registry.access.directory import PublicKey
from registry.errors import NotSigned
from registry.messages.base import signature_base
from registry.messages.fields import Presented, content_digest, hold_digest, read_presented, signature_field
from registry.messages.keys import ALGORITHM_OF, SigningKey, hold_signature
from registry.values.time import SECOND, Instant

TAG: Final = "po-v1"
LIFE: Final = 300 * SECOND
"""Between `created` and `expires` at most."""
CLOCK_SKEW: Final = 60 * SECOND
ALWAYS: Final = ("@method", "@target-uri", "content-digest", "content-type", "authorization")
WHERE_THERE: Final = ("idempotency-key", "if-match", "document-signature")
_PARAMETERS: Final = frozenset({"created", "expires", "keyid", "alg", "nonce", "tag"})
_NONCE: Final = re.compile(r"[A-Za-z0-9_+/=-]{16,128}")
_LABEL: Final = "sig"


class Headers(Protocol):
    """A request's header fields, line by line; names in any case."""

    def getall(self, name: str, default: list[str], /) -> list[str]:
        """Give the values of every line of a name."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighed:
    """A signature whose form, time and key are right; what it is a signature of is still to be seen."""

    presented: Presented
    values: Mapping[str, str]
    """Values of the components, by identifier."""
    key: PublicKey
    nonce: str
    until: Instant
    """Until when its nonce has to be remembered."""

    def hold(self, body: bytes) -> None:
        """Hold the request to its signature, now that its body is there; raises `NotSigned`."""
        hold_digest(self.values['"content-digest"'], body)
        base = signature_base(self.presented.components, self.values, self.presented.parameters)
        hold_signature(self.key, self.presented.signature, base)


def weigh(
    method: str, target_uri: str, headers: Headers, *, key_of: Callable[[str], PublicKey | None], now: Instant
) -> Weighed:
    """Weigh a request's signature by its head alone, before a byte of its body is read; raises `NotSigned`.

    `key_of` gives the key of a `keyid`, of the institution that the access token names and of no other.
    """
    presented = read_presented(headers.getall("Signature-Input", []), headers.getall("Signature", []))
    until = _in_time(presented, now)
    values = _values(method, target_uri, headers)
    if len(presented.components) != len(values) or set(presented.components) != set(values):
        raise NotSigned("signature-coverage", field="Signature-Input")
    nonce = presented.given["nonce"]
    if presented.given["tag"] != TAG or not _NONCE.fullmatch(nonce):
        raise NotSigned("signature-malformed", field="Signature-Input")
    key = key_of(presented.given["keyid"])
    if key is None:
        raise NotSigned("signature-key-unknown", field="Signature-Input")
    if presented.given["alg"] != ALGORITHM_OF[key.curve]:
        raise NotSigned("signature-algorithm", field="Signature-Input")
    return Weighed(presented=presented, values=values, key=key, nonce=nonce, until=until)


def _in_time(presented: Presented, now: Instant) -> Instant:
    """Say until when a signature's nonce counts; raises `NotSigned` for one that is too old, too long or too early."""
    if presented.given.keys() != _PARAMETERS:
        raise NotSigned("signature-malformed", field="Signature-Input")
    created, expires = (Instant(int(presented.given[name]) * SECOND) for name in ("created", "expires"))
    if created > now + CLOCK_SKEW or now >= expires + CLOCK_SKEW or not 0 < expires - created <= LIFE:
        raise NotSigned("signature-time", field="Signature-Input")
    return Instant(expires + CLOCK_SKEW)


def _values(method: str, target_uri: str, headers: Headers) -> dict[str, str]:
    """Give the value of everything that a signature of this request has to cover, by component identifier."""
    values = {'"@method"': method, '"@target-uri"': target_uri}
    for name in (*ALWAYS[2:], *WHERE_THERE):
        lines = headers.getall(name, [])
        if len(lines) > 1 or (not lines and name in ALWAYS):
            raise NotSigned("signature-coverage", field=name)
        if lines:
            values[f'"{name}"'] = lines[0].strip(" \t")
    return values


def signed_headers(
    key: SigningKey, *, method: str, target_uri: str, headers: Mapping[str, str], body: bytes, now: Instant, nonce: str
) -> dict[str, str]:
    """Give the header fields that make a request signed: `Content-Digest`, `Signature-Input` and `Signature`.

    `headers` are those that it has already, `Authorization` and `Content-Type` among them; `nonce` is never used twice.
    """
    digest = content_digest(body)
    given = {name.lower(): value for name, value in headers.items()} | {"content-digest": digest}
    names = [*ALWAYS, *(name for name in WHERE_THERE if name in given)]
    values = {f'"{name}"': given.get(name, "") for name in names} | {'"@method"': method, '"@target-uri"': target_uri}
    parameters = _written(key, names, now, nonce)
    base = signature_base(tuple(values), values, parameters)
    return {
        "Content-Digest": digest,
        "Signature-Input": f"{_LABEL}={parameters}",
        "Signature": signature_field(_LABEL, key.sign(base)),
    }


def _written(key: SigningKey, names: Sequence[str], now: Instant, nonce: str) -> str:
    created = now // SECOND
    covered = " ".join(f'"{name}"' for name in names)
    return (
        f'({covered});created={created};expires={created + LIFE // SECOND};keyid="{key.kid}"'
        f';alg="{key.algorithm}";nonce="{nonce}";tag="{TAG}"'
    )
