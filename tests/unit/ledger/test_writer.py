"""Group commit: many commands in one transaction, each on its own account."""

import asyncio
from collections.abc import Awaitable, Iterator
from pathlib import Path
from threading import Event, Thread, current_thread
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

import pytest

from registry.errors import AlreadyTaken, LedgerError, Malformed, NotFound, Refused, StaleVersion, Unavailable
from registry.ledger.opening import Ledger
from registry.ledger.port import AnyFact, Fold, Unit
from registry.ledger.rows import Amend, Change, Drop, Put
from registry.ledger.settings import LedgerSettings
from registry.ledger.store import StatementRejected
from tests.ledgers import (
    NOTES,
    SEEN,
    START,
    STORES,
    TOTAL,
    Ticking,
    adding,
    appending,
    draft,
    ledger,
    new_claim,
    new_stream,
    place,
)


@pytest.fixture(params=STORES)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LedgerSettings]:
    with place(request.param, tmp_path) as found:
        yield found


@pytest.fixture
def opened(settings: LedgerSettings) -> Iterator[Ledger]:
    with ledger(settings) as found:
        yield found


async def in_one_batch(opened: Ledger, *works: Any) -> list[Any]:
    """Hold the writer with a command that waits, so that the others wait together behind it."""
    holding, go = Event(), Event()

    def hold(_unit: Unit, /) -> None:
        holding.set()
        go.wait(10)

    held = opened.writer.submit(hold)
    await asyncio.to_thread(holding.wait, 10)
    answers = [opened.writer.submit(work) for work in works]
    go.set()
    await held
    return list(await asyncio.gather(*answers, return_exceptions=True))


async def test_what_is_answered_can_be_read(opened: Ledger) -> None:
    stream = new_stream()
    (recorded,) = await opened.writer.submit(appending(stream))
    assert opened.reader.stream(stream) == (recorded,)
    assert opened.reader.head() == recorded.position
    assert recorded.fact.version == 1
    assert recorded.fact.recorded_at == START
    assert [row["version"] for row in opened.reader.rows(SEEN, {"stream": str(stream)})] == [1]


async def test_what_must_be_prepared_is_prepared_in_the_writer_before_its_transaction(opened: Ledger) -> None:
    threads: list[str] = []

    def prepare() -> None:
        threads.append(current_thread().name)

    stream = new_stream()
    (recorded,) = await opened.writer.submit(appending(stream), prepare=prepare)
    await asyncio.to_thread(opened.writer.perform, appending(new_stream()), prepare=prepare)
    assert threads == ["ledger-writer", "ledger-writer"]
    assert opened.reader.stream(stream) == (recorded,)


async def test_what_cannot_be_prepared_fails_alone_and_its_work_is_not_done(opened: Ledger) -> None:
    def impossible() -> None:
        raise Malformed("too-long")

    stream, other = new_stream(), new_stream()
    answers = await asyncio.gather(
        opened.writer.submit(appending(stream), prepare=impossible),
        opened.writer.submit(appending(other)),
        return_exceptions=True,
    )
    assert isinstance(answers[0], Malformed)
    assert opened.reader.stream(stream) == ()
    assert len(opened.reader.stream(other)) == 1


async def test_a_batch_of_nothing_but_the_unpreparable_leaves_the_writer_well(opened: Ledger) -> None:
    def impossible() -> None:
        raise Malformed("too-long")

    with pytest.raises(Malformed):
        await opened.writer.submit(appending(new_stream()), prepare=impossible)
    assert len(await opened.writer.submit(appending(new_stream()))) == 1


async def test_a_refused_command_in_a_batch_fails_alone(opened: Ledger) -> None:
    streams = [new_stream() for _ in range(5)]

    def refuse(unit: Unit, /) -> None:
        unit.append(streams[2], (draft(),), expected_version=0)
        raise NotFound("no-such-order")

    works = [appending(stream) for stream in streams]
    answers = await in_one_batch(opened, *works[:2], refuse, *works[3:])
    assert isinstance(answers[2], NotFound)
    assert [len(opened.reader.stream(stream)) for stream in streams] == [1, 1, 0, 1, 1]
    assert len(opened.reader.rows(SEEN, {})) == 4


