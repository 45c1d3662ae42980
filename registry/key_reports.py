"""What the command line does with keys of jurisdictions: turns an epoch, showing how far it is."""

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TextColumn

from registry import core
from registry.answers import Spool
from registry.config import Settings
from registry.errors import ConfigurationError, Unavailable
from registry.ledger.opening import open_reader
from registry.ledger.upkeep import Upkeep
from registry.rotation import Rotation
from registry.sweeping import SWEPT
from registry.values.jurisdiction import Jurisdiction, is_shaped_like_a_jurisdiction


def rotate(settings: Settings, code: str, *, compact: bool) -> None:
    """Turn the epoch of a jurisdiction; a serving registry may run meanwhile. Raises `ConfigurationError`.

    Answers that were kept in the spool with a new key of their own come first: their key would be lost.
    """
    if not is_shaped_like_a_jurisdiction(code):
        raise ConfigurationError("that is no jurisdiction code")
    jurisdiction = Jurisdiction(code)
    spooled = Spool(path=settings.data / core.SPOOL_FILE).waiting()
    if any(given.new_key is not None and given.new_key.jurisdiction == jurisdiction for given in spooled):
        raise Unavailable("answers-wait-in-the-spool")
    where = core.ledger_settings(settings)
    keeper, upkeep, reader = core.open_keeper(settings), Upkeep(where), open_reader(where)
    errors = Console(stderr=True)
    try:
        with Progress(TextColumn("keys wrapped anew"), MofNCompleteColumn(), console=errors) as progress:
            task = progress.add_task("keys", total=None)
            rotation = Rotation(reader=reader, upkeep=upkeep, keeper=keeper, clock=core.clock)
            turned = rotation.rotate(jurisdiction, report=lambda moved: progress.advance(task, moved))
        upkeep.sweep(SWEPT, compact=compact)
    finally:
        reader.close()
        upkeep.close()
    errors.print(f"registry: epoch {turned.epoch}; {turned.moved} keys wrapped anew; {_destroyed(turned.destroyed)}")


def _destroyed(epochs: tuple[int, ...]) -> str:
    if not epochs:
        return "there was no older key"
    return f"destroyed: {', '.join(str(epoch) for epoch in epochs)}. Older backups open nobody: make a new one"
