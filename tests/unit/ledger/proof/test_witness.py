"""A witness cosigns what follows from what it holds, and answers everything else with the status of its protocol."""

from dataclasses import replace
from itertools import count

import pytest

from registry.ledger.proof.checkpoint import Checkpoint
from registry.ledger.proof.errors import (
    BadSubmission,
    NotConsistent,
    NotSigned,
    NotVerified,
    NotWellFormed,
    StaleSize,
    UnknownOrigin,
    WitnessRefusal,
)
from registry.ledger.proof.merkle import EMPTY_ROOT
from registry.ledger.proof.policy import accept, parse_policy
from registry.ledger.proof.reading import ExpandedTiles, TileTree
from registry.ledger.proof.signed_note import MAXIMUM_NOTE, Note
from registry.ledger.proof.witness import (
    MAXIMUM_SUBMISSION,
    Follows,
    Submission,
    cosign,
    cosigned_note,
    decide,
    monitoring_path,
    parse_submission,
    with_cosignatures,
)
from tests.transparency import (
    FRANCE,
    FRANCE_KEY,
    LOG_ED25519,
    LOG_KEY,
    LOG_SUBTREE_KEY,
    NOW,
    ORIGIN,
    POLICY,
    SPAIN,
    SPAIN_KEY,
    MemoryLog,
    entry,
    flipped,
)

LOG = MemoryLog()
OLD = LOG.append([entry(number) for number in range(5)])
NEW = LOG.append([entry(number) for number in range(5, 300)])
PATH = TileTree(300, ExpandedTiles(LOG.read)).consistency(5)
EMPTY = Checkpoint(origin=ORIGIN, size=0, root=EMPTY_ROOT)
LOGS = {ORIGIN: (LOG_KEY, LOG_SUBTREE_KEY)}


def signed(checkpoint: Checkpoint) -> Note:
    return Note(text=checkpoint.text, signatures=(LOG_KEY.sign(checkpoint.text, LOG_ED25519.sign),))


def submitted(checkpoint: Checkpoint = NEW, *, old: int = 5, path: tuple[bytes, ...] = PATH) -> Submission:
    return Submission(old=old, path=path, note=signed(checkpoint))


def refusal(submission: Submission, held: Checkpoint | None = OLD) -> WitnessRefusal:
    with pytest.raises(WitnessRefusal) as refused:
        decide(submission, logs=LOGS, held=held)
    return refused.value


def test_a_larger_tree_with_its_proof_follows():
    follows = decide(parse_submission(submitted().raw), logs=LOGS, held=OLD)
    assert follows.checkpoint == NEW
    assert [each.key for each in follows.logs] == [LOG_KEY]


def test_the_first_checkpoint_of_a_log_follows_without_a_proof():
    for held in (None, EMPTY):
        assert decide(submitted(old=0, path=()), logs=LOGS, held=held).checkpoint == NEW
        assert decide(submitted(EMPTY, old=0, path=()), logs=LOGS, held=held).checkpoint == EMPTY


def test_the_same_checkpoint_may_be_cosigned_again():
    assert decide(submitted(old=300, path=()), logs=LOGS, held=NEW).checkpoint == NEW


def test_a_log_that_is_not_followed_is_not_found():
    found = refusal(submitted(replace(NEW, origin="registry.test/other")))
    assert (type(found), found.status) == (UnknownOrigin, 404)


def test_a_checkpoint_that_its_log_has_not_signed_is_forbidden():
    strange = Note(text=NEW.text, signatures=(FRANCE_KEY.sign(NEW.text, FRANCE.sign, timestamp=NOW),))
    broken = replace(signed(NEW), signatures=(*signed(NEW).signatures, *signed(OLD).signatures))
    for note in (strange, broken):
        found = refusal(Submission(old=5, path=PATH, note=note))
        assert (type(found), found.status) == (NotSigned, 403)


def test_a_log_does_not_go_backwards():
    for smaller in (OLD, replace(NEW, size=299)):
        found = refusal(submitted(smaller, old=300, path=()), held=NEW)
        assert (type(found), found.status) == (BadSubmission, 400)


@pytest.mark.parametrize(("held", "old"), [(OLD, 0), (OLD, 300), (None, 5), (NEW, 5)])
def test_another_size_is_a_conflict_that_names_the_held_one(held: Checkpoint | None, old: int):
    found = refusal(submitted(old=old), held=held)
    assert isinstance(found, StaleSize)
    assert (found.status, found.held) == (409, held.size if held else 0)


