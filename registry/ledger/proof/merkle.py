"""The Merkle tree of RFC 6962 section 2.1 (kept by RFC 9162): hashes of leaves, nodes and whole trees.

A leaf and a node are hashed with different first bytes, so that no node can pass for an entry. The tree over n
leaves splits at the largest power of two below n; pairing neighbours level by level and carrying an odd last one
up gives the same tree, and needs no recursion.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final

EMPTY_ROOT: Final = sha256(b"").digest()
"""The root of the tree without leaves."""
ROW: Final = 256
"""Hashes in a full row of `RunningRoot`: a tile's width, though any width would give the same root."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry's bytes as a leaf."""
    return sha256(b"\x00" + entry).digest()


def leaf_hashes(entries: Iterable[bytes]) -> list[bytes]:
    """Hash many entries, without a call for each."""
    return [sha256(b"\x00" + entry).digest() for entry in entries]


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into the one above them."""
    return sha256(b"\x01" + left + right).digest()


def tree_root(hashes: Sequence[bytes]) -> bytes:
    """Give the root over hashes of leaves, or over equally high complete subtrees and a last, smaller one."""
    level = list(hashes) or [EMPTY_ROOT]
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        level = [
            sha256(b"\x01" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=False)
        ] + odd
    return level[0]


def largest_power_below(number: int) -> int:
    """Give the largest power of two below a number that is at least 2: where a tree of that size splits."""
    return 1 << ((number - 1).bit_length() - 1)


class RunningRoot:
    """The root of a log while its leaves stream past, in the memory of a few rows; a reader's own arithmetic.

    It shares only `tree_root` with the code that writes tiles, which the tests hold to the definition.
    """

    def __init__(self) -> None:
        """Begin with the empty tree."""
        self.size = 0
        self._rows: list[list[bytes]] = [[]]

    def add(self, leaves: Sequence[bytes]) -> None:
        """Append the hashes of leaves."""
        at = 0
        while at < len(leaves):
            row = self._rows[0]
            taken = leaves[at : at + ROW - len(row)]
            row += taken
            at += len(taken)
            if len(row) == ROW:
                self._carry()
        self.size += len(leaves)

    def root(self) -> bytes:
        """Give the root over everything that was added."""
        below: list[bytes] = []
        for row in self._rows:
            if row or below:
                below = [tree_root([*row, *below])]
        return below[0] if below else EMPTY_ROOT

    def _carry(self) -> None:
        height = 0
        while len(self._rows[height]) == ROW:
            if height + 1 == len(self._rows):
                self._rows.append([])
            self._rows[height + 1].append(tree_root(self._rows[height]))
            self._rows[height] = []
            height += 1
