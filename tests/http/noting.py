"""Lets a registry's own process note the checks that officers made of orders of their own."""

import asyncio
from contextlib import contextmanager

from registry.alerts.conflicts import of_checks
from registry.alerts.reactor import Reactor
from registry.alerts.surroundings import Surroundings
from registry.ledger.settings import LedgerSettings
from registry.ledger.view_connections import open_views


@contextmanager
def a_noting(folder, registry, executor=None):
    """Give the process, from where it stood last."""
    reader, carried_out_by = registry.ledger.reader, registry.services.executor
    around = Surroundings(reader=reader, directory=lambda: registry.services.enrolment().directory)
    store = open_views(LedgerSettings(path=folder / "ledger" / "registry.db"))
    try:
        yield Reactor(
            reader=reader,
            store=store,
            executor=executor or carried_out_by,
            following=of_checks(around, carried_out_by.index_key),
        )
    finally:
        store.close()


async def noted(folder, registry):
    """Do all that follows from the checks so far; gives how many it could not say anything of."""
    with a_noting(folder, registry) as process:
        while await asyncio.to_thread(process.step):
            pass
        return process.refused()
