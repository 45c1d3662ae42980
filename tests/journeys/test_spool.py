"""When the store is down: an answer is kept on our own disk before it is given, and folded in afterwards."""

from dataclasses import replace

import pytest

from registry.answers import MAXIMUM_SPOOL, Spool
from registry.errors import Unavailable
from registry.events.check import AnswerGiven
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
    spool.settle(len(first))
    (left,) = spool.waiting()
    assert left.fact_id != first[0].fact_id


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
