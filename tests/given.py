"""Given facts, when a command, then facts: builders in memory, with the real deciders. All names are invented."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from hashlib import sha256
from typing import Any
from uuid import UUID

from registry.commands import contact as contact_commands
from registry.commands import document as document_commands
from registry.commands import duty as duty_commands
from registry.commands import hit as hit_commands
from registry.commands import notice as notice_commands
from registry.commands import party as party_commands
from registry.commands import recognition as recognition_commands
from registry.commands import violation as violation_commands
from registry.commands.issuance import EnterOrder
from registry.decisions import contact, document, duty, hit, issuance, notice, recognition, service, violation
from registry.decisions import party as deciding_of_parties
from registry.events.base import Actor, Fact
from registry.events.issuance import OrderIssued
from registry.law import procedure as procedures
from registry.law import standing as standings
from registry.law.dossier import Dossier
from registry.law.enforceability import enforceability
from registry.values.identifiers import (
    CertificateRef,
    ConditionRef,
    FactId,
    InstitutionId,
    KeyId,
    OrderRef,
    PartyRef,
    RecognitionRef,
    StreamId,
)
from registry.values.issuance import ConditionKind, Nature, OrderKind, PartyRole
from registry.values.jurisdiction import Jurisdiction
from registry.values.order import Court, OrderDetails
from registry.values.parties import Condition, Party
from registry.values.time import END_OF_TIME, NO_EXPIRY, Instant, LegalMoment, expires, instant

PARIS = "Europe/Paris"
LILLE = InstitutionId("fr-tj-lille")
BERLIN = InstitutionId("de-ag-mitte")
MADRID = InstitutionId("es-jvm-madrid")


def ref(word: str) -> UUID:
    """Give the same reference for the same word."""
    return UUID(bytes=sha256(word.encode()).digest()[:16])


ORDER = OrderRef(ref("order"))
MEASURE = OrderRef(ref("measure"))
PROTECTED = PartyRef(ref("protected"))
RESPONDENT = PartyRef(ref("respondent"))
OTHER_RESPONDENT = PartyRef(ref("another respondent"))
CONTACT = ConditionRef(ref("no contact"))
CERTIFICATE = CertificateRef(ref("certificate"))
RECOGNITION = RecognitionRef(ref("recognition"))
ACTOR = Actor(institution=LILLE, key_id=KeyId("k1"))


def at(text: str) -> Instant:
    """Read an instant from ISO text with an offset."""
    return instant(datetime.fromisoformat(text))


def day(text: str, zone: str = PARIS) -> LegalMoment:
    """A date to the day."""
    return LegalMoment(date=date.fromisoformat(text), zone=zone)


def hour(text: str, zone: str = PARIS) -> LegalMoment:
    """A date with a time of day, such as `2024-06-01T10:00`."""
    stated = datetime.fromisoformat(text)
    return LegalMoment(date=stated.date(), time=stated.time(), zone=zone)


def party(role: PartyRole = PartyRole.RESPONDENT, party_ref: PartyRef = RESPONDENT, **more: Any) -> Party[Any]:
    return Party(role=role, party_ref=party_ref, **more)


def condition(
    kind: ConditionKind = ConditionKind.NO_CONTACT, condition_ref: ConditionRef = CONTACT, **more: Any
) -> Condition[Any]:
    return Condition(kind=kind, condition_ref=condition_ref, **more)


def court(jurisdiction: str = "FR", institution: InstitutionId | None = LILLE) -> Court:
    return Court(jurisdiction=Jurisdiction(jurisdiction), code="59350", institution=institution)


def details(jurisdiction: str = "FR", zone: str = PARIS, until: str | None = "2025-08-01", **more: Any):
    """A final civil order of 2024-02-01 that forbids one respondent any contact with one protected person."""
    given: dict[str, Any] = {
        "court": court(jurisdiction),
        "kind": OrderKind.FINAL,
        "nature": Nature.CIVIL,
        "issued": day("2024-02-01", zone),
        "expiry": expires(day(until, zone)) if until else NO_EXPIRY,
        "parties": (party(PartyRole.PROTECTED, PROTECTED), party()),
        "conditions": (condition(),),
    }
    return OrderDetails(**(given | more))


def enter(order_ref: OrderRef = ORDER, **more: Any) -> EnterOrder[Any]:
    return EnterOrder(order_ref=order_ref, details=details(**more))


@dataclass
class World:
    """What a registry would know, in memory: streams of facts, filled by the deciders or, wildly, by hand."""

    streams: dict[UUID, list[Any]] = field(default_factory=dict)
    last: int = -(2**61)
    count: int = 0

    def record(self, stream: UUID, event: Any, now: Instant) -> Any:
        """Append a fact that nobody decided."""
        self.last = max(now, self.last + 1)
        self.count += 1
        facts = self.streams.setdefault(stream, [])
        fact = Fact(
            fact_id=FactId(ref(f"fact {self.count}")),
            stream=StreamId(stream),
            version=len(facts) + 1,
            recorded_at=Instant(self.last),
            actor=ACTOR,
            correlation=ref(f"correlation {self.count}"),
            event=event,
        )
        facts.append(fact)
        return fact

    def do(self, command: Any, now: str | Instant = "2024-03-20T12:00:00+00:00") -> tuple[Any, ...]:
        """Let the command be decided and record what follows; a refusal leaves nothing."""
        moment = at(now) if isinstance(now, str) else now
        stream, events = self.decide(command, moment)
        for event in events:
            self.record(stream, event, moment)
        return events

    def decide(self, command: Any, now: Instant) -> tuple[UUID, tuple[Any, ...]]:
        """Say what would follow, and in which stream."""
        if type(command).__module__ == recognition_commands.__name__:
            return command.recognition_ref, self._recognition(command, now)
        if type(command).__module__ == notice_commands.__name__:
            return command.notice_ref, notice.decide(command, self._fold(command.notice_ref, notice.evolve), now=now)
        if type(command).__module__ == party_commands.__name__:
            return command.link_ref, self._linking(command)
        if type(command).__module__ == contact_commands.__name__:
            return command.message_ref, contact.decide(command, self._fold(command.message_ref, contact.evolve))
        if type(command).__module__ == violation_commands.__name__:
            state = self._fold(command.violation_ref, violation.evolve)
            order_ref = getattr(command, "order_ref", None)
            order = self.order(order_ref) if order_ref else None
            return command.violation_ref, violation.decide(command, state, now=now, order=order)
        if type(command).__module__ == duty_commands.__name__:
            return command.duty_ref, duty.decide(command, self._fold(command.duty_ref, duty.evolve), now=now)
        if type(command).__module__ == hit_commands.__name__:
            order, state = self.order(getattr(command, "order_ref", None)), self._fold(command.hit_ref, hit.evolve)
            return command.hit_ref, hit.decide(command, state, now=now, order=order)
        if type(command).__module__ == document_commands.__name__:
            return command.order_ref, document.decide(command, self.order(command.order_ref))
        decider = service if hasattr(command, "respondent") else issuance
        return command.order_ref, decider.decide(command, self.order(command.order_ref), now=now)

    def _linking(self, command: Any) -> tuple[Any, ...]:
        one, other = (getattr(command, side, None) for side in ("one", "other"))
        orders = {side: self.order(said.order_ref) for side, said in (("one", one), ("other", other)) if said}
        return deciding_of_parties.decide(command, self._fold(command.link_ref, deciding_of_parties.evolve), **orders)

    def _recognition(self, command: Any, now: Instant) -> tuple[Any, ...]:
        procedure = self.procedure(command.recognition_ref)
        order_ref = procedure.order_ref if procedure else getattr(command, "order_ref", None)
        adopted_ref = getattr(command, "adopted", None)
        others = [p for p in self.procedures_of(order_ref) if p.jurisdiction == getattr(command, "jurisdiction", None)]
        return recognition.decide(
            command,
            procedure,
            now=now,
            order=self.order(order_ref),
            others=tuple(others),
            adopted=self.order(adopted_ref) if adopted_ref else None,
        )

    def _fold(self, stream: UUID, evolve: Any) -> Any:
        state = None
        for fact in self.streams.get(stream, ()):
            state = evolve(state, fact)
        return state

    def order(self, order_ref: UUID | None) -> standings.Standing | None:
        return standings.fold(self.streams.get(order_ref, ())) if order_ref else None

    def procedure(self, recognition_ref: UUID) -> procedures.Procedure | None:
        return procedures.fold(self.streams.get(recognition_ref, ()))

    def procedures_of(self, order_ref: UUID | None) -> Iterable[procedures.Procedure]:
        for stream in self.streams.values():
            if getattr(stream[0].event, "recognition_ref", None) and stream[0].event.order_ref == order_ref:
                yield procedures.fold(stream)

    def dossier(self, order_ref: UUID = ORDER) -> Dossier:
        """Load an order with its recognitions and each linked order with its own, as a check does."""
        linked = [p.adopted for p in self.procedures_of(order_ref) if p.adopted]
        issued = self.streams.get(order_ref, [None])[0]
        if issued and isinstance(issued.event, OrderIssued) and issued.event.details.origin:
            linked.append(issued.event.details.origin)
        return Dossier(
            facts=tuple(self.streams.get(order_ref, ())),
            recognitions=self._recognitions(order_ref),
            linked=tuple(
                Dossier(facts=tuple(self.streams.get(each, ())), recognitions=self._recognitions(each))
                for each in dict.fromkeys(linked)
            ),
        )

    def _recognitions(self, order_ref: UUID) -> tuple[tuple[Any, ...], ...]:
        return tuple(
            tuple(stream)
            for stream in self.streams.values()
            if getattr(stream[0].event, "recognition_ref", None) and stream[0].event.order_ref == order_ref
        )

    def verdict(self, where: str, when: str | Instant, order_ref: UUID = ORDER, known: str | None = None):
        """Ask whether an order is enforceable at a place and an instant."""
        return enforceability(
            self.dossier(order_ref),
            Jurisdiction(where),
            valid_at=at(when) if isinstance(when, str) else when,
            known_at=at(known) if known else END_OF_TIME,
        )


def noon(stated: LegalMoment) -> LegalMoment:
    """The same date at twelve o'clock."""
    return LegalMoment(date=stated.date, time=time(12), zone=stated.zone)
