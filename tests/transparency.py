"""A log in memory with its keys and witnesses, for tests of the proof folder: what a store does, in thirty lines."""

from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from registry.ledger.proof.checkpoint import Checkpoint
from registry.ledger.proof.cosignature import CosignatureKey, SubtreeKey
from registry.ledger.proof.growth import EMPTY_EDGE, edge_root, grow
from registry.ledger.proof.merkle import leaf_hash, node_hash
from registry.ledger.proof.self_check import LogSigner
from registry.ledger.proof.signed_note import NoteKey
from registry.ledger.proof.tiles import ENTRIES, Tile, narrowed, to_bundle
from registry.ledger.proof.vkey import to_vkey

ORIGIN = "registry.test/po-log"
NOW = 1_795_000_000
"""A POSIX time."""


def ed25519(seed: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sha256(seed.encode()).digest())


def ml_dsa_44(seed: str) -> MLDSA44PrivateKey:
    return MLDSA44PrivateKey.from_seed_bytes(sha256(seed.encode()).digest())


LOG_ED25519, LOG_ML_DSA_44 = ed25519("log"), ml_dsa_44("log")
LOG_KEY = NoteKey(name=ORIGIN, public=LOG_ED25519.public_key().public_bytes_raw())
LOG_SUBTREE_KEY = SubtreeKey(name=ORIGIN, public=LOG_ML_DSA_44.public_key().public_bytes_raw())
SIGNER = LogSigner(
    ed25519=LOG_KEY,
    sign_ed25519=LOG_ED25519.sign,
    ml_dsa_44=LOG_SUBTREE_KEY,
    sign_ml_dsa_44=LOG_ML_DSA_44.sign,
)
FRANCE, SPAIN = ed25519("france"), ml_dsa_44("spain")
FRANCE_KEY = CosignatureKey(name="witness.fr.test/w1", public=FRANCE.public_key().public_bytes_raw())
SPAIN_KEY = SubtreeKey(name="witness.es.test/w1", public=SPAIN.public_key().public_bytes_raw())
POLICY = f"""
# One log, two witnesses.
log {to_vkey(LOG_KEY)} https://registry.test/
witness fr {to_vkey(FRANCE_KEY)}
witness es {to_vkey(SPAIN_KEY)} https://witness.es.test/
group both all fr es
quorum both
""".encode()


def entry(number: int) -> bytes:
    """Give the bytes of an entry, of many lengths and never twice the same."""
    return b"entry %d " % number * (1 + number % 5)


@dataclass
class MemoryLog:
    """Entries and tiles by level and index, the last of each level overwritten as it fills."""

    rows: dict[tuple[int, int], bytes] = field(default_factory=dict)
    entries: list[bytes] = field(default_factory=list)
    edge = EMPTY_EDGE

    def append(self, entries: list[bytes]) -> Checkpoint:
        """Store entries and what the tree needs; give the checkpoint to be signed."""
        growth = grow(self.edge, [leaf_hash(each) for each in entries])
        self.rows |= {(tile.level, tile.index): data for tile, data in growth.tiles}
        first = len(self.entries) // 256
        self.entries += entries
        for index in range(first, -(-len(self.entries) // 256)):
            self.rows[ENTRIES, index] = to_bundle(self.entries[index * 256 : (index + 1) * 256])
        self.edge = growth.edge
        return self.checkpoint()

    def checkpoint(self, origin: str = ORIGIN) -> Checkpoint:
        return Checkpoint(origin=origin, size=self.edge.size, root=edge_root(self.edge))

    def read(self, tile: Tile) -> bytes:
        """Serve a tile out of the row at its place."""
        return narrowed(tile, self.rows.get((tile.level, tile.index), b""))


def root_by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word by word and slowly, on hashes of leaves."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(root_by_definition(leaves[:split]), root_by_definition(leaves[split:]))


def flipped(raw: bytes, bit: int) -> bytes:
    """Give the bytes with one bit the other way round."""
    return raw[: bit // 8] + bytes([raw[bit // 8] ^ 1 << bit % 8]) + raw[bit // 8 + 1 :]
