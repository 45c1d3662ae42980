"""A whole registry on disk without its doors: ledger, vault, executor, views, and institutions to act for."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from registry.access.actors import Directory, Institution, Principal, Role
from registry.alerts.contact import Contacts
from registry.alerts.escalation import Escalation
from registry.alerts.lapses import Lapses
from registry.alerts.reactor import Reactor, by_rules
from registry.alerts.surroundings import Surroundings
from registry.boundary import Boundary
from registry.commands.issuance import EnterOrder
from registry.commands.violation import ReportViolation
from registry.execute import Executor
from registry.ledger.opening import Ledger, create_ledger, open_ledger
from registry.ledger.settings import LedgerSettings
from registry.ledger.view_connections import open_views
from registry.ledger.viewstore import ViewStore
from registry.processes import VIEWS
from registry.values.identifiers import OrderRef, PartyRef, SubjectId, ViolationRef
from registry.values.issuance import ConditionKind, Nature, OrderKind, PartyRole
from registry.values.order import Court, OrderDetails
from registry.values.parties import Address, Clear, Condition, ContactPlan, Document, Identity, Name, Party, Text
from registry.values.time import Instant, LegalMoment, expires
from registry.values.violation import BreachKind
from registry.vault.keys import KeyRing
from registry.vault.rows import wrapped_key
from registry.views import police, police_rows
from registry.views.engine import Projector
from tests.simulators.clock import SimulatedClock
from tests.simulators.entropy import SimulatedEntropy
from tests.simulators.keeper import SimulatedKeeper

NOON = Instant(1_790_000_000_000_000)
LILLE, BERLIN, POLICE = "fr-tj-lille", "de-ag-mitte", "de-polizei-berlin"
LONDON, MET, MADRID, OPERATOR = "gb-cfc", "gb-met", "es-jvm", "de-betrieb"
DAY = LegalMoment(date=date(2026, 9, 1), zone="Europe/Paris")
LEDGER = "00000000-0000-0000-0000-00000000004d"
CANARY = "KANARIENVOGEL"
"""Stands in everything that an order knows and no message may say."""


def institution(name, roles, *places):
    return Institution(
        institution=name, name=f"{CANARY} of {name}", roles=frozenset(roles), jurisdictions=places, contact="+00 1"
    )


DIRECTORY = Directory(
    institutions=(
        institution(LILLE, {Role.COURT}, "FR"),
        institution(BERLIN, {Role.EXECUTING_AUTHORITY}, "DE"),
        institution(POLICE, {Role.POLICE}, "DE-BE"),
        institution(OPERATOR, {Role.OPERATOR}, "DE"),
        institution(LONDON, {Role.COURT}, "GB-EAW"),
        institution(MET, {Role.POLICE}, "GB-EAW"),
        institution(MADRID, {Role.COURT}, "ES"),
    )
)


def principal(name):
    found = DIRECTORY.find(name)
    return Principal(
        institution=name, key_id=f"{name}-key", roles=found.roles, jurisdictions=tuple(found.jurisdictions)
    )


def plan(address="someone@refuge.example", *, consent=True, channel="email", language="fr"):
    return ContactPlan(channel=channel, address=address, consent=consent, language=language)


@dataclass
class World:
    """An open registry."""

    ledger: Ledger
    store: ViewStore
    clock: SimulatedClock
    entropy: SimulatedEntropy = field(default_factory=SimulatedEntropy)
    executor: Executor = None
    ring: KeyRing = None

    def __post_init__(self):
        self.ring = KeyRing(
            SimulatedKeeper(), of_subject=self._row("subject", bytes_of), by_key_id=self._row("key_id", lambda key: key)
        )
        boundary = Boundary(
            ledger_id=LEDGER,
            reader=self.ledger.reader,
            ring=self.ring,
            claim_key=b"c" * 32,
            index_key=b"i" * 32,
            clock=self.clock,
            entropy=self.entropy,
        )
        self.executor = Executor(
            boundary=boundary,
            writer=self.ledger.writer,
            reader=self.ledger.reader,
            ring=self.ring,
            clock=self.clock,
            entropy=self.entropy,
        )

    def _row(self, column, cell):
        def find(value):
            rows = self.ledger.reader.rows(police.SUBJECT_KEY, {column: cell(value)})
            return wrapped_key(rows[0]) if rows else None

        return find

    def uuid(self):
        return UUID(bytes=self.entropy(16))

    def perform(self, command, by):
        return self.executor.perform(command, principal=principal(by))

    def projector(self):
        return Projector(reader=self.ledger.reader, store=self.store, views=VIEWS, clock=self.clock)

    def project(self):
        projector = self.projector()
        while projector.step():
            pass

    def reactor(self, executor=None, store=None, around=None):
        around = around or Surroundings(reader=self.ledger.reader, directory=lambda: DIRECTORY).of
        return Reactor(
            reader=self.ledger.reader,
            store=store or self.store,
            executor=executor or self.executor,
            following=by_rules(around),
        )

    def react(self):
        reactor = self.reactor()
        while reactor.step():
            pass
        return reactor

    def escalation(self):
        return Escalation(
            reader=self.ledger.reader,
            store=self.store,
            executor=self.executor,
            directory=lambda: DIRECTORY,
            clock=self.clock,
        )

    def lapses(self):
        return Lapses(
            reader=self.ledger.reader,
            store=self.store,
            executor=self.executor,
            directory=lambda: DIRECTORY,
            clock=self.clock,
        )

    def contacts(self):
        return Contacts(reader=self.ledger.reader, ring=self.ring, ledger_id=LEDGER)

    def events(self, *kinds):
        """Give the events of these kinds, in ledger order."""
        facts = self.ledger.reader.after(0, limit=10_000)
        return [each.fact.event for each in facts if isinstance(each.fact.event, kinds)]

    def outbox(self):
        return self.ledger.reader.rows(police.OUTBOX, {}, order_by=("recorded_at", "message_ref"))

    def enter(self, by=LILLE, contact=None, **details):
        """Enter an order with a canary in every field; gives its reference and its parties'."""
        return enter(self, by, contact, details)

    def report(self, order_ref, by=POLICE, jurisdiction="DE-BE"):
        violation_ref = ViolationRef(self.uuid())
        command = ReportViolation(
            violation_ref=violation_ref,
            order_ref=order_ref,
            jurisdiction=jurisdiction,
            breaches=(BreachKind.CONTACT_ONLINE,),
            occurred=DAY,
            description=text(order_ref),
        )
        self.perform(command, by)
        return violation_ref


