"""What `registry trust offer` and `policy` print: keys to be listed, and keys to verify evidence with."""

from contextlib import suppress
from pathlib import Path
from typing import Final, TypeAlias

from registry import core
from registry.anchored import issuer_of, recorded_at
from registry.anchors import (
    Named,
    counts,
    in_its_time,
    logs_of,
    policy_of,
    policy_text,
    receipt_key_of,
    safe_count,
    witnessed,
    witnesses_of,
)
from registry.config import Settings
from registry.errors import ConfigurationError, NotTrusted
from registry.events.keylist import KeyWithdrawn
from registry.first_use import as_listed, first_receipt, first_record
from registry.ledger.log_store import open_log
from registry.ledger.opening import open_reader
from registry.ledger.proof.errors import ProofError
from registry.ledger.proof.evidence import read_evidence
from registry.ledger.proof.merkle import leaf_hash
from registry.ledger.proof.tlog_proof import Included, parse_tlog_proof, verify_tlog_proof
from registry.ledger.proof.vkey import AnyKey, to_vkey
from registry.ledger.reader import LedgerReader
from registry.log_keys import NAME, log_signer, receipt_key
from registry.offered_keys import as_list, marked, of_cards, of_note_keys, of_receipts
from registry.signing import Signer
from registry.trust.client import fetch_from
from registry.trust.keylist import Jwk, KeyList, KeyUse, key_at, parse_key_list
from registry.trust.publication import TrustList
from registry.trust_list import folder_of
from registry.values.identifiers import StreamId
from registry.values.jurisdiction import Jurisdiction, is_shaped_like_a_jurisdiction
from registry.values.keylist import SigningUse, key_stream
from registry.values.time import DAY, SECOND, Instant
from registry.vault.card_keys import CardKeys
from registry.verbs import bounded

_YEAR: Final = 366 * DAY // SECOND
_Place: TypeAlias = tuple[Included, Instant]
"""Where an entry is shown to stand, and when it was recorded."""


