"""Tiles: their names, their widths at a size, their bytes, and the tree that is read out of them."""

import pytest

from registry.ledger.proof.errors import NotWellFormed, TileMissing
from registry.ledger.proof.growth import EMPTY_EDGE, Edge, edge_root, grow, read_edge
from registry.ledger.proof.merkle import EMPTY_ROOT, leaf_hash, tree_root
from registry.ledger.proof.reading import ExpandedTiles, TileTree, expanded
from registry.ledger.proof.tiles import (
    ENTRIES,
    Tile,
    entries_of,
    hashes_of,
    levels_of,
    narrowed,
    tile_at,
    tile_of_path,
    tiles_between,
    to_bundle,
)
from tests.transparency import MemoryLog, entry

LEAVES = [leaf_hash(entry(number)) for number in range(70_000)]


@pytest.fixture(scope="module")
def log() -> MemoryLog:
    full = MemoryLog()
    full.append([entry(number) for number in range(70_000)])
    return full


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 5, 1), "tile/0/005.p/1"),
        (Tile(1, 67, 255), "tile/1/067.p/255"),
        (Tile(63, 999), "tile/63/999"),
        (Tile(0, 1000), "tile/0/x001/000"),
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(ENTRIES, 1234067, 8), "tile/entries/x001/x234/067.p/8"),
    ],
)
def test_a_tile_has_one_path(tile: Tile, path: str):
    assert tile.path == path
    assert tile_of_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/x001/x002",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/300",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/data/000",
        "/tile/0/000",
        "tile/0/000/",
        "tile/0/000\n",
        "tile/0/\u0660\u0660\u0660",
        "tile/0/" + "x999/" * 6 + "999",
        "tile/0/" + "x001/" * 20 + "001",
    ],
)
def test_another_spelling_is_no_path(path: str):
    with pytest.raises(NotWellFormed):
        tile_of_path(path)


@pytest.mark.parametrize("place", [(-2, 0, 1), (64, 0, 1), (0, -1, 1), (0, 2**63, 1), (0, 0, 0), (0, 0, 257)])
def test_a_tile_keeps_within_its_bounds(place: tuple[int, int, int]):
    with pytest.raises(ValueError, match="a tile has"):
        Tile(*place)


def test_a_tree_of_seventy_thousand_has_the_tiles_of_the_specification():
    widths = [[tile.width for tile in tiles_between(0, 70_000, level=level)] for level in range(levels_of(70_000))]
    assert widths == [[256] * 273 + [112], [256, 17], [1]]
    assert [tile.width for tile in tiles_between(0, 70_000, level=ENTRIES)] == widths[0]
    assert [[tile.width for tile in tiles_between(0, 256, level=level)] for level in range(levels_of(256))] == [
        [256],
        [1],
    ]


def test_an_empty_tile_is_never_there():
    assert levels_of(0) == 0
    assert [*tiles_between(0, 0, level=0)] == [*tiles_between(256, 257, level=1)] == []
    with pytest.raises(ValueError, match="a tile has"):
        tile_at(256, 0, 1)


def test_growing_serves_the_tiles_that_are_new_or_wider():
    assert [*tiles_between(255, 257, level=0)] == [Tile(0, 0), Tile(0, 1, 1)]
    assert [*tiles_between(256, 300, level=ENTRIES)] == [Tile(ENTRIES, 1, 44)]
    assert [*tiles_between(511, 512, level=1)] == [Tile(1, 0, 2)]


def test_a_tile_is_as_long_as_it_is_wide():
    assert hashes_of(Tile(0, 0, 2), LEAVES[0] + LEAVES[1]) == LEAVES[:2]
    for data in (b"", LEAVES[0], LEAVES[0] + LEAVES[1] + b"\0", LEAVES[0] * 3):
        with pytest.raises(NotWellFormed, match="length"):
            hashes_of(Tile(0, 0, 2), data)


def test_a_bundle_gives_back_its_entries():
    entries = [b"", b"x", bytes(65_535)]
    assert entries_of(Tile(ENTRIES, 0, 3), to_bundle(entries)) == entries
    with pytest.raises(ValueError, match="65,535"):
        to_bundle([bytes(65_536)])


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\1", b"\0\1a", b"\0\1a\0", b"\0\1a\0\2b", b"\0\1a\0\1b\0\1c"])
def test_a_bundle_with_too_little_or_too_much_is_refused(data: bytes):
    with pytest.raises(NotWellFormed, match="bundle"):
        entries_of(Tile(ENTRIES, 0, 2), data)


