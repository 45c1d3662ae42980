"""What the log gives to whoever asks: tiles as they are served, and proofs against the newest signed checkpoint."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
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
from registry.ledger.published import Published


@dataclass(frozen=True, kw_only=True, slots=True)
class Witnessed:
    """A checkpoint that enough witnesses have cosigned, and its note with their signatures."""

    checkpoint: Checkpoint
    note: bytes


@contextmanager
def _stored() -> Generator[None, None, None]:
    """Hold that what a signed checkpoint covers is there: where it is not, the store is damaged, and that is said."""
    try:
        yield
    except TileMissing:
        raise Unavailable("store-unavailable") from None


def _nobody() -> Witnessed | None:
    return None


@dataclass(kw_only=True)
class Proofs:
    """Reads one log. Any thread may call; each call reads a few tiles at most."""

    origin: str
    store: LogStore
    published: Callable[[], Published]
    witnessed: Callable[[], Witnessed | None] = _nobody
    """The newest checkpoint that enough witnesses have cosigned; None where there is none."""
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
        witnessed = self.witnessed()
        if witnessed is not None and witnessed.checkpoint == published.checkpoint:
            return witnessed.checkpoint, witnessed.note
        return published.checkpoint, published.note

    def proved_size(self) -> int:
        """Give how many entries can be proved: 0 while the stored tree is not known to contain what was signed."""
        published = self.published()
        return published.checkpoint.size if published.contained and published.checkpoint is not None else 0

    def covering(self) -> Checkpoint:
        """Give the newest signed checkpoint, which the stored tree contains. Raises `Unavailable` where it may not.

        An older copy of a ledger remembers a checkpoint of another tree: its tiles prove nothing against that.
        """
        published = self.published()
        if published.checkpoint is None or not published.contained:
            raise Unavailable("no-checkpoint-yet")
        return published.checkpoint

    def best(self, index: int) -> tuple[Checkpoint, bytes]:
        """Give the checkpoint to prove an entry by: a witnessed one if it covers the entry, else the newest."""
        self.covering()
        witnessed = self.witnessed()
        if witnessed is not None and index < witnessed.checkpoint.size:
            return witnessed.checkpoint, witnessed.note
        return self.signed()

    def tile(self, tile: Tile) -> bytes:
        """Give a tile or bundle that a signed checkpoint covers. Raises `NotFound` for any other."""
        checkpoint = self.covering()
        shift = 8 * max(tile.level, 0)
        if tile.index * WIDTH + tile.width > checkpoint.size >> shift:
            raise NotFound("not-found")
        try:
            return self.store.read(tile)
        except TileMissing:
            raise NotFound("not-found") from None

    def inclusion(self, index: int) -> TlogProof:
        """Prove an entry against the best checkpoint there is. Raises `NotFound` for one that none covers."""
        checkpoint, note = self.best(index)
        if not 0 <= index < checkpoint.size:
            raise NotFound("not-found")
        with self._lock, _stored():
            path = TileTree(checkpoint.size, self._tiles).inclusion(index)
        return TlogProof(index=index, path=path, checkpoint=note)

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """Prove that the tree of a size is the beginning of a larger one. Raises `NotFound` beyond what is signed."""
        checkpoint = self.covering()
        if not 0 < old <= new <= checkpoint.size:
            raise NotFound("not-found")
        with self._lock, _stored():
            return TileTree(new, self._tiles).consistency(old)

    def entry(self, index: int) -> bytes:
        """Give the bytes of an entry that a signed checkpoint covers. Raises `NotFound`."""
        checkpoint = self.covering()
        if not 0 <= index < checkpoint.size:
            raise NotFound("not-found")
        return self._entry(checkpoint.size, index)

    def stored_entry(self, index: int) -> bytes:
        """Give the bytes of an entry, signed for already or not yet."""
        return self._entry(self.store.head().size, index)

    def _entry(self, size: int, index: int) -> bytes:
        tile = tile_at(size, ENTRIES, index // WIDTH)
        with _stored():
            return entries_of(tile, self.store.read(tile))[index % WIDTH]

    def of_fact(self, fact_id: UUID) -> int | None:
        """Give the index of a fact's entry; None while it has none."""
        return self.store.leaf_of_fact(fact_id)
