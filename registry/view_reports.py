"""What the command line does with views: builds them anew beside the ones that serve, showing how far it is."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from registry import core
from registry.config import Settings
from registry.errors import ConfigurationError
from registry.ledger.opening import open_reader
from registry.ledger.view_connections import open_views
from registry.process import settle_memory
from registry.processes import VIEWS
from registry.views.rebuild import Progress, rebuild_together


def rebuild_views(settings: Settings, name: str | None) -> None:
    """Build one view, or all, from the first fact; a serving registry may run meanwhile.

    Interrupting keeps what is built: the next call goes on from there. Raises `ConfigurationError`
    for a view that is not there.
    """
    chosen = [view for view in VIEWS if name in (None, view.name)]
    if not chosen:
        raise ConfigurationError(f"no view of that name; there are: {', '.join(view.name for view in VIEWS)}")
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
