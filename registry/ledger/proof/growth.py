"""The writer's side of tiles: what a log must store so that it serves a larger tree. Pure: bytes in, bytes out."""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.ledger.proof.encoding import HASH_BYTES
from registry.ledger.proof.errors import NotWellFormed
from registry.ledger.proof.merkle import EMPTY_ROOT, tree_root
from registry.ledger.proof.tiles import HEIGHT, TILE_BYTES, ReadTile, Tile, levels_of, partial_widths, tile_at


@dataclass(frozen=True, kw_only=True, slots=True)
class Edge:
    """The right edge of a tree: the partial tile of each level, which with the size is all that growing needs."""

    size: int
    levels: tuple[bytes, ...]
    """The hashes of each level's partial tile, from level 0 up; empty where the level ends with a full tile."""

    def __post_init__(self) -> None:
        """Hold that the tiles are those of the size; raises `NotWellFormed`."""
        if [len(row) for row in self.levels] != [width * HASH_BYTES for width in partial_widths(self.size)]:
            raise NotWellFormed("edge: its tiles are not those of its size")


@dataclass(frozen=True, kw_only=True, slots=True)
class Growth:
    """A larger tree: its edge, and the tiles to store, lower levels first."""

    edge: Edge
    tiles: tuple[tuple[Tile, bytes], ...]


EMPTY_EDGE = Edge(size=0, levels=())
"""Where a log begins."""


def read_edge(size: int, read: ReadTile) -> Edge:
    """Read the right edge of a stored tree. Whoever signs for it holds its root against the last checkpoint."""
    tiles = [
        tile_at(size, level, size >> (HEIGHT * (level + 1))) if width else None
        for level, width in enumerate(partial_widths(size))
    ]
    return Edge(size=size, levels=tuple(read(tile) if tile else b"" for tile in tiles))


def edge_root(edge: Edge) -> bytes:
    """Give the root of the tree: from the bottom up, what is not yet complete stands last in the row above."""
    below: list[bytes] = []
    for row in edge.levels:
        hashes = _cut(row) + below
        below = [tree_root(hashes)] if hashes else []
    return below[0] if below else EMPTY_ROOT


def grow(edge: Edge, leaves: Sequence[bytes]) -> Growth:
    """Append the hashes of leaves: give the new edge and every tile that is new or wider than before."""
    if any(len(leaf) != HASH_BYTES for leaf in leaves):
        message = "a leaf's hash has 32 bytes"
        raise ValueError(message)
    size = edge.size + len(leaves)
    tiles: list[tuple[Tile, bytes]] = []
    levels: list[bytes] = []
    joining = b"".join(leaves)
    for level in range(levels_of(size)):
        row = (edge.levels[level] if level < len(edge.levels) else b"") + joining
        index = edge.size >> (HEIGHT * (level + 1))
        full = [row[at : at + TILE_BYTES] for at in range(0, len(row) - TILE_BYTES + 1, TILE_BYTES)]
        rest = row[len(full) * TILE_BYTES :]
        tiles += [(Tile(level, index + nth), data) for nth, data in enumerate(full)]
        if joining and rest:
            tiles.append((Tile(level, index + len(full), len(rest) // HASH_BYTES), rest))
        levels.append(rest)
        joining = b"".join(tree_root(_cut(data)) for data in full)
    return Growth(edge=Edge(size=size, levels=tuple(levels)), tiles=tuple(tiles))


def _cut(row: bytes) -> list[bytes]:
    return [row[at : at + HASH_BYTES] for at in range(0, len(row), HASH_BYTES)]
