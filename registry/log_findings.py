"""What `registry ledger verify`, `audit` and `fsck` look at, and in what order; each gives a list of findings."""

import sqlite3
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from registry import core, status_audit
from registry.config import Settings
from registry.errors import LedgerError, RegistryError
from registry.ledger import fsck as checks
from registry.ledger import log_store, view_connections
from registry.ledger.findings import Finding, Result, look, not_checked
from registry.ledger.heads import Heads
from registry.ledger.ledger_audit import CHECKS, LedgerAudit
from registry.ledger.log_store import LogStore, open_log
from registry.ledger.opening import open_reader
from registry.ledger.proof.audit import Visit
from registry.ledger.proof.audit import audit as audit_entries
from registry.ledger.proof.checkpoint import Checkpoint, parse_checkpoint
from registry.ledger.proof.consistency import verify_consistency
from registry.ledger.proof.errors import NotVerified, ProofError
from registry.ledger.proof.reading import ExpandedTiles, TileTree
from registry.ledger.proof.self_check import LogSigner, check_levels
from registry.ledger.proof.signed_note import parse_note, verify_note
from registry.ledger.proof.tiles import ReadTile
from registry.ledger.proof.vkey import AnyKey
from registry.ledger.reader import LedgerReader
from registry.ledger.view_connections import open_views
from registry.log_keys import NAME, log_signer
from registry.processes import VIEWS
from registry.values.identifiers import Position
from registry.witness_findings import witnesses_say
from registry.witnessing import witness_rule

_PAGE: Final = 1_000
_NOTHING_SIGNED: Final = "nothing has been signed yet"


@dataclass(frozen=True, kw_only=True)
class Local:
    """A ledger and its log on this machine, opened for reading, beside whoever writes."""

    reader: LedgerReader
    store: LogStore
    heads: Heads
    signer: LogSigner

    def waiting(self) -> int:
        """Count the facts that have no entry yet."""
        total, after = 0, self.store.head().position
        while page := self.reader.stored_after(after, limit=_PAGE):
            total, after = total + len(page), Position(page[-1][0])
        return total


@contextmanager
def local(settings: Settings) -> Generator[Local, None, None]:
    """Open for the length of a block. Raises `NoLedger`, `ConfigurationError`; makes nothing."""
    where = core.ledger_settings(settings)
    secret = core.open_keeper(settings).secret(NAME)
    with ExitStack() as opened:
        reader = open_reader(where)
        opened.callback(reader.close)
        must_have_log(where.path)
        store = open_log(where)
        opened.callback(store.close)
        yield Local(reader=reader, store=store, heads=core.heads(settings), signer=log_signer(secret, store.origin()))


def must_have_log(ledger: Path | None) -> None:
    """Raise `NoLedger` where the log's file is missing: opening would make an empty one."""
    if ledger is not None and not ledger.with_name(log_store.FILE_NAME).exists():
        raise log_store.no_log()


@dataclass(frozen=True, kw_only=True)
class Audited:
    """What was looked at, and what was found."""

    findings: Sequence[Finding]
    checkpoint: Checkpoint | None = None
    note: bytes = b""


def verify(settings: Settings, served: Sequence[Path] = ()) -> Audited:
    """Hold the newest checkpoint, the tiles, every fact and every status list of the ledger against one another."""
    with local(settings) as opened:
        note = opened.heads.read()
        if note is None:
            why = _NOTHING_SIGNED if not opened.store.origins_signed() else "the note that was signed last is forgotten"
            return Audited(findings=[not_checked(each, why) for each in ("checkpoint", "tiles", "entries", *CHECKS)])
        held = LedgerAudit(reader=opened.reader, index=opened.store.leaves)
        audited = audit_log(note, opened.store.read, keys_of(opened.signer), held.visit)
        held.finish()
        complete = all(each.result is Result.OK for each in audited.findings)
        facts = [each if complete else _doubted(each) for each in held.findings()]
        said = f"{held.waiting} facts wait for their entries"
        waiting = Finding(check="waiting", result=Result.OK, said=said)
        lists = status_audit.findings(opened.reader, served)
        return Audited(
            findings=[*audited.findings, *facts, waiting, *lists], checkpoint=audited.checkpoint, note=audited.note
        )


