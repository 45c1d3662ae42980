"""Evidence held against a trust list: every check of a pack, with keys and policy from the list, and whose they are.

Nothing is summed up. A list that is refused (forged, older than what was seen, past its end) leaves the pack with its
own word, and says so first.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from registry.anchors import Witnessed, counts, logs_of, policy_of, receipt_key_of, witnessed
from registry.errors import RegistryError, TrustError, Unavailable
from registry.ledger.proof.bound import as_object
from registry.ledger.proof.checks import Check, Outcome
from registry.ledger.proof.errors import NotVerified, ProofError
from registry.ledger.proof.evidence import Evidence, Trusted, verify_evidence, verify_jws
from registry.ledger.proof.handed_in import HandedIn, read_header
from registry.ledger.proof.merkle import leaf_hash
from registry.ledger.proof.tlog_proof import Included, parse_tlog_proof, verify_tlog_proof
from registry.trust.keylist import Jwk, KeyUse, key_at
from registry.trust.publication import TrustList
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import SECOND, Instant, instant, iso

LIST: Final = "trust list is signed from your root on, and not past its end"
DOCUMENT_KEY: Final = "document's entry: the institution's key counts there"
LISTED: Final = "key is listed for receipts and answers"


def verify_by(evidence: Evidence, read: Callable[[], TrustList]) -> tuple[Check, ...]:
    """Try every check of a pack by a trust list that `read` gives or refuses (`TrustError` kinds). Never raises."""
    held = _Held(evidence)
    try:
        trusted = read()
    except (TrustError, Unavailable) as fault:
        refused = Check(name=LIST, outcome=Outcome.FAILS, detail=str(fault))
        return refused, *verify_evidence(evidence, Trusted())
    held.found(LIST, lambda: _said(trusted))
    held.found(LISTED, lambda: held.find(trusted))
    if held.listed is None:
        # Nobody's key: what is left is the pack's own word, and the key that was looked for is none of it.
        return *held.checks, *verify_evidence(evidence, Trusted())
    of, key = held.listed
    document = _document_key(evidence, trusted)
    pinned = Trusted(receipt_key=key.x, policy=policy_of(trusted, of), document_key=document and _as_jwk(document[1]))
    held.checks += verify_evidence(evidence, pinned)
    held.found("issuer is the one that the key is listed for", lambda: _issuer(evidence, key))
    for number, (entry, proof) in enumerate(evidence.entries, start=1):
        held.one(trusted, f"entry {number}", entry, proof)
    if evidence.handed_in is not None and evidence.handed_in.signature is not None:
        held.document(trusted, evidence.handed_in, document)
    return tuple(held.checks)


@dataclass
class _Held:
    """A pack while it is held against a list."""

    evidence: Evidence
    checks: list[Check] = field(default_factory=list[Check])
    listed: tuple[Jurisdiction, Jwk] | None = None

    def found(self, name: str, check: Callable[[], str]) -> None:
        try:
            self.checks.append(Check(name=name, outcome=Outcome.HOLDS, detail=check()))
        except (RegistryError, ProofError, ValueError) as fault:
            self.checks.append(Check(name=name, outcome=Outcome.FAILS, detail=str(fault)))

    def find(self, trusted: TrustList) -> str:
        self.listed = receipt_key_of(trusted, self.evidence.receipt_key, issuer_of(self.evidence))
        of, key = self.listed
        return f"{of} lists it for {key.name}, {key.status}"

    def one(self, trusted: TrustList, name: str, entry: bytes, proof: bytes) -> None:
        """Hold the keys against the place and the time of an entry, which the proof has bound or nothing does."""
        assert self.listed is not None
        of, key = self.listed
        checks = [f"{name}: the receipt's key counts there", f"{name}: the log's keys count there"]
        seen = f"{name} was seen by witnesses of enough jurisdictions"
        try:
            included = verify_tlog_proof(parse_tlog_proof(proof), leaf=leaf_hash(entry), policy=policy_of(trusted, of))
            at = recorded_at(entry)
        except (ProofError, ValueError):
            why = "the entry is not shown to be in a log that the same jurisdiction lists"
            self.checks += [Check(name=each, outcome=Outcome.NOT_CHECKED, detail=why) for each in (*checks, seen)]
            return
        by = witnessed(trusted, of, included.accepted)
        self.found(checks[0], lambda: _counts(trusted, of, key, at, included.index))
        self.found(checks[1], lambda: _log_counts(trusted, of, included, at, by))
        self._quorum(seen, trusted, by)

    def document(self, trusted: TrustList, found: HandedIn, listed: tuple[Jurisdiction, Jwk] | None) -> None:
        """Hold the institution's key against the place and the time of the document's entry."""
        assert self.listed is not None
        of, _ = self.listed
        if listed is None:
            why = "no jurisdiction lists a key of that name for documents"
            self.checks.append(Check(name=DOCUMENT_KEY, outcome=Outcome.NOT_CHECKED, detail=why))
            return

        def held() -> str:
            leaf = leaf_hash(found.entry)
            included = verify_tlog_proof(parse_tlog_proof(found.proof), leaf=leaf, policy=policy_of(trusted, of))
            whose, key = listed
            at = recorded_at(found.entry)
            key_at(trusted.lists[whose], key.kid, use=KeyUse.ORDER, at=at, leaf=included.index)
            return f"{whose} lists it for documents, {key.status}; leaf {included.index}, recorded {iso(at)}"

        self.found(DOCUMENT_KEY, held)

    def _quorum(self, name: str, trusted: TrustList, by: Witnessed) -> None:
        said = f"witnesses of {len(by.by)} have cosigned{_named(by)}"
        if trusted.quorum is None:
            self.checks.append(Check(name=name, outcome=Outcome.NOT_CHECKED, detail=f"no quorum was agreed; {said}"))
            return
        outcome = Outcome.HOLDS if _quorate(trusted, by) else Outcome.FAILS
        self.checks.append(Check(name=name, outcome=outcome, detail=f"{said}; {trusted.quorum} are needed"))


def _document_key(evidence: Evidence, trusted: TrustList) -> tuple[Jurisdiction, Jwk] | None:
    """Find who lists the key that a document's signature names; None where nobody does, or two do."""
    if evidence.handed_in is None or evidence.handed_in.signature is None:
        return None
    try:
        header, _ = read_header(evidence.handed_in.signature)
    except ProofError:
        return None
    found = [
        (of, key)
        for of, keys in trusted.lists.items()
        for key in keys.keys
        if key.use is KeyUse.ORDER and key.kid == header["kid"]
    ]
    return found[0] if len(found) == 1 else None


