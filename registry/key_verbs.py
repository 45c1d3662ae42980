"""The verbs of the command line that destroy: keys of jurisdictions, a person in an order, what was asked."""

from typing import Final

import click

from registry.verbs import EXIT_FAILED, faults, settings_of

GROUNDS: Final = ("RETENTION_OVER", "UNLAWFUL", "COURT_ORDERED")
"""As `values.erasure.FOR_A_PARTY` has them."""
FORMER_GROUNDS: Final = ("RECTIFIED", "UNLAWFUL", "COURT_ORDERED")
"""As `values.erasure.FOR_FORMER_DATA` has them."""


@click.group()
def person() -> None:
    """A person in an order: erase, and prove it."""


@person.command()
@click.argument("order_ref")
@click.argument("party_ref")
@click.option("--institution", required=True, help="The enrolled institution that answers for the record and asks.")
@click.option("--ground", type=click.Choice(GROUNDS), default=GROUNDS[0], show_default=True, help="Why it is erased.")
@click.option("--confirm", help="The word that the first call printed; without it nothing is erased.")
@click.option("--rotate", is_flag=True, help="Turn the jurisdiction's epoch at once, so that backups open nothing.")
@click.pass_context
@faults
def erase(  # noqa: PLR0917  # click's own
    context: click.Context,
    order_ref: str,
    party_ref: str,
    institution: str,
    ground: str,
    confirm: str | None,
    *,
    rotate: bool,
) -> None:
    """Say what stands against erasing a party of an order; with --confirm, erase it for good and state it.

    Exits 1 where something stands against it. Not beside `serve` where the ledger is a file.
    """
    from registry import person_reports  # noqa: PLC0415  # as in init

    wanted = person_reports.asked(order_ref, party_ref, ground)
    settings = settings_of(context)
    if not person_reports.erase(settings, wanted, institution, confirm=confirm, rotate=rotate):
        raise SystemExit(EXIT_FAILED)


@person.command("erase-former")
@click.argument("order_ref")
@click.argument("party_ref")
@click.option("--institution", required=True, help="The enrolled institution that answers for the record and asks.")
@click.option("--ground", type=click.Choice(FORMER_GROUNDS), default=FORMER_GROUNDS[0], show_default=True)
@click.option("--confirm", help="The word that the first call printed; without it nothing is erased.")
@click.pass_context
@faults
def erase_former(  # noqa: PLR0917  # click's own
    context: click.Context, order_ref: str, party_ref: str, institution: str, ground: str, confirm: str | None
) -> None:
    """Say what of a party was set right and can go, though the order is in force; with --confirm, erase it for good.

    What is right stays. Not beside `serve` where the ledger is a file.
    """
    from registry import person_reports  # noqa: PLC0415  # as in init
    from registry.commands.erasure import EraseFormer  # noqa: PLC0415  # as in init

    asked = person_reports.asked(order_ref, party_ref, ground)
    wanted = EraseFormer(order_ref=asked.order_ref, party=asked.party, ground=asked.ground)
    person_reports.erase_former(settings_of(context), wanted, institution, confirm=confirm)


@person.command()
@click.argument("order_ref")
@click.argument("party_ref")
@click.pass_context
@faults
def statement(context: click.Context, order_ref: str, party_ref: str) -> None:
    """Print the statement of an erasure as JSON, with its signature."""
    from registry import certificate_reports, person_reports  # noqa: PLC0415  # as in init

    wanted = person_reports.asked(order_ref, party_ref, GROUNDS[0])
    certificate_reports.state(settings_of(context), wanted.order_ref, wanted.party)


@person.command()
@click.argument("order_ref")
@click.argument("party_ref")
@click.pass_context
@faults
def certificate(context: click.Context, order_ref: str, party_ref: str) -> None:
    """Print the certificate of an erasure as an evidence pack, which `registry evidence verify` verifies offline.

    The log has to have published it: a running registry does within a second. May run beside `serve`.
    """
    from registry import certificate_reports, person_reports  # noqa: PLC0415  # as in init

    wanted = person_reports.asked(order_ref, party_ref, GROUNDS[0])
    certificate_reports.prove(settings_of(context), wanted.order_ref, wanted.party)


@click.group()
def key() -> None:
    """Keys: those of institutions (add, retire, compromised), and the key-encryption keys of jurisdictions (rotate)."""


@key.command()
@click.argument("jurisdiction")
@click.option(
    "--no-compact", is_flag=True, help="Do not rewrite the store's files; erased search keys may linger there."
)
@click.pass_context
@faults
def rotate(context: click.Context, jurisdiction: str, *, no_compact: bool) -> None:
    """Turn a jurisdiction's epoch: new key, every party's key under it, old key destroyed. Or make its first.

    May run beside `serve`, be interrupted and be repeated. Older backups open nobody afterwards: make a new one.
    """
    from registry import key_reports  # noqa: PLC0415  # as in init

    key_reports.rotate(settings_of(context), jurisdiction, compact=not no_compact)


@click.group()
def queries() -> None:
    """What officers asked, sealed by institution and month: how long it is kept, and its end."""


@queries.command()
@click.pass_context
@faults
def due(context: click.Context) -> None:
    """Print as JSON each institution's months, until when each is kept and by which law; and a word to erase by.

    A basis with `"verified": false` was not read for this project: have it confirmed. May run beside `serve`.
    """
    from registry import query_reports  # noqa: PLC0415  # as in init

    query_reports.due(settings_of(context))


@queries.command(name="erase")
@click.option("--confirm", required=True, help="The word that `due` printed.")
@click.pass_context
@faults
def erase_queries(context: click.Context, confirm: str) -> None:
    """Destroy the keys of all that is due, for good; what was asked can be opened by nobody then.

    That it was asked, when and by whom stays, and so does every proof. Not beside `serve` where the ledger is a file.
    """
    from registry import query_reports  # noqa: PLC0415  # as in init

    query_reports.erase(settings_of(context), confirm=confirm)
