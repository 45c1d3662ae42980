"""What `registry trust offer` and `policy` print: keys to be listed, and keys to verify evidence with."""

from pathlib import Path
from typing import Final

from registry import core
from registry.anchors import logs_of, policy_text, receipt_key_of, safe_count, witnesses_of
from registry.config import Settings
from registry.errors import ConfigurationError, NotTrusted
from registry.events.keylist import KeyWithdrawn
from registry.ledger.log_store import open_log
from registry.ledger.opening import open_reader
from registry.ledger.proof.errors import ProofError
from registry.ledger.proof.evidence import read_evidence
from registry.ledger.proof.tlog_proof import parse_tlog_proof
from registry.ledger.proof.vkey import AnyKey, to_vkey
from registry.ledger.reader import LedgerReader
from registry.log_keys import NAME, log_signer, receipt_key
from registry.offered_keys import as_list, marked, of_cards, of_note_keys, of_receipts
from registry.signing import Signer
from registry.trust.client import fetch_from
from registry.trust.keylist import Jwk, KeyStatus, KeyUse
from registry.trust.publication import TrustList
from registry.values.identifiers import StreamId
from registry.values.jurisdiction import Jurisdiction, is_shaped_like_a_jurisdiction
from registry.values.keylist import SigningUse, key_stream
from registry.values.time import DAY, SECOND
from registry.vault.card_keys import CardKeys
from registry.verbs import bounded

_YEAR: Final = 366 * DAY // SECOND


def offer(settings: Settings, code: str, *, years: int) -> dict[str, object]:
    """Give this registry's own keys for a jurisdiction to list; they count from now on for so many years."""
    where, keeper, begins = core.ledger_settings(settings), core.open_keeper(settings), core.clock() // SECOND
    ledger_id, secret, expires = str(core.ledger_id(where)), keeper.secret(NAME), begins + years * _YEAR
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

        own = [
            *of_note_keys((signer.ed25519, signer.ml_dsa_44), KeyUse.LOG, begins=begins, expires=expires),
            of_receipts(public, receipts.issuer, begins=begins, expires=expires),
        ]
        cards = of_cards(CardKeys(keeper.secret("card")), _code(code), core.clock(), said)
        return as_list([*(marked(key, said) for key in own), *cards])
    finally:
        reader.close()


def _withdrawn(reader: LedgerReader, stream: StreamId) -> KeyWithdrawn | None:
    """Find what was said last of a key: a later fact is of an earlier date."""
    facts = [each.fact.event for each in reader.stream(stream)]
    return next((event for event in reversed(facts) if isinstance(event, KeyWithdrawn)), None)


def offer_witness(keys: tuple[AnyKey, ...], *, years: int) -> dict[str, object]:
    """Give a witness's keys for its jurisdiction to list."""
    begins = core.clock() // SECOND
    return as_list(of_note_keys(keys, KeyUse.WITNESS, begins=begins, expires=begins + years * _YEAR))


def policy(copy: Path, code: str, *, root: Path, seen: Path) -> str:
    """Give the tlog-policy of a jurisdiction's logs by a trust list; raises `TrustError` kinds."""
    return policy_text(_read(copy, root, seen), _code(code), core.clock())


def arguments(copy: Path, code: str, *, root: Path, seen: Path, pack: bytes) -> str:
    """Give what the court's one file verifies a pack with, an argument a line. Raises `TrustError` kinds.

    That file judges no times and no leaves. So a key counts here if it does for this pack, and nothing that is in
    wrong hands is handed on but a key whose receipt was logged before.
    """
    trusted, of = _read(copy, root, seen), _code(code)
    try:
        evidence = read_evidence(pack)
        leaves = [parse_tlog_proof(proof).index for _, proof in evidence.entries]
    except ProofError as fault:
        raise ConfigurationError(str(fault)) from None
    by, key = receipt_key_of(trusted, evidence.receipt_key)
    if by != of or not _good(key, max(leaves)):
        raise ConfigurationError("the pack's key is not one that this jurisdiction lists and that counts for it")
    logs = [each for each in logs_of(trusted, of) if each.jwk.status is KeyStatus.ACTIVE]
    if not logs:
        raise NotTrusted("trust list: this jurisdiction lists no key of a log that counts now")
    lines = ["--receipt-key", str(key.x)]
    for each in logs:
        lines += ["--log-key", to_vkey(each.key)]
    count = safe_count(trusted, of)
    if count is not None:
        for each in witnesses_of(trusted, of):
            lines += ["--witness", to_vkey(each.key)]
        lines += ["--quorum", str(count)]
    return "".join(f"{line}\n" for line in lines)


def _good(key: Jwk, leaf: int) -> bool:
    if key.status is KeyStatus.ACTIVE:
        return True
    return leaf < key.since_leaf if key.since_leaf is not None else key.status is KeyStatus.RETIRED


def _read(copy: Path, root: Path, seen: Path) -> TrustList:
    return fetch_from(copy, root=bounded(root), seen=seen, now=core.clock())


def _code(text: str) -> Jurisdiction:
    if not is_shaped_like_a_jurisdiction(text):
        raise ConfigurationError("that is no jurisdiction code")
    return Jurisdiction(text)
