"""What all verbs of the command line share: settings, and faults that become a sentence and an exit code."""

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


def faults(verb: Callable[Parameters, None]) -> Callable[Parameters, None]:
    """Turn what the registry raises on purpose into a sentence and an exit code; never a traceback."""

    @wraps(verb)
    def guarded(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
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

    return guarded


def settings_of(context: click.Context) -> config.Settings:
    """Read the settings; the program's own `--data` goes before the environment."""
    settings = config.read()
    given: Path | None = context.find_root().obj
    return settings if given is None else replace(settings, data=given)
