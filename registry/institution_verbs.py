"""The verbs of the command line for institutions and their keys: found, list, propose, confirm, add, retire, mark."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from registry.values.time import Instant
from registry.verbs import bounded, faults, print_json, settings_of

REASONS: Final = ("KEY_IN_WRONG_HANDS", "MISUSE", "INQUIRY", "AT_ITS_OWN_REQUEST")
"""As `values.institution.SuspensionReason` has them."""
_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_MAXIMUM_FILE: Final = 1 << 16
Verb = TypeVar("Verb", bound=Callable[..., Any])


def _signed(verb: Verb) -> Verb:
    """Give a verb the options by which somebody acts: the institution, its key, the person."""
    options = (
        click.option("--institution", required=True, help="The enrolled institution that acts."),
        click.option("--key", "key_file", required=True, type=_FILE, help="Its private key as a JWK, mode 0600."),
        click.option("--person", help="Reference of the person who acts, as in `on_behalf_of`."),
    )
    for option in options:
        verb = option(verb)
    return verb


def _by(asked: dict[str, Any]) -> Any:  # noqa: ANN401  # a report's own record, loaded with it
    from registry import institution_reports  # noqa: PLC0415  # a verb loads what it needs: --help answers at once

    return institution_reports.Signed(
        institution=asked["institution"], key=asked["key_file"], person=asked.get("person")
    )


def _at(text: str | None, option: str) -> Instant | None:
    from registry.reports import instant_of  # noqa: PLC0415  # as above

    return instant_of(text, option)


@click.group()
def institution() -> None:
    """Institutions: who takes part, and what two persons change of it."""


@institution.command(name="found")
@click.argument("enrolment", type=_FILE)
@click.pass_context
@faults
def found(context: click.Context, enrolment: Path) -> None:
    """Record who takes part, from an ENROLMENT file, in a ledger that was made before it could say so. Done once."""
    from registry import institution_reports as reports  # noqa: PLC0415  # as above

    made = reports.found(settings_of(context), bounded(enrolment))
    click.echo(f"registry: {len(made.institutions)} institutions recorded", err=True)
    if said := reports.warning(made):
        click.echo(f"registry: {said}", err=True)


@institution.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print all of it, with every key, as JSON.")
@click.pass_context
@faults
def list_(context: click.Context, *, as_json: bool) -> None:
    """List who takes part and who did."""
    from registry import institution_reports as reports  # noqa: PLC0415  # as above

    found = reports.institutions(settings_of(context))
    if as_json:
        print_json(found)
        return
    for each in found:
        roles, places = ", ".join(each["roles"]), ", ".join(each["jurisdictions"])
        keys = ", ".join(f"{key['kid']} {key['state']}" for key in each["keys"])
        click.echo(f"{each['institution']}  {each['state']}  {roles}  {places}  {keys}")


@institution.command(name="changes")
@click.pass_context
@faults
def changes(context: click.Context) -> None:
    """Print what waits for a second person, as JSON: read it before confirming its digest."""
    from registry import institution_reports as reports  # noqa: PLC0415  # as above

    print_json(reports.changes(settings_of(context)))


@institution.command(name="propose")
@click.argument("change", type=_FILE)
@_signed
@click.pass_context
@faults
def propose(context: click.Context, /, change: Path, **asked: Any) -> None:  # noqa: ANN401  # click's own
    """Propose the CHANGE in a JSON file, as `POST /v1/institution-changes` takes it. Not beside `serve` on a file."""
    from registry import institution_reports as reports  # noqa: PLC0415  # as above

    print_json(reports.propose(settings_of(context), bounded(change, _MAXIMUM_FILE), _by(asked)))


@institution.command(name="confirm")
@click.argument("proposal_ref")
@click.argument("digest")
@_signed
@click.pass_context
@faults
def confirm(context: click.Context, /, proposal_ref: str, digest: str, **asked: Any) -> None:  # noqa: ANN401  # click's own
    """Confirm a change as the second person, by the DIGEST of what was read."""
    from registry import institution_reports as reports  # noqa: PLC0415  # as above

    _said(reports.confirm(settings_of(context), proposal_ref, digest, _by(asked)))


@institution.command(name="withdraw")
@click.argument("proposal_ref")
@_signed
@click.pass_context
@faults
def withdraw(context: click.Context, /, proposal_ref: str, **asked: Any) -> None:  # noqa: ANN401  # click's own
    """Take a change off the table."""
    from registry import institution_reports as reports  # noqa: PLC0415  # as above

    _said(reports.withdraw(settings_of(context), proposal_ref, _by(asked)))


@institution.command(name="suspend")
@click.argument("suspended")
@click.option("--reason", type=click.Choice(REASONS), default=REASONS[0], show_default=True, help="Why.")
@_signed
@click.pass_context
@faults
def suspend(context: click.Context, /, suspended: str, reason: str, **asked: Any) -> None:  # noqa: ANN401  # click's own
    """Suspend an institution at once; it lapses after 72 hours unless a second person confirms it."""
    from registry import institution_reports as reports  # noqa: PLC0415  # as above

    print_json(reports.suspend(settings_of(context), suspended, reason, _by(asked)))


@institution.command(name="doubts")
@click.argument("name")
@click.pass_context
@faults
def doubts(context: click.Context, name: str) -> None:
    """Print the facts of an institution that a key in wrong hands recorded and nobody confirmed, as JSON."""
    from registry import institution_reports as reports  # noqa: PLC0415  # as above

    print_json(reports.doubts(settings_of(context), name))


@institution.command(name="confirm-facts")
@click.argument("facts", nargs=-1, required=True)
@_signed
@click.pass_context
@faults
def confirm_facts(context: click.Context, /, facts: tuple[str, ...], **asked: Any) -> None:  # noqa: ANN401  # click's own
    """Say that the institution recorded these FACTS itself."""
    from registry import institution_reports as reports  # noqa: PLC0415  # as above

    _said(reports.confirm_facts(settings_of(context), facts, _by(asked)))


@click.command(name="add")
@click.argument("public_key", type=_FILE)
@_signed
@click.pass_context
@faults
def add_key(context: click.Context, /, public_key: Path, **asked: Any) -> None:  # noqa: ANN401  # click's own
    """Add an institution's PUBLIC_KEY, a JWK, beside the one it signs with."""
    from registry import institution_reports as reports  # noqa: PLC0415  # as above

    _said(reports.add_key(settings_of(context), bounded(public_key, _MAXIMUM_FILE), _by(asked)))


