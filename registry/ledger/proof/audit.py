"""The full audit: hash every entry of a log and hold the root against a checkpoint. Trusts no tile and no node."""

from collections.abc import Callable
from dataclasses import dataclass

from registry.ledger.proof.checkpoint import Checkpoint
from registry.ledger.proof.errors import NotVerified
from registry.ledger.proof.merkle import RunningRoot, leaf_hashes
from registry.ledger.proof.tiles import ENTRIES, ReadTile, entries_of, tiles_between

Visit = Callable[[int, list[bytes]], None]
"""Is shown the index of a bundle's first entry and the entries; what it raises ends the audit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Audited:
    """What the audit has seen: this many entries, which make this root."""

    size: int
    root: bytes


def _nothing_more(_first: int, _entries: list[bytes]) -> None:
    return None


def audit(checkpoint: Checkpoint, read: ReadTile, visit: Visit = _nothing_more) -> Audited:
    """Stream all entries below a verified checkpoint; raises `NotVerified` if they are not what was signed.

    Memory is one bundle and a few rows of hashes, whatever the size. `visit` sees entries before the root is
    known: what it concludes holds only if this function returns.
    """
    running = RunningRoot()
    for tile in tiles_between(0, checkpoint.size, level=ENTRIES):
        entries = entries_of(tile, read(tile))
        visit(running.size, entries)
        running.add(leaf_hashes(entries))
    if running.root() != checkpoint.root:
        raise NotVerified("audit: the entries make another root than the checkpoint's")
    return Audited(size=running.size, root=checkpoint.root)
