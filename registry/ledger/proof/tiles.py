"""tlog-tiles: which tiles a tree of a size has, what they are called, and how entries lie in a bundle.

Level 0 holds hashes of leaves; each hash of a level above is the root of one full tile below. A full tile is 256
hashes; the last one of a level may be partial and is then never hashed upward. Bundles of entries lie beside level 0
under the name `entries`, which this folder counts as level -1.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from registry.ledger.proof.encoding import HASH_BYTES, MAXIMUM_NUMBER
from registry.ledger.proof.errors import NotWellFormed, TileMissing

HEIGHT: Final = 8
WIDTH: Final = 1 << HEIGHT
TILE_BYTES: Final = WIDTH * HASH_BYTES
ENTRIES: Final = -1
"""The level of bundles of entries."""
MAXIMUM_ENTRY: Final = 0xFFFF
"""Bytes of an entry: its length has 16 bits."""
_MAXIMUM_LEVEL: Final = 63
_MAXIMUM_PATH: Final = 64
_PATH: Final = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<index>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Tile:
    """The place of one tile: its level, its index in the level, and how many hashes or entries it has."""

    level: int
    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        """Hold the bounds; raises ValueError."""
        inside = ENTRIES <= self.level <= _MAXIMUM_LEVEL and 0 <= self.index <= MAXIMUM_NUMBER
        if not inside or not 0 < self.width <= WIDTH:
            message = "a tile has a level up to 63, an index and 1 to 256 columns"
            raise ValueError(message)

    @property
    def is_full(self) -> bool:
        """A full tile never changes again; a partial one is served until the full one is there."""
        return self.width == WIDTH

    @property
    def path(self) -> str:
        """Give the name under the log's prefix, as in `tile/0/x001/x234/067.p/5`."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        groups = f"{self.index:,}".split(",")
        padded = [groups[0].zfill(3), *groups[1:]]
        index = "/".join([*(f"x{group}" for group in padded[:-1]), padded[-1]])
        return f"tile/{level}/{index}" + ("" if self.is_full else f".p/{self.width}")


class ReadTile(Protocol):
    """The port through which tiles come: a store, a folder of files, a web server."""

    def __call__(self, tile: Tile, /) -> bytes:
        """Give exactly that many hashes, or raise `TileMissing`; what is read is not trusted."""
        ...


def tile_of_path(path: str) -> Tile:
    """Read the path of a tile; raises `NotWellFormed` for any spelling but `Tile.path`."""
    found = _PATH.fullmatch(path) if len(path) <= _MAXIMUM_PATH else None
    if found is None:
        raise NotWellFormed("tile path: not the form of a tile's path")
    level, index, width = found.group("level", "index", "width")
    try:
        tile = Tile(
            level=ENTRIES if level == "entries" else int(level),
            index=int(index.replace("x", "").replace("/", "")),
            width=int(width) if width else WIDTH,
        )
    except ValueError:
        raise NotWellFormed("tile path: level, index or width out of range") from None
    if tile.path != path:
        raise NotWellFormed("tile path: not the canonical spelling")
    return tile


def tile_at(size: int, level: int, index: int) -> Tile:
    """Give the tile of that place as a tree of this size has it; raises ValueError where it has none."""
    width = (size >> (HEIGHT * max(level, 0))) - index * WIDTH
    return Tile(level, index, min(width, WIDTH))


def tiles_between(old: int, new: int, *, level: int) -> Iterator[Tile]:
    """Give the tiles of a level that a log serves at size `new` and did not at size `old`, in order."""
    shift = HEIGHT * max(level, 0)
    before, after = old >> shift, new >> shift
    if before == after:
        return
    for index in range(before // WIDTH, -(-after // WIDTH)):
        yield tile_at(new, level, index)


def levels_of(size: int) -> int:
    """Give the number of levels on which a tree of this size has tiles."""
    return -(-size.bit_length() // HEIGHT)


def partial_widths(size: int) -> list[int]:
    """Give the width of each level's partial tile, from level 0 up; 0 where the level ends with a full one."""
    return [(size >> (HEIGHT * level)) % WIDTH for level in range(levels_of(size))]


def hashes_of(tile: Tile, data: bytes) -> list[bytes]:
    """Cut a tile of hashes; raises `NotWellFormed` where the length is not the width's."""
    if len(data) != tile.width * HASH_BYTES:
        raise NotWellFormed("tile: its length is not that of its width")
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]


def to_bundle(entries: Sequence[bytes]) -> bytes:
    """Put entries into a bundle; raises ValueError for one that is too long."""
    if any(len(entry) > MAXIMUM_ENTRY for entry in entries):
        message = "an entry has at most 65,535 bytes"
        raise ValueError(message)
    return b"".join(len(entry).to_bytes(2) + entry for entry in entries)


def entries_of(tile: Tile, data: bytes) -> list[bytes]:
    """Take the entries out of a bundle; raises `NotWellFormed` unless it is exactly as many as the width."""
    found: list[bytes] = []
    at, end = 0, len(data)
    while at + 1 < end:
        begin = at + 2
        at = begin + (data[at] << 8 | data[at + 1])
        found.append(data[begin:at])
    # A length that is cut short or reaches beyond the end leaves `at` somewhere else.
    if at != end or len(found) != tile.width:
        raise NotWellFormed("bundle: not as many whole entries as its width")
    return found


def narrowed(tile: Tile, row: bytes) -> bytes:
    """Cut what a store holds at a tile's place, which may be wider, to the tile; raises `TileMissing` if narrower.

    An older partial tile is the beginning of what stands there now, so that one row at each place is enough.
    """
    end = tile.width * HASH_BYTES
    if tile.level == ENTRIES:
        end = 0
        for _ in range(tile.width):
            end += 2 + int.from_bytes(row[end : end + 2])
    # Past the end of a bundle each step counts two bytes more, so that a missing entry shows too.
    if end > len(row):
        raise TileMissing("tile: the store holds a narrower one")
    return row[:end]
