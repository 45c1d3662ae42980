"""What an operator decides about a log, with the registry stopped: make it, begin another one, trust what is recorded.

The ledger is opened for writing: on SQLite its lock refuses beside a registry that runs. On PostgreSQL several may
write, and a publisher holds before it signs that the log's name is its own. Each act can be repeated after a crash.
"""

import re
from collections.abc import Sequence
from typing import Final

from registry import core
from registry.config import Settings
from registry.core import Core
from registry.errors import ConfigurationError, LedgerError, NoLedger
from registry.ledger import opening
from registry.ledger.fsck import contains
from registry.ledger.heads import Heads
from registry.ledger.proof.checkpoint import Checkpoint, parse_checkpoint
from registry.ledger.proof.errors import ProofError
from registry.ledger.proof.self_check import LogSigner, sign_checkpoint
from registry.ledger.proof.signed_note import parse_note, verify_note
from registry.log_keys import NAME, log_signer
from registry.values.time import SECOND
from registry.views.police import TABLES
from registry.views.police_rows import project
from registry.witness_findings import asked
from registry.witnessing import witness_rule

_REASON: Final = re.compile(r"[a-z][a-z0-9-]{2,39}")
_NUMBER: Final = re.compile(r"-([1-9][0-9]{0,8})")
MAXIMUM_NUMBER: Final = 999_999_999


def add_tables(settings: Settings) -> Sequence[str]:
    """Make the tables that the ledger lacks, from its facts; gives their names. Raises `LedgerError` kinds."""
    return opening.add_tables(core.ledger_settings(settings), project=project, tables=TABLES)


def create_log(settings: Settings, *, number: int | None = None, never_signed: bool = False) -> str:
    """Make the log of a ledger that has none, from the facts; gives its name.

    Where a note is remembered it is the log of that name: the publisher makes it again and holds it against the note.
    Where none is and the ledger has facts, a log of it may have signed and be forgotten here: the operator says a
    number that was never used, or that nothing was ever signed. Raises `LedgerError` where there is a log,
    `ConfigurationError` where neither was said.
    """
    with core.opened(settings) as opened:
        if _origin(opened) is not None:
            raise LedgerError("this ledger has a log already")
        heads = core.heads(settings)
        raw = heads.read()
        if raw is None:
            if number is None and not never_signed and opened.ledger.reader.head() > 0:
                raise ConfigurationError(
                    "this ledger has facts, and no note is remembered: whether a log of it ever signed, nobody here "
                    "knows. Put the folder of heads back; or say --number, one that was never used; or --never-signed "
                    "if no log of this ledger ever signed anything"
                )
            used = _numbers(_remembered(heads), opened)
            wanted = max(used, default=0) + 1 if number is None else number
            origin = core.log_origin(settings, str(opened.ledger.ledger_id), _above(used, wanted))
        else:
            origin = parse_checkpoint(parse_note(raw).text).origin
            if _number(origin, opened) is None:
                raise ConfigurationError("the note that is remembered is of another ledger's log")
        heads.create()
        opened.log.create(origin)
        return origin


def new_log(settings: Settings, *, reason: str, number: int | None = None) -> tuple[str, str]:
    """End a log and begin another one of the same ledger, with a new name and new keys; gives both names.

    The number goes above every one that the ledger, the log and the remembered notes know of. Where no note is left,
    that may be too few, and the operator has to say the number: a name that is used twice is a log that contradicts
    itself. Raises `ConfigurationError`, `NoLedger`.
    """
    if not _REASON.fullmatch(reason):
        raise ConfigurationError("--reason is a word such as restored-backup: small letters, digits, hyphens")
    with core.opened(settings) as opened:
        former, heads = opened.log.origin(), core.heads(settings)
        notes = _remembered(heads)
        if not notes and number is None:
            raise ConfigurationError(
                "no note of this log or of an earlier one is remembered, so nobody here knows which numbers were "
                "used: --number says one that never was"
            )
        used = _numbers([former, *notes, *opened.log.origins_signed()], opened)
        wanted = max(used, default=1) + 1 if number is None else number
        origin = core.log_origin(settings, str(opened.ledger.ledger_id), _above(used, wanted))
        # In this order: a crash between the two leaves a log that has forgotten, and does not sign.
        heads.create()
        heads.set_aside()
        opened.log.begin_anew(origin, reason=reason, at=core.clock())
        return former, origin


