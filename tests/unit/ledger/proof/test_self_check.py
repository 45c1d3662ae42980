"""A log signs what its tiles and bundles make, and nothing else; an auditor hashes every entry again."""

from dataclasses import replace

import pytest

from registry.ledger.proof.audit import audit
from registry.ledger.proof.checkpoint import Checkpoint
from registry.ledger.proof.errors import NotVerified, NotWellFormed, ProofError, TileMissing
from registry.ledger.proof.merkle import EMPTY_ROOT
from registry.ledger.proof.self_check import check_growth, sign_checkpoint
from registry.ledger.proof.signed_note import verify_note
from registry.ledger.proof.tiles import ENTRIES, Tile, levels_of, tiles_between
from tests.transparency import (
    FRANCE,
    LOG_KEY,
    LOG_SUBTREE_KEY,
    NOW,
    ORIGIN,
    SIGNER,
    SPAIN,
    MemoryLog,
    entry,
    flipped,
)


def grown(*sizes: int) -> tuple[MemoryLog, list[Checkpoint]]:
    """Grow a log to each size in turn; give it with its checkpoints."""
    log = MemoryLog()
    return log, [log.append([entry(number) for number in range(len(log.entries), size)]) for size in sizes]


def test_a_log_signs_as_it_grows():
    log, former = MemoryLog(), None
    for size in (0, 1, 2, 255, 256, 257, 257, 1_000, 65_535, 65_536, 66_000):
        proposed = log.append([entry(number) for number in range(len(log.entries), size)])
        note = sign_checkpoint(proposed, former=former, read=log.read, signer=SIGNER, timestamp=NOW)
        verified = verify_note(note, [LOG_KEY, LOG_SUBTREE_KEY])
        assert [(each.key, each.timestamp) for each in verified] == [(LOG_KEY, None), (LOG_SUBTREE_KEY, NOW)]
        assert note.text == proposed.text
        former = proposed


def test_another_root_is_not_signed():
    log, (former, proposed) = grown(5, 300)
    for wrong in (replace(proposed, root=former.root), replace(proposed, root=EMPTY_ROOT)):
        with pytest.raises(NotVerified, match="another root"):
            sign_checkpoint(wrong, former=former, read=log.read, signer=SIGNER, timestamp=NOW)


def test_a_smaller_tree_or_another_log_does_not_follow():
    log, (former, proposed) = grown(5, 300)
    for late, early in ((former, proposed), (proposed, replace(former, origin="registry.test/other"))):
        with pytest.raises(NotVerified, match="later state"):
            check_growth(late, former=early, read=log.read)


def test_a_rewritten_past_is_not_signed():
    _, (former,) = grown(200)
    for first in (b"rewritten", b""):
        other = MemoryLog()
        other.append([first] + [entry(number) for number in range(1, 200)])
        proposed = other.append([entry(number) for number in range(200, 300)])
        with pytest.raises(NotVerified, match=r"old root|another"):
            check_growth(proposed, former=former, read=other.read)


def test_two_roots_of_one_size_are_not_both_signed():
    log, (proposed,) = grown(200)
    with pytest.raises(NotVerified, match="one root"):
        check_growth(proposed, former=replace(proposed, root=EMPTY_ROOT), read=log.read)


def test_a_log_signs_under_its_own_name_and_no_extension_lines():
    log, (proposed,) = grown(2)
    for wrong in (replace(proposed, origin="registry.test/other"), replace(proposed, extensions=("x",))):
        with pytest.raises(ValueError, match="own name"):
            sign_checkpoint(wrong, former=None, read=log.read, signer=SIGNER, timestamp=NOW)


def test_a_signer_that_errs_publishes_nothing():
    log, (proposed,) = grown(2)
    for wrong in (replace(SIGNER, sign_ed25519=FRANCE.sign), replace(SIGNER, sign_ml_dsa_44=SPAIN.sign)):
        with pytest.raises(NotVerified):
            sign_checkpoint(proposed, former=None, read=log.read, signer=wrong, timestamp=NOW)


