"""Hashes of leaves, nodes and trees, and the proofs between them, held to the definition and to each other."""

import pytest

from registry.ledger.proof.consistency import consistency_proof, consistency_ranges, verify_consistency
from registry.ledger.proof.errors import NotVerified
from registry.ledger.proof.inclusion import inclusion_proof, inclusion_ranges, verify_inclusion
from registry.ledger.proof.merkle import (
    EMPTY_ROOT,
    RunningRoot,
    largest_power_below,
    leaf_hash,
    leaf_hashes,
    node_hash,
    tree_root,
)
from tests.transparency import entry, root_by_definition

LEAVES = [leaf_hash(entry(number)) for number in range(70)]


def subtree(start: int, end: int) -> bytes:
    return tree_root(LEAVES[start:end])


def test_the_empty_tree_is_the_hash_of_nothing():
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert tree_root([]) == RunningRoot().root() == EMPTY_ROOT


def test_a_leaf_and_a_node_of_the_same_bytes_are_not_the_same():
    left, right = LEAVES[:2]
    assert leaf_hash(left + right) != node_hash(left, right)
    assert leaf_hashes([b"", left]) == [leaf_hash(b""), leaf_hash(left)]
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


@pytest.mark.parametrize("size", range(71))
def test_the_root_is_that_of_the_definition(size: int):
    assert tree_root(LEAVES[:size]) == root_by_definition(LEAVES[:size])


def test_a_tree_splits_at_the_largest_power_of_two_below_its_size():
    assert [largest_power_below(size) for size in (2, 3, 4, 5, 8, 9, 256, 257)] == [1, 2, 2, 4, 4, 8, 128, 256]


def test_every_leaf_of_every_tree_is_proved_and_no_other_place():
    for size in range(1, 40):
        root = subtree(0, size)
        for index in range(size):
            proof = inclusion_proof(index, size, subtree)
            verify_inclusion(index=index, size=size, leaf=LEAVES[index], root=root, proof=proof)
            with pytest.raises(NotVerified):
                verify_inclusion(index=index + 1, size=size, leaf=LEAVES[index], root=root, proof=proof)
            with pytest.raises(NotVerified, match="too long"):
                verify_inclusion(index=index, size=size, leaf=LEAVES[index], root=root, proof=(*proof, root))


def test_every_tree_is_the_beginning_of_every_larger_one():
    for new in range(1, 40):
        for old in range(1, new + 1):
            proof = consistency_proof(old, new, subtree)
            roots = {"old_root": subtree(0, old), "new_root": subtree(0, new)}
            verify_consistency(old=old, new=new, proof=proof, **roots)
            with pytest.raises(NotVerified, match=r"too long|without a proof"):
                verify_consistency(old=old, new=new, proof=(*proof, LEAVES[0]), **roots)
            with pytest.raises(NotVerified):
                verify_consistency(old=old, new=new + 1, proof=proof, **roots | {"new_root": LEAVES[0]})


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 4), (4, 4)])
def test_there_is_no_proof_for_a_leaf_outside_the_tree(index: int, size: int):
    with pytest.raises(ValueError, match="inside"):
        inclusion_ranges(index, size)
    with pytest.raises(NotVerified):
        verify_inclusion(index=index, size=size, leaf=LEAVES[0], root=LEAVES[0], proof=())


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 1), (2, 1), (-1, 3)])
def test_there_is_no_proof_from_an_empty_or_to_a_smaller_tree(old: int, new: int):
    with pytest.raises(ValueError, match="with leaves"):
        consistency_ranges(old, new)
    with pytest.raises(NotVerified, match="old tree"):
        verify_consistency(old=old, new=new, old_root=EMPTY_ROOT, new_root=EMPTY_ROOT, proof=())


def test_a_proof_that_is_cut_short_is_refused():
    proof = inclusion_proof(5, 13, subtree)
    with pytest.raises(NotVerified, match="too short"):
        verify_inclusion(index=5, size=13, leaf=LEAVES[5], root=subtree(0, 13), proof=proof[:-1])
    between = consistency_proof(6, 13, subtree)
    with pytest.raises(NotVerified, match="too short"):
        verify_consistency(old=6, new=13, old_root=subtree(0, 6), new_root=subtree(0, 13), proof=between[:-1])


def test_a_hash_of_another_length_is_refused_wherever_it_stands():
    with pytest.raises(NotVerified, match="32 bytes"):
        verify_inclusion(index=0, size=2, leaf=LEAVES[0], root=subtree(0, 2), proof=(LEAVES[1][:31],))
    with pytest.raises(NotVerified, match="32 bytes"):
        verify_inclusion(index=0, size=2, leaf=LEAVES[0] + b"\0", root=subtree(0, 2), proof=LEAVES[1:2])
    with pytest.raises(NotVerified, match="32 bytes"):
        verify_consistency(old=1, new=2, old_root=LEAVES[0], new_root=subtree(0, 2), proof=(LEAVES[1] + b"\0",))


def test_two_roots_of_one_size_are_one_root():
    verify_consistency(old=3, new=3, old_root=LEAVES[0], new_root=LEAVES[0], proof=())
    with pytest.raises(NotVerified, match="one root"):
        verify_consistency(old=3, new=3, old_root=LEAVES[0], new_root=LEAVES[1], proof=())


def test_a_root_runs_along_with_the_leaves_across_rows():
    running, leaves = RunningRoot(), [leaf_hash(entry(number)) for number in range(66_000)]
    done = 0
    for size in (0, 1, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 66_000):
        running.add(leaves[done:size])
        done = size
        assert running.size == size
        assert running.root() == tree_root(leaves[:size])