async def test_a_later_command_of_a_batch_sees_what_an_earlier_one_appended(opened: Ledger) -> None:
    stream = new_stream()
    answers = await in_one_batch(opened, *(adding(stream, number) for number in (1, 2, 3, 4)))
    assert answers == [1, 3, 6, 10]
    assert [each.fact.version for each in opened.reader.stream(stream)] == [1, 2, 3, 4]


async def test_an_append_at_the_wrong_version_is_stale_and_its_neighbours_are_not(opened: Ledger) -> None:
    one, other = new_stream(), new_stream()
    answers = await in_one_batch(opened, appending(one), appending(one), appending(other), appending(one, expected=5))
    assert [type(answer) for answer in answers] == [tuple, StaleVersion, tuple, StaleVersion]
    assert [len(opened.reader.stream(stream)) for stream in (one, other)] == [1, 1]


async def test_a_stream_has_one_first_fact_across_batches(opened: Ledger) -> None:
    stream = new_stream()
    await opened.writer.submit(appending(stream))
    for expected in (0, 2, 7):
        with pytest.raises(StaleVersion):
            await opened.writer.submit(appending(stream, expected=expected))
    assert len(opened.reader.stream(stream)) == 1


async def test_a_claim_is_held_by_the_first_and_refused_to_the_second(opened: Ledger) -> None:
    claim = new_claim("digest")
    first, second, third = new_stream(), new_stream(), new_stream()
    answers = await in_one_batch(
        opened, appending(first, draft(claims=[claim])), appending(second, draft(claims=[claim]))
    )
    assert isinstance(answers[1], AlreadyTaken)
    with pytest.raises(AlreadyTaken):
        await opened.writer.submit(appending(third, draft(claims=[claim])))
    held = await opened.writer.submit(lambda unit: unit.holder(claim.claim_id))
    assert held is not None
    assert (held.stream, held.version, held.digest, held.position) == (first, 1, "digest", answers[0][0].position)
    assert held == opened.reader.holder(claim.claim_id)
    assert [len(opened.reader.stream(stream)) for stream in (first, second, third)] == [1, 0, 0]


async def test_a_taken_claim_fails_alone_though_it_shows_only_when_the_batch_is_written(opened: Ledger) -> None:
    claim = new_claim()
    await opened.writer.submit(appending(new_stream(), draft(claims=[claim])))
    streams = [new_stream() for _ in range(3)]
    answers = await in_one_batch(
        opened, appending(streams[0]), appending(streams[1], draft(claims=[claim])), appending(streams[2])
    )
    assert [type(answer) for answer in answers] == [tuple, AlreadyTaken, tuple]
    assert [len(opened.reader.stream(stream)) for stream in streams] == [1, 0, 1]


async def test_the_same_claim_twice_in_one_command_is_refused(opened: Ledger) -> None:
    claim, stream = new_claim(), new_stream()
    with pytest.raises(AlreadyTaken):
        await opened.writer.submit(appending(stream, draft(claims=[claim]), draft(claims=[claim])))
    assert opened.reader.stream(stream) == ()


async def test_a_failed_append_fails_its_command_even_if_the_command_swallows_it(opened: Ledger) -> None:
    stream, other = new_stream(), new_stream()

    def stubborn(unit: Unit, /) -> str:
        unit.append(stream, (draft(),), expected_version=0)
        try:
            unit.append(other, (draft(),), expected_version=9)
        except Refused:
            return "never mind"
        return "done"

    with pytest.raises(StaleVersion):
        await opened.writer.submit(stubborn)
    assert opened.reader.head() == 0


async def test_a_row_the_store_refuses_fails_its_command_alone(opened: Ledger) -> None:
    streams = [new_stream() for _ in range(3)]
    bad = Put(table=NOTES, row={"key": None, "value": 1})
    answers = await in_one_batch(
        opened, appending(streams[0]), appending(streams[1], rows=[bad]), appending(streams[2])
    )
    assert [type(answer) for answer in answers][::2] == [tuple, tuple]
    assert isinstance(answers[1], LedgerError)
    assert [len(opened.reader.stream(stream)) for stream in streams] == [1, 0, 1]


