"""The evidence pack: one file that shows offline what the registry recorded or answered, and that the log bound it.

A JSON object: `format`, `signed` (a JWS, RFC 7515), `receipt_key` (a JWK), `policy` (tlog-policy), `entries` (objects
of `entry`, base64url, and `proof`, a tlog-proof); where whoever asked gives them, `question` and `opening`; of an
erasure, the `record`; `handed_in`, the signed document that facts were recorded of: its entry, proof and record, and
where the holder gives them `document` and `signature`.
What the pack says of keys counts for nothing by itself: pin them by what was had another way, or the check says so.
"""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from registry.ledger.proof import handed_in as documents
from registry.ledger.proof.agreed import NotShown, given_when_logged, of_the_ledger
from registry.ledger.proof.bound import as_list, as_members, as_object, binds_answer, binds_receipt
from registry.ledger.proof.checks import Check, Outcome, attempt
from registry.ledger.proof.erased import older_copies, says_who_was_erased
from registry.ledger.proof.errors import NotVerified, NotWellFormed
from registry.ledger.proof.included import check_included
from registry.ledger.proof.policy import Policy, parse_policy

FORMAT: Final = "po-evidence/v1"
RECEIPT: Final = "po-receipt+jwt"
ANSWER: Final = "po-answer+jwt"
ERASURE: Final = "po-erasure+jwt"
MAXIMUM_PACK: Final = 1 << 24
MAXIMUM_ENTRIES: Final = 64
_ALGORITHM: Final = "Ed25519"
_PARTS: Final = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """A pack, read; nothing of it is verified yet."""

    signed: str
    receipt_key: str
    """The public key's `x` (RFC 8037)."""
    policy: bytes
    entries: tuple[tuple[bytes, bytes], ...]
    """Each entry's bytes and its tlog-proof."""
    question: bytes | None = None
    opening: bytes | None = None
    record: bytes | None = None
    """Of an erasure: what the digest in its entry is of, `po-record/v1`, topic and body, a line each."""
    handed_in: documents.HandedIn | None = None
    """The signed document that the facts of a receipt were recorded of."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Trusted:
    """What the reader has had by another way than the pack: pinned, or None."""

    receipt_key: str | None = None
    policy: Policy | None = None
    document_key: Mapping[str, Any] | None = None
    """The key (a JWK) with which the institution signs its documents."""


def write_evidence(evidence: Evidence) -> bytes:
    """Write a pack."""
    members: dict[str, Any] = {
        "format": FORMAT,
        "signed": evidence.signed,
        "receipt_key": {"kty": "OKP", "crv": "Ed25519", "x": evidence.receipt_key},
        "policy": evidence.policy.decode("ascii"),
        "entries": [{"entry": _to_text(entry), "proof": proof.decode("utf-8")} for entry, proof in evidence.entries],
    }
    if evidence.question is not None and evidence.opening is not None:
        members |= {"question": _to_text(evidence.question), "opening": _to_text(evidence.opening)}
    if evidence.record is not None:
        members["record"] = _to_text(evidence.record)
    if evidence.handed_in is not None:
        members["handed_in"] = documents.write_handed_in(evidence.handed_in)
    return json.dumps(members, indent=1, sort_keys=True).encode() + b"\n"


def read_evidence(raw: bytes) -> Evidence:
    """Read a pack, strictly; raises `NotWellFormed`."""
    if len(raw) > MAXIMUM_PACK:
        raise NotWellFormed("evidence: too long")
    members = as_object(raw, "evidence")
    if _text(members, "format") != FORMAT:
        raise NotWellFormed("evidence: of another format")
    listed = as_list(members.get("entries"))
    if not 0 < len(listed) <= MAXIMUM_ENTRIES:
        raise NotWellFormed("evidence, entries: a list of 1 to 64")
    question, opening = members.get("question"), members.get("opening")
    if (question is None) != (opening is None):
        raise NotWellFormed("evidence: a question comes with its opening")
    return Evidence(
        signed=_text(members, "signed"),
        receipt_key=_text(as_members(members.get("receipt_key"), "evidence, receipt_key"), "x"),
        policy=_text(members, "policy").encode(),
        entries=tuple(_entry(each) for each in listed),
        question=None if question is None else _from_text(_text(members, "question")),
        opening=None if opening is None else _from_text(_text(members, "opening")),
        record=None if members.get("record") is None else _from_text(_text(members, "record")),
        handed_in=None if members.get("handed_in") is None else documents.read_handed_in(members["handed_in"]),
    )


def with_question(evidence: Evidence, *, question: str, opening: str) -> Evidence:
    """Add the question of an answer, in the texts that the answer gave. Raises `NotVerified`, `NotWellFormed`."""
    added = replace(evidence, question=_from_text(question), opening=_from_text(opening))
    _, claims = verify_jws(added.signed, added.receipt_key)
    _question(added, claims)
    return added


def with_document(evidence: Evidence, *, document: str, signature: str) -> Evidence:
    """Add the document that the facts were recorded of, in the texts that the answer gave. As `with_question`."""
    if evidence.handed_in is None:
        raise NotVerified("evidence: the pack names no document")
    added = replace(evidence.handed_in, document=_from_text(document), signature=signature)
    _, claims = verify_jws(evidence.signed, evidence.receipt_key)
    documents.is_named(added, claims)
    with suppress(NotShown):
        documents.was_for(added, claims)
    return replace(evidence, handed_in=added)


def verify_evidence(evidence: Evidence, trusted: Trusted) -> tuple[Check, ...]:
    """Try every check there is and give what came of each, in order. Never raises, never sums up."""
    checks: list[Check] = []
    claims: dict[str, Any] = {}
    kinds: list[str] = []

    def signature() -> str:
        kind, said = verify_jws(evidence.signed, evidence.receipt_key)
        kinds.append(kind)
        claims.update(said)
        return f"a {kind} that says {_spelled(said)}"

    own = "" if _same(evidence, trusted) else "the pack's own key"
    attempt(checks, "signature of what the registry said", signature, own=own)
    checks.append(_pinned_key(evidence, trusted))
    entries = [entry for entry, _ in evidence.entries]
    if kinds:
        bound = binds_answer if kinds[0] == ANSWER else binds_receipt
        attempt(checks, "log entries are of what was signed", lambda: bound(evidence.signed, entries, claims))
    entries_own = "" if trusted.policy is not None else "the pack's own entry"
    if kinds == [ANSWER]:
        (entry, _), *_ = evidence.entries
        when = partial(given_when_logged, entry, claims)
        attempt(checks, "answer was given when the log says", when, own=entries_own)
    if kinds == [ERASURE]:
        _erasure(checks, evidence, claims, own=entries_own)
    if kinds == [RECEIPT]:
        key = trusted.document_key
        documents.check_handed_in(checks, evidence.handed_in, entries, claims, key, own=entries_own)
    attempt(
        checks,
        "question is the one that was answered",
        lambda: _question(evidence, claims),
        skip=_no_question(evidence),
    )
    own = "" if trusted.policy is not None else "the pack's own keys"
    policies = [trusted.policy] if trusted.policy is not None else []
    attempt(checks, "policy of the pack can be read", lambda: _read_policy(evidence, policies))
    proved = [(f"entry {number}", each) for number, each in enumerate(evidence.entries, start=1)]
    if evidence.handed_in is not None:
        proved.append((documents.DOCUMENT, (evidence.handed_in.entry, evidence.handed_in.proof)))
    shown = 0
    for name, each in proved:
        found = check_included(checks, name, each, policies, own=own)
        shown += found is not None
        if found is not None and kinds:
            check = partial(of_the_ledger, found.accepted.checkpoint.origin, claims)
            attempt(checks, f"{name}: log of who signed", check, own=own)
    checks.append(_pinned_policy(trusted, every=shown == len(proved)))
    return tuple(checks)


def _erasure(checks: list[Check], evidence: Evidence, claims: Mapping[str, Any], *, own: str) -> None:
    entry, record = evidence.entries[0][0], evidence.record or b""
    who = partial(says_who_was_erased, record, entry, claims)
    attempt(checks, "record in the log says who was erased", who, own=own)
    checks.append(Check(name="older copies of the key", outcome=Outcome.NOT_CHECKED, detail=older_copies(claims)))


def verify_jws(compact: str, key: str) -> tuple[str, Mapping[str, Any]]:
    """Give what kind a JWS is and what it says, by the `x` of a key; raises `NotWellFormed`, `NotVerified`."""
    parts = compact.split(".")
    if len(parts) != _PARTS:
        raise NotWellFormed("signed: not a compact JWS")
    header = as_object(_from_text(parts[0]), "signed, header")
    if header.get("alg") != _ALGORITHM or header.get("typ") not in (RECEIPT, ANSWER, ERASURE) or "crit" in header:
        raise NotWellFormed("signed: not a receipt, an answer or a certificate signed with Ed25519")
    public, signature = _from_text(key), _from_text(parts[2])
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, f"{parts[0]}.{parts[1]}".encode())
    except (InvalidSignature, ValueError):
        raise NotVerified("signed: the signature does not fit") from None
    return str(header["typ"]), as_object(_from_text(parts[1]), "signed, claims")


def _question(evidence: Evidence, claims: Mapping[str, Any]) -> str:
    made = hmac.digest(evidence.opening or b"", evidence.question or b"", "sha256")
    if not hmac.compare_digest(_octets(_to_text(made)), _octets(str(claims.get("query")))):
        raise NotVerified("question: the commitment is to another one")
    return f"the commitment opens to {(evidence.question or b'').decode('utf-8', 'backslashreplace')}"


def _no_question(evidence: Evidence) -> str | None:
    return "the pack holds none" if evidence.question is None else None


def _read_policy(evidence: Evidence, policies: list[Policy]) -> str:
    found = parse_policy(evidence.policy)
    if not policies:
        policies.append(found)
    return f"{len(found.logs)} keys of logs, {len(found.witnesses)} witnesses"


def _pinned_key(evidence: Evidence, trusted: Trusted) -> Check:
    name = "key is the registry's own"
    if trusted.receipt_key is None:
        return Check(name=name, outcome=Outcome.NOT_CHECKED, detail="no key was given: it is the pack's own word")
    same = _same(evidence, trusted)
    outcome = Outcome.HOLDS if same else Outcome.FAILS
    return Check(name=name, outcome=outcome, detail="as it was given" if same else "another key was given")


def _same(evidence: Evidence, trusted: Trusted) -> bool:
    key = trusted.receipt_key
    return key is not None and hmac.compare_digest(_octets(key), _octets(evidence.receipt_key))


def _octets(text: str) -> bytes:
    """Give a text's bytes, of any text that JSON or a command line can hold."""
    return text.encode("utf-8", "surrogatepass")


