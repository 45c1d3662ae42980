"""The document that an institution signed and handed in, held against the log's entry of it and the facts it led to.

The entry (`sg`) and the record in it name the signature by its SHA-256, so that whoever kept document and signature
can show them long after the registry has forgotten both. The signature is a detached JWS (RFC 7515 Appendix F) over
the document as it was sent (RFC 7797, `b64` false); whose key it is, is for the reader to know by another way.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicNumbers,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from registry.ledger.proof.acts import is_of_act
from registry.ledger.proof.bound import as_list, as_members, as_object
from registry.ledger.proof.checks import Check, Outcome, attempt
from registry.ledger.proof.erased import PREFIX
from registry.ledger.proof.errors import NotVerified, NotWellFormed

KIND: Final = "document.signed"
TYPE: Final = "po-document+jws"
DOCUMENT: Final = "document's entry"
SIGNED_DOCUMENT: Final = "institution has signed the document"
OF_THIS_ACT: Final = "document was signed for this very act"
_HALF: Final = 32
_MEMBERS: Final = frozenset({"alg", "aud", "b64", "crit", "htm", "htu", "iat", "iss", "jti", "kid", "typ"})


@dataclass(frozen=True, kw_only=True, slots=True)
class HandedIn:
    """What a pack holds of a document; nothing of it is verified yet."""

    entry: bytes
    proof: bytes
    record: bytes
    """What the digest in the entry is of: `po-record/v1`, topic and body, a line each."""
    document: bytes | None = None
    """The document as it was sent, where whoever holds the pack gives it."""
    signature: str | None = None


def check_handed_in(
    checks: list[Check],
    found: HandedIn | None,
    entries: Sequence[bytes],
    claims: Mapping[str, Any],
    key: Mapping[str, Any] | None,
    *,
    own: str = "",
) -> None:
    """Try what a pack says of the document that its facts were recorded of. Never raises.

    `own`: that the entry is in the log rests on the pack's own word.
    """
    if found is None:
        detail = f"the pack names no document; recorded by {_by(entries)}"
        checks.append(Check(name=SIGNED_DOCUMENT, outcome=Outcome.NOT_CHECKED, detail=detail))
        return
    attempt(checks, f"{DOCUMENT} is of what was signed", lambda: says_of_facts(found, entries, claims), own=own)
    skip = "the pack holds no document; add it from the answer that gave it" if found.signature is None else None
    attempt(checks, "signature is the one that the log names", lambda: is_named(found, claims), skip=skip, own=own)
    attempt(checks, OF_THIS_ACT, lambda: was_for(found, claims), skip=skip, own=own)
    if skip is None and key is None:
        skip = "no key of the institution was given"
    attempt(checks, SIGNED_DOCUMENT, lambda: signed_by(found, key or {}), skip=skip)


def read_handed_in(value: object) -> HandedIn:
    """Read the member of a pack; raises `NotWellFormed`."""
    members = as_members(value, "evidence, handed_in")
    entry, proof, record, document, signature = (
        members.get(name) for name in ("entry", "proof", "record", "document", "signature")
    )
    if not (isinstance(entry, str) and isinstance(proof, str) and isinstance(record, str)):
        raise NotWellFormed("evidence, handed_in: entry, proof and record")
    if (document is None) != (signature is None):
        raise NotWellFormed("evidence: a document comes with its signature")
    return HandedIn(
        entry=_raw(entry),
        proof=_octets(proof),
        record=_raw(record),
        document=None if document is None else _raw(str(document)),
        signature=None if signature is None else str(signature),
    )


def write_handed_in(found: HandedIn) -> dict[str, str]:
    """Write the member of a pack."""
    members = {"entry": _text(found.entry), "proof": found.proof.decode("utf-8"), "record": _text(found.record)}
    if found.document is not None and found.signature is not None:
        members |= {"document": _text(found.document), "signature": found.signature}
    return members


def says_of_facts(handed_in: HandedIn, entries: Sequence[bytes], claims: Mapping[str, Any]) -> str:
    """Hold entry and record against each other, and against the receipt of the facts that the document led to."""
    entry, event = as_object(handed_in.entry, "document, entry"), _event(handed_in.record)
    digest = _text(sha256(handed_in.record).digest())
    if not _alike((entry.get("d"), digest), (entry.get("k"), KIND), (entry.get("sg"), event.get("signature"))):
        raise NotVerified("document: the record is not the one that the log has the digest of")
    named = [as_members(each, "signed, facts").get("fact") for each in as_list(claims.get("facts"))]
    if not named or event.get("facts") != named:
        raise NotVerified("document: it led to other facts than the receipt names")
    last = as_object(entries[-1], "entry")
    if _institution(entry) != claims.get("aud") or not _after(entry.get("n"), last.get("n")):
        raise NotVerified("document: of another institution, or older than what it led to")
    return f"{len(named)} facts were recorded of a document signed with key {event.get('key_id')}"


def is_named(handed_in: HandedIn, claims: Mapping[str, Any]) -> str:
    """Hold the signature against the digest that the log has of it, and its header against who is said to have signed.

    Raises `NotVerified` and kin. Whether the signature is one of the document, only a key can tell: `signed_by`.
    """
    header, _ = read_header(handed_in.signature or "")
    event = _event(handed_in.record)
    if not _alike((event.get("signature"), _text(sha256((handed_in.signature or "").encode()).digest()))):
        raise NotVerified("document: the signature is another than the one that the log names")
    who = _institution(as_object(handed_in.entry, "document, entry"))
    said = ((header.get("kid"), event.get("key_id")), (header.get("iss"), who), (header.get("aud"), claims.get("iss")))
    if not _alike(*said):
        raise NotVerified("document: signed by another key or institution, or for another ledger")
    return f"by key {header['kid']} of {who}, at POSIX time {header['iat']}, for {header['htm']} {header['htu']}"


def was_for(handed_in: HandedIn, claims: Mapping[str, Any]) -> str:
    """Hold the address in the signature against the facts that the receipt names; raises as `is_of_act`."""
    header, _ = read_header(handed_in.signature or "")
    return is_of_act(header, _event(handed_in.record), claims)


def signed_by(handed_in: HandedIn, key: Mapping[str, Any]) -> str:
    """Verify the signature of the document by a key (a JWK: Ed25519 or P-256); raises `NotVerified` and kin."""
    header, spelled = read_header(handed_in.signature or "")
    signature = _raw((handed_in.signature or "").partition("..")[2])
    signed = spelled.encode() + b"." + (handed_in.document or b"")
    try:
        _verify(str(header["alg"]), key, signature, signed)
    except (InvalidSignature, ValueError):
        raise NotVerified("document: the signature does not fit the document and the key") from None
    return f"{header['alg']}, key {header['kid']} of {header['iss']}, over {len(handed_in.document or b'')} bytes"


def read_header(compact: str) -> tuple[dict[str, Any], str]:
    """Read the protected header of a detached JWS, strictly, and give how it is spelled. Raises `NotWellFormed`."""
    spelled, dots, signature = compact.partition("..")
    header = as_object(_raw(spelled), "document, header")
    fixed = header.get("typ") == TYPE and header.get("b64") is False and header.get("crit") == ["b64"]
    if not dots or "." in signature or header.keys() != _MEMBERS or not fixed:
        raise NotWellFormed("document: not the detached signature of a document")
    return header, spelled


def _verify(algorithm: str, key: Mapping[str, Any], signature: bytes, signed: bytes) -> None:
    curve = key.get("crv")
    if curve == "Ed25519" and algorithm in ("EdDSA", "Ed25519"):
        Ed25519PublicKey.from_public_bytes(_raw(str(key.get("x")))).verify(signature, signed)
    elif curve == "P-256" and algorithm == "ES256" and len(signature) == 2 * _HALF:
        x, y = (int.from_bytes(_raw(str(key.get(name))), "big") for name in ("x", "y"))
        r, s = (int.from_bytes(half, "big") for half in (signature[:_HALF], signature[_HALF:]))
        public = EllipticCurvePublicNumbers(x, y, SECP256R1()).public_key()
        public.verify(encode_dss_signature(r, s), signed, ECDSA(SHA256()))
    else:
        raise NotVerified("document: the key is not one of that algorithm")


def _event(record: bytes) -> Mapping[str, Any]:
    head, _, rest = record.partition(b"\n")
    topic, _, body = rest.partition(b"\n")
    if head != PREFIX or topic.rpartition(b".")[0] != KIND.encode():
        raise NotVerified("document: the record is not one of a signed document")
    return as_members(as_object(body, "document, record").get("event"), "document, record, event")


def _after(one: object, other: object) -> bool:
    return type(one) is int and type(other) is int and one > other


def _alike(*pairs: tuple[object, object]) -> bool:
    return all(
        isinstance(one, str) and isinstance(other, str) and hmac.compare_digest(_octets(one), _octets(other))
        for one, other in pairs
    )


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _institution(entry: Mapping[str, Any]) -> str:
    by = entry.get("by")
    return by.partition(" ")[0] if isinstance(by, str) else ""


def _by(entries: Sequence[bytes]) -> str:
    try:
        return str(as_object(entries[0], "entry").get("by"))
    except NotWellFormed:
        return "whom its entry does not name"


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _raw(text: str) -> bytes:
    try:
        raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (ValueError, UnicodeEncodeError):
        raise NotWellFormed("document: not base64url") from None
    if _text(raw) != text:
        raise NotWellFormed("document: not the canonical base64url")
    return raw
