"""However a log grows and breaks off, every checkpoint contains the earlier ones, and nothing altered passes."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from registry.ledger.proof.audit import audit
from registry.ledger.proof.checkpoint import Checkpoint, parse_checkpoint
from registry.ledger.proof.consistency import verify_consistency
from registry.ledger.proof.errors import NotVerified, ProofError
from registry.ledger.proof.growth import EMPTY_EDGE, edge_root, grow, read_edge
from registry.ledger.proof.inclusion import verify_inclusion
from registry.ledger.proof.merkle import leaf_hash, tree_root
from registry.ledger.proof.policy import accept, parse_policy
from registry.ledger.proof.reading import ExpandedTiles, TileTree
from registry.ledger.proof.self_check import sign_checkpoint
from registry.ledger.proof.signed_note import Note, parse_note
from registry.ledger.proof.tiles import ENTRIES, Tile, entries_of, tile_of_path, tiles_between, to_bundle
from registry.ledger.proof.tlog_proof import TlogProof, parse_tlog_proof, verify_tlog_proof
from registry.ledger.proof.vkey import parse_vkey, to_vkey
from registry.ledger.proof.witness import Submission, decide, parse_submission
from tests.transparency import (
    FRANCE,
    FRANCE_KEY,
    LOG_KEY,
    LOG_SUBTREE_KEY,
    NOW,
    ORIGIN,
    POLICY,
    SIGNER,
    SPAIN,
    SPAIN_KEY,
    MemoryLog,
    entry,
    flipped,
)

HASHES = st.binary(min_size=32, max_size=32)
BATCHES = st.lists(st.integers(0, 300) | st.sampled_from([1, 255, 256, 257]), min_size=1, max_size=5)
LINES = st.text(st.characters(exclude_categories=["Cs"], min_codepoint=32), min_size=1, max_size=40)
SIZES = st.integers(0, 2**63 - 1)
BITS = st.integers(0, 2**20)


def log_of(batches: list[int]) -> tuple[MemoryLog, list[Checkpoint]]:
    log = MemoryLog()
    checkpoints = [log.append([entry(len(log.entries) + nth) for nth in range(batch)]) for batch in batches]
    return log, checkpoints


@given(BATCHES)
def test_tiles_written_in_batches_are_those_of_the_whole_tree(batches: list[int]):
    log, _ = log_of(batches)
    leaves = [leaf_hash(each) for each in log.entries]
    whole = grow(EMPTY_EDGE, leaves)
    assert log.edge == whole.edge == read_edge(len(leaves), log.read)
    assert edge_root(log.edge) == tree_root(leaves)
    assert {(tile.level, tile.index): data for tile, data in whole.tiles} == {
        place: row for place, row in log.rows.items() if place[0] != ENTRIES
    }


@given(BATCHES, st.data())
def test_every_leaf_is_proved_in_every_later_tree_from_its_tiles(batches: list[int], data: st.DataObject):
    log, checkpoints = log_of([*batches, 1])
    index = data.draw(st.integers(0, len(log.entries) - 1))
    tiles = ExpandedTiles(log.read)
    for checkpoint in checkpoints:
        if index < checkpoint.size:
            proof = TileTree(checkpoint.size, tiles).inclusion(index)
            leaf = leaf_hash(log.entries[index])
            verify_inclusion(index=index, size=checkpoint.size, leaf=leaf, root=checkpoint.root, proof=proof)


class LogThatCrashes(RuleBasedStateMachine):
    """Appends, publishes, and loses power between the two; a witness follows what was published."""

    def __init__(self) -> None:
        super().__init__()
        self.log = MemoryLog()
        self.published: list[Checkpoint] = []
        self.drawn = 0

    @rule(count=st.integers(1, 90) | st.sampled_from([255, 256]))
    def append(self, count: int) -> None:
        # After a crash other entries may come: what was never signed binds nobody.
        self.log.append([entry(self.drawn + number) for number in range(count)])
        self.drawn += count

    @rule()
    def publish(self) -> None:
        former = self.published[-1] if self.published else None
        proposed = self.log.checkpoint()
        note = sign_checkpoint(proposed, former=former, read=self.log.read, signer=SIGNER, timestamp=NOW)
        path = TileTree(proposed.size, ExpandedTiles(self.log.read)).consistency(former.size) if self.contains() else ()
        submission = Submission(old=former.size if former else 0, path=path, note=parse_note(note.raw))
        decide(parse_submission(submission.raw), logs={ORIGIN: (LOG_KEY, LOG_SUBTREE_KEY)}, held=former)
        self.published.append(proposed)

    @precondition(lambda self: self.published)
    @rule()
    def crash(self) -> None:
        size = self.published[-1].size
        del self.log.entries[size:]
        self.log.edge = read_edge(size, self.log.read)
        assert self.log.checkpoint() == self.published[-1]

    def contains(self) -> bool:
        return bool(self.published and self.published[-1].size)

    def teardown(self) -> None:
        """The last checkpoint contains every earlier one, and its entries make its root."""
        if not self.published:
            return
        last = self.published[-1]
        audit(last, self.log.read)
        tree = TileTree(last.size, ExpandedTiles(self.log.read))
        for old in self.published:
            if old.size:
                proof = tree.consistency(old.size)
                verify_consistency(old=old.size, new=last.size, old_root=old.root, new_root=last.root, proof=proof)


TestLogThatCrashes = LogThatCrashes.TestCase
# A log that has broken off a few times has seen what there is to see; every step signs and hashes.
TestLogThatCrashes.settings = settings(stateful_step_count=16)


LOG, (CHECKPOINT,) = log_of([700])
PUBLISHED = sign_checkpoint(CHECKPOINT, former=None, read=LOG.read, signer=SIGNER, timestamp=NOW)
TEXT = CHECKPOINT.text
NOTE = replace(
    PUBLISHED,
    signatures=(
        *PUBLISHED.signatures,
        FRANCE_KEY.sign(TEXT, FRANCE.sign, timestamp=NOW),
        SPAIN_KEY.sign(TEXT, SPAIN.sign, timestamp=NOW),
    ),
)
TRUST = parse_policy(POLICY)
TREE = TileTree(700, ExpandedTiles(LOG.read))


@given(BITS)
def test_a_note_with_a_bit_changed_is_refused_or_says_the_same(bit: int):
    raw = flipped(NOTE.raw, bit % (len(NOTE.raw) * 8))
    try:
        accepted = accept(raw, TRUST)
    except ProofError:
        return
    # The log's second signature is of a key that this policy does not name: it may be anything.
    assert parse_note(raw).text == TEXT
    assert (accepted.checkpoint, accepted.witnesses) == (CHECKPOINT, (("fr", NOW), ("es", NOW)))
    assert parse_note(raw).signatures[1] != NOTE.signatures[1]


@given(st.integers(0, 699), BITS)
def test_a_proof_with_a_bit_of_its_path_changed_is_refused(index: int, bit: int):
    path = b"".join(TREE.inclusion(index))
    altered = flipped(path, bit % (len(path) * 8))
    hashes = tuple(altered[at : at + 32] for at in range(0, len(altered), 32))
    proof = TlogProof(index=index, path=hashes, checkpoint=NOTE.raw)
    with pytest.raises(NotVerified):
        verify_tlog_proof(parse_tlog_proof(proof.raw), leaf=leaf_hash(entry(index)), policy=TRUST)


@given(st.integers(0, 699), BITS)
def test_an_entry_with_a_bit_changed_is_refused(index: int, bit: int):
    altered = flipped(entry(index), bit % (len(entry(index)) * 8))
    proof = TlogProof(index=index, path=TREE.inclusion(index), checkpoint=NOTE.raw)
    with pytest.raises(NotVerified):
        verify_tlog_proof(proof, leaf=leaf_hash(altered), policy=TRUST)


@given(st.integers(1, 699), st.integers(0, 32 * 8 - 1), st.data())
def test_a_consistency_proof_with_a_bit_changed_is_refused(old: int, bit: int, data: st.DataObject):
    path = TREE.consistency(old)
    nth = data.draw(st.integers(0, len(path) - 1))
    given_roots = {"old_root": TileTree(old, ExpandedTiles(LOG.read)).root(), "new_root": CHECKPOINT.root}
    verify_consistency(old=old, new=700, proof=path, **given_roots)
    altered = (*path[:nth], flipped(path[nth], bit), *path[nth + 1 :])
    with pytest.raises(NotVerified):
        verify_consistency(old=old, new=700, proof=altered, **given_roots)


@given(st.integers(0, 699), st.sampled_from([*tiles_between(0, 700, level=0), *tiles_between(0, 700, level=1)]), BITS)
def test_a_proof_from_a_tile_with_a_bit_changed_is_refused_or_the_same(index: int, tile: Tile, bit: int):
    def read(asked: Tile) -> bytes:
        data = LOG.read(asked)
        return flipped(data, bit % (len(data) * 8)) if asked == tile else data

    path = TileTree(700, ExpandedTiles(read)).inclusion(index)
    if path == TREE.inclusion(index):
        return  # the leaf itself, or a hash that this proof does not need
    with pytest.raises(NotVerified):
        verify_inclusion(index=index, size=700, leaf=leaf_hash(entry(index)), root=CHECKPOINT.root, proof=path)


@given(st.sampled_from([*tiles_between(0, 700, level=ENTRIES)]), BITS)
def test_an_audit_of_a_bundle_with_a_bit_changed_is_refused(bundle: Tile, bit: int):
    def read(asked: Tile) -> bytes:
        data = LOG.read(asked)
        return flipped(data, bit % (len(data) * 8)) if asked == bundle else data

    with pytest.raises(ProofError):
        audit(CHECKPOINT, read)


@given(LINES, SIZES, HASHES, st.lists(LINES, max_size=3).map(tuple))
def test_a_checkpoint_is_read_as_it_was_written(origin: str, size: int, root: bytes, extensions: tuple[str, ...]):
    checkpoint = Checkpoint(origin=origin, size=size, root=root, extensions=extensions)
    assert parse_checkpoint(checkpoint.text) == checkpoint
    note = Note(text=checkpoint.text, signatures=NOTE.signatures)
    assert parse_note(note.raw) == note


@given(st.integers(-1, 63), st.integers(0, 2**55), st.integers(1, 256))
def test_a_tile_is_found_under_its_path(level: int, index: int, width: int):
    tile = Tile(level, index, width)
    assert tile_of_path(tile.path) == tile


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_a_bundle_is_read_as_it_was_written(entries: list[bytes]):
    assert entries_of(Tile(ENTRIES, 0, len(entries)), to_bundle(entries)) == entries


READERS = (
    (parse_note, NOTE.raw),
    (parse_checkpoint, TEXT),
    (parse_policy, POLICY),
    (parse_tlog_proof, TlogProof(index=5, path=TREE.inclusion(5), checkpoint=NOTE.raw, extra=b"x").raw),
    (parse_submission, Submission(old=9, path=TREE.consistency(9), note=NOTE).raw),
    (lambda raw: parse_vkey(raw.decode("utf-8", "surrogateescape")), to_vkey(FRANCE_KEY).encode()),
    (lambda raw: tile_of_path(raw.decode("utf-8", "surrogateescape")), b"tile/0/x001/234.p/5"),
    (lambda raw: entries_of(Tile(ENTRIES, 0, 2), raw), to_bundle([b"a", b"bc"])),
    (lambda raw: accept(raw, TRUST), NOTE.raw),
)


@given(st.sampled_from(READERS), st.data())
def test_whatever_is_read_is_taken_or_refused_and_nothing_falls_over(reader, data: st.DataObject):
    read, good = reader
    start = data.draw(st.integers(0, len(good)))
    end = data.draw(st.integers(start, min(len(good), start + 40)))
    junk = data.draw(st.binary(max_size=40) | LINES.map(str.encode) | st.just(good[start:end] * 2))
    try:
        read(good[:start] + junk + good[end:])
    except ProofError as refused:
        assert str(refused)  # noqa: PT017 (that it is this error is the point; it need not be raised)
