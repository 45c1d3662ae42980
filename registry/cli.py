"""The command line: init, serve, import, check, order, view, and the groups of verbs that stand beside it.

People read stderr, programs `--json`.
Exit codes: 0 ok, 1 failed, 2 usage, 3 not in force, 4 cannot tell.
"""

import sys
from pathlib import Path
from typing import Any, Final

import click

from registry import (
    account_verbs,
    evidence_verbs,
    institution_verbs,
    key_verbs,
    limits_verbs,
    log_verbs,
    process,
    trust_verbs,
    witness_verbs,
)
from registry.card_cli import card
from registry.verbs import EXIT_FAILED
from registry.verbs import bounded as _bounded
from registry.verbs import faults as _faults
from registry.verbs import print_json as _print
from registry.verbs import settings_of as _settings

MAXIMUM_BODY: Final = 1 << 20


@click.group()
@click.version_option(package_name="protective-order-registry")
@click.option("--data", type=click.Path(path_type=Path), help="Data folder; instead of REGISTRY_DATA.")
@click.pass_context
def main(context: click.Context, data: Path | None) -> None:
    """Registry of protective orders: record, check, prove."""
    process.close_to_others()
    context.obj = data


main.add_command(card)


@main.command()
@click.argument("enrolment", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
@_faults
def init(context: click.Context, enrolment: Path) -> None:
    """Create the data folder: keys, and a ledger that begins with the institutions of the ENROLMENT file."""
    from registry import core, founding  # noqa: PLC0415  # a verb loads what it needs: --help answers at once
    from registry.access.directory import parse_enrolment  # noqa: PLC0415  # as above

    settings = _settings(context)
    content = _bounded(enrolment)
    core.create(settings, content)
    click.echo(f"registry: created {settings.data}", err=True)
    if not founding.governable(parse_enrolment(content)):
        click.echo(f"registry: {founding.NOT_GOVERNABLE}", err=True)


@main.command()
@click.pass_context
@_faults
def serve(context: click.Context) -> None:
    """Serve HTTP until stopped by SIGINT or SIGTERM; what is under way is finished first."""
    from registry import app, journal  # noqa: PLC0415  # as in init

    settings = _settings(context)
    with journal.kept(access=settings.access_log == "on") as kept:
        app.serve(settings, announce=kept.say)


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
    """Build views anew from the facts beside the ones that serve, then switch. All of them, or the one NAMEd.

    `persons` files who the parties are anew, to be found: after an upgrade, or when a check says that it is incomplete.
    """
    from registry import view_reports  # noqa: PLC0415  # as in init

    view_reports.rebuild_views(_settings(context), name)


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

    click.echo(reports.explain(_settings(context), order_ref, asked))


@main.group(name="config")
def config_() -> None:
    """Settings."""


@config_.command(name="check")
@click.option("--json", "as_json", is_flag=True, help="Print the settings as JSON.")
@click.pass_context
@_faults
def config_check(context: click.Context, *, as_json: bool) -> None:
    """Read the settings and say what they are; no secret is among them."""
    settings = _settings(context)
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


@main.command(name="demo-send")
@click.option("--url", default="http://127.0.0.1:8606", show_default=True, help="Address of the running demo.")
@click.option("--idempotency-key", help="The same one again gives the same receipt.")
@click.option("--if-match", help="Version of the order that a change rests on, as its ETag says it.")
@click.argument("institution")
@click.argument("path")
@_faults
def demo_send(institution: str, path: str, url: str, idempotency_key: str | None, if_match: str | None) -> None:
    """Sign a request to a running demo, send it, and print the answer. The body comes from standard input."""
    from registry.demo import sign_in  # noqa: PLC0415  # as in init

    given = {"Idempotency-Key": idempotency_key, "If-Match": if_match}
    headers = {name: value for name, value in given.items() if value is not None}
    taken, answered = sign_in.send(url, institution, path, sys.stdin.buffer.read(MAXIMUM_BODY), headers=headers)
    click.echo(answered.decode())
    raise SystemExit(0 if taken else 1)


main.add_command(account_verbs.account)
main.add_command(evidence_verbs.evidence)
main.add_command(institution_verbs.institution)
main.add_command(key_verbs.key)
for _verb in (institution_verbs.add_key, institution_verbs.retire_key, institution_verbs.mark_key):
    key_verbs.key.add_command(_verb)
main.add_command(key_verbs.person)
main.add_command(limits_verbs.limits)
main.add_command(key_verbs.queries)
main.add_command(log_verbs.ledger)
main.add_command(trust_verbs.trust)
main.add_command(witness_verbs.witness)
