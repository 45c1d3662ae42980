"""Inclusion: this leaf is in that tree, at this index (RFC 9162, sections 2.1.3.1 and 2.1.3.2)."""

from collections.abc import Callable, Sequence

from registry.ledger.proof.encoding import HASH_BYTES
from registry.ledger.proof.errors import NotVerified
from registry.ledger.proof.merkle import largest_power_below, node_hash

Subtree = Callable[[int, int], bytes]
"""Gives the root over the leaves from a start (inclusive) to an end (exclusive)."""


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """Give the subtrees whose roots make the proof, from the leaf's sibling up to the root's child.

    Raises ValueError unless 0 <= index < size.
    """
    if not 0 <= index < size:
        message = "a proof of inclusion is for an index inside the tree"
        raise ValueError(message)
    start, end = 0, size
    ranges: list[tuple[int, int]] = []
    while end - start > 1:
        middle = start + largest_power_below(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def inclusion_proof(index: int, size: int, subtree: Subtree) -> tuple[bytes, ...]:
    """Make the proof for a leaf in the tree of a size."""
    return tuple(subtree(start, end) for start, end in inclusion_ranges(index, size))


def verify_inclusion(*, index: int, size: int, leaf: bytes, root: bytes, proof: Sequence[bytes]) -> None:
    """Hold a proof against a trusted root, in the numbers of RFC 9162 section 2.1.3.2; raises `NotVerified`.

    `leaf` is the hash of the leaf (see `leaf_hash`), `index` counts from 0.
    """
    if root_of_path(index=index, size=size, leaf=leaf, proof=proof) != root:
        raise NotVerified("inclusion: the path leads to another root")


def root_of_path(*, index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """Walk from a leaf to the root that its path leads to; raises `NotVerified` for a path of no tree of this size."""
    if any(len(each) != HASH_BYTES for each in (leaf, *proof)):
        raise NotVerified("inclusion: a hash has 32 bytes")
    # 1. The leaf is inside the tree.
    if not 0 <= index < size:
        raise NotVerified("inclusion: the index is outside the tree")
    # 2., 3. Walk from the leaf.
    first, last = index, size - 1
    running = leaf
    # 4. Each hash of the path is the sibling on its side.
    for sibling in proof:
        if last == 0:
            raise NotVerified("inclusion: the proof is too long")
        if first & 1 or first == last:
            running = node_hash(sibling, running)
            while first and not first & 1:
                first >>= 1
                last >>= 1
        else:
            running = node_hash(running, sibling)
        first >>= 1
        last >>= 1
    # 5. The walk ends at the root; whoever verifies holds it against the one that was signed.
    if last != 0:
        raise NotVerified("inclusion: the proof is too short")
    return running