def trust(settings: Settings, note: bytes | None, *, ask: bool = False) -> Checkpoint:
    """Remember again what was signed last; gives the checkpoint.

    `note` is the newest one that anybody outside holds, None if nobody does: then the database's own record of sizes
    is taken for complete, which an older copy of it is not. `ask` asks the configured witnesses too, and one at least
    must answer. Raises `LedgerError` if the tree as it is stored does not contain what is to be trusted, or if it need
    not be.
    """
    with core.opened(settings) as opened:
        origin, heads = opened.log.origin(), core.heads(settings)
        if heads.read() is not None:
            raise LedgerError("what was signed last is remembered; there is nothing to decide")
        signer = log_signer(opened.keeper.secret(NAME), origin)
        recorded = opened.log.sizes_signed(origin, limit=1)
        held = [Checkpoint(origin=origin, size=size, root=root) for size, root in recorded]
        if note is not None:
            held.append(_verified(note, signer, origin))
        if ask:
            held += _seen(settings, origin, signer)
        if not held:
            raise LedgerError("this log has signed nothing; there is nothing to decide")
        stored = opened.log.head()
        for each in held:
            if each.size > stored.size:
                raise LedgerError("more was signed than this log holds: an older copy of the ledger is open")
            if not contains(opened.log, stored, each):
                raise LedgerError("the log as it is stored does not contain what was signed")
        newest = max(held, key=lambda each: each.size)
        # To sign the same size and root again says nothing new, and the self-check reads all of it.
        signed = sign_checkpoint(
            newest, former=None, read=opened.log.read, signer=signer, timestamp=core.clock() // SECOND
        )
        heads.create()
        heads.write(signed.raw)
        return newest


def _seen(settings: Settings, origin: str, signer: LogSigner) -> list[Checkpoint]:
    """Give what witnesses hold of the log, signed by it; raises `ConfigurationError` where none says anything."""
    found = asked(settings.witnesses, witness_rule(settings.outgoing_networks), origin, signer, None)
    if all(each.silent for each in found):
        raise ConfigurationError("no witness answered; ask again, or decide without --ask-witnesses")
    return [each.checkpoint for each in found if each.checkpoint is not None]


def _verified(raw: bytes, signer: LogSigner, origin: str) -> Checkpoint:
    try:
        note = parse_note(raw)
        verify_note(note, (signer.ed25519, signer.ml_dsa_44))
        checkpoint = parse_checkpoint(note.text)
    except ProofError as fault:
        raise ConfigurationError(f"the note is not one of this log: {fault}") from None
    if checkpoint.origin != origin:
        raise ConfigurationError("the note is not one of this log")
    return checkpoint


def _origin(opened: Core) -> str | None:
    try:
        return opened.log.origin()
    except NoLedger:
        return None


def _remembered(heads: Heads) -> list[str]:
    """Give the names in every note that is remembered: the last one's, and those of earlier logs."""
    raw = heads.read()
    notes = [*heads.before(), *([] if raw is None else [raw])]
    try:
        return [parse_checkpoint(parse_note(each).text).origin for each in notes]
    except ProofError:
        raise ConfigurationError("a note in the folder of heads cannot be read; keep it, and find out why") from None


def _numbers(origins: Sequence[str], opened: Core) -> set[int]:
    return {number for each in origins if (number := _number(each, opened)) is not None}


def _number(origin: str, opened: Core) -> int | None:
    """Give the number in a log's name; None for another ledger's. The part before may differ: an issuer can move."""
    _, ours, rest = origin.partition(f"/po/{opened.ledger.ledger_id}")
    found = _NUMBER.fullmatch(rest)
    if not ours or (rest and found is None):
        return None
    return int(found[1]) if found else 1


def _above(used: set[int], wanted: int) -> int:
    if not max(used, default=0) < wanted <= MAXIMUM_NUMBER:
        raise ConfigurationError(f"--number must be above {max(used, default=0)}: a name is never used twice")
    return wanted
