"""A court, an order with two protected parties, two advocates' organisations: facts, the rows they write, a clock."""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from registry.commands.representation import EndRepresentation, RecordRepresentation
from registry.decisions.representation import Representation, decide_end, decide_record, fold
from registry.errors import Refused
from registry.events.base import Actor, Fact
from registry.events.erasure import SubjectErased
from registry.law.standing import Standing, evolve
from registry.ledger.port import Recorded
from registry.ledger.rows import Drop, Put
from registry.values.erasure import ErasureGround
from registry.values.identifiers import FactId, InstitutionId, KeyId, PartyRef, Position, StreamId, SubjectId
from registry.values.institution import ChangeKind, Role, SuspensionReason
from registry.values.issuance import PartyRole
from registry.values.representation import Authorisation, Giver, RepresentationEnd, RepresentationRef
from registry.values.time import Instant, LegalMoment
from registry.views.police_rows import project
from registry.views.representation import REPRESENTATION
from tests.directory import EVERYBODY, OPERATOR, change, member, rights, speaking
from tests.directory import World as Directory
from tests.given import ORDER, PROTECTED, RESPONDENT, enter, party, ref
from tests.given import World as Orders

ADVOCATES = (InstitutionId("fr-advocate"), InstitutionId("de-advocate"))
POLICE = InstitutionId("fr-police")
CHILD = PartyRef(ref("child"))
PARTIES = (PROTECTED, CHILD, RESPONDENT)
COURT_ACTS = Actor(institution=InstitutionId("fr-court"), key_id=KeyId("c1"))
_TWO_PROTECTED = (party(PartyRole.PROTECTED, PROTECTED), party(PartyRole.PROTECTED, CHILD), party())


def an_order() -> Standing:
    orders = Orders()
    orders.do(enter(parties=_TWO_PROTECTED))
    found = orders.order(ORDER)
    assert found is not None
    return found


def a_directory() -> Directory:
    own = (member(name, rights(Role.ADVOCATE), f"a-{name}") for name in ADVOCATES)
    return Directory(members=(*EVERYBODY, *own, member(POLICE, rights(Role.POLICE), "p1")))


@dataclass
class World:
    """What a registry would know of representations of one order."""

    directory: Directory = field(default_factory=a_directory)
    order: Standing = field(default_factory=an_order)
    facts: dict[RepresentationRef, list[Fact]] = field(default_factory=dict)
    rows: dict[bytes, dict] = field(default_factory=dict)
    seen: int = 0
    count: int = 0

    def __post_init__(self) -> None:
        self.take_directory()

    @property
    def now(self) -> Instant:
        return self.directory.now

    def take_directory(self) -> None:
        """Write the rows of what happened in the directory since."""
        for position, fact in self.directory.facts[self.seen :]:
            self._take(position, fact)
        self.seen = len(self.directory.facts)

    def _take(self, position: Position, fact: Fact) -> None:
        for each in project(Recorded(position=position, fact=fact)):
            if isinstance(each, Put) and each.table == REPRESENTATION:
                self.rows[each.row["representation_ref"]] = dict(each.row)
            if isinstance(each, Drop) and each.table == REPRESENTATION:
                self.rows = {key: row for key, row in self.rows.items() if not each.where.items() <= row.items()}

    def _fact(self, stream: Any, event: Any) -> Fact:
        self.count += 1
        return Fact(
            fact_id=FactId(ref(f"fact {self.count}")),
            stream=StreamId(stream),
            version=self.count,
            recorded_at=self.now,
            actor=COURT_ACTS,
            correlation=ref("correlation"),
            event=event,
        )

    def say(self, representation_ref: RepresentationRef, *events: Any) -> None:
        for event in events:
            fact = self._fact(representation_ref, event)
            self.facts.setdefault(representation_ref, []).append(fact)
            self._take(Position(10_000 + self.count), fact)
        self.directory.wait(1)

    def record(
        self,
        whom: PartyRef,
        organisation: InstitutionId,
        until: LegalMoment,
        number: int = 0,
        *,
        given_by: Giver = Giver.PARTY,
        bound: bool = False,
    ) -> RepresentationRef:
        """Record one as the plan does; raises `Refused`."""
        made = RepresentationRef(ref(f"representation {number or len(self.facts)}"))
        command = RecordRepresentation(
            representation_ref=made,
            order_ref=ORDER,
            party_ref=whom,
            organisation=organisation,
            authorisation=Authorisation.POWER_OF_ATTORNEY,
            given_by=given_by,
            until=until,
        )
        own = [
            row for row in self.rows.values() if (row["party_ref"], row["organisation"]) == (whom.bytes, organisation)
        ]
        events = decide_record(
            command,
            order=self.order,
            organisation=self.directory.roll.members.get(organisation),
            represented=any(self.now < row["until"] for row in own),
            bound=bound,
            now=self.now,
        )
        self.say(made, *events)
        return made

    def end(self, made: RepresentationRef) -> None:
        command = EndRepresentation(representation_ref=made, reason=RepresentationEnd.REVOKED_BY_PARTY)
        state = self.of(made)
        assert state is not None
        stands = made.bytes in self.rows and state.in_force(self.order, self.now)
        self.say(made, *decide_end(command, state, stands=stands))

    def erase(self, whom: PartyRef) -> None:
        gone = SubjectErased(
            order_ref=ORDER, subject=SubjectId(whom), key_id="00" * 16, ground=ErasureGround.RETENTION_OVER
        )
        fact = self._fact(ORDER, gone)
        found = evolve(self.order, fact)
        assert found is not None
        self.order = found
        self._take(Position(10_000 + self.count), fact)

    def suspend(self, organisation: InstitutionId) -> None:
        with suppress(Refused):
            self.directory.suspend(organisation, speaking(OPERATOR, "o1", "ann"))
        self.take_directory()

    def agree(self, kind: ChangeKind, organisation: InstitutionId, **more: Any) -> None:
        """Have two persons change an organisation; a change that does not fit is refused and changes nothing."""
        with suppress(Refused):
            self.directory.agree(change(kind, organisation, **more))
        self.take_directory()

    def of(self, made: RepresentationRef) -> Representation | None:
        return fold(self.facts.get(made, ()))

    def opens(self, made: RepresentationRef, organisation: InstitutionId) -> bool:
        """Say whether an organisation would be told who looked, as the route asks: by its row and by the facts."""
        row, found = self.rows.get(made.bytes), self.of(made)
        if row is None or row["organisation"] != organisation or found is None:
            return False
        return found.in_force(self.order, self.now)


INQUIRY = {"reason": SuspensionReason.INQUIRY}
