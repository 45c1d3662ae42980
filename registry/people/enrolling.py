"""Opening an account after an invitation, and changing what it is signed in to with."""

from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from registry.commands.account import AddCredential, NewCredential, OpenAccount, RemoveCredential
from registry.errors import Conflict, NotFound, Refused
from registry.ledger.port import Unit
from registry.ledger.rows import Change, Drop, Put
from registry.people import codes, passkeys
from registry.people.box import packed, unpacked
from registry.people.house import NAME, House
from registry.people.records import Once, Row, UsedBefore, raw, reference
from registry.people.sessions import Session
from registry.people.sign_in import authenticator_lookup, recovery_lookup, used_step, used_ticket
from registry.values.account import AccountRef, AccountState, CredentialKind, CredentialRef
from registry.values.identifiers import InstitutionId
from registry.values.time import MINUTE, Instant
from registry.views.account import ACCOUNT, CREDENTIAL, RECOVERY

SETUP_LIFE: Final = 20 * MINUTE
_CODE_LENGTH: Final = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Setup:
    """What the page of an invitation shows: a sign-in name, an authenticator's secret, a passkey to be made."""

    name: str
    secret: bytes
    ticket: str
    passkey_options: str
    passkey_ticket: str

    @property
    def address(self) -> str:
        """Give what the QR code says."""
        return codes.setup_address(self.secret, self.name, NAME)


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """What the person is shown once and never again."""

    name: str
    recovery_codes: tuple[str, ...]


async def invited(house: House, invitation: str) -> tuple[AccountRef, InstitutionId]:
    """Give the account that an invitation opens; raises `Refused` for one that is none, was used, or ended."""
    account = codes.invited(house.box.hashing, invitation)
    rows = await house.records.rows(ACCOUNT, account_ref=account.bytes) if account else ()
    if account is None or not rows or rows[0]["state"] != AccountState.INVITED:
        raise Refused("invitation-used")
    return account, InstitutionId(str(rows[0]["institution"]))


async def prepared(house: House, invitation: str) -> Setup:
    """Give what the person needs to open the account."""
    account, _ = await invited(house, invitation)
    return setup_for(house, account, codes.new_name(house.entropy), codes.new_secret(house.entropy))


def setup_for(house: House, account: AccountRef, name: str, secret: bytes) -> Setup:
    """Give a set-up of a name and a secret. A ticket carries both, sealed: nothing is stored before its time."""
    until = Instant(house.clock() + SETUP_LIFE)
    said = {"account": str(account), "name": name, "secret": b64encode(secret).decode("ascii")}
    options, passkey_ticket = passkeys.offered(house, account, name, [])
    return Setup(
        name=name,
        secret=secret,
        ticket=house.box.ticket("setup", until, **said),
        passkey_options=options,
        passkey_ticket=passkey_ticket,
    )


def again(house: House, invitation: str, ticket: str) -> Setup:
    """Give the same set-up again, after something did not fit; raises `Refused` once it is too old."""
    account = codes.invited(house.box.hashing, invitation)
    found = house.box.read(ticket, "setup", house.clock())
    if account is None or found is None or found.said["account"] != str(account):
        raise Refused("invitation-used")
    return setup_for(house, account, found.said["name"], b64decode(found.said["secret"]))


async def open_with_password(house: House, invitation: str, ticket: str, password: str, code: str) -> Opened:
    """Open an account with a password, an authenticator and recovery codes. Raises `Refused`."""
    account, institution = await invited(house, invitation)
    now = house.clock()
    setup = house.box.read(ticket, "setup", now)
    if setup is None or setup.said["account"] != str(account):
        raise Refused("invitation-used")
    secret = b64decode(setup.said["secret"])
    step = codes.step_of(secret, code[:_CODE_LENGTH], now)
    if step is None:
        raise Refused("code-wrong", field="/code")
    stored = await house.passwords.hashed(password)
    name = setup.said["name"]
    known = _row(
        house,
        account,
        CredentialKind.PASSWORD,
        lookup=house.box.lookup("name", codes.typed(name)),
        secret=packed(name=name, hash=stored),
    )
    shown = _row(
        house, account, CredentialKind.AUTHENTICATOR, lookup=authenticator_lookup(house, account), secret=secret
    )
    recovery, written, changes = _recovery(house, account)
    await _opened(
        house,
        account,
        institution,
        [known, shown, recovery],
        [used_step(shown, step, now), used_ticket(setup)],
        changes,
    )
    return Opened(name=name, recovery_codes=written)


async def open_with_passkey(house: House, invitation: str, ticket: str, response: str) -> None:
    """Open an account with a passkey alone: the device verifies the person, which makes two factors of it."""
    account, institution = await invited(house, invitation)
    row, used = passkeys.made(house, account, ticket, response, house.clock())
    await _opened(house, account, institution, [row], [used_ticket(used)], ())


async def add_passkey(house: House, session: Session, ticket: str, response: str) -> None:
    """Add a passkey to the account of a session. Raises `Refused`."""
    row, used = passkeys.made(house, session.account_ref, ticket, response, house.clock())
    command = AddCredential(account_ref=session.account_ref, credential=_new(row))
    await _recorded(house, command, session.institution, [row], [used_ticket(used)], ())