async def test_a_cell_of_another_type_is_refused_on_both_stores(opened: Ledger) -> None:
    with pytest.raises(LedgerError):
        await opened.writer.submit(appending(new_stream(), rows=[Put(table=NOTES, row={"key": "a", "value": "text"})]))
    assert opened.reader.head() == 0


async def test_a_column_the_table_does_not_have_fails_its_command_alone(opened: Ledger) -> None:
    answers = await in_one_batch(
        opened, appending(new_stream()), appending(new_stream(), rows=[Put(table=NOTES, row={"key": "a", "nought": 1})])
    )
    assert [type(answer) for answer in answers] == [tuple, StatementRejected]


async def test_rows_are_written_with_the_facts_and_seen_inside_the_transaction(opened: Ledger) -> None:
    def write(unit: Unit, /) -> Any:
        unit.append(new_stream(), (draft(),), expected_version=0, rows=[Put(table=NOTES, row={"key": "a", "value": 1})])
        return list(unit.rows(NOTES, {"key": "a"}))

    def change(unit: Unit, /) -> Any:
        rows: list[Change] = [
            Amend(table=NOTES, key={"key": "a"}, cells={"value": 2}),
            Put(table=NOTES, row={"key": "b", "value": 3}),
            Put(table=NOTES, row={"key": "b", "value": 4}),
            Put(table=NOTES, row={"key": "c", "value": 5}),
            Drop(table=NOTES, where={"key": "c"}),
            Amend(table=NOTES, key={"key": "absent"}, cells={"value": 2}),
        ]
        unit.append(new_stream(), (draft(),), expected_version=0, rows=rows)
        return sorted((row["key"], row["value"]) for row in unit.rows(NOTES, {}))

    def spoil(unit: Unit, /) -> Any:
        unit.append(new_stream(), (draft(),), expected_version=0, rows=[Drop(table=NOTES, where={"key": "a"})])
        assert not unit.rows(NOTES, {"key": "a"})
        raise NotFound("no-such-order")

    answers = await in_one_batch(opened, write, change, spoil, write)
    assert answers[0] == [{"key": "a", "value": 1}]
    assert answers[1] == [("a", 2), ("b", 4)]
    assert isinstance(answers[2], NotFound)
    assert answers[3] == [{"key": "a", "value": 1}]
    assert opened.reader.rows(NOTES, {}, order_by=("key",)) == [{"key": "a", "value": 1}, {"key": "b", "value": 4}]
    assert len(opened.reader.after(0, limit=10)) == 3  # type: ignore[arg-type]  # 0 comes before every position


async def test_a_fault_of_the_store_counts_though_the_command_swallows_it(opened: Ledger) -> None:
    def sly(unit: Unit, /) -> str:
        unit.append(
            new_stream(), (draft(),), expected_version=0, rows=[Put(table=NOTES, row={"key": None, "value": 1})]
        )
        try:
            unit.rows(NOTES, {})
        except LedgerError:
            return "never mind"
        return "done"

    answers = await in_one_batch(opened, appending(new_stream()), sly, appending(new_stream()))
    assert [type(answer) for answer in answers][::2] == [tuple, tuple]
    assert isinstance(answers[1], LedgerError)
    assert len(opened.reader.after(0, limit=10)) == 2  # type: ignore[arg-type]  # 0 comes before every position


async def test_facts_of_a_stream_include_those_of_this_transaction(opened: Ledger) -> None:
    stream = new_stream()
    await opened.writer.submit(appending(stream))

    def work(unit: Unit, /) -> list[int]:
        unit.append(stream, (draft(), draft()), expected_version=1)
        return [each.fact.version for each in unit.facts(stream)]

    assert await opened.writer.submit(work) == [1, 2, 3]


async def test_now_is_what_the_next_fact_is_recorded_at(opened: Ledger) -> None:
    def work(unit: Unit, /) -> bool:
        first = unit.now
        assert unit.now == first
        one, two = unit.append(new_stream(), (draft(), draft()), expected_version=0)
        return (one.fact.recorded_at, two.fact.recorded_at, unit.now) == (first, first + 1, first + 2)

    assert await opened.writer.submit(work)


