"""Gathers what a rule is told beside the fact: rows of the order, the order as it stood, its procedure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from registry.access.actors import Directory, Role
from registry.alerts.around import Around, Side
from registry.alerts.doubts import recorded_with
from registry.alerts.erasures import linked_wait_begins, wait_begins
from registry.errors import NotFound
from registry.events.institution import KeyCompromised
from registry.events.issuance import OrderCorrected
from registry.events.party import PartiesLinked, PartiesUnlinked
from registry.events.recognition import RecognitionAsked
from registry.events.service import ServiceRecorded
from registry.events.violation import ViolationReported, ViolationResolved
from registry.law import procedure as procedures
from registry.law.corrections import retracted
from registry.law.procedure import Procedure
from registry.law.standing import fold
from registry.ledger.port import AnyFact, Reader, Recorded
from registry.ledger.rows import Table
from registry.values.identifiers import FactId, InstitutionId, OrderRef, PartyRef, StreamId
from registry.values.issuance import PartyRole
from registry.values.jurisdiction import Jurisdiction
from registry.values.service import TOLD
from registry.views.police import INVOLVED, LINK, ORDER, SHOWN

NOWHERE: Final = Jurisdiction("")
"""Of a fact that is about no one order."""
_DESKS: Final = frozenset({Role.COURT, Role.EXECUTING_AUTHORITY})


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """Reads the ledger for the rules; any thread may use it."""

    reader: Reader
    directory: Callable[[], Directory]
    """Asked anew for each fact: who answers for a place changes while the registry runs."""

    def of(self, recorded: Recorded) -> Around:
        """Give what is around a fact. Raises `NotFound` for a fact of an order that is not there."""
        fact = recorded.fact
        event: Any = fact.event
        if isinstance(event, PartiesLinked | PartiesUnlinked):
            return self._of_two(event)
        if isinstance(event, KeyCompromised):
            doubted = tuple(recorded_with(self.reader, event, recorded))
            return Around(directory=self.directory(), jurisdiction=NOWHERE, issuing=None, doubted=doubted)
        order_ref: OrderRef = event.order_ref
        rows = self.reader.rows(ORDER, {"order_ref": order_ref.bytes})
        if not rows:
            raise NotFound("no-such-order")
        asked = self._asked(fact)
        history = [each.fact for each in self.reader.stream(StreamId(order_ref), upto=recorded.position)]
        standing, turned = fold(history), turned_by(history, fact)
        return Around(
            directory=self.directory(),
            jurisdiction=Jurisdiction(str(rows[0]["jurisdiction"])),
            issuing=self.issuing(order_ref),
            involved=self._institutions(INVOLVED, order_ref),
            shown=self._institutions(SHOWN, order_ref),
            origin=self._origin(order_ref),
            protected=tuple(
                party.party_ref
                for party in (standing.parties(PartyRole.PROTECTED) if standing else ())
                if party.contact is not None
            ),
            authority=asked.authority if asked else None,
            instrument=asked.instrument if asked else None,
            told_before=told_before(history, fact),
            reported_in=self._reported_in(event),
            wait_begins=(begins := wait_begins(history, fact)),
            waiting=tuple(self._waiting(order_ref, history, recorded)) if begins else (),
            details=standing.details if standing else None,
            procedures=self._procedures(order_ref, recorded),
            undone=turned.undone,
            redone=turned.redone,
            first_now=turned.first_now,
        )

    def _of_two(self, event: PartiesLinked | PartiesUnlinked) -> Around:
        """Give who answers for either order that a link is about. Raises `NotFound` where one is not there."""
        sides = tuple(self._side(party.order_ref) for party in (event.one, event.other))
        first = sides[0]
        return Around(directory=self.directory(), jurisdiction=first.jurisdiction, issuing=first.issuing, sides=sides)

    def _side(self, order_ref: OrderRef) -> Side:
        rows = self.reader.rows(ORDER, {"order_ref": order_ref.bytes})
        if not rows:
            raise NotFound("no-such-order")
        place = Jurisdiction(str(rows[0]["jurisdiction"]))
        return Side(order_ref=order_ref, jurisdiction=place, issuing=self.issuing(order_ref))

    def issuing(self, order_ref: OrderRef) -> InstitutionId | None:
        """Say who answers for an order: its court's institution, else the desk that entered it, else nobody."""
        rows = self.reader.rows(ORDER, {"order_ref": order_ref.bytes})
        if not rows:
            return None
        if rows[0]["institution"] is not None:
            return InstitutionId(str(rows[0]["institution"]))
        entered_by = self.directory().find(InstitutionId(str(rows[0]["source"])))
        return entered_by.institution if entered_by and entered_by.roles & _DESKS else None

    def _waiting(self, order_ref: OrderRef, history: Sequence[AnyFact], recorded: Recorded) -> Iterator[Side]:
        """Give the orders linked to one that were held by it, as they stood with the fact."""
        rows = self.reader.rows(LINK, {"order_ref": order_ref.bytes}, order_by=("relation", "linked"))
        found = dict.fromkeys(row["linked"] for row in rows if row["relation"] != "recognition")
        for linked in (OrderRef(UUID(bytes=each)) for each in found if isinstance(each, bytes)):
            order = fold(each.fact for each in self.reader.stream(StreamId(linked), upto=recorded.position))
            if order is not None and linked_wait_begins(history, recorded.fact, order):
                yield self._side(linked)

    def _institutions(self, table: Table, order_ref: OrderRef) -> tuple[InstitutionId, ...]:
        rows = self.reader.rows(table, {"order_ref": order_ref.bytes}, order_by=("institution",))
        return tuple(InstitutionId(str(row["institution"])) for row in rows)

    def _origin(self, order_ref: OrderRef) -> InstitutionId | None:
        rows = self.reader.rows(LINK, {"order_ref": order_ref.bytes, "relation": "origin"})
        linked = rows[0]["linked"] if rows else None
        return self.issuing(OrderRef(UUID(bytes=linked))) if isinstance(linked, bytes) else None

    def _procedures(self, order_ref: OrderRef, recorded: Recorded) -> tuple[Procedure, ...]:
        rows = self.reader.rows(LINK, {"order_ref": order_ref.bytes, "relation": "recognition"}, order_by=("linked",))
        streams = [UUID(bytes=linked) for row in rows if isinstance(linked := row["linked"], bytes)]
        found = (
            procedures.fold(each.fact for each in self.reader.stream(StreamId(stream), upto=recorded.position))
            for stream in streams
        )
        return tuple(procedure for procedure in found if procedure is not None)

    def _reported_in(self, event: object) -> Jurisdiction | None:
        """Say where a breach was reported to have taken place, if this fact closes one."""
        if not isinstance(event, ViolationResolved):
            return None
        first = next(iter(self.reader.stream(StreamId(event.violation_ref))), None)
        return first.fact.event.jurisdiction if first and isinstance(first.fact.event, ViolationReported) else None

    def _asked(self, fact: AnyFact) -> RecognitionAsked | None:
        """Give the fact that a procedure started with, if this is a fact of one."""
        recognition_ref: UUID | None = getattr(fact.event, "recognition_ref", None)
        if recognition_ref is None:
            return None
        first = next(iter(self.reader.stream(StreamId(recognition_ref))), None)
        return first.fact.event if first and isinstance(first.fact.event, RecognitionAsked) else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Turned:
    """What a correction made of earlier facts of its order."""

    undone: tuple[AnyFact, ...] = ()
    redone: tuple[AnyFact, ...] = ()
    first_now: tuple[AnyFact, ...] = ()


