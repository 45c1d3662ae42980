"""The verbs of the command line for the accounts by which an institution's people sign in."""

import click

from registry.verbs import faults, settings_of


@click.group()
def account() -> None:
    """Accounts by which people of an institution sign in; `person` is about those whom orders name."""


@account.command()
@click.option("--institution", required=True, help="The enrolled institution whose person is invited.")
@click.option("--role", "roles", multiple=True, required=True, help="A role of the institution; may be repeated.")
@click.option("--by", help="Opaque reference of whoever invites; recorded with it. Never a name.")
@click.option("--hours", type=click.IntRange(1, 168), default=72, show_default=True, help="How long it holds.")
@click.option("--json", "as_json", is_flag=True, help="Print the account as JSON.")
@click.pass_context
@faults
def invite(  # click's own
    context: click.Context, institution: str, roles: tuple[str, ...], by: str | None, hours: int, *, as_json: bool
) -> None:
    """Invite a person: prints a text that opens one account, once. Hand it over in person.

    Not beside `serve` where the ledger is a file: a running registry takes `POST /v1/accounts`.
    """
    from registry import account_reports  # noqa: PLC0415  # as in init

    account_reports.invite(settings_of(context), institution, roles, by, hours, as_json=as_json)


@account.command(name="list")
@click.option("--institution", required=True, help="The enrolled institution.")
@click.option("--json", "as_json", is_flag=True, help="Print the accounts as JSON.")
@click.pass_context
@faults
def list_(context: click.Context, institution: str, *, as_json: bool) -> None:
    """List the accounts of an institution: references, roles and states."""
    from registry import account_reports  # noqa: PLC0415  # as in init

    account_reports.list_accounts(settings_of(context), institution, as_json=as_json)


def _change(name: str, said: str) -> click.Command:
    @click.command(name=name, help=said)
    @click.argument("account_ref")
    @click.option("--institution", required=True, help="The enrolled institution whose account it is.")
    @click.pass_context
    @faults
    def change(context: click.Context, account_ref: str, institution: str) -> None:
        from registry import account_reports  # noqa: PLC0415  # as in init

        account_reports.change(settings_of(context), name, institution, account_ref)

    return change


account.add_command(_change("lock", "Stop an account until it is unlocked; its sessions end at once."))
account.add_command(_change("unlock", "Let a locked account go on."))
account.add_command(_change("end", "End an account for good: its secrets are deleted, its sessions end."))
