"""A log in one table of an SQLite file, the least that a log needs: the registry's own is in `_publisher.py`."""

import sqlite3
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from registry.ledger.proof.checkpoint import Checkpoint
from registry.ledger.proof.cosignature import SubtreeKey
from registry.ledger.proof.growth import EMPTY_EDGE, Edge, edge_root, grow
from registry.ledger.proof.merkle import leaf_hashes
from registry.ledger.proof.self_check import LogSigner, sign_checkpoint
from registry.ledger.proof.signed_note import NoteKey
from registry.ledger.proof.tiles import ENTRIES, WIDTH, Tile, narrowed, to_bundle

ORIGIN: Final = "bench.test/po-log"
SCHEMA: Final = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "CREATE TABLE tile (level INTEGER, n INTEGER, data BLOB, PRIMARY KEY (level, n)) STRICT, WITHOUT ROWID",
    "CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, note BLOB) STRICT",
)
PUT: Final = "INSERT OR REPLACE INTO tile VALUES (?, ?, ?)"


class Store:
    """A log of one table, as the service's store will be: the row at a place is overwritten as it fills."""

    def __init__(self, path: Path, signed_by: LogSigner) -> None:
        """Begin an empty log in a new file."""
        self.connection = sqlite3.connect(path, isolation_level=None)
        for sql in SCHEMA:
            self.connection.execute(sql).fetchall()
        self._signer = signed_by
        self.edge: Edge = EMPTY_EDGE
        self._open_bundle: list[bytes] = []
        self._former: Checkpoint | None = None

    def read(self, tile: Tile, /) -> bytes:
        """Read one tile or bundle."""
        found = self.connection.execute("SELECT data FROM tile WHERE level = ? AND n = ?", (tile.level, tile.index))
        return narrowed(tile, (found.fetchone() or (b"",))[0])

    def head(self) -> Checkpoint:
        """Give the checkpoint of what is stored."""
        return Checkpoint(origin=ORIGIN, size=self.edge.size, root=edge_root(self.edge))

    def add(self, entries: list[bytes]) -> None:
        """Store entries and tiles, in the open transaction."""
        growth = grow(self.edge, leaf_hashes(entries))
        first = self.edge.size // WIDTH
        held = self._open_bundle + entries
        bundles = [held[at : at + WIDTH] for at in range(0, len(held), WIDTH)]
        self.connection.executemany(PUT, [(tile.level, tile.index, data) for tile, data in growth.tiles])
        self.connection.executemany(
            PUT, [(ENTRIES, first + nth, to_bundle(bundle)) for nth, bundle in enumerate(bundles)]
        )
        self._open_bundle = bundles[-1] if len(bundles[-1]) < WIDTH else []
        self.edge = growth.edge

    def commit(self, entries: list[bytes]) -> None:
        """Store durably; check as a reader would; sign; keep the note."""
        self.connection.execute("BEGIN IMMEDIATE")
        self.add(entries)
        self.connection.execute("COMMIT")
        proposed = self.head()
        note = sign_checkpoint(proposed, former=self._former, read=self.read, signer=self._signer, timestamp=1)
        self.connection.execute("INSERT OR REPLACE INTO checkpoint VALUES (?, ?)", (proposed.size, note.raw))
        self._former = proposed


def signer(now: Ed25519PrivateKey, later: MLDSA44PrivateKey) -> LogSigner:
    """Give a log's two keys."""
    ed25519 = NoteKey(name=ORIGIN, public=now.public_key().public_bytes_raw())
    ml_dsa_44 = SubtreeKey(name=ORIGIN, public=later.public_key().public_bytes_raw())
    return LogSigner(ed25519=ed25519, sign_ed25519=now.sign, ml_dsa_44=ml_dsa_44, sign_ml_dsa_44=later.sign)