def turned_by(history: Sequence[AnyFact], fact: AnyFact) -> Turned:
    """Give what a fact, the newest of an order's history, took back and brought back. Pure."""
    if not isinstance(fact.event, OrderCorrected) or not fact.event.retracts:
        return Turned()
    before, after = retracted(history[:-1]), retracted(history)
    first_before, first_after = _first_told(history, before), _first_told(history, after)
    return Turned(
        undone=tuple(each for each in history if each.fact_id in after - before),
        redone=tuple(each for each in history if each.fact_id in before - after),
        first_now=tuple(each for each in history if each.fact_id in first_after - first_before),
    )


def _first_told(history: Sequence[AnyFact], without: frozenset[FactId]) -> frozenset[FactId]:
    """Give the services by which each respondent first knew each version of the terms."""
    found: dict[tuple[PartyRef, int], FactId] = {}
    for fact in history:
        event = fact.event
        if isinstance(event, ServiceRecorded) and event.state in TOLD and fact.fact_id not in without:
            found.setdefault((event.respondent, event.terms), fact.fact_id)
    return frozenset(found.values())


def told_before(history: Sequence[AnyFact], fact: AnyFact) -> bool:
    """Say whether a respondent knew these terms before: the fact is a service, and not the first that counts."""
    event = fact.event
    if not isinstance(event, ServiceRecorded) or event.state not in TOLD:
        return False
    return fact.fact_id not in _first_told(history, retracted(history))
