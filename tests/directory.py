"""A directory in memory, with the real deciders: two institutions that govern, a court, a clock."""

from dataclasses import dataclass, field

from registry.access import doubt, roll
from registry.access.actors import Principal
from registry.access.doubt import NO_DOUBTS, Doubts
from registry.access.roll import Roll, enrolment_at
from registry.commands import institution as commands
from registry.decisions import institution
from registry.events.base import Actor, Fact
from registry.events.institution import KeyAdded
from registry.values.check import CheckPurpose
from registry.values.identifiers import FactId, InstitutionId, KeyId, Position, ProposalRef
from registry.values.institution import (
    Change,
    ChangeKind,
    Enrolled,
    KeyTerms,
    PublicKey,
    Rights,
    Role,
    SuspensionReason,
    directory_stream,
)
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import Instant
from tests.given import at, ref

STREAM = directory_stream(ref("ledger"))
START = at("2026-05-01T12:00:00+00:00")
OPERATOR = InstitutionId("xx-operator")
SUPERVISOR = InstitutionId("xx-supervisor")
COURT = InstitutionId("fr-court")
NEW = InstitutionId("de-court")
ITSELF = Principal(
    institution=InstitutionId("registry"),
    key_id=KeyId("registry"),
    roles=frozenset({Role.REGISTRY}),
    jurisdictions=(),
)


def key(name: str) -> PublicKey:
    return PublicKey(kid=KeyId(name), curve="Ed25519", x=f"public-{name}")


def rights(*roles: Role, within=("FR",), purposes=()) -> Rights:
    return Rights(
        roles=tuple(sorted(roles)), jurisdictions=tuple(Jurisdiction(code) for code in within), purposes=tuple(purposes)
    )


def member(name: str, given: Rights, *keys: str) -> Enrolled:
    held = tuple(key(each) for each in keys)
    return Enrolled(institution=InstitutionId(name), name=f"Name of {name}", contact="+33 1", rights=given, keys=held)


EVERYBODY = (
    member(OPERATOR, rights(Role.OPERATOR, within=("FR", "DE")), "o1", "o2"),
    member(SUPERVISOR, rights(Role.SUPERVISOR, within=("FR", "DE")), "s1"),
    member(COURT, rights(Role.COURT, purposes=[CheckPurpose.INVESTIGATION]), "c1"),
)
ALONE = (EVERYBODY[0], EVERYBODY[2])
"""With one institution that governs."""


@dataclass
class World:
    """A directory and what was recorded of it; every fact is three positions after the one before."""

    members: tuple[Enrolled, ...] = EVERYBODY
    now: Instant = START
    roll: Roll | None = None
    doubts: Doubts = NO_DOUBTS
    facts: list[tuple[Position, Fact]] = field(default_factory=list)
    proposals: int = 0

    def __post_init__(self) -> None:
        if self.members:
            command = commands.FoundDirectory(stream=STREAM, institutions=self.members, digest="00" * 32)
            self.do(command, ITSELF)

    @property
    def position(self) -> Position:
        return self.facts[-1][0] if self.facts else Position(0)

    def do(self, command, by: Principal):
        added = {
            (fact.event.institution, fact.event.terms.key.kid): position
            for position, fact in self.facts
            if isinstance(fact.event, KeyAdded)
        }
        events = institution.decide(command, self.roll, by=by, now=self.now, added=added)
        for event in events:
            self.record(event, by)
        return events

    def record(self, event, by: Principal) -> None:
        actor = Actor(institution=by.institution, key_id=by.key_id, on_behalf_of=by.on_behalf_of)
        version = len(self.facts) + 1
        fact = Fact(
            fact_id=FactId(ref(f"fact {version}")),
            stream=STREAM,
            version=version,
            recorded_at=self.now,
            actor=actor,
            correlation=ref("correlation"),
            event=event,
        )
        self.facts.append((Position(self.position + 3), fact))
        self.roll = roll.evolve(self.roll, fact)
        self.doubts = doubt.evolve(self.doubts, fact, self.position)
        self.now = Instant(self.now + 1)

    def wait(self, microseconds: int) -> None:
        self.now = Instant(self.now + microseconds)

    def enrolment(self):
        return enrolment_at(self.roll, self.now)[0]

    def signs(self, owner: InstitutionId, name: str) -> bool:
        return (owner, name) in self.enrolment().keys

    def propose(self, change: Change, by: Principal | None = None) -> ProposalRef:
        self.proposals += 1
        proposal_ref = ProposalRef(ref(f"proposal {self.proposals}"))
        command = commands.ProposeChange(stream=STREAM, proposal_ref=proposal_ref, change=change)
        self.do(command, by or speaking(OPERATOR, "o1", "ann"))
        return proposal_ref

    def confirm(self, proposal_ref: ProposalRef, by: Principal | None = None, digest: str | None = None):
        read = digest or self.roll.proposals[proposal_ref].digest
        command = commands.ConfirmChange(stream=STREAM, proposal_ref=proposal_ref, digest=read)
        return self.do(command, by or speaking(SUPERVISOR, "s1", "bob"))

    def agree(self, change: Change):
        """Have two persons do it."""
        return self.confirm(self.propose(change))

    def withdraw(self, proposal_ref: ProposalRef, by: Principal):
        return self.do(commands.WithdrawChange(stream=STREAM, proposal_ref=proposal_ref), by)

    def suspend(self, subject: InstitutionId = COURT, by: Principal | None = None) -> ProposalRef:
        self.proposals += 1
        proposal_ref = ProposalRef(ref(f"proposal {self.proposals}"))
        command = commands.SuspendAtOnce(
            stream=STREAM, proposal_ref=proposal_ref, institution=subject, reason=SuspensionReason.MISUSE
        )
        self.do(command, by or speaking(OPERATOR, "o1", "ann"))
        return proposal_ref

    def add(self, name: str, by: Principal | None = None, *, begins=0, ends=None, **more):
        terms = KeyTerms(key=more.get("held", key(name)), begins=Instant(begins), ends=ends)
        return self.do(commands.AddOwnKey(stream=STREAM, terms=terms), by or speaking(COURT, "c1"))

    def retire(self, name: str, by: Principal | None = None, at: Instant | None = None):
        command = commands.RetireOwnKey(stream=STREAM, key_id=KeyId(name), at=at)
        return self.do(command, by or speaking(COURT, "c1"))

    def mark(self, name: str, position: int, by: Principal | None = None):
        command = commands.MarkOwnKeyCompromised(stream=STREAM, key_id=KeyId(name), position=Position(position))
        return self.do(command, by or speaking(COURT, "c1"))


def speaking(institution: InstitutionId, name: str, person: str | None = None) -> Principal:
    """Give a principal; what it may do is asked of the directory and not of this."""
    return Principal(
        institution=institution, key_id=KeyId(name), roles=frozenset(), jurisdictions=(), on_behalf_of=person
    )


def change(kind: ChangeKind, institution: InstitutionId = COURT, **more) -> Change:
    return Change(kind=kind, institution=institution, **more)


def enrolling(name: InstitutionId = NEW, given: Rights | None = None, keys=("d1",)) -> Change:
    terms = tuple(KeyTerms(key=key(each), begins=START) for each in keys)
    held = given or rights(Role.COURT, within=("DE",))
    return change(ChangeKind.ENROL, name, name="A court", contact="+49 1", rights=held, keys=terms)
