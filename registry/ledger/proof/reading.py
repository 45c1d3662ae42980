"""The reader's side of tiles: roots and proofs of any size, computed from a handful of tiles.

What comes through the port is not trusted here: a proof made from altered tiles does not verify, and it is the
verifying that counts (see inclusion.py, consistency.py).
"""

from collections import OrderedDict
from typing import Final

from registry.ledger.proof.consistency import consistency_proof
from registry.ledger.proof.inclusion import inclusion_proof
from registry.ledger.proof.merkle import EMPTY_ROOT, node_hash
from registry.ledger.proof.tiles import HEIGHT, WIDTH, ReadTile, Tile, hashes_of, tile_at

Rows = tuple[list[bytes], ...]
"""A tile's hashes and above them the hashes of its complete subtrees of 2, 4 … 256 columns: about 16 KB."""
CAPACITY: Final = 1024
"""Expanded tiles kept by default, 16 MB."""


class ExpandedTiles:
    """The last tiles that were read, with all hashes inside them worked out. For one thread."""

    def __init__(self, read: ReadTile, *, capacity: int = CAPACITY) -> None:
        """Read through this port and keep so many tiles."""
        self._read = read
        self._capacity = capacity
        self._kept: OrderedDict[Tile, Rows] = OrderedDict()

    def rows(self, tile: Tile) -> Rows:
        """Give a tile's rows, from memory or from the port."""
        kept = self._kept.get(tile)
        if kept is not None:
            self._kept.move_to_end(tile)
            return kept
        rows = expanded(tile, self._read(tile))
        self._kept[tile] = rows
        if len(self._kept) > self._capacity:
            self._kept.popitem(last=False)
        return rows


def expanded(tile: Tile, data: bytes) -> Rows:
    """Work out the hashes of a tile's complete subtrees; raises `NotWellFormed` for a wrong length."""
    rows = [hashes_of(tile, data)]
    for _ in range(HEIGHT):
        below = rows[-1]
        rows.append([node_hash(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)])
    return tuple(rows)


class TileTree:
    """The tree of one size, seen through its tiles."""

    def __init__(self, size: int, tiles: ExpandedTiles) -> None:
        """Look at the tree of this many leaves; the tiles may be shared by trees of other sizes of the log."""
        self.size = size
        self._tiles = tiles

    def root(self) -> bytes:
        """Give the root of the tree."""
        return self.subtree(0, self.size) if self.size else EMPTY_ROOT

    def leaf(self, index: int) -> bytes:
        """Give the hash of a leaf; raises ValueError outside the tree."""
        if not 0 <= index < self.size:
            message = "a leaf's index is inside the tree"
            raise ValueError(message)
        return self._complete(0, index)

    def inclusion(self, index: int) -> tuple[bytes, ...]:
        """Prove that a leaf is in this tree; raises ValueError outside it."""
        return inclusion_proof(index, self.size, self.subtree)

    def consistency(self, old: int) -> tuple[bytes, ...]:
        """Prove that the tree of a smaller size, at least 1, is the beginning of this one; raises ValueError."""
        return consistency_proof(old, self.size, self.subtree)

    def subtree(self, start: int, end: int) -> bytes:
        """Give the root over leaves of the tree, where `start` is where a subtree of a proof may begin."""
        complete: list[bytes] = []
        while start < end:
            height = (end - start).bit_length() - 1
            complete.append(self._complete(height, start >> height))
            start += 1 << height
        running = complete.pop()
        for left in reversed(complete):
            running = node_hash(left, running)
        return running

    def _complete(self, height: int, index: int) -> bytes:
        """Give the root of the complete subtree over 2^height leaves that is the index-th of its kind."""
        level, above = divmod(height, HEIGHT)
        tile = tile_at(self.size, level, (index << above) // WIDTH)
        return self._tiles.rows(tile)[above][index % (WIDTH >> above)]
