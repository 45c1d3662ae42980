"""The engine does on PostgreSQL what it does on SQLite: the same rows, the same rebuild, the same refusals."""

from uuid import UUID

import pytest

from registry.ledger.opening import create_ledger, open_ledger
from registry.ledger.settings import LedgerSettings
from registry.ledger.view_connections import open_views
from registry.processes import VIEWS
from registry.views.deadlines import deadlines
from registry.views.rebuild import rebuild
from tests.servers import NoServerError, shared_server
from tests.simulators.clock import SimulatedClock
from tests.unit.views.given import COURT, DESK, START, Place, a_place, write_history


@pytest.fixture
def on_postgres():
    try:
        server = shared_server()
    except NoServerError as reason:
        pytest.skip(str(reason))
    with server.database() as dsn:
        settings = LedgerSettings(dsn=dsn, require_fsync=False)
        create_ledger(settings, ledger_id=UUID(int=9), inception=START)
        clock = SimulatedClock(START)
        ledger = open_ledger(settings, clock=clock)
        store = open_views(settings)
        yield Place(ledger=ledger, store=store, clock=clock)
        store.close()
        ledger.close()


def test_both_stores_give_the_same_rows_and_the_same_rebuild(tmp_path, on_postgres):
    with a_place(tmp_path) as on_sqlite:
        for place in (on_sqlite, on_postgres):
            write_history(place, orders=5, facts=120, seed=11)
            place.catch_up(batch=40)
            for view in VIEWS:
                rebuild(view, reader=place.ledger.reader, store=place.store, clock=place.clock, batch=50)
        for view in VIEWS:
            for table in view.all_tables:
                expected = without_positions(on_sqlite.rows(view, table, 1))
                assert without_positions(on_sqlite.rows(view, table, 2)) == expected
                assert without_positions(on_postgres.rows(view, table, 1)) == expected
                assert without_positions(on_postgres.rows(view, table, 2)) == expected
        for institution in (COURT, DESK):
            assert deadlines(on_postgres.store, institution).rows == deadlines(on_sqlite.store, institution).rows


def without_positions(rows):
    """Leave out what depends on the store: positions are not dense, and equal on no two stores."""
    return [{name: cell for name, cell in row.items() if name != "position"} for row in rows]