@click.command(name="retire")
@click.argument("key_id")
@click.option("--at", help="From when on, with an offset; at once without it.")
@_signed
@click.pass_context
@faults
def retire_key(context: click.Context, /, key_id: str, at: str | None, **asked: Any) -> None:  # noqa: ANN401  # click's own
    """Have an institution's key sign no more, while another one does."""
    from registry import institution_reports as reports  # noqa: PLC0415  # as above

    _said(reports.retire_key(settings_of(context), key_id, _at(at, "--at"), _by(asked)))


@click.command(name="compromised")
@click.argument("key_id")
@click.option("--position", type=click.IntRange(1, 2**62), help="First position of the ledger that is not trusted.")
@click.option("--since", help="Or everything recorded after this instant, with an offset.")
@_signed
@click.pass_context
@faults
def mark_key(
    context: click.Context,
    /,
    key_id: str,
    position: int | None,
    since: str | None,
    **asked: Any,  # noqa: ANN401  # click's own
) -> None:
    """Say that an institution's key is in wrong hands: it signs no more, what it recorded since is in doubt."""
    from registry import institution_reports as reports  # noqa: PLC0415  # as above

    _said(reports.mark_key(settings_of(context), key_id, position, _at(since, "--since"), _by(asked)))


def _said(receipt: Any) -> None:  # noqa: ANN401  # as `_by`
    facts = len(receipt.facts)
    said = f"{facts} facts recorded, up to position {receipt.position}" if facts else "it is so already"
    click.echo(f"registry: {said}", err=True)
