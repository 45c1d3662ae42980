"""What is fitted to an open registry of limits: the table that holds, who is locked out, and what tells of both."""

import hmac
from collections.abc import Callable, Mapping

from registry.api.connections import Connections
from registry.api.services import Services
from registry.config import Settings
from registry.core import Core
from registry.errors import ConfigurationError
from registry.limits.lock_file import FILE, LockFile
from registry.limits.lock_out import LockOut
from registry.limits.table import MAXIMUM_FILE, Budget, table_of
from registry.limits.tally import Teller
from registry.values.time import Instant


def limits_table(settings: Settings) -> Mapping[str, Budget]:
    """Give the table of budgets with an operator's own lines in it; raises `ConfigurationError`."""
    if settings.limits is None:
        return table_of("")
    try:
        with settings.limits.open("rb") as file:
            content = file.read(MAXIMUM_FILE + 1)
        text = content.decode()
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError("the file of limits cannot be read") from None
    if len(content) > MAXIMUM_FILE:
        raise ConfigurationError("the file of limits is longer than any table of them")
    return table_of(text)


def lock_out(opened: Core, clock: Callable[[], Instant]) -> LockOut:
    """Open what is remembered of failed sign-ins, in the data folder; its hashes have a key of their own."""
    key = hmac.digest(opened.keeper.secret("token"), b"places of failed sign-ins", "sha256")
    return LockOut(clock=clock, file=LockFile(opened.settings.data / FILE), key=key)


def teller(services: Services, connections: Connections) -> Teller:
    """Give what tells in the log how often a limit was reached."""
    return Teller(
        tallies=(services.gate.tally, services.lock_out.tally, connections.tally),
        now_open=lambda: {"connections": connections.open(), "streams": services.streams.open()},
    )
