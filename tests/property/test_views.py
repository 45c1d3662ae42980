"""A view built anew is the view that was kept: for every history, whatever stopped the building, wherever."""

from hypothesis import given
from hypothesis import strategies as st

from registry.errors import Unavailable
from registry.processes import VIEWS
from registry.views.rebuild import discard, rebuild
from tests.unit.views.given import a_place, write_history

HISTORIES = st.tuples(st.integers(1, 6), st.integers(6, 60), st.integers(0, 10_000))


class Killed(BaseException):
    """What a process feels of a kill."""


def assert_the_same(place, view, old, new):
    for table in view.all_tables:
        assert place.rows(view, table, old) == place.rows(view, table, new)


@given(history=HISTORIES, batch=st.integers(1, 40), rebuilt=st.integers(1, 40))
def test_a_view_built_anew_has_the_rows_of_the_one_that_was_kept(tmp_path_factory, history, batch, rebuilt):
    orders, facts, seed = history
    with a_place(tmp_path_factory.mktemp("views")) as place:
        write_history(place, orders=orders, facts=facts, seed=seed)
        place.catch_up(batch=batch)
        for view in VIEWS:
            done = rebuild(view, reader=place.ledger.reader, store=place.store, clock=place.clock, batch=rebuilt)
            assert (done.generation, done.served, done.position) == (2, True, place.ledger.reader.head())
            assert not place.rows(view, view.quarantine, 1)
            assert_the_same(place, view, 1, 2)


@given(history=HISTORIES, batch=st.integers(1, 9), kills=st.lists(st.integers(1, 8), max_size=5), data=st.data())
def test_a_rebuild_that_is_killed_goes_on_where_it_was(tmp_path_factory, history, batch, kills, data):
    orders, facts, seed = history
    with a_place(tmp_path_factory.mktemp("views")) as place:
        write_history(place, orders=orders, facts=facts, seed=seed)
        place.catch_up()
        view = data.draw(st.sampled_from(VIEWS))
        read = 0
        for after in kills:
            left = after

            def report(progress):
                nonlocal left, read
                left -= 1
                if progress.served:
                    return
                read = max(read, progress.position)
                if not left:
                    raise Killed

            try:
                done = rebuild(
                    view,
                    reader=place.ledger.reader,
                    store=place.store,
                    clock=place.clock,
                    report=report,
                    batch=batch,
                )
            except Killed:
                assert place.store.active(view.name) == 1
                assert place.store.position(view.name, 2) == read
            else:
                assert done.served
                break
        if place.store.active(view.name) == 1:
            rebuild(view, reader=place.ledger.reader, store=place.store, clock=place.clock, batch=batch)
        assert place.store.active(view.name) == 2
        assert_the_same(place, view, 1, 2)
        discard(view, store=place.store, generation=1)


@given(history=HISTORIES, batch=st.integers(1, 30), faults=st.sets(st.integers(0, 20)))
def test_a_store_that_fails_in_between_changes_no_row(tmp_path_factory, history, batch, faults):
    orders, facts, seed = history
    with a_place(tmp_path_factory.mktemp("views")) as place:
        write_history(place, orders=orders, facts=facts, seed=seed)
        store = place.store
        place.store = Failing(store, faults)
        projector = place.projector(batch=batch)
        running = True
        while running:
            try:
                running = projector.step()
            except Unavailable:
                continue
        place.store = store
        for view in VIEWS:
            rebuild(view, reader=place.ledger.reader, store=store, clock=place.clock)
            assert_the_same(place, view, 1, 2)


class Failing:
    """A view store that is unavailable at some of its writes, before or after it has done them."""

    def __init__(self, store, faults):
        self._store = store
        self._faults = faults
        self._writes = 0

    def __getattr__(self, name):
        return getattr(self._store, name)

    def apply(self, *arguments, **options):
        self._writes += 1
        if self._writes in self._faults and self._writes % 2:
            raise Unavailable("store-unavailable")
        self._store.apply(*arguments, **options)
        if self._writes in self._faults:
            raise Unavailable("store-unavailable")
