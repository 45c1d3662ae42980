"""The registry's signature of an answer to a signed request: its status, its body, and which request it answers.

    "@status" "content-digest" "signature";req      created, keyid, alg, tag="po-v1"

Whoever stands between can then neither turn a refusal into a receipt nor give the answer of another request.
"""

from collections.abc import Mapping
from typing import Final

from registry.access.directory import PublicKey
from registry.errors import NotSigned
from registry.messages.base import signature_base
from registry.messages.fields import content_digest, hold_digest, read_presented, signature_field
from registry.messages.keys import ALGORITHM_OF, SigningKey, hold_signature
from registry.messages.request import CLOCK_SKEW, LIFE, TAG
from registry.values.time import SECOND, Instant

COVERED: Final = ('"@status"', '"content-digest"', '"signature";req')
_LABEL: Final = "registry"
_PARAMETERS: Final = frozenset({"created", "keyid", "alg", "tag"})


def signed_answer(key: SigningKey, *, status: int, body: bytes, asked: str, now: Instant) -> dict[str, str]:
    """Give the header fields that make an answer signed; `asked` is the request's `Signature` field."""
    digest = content_digest(body)
    parameters = f'({" ".join(COVERED)});created={now // SECOND};keyid="{key.kid}";alg="{key.algorithm}";tag="{TAG}"'
    values = _values(status, digest, asked)
    return {
        "Content-Digest": digest,
        "Signature-Input": f"{_LABEL}={parameters}",
        "Signature": signature_field(_LABEL, key.sign(signature_base(COVERED, values, parameters))),
    }


def _values(status: int, digest: str, asked: str) -> dict[str, str]:
    return dict(zip(COVERED, (str(status), digest, asked), strict=True))


def hold_answer(
    key: PublicKey, *, status: int, headers: Mapping[str, str], body: bytes, asked: str, now: Instant
) -> None:
    """Hold an answer to the registry's signature, as its clients do; raises `NotSigned`."""
    presented = read_presented(
        *([headers[name]] if name in headers else [] for name in ("Signature-Input", "Signature"))
    )
    given = presented.given
    if presented.components != COVERED or given.keys() != _PARAMETERS or given["tag"] != TAG:
        raise NotSigned("signature-coverage", field="Signature-Input")
    if given["keyid"] != key.kid or given["alg"] != ALGORITHM_OF[key.curve]:
        raise NotSigned("signature-key-unknown", field="Signature-Input")
    if abs(int(given["created"]) * SECOND - now) > LIFE + CLOCK_SKEW:
        raise NotSigned("signature-time", field="Signature-Input")
    digest = headers.get("Content-Digest", "")
    hold_digest(digest, body)
    values = _values(status, digest, asked)
    hold_signature(key, presented.signature, signature_base(COVERED, values, presented.parameters))
