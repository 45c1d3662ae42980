"""The reader's side of tiles: roots and proofs of any size, computed from a handful of tiles.

What comes through the port is not trusted here: a proof made from altered tiles does not verify, and it is the
verifying that counts (see inclusion.py, consistency.py).
"""

from collections import OrderedDict
from typing import Final

from registry.ledger.proof.consistency import consistency_proof
from registry.ledger.proof.inclusion import inclusion_proof
from registry.ledger.proof.merkle import EMPTY_ROOT, largest_power_below, node_hash
from registry.ledger.proof.tiles import HEIGHT, WIDTH, ReadTile, Tile, hashes_of, levels_of

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
        # By level, index and width: a record for every hash that is looked up would cost more than the rest.
        self._kept: OrderedDict[tuple[int, int, int], Rows] = OrderedDict()

    def rows(self, tile: Tile) -> Rows:
        """Give a tile's rows, from memory or from the port."""
        return self.at(tile.level, tile.index, tile.width)

    def at(self, level: int, index: int, width: int) -> Rows:
        """Give the rows of the tile at a place; raises ValueError where no tile can be."""
        place = (level, index, width)
        kept = self._kept.get(place)
        if kept is not None:
            self._kept.move_to_end(place)
            return kept
        tile = Tile(level, index, width)
        rows = self._kept[place] = expanded(tile, self._read(tile))
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
        self._widths = [size >> (HEIGHT * level) for level in range(levels_of(size))]
        self._ragged: dict[tuple[int, int], bytes] = {}

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
        """Give the root over some leaves: complete subtrees, or the right edge from where one could begin.

        Raises ValueError for leaves that have no subtree of their own, or lie outside the tree.
        """
        length = end - start
        if not 0 <= start < end <= self.size or start % (1 << (length - 1).bit_length()):
            message = "a subtree begins at a multiple of its breadth and lies inside the tree"
            raise ValueError(message)
        if length & (length - 1) == 0:
            height = length.bit_length() - 1
            return self._complete(height, start >> height)
        # Only subtrees at the right edge are not complete: a few for each size, and part of every proof.
        known = self._ragged.get((start, end))
        if known is None:
            middle = start + largest_power_below(length)
            known = self._ragged[start, end] = node_hash(self.subtree(start, middle), self.subtree(middle, end))
        return known

    def _complete(self, height: int, index: int) -> bytes:
        """Give the root of the complete subtree over 2^height leaves that is the index-th of its kind."""
        level, above = divmod(height, HEIGHT)
        tile = (index << above) >> HEIGHT
        width = min(self._widths[level] - (tile << HEIGHT), WIDTH)
        return self._tiles.at(level, tile, width)[above][index % (WIDTH >> above)]
