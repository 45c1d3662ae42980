"""Reading facts and rows, and the views' own store, alike on both stores."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from registry.errors import ConfigurationError, LedgerError, NotFound, StaleVersion
from registry.ledger import lanes
from registry.ledger.cache import Cache, Known
from registry.ledger.opening import Ledger, add_tables, create_ledger, open_ledger
from registry.ledger.rows import Amend, Drop, Put, Table
from registry.ledger.settings import LedgerSettings
from registry.ledger.store import StatementRejected
from registry.ledger.view_connections import open_views
from registry.ledger.viewstore import ViewStore
from registry.values.identifiers import Position
from registry.values.time import Instant
from tests.ledgers import (
    NOTES,
    SEEN,
    START,
    STORES,
    TABLES,
    Ticking,
    appending,
    draft,
    ledger,
    new_stream,
    place,
    project,
)

MIXED = Table(
    name="mixed",
    columns={"key": "text", "name": "text", "number": "integer", "blob": "bytes"},
    key=("key",),
    indexes=(("name", "key"),),
)


@pytest.fixture(params=STORES)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LedgerSettings]:
    with place(request.param, tmp_path) as found:
        yield found


@pytest.fixture
def opened(settings: LedgerSettings) -> Iterator[Ledger]:
    with ledger(settings) as found:
        yield found


@pytest.fixture
def views(settings: LedgerSettings, opened: Ledger) -> Iterator[ViewStore]:
    del opened  # PostgreSQL's views live in the ledger's database
    found = open_views(settings)
    yield found
    found.close()


def test_facts_come_in_order_by_pages_and_by_topic(opened: Ledger) -> None:
    written = [opened.writer.perform(appending(new_stream()))[0] for _ in range(7)]
    first = opened.reader.after(Position(0), limit=3)
    rest = opened.reader.after(first[-1].position, limit=10, topics=("feed.read.1", "answer.given.1"))
    assert [*first, *rest] == written
    assert opened.reader.after(Position(0), limit=10, topics=("order.issued.1",)) == ()
    for limit in (0, -1, 1_000_000):
        with pytest.raises(LedgerError):
            opened.reader.after(Position(0), limit=limit)


def test_a_stream_is_read_up_to_a_position(opened: Ledger) -> None:
    stream = new_stream()
    one, two, three = opened.writer.perform(appending(stream, draft(), draft(), draft()))
    assert opened.reader.stream(stream, upto=two.position) == (one, two)
    assert opened.reader.stream(stream, upto=Position(0)) == ()
    assert opened.reader.stream(stream) == (one, two, three)


def test_an_instant_resolves_to_the_newest_fact_recorded_by_then(opened: Ledger) -> None:
    written = [opened.writer.perform(appending(new_stream()))[0] for _ in range(5)]
    for recorded in written:
        assert opened.reader.position_at(recorded.fact.recorded_at) == recorded.position
    assert opened.reader.position_at(Instant(START - 1)) == 0
    assert opened.reader.position_at(Instant(2**62)) == written[-1].position


def test_rows_page_by_key_with_null_first_on_both_stores(views: ViewStore) -> None:
    names: list[str | None] = ["b", None, "a", "B", "ä", None, "a"]
    views.create(MIXED, 1)
    changes = [Put(table=MIXED, row={"key": str(n), "name": name, "number": n}) for n, name in enumerate(names)]
    views.apply("mixed", 1, changes, Position(1))
    views.index(MIXED, 1)
    views.activate("mixed", 1)
    wanted = sorted(((name, str(n)) for n, name in enumerate(names)), key=lambda row: (row[0] is not None, row))
    paged: list[tuple[object, object]] = []
    while True:
        _, rows = views.rows(MIXED, {}, order_by=("name", "key"), after=paged[-1] if paged else (), limit=2)  # type: ignore[arg-type]  # cells
        if not rows:
            break
        paged += [(row["name"], row["key"]) for row in rows]
    assert paged == [(name, key) for name, key in wanted]
    assert [row["key"] for row in views.rows(MIXED, {"name": None}, order_by=("key",))[1]] == ["1", "5"]


def test_a_put_replaces_the_whole_row_and_an_amendment_some_cells(views: ViewStore) -> None:
    views.create(MIXED, 1)
    views.apply("mixed", 1, [Put(table=MIXED, row={"key": "a", "name": "x", "blob": b"\x00\xff"})], Position(1))
    views.apply("mixed", 1, [Amend(table=MIXED, key={"key": "a"}, cells={"number": 5})], Position(2))
    assert views.rows(MIXED, {}, generation=1) == (2, [{"key": "a", "name": "x", "number": 5, "blob": b"\x00\xff"}])
    views.apply("mixed", 1, [Put(table=MIXED, row={"key": "a", "number": 6})], Position(3))
    assert views.rows(MIXED, {"number": 6}, generation=1)[1] == [{"key": "a", "name": None, "number": 6, "blob": None}]
    views.apply("mixed", 1, [Drop(table=MIXED, where={"name": None})], Position(4))
    assert views.rows(MIXED, {}, generation=1) == (4, [])


def test_changes_and_position_are_written_together_and_once(views: ViewStore) -> None:
    views.create(MIXED, 1)
    views.apply("mixed", 1, [Put(table=MIXED, row={"key": "a"})], Position(5), after=Position(0))
    for position, after in ((5, None), (4, None), (9, 0), (9, 4)):
        with pytest.raises(StaleVersion):
            views.apply(
                "mixed",
                1,
                [Put(table=MIXED, row={"key": "b"})],
                Position(position),
                after=after,  # type: ignore[arg-type]  # a position
            )
    with pytest.raises(StatementRejected):
        views.apply("mixed", 1, [Put(table=MIXED, row={"key": "b"}), Put(table=MIXED, row={"key": None})], Position(9))
    assert views.position("mixed", 1) == 5
    assert views.count(MIXED, 1) == 1


def test_a_new_generation_is_built_beside_the_served_one_and_switched_to(views: ViewStore) -> None:
    for generation in (1, 2):
        views.create(MIXED, generation)
        views.apply("mixed", generation, [Put(table=MIXED, row={"key": f"g{generation}"})], Position(generation))
    with pytest.raises(NotFound):
        views.rows(MIXED, {})
    views.activate("mixed", 1)
    assert views.rows(MIXED, {})[1][0]["key"] == "g1"
    views.activate("mixed", 2)
    assert views.active("mixed") == 2
    assert views.rows(MIXED, {}) == (2, [{"key": "g2", "name": None, "number": None, "blob": None}])
    with pytest.raises(LedgerError):
        views.drop("mixed", 2)
    views.drop("mixed", 1)
    with pytest.raises(NotFound):
        views.position("mixed", 1)
    with pytest.raises(NotFound):
        views.activate("mixed", 3)


@pytest.mark.parametrize("name", ["Robert'); DROP TABLE notes; --", "", "a" * 49, "a1", "_a", "a b", "notes\n"])
def test_a_name_that_could_be_more_than_a_name_is_refused(name: str, opened: Ledger, views: ViewStore) -> None:
    odd = Table(name=name, columns={"key": "text"}, key=("key",))
    column = Table(name="fine", columns={name: "text"}, key=(name,))
    for table in (odd, column):
        with pytest.raises(LedgerError):
            views.create(table, 1)
    with pytest.raises(LedgerError):
        opened.reader.rows(odd, {})
    with pytest.raises(LedgerError):
        opened.reader.rows(NOTES, {name: 1})


def test_a_table_is_added_in_an_explicit_step_and_filled_from_the_facts(settings: LedgerSettings) -> None:
    create_ledger(settings, ledger_id=uuid4(), inception=START, tables=[NOTES])
    opened = open_ledger(settings, clock=Ticking(), tables=[NOTES])
    for _ in range(5):
        opened.writer.perform(appending(new_stream()))
    opened.close()
    with pytest.raises(LedgerError):
        open_ledger(settings, clock=Ticking(), project=project, tables=TABLES)
    assert add_tables(settings, project=project, tables=TABLES) == ["seen"]
    assert add_tables(settings, project=project, tables=TABLES) == []
    with ledger(settings, create=False) as again:
        assert len(again.reader.rows(SEEN, {})) == 5


def test_a_ledger_keeps_its_identity_and_is_not_created_over(settings: LedgerSettings) -> None:
    ledger_id = uuid4()
    create_ledger(settings, ledger_id=ledger_id, inception=START, tables=TABLES)
    with pytest.raises(LedgerError):
        create_ledger(settings, ledger_id=uuid4(), inception=START, tables=TABLES)
    with ledger(settings, create=False) as opened:
        assert (opened.ledger_id, opened.inception) == (ledger_id, START)


def test_settings_that_make_no_sense_do_not_start(tmp_path: Path) -> None:
    wrong = [
        LedgerSettings(),
        LedgerSettings(path=tmp_path / "a", dsn="b"),
        LedgerSettings(path=tmp_path / "a", queue_bound=0),
    ]
    for settings in wrong:
        with pytest.raises(ConfigurationError):
            create_ledger(settings, ledger_id=uuid4(), inception=START)
    clash = Table(name="claim", columns={"key": "text"}, key=("key",))
    with pytest.raises(LedgerError):
        create_ledger(LedgerSettings(path=tmp_path / "a"), ledger_id=uuid4(), inception=START, tables=[clash])
    assert list(tmp_path.iterdir()) == []


def test_a_connection_string_is_not_shown() -> None:
    assert "hunter2" not in repr(LedgerSettings(dsn="password=hunter2"))


def test_imports_are_delayed_by_a_rush_and_not_stopped() -> None:
    waiting: lanes.Lanes[str] = lanes.Lanes(bound=100, cap=16)
    for number in range(40):
        waiting.put(f"police {number}", urgent=True)
        waiting.put(f"import {number}", urgent=False)
    taken = waiting.take()
    assert taken == [*(f"police {n}" for n in range(14)), "import 0", "import 1"]
    assert len(waiting) == 64


def test_the_cache_forgets_what_was_unused_longest() -> None:
    cache = Cache(2)
    one, two, three = new_stream(), new_stream(), new_stream()
    cache.keep({one.int: Known(version=1), two.int: Known(version=1)})
    assert cache.get(one.int) is not None
    cache.keep({three.int: Known(version=1)})
    assert (len(cache), cache.get(two.int)) == (2, None)
    cache.forget([one])
    assert cache.get(one.int) is None
    cache.forget(None)
    assert len(cache) == 0


NARROW = Table(
    name="narrow",
    columns={"key": "bytes", "number": "integer"},
    key=("key", "number"),
    indexes=(("number",),),
    narrow=True,
)


@pytest.mark.parametrize("kind", STORES)
def test_rows_of_many_keys_come_in_one_question_each_key_bounded(kind: str, tmp_path: Path) -> None:
    with place(kind, tmp_path) as settings:
        create_ledger(settings, ledger_id=uuid4(), inception=START, tables=(NARROW,))
        opened = open_ledger(settings, clock=Ticking(), tables=(NARROW,))
        try:
            rows = [
                Put(table=NARROW, row={"key": bytes([key]), "number": number}) for key in (1, 2) for number in range(5)
            ]
            opened.writer.perform(lambda unit: unit.append(new_stream(), [], expected_version=0, rows=rows))
            found = opened.reader.among(NARROW, "key", [b"\x01", b"\x07", b"\x02"], limit=3)
            assert sorted((row["key"], row["number"]) for row in found) == [
                (bytes([key]), number) for key in (1, 2) for number in range(3)
            ]
            assert opened.reader.among(NARROW, "key", [], limit=3) == []
            assert opened.reader.counted(NARROW, "number", after=1, upto=3) == 4
            with pytest.raises(StatementRejected):
                opened.reader.among(NARROW, "nothing", [b""], limit=1)
        finally:
            opened.close()
