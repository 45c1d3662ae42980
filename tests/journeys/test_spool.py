"""When the store is down: an answer is kept on our own disk before it is given, and folded in afterwards."""

import asyncio
from dataclasses import replace
from functools import partial

import orjson
import pytest

from registry import fittings
from registry.answers import MAXIMUM_SPOOL, Spool
from registry.errors import KeyErased, NoKey, Tampered, Unavailable
from registry.events.check import AnswerGiven
from registry.ledger.rows import Put
from registry.signing import signed_digest
from registry.vault.audit import open_query
from registry.vault.keys import erased
from registry.vault.rows import key_row
from registry.views.police import SUBJECT_KEY
from tests.given import ORDER, ref
from tests.journeys.house import CANARIES, COURT, POLICE, entering, question


class Away:
    """A writer whose store is down; implements the port."""

    def submit(self, work, /, *, urgent=True):  # noqa: ARG002  # the shape of the port
        raise Unavailable("store-unavailable")

    def perform(self, work, /, *, urgent=True, timeout=30.0):  # noqa: ARG002  # the shape of the port
        raise Unavailable("store-unavailable")


@pytest.fixture
def spool(tmp_path):
    return Spool(path=tmp_path / "answers.spool")


async def checked_without_store(house, spool):
    down = replace(house.executor, writer=Away())
    return await replace(house.checker, executor=down, spool=spool).check(question(), principal=POLICE)


def answers(house):
    return [fact.event for fact in house.facts() if isinstance(fact.event, AnswerGiven)]


async def test_without_a_store_an_answer_is_kept_first_and_says_so(house, spool):
    await house.executor.execute(entering(), principal=COURT)
    answer = await checked_without_store(house, spool)
    assert answer.receipt.spooled
    assert answer.receipt.position == 0
    (kept,) = spool.waiting()
    assert kept.event.spooled
    assert kept.event.check_ref == answer.check_ref
    assert answers(house) == []


async def test_what_was_kept_is_folded_in_once_however_often_it_is_tried(house, spool):
    await house.executor.execute(entering(), principal=COURT)
    answer = await checked_without_store(house, spool)
    checker = replace(house.checker, spool=spool)
    (kept,) = spool.waiting()
    assert await checker.fold_spool() == 1
    assert spool.waiting() == ()
    spool.keep(kept)  # as after a crash between the commit and the clearing of the file
    assert await checker.fold_spool() == 1
    (folded,) = answers(house)
    assert folded.spooled
    assert folded.check_ref == answer.check_ref
    assert [order.word for order in folded.answered] == [order.word for order in answer.orders]


async def test_an_answer_that_comes_in_while_folding_is_not_forgotten(house, spool):
    await house.executor.execute(entering(), principal=COURT)
    await checked_without_store(house, spool)
    first = spool.waiting()
    await checked_without_store(house, spool)
    spool.settle({each.fact_id for each in first})
    (left,) = spool.waiting()
    assert left.fact_id != first[0].fact_id


def question_of(house, event, stream, fact_id):
    query, commitment = open_query(
        event.query, ledger=house.executor.ledger_id, stream=stream, fact_id=fact_id, ring=house.another_ring()
    )
    assert commitment == event.commitment
    return orjson.loads(query)


async def test_an_answer_kept_with_the_first_key_is_folded_in_though_another_answer_saved_that_key(house, spool):
    """The store comes back, and an officer asks before the spool was looked at."""
    await house.executor.execute(entering(), principal=COURT)
    await checked_without_store(house, spool)
    checker = replace(house.checker, spool=spool)
    await checker.check(question(), principal=POLICE)
    assert await checker.fold_spool() == 1
    assert spool.waiting() == ()
    assert sorted(event.spooled for event in answers(house)) == [False, True]


async def test_an_answer_kept_with_a_key_that_lost_is_sealed_again_under_the_one_that_stands(house, spool):
    """Another process, which made a key of its own, was first."""
    await house.executor.execute(entering(), principal=COURT)
    answer = await checked_without_store(house, spool)
    (kept,) = spool.waiting()
    other = replace(house.checker, executor=replace(house.executor, ring=house.another_ring()))
    await other.check(question(), principal=POLICE)
    assert await replace(house.checker, spool=spool).fold_spool() == 1
    recorded = next(fact for fact in house.facts() if fact.fact_id == kept.fact_id)
    assert (recorded.event.commitment, recorded.event.signed) == (kept.event.commitment, signed_digest(answer.signed))
    assert question_of(house, recorded.event, recorded.stream, recorded.fact_id)["order_ref"] == str(ORDER)
    assert len(answers(house)) == 2


def erase_key(house, subject):
    row = key_row(erased(house.subject_key(subject), house.clock.now))
    house.ledger.writer.perform(
        lambda unit: unit.append(ref("erasing"), [], expected_version=0, rows=[Put(table=SUBJECT_KEY, row=row)])
    )