def touched(old: int, new: int) -> list[Tile]:
    """Give the bundles and tiles that growing from one size to the other writes."""
    return [tile for level in range(ENTRIES, levels_of(new)) for tile in tiles_between(old, new, level=level)]


@pytest.mark.parametrize(("old", "new"), [(0, 3), (1, 2), (64, 100), (250, 260), (500, 1_030)])
def test_a_bit_that_flips_in_anything_new_is_caught_before_signing(old: int, new: int):
    log, (former, proposed) = grown(old, new)
    check_growth(proposed, former=former, read=log.read)
    for tile in touched(old, new):
        row = log.rows[tile.level, tile.index]
        for bit in {0, 7, len(row) * 8 // 3, len(row) * 4, len(row) * 8 - 1}:
            log.rows[tile.level, tile.index] = flipped(row, bit)
            with pytest.raises(ProofError):
                check_growth(proposed, former=former, read=log.read)
        log.rows[tile.level, tile.index] = row


@pytest.mark.parametrize("bit", [0, 255, 256, 511])
def test_a_wrong_hash_of_a_full_tile_is_caught_even_where_the_writer_believes_it(bit: int):
    log, (former, _) = grown(250, 250)
    proposed = log.append([entry(number) for number in range(250, 600)])
    row = log.rows[1, 0]
    log.rows[1, 0] = flipped(row, bit)  # in the first or the second of two hashes, both new
    log.edge = replace(log.edge, levels=(log.edge.levels[0], log.rows[1, 0]))
    believed = log.checkpoint()
    assert believed.root != proposed.root
    with pytest.raises(NotVerified, match="tile below"):
        check_growth(believed, former=former, read=log.read)


def test_a_self_check_reads_what_is_new_and_the_right_edge_and_no_old_full_tile():
    log, (former, proposed) = grown(1_000, 1_100)
    asked: set[Tile] = set()

    def read(tile: Tile) -> bytes:
        asked.add(tile)
        return log.read(tile)

    check_growth(proposed, former=former, read=read)
    assert asked == {Tile(ENTRIES, 3), Tile(ENTRIES, 4, 76), Tile(0, 3), Tile(0, 4, 76), Tile(1, 0, 4)}


def test_a_tile_that_was_not_stored_is_missed():
    log, (former, proposed) = grown(250, 600)
    for tile in touched(250, 600):
        row = log.rows.pop((tile.level, tile.index))
        with pytest.raises(TileMissing):
            check_growth(proposed, former=former, read=log.read)
        log.rows[tile.level, tile.index] = row


@pytest.mark.parametrize("size", [0, 1, 256, 1_000])
def test_an_audit_sees_every_entry_and_makes_the_root(size: int):
    log, (checkpoint,) = grown(size)
    seen: list[bytes] = []

    def visit(first: int, entries: list[bytes]) -> None:
        assert first == len(seen)
        seen.extend(entries)

    done = audit(checkpoint, log.read, visit)
    assert (done.size, done.root) == (size, checkpoint.root)
    assert seen == [entry(number) for number in range(size)]
    assert audit(checkpoint, log.read) == done


def test_an_audit_of_an_older_checkpoint_reads_what_was_there_then():
    log, checkpoints = grown(3, 256, 700)
    for checkpoint in checkpoints:
        assert audit(checkpoint, log.read).size == checkpoint.size


def test_an_audit_refuses_another_root_and_a_broken_bundle():
    log, (checkpoint,) = grown(300)
    with pytest.raises(NotVerified, match="another root"):
        audit(replace(checkpoint, root=EMPTY_ROOT), log.read)
    with pytest.raises(NotWellFormed, match="bundle"):
        audit(checkpoint, lambda tile: log.read(tile)[:-1])
    with pytest.raises(NotVerified):
        audit(Checkpoint(origin=ORIGIN, size=0, root=bytes(32)), log.read)