def _doubted(finding: Finding) -> Finding:
    """Say nothing good of facts that were held against entries which are not what was signed."""
    if finding.result is Result.FAILED:
        return finding
    return not_checked(finding.check, "the entries are not shown to be what was signed")


def keys_of(signer: LogSigner) -> tuple[AnyKey, ...]:
    """Give a log's public keys."""
    return (signer.ed25519, signer.ml_dsa_44)


def audit_log(
    note: bytes,
    read: ReadTile,
    keys: Sequence[AnyKey],
    visit: Visit = lambda _first, _entries: None,
    *,
    since: bytes | None = None,
) -> Audited:
    """Audit a log from its note, its keys and the way to its tiles; `since` is a note that was saved earlier."""
    seen: list[Checkpoint] = []
    findings = [look("checkpoint", lambda: _signed(note, keys, seen))]
    if not seen:
        why = "there is no checkpoint that can be relied on"
        rest = [not_checked(each, why) for each in ("tiles", "entries", "consistency")]
        return Audited(findings=[*findings, *rest])
    (checkpoint,) = seen
    findings.append(look("tiles", lambda: _tiles(checkpoint, read)))
    findings.append(look("entries", lambda: f"{audit_entries(checkpoint, read, visit).size} make the root"))
    if since is not None:
        findings.append(look("consistency", lambda: _follows(checkpoint, since, keys, read)))
    return Audited(findings=findings, checkpoint=checkpoint, note=note)


def _signed(raw: bytes, keys: Sequence[AnyKey], seen: list[Checkpoint]) -> str:
    note = parse_note(raw)
    verified = verify_note(note, keys)
    checkpoint = parse_checkpoint(note.text)
    missing = {(key.name, key.key_id) for key in keys} - {(each.key.name, each.key.key_id) for each in verified}
    if missing or {each.key.name for each in verified} != {checkpoint.origin}:
        raise NotVerified(f"checkpoint: {len(missing)} of {len(keys)} keys of the log have not signed it")
    seen.append(checkpoint)
    return f"{checkpoint.origin}, size {checkpoint.size}, signed by {len(verified)} keys"


def _tiles(checkpoint: Checkpoint, read: ReadTile) -> str:
    tiles = ExpandedTiles(read)
    # Each hash above is the root of the full tile below, and the right edge makes the root: so each tile is bound.
    check_levels(0, checkpoint.size, tiles)
    if TileTree(checkpoint.size, tiles).root() != checkpoint.root:
        raise NotVerified("tiles: they make another root than the checkpoint's")
    return "make the root"


def _follows(checkpoint: Checkpoint, since: bytes, keys: Sequence[AnyKey], read: ReadTile) -> str:
    earlier: list[Checkpoint] = []
    _signed(since, keys, earlier)
    (old,) = earlier
    if old.size == 0:
        return "the earlier checkpoint is of an empty log, which every log continues"
    if old.size > checkpoint.size:
        raise NotVerified(f"consistency: size {old.size} was signed before, and the log shows {checkpoint.size}")
    proof = TileTree(checkpoint.size, ExpandedTiles(read)).consistency(old.size)
    verify_consistency(old=old.size, new=checkpoint.size, old_root=old.root, new_root=checkpoint.root, proof=proof)
    return f"size {old.size}, seen earlier, is its beginning"


