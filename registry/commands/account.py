"""Commands of accounts: what an institution says of its people's accounts, and what people do with their own."""

from dataclasses import dataclass
from typing import TypeAlias

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


@dataclass(frozen=True, kw_only=True, slots=True)
class NewCredential:
    """A credential that is to be added: what it is, never what is secret of it."""

    credential_ref: CredentialRef
    kind: CredentialKind


@dataclass(frozen=True, kw_only=True, slots=True)
class InviteAccount:
    """Let a person of the own institution open an account, once, within some hours."""

    account_ref: AccountRef
    roles: tuple[str, ...]
    hours: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenAccount:
    """Open an account: after an invitation, or because the institution's own provider vouches for the person."""

    account_ref: AccountRef
    credentials: tuple[NewCredential, ...]
    provider: str | None = None
    institution: InstitutionId | None = None
    """With `roles`: whose account a provider's is to be. An invitation says so itself."""
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class AddCredential:
    """Add something to sign in with."""

    account_ref: AccountRef
    credential: NewCredential


@dataclass(frozen=True, kw_only=True, slots=True)
class RemoveCredential:
    """Take something to sign in with away; a way to sign in must remain."""

    account_ref: AccountRef
    credential_ref: CredentialRef


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordSignIn:
    """Record that a person signed in, before the session counts."""

    account_ref: AccountRef
    session_ref: SessionRef
    credential_ref: CredentialRef
    method: SignInMethod
    stepped_up: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class EndSessions:
    """End one session of an account, or all."""

    account_ref: AccountRef
    session_ref: SessionRef | None
    reason: EndOfSession


@dataclass(frozen=True, kw_only=True, slots=True)
class LockAccount:
    """Hold an account up."""

    account_ref: AccountRef
    reason: LockReason


@dataclass(frozen=True, kw_only=True, slots=True)
class UnlockAccount:
    """Let a locked account go on."""

    account_ref: AccountRef


@dataclass(frozen=True, kw_only=True, slots=True)
class EndAccount:
    """End an account for good: its secrets are deleted, its sessions end."""

    account_ref: AccountRef


AccountCommand: TypeAlias = (
    InviteAccount
    | OpenAccount
    | AddCredential
    | RemoveCredential
    | RecordSignIn
    | EndSessions
    | LockAccount
    | UnlockAccount
    | EndAccount
)
