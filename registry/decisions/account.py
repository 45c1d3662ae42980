"""Decide accounts: who may be opened, what a person may sign in with, what stops them. No secret comes here."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, assert_never

from registry.commands.account import (
    AccountCommand,
    AddCredential,
    EndAccount,
    EndSessions,
    InviteAccount,
    LockAccount,
    NewCredential,
    OpenAccount,
    RecordSignIn,
    RemoveCredential,
    UnlockAccount,
)
from registry.errors import Conflict, NotFound, Refused
from registry.events.account import (
    AccountEnded,
    AccountEvent,
    AccountInvited,
    AccountLocked,
    AccountOpened,
    AccountUnlocked,
    CredentialAdded,
    CredentialRemoved,
    SessionsEnded,
    SignedIn,
)
from registry.events.base import Fact
from registry.events.catalogue import AnyEvent
from registry.values.account import (
    AccountRef,
    AccountState,
    CredentialKind,
    CredentialRef,
    LockReason,
    SignInMethod,
)
from registry.values.identifiers import InstitutionId
from registry.values.time import HOUR, Instant

MAXIMUM_CREDENTIALS: Final = 16
MAXIMUM_HOURS: Final = 7 * 24
"""An invitation holds for a week at most."""
_GUESSED: Final = frozenset({SignInMethod.PASSWORD_AND_CODE, SignInMethod.PASSWORD_AND_RECOVERY_CODE})
_ENOUGH: Final = (
    frozenset({CredentialKind.PASSKEY}),
    frozenset({CredentialKind.PASSWORD, CredentialKind.AUTHENTICATOR}),
    frozenset({CredentialKind.PROVIDER}),
)
"""What opens an account: each line is enough, and at least one must remain."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """An account as its facts say."""

    institution: InstitutionId
    roles: tuple[str, ...]
    state: AccountState
    until: Instant | None = None
    """Until when the invitation holds."""
    lock: LockReason | None = None
    credentials: Mapping[CredentialRef, CredentialKind] = field(default_factory=dict[CredentialRef, CredentialKind])


def decide(
    command: AccountCommand, account: Account | None, *, by: InstitutionId, now: Instant
) -> tuple[AccountEvent, ...]:
    """Answer the command with facts, or raise `Refused`; `by` is the institution that speaks.

    An account of another institution is answered like one that is not there.
    """
    match command:
        case InviteAccount():
            return _invited(command, account, by, now)
        case OpenAccount():
            return _opened(command, account, by, now)
        case AddCredential():
            return _added(command, _open(account, by))
        case RemoveCredential():
            return _removed(command, _open(account, by))
        case RecordSignIn():
            return _signed_in(command, _open(account, by))
        case EndSessions():
            _open(account, by)
            ended = SessionsEnded(
                account_ref=command.account_ref, session_ref=command.session_ref, reason=command.reason
            )
            return (ended,)
        case LockAccount():
            # A guesser's lock never loosens the institution's own.
            standing = _open(account, by)
            held = standing.lock in {command.reason, LockReason.BY_INSTITUTION}
            return () if held else (AccountLocked(account_ref=command.account_ref, reason=command.reason),)
        case UnlockAccount():
            locked = _open(account, by).lock is not None
            return (AccountUnlocked(account_ref=command.account_ref),) if locked else ()
        case EndAccount():
            over = _own(account, by).state is AccountState.ENDED
            return () if over else (AccountEnded(account_ref=command.account_ref),)
        case _:
            assert_never(command)


def _invited(
    command: InviteAccount, account: Account | None, by: InstitutionId, now: Instant
) -> tuple[AccountEvent, ...]:
    if account is not None:
        raise Conflict("reference-in-use")
    if not command.roles:
        raise Refused("role-missing", field="/roles")
    if not 0 < command.hours <= MAXIMUM_HOURS:
        raise Refused("invitation-too-long", field="/hours")
    until = Instant(now + command.hours * HOUR)
    return (
        AccountInvited(
            account_ref=command.account_ref, institution=by, roles=tuple(sorted(command.roles)), until=until
        ),
    )


def _opened(command: OpenAccount, account: Account | None, by: InstitutionId, now: Instant) -> tuple[AccountEvent, ...]:
    if account is None:
        if command.provider is None or command.institution != by or not command.roles:
            raise NotFound("no-such-account")
        roles = tuple(sorted(command.roles))
    else:
        _own(account, by)
        if account.state is not AccountState.INVITED or account.until is None or now >= account.until:
            raise Refused("invitation-used")
        roles = account.roles
    if not _enough({each.kind for each in command.credentials}):
        raise Refused("credential-missing")
    opened = AccountOpened(account_ref=command.account_ref, institution=by, roles=roles, provider=command.provider)
    return (opened, *(_new(command.account_ref, each) for each in command.credentials))


def _added(command: AddCredential, account: Account) -> tuple[AccountEvent, ...]:
    if command.credential.credential_ref in account.credentials:
        return ()
    if len(account.credentials) >= MAXIMUM_CREDENTIALS:
        raise Refused("too-many", field="/credential")
    return (_new(command.account_ref, command.credential),)


def _removed(command: RemoveCredential, account: Account) -> tuple[AccountEvent, ...]:
    kind = account.credentials.get(command.credential_ref)
    if kind is None:
        return ()
    if not _enough({each for ref, each in account.credentials.items() if ref != command.credential_ref}):
        raise Refused("last-credential")
    return (CredentialRemoved(account_ref=command.account_ref, credential_ref=command.credential_ref, kind=kind),)


def _signed_in(command: RecordSignIn, account: Account) -> tuple[AccountEvent, ...]:
    guessed = account.lock is LockReason.TOO_MANY_ATTEMPTS and command.method in _GUESSED
    if guessed or account.lock is LockReason.BY_INSTITUTION:
        raise Refused("account-locked")
    if command.credential_ref not in account.credentials:
        raise Refused("credential-missing")
    return (
        SignedIn(
            account_ref=command.account_ref,
            session_ref=command.session_ref,
            credential_ref=command.credential_ref,
            method=command.method,
            stepped_up=command.stepped_up,
        ),
    )


def _own(account: Account | None, by: InstitutionId) -> Account:
    if account is None or account.institution != by:
        raise NotFound("no-such-account")
    return account


def _open(account: Account | None, by: InstitutionId) -> Account:
    """Give an account that is open; one that is over, or not opened yet, is not there."""
    if _own(account, by).state is not AccountState.OPEN or account is None:
        raise NotFound("no-such-account")
    return account


def _enough(kinds: set[CredentialKind]) -> bool:
    return any(enough <= kinds for enough in _ENOUGH)


def _new(account_ref: AccountRef, credential: NewCredential) -> CredentialAdded:
    return CredentialAdded(account_ref=account_ref, credential_ref=credential.credential_ref, kind=credential.kind)


def evolve(account: Account | None, fact: Fact[AnyEvent]) -> Account | None:
    """Give the account after the fact; None for a stream that is of another noun."""
    match fact.event:
        case AccountInvited() as event:
            return Account(
                institution=event.institution, roles=event.roles, state=AccountState.INVITED, until=event.until
            )
        case AccountOpened() as event:
            return Account(institution=event.institution, roles=event.roles, state=AccountState.OPEN)
        case event if account is not None:
            return _changed(account, event)
        case _:
            return None


def _changed(account: Account, event: AnyEvent) -> Account:
    match event:
        case CredentialAdded():
            return replace(account, credentials={**account.credentials, event.credential_ref: event.kind})
        case CredentialRemoved():
            left = {ref: kind for ref, kind in account.credentials.items() if ref != event.credential_ref}
            return replace(account, credentials=left)
        case AccountLocked():
            return replace(account, lock=event.reason)
        case AccountUnlocked():
            return replace(account, lock=None)
        case AccountEnded():
            return replace(account, state=AccountState.ENDED, credentials={})
        case _:  # signing in and out changes nothing that is decided here
            return account
