"""What the verbs of the command line share: faults as sentences and exit codes, settings, bounded files, JSON."""

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Final, ParamSpec

import click
import orjson

from registry import config
from registry.errors import ConfigurationError, Refused, RegistryError, Unavailable

EXIT_FAILED: Final = 1
EXIT_USAGE: Final = 2
_MAXIMUM_FILE: Final = 64 * 1024 * 1024

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
    """Read the settings, with the data folder that the command line names."""
    settings = config.read()
    given: Path | None = context.find_root().obj
    return settings if given is None else replace(settings, data=given)


def print_json(value: object) -> None:
    """Print data for programs."""
    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def bounded(path: Path, maximum: int = _MAXIMUM_FILE) -> bytes:
    """Read a file up to a bound; raises `ConfigurationError` for a larger one."""
    with path.open("rb") as file:
        content = file.read(maximum + 1)
    if len(content) > maximum:
        raise ConfigurationError("the file is too large")
    return content
