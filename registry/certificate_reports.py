"""What the command line prints of an erasure: the statement with its signature, and the pack that proves it offline."""

import sys
from uuid import UUID

import orjson

from registry import core
from registry.config import Settings
from registry.erasure_certificate import certificate, certificate_pack
from registry.erasure_statement import ErasureStatement, statement
from registry.fittings import log_policy
from registry.ledger.fsck import contains
from registry.ledger.opening import open_reader
from registry.ledger.proof.checkpoint import parse_checkpoint
from registry.ledger.proof.errors import ProofError
from registry.ledger.proof.policy import accept, parse_policy
from registry.ledger.proof.signed_note import parse_note, verify_note
from registry.ledger.proofs import Proofs, Witnessed
from registry.ledger.published import Published, Signing
from registry.log_findings import Local, keys_of, local
from registry.log_keys import NAME, receipt_key
from registry.signing import Signer
from registry.values.identifiers import OrderRef


def state(settings: Settings, order_ref: OrderRef, party: UUID) -> None:
    """Print the statement of an erasure as JSON, with its signature; raises `NotFound` where there was none."""
    where = core.ledger_settings(settings)
    reader = open_reader(where)
    try:
        said = statement(reader, str(core.ledger_id(where)), order_ref, party)
    finally:
        reader.close()
    shown = {**said.shown(), "signed": certificate(said, _signer(settings, said))}
    sys.stdout.buffer.write(orjson.dumps(shown, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    sys.stdout.buffer.flush()


def prove(settings: Settings, order_ref: OrderRef, party: UUID) -> None:
    """Print the evidence pack of an erasure. Raises `NotFound`; `Unavailable` until the log has published it."""
    ledger_id = str(core.ledger_id(core.ledger_settings(settings)))
    with local(settings) as opened:
        said = statement(opened.reader, ledger_id, order_ref, party)
        policy = log_policy(settings, opened.signer)
        pack = certificate_pack(said, _signer(settings, said), _proofs(opened, policy), policy)
    sys.stdout.buffer.write(pack)
    sys.stdout.buffer.flush()


def _signer(settings: Settings, said: ErasureStatement) -> Signer:
    secret = core.open_keeper(settings).secret(NAME)
    return Signer(ledger_id=said.ledger_id, key=receipt_key(secret, said.ledger_id))


def _proofs(opened: Local, policy: str) -> Proofs:
    """Give what proves by the notes that are remembered here, each verified as if a stranger had brought it."""
    published, witnessed = _remembered(opened), _witnessed(opened, policy)
    return Proofs(
        origin=opened.store.origin(), store=opened.store, published=lambda: published, witnessed=lambda: witnessed
    )


def _remembered(opened: Local) -> Published:
    nothing = Published(signing=Signing.NEW, size=0)
    raw = opened.heads.read()
    if raw is None:
        return nothing
    try:
        note = parse_note(raw)
        verify_note(note, keys_of(opened.signer))
        checkpoint = parse_checkpoint(note.text)
    except ProofError:
        return nothing
    head = opened.store.head()
    contained = checkpoint.size <= head.size and contains(opened.store, head, checkpoint)
    return Published(signing=Signing.NEW, size=head.size, checkpoint=checkpoint, note=raw, contained=contained)


def _witnessed(opened: Local, policy: str) -> Witnessed | None:
    raw = opened.heads.witnessed()
    if raw is None:
        return None
    try:
        checkpoint = accept(raw, parse_policy(policy.encode())).checkpoint
    except ProofError:
        return None
    head = opened.store.head()
    if checkpoint.size > head.size or not contains(opened.store, head, checkpoint):
        return None
    return Witnessed(checkpoint=checkpoint, note=raw)