@pytest.mark.parametrize("own_key", [True, False])
async def test_what_was_answered_is_recorded_though_the_key_of_the_question_was_erased_meanwhile(house, spool, own_key):
    await house.executor.execute(entering(), principal=COURT)
    if own_key:
        await checked_without_store(house, spool)
    other = replace(house.checker, executor=replace(house.executor, ring=house.another_ring()))
    await (other if own_key else house.checker).check(question(), principal=POLICE)
    if not own_key:
        await checked_without_store(house, spool)
    (kept,) = spool.waiting()
    assert (kept.new_key is not None) == own_key
    erase_key(house, kept.subject)
    assert await replace(house.checker, spool=spool).fold_spool() == 1
    recorded = next(fact for fact in house.facts() if fact.fact_id == kept.fact_id)
    with pytest.raises((KeyErased, Tampered)):
        question_of(house, recorded.event, recorded.stream, recorded.fact_id)


def of_france_alone(unwrap, jurisdiction, epoch, wrapped, /):
    if jurisdiction != "FR":
        raise NoKey("a jurisdiction has no key yet")
    return unwrap(jurisdiction, epoch, wrapped)


async def test_an_answer_that_cannot_be_recorded_yet_stays_and_those_after_it_are_folded_in(house, spool, caplog):
    await house.executor.execute(entering(), principal=COURT)
    await checked_without_store(house, spool)
    (kept,) = spool.waiting()
    spool.settle({kept.fact_id})
    stuck = replace(kept, fact_id=ref("stuck"), new_key=replace(kept.new_key, key_id=bytes(16), jurisdiction="ES"))
    spool.keep(stuck)
    spool.keep(kept)
    other = replace(house.checker, executor=replace(house.executor, ring=house.another_ring()))
    await other.check(question(), principal=POLICE)
    house.keeper.unwrap = partial(of_france_alone, house.keeper.unwrap)
    for folded in (1, 0):
        assert await replace(house.checker, spool=spool).fold_spool() == folded
        assert [each.fact_id for each in spool.waiting()] == [stuck.fact_id]
    assert spool.length() == 1
    assert len(answers(house)) == 2
    assert "an answer stays in the spool: _Stays" in caplog.text


async def test_what_was_folded_in_before_the_store_went_again_is_settled(house, spool):
    await house.executor.execute(entering(), principal=COURT)
    await checked_without_store(house, spool)
    await checked_without_store(house, spool)

    class Once:
        left = 1

        async def submit(self, work, /, *, urgent=True):
            if not self.left:
                raise Unavailable("store-unavailable")
            self.left -= 1
            return await house.executor.writer.submit(work, urgent=urgent)

    away = replace(house.checker, spool=spool, executor=replace(house.executor, writer=Once()))
    with pytest.raises(Unavailable):
        await away.fold_spool()
    assert spool.length() == 1
    assert len(answers(house)) == 1


async def test_whatever_goes_wrong_once_the_spool_is_looked_at_again(monkeypatch):
    looked = []
    done = asyncio.Event()

    class Jammed:
        async def fold_spool(self):
            looked.append(1)
            if len(looked) == 1:
                raise Unavailable("store-unavailable")
            if len(looked) == 2:
                raise OSError
            done.set()

    monkeypatch.setattr(fittings, "SPOOL_SECONDS", 0)
    task = asyncio.create_task(fittings.fold_spool(Jammed()))
    await asyncio.wait_for(done.wait(), 10)
    task.cancel()
    assert len(looked) >= 3


async def test_without_store_and_without_spool_no_answer_leaves(house, tmp_path):
    await house.executor.execute(entering(), principal=COURT)
    with pytest.raises(Unavailable):
        await checked_without_store(house, None)
    nowhere = Spool(path=tmp_path / "no-such-folder" / "answers.spool")
    with pytest.raises(Unavailable, match="answer-not-kept"):
        await checked_without_store(house, nowhere)


async def test_a_full_spool_takes_no_more(house, spool):
    await house.executor.execute(entering(), principal=COURT)
    with spool.path.open("wb") as file:
        file.truncate(MAXIMUM_SPOOL)
    with pytest.raises(Unavailable, match="spool-full"):
        await checked_without_store(house, spool)


async def test_a_torn_line_is_left_out_and_nothing_after_it_is_lost(house, spool):
    await house.executor.execute(entering(), principal=COURT)
    await checked_without_store(house, spool)
    (kept,) = spool.waiting()
    with spool.path.open("ab") as file:
        file.write(b'{"stream":"torn')
    assert spool.waiting() == (kept,)
    spool.keep(kept)
    assert spool.waiting() == (kept, kept)


async def test_the_spool_is_ours_alone_and_shows_no_name(house, spool):
    await house.executor.execute(entering(), principal=COURT)
    await checked_without_store(house, spool)
    assert spool.path.stat().st_mode & 0o777 == 0o600
    content = spool.path.read_bytes()
    assert not any(word.encode() in content for word in CANARIES)