def fsck(settings: Settings, *, ask: bool = False) -> list[Finding]:
    """Look at everything that is stored: files, databases, log, heads, views.

    Witnesses are asked what they hold, over the network, only if `ask` says so.
    """
    findings = [look("file modes", lambda: checks.modes(settings.data), advice="chmod -R go= DATA; chown to our user")]
    findings.append(_heads(settings.heads))
    findings += _databases(core.ledger_settings(settings).path)
    try:
        with local(settings) as opened:
            rule = witness_rule(settings.outgoing_networks)
            seen = witnesses_say(settings.witnesses, rule, opened.store, opened.heads, opened.signer, ask=ask)
            return [*findings, *_log(opened), *seen, *_views(settings, opened)]
    except (RegistryError, ProofError, sqlite3.Error, OSError, ValueError) as fault:
        said = f"{type(fault).__name__}: {fault}" if isinstance(fault, RegistryError) else type(fault).__name__
        return [*findings, Finding(check="log", result=Result.FAILED, said=said, advice=_ADVICE_LOG)]


def _heads(folder: Path | None) -> Finding:
    if folder is None:
        why = "they are in the data folder, so a backup takes them along and a restore goes unnoticed: REGISTRY_HEADS"
        return not_checked("place of heads", why)
    return look("place of heads", lambda: checks.modes(folder), advice="chmod -R go= HEADS; chown to our user")


_ADVICE_LOG: Final = (
    "if there is no log, `registry ledger create-log` makes it again from the facts; else " + checks.RESTORE
)


def _databases(ledger: Path | None) -> list[Finding]:
    if ledger is None:
        return [not_checked("databases", "PostgreSQL's own: `pg_amcheck --all --heapallindexed`")]
    names = (ledger.name, log_store.FILE_NAME, view_connections.FILE_NAME)
    return [
        look(f"database {name}", _integrity(ledger.with_name(name)), advice=checks.RESTORE)
        for name in names
        if name == ledger.name or ledger.with_name(name).exists()
    ]


def _integrity(path: Path) -> Callable[[], str]:
    return lambda: checks.integrity(path)


def _log(opened: Local) -> list[Finding]:
    store, origin, head = opened.store, opened.store.origin(), opened.store.head()
    again = "stop the registry, remove log.db and `registry ledger create-log`: it is made again from the facts"
    return [
        look("log", lambda: f"{origin}, {head.size} entries{_begun(store)}"),
        look("ledger", lambda: _ledger_holds(opened, head.position), advice=checks.RESTORE),
        checks.remembered(store, opened.heads, opened.signer, waiting=opened.waiting),
        look("tiles", lambda: checks.tiles(store, head), advice=again),
        look("index", lambda: checks.index(store, head), advice=again),
        look("signed sizes", lambda: checks.signed_sizes(store, origin, head), advice="as for CONTRADICTS: keep all"),
    ]


def _begun(store: LogStore) -> str:
    story = store.story()
    return f"; follows {story['former']}, because: {story['reason']}" if "former" in story else ""


def _ledger_holds(opened: Local, position: Position) -> str:
    newest = opened.reader.head()
    if newest < position:
        raise LedgerError(f"its newest fact is {newest}, and the log has entries up to {position}: it is an older copy")
    return f"{opened.waiting()} facts wait for their entries"


def _views(settings: Settings, opened: Local) -> list[Finding]:
    where = core.ledger_settings(settings)
    if where.path is not None and not where.path.with_name(view_connections.FILE_NAME).exists():
        return [not_checked("views", "there are none yet; the registry makes them when it serves")]
    store = open_views(where)

    def view(name: str) -> str:
        generation = store.active(name)
        if generation is None:
            return "not made yet"
        seen, newest = store.position(name, generation), opened.reader.head()
        if seen > newest:
            raise LedgerError(f"has seen position {seen}, and the ledger ends at {newest}")
        return f"{newest - seen} facts behind"

    def of(name: str) -> Callable[[], str]:
        return lambda: view(name)

    try:
        advice = "stop the registry and remove views.db: views are made again from the facts"
        return [look(f"view {each.name}", of(each.name), advice=advice) for each in VIEWS]
    finally:
        store.close()
