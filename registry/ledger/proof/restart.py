"""After a start, before the first signature: was this log rolled back, has it forked? Restoring a backup does both.

An honest log forks when an old backup is restored and signed on. The witnesses remember what the backup does not; so
they are asked first, and so is whatever the log itself keeps of its last checkpoints outside the database.
"""

from collections.abc import Iterable

from registry.ledger.proof.checkpoint import Checkpoint
from registry.ledger.proof.errors import NotVerified
from registry.ledger.proof.reading import ExpandedTiles, TileTree
from registry.ledger.proof.tiles import ReadTile


def check_restart(ours: Checkpoint, *, seen: Iterable[Checkpoint], read: ReadTile) -> None:
    """Hold our tree against verified checkpoints that others have of this log, or that it kept elsewhere.

    Raises `NotVerified`: then nothing is signed until an operator has decided. That no witness answered is not
    told here: whoever asks them knows who did not answer.
    """
    tiles = ExpandedTiles(read)
    # 1. The store has the tree that we take for ours.
    if TileTree(ours.size, tiles).root() != ours.root:
        raise NotVerified("restart: the tiles make another root than our last checkpoint's")
    for theirs in seen:
        # 2. They speak of this log.
        if theirs.origin != ours.origin:
            raise NotVerified("restart: a checkpoint of another log")
        # 3. Nobody has seen a larger tree: otherwise we were rolled back.
        if theirs.size > ours.size:
            raise NotVerified("restart: somebody holds a larger tree of this log; it was rolled back")
        # 4. Where theirs ended, ours had the same root: otherwise one of the two is a fork.
        if TileTree(theirs.size, tiles).root() != theirs.root:
            raise NotVerified("restart: somebody holds another tree of a size that ours had; it has forked")