def _as_jwk(key: Jwk) -> dict[str, str | None]:
    return {"kty": key.kty, "crv": key.crv, "x": key.x, "y": key.y}


def _said(trusted: TrustList) -> str:
    signs, members = trusted.signs
    lapsed = f"; past their end: {', '.join(trusted.lapsed)}" if trusted.lapsed else ""
    return f"root {trusted.root}, {signs} of {members} jurisdictions sign; counts until {iso(trusted.ends)}{lapsed}"


def _named(by: Witnessed) -> str:
    return f" ({', '.join(sorted(by.by))}), the latest at POSIX time {by.latest}" if by.by else ""


def _quorate(trusted: TrustList, by: Witnessed) -> bool:
    return trusted.quorum is not None and len(by.by) >= trusted.quorum


def issuer_of(evidence: Evidence) -> str:
    """Give the issuer that a pack names; none where its own key has not signed it, which is for other checks to say."""
    with suppress(ProofError):
        _, claims = verify_jws(evidence.signed, evidence.receipt_key)
        return str(claims.get("iss"))
    return ""


def _issuer(evidence: Evidence, key: Jwk) -> str:
    _, claims = verify_jws(evidence.signed, evidence.receipt_key)
    if claims.get("iss") != key.name:
        raise NotVerified("signed: by another issuer than the key is listed for")
    return f"{key.name}"


def recorded_at(entry: bytes) -> Instant:
    """Give when an entry of a log says that it was recorded; raises `ProofError` kinds, `ValueError`."""
    return instant(datetime.fromisoformat(str(as_object(entry, "entry").get("at"))))


def _counts(trusted: TrustList, of: Jurisdiction, key: Jwk, at: Instant, leaf: int) -> str:
    key_at(trusted.lists[of], key.kid, use=KeyUse.ANSWER, at=at, leaf=leaf)
    return f"{key.status} key, leaf {leaf}, recorded {iso(at)}"


def _log_counts(trusted: TrustList, of: Jurisdiction, included: Included, at: Instant, by: Witnessed) -> str:
    """Hold that one key of the log at least counts; the reason of the last that does not is told."""
    listed = {(each.key.name, each.key.key_id): each.jwk for each in logs_of(trusted, of)}
    size, good, reason = included.accepted.checkpoint.size, 0, ""
    latest = max(at, Instant(by.latest * SECOND))
    for each in included.accepted.logs:
        jwk = listed[each.key.name, each.key.key_id]
        try:
            for moment in (at, latest):
                counts(jwk, size=size, at=moment, quorate=_quorate(trusted, by))
            good += 1
        except TrustError as fault:
            reason = str(fault)
    if not good:
        raise NotVerified(reason)
    return f"{good} of {len(included.accepted.logs)} keys of {included.accepted.checkpoint.origin}, listed by {of}"
