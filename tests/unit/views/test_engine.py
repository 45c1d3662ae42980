"""The projector: a batch at a time, each fact once, no death in silence."""

from dataclasses import replace
from threading import Event

import pytest

from registry.errors import StaleVersion, Unavailable
from registry.ledger.rows import Put, Table
from registry.ledger.viewstore import ViewStore
from registry.processes import VIEWS
from registry.values.time import SECOND
from registry.views.base import MAXIMUM_PAGE, View, page_size
from registry.views.engine import Projector
from registry.views.inbox import INBOX
from registry.views.order_history import HISTORY, ORDER_HISTORY
from registry.views.rebuild import discard, rebuild
from registry.views.supervised import LONGEST_PAUSE_MILLISECONDS, Life, Supervised, pause_milliseconds
from tests.unit.views.given import START, a_place, an_order, write_history

COUNTED = Table(name="counted", columns={"position": "integer", "topic": "text"}, key=("position",))


@pytest.fixture
def place(tmp_path):
    with a_place(tmp_path) as place:
        yield place


def counting(recorded):
    yield Put(table=COUNTED, row={"position": recorded.position, "topic": recorded.fact.event.TOPIC})


def a_view(on):
    return View(name="counted", tables=(COUNTED,), on=on)


def entered(place):
    order_ref = place.uuid()
    return place.record(order_ref, an_order(order_ref, place.uuid))[0].position


def test_every_view_is_brought_to_the_head_and_says_so(place):
    entered(place)
    place.clock.advance(5)
    projector = place.projector()
    assert projector.health() == ()
    assert projector.step()
    entered(place)
    place.clock.advance(5)
    behind = projector.health()
    assert {(h.lag, h.oldest_age) for h in behind} == {(1, 5 * SECOND)}
    assert projector.step()
    assert not projector.step()
    assert {(h.lag, h.oldest_age, h.quarantined) for h in projector.health()} == {(0, 0, 0)}
    assert {h.view for h in projector.health()} == {view.name for view in VIEWS}


def test_a_fact_that_breaks_a_view_is_put_aside_and_the_others_go_on(place):
    bad = [entered(place) for _ in range(5)][2]

    def on(recorded):
        yield from counting(recorded)
        if recorded.position == bad:
            raise KeyError("a value that must not be kept")

    place.views = (a_view(on), ORDER_HISTORY)
    projector = place.catch_up()
    rows = place.rows(place.views[0], COUNTED)
    assert [row["position"] for row in rows] == [p for p in range(1, 6) if p != bad]
    (row,) = place.rows(place.views[0], place.views[0].quarantine)
    assert row == {"position": bad, "topic": "order.issued.1", "error": "KeyError"}
    assert {h.view: h.quarantined for h in projector.health()} == {"counted": 1, "order_history": 0}
    assert len(place.rows(ORDER_HISTORY, HISTORY)) == 5


@pytest.mark.parametrize("row", [{"position": 3, "topic": b"bytes"}, {"position": 3, "colour": "red"}])
def test_a_row_that_the_store_refuses_is_put_aside_alone(place, row):
    for _ in range(5):
        entered(place)

    def on(recorded):
        yield from counting(recorded) if recorded.position != 3 else [Put(table=COUNTED, row=row)]

    place.views = (a_view(on),)
    projector = place.catch_up()
    assert [each["position"] for each in place.rows(place.views[0], COUNTED)] == [1, 2, 4, 5]
    assert projector.health()[0].quarantined == 1


def test_a_view_whose_tables_are_not_as_described_is_not_fed_and_says_why(place):
    entered(place)
    place.views = (a_view(counting),)
    place.catch_up()
    wider = replace(COUNTED, columns={**COUNTED.columns, "more": "text"})
    entered(place)
    place.views = (replace(place.views[0], tables=(wider,)),)
    place.store = ViewStore(place.store._connections)  # noqa: SLF001  # the next start
    with pytest.raises(Unavailable):
        place.projector().step()
    assert place.store.count(place.views[0].quarantine, 1) == 0


