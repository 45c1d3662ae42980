"""What every verb of the command line has in common: its exit codes, its settings, and how it fails."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Final, ParamSpec

import click

from registry import config
from registry.errors import ConfigurationError, Refused, RegistryError, Unavailable

EXIT_FAILED: Final = 1
EXIT_USAGE: Final = 2

Parameters = ParamSpec("Parameters")


def guarded(verb: Callable[Parameters, None]) -> Callable[Parameters, None]:
    """Turn what the registry raises on purpose into a sentence and an exit code; never a traceback."""

    @wraps(verb)
    def careful(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        try:
            verb(*args, **kwargs)
        except ConfigurationError as fault:
            click.echo(f"registry: {fault}", err=True)
            raise SystemExit(EXIT_USAGE) from None
        except (Refused, Unavailable) as refusal:
            click.echo(f"registry: refused: {refusal.code}", err=True)
            raise SystemExit(EXIT_FAILED) from None
        except RegistryError as fault:
            click.echo(f"registry: {type(fault).__name__}: {fault}", err=True)
            raise SystemExit(EXIT_FAILED) from None

    return careful


def settings_of(context: click.Context) -> config.Settings:
    """Read the settings, with the data folder that the command line names in place of the environment's."""
    settings = config.read()
    given: Path | None = context.obj
    return settings if given is None else replace(settings, data=given)
