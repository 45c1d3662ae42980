"""Accounts: who may be invited, what opens them, what a person may sign in with, what stops them."""

from uuid import UUID

import pytest

from registry.commands.account import (
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
from registry.decisions.account import MAXIMUM_CREDENTIALS, MAXIMUM_HOURS, decide, evolve
from registry.errors import Conflict, NotFound, Refused
from registry.events.account import AccountEnded, AccountLocked, AccountOpened, AccountUnlocked, SignedIn
from registry.events.base import Actor, Fact
from registry.events.feed import FeedRead
from registry.values.account import (
    AccountRef,
    AccountState,
    CredentialKind,
    CredentialRef,
    EndOfSession,
    LockReason,
    SessionRef,
    SignInMethod,
)
from registry.values.identifiers import FactId, InstitutionId, KeyId, StreamId
from registry.values.time import HOUR, Instant

ACCOUNT = AccountRef(UUID(int=1))
LILLE, BERLIN = InstitutionId("fr-tj-lille"), InstitutionId("de-polizei")
NOW = Instant(1_790_000_000_000_000)
INVITE = InviteAccount(account_ref=ACCOUNT, roles=("COURT",), hours=24)


def credential(number: int, kind: CredentialKind) -> NewCredential:
    return NewCredential(credential_ref=CredentialRef(UUID(int=number)), kind=kind)


PASSKEY = credential(10, CredentialKind.PASSKEY)
PASSWORD = credential(11, CredentialKind.PASSWORD)
APP = credential(12, CredentialKind.AUTHENTICATOR)
CODES = credential(13, CredentialKind.RECOVERY_CODES)
PROVIDER = credential(14, CredentialKind.PROVIDER)
OPEN = OpenAccount(account_ref=ACCOUNT, credentials=(PASSWORD, APP, CODES))


def fold(events, account=None):
    for number, event in enumerate(events):
        fact = Fact(
            fact_id=FactId(UUID(int=number)),
            stream=StreamId(ACCOUNT),
            version=number + 1,
            recorded_at=NOW,
            actor=Actor(institution=LILLE, key_id=KeyId("k1")),
            correlation=UUID(int=0),
            event=event,
        )
        account = evolve(account, fact)
    return account


def after(*commands, by=LILLE, now=NOW):
    account = None
    for command in commands:
        account = fold(decide(command, account, by=by, now=now), account)
    return account


def said(command, account, by=LILLE, now=NOW):
    return decide(command, account, by=by, now=now)


def test_an_invitation_is_for_own_people_some_roles_and_a_week_at_most():
    [event] = said(INVITE, None)
    assert (event.institution, event.until) == (LILLE, NOW + 24 * HOUR)
    with pytest.raises(Conflict, match="reference-in-use"):
        said(INVITE, after(INVITE))
    with pytest.raises(Refused, match="role-missing"):
        said(InviteAccount(account_ref=ACCOUNT, roles=(), hours=24), None)
    for hours in (0, -1, MAXIMUM_HOURS + 1):
        with pytest.raises(Refused, match="invitation-too-long"):
            said(InviteAccount(account_ref=ACCOUNT, roles=("COURT",), hours=hours), None)


def test_an_invitation_opens_one_account_once_within_its_time():
    invited = after(INVITE)
    opened = said(OPEN, invited)
    assert [type(each).__name__ for each in opened] == ["AccountOpened", *["CredentialAdded"] * 3]
    assert opened[0].roles == ("COURT",)
    for late in (24 * HOUR, 25 * HOUR):
        with pytest.raises(Refused, match="invitation-used"):
            said(OPEN, invited, now=Instant(NOW + late))
    with pytest.raises(Refused, match="invitation-used"):
        said(OPEN, after(INVITE, OPEN))
    with pytest.raises(NotFound, match="no-such-account"):
        said(OPEN, invited, by=BERLIN)
    with pytest.raises(NotFound, match="no-such-account"):
        said(OPEN, None)


@pytest.mark.parametrize("credentials", [(), (PASSWORD,), (APP, CODES), (PASSWORD, CODES)])
def test_what_is_not_enough_to_sign_in_opens_nothing(credentials):
    with pytest.raises(Refused, match="credential-missing"):
        said(OpenAccount(account_ref=ACCOUNT, credentials=credentials), after(INVITE))


def test_a_provider_opens_without_an_invitation_for_its_institution_alone():
    command = OpenAccount(
        account_ref=ACCOUNT, credentials=(PROVIDER,), provider="justice", institution=LILLE, roles=("COURT",)
    )
    assert isinstance(said(command, None)[0], AccountOpened)
    with pytest.raises(NotFound):
        said(command, None, by=BERLIN)


def test_credentials_are_added_once_up_to_a_number_and_a_way_in_remains():
    account = after(INVITE, OPEN)
    add = AddCredential(account_ref=ACCOUNT, credential=PASSKEY)
    both = after(INVITE, OPEN, add)
    assert said(add, both) == ()
    many = [
        AddCredential(account_ref=ACCOUNT, credential=credential(100 + number, CredentialKind.PASSKEY))
        for number in range(MAXIMUM_CREDENTIALS - 3)
    ]
    with pytest.raises(Refused, match="too-many"):
        said(add, after(INVITE, OPEN, *many))

    def remove(each):
        return RemoveCredential(account_ref=ACCOUNT, credential_ref=each.credential_ref)

    for needed in (PASSWORD, APP):
        with pytest.raises(Refused, match="last-credential"):
            said(remove(needed), account)
        assert said(remove(needed), both)
    assert said(remove(CODES), account)
    assert said(remove(PASSKEY), account) == ()
    assert set(after(INVITE, OPEN, add, remove(PASSWORD)).credentials) == {
        each.credential_ref for each in (APP, CODES, PASSKEY)
    }


def sign_in(method, each):
    return RecordSignIn(
        account_ref=ACCOUNT,
        session_ref=SessionRef(UUID(int=50)),
        credential_ref=each.credential_ref,
        method=method,
    )


BY_PASSWORD = sign_in(SignInMethod.PASSWORD_AND_CODE, PASSWORD)
BY_CODE = sign_in(SignInMethod.PASSWORD_AND_RECOVERY_CODE, PASSWORD)
BY_PASSKEY = sign_in(SignInMethod.PASSKEY, PASSKEY)
ADD = AddCredential(account_ref=ACCOUNT, credential=PASSKEY)


def lock(reason):
    return LockAccount(account_ref=ACCOUNT, reason=reason)


def test_a_guessers_lock_holds_what_can_be_guessed_and_the_institutions_everything():
    account = after(INVITE, OPEN, ADD)
    assert all(isinstance(said(each, account)[0], SignedIn) for each in (BY_PASSWORD, BY_CODE, BY_PASSKEY))
    guessed = after(INVITE, OPEN, ADD, lock(LockReason.TOO_MANY_ATTEMPTS))
    for each in (BY_PASSWORD, BY_CODE):
        with pytest.raises(Refused, match="account-locked"):
            said(each, guessed)
    assert said(BY_PASSKEY, guessed)
    stopped = after(INVITE, OPEN, ADD, lock(LockReason.BY_INSTITUTION))
    with pytest.raises(Refused, match="account-locked"):
        said(BY_PASSKEY, stopped)
    assert isinstance(said(lock(LockReason.BY_INSTITUTION), guessed)[0], AccountLocked)
    assert said(lock(LockReason.TOO_MANY_ATTEMPTS), guessed) == ()
    assert said(lock(LockReason.TOO_MANY_ATTEMPTS), stopped) == ()
    unlock = UnlockAccount(account_ref=ACCOUNT)
    assert isinstance(said(unlock, stopped)[0], AccountUnlocked)
    assert said(unlock, account) == ()
    assert after(INVITE, OPEN, lock(LockReason.BY_INSTITUTION), unlock).lock is None


def test_nobody_signs_in_with_what_the_account_has_not():
    with pytest.raises(Refused, match="credential-missing"):
        said(BY_PASSKEY, after(INVITE, OPEN))


def test_an_ended_account_is_over_for_everything():
    end = EndAccount(account_ref=ACCOUNT)
    ended = after(INVITE, OPEN, end)
    assert (ended.state, ended.credentials) == (AccountState.ENDED, {})
    assert said(end, ended) == ()
    assert isinstance(said(end, after(INVITE))[0], AccountEnded)
    sessions = EndSessions(account_ref=ACCOUNT, session_ref=None, reason=EndOfSession.BY_PERSON)
    for each in (ADD, BY_PASSWORD, sessions, lock(LockReason.BY_INSTITUTION), UnlockAccount(account_ref=ACCOUNT)):
        with pytest.raises(NotFound, match="no-such-account"):
            said(each, ended)
        with pytest.raises(NotFound, match="no-such-account"):
            said(each, after(INVITE, OPEN), by=BERLIN)
        with pytest.raises(NotFound, match="no-such-account"):
            said(each, None)
    with pytest.raises(Refused, match="invitation-used"):
        said(OPEN, ended)


def test_signing_in_and_out_changes_nothing_that_is_decided():
    account = after(INVITE, OPEN)
    sessions = EndSessions(account_ref=ACCOUNT, session_ref=SessionRef(UUID(int=50)), reason=EndOfSession.SIGNED_OUT)
    assert after(INVITE, OPEN, BY_PASSWORD, sessions) == account


def test_a_stream_of_another_noun_is_no_account():
    feed = FeedRead(source="feed", jurisdiction="FR", read_at=NOW, records=1, accepted=0, needs_attention=0, rejected=0)
    assert fold([feed]) is None