async def test_recorded_at_rises_strictly_though_the_clock_goes_back(settings: LedgerSettings) -> None:
    clock = Ticking()
    with ledger(settings, clock=clock) as opened:
        for step in (0, 5, -1_000_000, 3, -50, 0):
            clock.at += step
            await asyncio.gather(*(opened.writer.submit(appending(new_stream(), draft(), draft())) for _ in range(3)))
    clock.at = START - 9_000_000
    with ledger(settings, create=False, clock=clock) as opened:
        await opened.writer.submit(appending(new_stream()))
        facts = opened.reader.after(0, limit=100)  # type: ignore[arg-type]  # 0 comes before every position
    instants = [each.fact.recorded_at for each in facts]
    positions = [each.position for each in facts]
    assert len(facts) == 37
    assert instants == sorted(set(instants))
    assert positions == sorted(set(positions))


async def test_sixty_four_callers_at_once_on_eight_streams_lose_nothing(opened: Ledger) -> None:
    streams = [new_stream() for _ in range(8)]
    await asyncio.gather(*(opened.writer.submit(adding(streams[n % 8], n)) for n in range(64 * 8)))
    for number, stream in enumerate(streams):
        facts = opened.reader.stream(stream)
        assert [each.fact.version for each in facts] == list(range(1, 65))
        total = await opened.writer.submit(lambda unit, stream=stream: unit.state(stream, TOTAL))
        assert total == (64, sum(n for n in range(64 * 8) if n % 8 == number))


async def test_a_full_lane_is_unavailable_and_the_other_lane_is_not(tmp_path: Path) -> None:
    with ledger(LedgerSettings(path=tmp_path / "l" / "registry.db", queue_bound=3)) as opened:
        holding, go = Event(), Event()

        def hold(_unit: Unit, /) -> None:
            holding.set()
            go.wait(10)

        waiting: list[Awaitable[Any]] = [opened.writer.submit(hold)]
        await asyncio.to_thread(holding.wait, 10)
        waiting += [opened.writer.submit(appending(new_stream()), urgent=False) for _ in range(3)]
        with pytest.raises(Unavailable):
            await opened.writer.submit(appending(new_stream()), urgent=False)
        waiting.append(opened.writer.submit(appending(new_stream())))
        go.set()
        await asyncio.gather(*waiting)
        assert opened.reader.head() == 4


async def test_urgent_work_goes_ahead_of_imports(opened: Ledger) -> None:
    order: list[str] = []
    holding, go = Event(), Event()

    def hold(_unit: Unit, /) -> None:
        holding.set()
        go.wait(10)

    waiting: list[Awaitable[Any]] = [opened.writer.submit(hold)]
    await asyncio.to_thread(holding.wait, 10)
    waiting.append(opened.writer.submit(lambda _unit: order.append("import"), urgent=False))
    waiting.append(opened.writer.submit(lambda _unit: order.append("police")))
    go.set()
    await asyncio.gather(*waiting)
    assert order == ["police", "import"]


async def test_the_loop_does_not_wait_for_the_writer(opened: Ledger) -> None:
    go = Event()
    waiting = opened.writer.submit(lambda _unit: go.wait(10))
    begun = monotonic()
    await asyncio.sleep(0)
    assert monotonic() - begun < 1
    go.set()
    assert await waiting


async def test_a_caller_that_has_gone_is_not_served_and_harms_nobody(opened: Ledger) -> None:
    stream = new_stream()
    holding, go = Event(), Event()

    def hold(_unit: Unit, /) -> None:
        holding.set()
        go.wait(10)

    held = opened.writer.submit(hold)
    await asyncio.to_thread(holding.wait, 10)
    gone = asyncio.ensure_future(opened.writer.submit(appending(stream)))
    stays = opened.writer.submit(appending(new_stream()))
    gone.cancel()
    go.set()
    await held
    assert len(await stays) == 1
    assert opened.reader.stream(stream) == ()


