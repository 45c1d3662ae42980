"""What each configured witness holds of our log, asked once over the network, and whether ours can be what it saw."""

import asyncio
from pathlib import Path
from typing import Final

from registry.errors import ConfigurationError, WouldFork
from registry.ledger.findings import Finding, Result, not_checked
from registry.ledger.heads import Heads
from registry.ledger.log_store import LogStore
from registry.ledger.proof.checkpoint import parse_checkpoint
from registry.ledger.proof.errors import NotWellFormed, ProofError
from registry.ledger.proof.policy import Policy
from registry.ledger.proof.self_check import LogSigner
from registry.ledger.proof.signed_note import Note, parse_note
from registry.ledger.proof.vkey import to_vkey
from registry.ledger.witness_answers import Latest
from registry.ledger.witnesses import Witnesses, hold_against
from registry.limits.outgoing import Rule, outgoing
from registry.witness.carrier import HttpCarrier
from registry.witnessing import witness_policy

ADVICE: Final = "keep everything, sign nothing: restore what was signed, or begin another log; see operate-the-log.md"
_NONE: Final = "no policy of witnesses is set: REGISTRY_WITNESSES"


def witnesses_say(
    path: Path | None, rule: Rule, store: LogStore, heads: Heads, signer: LogSigner, *, ask: bool
) -> list[Finding]:
    """Give a finding for each witness. `ask` allows the network; without it nothing is asked, and that is said."""
    if path is None:
        return [not_checked("witnesses", _NONE)]
    if not ask:
        return [not_checked("witnesses", "they are asked over the network: --ask-witnesses")]
    try:
        found = asked(path, rule, store.origin(), signer, _remembered(heads, store.origin()))
    except ConfigurationError as fault:
        said = str(fault)
        return [Finding(check="witnesses", result=Result.FAILED, said=said, advice="mend the policy of witnesses")]
    # Read again: while they were asked, a registry that runs may have signed on and shown it to them.
    own = _remembered(heads, store.origin())
    return [_finding(each, own, store) for each in found]


def asked(path: Path | None, rule: Rule, origin: str, signer: LogSigner, own: Note | None) -> tuple[Latest, ...]:
    """Ask each witness of a policy what it holds of a log. Raises `ConfigurationError`; blocks, bounded."""
    if path is None:
        raise ConfigurationError(_NONE)
    policy = witness_policy(path, [to_vkey(key) for key in (signer.ed25519, signer.ml_dsa_44)])
    return asyncio.run(_survey(policy, rule, origin, own))


async def _survey(policy: Policy, rule: Rule, origin: str, own: Note | None) -> tuple[Latest, ...]:
    async with outgoing(rule) as way:
        return await Witnesses(policy, HttpCarrier(way)).survey(origin, own)


def _remembered(heads: Heads, origin: str) -> Note | None:
    raw = heads.read()
    try:
        note = parse_note(raw) if raw is not None else None
        return note if note is not None and parse_checkpoint(note.text).origin == origin else None
    except NotWellFormed:
        return None  # what is remembered is a check of its own


def _finding(each: Latest, own: Note | None, store: LogStore) -> Finding:
    check = f"witness {each.witness}"
    if each.silent:
        return not_checked(check, "it did not answer, or has no address in the policy: nothing is known")
    try:
        hold_against(None if own is None else parse_checkpoint(own.text), [each], store.read)
    except (WouldFork, ProofError) as fork:
        return Finding(check=check, result=Result.FAILED, said=str(fork), advice=ADVICE)
    if each.checkpoint is None:
        said = "it holds nothing that stands against this log"
    else:
        said = f"it has seen size {each.checkpoint.size}, which this log contains"
    return Finding(check=check, result=Result.OK, said=said)