def test_an_older_tile_is_the_beginning_of_what_stands_at_its_place():
    entries = [b"first", b"", b"third"]
    row = to_bundle(entries)
    assert [narrowed(Tile(ENTRIES, 0, width), row) for width in (1, 2, 3)] == [to_bundle(entries[:1]), row[:9], row]
    assert narrowed(Tile(0, 0, 2), b"".join(LEAVES[:3])) == b"".join(LEAVES[:2])
    for wider in (Tile(ENTRIES, 0, 4), Tile(ENTRIES, 0, 5)):
        with pytest.raises(TileMissing):
            narrowed(wider, row)
    for row in (b"", LEAVES[0], LEAVES[0] * 2 + b"\0"):
        with pytest.raises(TileMissing):
            narrowed(Tile(0, 0, 3), row)


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 65_535, 65_536, 65_537, 70_000])
def test_the_edge_alone_makes_the_root(size: int):
    growth = grow(EMPTY_EDGE, LEAVES[:size])
    assert edge_root(growth.edge) == tree_root(LEAVES[:size])


def test_an_edge_is_read_back_from_the_store_at_any_size(log: MemoryLog):
    for size in (0, 1, 256, 65_536, 65_600, 69_999, 70_000):
        edge = read_edge(size, log.read)
        assert edge == grow(EMPTY_EDGE, LEAVES[:size]).edge
        grown = grow(edge, LEAVES[size:])
        assert grown.edge == log.edge
        assert all(log.read(tile) == data for tile, data in grown.tiles)


def test_an_edge_of_other_tiles_than_its_sizes_is_refused():
    for levels in ((), (b"",), (LEAVES[0], b""), (LEAVES[0] + LEAVES[1],)):
        with pytest.raises(NotWellFormed, match="edge"):
            Edge(size=1, levels=levels)


def test_what_is_no_hash_is_not_appended():
    with pytest.raises(ValueError, match="32 bytes"):
        grow(EMPTY_EDGE, [b"entry"])


def test_growing_by_nothing_stores_nothing(log: MemoryLog):
    assert grow(log.edge, []).tiles == ()
    assert grow(log.edge, []).edge == log.edge


def test_the_root_of_any_size_is_read_from_tiles(log: MemoryLog):
    tiles = ExpandedTiles(log.read)
    for size in (0, 1, 2, 255, 256, 257, 4_097, 65_535, 65_536, 65_537, 69_999):
        assert TileTree(size, tiles).root() == (tree_root(LEAVES[:size]) if size else EMPTY_ROOT)


def test_a_leaf_is_read_inside_the_tree_only(log: MemoryLog):
    tree = TileTree(300, ExpandedTiles(log.read))
    assert [tree.leaf(index) for index in (0, 299)] == [LEAVES[0], LEAVES[299]]
    for index in (-1, 300, 70_000):
        with pytest.raises(ValueError, match="inside"):
            tree.leaf(index)


@pytest.mark.parametrize("leaves", [(0, 0), (1, 3), (2, 5), (4, 10), (-4, 0), (256, 301), (298, 301), (512, 513)])
def test_leaves_without_a_subtree_of_their_own_have_no_root(log: MemoryLog, leaves: tuple[int, int]):
    with pytest.raises(ValueError, match="multiple of its breadth"):
        TileTree(300, ExpandedTiles(log.read)).subtree(*leaves)
    assert TileTree(300, ExpandedTiles(log.read)).subtree(256, 300) == tree_root(LEAVES[256:300])


def test_a_tile_that_was_read_is_kept_and_the_oldest_goes_first(log: MemoryLog):
    asked: list[Tile] = []

    def read(tile: Tile) -> bytes:
        asked.append(tile)
        return log.read(tile)

    tiles = ExpandedTiles(read, capacity=2)
    first, second, third = (Tile(0, index) for index in range(3))
    for tile in (first, second, first, third, first, second):
        assert tiles.rows(tile) == expanded(tile, log.read(tile))
    assert asked == [first, second, third, second]


def test_a_tile_that_is_not_there_says_so(log: MemoryLog):
    with pytest.raises(TileMissing):
        TileTree(80_000, ExpandedTiles(log.read)).root()