async def new_passkey(house: House, session: Session) -> tuple[str, str]:
    """Give what the browser is to make a further passkey from, and the ticket."""
    rows = list(await house.records.rows(CREDENTIAL, account_ref=session.account_ref.bytes))
    name = next((_secret(house, row)["name"] for row in rows if row["kind"] == CredentialKind.PASSWORD), "Your account")
    return passkeys.offered(house, session.account_ref, name, passkeys.ids(house, rows))


async def remove(house: House, session: Session, credential: CredentialRef) -> None:
    """Take a credential of the session's account away; sessions that began with it end. Raises `Refused`."""
    command = RemoveCredential(account_ref=session.account_ref, credential_ref=credential)
    await house.records.record(command, institution=session.institution, by=session.account_ref)


async def change_password(house: House, session: Session, password: str) -> None:
    """Take a new password in the place of the old one, under the same sign-in name. Raises `Refused`.

    The old one opens nothing from then on, and sessions that began with it end, this one among them.
    """
    rows = await house.records.rows(CREDENTIAL, account_ref=session.account_ref.bytes)
    old = next((row for row in rows if row["kind"] == CredentialKind.PASSWORD), None)
    if old is None:
        raise Refused("credential-missing")
    secret = packed(name=_secret(house, old)["name"], hash=await house.passwords.hashed(password))
    new = _row(house, session.account_ref, CredentialKind.PASSWORD, lookup=raw(old["lookup"]), secret=secret)
    where = {"credential_ref": old["credential_ref"]}

    def exchanged(unit: Unit) -> Iterable[Change]:
        if not unit.rows(CREDENTIAL, where):
            raise Refused("credential-missing")  # another change was faster
        return (Drop(table=CREDENTIAL, where=where), Put(table=CREDENTIAL, row=new))

    command = AddCredential(account_ref=session.account_ref, credential=_new(new))
    await house.records.record(command, institution=session.institution, by=session.account_ref, rows=exchanged)
    await remove(house, session, CredentialRef(reference(old["credential_ref"])))


async def new_recovery_codes(house: House, session: Session) -> tuple[str, ...]:
    """Replace the account's recovery codes by new ones, and give them. Raises `Refused`."""
    rows = await house.records.rows(CREDENTIAL, account_ref=session.account_ref.bytes)
    row, written, changes = _recovery(house, session.account_ref)
    command = AddCredential(account_ref=session.account_ref, credential=_new(row))
    await _recorded(house, command, session.institution, [row], [], changes)
    for old in rows:
        if old["kind"] == CredentialKind.RECOVERY_CODES:
            await remove(house, session, CredentialRef(reference(old["credential_ref"])))
    return written


def _recovery(house: House, account: AccountRef) -> tuple[Row, tuple[str, ...], tuple[Change, ...]]:
    row = _row(house, account, CredentialKind.RECOVERY_CODES, lookup=b"", secret=b"")
    written = tuple(codes.new_recovery_code(house.entropy) for _ in range(codes.RECOVERY_CODES))
    changes = tuple(
        Put(
            table=RECOVERY,
            row={
                "lookup": recovery_lookup(house, account, each),
                "account_ref": account.bytes,
                "credential_ref": row["credential_ref"],
            },
        )
        for each in written
    )
    return row, written, changes


async def _opened(  # noqa: PLR0917  # one place calls it for each way
    house: House,
    account: AccountRef,
    institution: InstitutionId,
    rows: list[Row],
    once: list[Once],
    changes: Iterable[Change],
) -> None:
    command = OpenAccount(account_ref=account, credentials=tuple(_new(row) for row in rows))
    await _recorded(house, command, institution, rows, once, changes)


async def _recorded(  # noqa: PLR0917  # as above
    house: House,
    command: OpenAccount | AddCredential,
    institution: InstitutionId,
    rows: list[Row],
    once: list[Once],
    changes: Iterable[Change],
) -> None:
    def put(unit: Unit) -> Iterable[Change]:
        for row in rows:
            if row["lookup"] and unit.rows(CREDENTIAL, {"lookup": row["lookup"]}):
                # Two names of fifty random bits, or a passkey that has an account already.
                raise Conflict("reference-in-use")
        return [*(Put(table=CREDENTIAL, row=row) for row in rows), *changes]

    try:
        await house.records.record(command, institution=institution, by=command.account_ref, once=once, rows=put)
    except (UsedBefore, NotFound):
        raise Refused("invitation-used") from None


def _row(house: House, account: AccountRef, kind: CredentialKind, *, lookup: bytes, secret: bytes) -> Row:
    credential = CredentialRef(house.records.executor.mint())
    return {
        "credential_ref": credential.bytes,
        "account_ref": account.bytes,
        "kind": kind.value,
        "lookup": lookup,
        "sealed": house.box.seal(secret, account, credential, kind),
        "counter": 0,
        "added_at": house.clock(),
    }


def _new(row: Row) -> NewCredential:
    return NewCredential(
        credential_ref=CredentialRef(reference(row["credential_ref"])), kind=CredentialKind(str(row["kind"]))
    )


def _secret(house: House, row: Row) -> dict[str, str]:
    account, credential = AccountRef(reference(row["account_ref"])), CredentialRef(reference(row["credential_ref"]))
    return unpacked(house.box.open(raw(row["sealed"]), account, credential, CredentialKind.PASSWORD))
