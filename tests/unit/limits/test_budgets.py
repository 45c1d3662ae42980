"""Budgets: a sliding window counts, each holder by itself; what is too much is refused for as long as it is."""

import logging
from dataclasses import dataclass

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from registry.errors import ConfigurationError
from registry.limits import table
from registry.limits.gate import LOUD_SECONDS, MAXIMUM_LOUD, Gate, Holder, monotonic
from registry.limits.left import OverBudget, policy, state
from registry.limits.table import TABLE, Per, table_of
from registry.limits.windows import Windows
from registry.values.time import SECOND, Instant


@dataclass
class Clock:
    now: int = 7 * 3600 * SECOND

    def __call__(self) -> Instant:
        return Instant(self.now)

    def pass_seconds(self, seconds: float) -> None:
        self.now += int(seconds * SECOND)


def a_gate(clock: Clock, *lines: str) -> Gate:
    return Gate(table=table_of("\n".join(lines)), clock=clock)


async def refused(gate: Gate, budget, holder: Holder) -> OverBudget:
    with pytest.raises(OverBudget) as over:
        await gate.admit((budget,), holder)
    return over.value


async def test_an_officer_has_a_budget_and_gets_more_when_the_answer_says_so():
    clock = Clock()
    gate = a_gate(clock, "searches-of-an-officer 3/minute")
    officer = Holder(peer="p", institution="fr-police", officer="b-17")
    budget = table.SEARCHES_OF_AN_OFFICER
    left = [(await gate.admit((budget,), officer))[0].remaining for _ in range(3)]
    assert left == [2, 1, 0]
    over = await refused(gate, budget, officer)
    clock.pass_seconds(over.wait - 2)
    await refused(gate, budget, officer)
    clock.pass_seconds(2)
    assert (await gate.admit((budget,), officer))[0].remaining == 0
    assert gate.tally == {"refused searches-of-an-officer": 2}


async def test_nobody_takes_from_the_budget_of_another():
    gate = a_gate(Clock(), "searches-of-an-officer 1/minute", "writes-of-an-institution 1/minute")
    first, second = (Holder(peer="p", institution="fr-police", officer=name) for name in ("a", "b"))
    await gate.admit((table.SEARCHES_OF_AN_OFFICER,), first)
    await refused(gate, table.SEARCHES_OF_AN_OFFICER, first)
    await gate.admit((table.SEARCHES_OF_AN_OFFICER,), second)
    await gate.admit((table.WRITES,), first)
    await refused(gate, table.WRITES, second)
    await gate.admit((table.WRITES,), Holder(peer="p", institution="de-polizei"))
    await gate.admit((table.CHECKS_OF_AN_OFFICER, table.CHECKS_OF_AN_INSTITUTION), first)
    # Parts of a key are kept apart: this institution and officer, put together, spell the same as another pair.
    await gate.admit((table.SEARCHES_OF_AN_OFFICER,), Holder(peer="p", institution="fr", officer="police/a"))


async def test_beyond_its_limit_a_check_is_answered_and_said_aloud(caplog):
    caplog.set_level(logging.WARNING, logger="registry.limits")
    clock = Clock()
    gate = a_gate(clock, "checks-of-an-officer 2/minute ceiling 4")
    officer = Holder(peer="10.1.2.3", institution="fr-police", officer="b-17")
    left = [(await gate.admit((table.CHECKS_OF_AN_OFFICER,), officer))[0] for _ in range(4)]
    assert [each.remaining for each in left] == [1, 0, 0, 0]
    await refused(gate, table.CHECKS_OF_AN_OFFICER, officer)
    lines = [orjson.loads(record.getMessage()) for record in caplog.records]
    said = {"budget": "checks-of-an-officer", "institution": "fr-police"}
    assert lines == [{"event": "limit-beyond"} | said, {"event": "limit-refused"} | said]
    assert gate.tally == {"beyond checks-of-an-officer": 2, "refused checks-of-an-officer": 1}
    assert "b-17" not in caplog.text
    assert "10.1.2.3" not in caplog.text
    clock.pass_seconds(2 * LOUD_SECONDS)
    for _ in range(4):
        await gate.admit((table.CHECKS_OF_AN_OFFICER,), officer)
    assert len(caplog.records) == 3


async def test_what_is_remembered_of_the_loud_is_bounded():
    gate = a_gate(Clock(), "doors-of-a-peer 1/minute")
    for number in range(MAXIMUM_LOUD + 2):
        holder = Holder(peer=str(number))
        await gate.admit((table.DOORS,), holder)
        await refused(gate, table.DOORS, holder)
    assert gate.remembered() <= MAXIMUM_LOUD


