"""What the log gives to whoever asks: tiles as they are served, and proofs against the newest signed checkpoint."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from uuid import UUID

from registry.errors import NotFound, Unavailable
from registry.ledger.log_store import LogStore
from registry.ledger.proof.checkpoint import Checkpoint
from registry.ledger.proof.errors import TileMissing
from registry.ledger.proof.reading import ExpandedTiles, TileTree
from registry.ledger.proof.tiles import ENTRIES, WIDTH, Tile, entries_of, tile_at
from registry.ledger.proof.tlog_proof import TlogProof
from registry.ledger.publisher import Published


@dataclass(kw_only=True)
class Proofs:
    """Reads one log. Any thread may call; each call reads a few tiles at most."""

    origin: str
    store: LogStore
    published: Callable[[], Published]
    _lock: Lock = field(default_factory=Lock, init=False, repr=False)
    _tiles: ExpandedTiles = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Keep the tiles that proofs are made of at hand."""
        self._tiles = ExpandedTiles(self.store.read)

    def signed(self) -> tuple[Checkpoint, bytes]:
        """Give the newest signed checkpoint and its note. Raises `Unavailable` while there is none."""
        published = self.published()
        if published.checkpoint is None or not published.note:
            raise Unavailable("no-checkpoint-yet")
        return published.checkpoint, published.note

    def tile(self, tile: Tile) -> bytes:
        """Give a tile or bundle that a signed checkpoint covers. Raises `NotFound` for any other."""
        checkpoint, _ = self.signed()
        shift = 8 * max(tile.level, 0)
        if tile.index * WIDTH + tile.width > checkpoint.size >> shift:
            raise NotFound("not-found")
        try:
            return self.store.read(tile)
        except TileMissing:
            raise NotFound("not-found") from None

    def inclusion(self, index: int) -> TlogProof:
        """Prove an entry against the newest signed checkpoint. Raises `NotFound` for one that it does not cover."""
        checkpoint, note = self.signed()
        if not 0 <= index < checkpoint.size:
            raise NotFound("not-found")
        with self._lock:
            path = TileTree(checkpoint.size, self._tiles).inclusion(index)
        return TlogProof(index=index, path=path, checkpoint=note)

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """Prove that the tree of a size is the beginning of a larger one. Raises `NotFound` beyond what is signed."""
        checkpoint, _ = self.signed()
        if not 0 < old <= new <= checkpoint.size:
            raise NotFound("not-found")
        with self._lock:
            return TileTree(new, self._tiles).consistency(old)

    def entry(self, index: int) -> bytes:
        """Give the bytes of an entry that a signed checkpoint covers. Raises `NotFound`."""
        checkpoint, _ = self.signed()
        if not 0 <= index < checkpoint.size:
            raise NotFound("not-found")
        tile = tile_at(checkpoint.size, ENTRIES, index // WIDTH)
        return entries_of(tile, self.store.read(tile))[index % WIDTH]

    def stored_entry(self, index: int) -> bytes:
        """Give the bytes of an entry, signed for already or not yet."""
        size = self.store.head().size
        tile = tile_at(size, ENTRIES, index // WIDTH)
        return entries_of(tile, self.store.read(tile))[index % WIDTH]

    def of_fact(self, fact_id: UUID) -> int | None:
        """Give the index of a fact's entry; None while it has none."""
        return self.store.leaf_of_fact(fact_id)
