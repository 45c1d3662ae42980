"""A restored log asks before it signs: rolled back or forked, it stays silent until somebody has decided."""

from dataclasses import replace

import pytest

from registry.ledger.proof.checkpoint import Checkpoint
from registry.ledger.proof.errors import NotVerified
from registry.ledger.proof.merkle import EMPTY_ROOT
from registry.ledger.proof.restart import check_restart
from tests.transparency import ORIGIN, MemoryLog, entry

EMPTY = Checkpoint(origin=ORIGIN, size=0, root=EMPTY_ROOT)


def history(first: bytes = b"first") -> tuple[MemoryLog, list[Checkpoint]]:
    log = MemoryLog()
    return log, [
        log.append([first]),
        log.append([entry(number) for number in range(1, 300)]),
        log.append([entry(number) for number in range(300, 310)]),
    ]


def test_a_log_that_everybody_has_seen_the_beginning_of_goes_on():
    log, checkpoints = history()
    check_restart(checkpoints[-1], seen=[EMPTY, *checkpoints], read=log.read)
    check_restart(checkpoints[-1], seen=[], read=log.read)
    check_restart(EMPTY, seen=[EMPTY], read=MemoryLog().read)


def test_a_log_that_was_rolled_back_does_not_sign():
    log, checkpoints = history()
    with pytest.raises(NotVerified, match="rolled back"):
        check_restart(checkpoints[1], seen=checkpoints, read=log.read)
    with pytest.raises(NotVerified, match="rolled back"):
        check_restart(EMPTY, seen=checkpoints[:1], read=MemoryLog().read)


def test_a_log_that_went_on_from_a_backup_does_not_sign():
    log, ours = history(first=b"another first")
    _, theirs = history()
    for seen in theirs:
        with pytest.raises(NotVerified, match="forked"):
            check_restart(ours[-1], seen=[seen], read=log.read)


def test_a_store_that_is_not_what_was_signed_does_not_sign():
    log, checkpoints = history()
    with pytest.raises(NotVerified, match="our last checkpoint"):
        check_restart(replace(checkpoints[-1], root=EMPTY_ROOT), seen=[], read=log.read)


def test_a_checkpoint_of_another_log_says_nothing_of_this_one():
    log, checkpoints = history()
    with pytest.raises(NotVerified, match="another log"):
        check_restart(checkpoints[-1], seen=[replace(EMPTY, origin="registry.test/other")], read=log.read)
