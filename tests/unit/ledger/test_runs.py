"""What a batch of changes comes to is what the changes come to one after another, on both stores."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.ledger.rows import Amend, Change, Drop, Hold, Put, Table
from registry.ledger.runs import runs
from registry.ledger.store import StatementRejected
from registry.ledger.view_connections import open_views
from registry.ledger.viewstore import ViewStore
from registry.values.identifiers import Position
from tests.amounts import examples
from tests.ledgers import STORES, ledger, place

PAIRS = Table(
    name="pairs",
    columns={"one": "text", "two": "bytes", "name": "text", "number": "integer"},
    key=("one", "two"),
)
ONES, TWOS = st.sampled_from("ab"), st.sampled_from([b"x", b"y"])
KEYS = st.fixed_dictionaries({"one": ONES, "two": TWOS})
CELLS = st.fixed_dictionaries({}, optional={"name": st.none() | st.just("n"), "number": st.integers(0, 3)})
CHANGES = (
    st.builds(lambda key, cells: Put(table=PAIRS, row={**key, **cells}), KEYS, CELLS)
    | st.builds(lambda key, cells: Amend(table=PAIRS, key=key, cells=cells), KEYS, CELLS.filter(bool))
    | st.builds(
        lambda key: Amend(table=PAIRS, key=key, cells={"two": b"x", "number": 9}),
        KEYS.filter(lambda k: k["two"] == b"x"),
    )
    | st.builds(lambda one, cells: Amend(table=PAIRS, key={"one": one}, cells=cells), ONES, CELLS.filter(bool))
    | st.builds(lambda key: Drop(table=PAIRS, where=key), KEYS)
    | st.builds(lambda one: Drop(table=PAIRS, where={"one": one}), ONES)
    | st.builds(lambda two: Drop(table=PAIRS, where={"two": two}), TWOS)
    | st.builds(lambda name: Drop(table=PAIRS, where={"name": name}), st.none() | st.just("n"))
)


@pytest.fixture(scope="module", params=STORES)
def views(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ViewStore]:
    folder: Path = tmp_path_factory.mktemp("runs")
    with place(request.param, folder) as where, ledger(where):
        found = open_views(where)
        for generation in (1, 2):
            found.create(PAIRS, generation)
        yield found
        found.close()


def left(views: ViewStore, generation: int) -> list[dict[str, object]]:
    _, rows = views.rows(PAIRS, {}, generation=generation, order_by=("one", "two"))
    return [dict(row) for row in rows]


def advanced(views: ViewStore, generation: int, changes: list[Change]) -> None:
    at = views.position("pairs", generation)
    views.apply("pairs", generation, changes, Position(at + 1))


EMPTIED: list[Change] = [Drop(table=PAIRS, where={"one": one}) for one in "ab"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=examples(30))
@given(before=st.lists(CHANGES, max_size=4), changes=st.lists(CHANGES, max_size=12))
def test_a_batch_leaves_what_its_changes_one_by_one_would(views, before, changes):
    for generation in (1, 2):
        advanced(views, generation, EMPTIED)
        for change in before:
            advanced(views, generation, [change])
    for change in changes:
        advanced(views, 1, [change])
    advanced(views, 2, changes)
    assert left(views, 1) == left(views, 2)


def put(one: str, **cells: str | int | None) -> Put:
    return Put(table=PAIRS, row={"one": one, "two": b"x", **cells})


def amend(one: str, **cells: str | int | None) -> Amend:
    return Amend(table=PAIRS, key={"one": one, "two": b"x"}, cells=cells)


def test_alternating_changes_of_many_rows_are_two_statements():
    changes = [change for one in "abcdefgh" for change in (put(one, number=1), amend(one + one, number=2))]
    found = list(runs(changes))
    assert [(type(run[0]), len(run)) for run in found] == [(Put, 8), (Amend, 8)]


def test_a_row_that_is_put_changed_and_dropped_is_written_by_nobody():
    (drops,) = runs([put("a", number=1), amend("a", number=2), Drop(table=PAIRS, where={"one": "a"})])
    assert [type(each) for each in drops] == [Drop]


def test_what_is_held_keeps_its_place_among_the_changes():
    hold = Hold(table=PAIRS, key={"one": "a"}, cells={"number": 1})
    found = list(runs([put("a", number=1), hold, hold, put("a", number=2), hold]))
    assert [(type(run[0]), len(run)) for run in found] == [(Put, 1), (Hold, 2), (Put, 1), (Hold, 1)]


@pytest.mark.parametrize(
    "wrong",
    [
        Amend(table=PAIRS, key={"two": b"x"}, cells={"number": 1}),
        Amend(table=PAIRS, key={}, cells={"number": 1}),
        Amend(table=PAIRS, key={"one": "a", "two": b"x"}, cells={}),
        Amend(table=PAIRS, key={"one": "a", "two": b"x"}, cells={"nothing": 1}),
        Drop(table=PAIRS, where={}),
        Drop(table=PAIRS, where={"nothing": 1}),
        Put(table=PAIRS, row={"one": "a", "two": b"x", "nothing": 1}),
    ],
)
def test_a_change_that_is_no_change_is_refused_among_others_too(views, wrong):
    before = left(views, 1)
    with pytest.raises(StatementRejected):
        advanced(views, 1, [put("z", number=1), wrong, put("y", number=2)])
    assert left(views, 1) == before
