"""What the command line does with people's accounts: invites, lists, locks, ends."""

import os
from typing import Any, Final
from uuid import UUID

import click

from registry import core
from registry.access.actors import Principal
from registry.commands.account import EndAccount, InviteAccount, LockAccount, UnlockAccount
from registry.config import Settings
from registry.core import Core
from registry.errors import ConfigurationError
from registry.people import codes
from registry.people.box import SECRET, box
from registry.people.records import integer, reference
from registry.values.account import AccountRef, LockReason
from registry.values.identifiers import InstitutionId, KeyId
from registry.values.time import Instant, iso
from registry.verbs import print_json
from registry.views.account import ACCOUNT

COMMAND_LINE: Final = KeyId("command-line")
MAXIMUM_REFERENCE: Final = 64
MAXIMUM_LISTED: Final = 10_000


def invite(  # as the verb gives them
    settings: Settings, institution: str, roles: tuple[str, ...], by: str | None, hours: int, *, as_json: bool
) -> None:
    """Invite a person of an institution and print the invitation. Raises `Refused`, `ConfigurationError`."""
    with core.opened(settings) as opened:
        executor = opened.executor
        command = InviteAccount(account_ref=AccountRef(executor.mint()), roles=tuple(set(roles)), hours=hours)
        executor.perform(command, principal=_principal(opened, institution, by), urgent=True)
        key = box(opened.keeper.secret(SECRET), executor.ledger_id, os.urandom).hashing
        invitation = codes.invitation(key, command.account_ref)
    if as_json:
        print_json({"account_ref": str(command.account_ref), "invitation": invitation})
        return
    click.echo(f"registry: account {command.account_ref}; whoever opens /invitation with this has it:", err=True)
    click.echo(invitation)


def list_accounts(settings: Settings, institution: str, *, as_json: bool) -> None:
    """Print the accounts of an institution."""
    with core.opened(settings) as opened:
        principal = _principal(opened, institution, None)
        rows = opened.ledger.reader.rows(
            ACCOUNT, {"institution": principal.institution}, order_by=("account_ref",), limit=MAXIMUM_LISTED
        )
    shown: list[dict[str, Any]] = [
        {
            "account_ref": str(reference(row["account_ref"])),
            "roles": str(row["roles"]).split(),
            "state": row["state"],
            "lock": row["lock"],
            "changed_at": iso(Instant(integer(row["changed_at"]))),
        }
        for row in rows
    ]
    if as_json:
        print_json(shown)
        return
    for each in shown:
        lock = f" locked: {each['lock']}" if each["lock"] else ""
        click.echo(f"{each['account_ref']}  {each['state']}{lock}  {' '.join(each['roles'])}  {each['changed_at']}")


def change(settings: Settings, verb: str, institution: str, said: str) -> None:
    """Lock, unlock or end an account. Raises `Refused`, `ConfigurationError`."""
    try:
        account_ref = AccountRef(UUID(said))
    except ValueError:
        raise ConfigurationError("that is no account's reference") from None
    commands: dict[str, LockAccount | UnlockAccount | EndAccount] = {
        "lock": LockAccount(account_ref=account_ref, reason=LockReason.BY_INSTITUTION),
        "unlock": UnlockAccount(account_ref=account_ref),
        "end": EndAccount(account_ref=account_ref),
    }
    with core.opened(settings) as opened:
        opened.executor.perform(commands[verb], principal=_principal(opened, institution, None), urgent=True)


def _principal(opened: Core, institution: str, by: str | None) -> Principal:
    """Give the institution in whose name the operator speaks, as its paper says."""
    found = opened.enrolment.institutions.get(InstitutionId(institution))
    if found is None:
        raise ConfigurationError("no institution of that id is enrolled")
    if by is not None and (not by.isascii() or not by.replace("-", "").isalnum() or len(by) > MAXIMUM_REFERENCE):
        raise ConfigurationError("--by is an opaque reference: letters, digits and hyphens, 64 at most")
    return Principal(
        institution=found.institution,
        key_id=COMMAND_LINE,
        roles=found.roles,
        jurisdictions=found.jurisdictions,
        on_behalf_of=by,
    )
