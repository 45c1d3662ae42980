"""Consistency: the smaller tree is the beginning of the larger one (RFC 9162, sections 2.1.4.1 and 2.1.4.2)."""

from collections.abc import Sequence

from registry.ledger.proof.encoding import HASH_BYTES
from registry.ledger.proof.errors import NotVerified
from registry.ledger.proof.inclusion import Subtree
from registry.ledger.proof.merkle import largest_power_below, node_hash


def consistency_ranges(old: int, new: int) -> list[tuple[int, int]]:
    """Give the subtrees whose roots make the proof from the tree of size `old` to that of size `new`.

    Raises ValueError unless 0 < old <= new: from the empty tree there is nothing to prove.
    """
    if not 0 < old <= new:
        message = "a proof of consistency goes from a tree with leaves to one at least as large"
        raise ValueError(message)
    start, end = 0, new
    ranges: list[tuple[int, int]] = []
    while end != old:
        middle = start + largest_power_below(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    # The old tree itself is known to whoever asks; a part of it is not.
    if start:
        ranges.append((start, end))
    return ranges[::-1]


def consistency_proof(old: int, new: int, subtree: Subtree) -> tuple[bytes, ...]:
    """Make the proof between two sizes of one tree."""
    return tuple(subtree(start, end) for start, end in consistency_ranges(old, new))


def verify_consistency(*, old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Hold a proof against two trusted roots, in the numbers of RFC 9162 section 2.1.4.2; raises `NotVerified`.

    From the empty tree nothing is verified, not even nothing: every tree contains it, so that a yes would say
    nothing of either root. Whoever holds no earlier checkpoint has nothing to compare, and should know it.
    """
    if any(len(each) != HASH_BYTES for each in proof):
        raise NotVerified("consistency: a hash has 32 bytes")
    if old <= 0 or old > new:
        raise NotVerified("consistency: the old tree has leaves and is not larger than the new one")
    if old == new:
        if proof or old_root != new_root:
            raise NotVerified("consistency: two roots of one size are one root, without a proof")
        return
    # 1. There is a path.
    if not proof:
        raise NotVerified("consistency: there is no proof")
    # 2. Where the old tree is a complete subtree of the new one, its root begins the path.
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    _walk(old, new, path, old_root, new_root)


def _walk(old: int, new: int, path: list[bytes], old_root: bytes, new_root: bytes) -> None:
    # 3., 4. Climb to where the two right edges part.
    first, last = old - 1, new - 1
    while first & 1:
        first >>= 1
        last >>= 1
    # 5. Both walks begin at the same subtree.
    old_running = new_running = path[0]
    # 6. What is to the left belongs to both trees, what is to the right only to the new one.
    for sibling in path[1:]:
        if last == 0:
            raise NotVerified("consistency: the proof is too long")
        if first & 1 or first == last:
            old_running = node_hash(sibling, old_running)
            new_running = node_hash(sibling, new_running)
            while first and not first & 1:
                first >>= 1
                last >>= 1
        else:
            new_running = node_hash(new_running, sibling)
        first >>= 1
        last >>= 1
    # 7. Both walks end at their roots.
    if last != 0:
        raise NotVerified("consistency: the proof is too short")
    if old_running != old_root:
        raise NotVerified("consistency: the path leads to another old root")
    if new_running != new_root:
        raise NotVerified("consistency: the path leads to another new root")
