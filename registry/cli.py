"""The command line: init, serve, import, check, order, view, key, config, demo. People read stderr, programs `--json`.

Exit codes: 0 ok, 1 failed, 2 usage, 3 not in force, 4 cannot tell.
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any, Final, ParamSpec

import click
import orjson

from registry import config
from registry.errors import ConfigurationError, Refused, RegistryError, Unavailable

EXIT_FAILED: Final = 1
EXIT_USAGE: Final = 2
_MAXIMUM_FILE: Final = 64 * 1024 * 1024

Parameters = ParamSpec("Parameters")


def _faults(verb: Callable[Parameters, None]) -> Callable[Parameters, None]:
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


def _print(value: object) -> None:
    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


@click.group()
@click.version_option(package_name="protective-order-registry")
@click.option("--data", type=click.Path(path_type=Path), help="Data folder; instead of REGISTRY_DATA.")
@click.pass_context
def main(context: click.Context, data: Path | None) -> None:
    """Registry of protective orders: record, check, prove."""
    context.obj = data


def _settings(context: click.Context) -> config.Settings:
    settings = config.read()
    given: Path | None = context.obj
    return settings if given is None else replace(settings, data=given)


@main.command()
@click.argument("enrolment", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
@_faults
def init(context: click.Context, enrolment: Path) -> None:
    """Create the data folder: keys, an empty ledger, and the institutions of the ENROLMENT file."""
    from registry import core  # noqa: PLC0415  # a verb loads what it needs: --help answers at once

    settings = _settings(context)
    core.create(settings, _bounded(enrolment))
    click.echo(f"registry: created {settings.data}", err=True)


@main.command()
@click.pass_context
@_faults
def serve(context: click.Context) -> None:
    """Serve HTTP until stopped by SIGINT or SIGTERM; what is under way is finished first."""
    from registry import app  # noqa: PLC0415  # as in init

    app.serve(_settings(context), announce=lambda line: click.echo(line, err=True))


@main.command(name="import")
@click.option("--court", required=True, help="Code of the court adapter, such as gb-eaw.")
@click.option("--dry-run", is_flag=True, help="Do everything but keep it.")
@click.option("--json", "as_json", is_flag=True, help="Print the account as JSON.")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
@_faults
def import_(context: click.Context, court: str, files: tuple[Path, ...], *, dry_run: bool, as_json: bool) -> None:
    """Bring in deliveries of a court system; every record is accounted for. May be repeated."""
    from registry import reports  # noqa: PLC0415  # as in init

    failed = reports.import_files(_settings(context), court, files, dry_run=dry_run, as_json=as_json)
    if failed:
        raise SystemExit(EXIT_FAILED)


@main.command()
@click.option("--order", "order_ref", help="Reference of the order.")
@click.option("--in", "jurisdiction", required=True, help="Where the officer stands, such as DE or US-CA.")
@click.option("--at", "valid_at", help="Instant asked about, RFC 3339; default now.")
@click.option("--known-at", help="Answer as known at an instant, RFC 3339; default now.")
@click.option("--institution", required=True, help="The enrolled institution that asks.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@click.pass_context
@_faults
def check(context: click.Context, /, *, as_json: bool, **asked: Any) -> None:  # noqa: ANN401  # click's own
    """Ask whether an order is in force; the answer is recorded. Exits 0 in force, 3 not in force, 4 cannot tell."""
    from registry import reports  # noqa: PLC0415  # as in init

    raise SystemExit(reports.check(_settings(context), asked, as_json=as_json))


@main.command()
@click.argument("order_ref")
@click.option("--json", "as_json", is_flag=True, help="Print the facts as JSON.")
@click.pass_context
@_faults
def order(context: click.Context, order_ref: str, *, as_json: bool) -> None:
    """List the facts of an order, without personal data."""
    from registry import reports  # noqa: PLC0415  # as in init

    reports.order(_settings(context), order_ref, as_json=as_json)


@main.group()
def view() -> None:
    """Tables derived from facts."""


@view.command()
@click.argument("name", required=False)
@click.pass_context
@_faults
def rebuild(context: click.Context, name: str | None) -> None:
    """Build views anew from the facts beside the ones that serve, then switch. All of them, or the one NAMEd."""
    from registry import view_reports  # noqa: PLC0415  # as in init

    view_reports.rebuild_views(_settings(context.find_root()), name)


@main.group()
def law() -> None:
    """The law: hold stories against it, have it explained."""


@law.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_faults
def test(files: tuple[Path, ...]) -> None:
    """Hold stories (YAML FILES, docs/reference/story-format.md) against the law; exits 1 if any differs."""
    from registry import law_report  # noqa: PLC0415  # as in init

    result = law_report.law_test((path.name, _bounded(path)) for path in files)
    click.echo(result.text)
    raise SystemExit(0 if result.ok else EXIT_FAILED)


@law.command()
@click.argument("order_ref")
@click.option("--in", "jurisdiction", required=True, help="Where the officer stands, such as DE or US-CA.")
@click.option("--at", "valid_at", help="Instant asked about, RFC 3339; default now.")
@click.option("--known-at", help="As known at an instant, RFC 3339; default now.")
@click.pass_context
@_faults
def explain(context: click.Context, /, order_ref: str, **asked: Any) -> None:  # noqa: ANN401  # click's own
    """Say step by step, in words, how the law comes to its answer on an order. Records nothing, shows no person."""
    from registry import reports  # noqa: PLC0415  # as in init

    click.echo(reports.explain(_settings(context.find_root()), order_ref, asked))


@main.group()
def key() -> None:
    """Key-encryption keys of jurisdictions."""


@key.command()
@click.argument("jurisdiction")
@click.option(
    "--no-compact", is_flag=True, help="Do not rewrite the store's files; erased search keys may linger there."
)
@click.pass_context
@_faults
def rotate(context: click.Context, jurisdiction: str, *, no_compact: bool) -> None:
    """Turn a jurisdiction's epoch: new key, every party's key under it, old key destroyed. Or make its first.

    May run beside `serve`, be interrupted and be repeated. Older backups open nobody afterwards: make a new one.
    """
    from registry import key_reports  # noqa: PLC0415  # as in init

    key_reports.rotate(_settings(context.find_root()), jurisdiction, compact=not no_compact)


@main.group(name="config")
def config_() -> None:
    """Settings."""


@config_.command(name="check")
@click.option("--json", "as_json", is_flag=True, help="Print the settings as JSON.")
@click.pass_context
@_faults
def config_check(context: click.Context, *, as_json: bool) -> None:
    """Read the settings and say what they are; no secret is among them."""
    settings = _settings(context.find_root())
    shown = {name: str(getattr(settings, name)) for name in settings.__dataclass_fields__}
    if as_json:
        _print(shown)
        return
    for name, value in shown.items():
        click.echo(f"{name} = {value}")


@main.command()
@click.option("--once", is_flag=True, help="Play the story, say what happened, and end.")
@click.option("--json", "as_json", is_flag=True, help="Print the story as data.")
@click.option("--port", type=click.IntRange(0, 65535), default=8606, show_default=True, help="Port to listen on.")
@_faults
def demo(*, once: bool, as_json: bool, port: int) -> None:
    """Play an order's story across borders on this machine, with demo keys and invented people."""
    from registry import demo as story  # noqa: PLC0415  # as in init

    raise SystemExit(story.run(once=once, as_json=as_json, port=port))


@main.command(name="demo-token")
@click.option("--url", default="http://127.0.0.1:8606", show_default=True, help="Address of the running demo.")
@click.argument("institution")
@_faults
def demo_token(institution: str, url: str) -> None:
    """Print an access token of a running demo for one of its institutions."""
    from registry.demo import sign_in  # noqa: PLC0415  # as in init

    click.echo(sign_in.token(url, institution))


def _bounded(path: Path) -> bytes:
    """Read a file up to a bound; raises `ConfigurationError` for a larger one."""
    with path.open("rb") as file:
        content = file.read(_MAXIMUM_FILE + 1)
    if len(content) > _MAXIMUM_FILE:
        raise ConfigurationError("the file is too large")
    return content