def offer(settings: Settings, code: str, *, years: int) -> dict[str, object]:
    """Give this registry's own keys for a jurisdiction to list: from their first use on, for so many years from now.

    Those of the log from the first fact on, whichever log it is: an entry under them bears the time of its fact.
    """
    where, keeper, now = core.ledger_settings(settings), core.open_keeper(settings), core.clock()
    ledger_id, secret, expires = str(core.ledger_id(where)), keeper.secret(NAME), now // SECOND + years * _YEAR
    listed = _published(settings, _code(code))
    log = open_log(where)
    try:
        signer = log_signer(secret, log.origin())
    finally:
        log.close()
    receipts = Signer(ledger_id=ledger_id, key=receipt_key(secret, ledger_id))
    public = receipts.key.public_key().public_bytes_raw()
    reader = open_reader(where)
    try:

        def said(use: SigningUse, kid: str) -> KeyWithdrawn | None:
            return _withdrawn(reader, key_stream(use, _code(code), kid))

        logged, signed = first_record(reader) or now, first_receipt(reader, receipts) or now
        logs = signer.ed25519, signer.ml_dsa_44
        own = [
            *of_note_keys(logs, KeyUse.LOG, begins=logged // SECOND, expires=expires),
            of_receipts(public, receipts.issuer, begins=signed // SECOND, expires=expires),
        ]
        cards = of_cards(CardKeys(keeper.secret("card")), _code(code), now, said)
        return as_list([*(marked(as_listed(listed, key), said) for key in own), *cards])
    finally:
        reader.close()


def _published(settings: Settings, code: Jurisdiction) -> KeyList | None:
    """Give the list of a jurisdiction that is published here, if one is."""
    current = folder_of(settings).current()
    return parse_key_list(current.jwks[code], code) if current is not None and code in current.jwks else None


def _withdrawn(reader: LedgerReader, stream: StreamId) -> KeyWithdrawn | None:
    """Find what was said last of a key: a later fact is of an earlier date."""
    facts = [each.fact.event for each in reader.stream(stream)]
    return next((event for event in reversed(facts) if isinstance(event, KeyWithdrawn)), None)


def offer_witness(keys: tuple[AnyKey, ...], *, years: int, since: Instant | None = None) -> dict[str, object]:
    """Give a witness's keys for its jurisdiction to list, from `since` on, or else from now.

    A witness remembers what it cosigned last and no more, so its operator says since when it is one. What lies more
    than a week back counts by the word of most of the jurisdictions alone (trust/beginnings.py). Raises
    `ConfigurationError`.
    """
    now = core.clock()
    if since is not None and since > now:
        raise ConfigurationError("--since lies in the future")
    begins, expires = (now if since is None else since) // SECOND, now // SECOND + years * _YEAR
    return as_list(of_note_keys(keys, KeyUse.WITNESS, begins=begins, expires=expires))


def policy(copy: Path, code: str, *, root: Path, seen: Path) -> str:
    """Give the tlog-policy of a jurisdiction's logs by a trust list; raises `TrustError` kinds."""
    return policy_text(_read(copy, root, seen), _code(code), core.clock())


def arguments(copy: Path, code: str, *, root: Path, seen: Path, pack: bytes) -> str:
    """Give what the court's one file verifies a pack with, an argument a line. Raises `TrustError` kinds.

    That file judges no times and no leaves. So they are judged here, for this pack: no key is handed on that does not
    count where and when its entries stand, and nothing in wrong hands but a key whose receipt was logged before. Name
    and value stand on one line: a value that begins with `-` or `@` is no option and no file of its own.
    """
    trusted, of = _read(copy, root, seen), _code(code)
    try:
        evidence = read_evidence(pack)
        places = [_place(trusted, of, *each) for each in evidence.entries]
        by, key = receipt_key_of(trusted, evidence.receipt_key, issuer_of(evidence))
    except (ProofError, ValueError) as fault:
        raise ConfigurationError(str(fault)) from None
    if by != of or not all(_counts(trusted, of, key, each) for each in places):
        raise ConfigurationError("the pack's key is not one that this jurisdiction lists and that counts for it")
    logs = [each for each in logs_of(trusted, of) if all(_signs(trusted, of, each.jwk, place) for place in places)]
    if not logs:
        raise NotTrusted("trust list: this jurisdiction lists no key of a log that counts for it")
    witnesses = [each for each in witnesses_of(trusted, of) if all(_saw(each, place) for place in places)]
    count = safe_count(trusted, witnesses)
    lines = [f"--receipt-key={key.x}", *(f"--log-key={to_vkey(each.key)}" for each in logs)]
    if count is not None:
        lines += [*(f"--witness={to_vkey(each.key)}" for each in witnesses), f"--quorum={count}"]
    return "".join(f"{line}\n" for line in lines)


def _place(trusted: TrustList, of: Jurisdiction, entry: bytes, proof: bytes) -> _Place:
    """Say where and when an entry stands by a jurisdiction's logs; raises `ProofError` kinds, `ValueError`."""
    policy = policy_of(trusted, of)
    return verify_tlog_proof(parse_tlog_proof(proof), leaf=leaf_hash(entry), policy=policy), recorded_at(entry)


def _counts(trusted: TrustList, of: Jurisdiction, key: Jwk, place: _Place) -> bool:
    included, at = place
    with suppress(NotTrusted):
        key_at(trusted.lists[of], key.kid, use=KeyUse.ANSWER, at=at, leaf=included.index)
        return True
    return False


def _signs(trusted: TrustList, of: Jurisdiction, key: Jwk, place: _Place) -> bool:
    """Say whether a key of a log is in nobody's wrong hands and counts under a checkpoint."""
    included, at = place
    latest = Instant(witnessed(trusted, of, included.accepted).latest * SECOND)
    with suppress(NotTrusted):
        for moment in (at, max(at, latest)):
            counts(key, size=included.accepted.checkpoint.size, at=moment, quorate=False)
        return True
    return False


def _saw(witness: Named, place: _Place) -> bool:
    """Say whether a witness's key counts at the time that it has put under a checkpoint, if it has."""
    return all(in_its_time(witness.jwk, time) for name, time in place[0].accepted.witnesses if name == witness.label)


def _read(copy: Path, root: Path, seen: Path) -> TrustList:
    return fetch_from(copy, root=bounded(root), seen=seen, now=core.clock())


def _code(text: str) -> Jurisdiction:
    if not is_shaped_like_a_jurisdiction(text):
        raise ConfigurationError("that is no jurisdiction code")
    return Jurisdiction(text)
