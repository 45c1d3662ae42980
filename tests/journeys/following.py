"""Lets a registry's own processes do what follows from what the doors have taken."""

import asyncio

from registry.alerts.lapses import Lapses
from registry.alerts.reactor import Reactor, by_rules
from registry.alerts.surroundings import Surroundings
from registry.desks import Desks
from registry.ledger.settings import LedgerSettings
from registry.ledger.view_connections import open_views
from registry.processes import VIEWS
from registry.views.engine import Projector


async def follow(folder, registry, institution="", *, at=None):
    """Let the registry's own processes do what follows, and lay what an institution finds on its desk at an instant."""
    reader, store = registry.ledger.reader, open_views(LedgerSettings(path=folder / "ledger" / "registry.db"))
    surroundings = Surroundings(reader=reader, directory=lambda: registry.services.enrolment().directory)
    executor = registry.services.executor
    reactor = Reactor(reader=reader, store=store, executor=executor, following=by_rules(surroundings.of))
    projector = Projector(reader=reader, store=store, views=VIEWS, clock=registry.clock)
    now = registry.clock() if at is None else at
    lapses = Lapses(
        reader=reader,
        store=store,
        executor=registry.services.executor,
        directory=surroundings.directory,
        clock=lambda: now,
    )
    try:
        for process in (reactor, projector, lapses, reactor, projector):
            while await asyncio.to_thread(process.step):
                pass
        assert reactor.refused() == 0
        desks, rows = Desks(store=store, reader=reader), registry.rows
        rows.inbox[:] = desks.inbox(institution, 0, 100)
        rows.alerts[institution] = list(desks.alerts(institution, 0, 100))
        rows.deadlines[:] = desks.deadlines(institution, "", 100, now)
    finally:
        store.close()
