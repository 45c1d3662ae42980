"""The signature of a document: a JWS (RFC 7515) whose payload, the body of the request, stands beside it (RFC 7797).

    Document-Signature: BASE64URL(protected header) ".." BASE64URL(signature)
    signed              BASE64URL(protected header) "." body, byte by byte as it was sent

    alg  EdDSA or Ed25519 (RFC 9864), ES256      kid  a key of the institution
    typ  po-document+jws                         iss  the institution
    b64  false, crit ["b64"] (RFC 7797, 6)       aud  the ledger, `urn:uuid:…`
    iat  when it was signed, POSIX seconds       jti  drawn anew for each document
    htm, htu  method and address it is handed in to (as RFC 9449 names them)

Every member is there, and no other: no key comes with a signature. A body alone does not say of which order it
speaks, so the address is signed too; `jti` lets one signature count once. The signature of the request (RFC 9421) is
of the way and is forgotten; this one is of the document and is kept.
"""

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import jiter
import msgspec
import orjson

from registry.access.directory import PublicKey
from registry.errors import NotSigned
from registry.messages.keys import SigningKey, hold_signature
from registry.messages.request import CLOCK_SKEW
from registry.values.identifiers import InstitutionId, KeyId
from registry.values.time import DAY, SECOND, Instant

HEADER: Final = "Document-Signature"
TYPE: Final = "po-document+jws"
MAXIMUM: Final = 2048
"""Characters of the header field."""
MAXIMUM_AGE: Final = DAY
"""A document that was signed longer ago is signed anew: nobody hands in later what lay in a queue."""
ALGORITHMS: Final = {"Ed25519": frozenset({"EdDSA", "Ed25519"}), "P-256": frozenset({"ES256"})}
"""By the curve of a key."""
_COMPACT: Final = re.compile(r"([A-Za-z0-9_-]{2,1900})\.\.([A-Za-z0-9_-]{86})")
_JTI: Final = r"^[A-Za-z0-9_-]{16,64}$"
_SIGNATURE_BYTES: Final = 64


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The protected header: these members and no other."""

    alg: Literal["EdDSA", "Ed25519", "ES256"]
    typ: Literal["po-document+jws"]
    b64: bool
    crit: tuple[Literal["b64"]]
    kid: str
    iss: str
    aud: str
    iat: msgspec.Raw
    jti: str
    htm: str
    htu: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Bound:
    """What the signature of a document that comes here now has to name."""

    institution: InstitutionId
    ledger: str
    method: str
    target_uri: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentSignature:
    """A signature whose form, names, time and key are right; what it is a signature of is still to be seen."""

    compact: str
    key: PublicKey
    jti: str
    signed_at: Instant

    @property
    def key_id(self) -> KeyId:
        """Give the name of the key."""
        return KeyId(self.key.kid)

    def hold(self, body: bytes) -> None:
        """Hold a document to its signature; raises `NotSigned`."""
        header, _, signature = self.compact.partition("..")
        try:
            hold_signature(self.key, _decoded(signature), signing_input(header, body))
        except NotSigned:
            raise NotSigned("document-signature-invalid", field=HEADER) from None


def weigh_document(
    lines: Sequence[str], bound: Bound, *, key_of: Callable[[str], PublicKey | None], now: Instant
) -> DocumentSignature | None:
    """Weigh the lines of the header field before the body is believed; None for none. Raises `NotSigned`.

    `key_of` gives the key of a `kid`, of the institution that hands the document in and of no other.
    """
    if not lines:
        return None
    if len(lines) != 1 or len(lines[0]) > MAXIMUM:
        raise _refused("document-signature-malformed")
    compact = lines[0].strip(" \t")
    header = _header(compact)
    said = (header.iss, header.aud, header.htm, header.htu)
    if said != (bound.institution, bound.ledger, bound.method, bound.target_uri):
        raise _refused("document-signature-elsewhere")
    signed_at = _in_time(header.iat, now)
    key = key_of(header.kid)
    if key is None:
        raise _refused("document-signature-key-unknown")
    if header.alg not in ALGORITHMS[key.curve]:
        raise _refused("document-signature-malformed")
    return DocumentSignature(compact=compact, key=key, jti=header.jti, signed_at=signed_at)


def _header(compact: str) -> _Header:
    """Read the protected header strictly: one spelling of base64url, no name twice, these members and no other."""
    found = _COMPACT.fullmatch(compact)
    if found is None or len(_decoded(found[2])) != _SIGNATURE_BYTES:
        raise _refused("document-signature-malformed")
    raw = _decoded(found[1])
    try:
        jiter.from_json(raw, catch_duplicate_keys=True, allow_inf_nan=False)
        header = msgspec.json.decode(raw, type=_Header)
    except (ValueError, msgspec.MsgspecError):
        # The readers' own words may quote what came.
        raise _refused("document-signature-malformed") from None
    if header.b64 or not re.fullmatch(_JTI, header.jti, re.ASCII):
        raise _refused("document-signature-malformed")
    return header


def _in_time(raw: msgspec.Raw, now: Instant) -> Instant:
    text = bytes(raw)
    if not re.fullmatch(rb"[1-9][0-9]{0,12}", text):
        raise _refused("document-signature-malformed")
    signed_at = Instant(int(text) * SECOND)
    if not now - MAXIMUM_AGE <= signed_at <= now + CLOCK_SKEW:
        raise _refused("document-signature-time")
    return signed_at


def sign_document(key: SigningKey, body: bytes, bound: Bound, *, now: Instant, jti: str) -> str:
    """Give the value of the header field for a document; `jti`, 16 to 64 letters, is never used twice."""
    members = {
        "alg": "Ed25519" if key.algorithm == "ed25519" else "ES256",
        "aud": bound.ledger,
        "b64": False,
        "crit": ["b64"],
        "htm": bound.method,
        "htu": bound.target_uri,
        "iat": now // SECOND,
        "iss": bound.institution,
        "jti": jti,
        "kid": key.kid,
        "typ": TYPE,
    }
    header = _encoded(orjson.dumps(members))
    return f"{header}..{_encoded(key.sign(signing_input(header, body)))}"


def signing_input(header: str, body: bytes) -> bytes:
    """Give what is signed: the header as it is spelled, a full stop, and the document (RFC 7797, 3)."""
    return header.encode("ascii") + b"." + body


def _decoded(text: str) -> bytes:
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        raise _refused("document-signature-malformed") from None
    if _encoded(raw) != text:
        raise _refused("document-signature-malformed")
    return raw


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _refused(code: str) -> NotSigned:
    return NotSigned(code, field=HEADER)
