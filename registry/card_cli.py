"""The verbs of `registry card`: issue, verify, pack, keys, page."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import orjson

from registry.errors import ConfigurationError
from registry.verbs import faults, settings_of

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def card() -> None:
    """Cards: signed summaries of orders that police check without a network."""


@card.command()
@click.argument("order_ref")
@click.option("--institution", required=True, help="The enrolled institution that makes the card.")
@click.option("--form", type=click.Choice(["FULL", "POINTER"]), default="FULL", show_default=True, help="What it says.")
@click.option("--respondent", help="Reference of the person it names, where the order binds several.")
@click.option("--svg", type=click.Path(dir_okay=False, path_type=Path), help="Write the QR code to this file.")
@click.pass_context
@faults
def issue(context: click.Context, /, order_ref: str, svg: Path | None, **asked: Any) -> None:  # noqa: ANN401  # click's own
    """Make a card of an order as it stands, and print it as JSON. It is kept nowhere."""
    from registry import card_reports  # noqa: PLC0415  # a verb loads what it needs: --help answers at once

    made = card_reports.issue(settings_of(context), order_ref, asked)
    drawn = made.pop("svg")
    if svg is not None and drawn is not None:
        svg.write_text(drawn, encoding="utf-8")
    _out(orjson.dumps(made, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


@card.command()
@click.argument("text")
@click.option("--pack", "packs", multiple=True, type=_FILE, help="Offline pack; may be given for several States.")
@click.option("--keys", multiple=True, required=True, type=_FILE, help="Trusted keys: a JWK set.")
@click.option("--at", help="Instant to check at, RFC 3339; default now.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@faults
def verify(text: str, packs: tuple[Path, ...], keys: tuple[Path, ...], at: str | None, *, as_json: bool) -> None:
    """Check the TEXT of a card's QR code (-: standard input) with files alone.

    Exits 0 in force, 3 not in force, 4 ask, 1 no authentic card.
    """
    from registry import card_reports, core  # noqa: PLC0415  # as in issue
    from registry.values.time import instant  # noqa: PLC0415  # as in issue

    try:
        moment = core.clock() if at is None else instant(datetime.fromisoformat(at))
    except ValueError:
        raise ConfigurationError("--at is no RFC 3339 instant with an offset") from None
    raise SystemExit(card_reports.check(text, packs, keys, at=moment, as_json=as_json))


@card.command()
@click.argument("jurisdiction")
@click.pass_context
@faults
def pack(context: click.Context, jurisdiction: str) -> None:
    """Publish what is due and write a jurisdiction's offline pack to standard output."""
    from registry import card_reports  # noqa: PLC0415  # as in issue

    _out(card_reports.pack_of(settings_of(context), jurisdiction))


@card.command()
@click.pass_context
@faults
def keys(context: click.Context) -> None:
    """Write the public keys of cards, lists and packs to standard output, as a JWK set."""
    from registry import card_reports  # noqa: PLC0415  # as in issue

    _out(card_reports.key_set(settings_of(context)))


@card.command()
@click.option("--keys", multiple=True, required=True, type=_FILE, help="Keys that the page trusts: a JWK set.")
@faults
def page(keys: tuple[Path, ...]) -> None:
    """Write the page that checks cards without a network to standard output."""
    from registry import card_reports  # noqa: PLC0415  # as in issue

    _out(card_reports.checking_page(keys).encode())


def _out(content: bytes) -> None:
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