@pytest.mark.parametrize(
    ("submission", "held"),
    [
        (submitted(path=()), OLD),
        (submitted(path=(*PATH, PATH[0])), OLD),
        (submitted(path=(*PATH[:-1], flipped(PATH[-1], 0))), OLD),
        (submitted(replace(NEW, root=bytes(32))), OLD),
        (submitted(replace(NEW, root=bytes(32)), old=300, path=()), NEW),
        (submitted(old=300, path=PATH), NEW),
        (submitted(old=0, path=PATH), None),
        (submitted(replace(EMPTY, root=bytes(32)), old=0, path=()), None),
        (submitted(replace(EMPTY, root=bytes(32)), old=0, path=()), EMPTY),
    ],
    ids=count(),
)
def test_what_does_not_contain_the_held_tree_is_not_cosigned(submission: Submission, held: Checkpoint | None):
    found = refusal(submission, held=held)
    assert (type(found), found.status) == (NotConsistent, 422)


def test_a_fork_under_the_true_key_is_refused():
    fork = MemoryLog()
    fork.append([entry(number) for number in range(4)] + [b"another history"])
    forked = fork.append([entry(number) for number in range(5, 300)])
    path = TileTree(300, ExpandedTiles(fork.read)).consistency(5)
    assert refusal(submitted(forked, path=path)).status == 422


GOOD = submitted().raw


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 5\n",
        GOOD.replace(b"old 5", b"new 5"),
        GOOD.replace(b"old 5", b"old 05"),
        GOOD.replace(b"old 5", b"old  5"),
        GOOD.replace(b"old 5", b"old -5"),
        GOOD.replace(b"old 5\n", b"old 5\nAA==\n"),
        GOOD.replace(b"old 5\n", b"old 5\n" + b"A" * 43 + b"=\n" * 1 + (b"A" * 43 + b"=\n") * 63),
        GOOD.replace(b"old 5\n", b"\xff\n"),
        GOOD[:-1],
        GOOD.partition(b"\n\n")[0] + b"\n\n",
        b"old 0\n\n" + LOG_KEY.sign(b"no checkpoint\n", LOG_ED25519.sign).line,
        b"x" * (MAXIMUM_SUBMISSION + 1),
    ],
    ids=count(),
)
def test_another_form_is_a_bad_request(body: bytes):
    with pytest.raises(BadSubmission):
        parse_submission(body)


def test_a_signed_text_that_is_no_checkpoint_is_a_bad_request():
    text = b"no checkpoint\n"
    note = Note(text=text, signatures=(LOG_KEY.sign(text, LOG_ED25519.sign),))
    assert refusal(Submission(old=5, path=(), note=note)).status == 400


def cosigned() -> tuple[Follows, bytes]:
    follows = decide(submitted(), logs=LOGS, held=OLD)
    lines = cosign(follows, [(FRANCE_KEY, FRANCE.sign), (SPAIN_KEY, SPAIN.sign)], timestamp=NOW)
    return follows, b"".join(each.line for each in lines)


def test_the_answer_goes_under_the_logs_checkpoint_and_makes_the_quorum():
    _, answer = cosigned()
    stranger = replace(FRANCE_KEY, name="witness.xx.test").sign(NEW.text, FRANCE.sign, timestamp=NOW)
    note = with_cosignatures(signed(NEW), answer + stranger.line, [FRANCE_KEY, SPAIN_KEY])
    assert accept(note.raw, parse_policy(POLICY)).witnesses == (("fr", NOW), ("es", NOW))
    assert len(note.signatures) == 3
    assert with_cosignatures(note, answer, [FRANCE_KEY, SPAIN_KEY]) == note


def test_what_a_witness_serves_has_the_logs_signature_and_its_own():
    follows, answer = cosigned()
    served = cosigned_note(follows, cosign(follows, [(FRANCE_KEY, FRANCE.sign)], timestamp=NOW))
    assert [each.name for each in served.signatures] == [ORIGIN, FRANCE_KEY.name]
    assert served.signatures[1].line in answer


def test_a_log_has_one_place_under_a_witness():
    assert monitoring_path("log") == "836ff184e7b41b1e13cb5fd89fa1de98dbbab99e9d2918913ff43b86a5c7c213/checkpoint"


def test_a_cosignature_without_its_time_is_never_made():
    follows, _ = cosigned()
    with pytest.raises(ValueError, match="time"):
        cosign(follows, [(SPAIN_KEY, SPAIN.sign)], timestamp=0)


@pytest.mark.parametrize("answer", [b"", b"\n", b"no line\n", cosigned()[1][:-1], b"\xff\n", b"x" * (MAXIMUM_NOTE + 1)])
def test_an_answer_that_is_no_signature_is_refused(answer: bytes):
    with pytest.raises(NotWellFormed):
        with_cosignatures(signed(NEW), answer, [FRANCE_KEY])


def test_an_answer_that_does_not_verify_is_refused():
    _, answer = cosigned()
    with pytest.raises(NotVerified):
        with_cosignatures(signed(OLD), answer, [FRANCE_KEY])
    with pytest.raises(NotVerified, match="no signature"):
        with_cosignatures(signed(NEW), answer, [LOG_KEY])
