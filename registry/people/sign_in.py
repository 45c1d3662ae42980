"""Signing in with what the registry keeps itself: a password with a code, or a passkey.

Whoever fails is told the same after the same work: for a name that does not exist a password is hashed, a code is
computed and the same rows are asked for. The lock that follows five failures is written after the answer was given.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from uuid import UUID

from registry.commands.account import LockAccount
from registry.errors import Refused, Tampered, Unavailable
from registry.ledger.rows import Change, Drop
from registry.people import codes
from registry.people.box import Ticket, packed, spent_mark, unpacked
from registry.people.house import House, SignInFailed, SpokenForByNobody, roles_of
from registry.people.records import Once, Row, UsedBefore, raw, reference
from registry.people.sessions import Proven, Session
from registry.values.account import AccountRef, CredentialKind, CredentialRef, LockReason, SignInMethod
from registry.values.identifiers import InstitutionId
from registry.values.time import HOUR, MINUTE, Instant
from registry.views.account import ACCOUNT, CREDENTIAL, RECOVERY

_NAME_LENGTH: Final = 64
_CODE_LENGTH: Final = 40


class Way(Protocol):
    """One way of signing in."""

    async def prove(self) -> Proven:
        """Say whom it proves; raises `SignInFailed`."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class _Factor:
    """A second factor that fits: by which method, and what counts once."""

    method: SignInMethod
    once: Once
    changes: tuple[Change, ...] = ()


@dataclass(kw_only=True)
class PasswordDoor:
    """Signs in by name, password and code. One event loop uses it."""

    house: House
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set["asyncio.Task[None]"], init=False, repr=False)

    def __post_init__(self) -> None:
        """Make the person who does not exist, for names that nobody has."""
        house, account, credential = self.house, AccountRef(_fresh(self.house)), CredentialRef(_fresh(self.house))
        self._nobody: Row = {
            "account_ref": account.bytes,
            "credential_ref": credential.bytes,
            "sealed": house.box.seal(packed(name="", hash=""), account, credential, CredentialKind.PASSWORD),
        }
        self._no_secret: Row = {
            "account_ref": account.bytes,
            "credential_ref": credential.bytes,
            "sealed": house.box.seal(
                codes.new_secret(house.entropy), account, credential, CredentialKind.AUTHENTICATOR
            ),
        }

    async def prove(self, name: str, password: str, code: str) -> Proven:
        """Say whom a name, a password and a code prove; raises `SignInFailed`, `Unavailable`."""
        house = self.house
        mark = house.box.lookup("name", codes.typed(name[:_NAME_LENGTH]))
        allowed = house.attempts.tried(mark)
        rows = await house.records.rows(CREDENTIAL, lookup=mark)
        held = rows[0] if rows else self._nobody
        account = AccountRef(reference(held["account_ref"]))
        stored = unpacked(_opened(house, held, account, CredentialKind.PASSWORD))["hash"]
        fits = await house.passwords.fits(password, stored or None)
        factor = await self._factor(account, code[:_CODE_LENGTH])
        accounts = await house.records.rows(ACCOUNT, account_ref=account.bytes)
        if not allowed or not rows or not fits or factor is None or not accounts:
            if accounts and house.attempts.exhausted(mark):
                self._later(self._lock(account, InstitutionId(str(accounts[0]["institution"]))))
            raise SignInFailed("sign-in-failed")
        return Proven(
            account_ref=account,
            institution=InstitutionId(str(accounts[0]["institution"])),
            roles=roles_of(accounts[0]),
            credential_ref=CredentialRef(reference(held["credential_ref"])),
            method=factor.method,
            second_factor=True,
            once=(factor.once,),
            changes=factor.changes,
        )

    def succeeded(self, name: str) -> None:
        """Forget the tries of a name, once its session has begun."""
        self.house.attempts.succeeded(self.house.box.lookup("name", codes.typed(name[:_NAME_LENGTH])))

    async def settled(self) -> None:
        """Wait for locks that are on their way into the ledger."""
        await asyncio.gather(*self._tasks)

    async def _factor(self, account: AccountRef, code: str) -> _Factor | None:
        house, now = self.house, self.house.clock()
        found = await house.records.rows(CREDENTIAL, lookup=authenticator_lookup(house, account))
        held = found[0] if found else self._no_secret
        owner = AccountRef(reference(held["account_ref"]))
        step = codes.step_of(_opened(house, held, owner, CredentialKind.AUTHENTICATOR), code, now)
        lookup = recovery_lookup(house, account, code)
        recovery = await house.records.rows(RECOVERY, lookup=lookup)
        if found and step is not None:
            return _Factor(method=SignInMethod.PASSWORD_AND_CODE, once=used_step(held, step, now))
        if recovery and codes.is_recovery_code(code):
            return _Factor(
                method=SignInMethod.PASSWORD_AND_RECOVERY_CODE,
                once=Once(mark=spent_mark("recovery", lookup.hex()), until=Instant(now + HOUR)),
                changes=(Drop(table=RECOVERY, where={"lookup": lookup}),),
            )
        return None

    async def _lock(self, account: AccountRef, institution: InstitutionId) -> None:
        command = LockAccount(account_ref=account, reason=LockReason.TOO_MANY_ATTEMPTS)
        try:
            await self.house.records.record(command, institution=institution, by=None)
        except (Refused, Unavailable):
            # Tries are counted here all the same, until the period is over.
            return

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def begun(house: House, proven: Proven, agent: str, former: Session | None) -> str:
    """Begin a session for whom a sign-in has proven; raises `SignInFailed` where the account or the proof is over.

    Also where nobody may speak for the institution: nothing is spent, and the person signs in once it is back.
    """
    if house.enrolment().speaking(proven.institution) is None:
        raise SpokenForByNobody("sign-in-failed")
    try:
        return await house.sessions.begin(proven, agent, former=former)
    except UsedBefore:
        raise SignInFailed("sign-in-failed") from None
    except Refused as refusal:
        if refusal.code == "second-factor-missing":
            raise
        raise SignInFailed("sign-in-failed") from None


def used_step(held: Row, step: int, now: Instant) -> Once:
    """Give the mark of a code: it is taken once (RFC 6238, 5.2)."""
    mark = spent_mark("code", reference(held["credential_ref"]).hex, str(step))
    return Once(mark=mark, until=Instant(now + 5 * MINUTE))


def used_ticket(ticket: Ticket) -> Once:
    """Give the mark of a ticket: what was answered to it is taken once."""
    return Once(mark=spent_mark("ticket", ticket.mark), until=Instant(ticket.until))


def authenticator_lookup(house: House, account: AccountRef) -> bytes:
    """Give by what an account's authenticator is found: one account has one."""
    return house.box.lookup("authenticator", str(account))


def recovery_lookup(house: House, account: AccountRef, code: str) -> bytes:
    """Give by what a recovery code is found."""
    return house.box.lookup("recovery", str(account), codes.typed(code))


def accounts_lock(rows: Sequence[Row]) -> str | None:
    """Give the lock of an account's row."""
    return str(rows[0]["lock"]) if rows and rows[0]["lock"] else None


def _opened(house: House, held: Row, account: AccountRef, kind: CredentialKind) -> bytes:
    try:
        return house.box.open(raw(held["sealed"]), account, CredentialRef(reference(held["credential_ref"])), kind)
    except Tampered:
        raise SignInFailed("sign-in-failed") from None


def _fresh(house: House) -> UUID:
    return UUID(bytes=house.entropy(16))