async def test_the_headers_are_those_of_the_draft():
    gate = a_gate(Clock(), "searches-of-an-officer 3/minute")
    holder = Holder(peer="p", institution="fr-police", officer="a")
    left = await gate.admit((table.SEARCHES_OF_AN_OFFICER, table.SEARCHES_OF_AN_INSTITUTION), holder)
    assert policy(left) == '"searches-of-an-officer";q=3;w=60, "searches-of-an-institution";q=200;w=3600'
    assert state(left) == '"searches-of-an-officer";r=2;t=60, "searches-of-an-institution";r=199;t=3600'
    for _ in range(2):
        left = await gate.admit((table.SEARCHES_OF_AN_OFFICER,), holder)
    assert state(left) == '"searches-of-an-officer";r=0;t=61'


@given(
    limit=st.integers(1, 6),
    steps=st.lists(st.tuples(st.integers(0, 90), st.integers(1, 3)), min_size=1, max_size=60),
)
async def test_a_window_never_admits_twice_its_limit_and_says_truly_how_long_to_wait(limit, steps):
    clock = Clock()
    windows = Windows(clock)
    limiter = SlidingWindowCounterRateLimiter(windows)
    (budget,) = (each for each in TABLE if each.name == "searches-of-an-officer")
    item = type(budget.limit)(limit, 1, namespace="test")
    length, key = item.get_expiry(), item.key_for("a")
    admitted: list[int] = []
    for seconds, times in steps:
        clock.pass_seconds(seconds * length / 60)
        for _ in range(times):
            wait = windows.wait(key, limit, length)
            if await limiter.hit(item, "a"):
                assert wait == 0
                admitted.append(clock.now)
                # The window counts hits of the one before as evenly spread: a burst over its edge may pass once.
                assert sum(at > clock.now - length * SECOND for at in admitted) <= 2 * limit
            else:
                assert 0 < wait <= 2 * length
                assert windows.used(key, length) >= limit
                then, clock.now = clock.now, clock.now + wait * SECOND
                assert windows.used(key, length) < limit
                clock.now = then


async def test_the_counters_are_a_storage_as_the_package_wants_it():
    clock = Clock()
    windows = Windows(clock, maximum=2)
    assert await windows.check()
    assert issubclass(windows.base_exceptions, Exception)
    assert await windows.incr("a", 60) == 1
    assert await windows.incr("a", 60, amount=2) == 3
    assert await windows.get("a") == 3
    assert await windows.get_expiry("a") == clock.now // SECOND // 60 * 60 + 60
    assert await windows.get_sliding_window("a", 60) == (0, 60.0, 3, 120.0)
    clock.pass_seconds(60)
    assert await windows.get("a") == 0
    assert await windows.get_sliding_window("a", 60) == (3, 60.0, 0, 120.0)
    clock.pass_seconds(60)
    assert await windows.get_sliding_window("a", 60) == (0, 60.0, 0, 120.0)
    await windows.clear("a")
    await windows.incr("b", 60)
    await windows.clear_sliding_window("b", 60)
    assert await windows.get("b") == 0
    for name in "cde":
        await windows.incr(name, 60)
    assert [await windows.get(name) for name in "cde"] == [0, 1, 1]
    assert await windows.reset() == 2


def test_an_operator_changes_lines_of_the_table():
    found = table_of("# ours\nchecks-of-an-officer 120/minute\nreads-of-an-institution 5/10 seconds # slow\n\n")
    assert (found["checks-of-an-officer"].limit.amount, found["checks-of-an-officer"].ceiling) == (120, 1200)
    assert found["reads-of-an-institution"].seconds == 10
    assert found["writes-of-an-institution"] == table.WRITES
    assert table_of("checks-of-an-officer 9/hour ceiling 10")["checks-of-an-officer"].ceiling == 10


@pytest.mark.parametrize(
    "line",
    [
        "nobodys-budget 3/minute",
        "checks-of-an-officer",
        "checks-of-an-officer 3/fortnigh",
        "checks-of-an-officer 0/minute",
        "checks-of-an-officer 30/minute ceiling 29",
    ],
)
def test_a_file_of_limits_that_is_not_understood_stops_the_start(line):
    with pytest.raises(ConfigurationError, match="line 2"):
        table_of(f"\n{line}")


def test_the_lane_of_the_police_is_its_own_and_the_only_one_with_a_ceiling():
    loud = {budget.name for budget in TABLE if budget.ceiling > budget.limit.amount}
    assert loud == {"checks-of-an-officer", "checks-of-an-institution"}
    assert {budget.name for budget in TABLE if budget.per is Per.PEER} == {
        "sign-ins-of-a-peer",
        "strangers-of-a-peer",
        "forms-of-a-peer",
        "doors-of-a-peer",
    }
    assert monotonic() <= monotonic()
