"""The command line: every verb but those of keys and persons. People read stderr, programs `--json`.

Exit codes: 0 ok, 1 failed, 2 usage, 3 not in force, 4 cannot tell.
"""

import sys
from pathlib import Path
from typing import Any, Final

import click
import orjson

from registry.errors import ConfigurationError
from registry.key_verbs import key, person
from registry.verbs import EXIT_FAILED, guarded, settings_of

_MAXIMUM_FILE: Final = 64 * 1024 * 1024


def _print(value: object) -> None:
    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


@click.group()
@click.version_option(package_name="protective-order-registry")
@click.option("--data", type=click.Path(path_type=Path), help="Data folder; instead of REGISTRY_DATA.")
@click.pass_context
def main(context: click.Context, data: Path | None) -> None:
    """Registry of protective orders: record, check, prove."""
    context.obj = data


@main.command()
@click.argument("enrolment", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
@guarded
def init(context: click.Context, enrolment: Path) -> None:
    """Create the data folder: keys, an empty ledger, and the institutions of the ENROLMENT file."""
    from registry import core  # noqa: PLC0415  # a verb loads what it needs: --help answers at once

    settings = settings_of(context)
    core.create(settings, _bounded(enrolment))
    click.echo(f"registry: created {settings.data}", err=True)


@main.command()
@click.pass_context
@guarded
def serve(context: click.Context) -> None:
    """Serve HTTP until stopped by SIGINT or SIGTERM; what is under way is finished first."""
    from registry import app  # noqa: PLC0415  # as in init

    app.serve(settings_of(context), announce=lambda line: click.echo(line, err=True))


@main.command(name="import")
@click.option("--court", required=True, help="Code of the court adapter, such as gb-eaw.")
@click.option("--dry-run", is_flag=True, help="Do everything but keep it.")
@click.option("--json", "as_json", is_flag=True, help="Print the account as JSON.")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
@guarded
def import_(context: click.Context, court: str, files: tuple[Path, ...], *, dry_run: bool, as_json: bool) -> None:
    """Bring in deliveries of a court system; every record is accounted for. May be repeated."""
    from registry import reports  # noqa: PLC0415  # as in init

    failed = reports.import_files(settings_of(context), court, files, dry_run=dry_run, as_json=as_json)
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
@guarded
def check(context: click.Context, /, *, as_json: bool, **asked: Any) -> None:  # noqa: ANN401  # click's own
    """Ask whether an order is in force; the answer is recorded. Exits 0 in force, 3 not in force, 4 cannot tell."""
    from registry import reports  # noqa: PLC0415  # as in init

    raise SystemExit(reports.check(settings_of(context), asked, as_json=as_json))


@main.command()
@click.argument("order_ref")
@click.option("--json", "as_json", is_flag=True, help="Print the facts as JSON.")
@click.pass_context
@guarded
def order(context: click.Context, order_ref: str, *, as_json: bool) -> None:
    """List the facts of an order, without personal data."""
    from registry import reports  # noqa: PLC0415  # as in init

    reports.order(settings_of(context), order_ref, as_json=as_json)


@main.group()
def view() -> None:
    """Tables derived from facts."""


@view.command()
@click.argument("name", required=False)
@click.pass_context
@guarded
def rebuild(context: click.Context, name: str | None) -> None:
    """Build views anew from the facts beside the ones that serve, then switch. All of them, or the one NAMEd."""
    from registry import view_reports  # noqa: PLC0415  # as in init

    view_reports.rebuild_views(settings_of(context.find_root()), name)


@main.group()
def law() -> None:
    """The law: hold stories against it, have it explained."""


@law.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@guarded
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
@guarded
def explain(context: click.Context, /, order_ref: str, **asked: Any) -> None:  # noqa: ANN401  # click's own
    """Say step by step, in words, how the law comes to its answer on an order. Records nothing, shows no person."""
    from registry import reports  # noqa: PLC0415  # as in init

    click.echo(reports.explain(settings_of(context.find_root()), order_ref, asked))


@main.group(name="config")
def config_() -> None:
    """Settings."""


@config_.command(name="check")
@click.option("--json", "as_json", is_flag=True, help="Print the settings as JSON.")
@click.pass_context
@guarded
def config_check(context: click.Context, *, as_json: bool) -> None:
    """Read the settings and say what they are; no secret is among them."""
    settings = settings_of(context.find_root())
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
@guarded
def demo(*, once: bool, as_json: bool, port: int) -> None:
    """Play an order's story across borders on this machine, with demo keys and invented people."""
    from registry import demo as story  # noqa: PLC0415  # as in init

    raise SystemExit(story.run(once=once, as_json=as_json, port=port))


@main.command(name="demo-token")
@click.option("--url", default="http://127.0.0.1:8606", show_default=True, help="Address of the running demo.")
@click.argument("institution")
@guarded
def demo_token(institution: str, url: str) -> None:
    """Print an access token of a running demo for one of its institutions."""
    from registry.demo import sign_in  # noqa: PLC0415  # as in init

    click.echo(sign_in.token(url, institution))


main.add_command(person)
main.add_command(key)


def _bounded(path: Path) -> bytes:
    """Read a file up to a bound; raises `ConfigurationError` for a larger one."""
    with path.open("rb") as file:
        content = file.read(_MAXIMUM_FILE + 1)
    if len(content) > _MAXIMUM_FILE:
        raise ConfigurationError("the file is too large")
    return content
