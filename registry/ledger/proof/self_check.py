"""Before a log signs: check as a reader would, from the bytes that readers will get. A bad signature is for ever.

A log that once signs a root its leaves do not make can never again prove itself: a flipped bit has ended one. So there
is one way here to sign a checkpoint, and the checking is part of it.
"""

from dataclasses import dataclass

from registry.ledger.proof.checkpoint import Checkpoint
from registry.ledger.proof.consistency import verify_consistency
from registry.ledger.proof.cosignature import SubtreeKey
from registry.ledger.proof.errors import NotVerified
from registry.ledger.proof.inclusion import verify_inclusion
from registry.ledger.proof.merkle import leaf_hashes
from registry.ledger.proof.reading import ExpandedTiles, TileTree
from registry.ledger.proof.signed_note import Note, NoteKey, Sign, parse_note, verify_note
from registry.ledger.proof.tiles import ENTRIES, HEIGHT, WIDTH, ReadTile, Tile, entries_of, levels_of, tiles_between


@dataclass(frozen=True, kw_only=True, slots=True)
class LogSigner:
    """A log's two keys: every client knows Ed25519, and ML-DSA-44 is for the years to come."""

    ed25519: NoteKey
    sign_ed25519: Sign
    ml_dsa_44: SubtreeKey
    sign_ml_dsa_44: Sign


def sign_checkpoint(
    proposed: Checkpoint, *, former: Checkpoint | None, read: ReadTile, signer: LogSigner, timestamp: int
) -> Note:
    """Check a checkpoint and sign it with both keys, as of a time in POSIX seconds.

    `former` is the last checkpoint that this log has signed, None only for a log that never has. `read` gives tiles
    and bundles as they will be served. Raises `NotVerified` or `NotWellFormed`: then nothing was signed, and nothing
    may be until somebody has found out why.
    """
    if {signer.ed25519.name, signer.ml_dsa_44.name} != {proposed.origin} or proposed.extensions:
        message = "a log signs under its own name, and no extension lines"
        raise ValueError(message)
    check_growth(proposed, former=former, read=read)
    text = proposed.text
    note = Note(
        text=text,
        signatures=(
            signer.ed25519.sign(text, signer.sign_ed25519),
            signer.ml_dsa_44.sign(text, signer.sign_ml_dsa_44, timestamp=timestamp),
        ),
    )
    # The note as it will be read, and not as it was put together.
    verify_note(parse_note(note.raw), (signer.ed25519, signer.ml_dsa_44))
    return note


def check_growth(proposed: Checkpoint, *, former: Checkpoint | None, read: ReadTile) -> None:
    """Check that what will be served makes this checkpoint, and that it contains the former one."""
    old = former.size if former else 0
    # 1. The same log, and not a smaller one.
    if former and (former.origin != proposed.origin or former.size > proposed.size):
        raise NotVerified("self-check: not a later state of the same log")
    tiles = ExpandedTiles(read)
    # 2. Every new entry, as its bundle gives it, is the leaf at its place.
    _check_leaves(old, proposed.size, tiles, read)
    # 3. Every new hash above is the root of the full tile below it.
    check_levels(old, proposed.size, tiles)
    # 4. The tiles make the root.
    tree = TileTree(proposed.size, tiles)
    if tree.root() != proposed.root:
        raise NotVerified("self-check: the tiles make another root")
    # 5. The former tree is the beginning of this one, by the proof that a client would get.
    if former and old:
        verify_consistency(
            old=old,
            new=proposed.size,
            old_root=former.root,
            new_root=proposed.root,
            proof=tree.consistency(old),
        )
    # 6. A client's proof works for the first and the last new leaf; 2 to 4 have recomputed all between.
    for index in sorted({old, proposed.size - 1} if proposed.size > old else set()):
        verify_inclusion(
            index=index,
            size=proposed.size,
            leaf=tree.leaf(index),
            root=proposed.root,
            proof=tree.inclusion(index),
        )


def _check_leaves(old: int, new: int, tiles: ExpandedTiles, read: ReadTile) -> None:
    for bundle in tiles_between(old, new, level=ENTRIES):
        entries = entries_of(bundle, read(bundle))
        if leaf_hashes(entries) != tiles.rows(Tile(0, bundle.index, bundle.width))[0]:
            raise NotVerified("self-check: an entry is not the leaf at its place")


def check_levels(old: int, new: int, tiles: ExpandedTiles) -> None:
    """Check that every hash above level 0 that is new since `old` is the root of the full tile below it."""
    for level in range(1, levels_of(new)):
        first = old >> (HEIGHT * level)
        for tile in tiles_between(old, new, level=level):
            for column, found in enumerate(tiles.rows(tile)[0]):
                below = tile.index * WIDTH + column
                if below >= first and found != tiles.rows(Tile(level - 1, below))[HEIGHT][0]:
                    raise NotVerified("self-check: a hash is not the root of the tile below it")
