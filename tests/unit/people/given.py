"""People to sign in: a ledger, two institutions, a house with cheap hashes, a clock and chance that repeat."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.access.actors import Directory, Institution, Principal, Role
from registry.access.directory import Enrolment
from registry.boundary import Boundary
from registry.commands.account import InviteAccount
from registry.execute import Executor
from registry.ledger.opening import Ledger, create_ledger, open_ledger
from registry.ledger.settings import LedgerSettings
from registry.people import codes, enrolling
from registry.people.attempts import AttemptsHere
from registry.people.box import box
from registry.people.house import House
from registry.people.passwords import Cost, Passwords
from registry.people.records import Records
from registry.people.sessions import Sessions
from registry.people.sign_in import PasswordDoor
from registry.values.account import AccountRef
from registry.values.identifiers import InstitutionId, KeyId, StreamId
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import SECOND, Instant
from registry.vault.keys import KeyRing
from registry.views.police import TABLES
from registry.views.police_rows import project
from tests.simulators.clock import SimulatedClock
from tests.simulators.entropy import SimulatedEntropy
from tests.unit.vault.given import MemoryKeeper

START = Instant(1_790_000_000_000_000)
LILLE = InstitutionId("fr-tj-lille")
BERLIN = InstitutionId("de-polizei")
PASSWORD = "correct horse battery staple"
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36"
ROLES = {LILLE: (Role.COURT, "FR"), BERLIN: (Role.POLICE, "DE")}
CHEAP = Cost(memory_kib=8, passes=1, lanes=1)


@dataclass
class Town:
    """One ledger and its people, and how a test reaches into both."""

    house: House
    door: PasswordDoor
    ledger: Ledger
    clock: SimulatedClock
    entropy: SimulatedEntropy
    institutions: dict[InstitutionId, Institution] = field(default_factory=dict)

    def topics(self, account: AccountRef | None = None) -> list[str]:
        facts = self.ledger.reader.stream(StreamId(account)) if account else self.ledger.reader.after(0, limit=1000)
        return [recorded.fact.event.TOPIC for recorded in facts]

    def code(self, secret: bytes) -> str:
        return codes.code_at(secret, self.clock.now // (codes.STEP_SECONDS * SECOND))

    async def say(self, command, institution: InstitutionId = LILLE):
        """Carry out what an institution says with its own key."""
        role, place = ROLES[institution]
        principal = Principal(
            institution=institution,
            key_id=KeyId("k1"),
            roles=frozenset({role}),
            jurisdictions=(Jurisdiction(place),),
        )
        return await self.house.records.executor.execute(command, principal=principal)

    async def invited(self, institution: InstitutionId = LILLE) -> tuple[AccountRef, str]:
        account = AccountRef(UUID(bytes=self.entropy(16)))
        await self.say(InviteAccount(account_ref=account, roles=(ROLES[institution][0].value,), hours=24), institution)
        return account, codes.invitation(self.house.box.hashing, account)

    async def person(self, institution: InstitutionId = LILLE) -> "Person":
        """Open an account with a password, and let the code that opened it pass."""
        account, invitation = await self.invited(institution)
        setup = await enrolling.prepared(self.house, invitation)
        opened = await enrolling.open_with_password(
            self.house, invitation, setup.ticket, PASSWORD, self.code(setup.secret)
        )
        self.clock.advance(120)
        return Person(account=account, name=opened.name, secret=setup.secret, recovery=opened.recovery_codes)


@dataclass
class Person:
    account: AccountRef
    name: str
    secret: bytes
    recovery: tuple[str, ...]


@contextmanager
def town(settings: LedgerSettings, *, site: str = "http://localhost:8606") -> Iterator[Town]:
    """Lend a town on a ledger that is made for it."""
    clock, entropy = SimulatedClock(START), SimulatedEntropy(7)
    create_ledger(settings, ledger_id=UUID(int=77), inception=START, tables=TABLES)
    with opened(settings, clock, entropy, site) as found:
        yield found


@contextmanager
def opened(settings: LedgerSettings, clock, entropy, site: str = "http://localhost:8606") -> Iterator[Town]:
    """Open a town on a ledger that is there: as a second process would."""
    ledger = open_ledger(settings, clock=clock, project=project, tables=TABLES)
    house = house_on(ledger, clock, entropy, site)
    found = Town(house=house, door=PasswordDoor(house=house), ledger=ledger, clock=clock, entropy=entropy)
    found.institutions.update({each.institution: each for each in INSTITUTIONS})
    HOUSES[id(house)] = found
    try:
        yield found
    finally:
        house.passwords.close()
        ledger.close()


HOUSES: dict[int, Town] = {}
INSTITUTIONS = tuple(
    Institution(
        institution=name,
        name=f"Name of {name}",
        roles=frozenset({role}),
        jurisdictions=(Jurisdiction(place),),
        contact="+33 3",
    )
    for name, (role, place) in ROLES.items()
)


def house_on(ledger: Ledger, clock, entropy, site: str) -> House:
    ring = KeyRing(MemoryKeeper(), of_subject=lambda _: None, by_key_id=lambda _: None)
    boundary = Boundary(
        ledger_id=str(ledger.ledger_id),
        reader=ledger.reader,
        ring=ring,
        claim_key=bytes(32),
        index_key=bytes(32),
        clock=clock,
        entropy=entropy,
    )
    executor = Executor(
        boundary=boundary, writer=ledger.writer, reader=ledger.reader, ring=ring, clock=clock, entropy=entropy
    )
    sealed = box(bytes(32), str(ledger.ledger_id), entropy)
    records = Records(executor=executor)
    house = House(
        site=site,
        records=records,
        sessions=Sessions(records=records, hashing=sealed.hashing, entropy=entropy),
        box=sealed,
        passwords=Passwords(entropy=entropy, cost=CHEAP),
        attempts=AttemptsHere(clock=clock),
        enrolment=lambda: enrolment_of(HOUSES[id(house)].institutions),
        clock=clock,
        entropy=entropy,
    )
    return house


def enrolment_of(institutions: dict[InstitutionId, Institution]) -> Enrolment:
    return Enrolment(directory=Directory(institutions=tuple(institutions.values())), institutions=institutions, keys={})


def in_folder(folder: Path) -> LedgerSettings:
    path = folder / "ledger" / "registry.db"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    return LedgerSettings(path=path)


def signing_key(seed: int = 1) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
