"""What an institution says and reads of its people's accounts."""

from typing import Annotated

from pydantic import Field

from registry.access.actors import Role
from registry.api.models import Asking, Model
from registry.api.receipt_models import Answered, At, Receipt, Ref
from registry.commands.account import EndAccount, InviteAccount, LockAccount, UnlockAccount
from registry.decisions.account import MAXIMUM_HOURS
from registry.values.account import AccountRef, AccountState, LockReason


class Invitation(Model):
    """Invite one of the institution's own people; the answer holds the invitation, to be handed over in person."""

    roles: Annotated[list[Role], Field(min_length=1, max_length=len(Role))] = Field(
        description="Roles of the institution that the person is to have."
    )
    hours: Annotated[int, Field(ge=1, le=MAXIMUM_HOURS)] = Field(
        default=72, description="For how long the invitation holds."
    )

    def to_command(self, asking: Asking) -> InviteAccount:
        """Make the command."""
        return InviteAccount(
            account_ref=AccountRef(asking.mint()),
            roles=tuple(sorted({role.value for role in self.roles})),
            hours=self.hours,
        )


class _Change(Model):
    """A change that needs no words."""


class AccountLock(_Change):
    """Stop an account until it is unlocked; its sessions end."""

    def to_command(self, asking: Asking) -> LockAccount:
        """Make the command."""
        return LockAccount(account_ref=AccountRef(asking.reference), reason=LockReason.BY_INSTITUTION)


class AccountUnlock(_Change):
    """Let a locked account go on."""

    def to_command(self, asking: Asking) -> UnlockAccount:
        """Make the command."""
        return UnlockAccount(account_ref=AccountRef(asking.reference))


class AccountEnd(_Change):
    """End an account for good; its secrets are deleted, its sessions end."""

    def to_command(self, asking: Asking) -> EndAccount:
        """Make the command."""
        return EndAccount(account_ref=AccountRef(asking.reference))


class AccountReceipt(Receipt):
    """What was recorded of an account."""

    account_ref: Ref


class InvitationReceipt(AccountReceipt):
    """The receipt of an invitation, with what the person needs to open the account."""

    invitation: str


class AccountRow(Answered):
    """An account as its institution sees it: no name, and nothing of what it is signed in to with."""

    account_ref: Ref
    roles: list[Role]
    state: AccountState
    lock: LockReason | None
    provider: str | None = Field(description="Code of the identity provider that vouched for the person.")
    changed_at: At


class AccountPage(Answered):
    """The institution's accounts, by reference."""

    items: list[AccountRow]
    next: str | None