def bytes_of(ref):
    return ref.bytes


def text(subject):
    return Clear(subject=SubjectId(subject), name="text", content=Text(text=f"{CANARY} text"))


@dataclass(frozen=True)
class Entered:
    """What was entered."""

    order_ref: OrderRef
    protected: PartyRef
    respondent: PartyRef


def enter(world, by, contact, details):
    entered = Entered(OrderRef(world.uuid()), PartyRef(world.uuid()), PartyRef(world.uuid()))
    area = DIRECTORY.find(by).jurisdictions[0]
    given = {
        "court": Court(jurisdiction=area, code="c1", institution=by),
        "kind": OrderKind.FINAL,
        "nature": Nature.CIVIL,
        "issued": DAY,
        "expiry": expires(LegalMoment(date=date(2027, 9, 1), zone="Europe/Paris")),
        "parties": (
            a_party(entered.protected, PartyRole.PROTECTED, contact),
            # Even a plan on the wrong side must lead nowhere.
            a_party(entered.respondent, PartyRole.RESPONDENT, plan(address="respondent@elsewhere.example")),
        ),
        "conditions": (
            Condition(condition_ref=world.uuid(), kind=ConditionKind.NO_CONTACT, text=text(entered.protected)),
        ),
        "number": Clear(
            subject=SubjectId(entered.order_ref),
            name="number",
            content=Text(text=f"{CANARY} {entered.order_ref}"),
        ),
        "document": Document(blob=world.uuid(), commitment="c", media_type="text/plain", size=1),
    }
    world.perform(EnterOrder(order_ref=entered.order_ref, details=OrderDetails(**(given | details))), by)
    return entered


def a_party(party_ref, role, contact):
    def clear(name, content):
        return Clear(subject=SubjectId(party_ref), name=name, content=content)

    return Party(
        party_ref=party_ref,
        role=role,
        identity=clear("identity", Identity(name=Name(family=f"{CANARY} family", given=f"{CANARY} given"))),
        address=clear("address", Address(lines=(f"{CANARY} lane",))),
        contact=None if contact is None else clear("contact", contact),
    )


@contextmanager
def a_world(folder) -> Iterator[World]:
    settings = LedgerSettings(path=folder / "registry.db")
    create_ledger(settings, ledger_id=UUID(int=9), inception=NOON, tables=police.TABLES)
    clock = SimulatedClock(NOON)
    ledger = open_ledger(settings, clock=clock, project=police_rows.project, tables=police.TABLES)
    store = open_views(settings)
    try:
        yield World(ledger=ledger, store=store, clock=clock)
    finally:
        store.close()
        ledger.close()
