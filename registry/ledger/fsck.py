"""What can be wrong with a log's stores: the database, the modes of files, tiles, signed sizes, and what is remembered.

Everything here only reads, and may run beside the process that writes. Each function says what it saw, or raises.
"""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

from registry.errors import LedgerError
from registry.ledger.findings import Finding, Result, look, not_checked
from registry.ledger.heads import Heads
from registry.ledger.log_store import LogHead, LogStore
from registry.ledger.proof.checkpoint import Checkpoint, parse_checkpoint
from registry.ledger.proof.errors import ProofError
from registry.ledger.proof.growth import edge_root, read_edge
from registry.ledger.proof.merkle import EMPTY_ROOT
from registry.ledger.proof.reading import ExpandedTiles, TileTree
from registry.ledger.proof.self_check import LogSigner, check_growth
from registry.ledger.proof.signed_note import parse_note, verify_note
from registry.ledger.published import Signing
from registry.ledger.refusals import WHAT_TO_DO, WHY
from registry.ledger.sqlite import connect

_OTHERS: Final = 0o077
_SHOWN: Final = 3
RESTORE: Final = "stop the registry, keep what is there aside, and restore a backup; then run this again"


def integrity(path: Path) -> str:
    """Have SQLite check a whole file, its indexes with it."""
    connection = connect(path, read_only=True)
    try:
        found = connection.execute("PRAGMA integrity_check").fetchall()
    finally:
        connection.close()
    if found != [("ok",)]:
        raise LedgerError(f"integrity_check names {len(found)} faults")
    return f"{path.name}: integrity_check finds nothing"


def modes(folder: Path) -> str:
    """Hold that everything in a folder is ours and closed to others. Names files, which say nothing of persons."""
    if not folder.is_dir():
        raise LedgerError("there is no such folder")
    found = [folder, *folder.rglob("*")]
    wrong = [path for path in found if not _is_ours_alone(path)]
    if wrong:
        names = ", ".join(str(path.relative_to(folder)) for path in wrong[:_SHOWN])
        raise LedgerError(f"{len(wrong)} of {len(found)} files are open to others, or not ours: {names}")
    return f"{len(found)} files and folders, closed to others"


def _is_ours_alone(path: Path) -> bool:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return True  # gone since it was listed: a WAL, or a note that was being written
    return not stat.S_ISLNK(found.st_mode) and not found.st_mode & _OTHERS and found.st_uid == os.geteuid()


def tiles(store: LogStore, head: LogHead) -> str:
    """Read every tile and bundle; hold entries against leaves, and every hash against what is below it."""
    root = edge_root(read_edge(head.size, store.read)) if head.size else EMPTY_ROOT
    proposed = Checkpoint(origin=store.origin(), size=head.size, root=root)
    check_growth(proposed, former=None, read=store.read)
    return f"{head.size} entries and every hash above them"


def index(store: LogStore, head: LogHead) -> str:
    """Hold that every entry has one row by which it is found; what the rows say, `verify` holds against the facts."""
    count, last = 0, -1
    while page := store.leaves(last + 1, 10_000):
        count, last = count + len(page), page[-1].leaf
    if count != head.size or last != head.size - 1:
        raise LedgerError(f"{count} rows for {head.size} entries")
    return f"{count} rows"


def signed_sizes(store: LogStore, origin: str, head: LogHead) -> str:
    """Hold that every size that was ever signed has, in the tree as it is stored, the root that was signed."""
    expanded, count, size = ExpandedTiles(store.read), 0, -1
    while page := store.signed_after(origin, size):
        tree = TileTree(head.size, expanded)
        for size, root in page:  # the last one is where the next page begins
            if size > head.size:
                raise LedgerError(f"size {size} was signed, and the log has {head.size} entries")
            if (tree.subtree(0, size) if size else EMPTY_ROOT) != root:
                raise LedgerError(f"at size {size} another root was signed than the tiles make")
        count += len(page)
    return f"{count} signed sizes are all contained"


def remembered(store: LogStore, heads: Heads, signer: LogSigner, *, waiting: Callable[[], int]) -> Finding:
    """Hold the log against the note that it signed last; the publisher decides by the same rules.

    `waiting` counts the facts that have no entry yet: with them the log may come to what was signed.
    """
    verdict = Signing.SIGNS

    def act() -> str:
        nonlocal verdict
        raw = heads.read()
        if raw is None:
            if store.sizes_signed(store.origin(), limit=1):
                verdict = Signing.FORGOTTEN
            return "nothing has been signed yet"
        note = parse_note(raw)
        checkpoint = parse_checkpoint(note.text)
        if checkpoint.origin != store.origin():
            verdict = Signing.CONTRADICTS
            return ""
        verify_note(note, (signer.ed25519, signer.ml_dsa_44))
        verdict = _compared(store, checkpoint, waiting)
        return f"size {checkpoint.size}, signed by both keys, is the beginning of what is stored"

    found = look("remembered head", act, advice="do not remove the file; find out who changed it")
    if found.result is Result.FAILED or verdict is Signing.SIGNS:
        return found
    if verdict is Signing.NEW:
        return not_checked("remembered head", "facts wait for their entries: look again when the registry has run")
    return Finding(
        check="remembered head",
        result=Result.FAILED,
        said=f"{verdict.value}: {WHY[verdict]}",
        advice=WHAT_TO_DO[verdict],
    )


def _compared(store: LogStore, checkpoint: Checkpoint, waiting: Callable[[], int]) -> Signing:
    head = store.head()
    if checkpoint.size > head.size:
        return Signing.NEW if checkpoint.size <= head.size + waiting() else Signing.BEHIND
    return Signing.SIGNS if contains(store, head, checkpoint) else Signing.CONTRADICTS


def contains(store: LogStore, head: LogHead, checkpoint: Checkpoint) -> bool:
    """Say whether the stored tree had a checkpoint's root at its size."""
    if not checkpoint.size:
        return checkpoint.root == EMPTY_ROOT
    try:
        return TileTree(head.size, ExpandedTiles(store.read)).subtree(0, checkpoint.size) == checkpoint.root
    except ProofError:
        return False