def test_a_thread_may_wait_for_the_answer_and_not_for_ever(opened: Ledger) -> None:
    assert len(opened.writer.perform(appending(new_stream()))) == 1
    with pytest.raises(StaleVersion):
        opened.writer.perform(appending(new_stream(), expected=3))
    go = Event()
    with pytest.raises(Unavailable):
        opened.writer.perform(lambda _unit: go.wait(10), timeout=0.05)
    go.set()


def test_a_share_is_of_no_use_once_its_command_has_ended(opened: Ledger) -> None:
    leaked: list[Unit] = []
    opened.writer.perform(leaked.append)
    with pytest.raises(LedgerError):
        leaked[0].append(new_stream(), (draft(),), expected_version=0)
    with pytest.raises(LedgerError):
        leaked[0].rows(NOTES, {})


async def test_any_exception_of_a_command_reaches_its_caller_and_the_writer_goes_on(opened: Ledger) -> None:
    def burst(error: BaseException) -> Any:
        def work(_unit: Unit, /) -> None:
            raise error

        return work

    answers = await in_one_batch(opened, burst(ZeroDivisionError()), burst(MemoryError()), burst(StopIteration()))
    assert [type(answer) for answer in answers] == [ZeroDivisionError, MemoryError, RuntimeError]
    assert len(await opened.writer.submit(appending(new_stream()))) == 1


async def test_closing_does_what_waits_and_takes_nothing_more(settings: LedgerSettings) -> None:
    with ledger(settings) as opened:
        waiting = [opened.writer.submit(appending(new_stream())) for _ in range(50)]
        await asyncio.to_thread(opened.writer.close)
        assert len(await asyncio.gather(*waiting)) == 50
        with pytest.raises(Unavailable):
            await opened.writer.submit(appending(new_stream()))


async def test_a_state_is_remembered_after_its_commit_and_is_what_the_facts_say(opened: Ledger) -> None:
    stream = new_stream()
    folded: list[UUID] = []

    def evolve(state: int | None, fact: AnyFact) -> int:
        folded.append(fact.fact_id)
        return (state or 0) + 1

    counting: Fold[int] = Fold(name="counting", evolve=evolve)
    for _ in range(3):
        await opened.writer.submit(
            lambda unit: unit.append(stream, (draft(),), expected_version=unit.state(stream, counting)[0])
        )
    assert await opened.writer.submit(lambda unit: unit.state(stream, counting)) == (3, 3)
    assert len(folded) == len(set(folded)) == 3


async def test_rows_without_facts_still_need_the_right_version(opened: Ledger) -> None:
    stream = new_stream()
    await opened.writer.submit(appending(stream))
    opened.writer._tools.cache.forget(None)  # noqa: SLF001  # as after a restart

    def rows_alone(unit: Unit, /) -> None:
        unit.append(stream, (), expected_version=0, rows=[Put(table=NOTES, row={"key": "a", "value": 1})])

    with pytest.raises(StaleVersion):
        await opened.writer.submit(rows_alone)
    assert opened.reader.rows(NOTES, {}) == []


async def test_nothing_is_remembered_of_a_command_that_failed(opened: Ledger) -> None:
    stream = new_stream()
    await opened.writer.submit(adding(stream, 1))

    def fails(unit: Unit, /) -> None:
        version, _ = unit.state(stream, TOTAL)
        unit.append(stream, (draft(100),), expected_version=version)
        raise NotFound("no-such-order")

    with pytest.raises(NotFound):
        await opened.writer.submit(fails)
    assert await opened.writer.submit(lambda unit: unit.state(stream, TOTAL)) == (1, 1)


def test_a_reader_is_woken_by_a_commit(opened: Ledger) -> None:
    heads: list[int] = []
    before = opened.reader.head()
    waiting = Thread(target=lambda: heads.append(opened.reader.wait_changed(before, timeout=10)))
    waiting.start()
    opened.writer.perform(appending(new_stream()))
    waiting.join(10)
    assert heads == [opened.reader.head()]
    assert opened.reader.wait_changed(opened.reader.head(), timeout=0.05) == opened.reader.head()


def test_commands_may_carry_ids_of_their_own(opened: Ledger) -> None:
    wanted = uuid4()
    (recorded,) = opened.writer.perform(appending(new_stream(), draft(fact_id=wanted)))
    assert recorded.fact.fact_id == wanted
