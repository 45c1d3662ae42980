"""What the command line does with views: builds them anew beside the ones that serve, showing how far it is."""

import os
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from registry import core
from registry.config import Settings
from registry.errors import ConfigurationError
from registry.key_ring import key_ring
from registry.ledger.opening import open_reader
from registry.ledger.upkeep import Upkeep
from registry.ledger.view_connections import open_views
from registry.process import settle_memory
from registry.processes import VIEWS
from registry.refiling import Refiling
from registry.views.police import ORDER
from registry.views.rebuild import Progress, rebuild_together

PERSONS: Final = "persons"
"""What the persons are filed under is rebuilt by this name, beside the views."""


def rebuild_views(settings: Settings, name: str | None) -> None:
    """Build one view, or all, from the first fact; a serving registry may run meanwhile.

    Interrupting keeps what is built: the next call goes on from there. Raises `ConfigurationError`
    for a view that is not there.
    """
    if name == PERSONS:
        refile_persons(settings)
        return
    chosen = [view for view in VIEWS if name in (None, view.name)]
    if not chosen:
        names = ", ".join((*(view.name for view in VIEWS), PERSONS))
        raise ConfigurationError(f"no view of that name; there are: {names}")
    ledger_settings = core.ledger_settings(settings)
    reader, store = open_reader(ledger_settings), open_views(ledger_settings)
    settle_memory()  # the rebuild makes millions of records and no cycles
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with Bars(*columns, console=Console(stderr=True)) as bars:
            tasks = {view.name: bars.add_task(view.name, total=None) for view in chosen}

            def show(progress: Progress) -> None:
                bars.update(tasks[progress.view], completed=int(progress.position), total=int(progress.head))

            rebuild_together(chosen, reader=reader, store=store, clock=core.clock, report=show)
    finally:
        reader.close()
        store.close()


def refile_persons(settings: Settings) -> None:
    """File every person anew, showing how far it is; a serving registry may run meanwhile."""
    ledger_settings = core.ledger_settings(settings)
    keeper, reader, upkeep = core.open_keeper(settings), open_reader(ledger_settings), Upkeep(ledger_settings)
    refiling = Refiling(
        reader=reader,
        upkeep=upkeep,
        ring=key_ring(keeper, reader),
        ledger_id=str(core.ledger_id(ledger_settings)),
        index_key=keeper.secret("index"),
        entropy=os.urandom,
    )
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with Bars(*columns, console=Console(stderr=True)) as bars:
            total = reader.counted(ORDER, "position", after=0, upto=reader.head())
            task = bars.add_task(PERSONS, total=total)
            done = refiling.refile(lambda refiled: bars.update(task, completed=refiled.orders))
    finally:
        reader.close()
        upkeep.close()
    if done.unread:
        raise ConfigurationError(f"{done.unread} persons could not be filed: their keys do not open")
