"""A command can hold a row to be as it must be: looked up with the whole batch, refused alone, on both stores."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from registry.errors import LedgerError
from registry.ledger.opening import Ledger, open_ledger
from registry.ledger.rows import Amend, Bar, Hold, Put
from registry.ledger.settings import LedgerSettings
from registry.ledger.store import StatementRejected
from registry.ledger.tables import Statements
from tests.ledgers import NOTES, SEEN, STORES, TABLES, Ticking, appending, ledger, new_stream, place, project


@pytest.fixture(params=STORES)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LedgerSettings]:
    with place(request.param, tmp_path) as found:
        yield found


@pytest.fixture
def opened(settings: LedgerSettings) -> Iterator[Ledger]:
    with ledger(settings) as found:
        found.writer.perform(appending(new_stream(), rows=[note("a", 1), note("b", 1)]))
        yield found


def note(key, value):
    return Put(table=NOTES, row={"key": key, "value": value})


def hold(key, value=1):
    return Hold(table=NOTES, key={"key": key}, cells={"value": value})


def holding(*keys, value=1):
    return appending(new_stream(), rows=[hold(key, value) for key in keys])


async def together(opened, *works):
    ready, go = Event(), Event()

    def wait(_unit):
        ready.set()
        go.wait(10)

    first = opened.writer.submit(wait)
    await asyncio.to_thread(ready.wait, 10)
    answers = [opened.writer.submit(work) for work in works]
    go.set()
    await first
    return await asyncio.gather(*answers, return_exceptions=True)


def barring(*keys, value=1):
    rows = [Bar(table=NOTES, key={"key": key}, cells={"value": value}) for key in keys]
    return appending(new_stream(), rows=rows)


def test_a_bar_refuses_where_the_row_is_there_as_named_and_nowhere_else(opened):
    opened.writer.perform(barring("c"))
    opened.writer.perform(barring("a", value=2))
    with pytest.raises(StatementRejected):
        opened.writer.perform(barring("c", "a"))


async def test_a_bar_sees_what_the_batch_wrote_before_it_and_refuses_alone(opened):
    put = appending(new_stream(), rows=[note("c", 1)])
    answers = await together(opened, barring("c"), put, barring("c"), holding("c"))
    assert [type(answer).__name__ for answer in answers] == ["tuple", "tuple", "StatementRejected", "tuple"]


def test_a_row_that_is_as_it_must_be_lets_the_command_pass(opened):
    (recorded,) = opened.writer.perform(holding("a", "b", "a"))
    assert opened.reader.head() == recorded.position


@pytest.mark.parametrize(("key", "value"), [("a", 2), ("absent", 1)])
def test_a_row_that_is_absent_or_other_refuses_the_command(opened, key, value):
    before = opened.reader.head()
    with pytest.raises(StatementRejected):
        opened.writer.perform(holding(key, value=value))
    assert opened.reader.head() == before
    opened.writer.perform(holding("a"))


async def test_who_is_refused_in_a_batch_is_refused_alone(opened):
    answers = await together(opened, holding("a"), holding("a", "absent"), holding("b"), holding("a", value=7))
    assert [isinstance(answer, StatementRejected) for answer in answers] == [False, True, False, True]
    assert len(opened.reader.after(0, limit=100)) == 3


async def test_a_hold_sees_what_went_before_it_in_the_batch_and_nothing_that_comes_after(opened):
    change = appending(new_stream(), rows=[Amend(table=NOTES, key={"key": "a"}, cells={"value": 2})])
    answers = await together(opened, holding("a"), change, holding("a"), holding("a", value=2))
    assert [isinstance(answer, StatementRejected) for answer in answers] == [False, False, True, False]


@pytest.mark.parametrize("count", [1, 2, 3, 63, 64, 65, 500, 501])
def test_any_number_of_rows_is_held_at_once(opened, count):
    keys = [f"many-{number}" for number in range(count)]
    opened.writer.perform(appending(new_stream(), rows=[note(key, 1) for key in keys]))
    opened.writer.perform(holding(*keys))
    with pytest.raises(StatementRejected):
        opened.writer.perform(holding(*keys[1:], "absent"))


def test_another_process_that_changed_the_row_is_heard_of(tmp_path):
    """Only PostgreSQL has a second writer; an SQLite ledger is locked by its one."""
    with place("postgres", tmp_path) as settings, ledger(settings) as opened:
        opened.writer.perform(appending(new_stream(), rows=[note("a", 1)]))
        opened.writer.perform(holding("a"))
        other = open_ledger(settings, clock=Ticking(), project=project, tables=TABLES)
        try:
            other.writer.perform(appending(new_stream(), rows=[note("a", 9)]))
        finally:
            other.close()
        with pytest.raises(StatementRejected):
            opened.writer.perform(holding("a"))


@pytest.mark.parametrize(
    "wrong",
    [
        Hold(table=NOTES, key={"key": "a"}, cells={}),
        Hold(table=NOTES, key={"key": "a"}, cells={"value": None}),
        Hold(table=NOTES, key={"value": 1}, cells={"value": 1}),
        Hold(table=SEEN, key={"stream": "a", "version": 1}, cells={"records": 1}),
        Hold(table=NOTES, key={"key": "a"}, cells={"no_such_column": 1}),
    ],
)
def test_a_hold_that_says_too_little_is_refused(opened, wrong):
    with pytest.raises(StatementRejected):
        opened.writer.perform(appending(new_stream(), rows=[wrong]))


def test_a_view_holds_nothing():
    with pytest.raises(LedgerError):
        Statements("sqlite").steps([hold("a")], generation=1)
