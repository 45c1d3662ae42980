"""Rows of accounts: how each stands, and what people sign in with. Secrets stand here sealed, and nowhere else.

`ACCOUNT` follows from the facts alone. `CREDENTIAL`, `RECOVERY`, `SESSION` and `SPENT` are written with the facts
by `registry/people`, because what is in them is no fact; here they are only deleted, when a fact says so.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from registry.events.account import (
    AccountEnded,
    AccountInvited,
    AccountLocked,
    AccountOpened,
    AccountUnlocked,
    CredentialRemoved,
    SessionsEnded,
)
from registry.ledger.port import Recorded
from registry.ledger.rows import Amend, Change, Drop, Put, Table
from registry.values.account import AccountState, LockReason

ACCOUNT: Final = Table(
    name="account",
    columns={
        "account_ref": "bytes",
        "institution": "text",
        "roles": "text",
        "state": "text",
        "lock": "text",
        "provider": "text",
        "changed_at": "integer",
    },
    key=("account_ref",),
    indexes=(("institution",),),
)
CREDENTIAL: Final = Table(
    name="account_credential",
    columns={
        "credential_ref": "bytes",
        "account_ref": "bytes",
        "kind": "text",
        "lookup": "bytes",
        "sealed": "bytes",
        "counter": "integer",
        "added_at": "integer",
    },
    key=("credential_ref",),
    indexes=(("lookup",), ("account_ref",)),
)
"""`lookup` is a keyed hash of what the credential is found by; `sealed` what it is checked with."""
RECOVERY: Final = Table(
    name="account_recovery",
    columns={"lookup": "bytes", "account_ref": "bytes", "credential_ref": "bytes"},
    key=("lookup",),
    indexes=(("account_ref",), ("credential_ref",)),
)
"""Recovery codes that were not used yet, as keyed hashes."""
SESSION: Final = Table(
    name="account_session",
    columns={
        "session_hash": "bytes",
        "session_ref": "bytes",
        "account_ref": "bytes",
        "credential_ref": "bytes",
        "institution": "text",
        "roles": "text",
        "method": "text",
        "agent": "bytes",
        "provider_session": "bytes",
        "signed_in_at": "integer",
        "authenticated_at": "integer",
        "seen_at": "integer",
        "idle": "integer",
        "ends_at": "integer",
    },
    key=("session_hash",),
    indexes=(("account_ref",), ("credential_ref",), ("session_ref",), ("provider_session",)),
)
"""Sessions by the hash of their id; whoever reads this table cannot make a cookie of it."""
SPENT: Final = Table(
    name="account_spent",
    columns={"mark": "bytes", "until": "integer"},
    key=("mark",),
    indexes=(("until",),),
)
"""What counts once and was used: codes of authenticators, challenges, log-out tokens; until they would be too old."""
ACCOUNT_TABLES: Final = (ACCOUNT, CREDENTIAL, RECOVERY, SESSION, SPENT)


def _account(recorded: Recorded, event: AccountInvited | AccountOpened) -> Iterator[Change]:
    state = AccountState.INVITED if isinstance(event, AccountInvited) else AccountState.OPEN
    yield Put(
        table=ACCOUNT,
        row={
            "account_ref": event.account_ref.bytes,
            "institution": event.institution,
            "roles": " ".join(event.roles),
            "state": state.value,
            "lock": None,
            "provider": event.provider if isinstance(event, AccountOpened) else None,
            "changed_at": recorded.fact.recorded_at,
        },
    )


def _locked(recorded: Recorded, event: AccountLocked) -> Iterator[Change]:
    yield _amended(recorded, event.account_ref.bytes, lock=event.reason.value)
    if event.reason is LockReason.BY_INSTITUTION:
        yield Drop(table=SESSION, where={"account_ref": event.account_ref.bytes})


def _unlocked(recorded: Recorded, event: AccountUnlocked) -> Iterator[Change]:
    yield _amended(recorded, event.account_ref.bytes, lock=None)


def _ended(recorded: Recorded, event: AccountEnded) -> Iterator[Change]:
    yield _amended(recorded, event.account_ref.bytes, state=AccountState.ENDED.value)
    for table in (SESSION, CREDENTIAL, RECOVERY):
        yield Drop(table=table, where={"account_ref": event.account_ref.bytes})


def _removed(_: Recorded, event: CredentialRemoved) -> Iterator[Change]:
    for table in (SESSION, CREDENTIAL, RECOVERY):
        yield Drop(table=table, where={"credential_ref": event.credential_ref.bytes})


def _sessions(_: Recorded, event: SessionsEnded) -> Iterator[Change]:
    if event.session_ref is None:
        yield Drop(table=SESSION, where={"account_ref": event.account_ref.bytes})
    else:
        yield Drop(table=SESSION, where={"session_ref": event.session_ref.bytes})


def _amended(recorded: Recorded, account_ref: bytes, **cells: str | None) -> Amend:
    return Amend(
        table=ACCOUNT, key={"account_ref": account_ref}, cells={**cells, "changed_at": recorded.fact.recorded_at}
    )


ACCOUNT_ROWS: Final[Mapping[type, Callable[[Recorded, Any], Iterator[Change]]]] = {
    AccountInvited: _account,
    AccountOpened: _account,
    AccountLocked: _locked,
    AccountUnlocked: _unlocked,
    AccountEnded: _ended,
    CredentialRemoved: _removed,
    SessionsEnded: _sessions,
}