def test_two_projectors_apply_a_fact_once(place):
    seen = []

    def on(recorded):
        seen.append(recorded.position)
        yield from counting(recorded)

    place.views = (a_view(on),)
    one, other = place.projector(), place.projector()
    entered(place)
    one.step()
    entered(place)
    other.step()
    # The first does not know that the other has been here.
    one.step()
    assert [row["position"] for row in place.rows(place.views[0], COUNTED)] == [1, 2]
    with pytest.raises(StaleVersion):
        place.store.apply("counted", 1, (), 2)


def test_a_wait_for_a_position_ends_when_it_is_there_or_time_is_over(place):
    projector = place.projector()
    position = entered(place)
    with pytest.raises(Unavailable, match="view-behind"):
        projector.wait_for("inbox", position, timeout=0)
    projector.start()
    projector.wait_for("inbox", entered(place), timeout=20)
    projector.stop()


def test_a_rebuild_reports_how_far_it_is_and_the_old_view_serves_meanwhile(place):
    write_history(place, orders=5, facts=50, seed=3)
    place.catch_up()
    told = []

    def report(progress):
        place.clock.advance(1)
        told.append(progress)
        assert place.store.active("inbox") == (2 if progress.served else 1)

    rebuild(INBOX, reader=place.ledger.reader, store=place.store, clock=place.clock, report=report, batch=20)
    assert [(p.position, p.head, p.served) for p in told] == [
        (20, 50, False),
        (40, 50, False),
        (50, 50, False),
        (50, 50, True),
    ]
    assert [p.per_second for p in told] == [0, 40, 25, 16]
    assert [p.remaining_seconds for p in told] == [None, 0, 0, 0]


def test_a_projector_follows_the_generation_that_is_served(place):
    projector = place.catch_up()
    entered(place)
    rebuild(ORDER_HISTORY, reader=place.ledger.reader, store=place.store, clock=place.clock)
    entered(place)
    while projector.step():
        pass
    assert [h.generation for h in projector.health() if h.view == "order_history"] == [2]
    assert len(place.rows(ORDER_HISTORY, HISTORY)) == 2
    discard(ORDER_HISTORY, store=place.store, generation=1)
    discard(ORDER_HISTORY, store=place.store, generation=1)


def test_a_half_built_generation_of_older_code_can_be_thrown_away(place):
    entered(place)
    entered(place)
    place.views = (a_view(lambda _: ()),)
    place.catch_up()
    stopped = rebuild(
        place.views[0],
        reader=place.ledger.reader,
        store=place.store,
        clock=place.clock,
        stopped=lambda: True,
        batch=1,
    )
    assert not stopped.served
    view = a_view(counting)
    rebuild(view, reader=place.ledger.reader, store=place.store, clock=place.clock, fresh=True)
    assert len(place.rows(view, COUNTED)) == 2


def test_a_process_outlives_its_failures_and_says_how_it_is():
    steps, recovered = [], Event()

    def step():
        steps.append(None)
        if len(steps) <= 2:
            raise Unavailable("store-unavailable")
        recovered.set()
        return False

    process = Supervised("some-process", step=step, idle=lambda: None)
    assert process.pulse().life is Life.NEW
    process.start()
    assert recovered.wait(20)
    process.stop()
    assert process.pulse().life is Life.STOPPED
    with pytest.raises(RuntimeError):
        process.start()


def test_a_failing_process_names_the_kind_of_error_and_no_more():
    failed = Event()

    def step():
        try:
            raise ValueError("a value that must not be kept")
        finally:
            failed.set()

    process = Supervised("some-process", step=step)
    process.start()
    assert failed.wait(20)
    process.stop()
    assert (process.pulse().error, process.pulse().failures >= 1) == ("ValueError", True)


def test_a_process_whose_work_was_done_by_another_goes_on_at_once():
    seen = iter([StaleVersion("view-has-moved")] * 5)
    finished = Event()

    def step():
        error = next(seen, None)
        if error:
            raise error
        finished.set()
        return False

    process = Supervised("some-process", step=step, period_milliseconds=10)
    process.start()
    assert finished.wait(20)
    assert process.pulse().failures == 0
    process.stop()


def test_pauses_grow_to_a_ceiling_and_pages_have_one():
    pauses = [pause_milliseconds(failures) for failures in range(1, 60)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE_MILLISECONDS
    assert (page_size(0), page_size(7), page_size(10**9)) == (1, 7, MAXIMUM_PAGE)
    assert START > 0
    assert Projector.step.__doc__
