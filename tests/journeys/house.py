"""A registry whole but for its doors: a real SQLite ledger, the executor, the checker; clock and chance simulated."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg

from registry.access.actors import Principal, Role
from registry.boundary import Boundary
from registry.check import Checker
from registry.commands.issuance import EnterOrder
from registry.execute import Executor
from registry.ledger.opening import Ledger, create_ledger, open_ledger
from registry.ledger.settings import LedgerSettings
from registry.log_keys import receipt_key
from registry.questions import Question
from registry.signing import Signer
from registry.values.check import CheckPurpose
from registry.values.identifiers import InstitutionId, KeyId, OrderRef, PartyRef, SubjectId
from registry.values.issuance import PartyRole
from registry.values.jurisdiction import Jurisdiction
from registry.values.parties import Address, Clear, Identity, Name, Party, Text
from registry.vault.keys import KeyRing
from registry.vault.rows import wrapped_key
from registry.vault.sealing import open_block
from registry.views.police import SUBJECT_KEY, TABLES
from registry.views.police_rows import project
from tests.given import LILLE, ORDER, at, details, ref
from tests.servers import shared_server
from tests.simulators.clock import SimulatedClock
from tests.simulators.entropy import SimulatedEntropy
from tests.simulators.keeper import SimulatedKeeper

START = at("2024-03-20T12:00:00+00:00")
PROTECTED_NAME = Identity(name=Name(family="Zywiolkowska", given="Quintessa"), birth_date="1991-04-05")
RESPONDENT_NAME = Identity(name=Name(family="Vandermolenaar", given="Xaverius"), birth_date="1988-07-09")
HIDING_PLACE = Address(lines=("77 Kanarienvogelgasse",), postcode="QX9 9ZZ")
CANARIES = ("Zywiolkowska", "Quintessa", "Vandermolenaar", "Xaverius", "Kanarienvogelgasse", "QX9", "1991-04-05")


@dataclass
class House:
    folder: Path
    settings: LedgerSettings
    clock: SimulatedClock
    entropy: SimulatedEntropy
    ledger: Ledger
    executor: Executor
    checker: Checker
    keeper: SimulatedKeeper

    def close(self) -> None:
        self.ledger.close()

    def subject_key(self, subject: UUID):
        rows = self.ledger.reader.rows(SUBJECT_KEY, {"subject": subject.bytes})
        return wrapped_key(rows[0]) if rows else None

    def another_ring(self) -> KeyRing:
        """A ring as another process of this registry would have it."""
        return KeyRing(self.keeper, of_subject=self.subject_key, by_key_id=self._by_key_id)

    def _by_key_id(self, key_id: bytes):
        rows = self.ledger.reader.rows(SUBJECT_KEY, {"key_id": key_id})
        return wrapped_key(rows[0]) if rows else None

    def four_weeks_pass(self) -> None:
        """Let the time pass in which nothing is erased that has just become erasable, and a second more.

        Facts of one moment are recorded a microsecond after each other.
        """
        self.clock.advance(28 * 24 * 3600 + 1)

    def bytes_on_disk(self) -> bytes:
        if self.settings.dsn is not None:
            return _everything_in(self.settings.dsn)
        return b"".join(path.read_bytes() for path in sorted(self.folder.rglob("*")) if path.is_file())

    def bytes_in_files(self) -> bytes:
        """What the store's own files hold, deleted rows too: of PostgreSQL the database's, but for the server's log.

        Of a server that is not ours, what its tables hold.
        """
        folder = None if self.settings.dsn is None else shared_server().folder
        if folder is None:
            return self.bytes_on_disk()
        with psycopg.connect(self.settings.dsn, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
            (oid,) = connection.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchone()
        return b"".join(path.read_bytes() for path in sorted((folder / "base" / str(oid)).iterdir()))

    def facts(self):
        return [recorded.fact for recorded in self.ledger.reader.after(0, limit=10_000)]


def identity(house: House, order_ref: OrderRef = ORDER, word: str = "protected") -> Identity:
    """Open who a party of an entered order is, from its first fact; raises what opening raises."""
    (first, *_) = house.ledger.reader.stream(order_ref)
    party = next(each for each in first.fact.event.details.parties if each.party_ref == ref(word))
    name = f"details/parties/{party.party_ref}/identity"
    return open_block(
        party.identity,
        ledger=house.executor.ledger_id,
        order_ref=order_ref,
        fact_id=first.fact.fact_id,
        name=name,
        ring=house.executor.ring,
    )


def _everything_in(dsn: str) -> bytes:
    """Every cell of every table of a database, text and bytes as they are."""
    with psycopg.connect(dsn) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        rows = [row for (table,) in tables for row in connection.execute(f'SELECT * FROM "{table}"').fetchall()]
    return b"\n".join(cell if isinstance(cell, bytes) else str(cell).encode() for row in rows for cell in row)


def open_house(
    folder: Path, *, create: bool = True, stale_after=None, keeper=None, settings=None, reading=lambda reader: reader
) -> House:
    """Create a registry in a folder, or in the database that `settings` name, or open the one there.

    `reading` may put something between the ledger's reader and all who read.
    """
    settings = settings or LedgerSettings(path=folder / "registry.db")
    clock, entropy = SimulatedClock(START), SimulatedEntropy(1)
    if create:
        create_ledger(settings, ledger_id=ref("ledger"), inception=START, tables=TABLES)
    ledger = open_ledger(settings, clock=clock, project=project, tables=TABLES)
    reader = reading(ledger.reader)

    def of_subject(subject: SubjectId):
        rows = reader.rows(SUBJECT_KEY, {"subject": subject.bytes})
        return wrapped_key(rows[0]) if rows else None

    def by_key_id(key_id: bytes):
        rows = reader.rows(SUBJECT_KEY, {"key_id": key_id})
        return wrapped_key(rows[0]) if rows else None

    keeper = keeper or SimulatedKeeper()
    ring = KeyRing(keeper, of_subject=of_subject, by_key_id=by_key_id)
    boundary = Boundary(
        ledger_id=str(ledger.ledger_id),
        reader=reader,
        ring=ring,
        claim_key=b"c" * 32,
        index_key=b"i" * 32,
        clock=clock,
        entropy=entropy,
    )
    executor = Executor(boundary=boundary, writer=ledger.writer, reader=reader, ring=ring, clock=clock, entropy=entropy)
    checker = Checker(
        executor=executor,
        stale_after=stale_after or {},
        engine="test",
        clock=clock,
        signer=Signer(ledger_id=str(ledger.ledger_id), key=receipt_key(bytes(32), str(ledger.ledger_id))),
    )
    return House(
        folder=folder,
        settings=settings,
        clock=clock,
        entropy=entropy,
        ledger=ledger,
        executor=executor,
        checker=checker,
        keeper=keeper,
    )


def principal(institution=LILLE, *roles: Role, within=("FR",)) -> Principal:
    return Principal(
        institution=InstitutionId(institution),
        key_id=KeyId(f"{institution}-1"),
        roles=frozenset(roles or {Role.COURT}),
        jurisdictions=tuple(Jurisdiction(code) for code in within),
        on_behalf_of="desk-4",
    )


POLICE = principal("fr-pn-lille", Role.POLICE)
COURT = principal()
MACHINE = principal("registry", Role.REGISTRY, within=())


def clear(subject: UUID, name: str, content) -> Clear:
    return Clear(subject=SubjectId(subject), name=name, content=content)


def parties(word: str = "", respondent: Identity = RESPONDENT_NAME, protected: Identity = PROTECTED_NAME):
    """One protected person who hides and one respondent, both invented."""
    safe, bound = PartyRef(ref(f"protected{word}")), PartyRef(ref(f"respondent{word}"))
    return (
        Party(
            party_ref=safe,
            role=PartyRole.PROTECTED,
            identity=clear(safe, "identity", protected),
            address=clear(safe, "address", HIDING_PLACE),
            withheld=("address",),
        ),
        Party(party_ref=bound, role=PartyRole.RESPONDENT, identity=clear(bound, "identity", respondent)),
    )


def entering(order_ref: OrderRef = ORDER, number: str | None = "RG 24/00117", word: str = "", **more):
    """An order as a desk sends it: with names, an address and the court's own number, in clear."""
    said = {"parties": parties(word)} | more
    if number is not None:
        said["number"] = clear(order_ref, "number", Text(text=number))
    return EnterOrder(order_ref=order_ref, details=details(**said))


def question(order_ref=ORDER, **more) -> Question:
    given = {"jurisdiction": Jurisdiction("FR"), "purpose": CheckPurpose.AT_THE_SCENE, "order_ref": order_ref}
    return Question(**(given | more))
