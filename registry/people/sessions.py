"""Sessions: begun at a sign-in, looked at with each request, ended everywhere at once.

    id        256 random bits, made here and never taken from outside; the store has its hash alone
    bound     to the account, the credential it began with, and the kind of browser (`agent_mark`)
    rotated   at each sign-in and step-up: the former id opens nothing any more
    asked     at each request: is the session there, in time, the account open and unlocked, the institution enrolled,
              a role left that both have. Any no is one answer, `unauthenticated`

The kind of browser is a weak bond, and said to be one: it stops a cookie from being used by chance or without care in
another browser, not by somebody who copies the headers too.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from registry.access.actors import Principal, Role
from registry.access.directory import Enrolment
from registry.commands.account import EndSessions, RecordSignIn
from registry.errors import Refused, RegistryError
from registry.ledger.port import Unit
from registry.ledger.rows import Amend, Change, Drop, Put
from registry.people import assurance
from registry.people.records import Once, Records, Row, integer, raw, reference
from registry.values.account import (
    SESSION_KEY,
    AccountRef,
    AccountState,
    CredentialRef,
    EndOfSession,
    LockReason,
    SessionRef,
    SignInMethod,
)
from registry.values.identifiers import InstitutionId
from registry.values.time import MINUTE, Instant
from registry.vault.keys import Entropy
from registry.views.account import ACCOUNT, CREDENTIAL, SESSION

ID_BYTES: Final = 32
SEEN_EVERY: Final = MINUTE
"""How exactly it is known when a session was last used: noting each request would be a write for each read."""
MAXIMUM_SESSIONS: Final = 8
"""Of one account; the oldest ends when there is one more."""
_ID: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_FAMILIES: Final = ("edg/", "opr/", "firefox/", "chrome/", "safari/")
_SYSTEMS: Final = ("android", "iphone", "ipad", "windows", "mac os x", "cros", "linux")


class NoSession(RegistryError):
    """There is no such session, or it is over; which of the two nobody is told."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """A session as its row says. `session_hash` is what the id hashes to."""

    session_hash: bytes
    session_ref: SessionRef
    account_ref: AccountRef
    credential_ref: CredentialRef
    institution: InstitutionId
    roles: frozenset[Role]
    method: SignInMethod
    agent: bytes
    signed_in_at: Instant
    authenticated_at: Instant
    seen_at: Instant
    idle: int
    ends_at: Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class Proven:
    """Whom a sign-in has proven, and by what; not yet that the account may be used."""

    account_ref: AccountRef
    institution: InstitutionId
    roles: frozenset[Role]
    credential_ref: CredentialRef
    method: SignInMethod
    second_factor: bool
    once: tuple[Once, ...] = ()
    changes: tuple[Change, ...] = ()
    """Rows that go with it: a counter that moved, a recovery code that is gone."""
    provider_session: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class Sessions:
    """Begins, finds and ends sessions of one ledger."""

    records: Records
    hashing: bytes
    entropy: Entropy

    async def begin(self, proven: Proven, agent: str, *, former: Session | None = None) -> str:
        """Begin a session and give its id; raises `Refused` where the account may not be used.

        `former` is the browser's session of the same account: it ends, the new one lives no longer than it would have.
        """
        roles = assurance.open_to(proven.roles, second_factor=proven.second_factor)
        if not roles:
            raise Refused("second-factor-missing")
        session_id = urlsafe_b64encode(self.entropy(ID_BYTES)).rstrip(b"=").decode("ascii")
        stepped_up = former is not None and former.account_ref == proven.account_ref
        command = RecordSignIn(
            account_ref=proven.account_ref,
            session_ref=SessionRef(self.records.executor.mint()),
            credential_ref=proven.credential_ref,
            method=proven.method,
            stepped_up=stepped_up,
        )
        held = await self.records.rows(SESSION, account_ref=proven.account_ref.bytes)

        def rows(unit: Unit) -> Iterable[Change]:
            row = _row(session_id, command, proven, roles, agent, unit.now)
            if former is not None:
                yield Drop(table=SESSION, where={"session_hash": former.session_hash})
                if stepped_up:
                    row |= {
                        "signed_in_at": former.signed_in_at,
                        "ends_at": min(former.ends_at, integer(row["ends_at"])),
                    }
            yield from _overdue(held, unit.now)
            yield Put(table=SESSION, row=row)
            yield from proven.changes

        await self.records.record(
            command, institution=proven.institution, by=proven.account_ref, once=proven.once, rows=rows
        )
        return session_id

    async def find(self, session_id: str, agent: str, *, touch: bool = True) -> Session:
        """Give the session of an id, and note that it was seen (`touch`). Raises `NoSession`, `Unavailable`.

        Its cookie from another kind of browser ends it: either the cookie or the browser is not what it was.
        """
        if not _ID.fullmatch(session_id):
            raise NoSession("no session")
        rows = await self.records.rows(SESSION, session_hash=hashed(session_id))
        session = self._living(rows)
        if not hmac.compare_digest(session.agent, agent_mark(agent)):
            await self.end(session, session.session_ref, EndOfSession.OTHER_DEVICE)
            raise NoSession("no session")
        await self._open(session)
        if touch:
            await self._seen(session)
        return session

    async def held(self, session_hash: bytes) -> Session | None:
        """Give the session that the store has under a hash, if it lives."""
        rows = await self.records.rows(SESSION, session_hash=session_hash)
        living = (each for each in map(_session, rows) if _lives(each, self.records.executor.clock()))
        return next(living, None)

    async def of(self, account: AccountRef) -> Sequence[Session]:
        """Give the sessions of an account that live, the newest first."""
        now = self.records.executor.clock()
        found = [_session(row) for row in await self.records.rows(SESSION, account_ref=account.bytes)]
        return sorted((each for each in found if _lives(each, now)), key=lambda each: -each.seen_at)

    async def end(self, session: Session, which: SessionRef | None, reason: EndOfSession) -> None:
        """End a session of the same account, or all of them (None). One of another account is not touched."""
        if which is not None:
            rows = await self.records.rows(SESSION, session_ref=which.bytes)
            if not rows or reference(rows[0]["account_ref"]) != session.account_ref:
                return
        command = EndSessions(account_ref=session.account_ref, session_ref=which, reason=reason)
        await self.records.record(command, institution=session.institution, by=session.account_ref)

    def csrf(self, session: Session) -> str:
        """Give what a form or a request of this session must say: bound to its id, and not stored."""
        return csrf_token(self.hashing, session.session_hash)

    def _living(self, rows: Sequence[Row]) -> Session:
        session = _session(rows[0]) if rows else None
        if session is None or not _lives(session, self.records.executor.clock()):
            raise NoSession("no session")
        return session

    async def _open(self, session: Session) -> None:
        accounts = await self.records.rows(ACCOUNT, account_ref=session.account_ref.bytes)
        credentials = await self.records.rows(CREDENTIAL, credential_ref=session.credential_ref.bytes)
        usable = (
            accounts
            and credentials
            and accounts[0]["state"] == AccountState.OPEN
            and accounts[0]["lock"] != LockReason.BY_INSTITUTION
            and accounts[0]["institution"] == session.institution
        )
        if not usable:
            raise NoSession("no session")

    async def _seen(self, session: Session) -> None:
        now = self.records.executor.clock()
        if now - session.seen_at >= SEEN_EVERY:
            seen = Amend(table=SESSION, key={"session_hash": session.session_hash}, cells={"seen_at": now})
            await self.records.write(session.account_ref, [seen])


def principal_of(session: Session, enrolment: Enrolment) -> Principal:
    """Give for whom a session speaks, by the directory as it is now. Raises `NoSession` where nothing is left."""
    institution = enrolment.speaking(session.institution)
    roles = session.roles & institution.roles if institution else frozenset[Role]()
    if institution is None or not roles:
        raise NoSession("no session")
    # All else of the institution's rights as they are: what it is not enrolled for, none of its people may do either.
    return replace(institution.principal(SESSION_KEY, str(session.account_ref)), roles=roles, by_session=True)


def hashed(session_id: str) -> bytes:
    """Give what the store knows a session by."""
    return sha256(b"po-session/v1|" + session_id.encode()).digest()


def csrf_token(key: bytes, bound_to: bytes) -> str:
    """Give a token that only a page of ours can have learnt."""
    return urlsafe_b64encode(hmac.digest(key, b"po-csrf/v1|" + bound_to, "sha256")).rstrip(b"=").decode("ascii")


def agent_mark(agent: str) -> bytes:
    """Give the mark of a kind of browser: family, system, hand-held or not; no version, which changes overnight."""
    said = agent.casefold()
    family = next((each for each in _FAMILIES if each in said), "other")
    system = next((each for each in _SYSTEMS if each in said), "other")
    return sha256(f"po-agent/v1|{family}|{system}|{'mobile' in said}".encode()).digest()[:16]


def _lives(session: Session, now: Instant) -> bool:
    return now < session.ends_at and now - session.seen_at < session.idle


def _overdue(held: Sequence[Row], now: Instant) -> Iterable[Change]:
    """Give the removal of sessions that are over, and of the oldest where there are too many."""
    living = sorted((each for each in map(_session, held) if _lives(each, now)), key=lambda each: -each.seen_at)
    kept = {each.session_hash for each in living[: MAXIMUM_SESSIONS - 1]}
    for row in held:
        if raw(row["session_hash"]) not in kept:
            yield Drop(table=SESSION, where={"session_hash": row["session_hash"]})


def _row(  # noqa: PLR0917  # a row has many cells
    session_id: str, command: RecordSignIn, proven: Proven, roles: frozenset[Role], agent: str, now: Instant
) -> Row:
    idle, absolute = assurance.lives(roles)
    return {
        "session_hash": hashed(session_id),
        "session_ref": command.session_ref.bytes,
        "account_ref": proven.account_ref.bytes,
        "credential_ref": proven.credential_ref.bytes,
        "institution": proven.institution,
        "roles": " ".join(sorted(roles)),
        "method": proven.method.value,
        "agent": agent_mark(agent),
        "provider_session": proven.provider_session,
        "signed_in_at": now,
        "authenticated_at": now,
        "seen_at": now,
        "idle": idle,
        "ends_at": now + absolute,
    }


def _session(row: Row) -> Session:
    return Session(
        session_hash=raw(row["session_hash"]),
        session_ref=SessionRef(reference(row["session_ref"])),
        account_ref=AccountRef(reference(row["account_ref"])),
        credential_ref=CredentialRef(reference(row["credential_ref"])),
        institution=InstitutionId(str(row["institution"])),
        roles=frozenset(Role(word) for word in str(row["roles"]).split()),
        method=SignInMethod(str(row["method"])),
        agent=raw(row["agent"]),
        signed_in_at=Instant(integer(row["signed_in_at"])),
        authenticated_at=Instant(integer(row["authenticated_at"])),
        seen_at=Instant(integer(row["seen_at"])),
        idle=integer(row["idle"]),
        ends_at=Instant(integer(row["ends_at"])),
    )
