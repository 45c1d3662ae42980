"""Facts of accounts: who may sign in for an institution, with what kind of thing, and when somebody did.

A person is a reference here, never a name; what is secret of a credential stands in rows of its own, sealed.
"""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from registry.values.account import (
    AccountRef,
    CredentialKind,
    CredentialRef,
    EndOfSession,
    LockReason,
    SessionRef,
    SignInMethod,
)
from registry.values.identifiers import InstitutionId
from registry.values.time import Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountInvited:
    """An institution invited one of its people; whoever holds the invitation may open the account, once."""

    TOPIC: ClassVar[str] = "account.invited.1"

    account_ref: AccountRef
    institution: InstitutionId
    roles: tuple[str, ...]
    until: Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountOpened:
    """The account can be signed in to."""

    TOPIC: ClassVar[str] = "account.opened.1"

    account_ref: AccountRef
    institution: InstitutionId
    roles: tuple[str, ...]
    provider: str | None
    """Code of the identity provider that vouched for the person; None after an invitation."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CredentialAdded:
    """There is one thing more to sign in with."""

    TOPIC: ClassVar[str] = "account.credential_added.1"

    account_ref: AccountRef
    credential_ref: CredentialRef
    kind: CredentialKind


@dataclass(frozen=True, kw_only=True, slots=True)
class CredentialRemoved:
    """It is no longer taken, its secret is deleted, and the sessions that began with it have ended."""

    TOPIC: ClassVar[str] = "account.credential_removed.1"

    account_ref: AccountRef
    credential_ref: CredentialRef
    kind: CredentialKind


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedIn:
    """A person signed in, or once more within a session (`stepped_up`)."""

    TOPIC: ClassVar[str] = "account.signed_in.1"

    account_ref: AccountRef
    session_ref: SessionRef
    credential_ref: CredentialRef
    method: SignInMethod
    stepped_up: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionsEnded:
    """A session was ended before its time, or all of the account's."""

    TOPIC: ClassVar[str] = "account.sessions_ended.1"

    account_ref: AccountRef
    session_ref: SessionRef | None
    """None: all."""
    reason: EndOfSession


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountLocked:
    """The account is held up; the reason says how far."""

    TOPIC: ClassVar[str] = "account.locked.1"

    account_ref: AccountRef
    reason: LockReason


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountUnlocked:
    """The institution let it go on."""

    TOPIC: ClassVar[str] = "account.unlocked.1"

    account_ref: AccountRef


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountEnded:
    """The account is over for good; nothing opens it again."""

    TOPIC: ClassVar[str] = "account.ended.1"

    account_ref: AccountRef


AccountEvent: TypeAlias = (
    AccountInvited
    | AccountOpened
    | CredentialAdded
    | CredentialRemoved
    | SignedIn
    | SessionsEnded
    | AccountLocked
    | AccountUnlocked
    | AccountEnded
)