def _spelled(claims: Mapping[str, Any]) -> str:
    try:
        return json.dumps(claims, sort_keys=True)
    except RecursionError:
        raise NotWellFormed("signed, claims: too deep") from None


def _pinned_policy(trusted: Trusted, *, every: bool) -> Check:
    name = "log and witnesses are the ones you trust"
    if trusted.policy is not None and not every:
        return Check(
            name=name, outcome=Outcome.NOT_CHECKED, detail="by the policy that was given not every entry is shown"
        )
    if trusted.policy is None:
        return Check(name=name, outcome=Outcome.NOT_CHECKED, detail="no policy was given: it is the pack's own word")
    return Check(name=name, outcome=Outcome.HOLDS, detail="checked by the policy that was given")


def _entry(value: object) -> tuple[bytes, bytes]:
    members = as_members(value, "evidence, entries")
    return _from_text(_text(members, "entry")), _text(members, "proof").encode()


def _text(members: Mapping[str, Any], name: str) -> str:
    value = members.get(name)
    if not isinstance(value, str) or not value.replace("\n", "").isprintable():
        raise NotWellFormed(f"evidence, {name}: not a text")
    return value


def _to_text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _from_text(text: str) -> bytes:
    try:
        raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (ValueError, UnicodeEncodeError):
        raise NotWellFormed("evidence: not base64url") from None
    if _to_text(raw) != text:
        raise NotWellFormed("evidence: not the canonical base64url")
    return raw
