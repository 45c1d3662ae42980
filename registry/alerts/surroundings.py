"""Gathers what a rule is told beside the fact: rows of the order, the order as it stood, its procedure."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from registry.access.actors import Directory, Role
from registry.alerts.around import Around, Side
from registry.errors import NotFound
from registry.events.party import PartiesLinked, PartiesUnlinked
from registry.events.recognition import RecognitionAsked
from registry.events.service import ServiceRecorded
from registry.law.standing import Standing, fold
from registry.ledger.port import AnyFact, Reader, Recorded
from registry.values.identifiers import InstitutionId, OrderRef, StreamId
from registry.values.issuance import PartyRole
from registry.values.jurisdiction import Jurisdiction
from registry.values.service import TOLD
from registry.views.police import INVOLVED, LINK, ORDER

_DESKS: Final = frozenset({Role.COURT, Role.EXECUTING_AUTHORITY})


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """Reads the ledger for the rules; any thread may use it."""

    reader: Reader
    directory: Directory

    def of(self, recorded: Recorded) -> Around:
        """Give what is around a fact. Raises `NotFound` for a fact of an order that is not there."""
        fact = recorded.fact
        event: Any = fact.event
        if isinstance(event, PartiesLinked | PartiesUnlinked):
            return self._of_two(event)
        order_ref: OrderRef = event.order_ref
        rows = self.reader.rows(ORDER, {"order_ref": order_ref.bytes})
        if not rows:
            raise NotFound("no-such-order")
        asked = self._asked(fact)
        standing = fold(each.fact for each in self.reader.stream(StreamId(order_ref), upto=recorded.position))
        return Around(
            directory=self.directory,
            jurisdiction=Jurisdiction(str(rows[0]["jurisdiction"])),
            issuing=self.issuing(order_ref),
            involved=self._involved(order_ref),
            origin=self._origin(order_ref),
            protected=tuple(
                party.party_ref
                for party in (standing.parties(PartyRole.PROTECTED) if standing else ())
                if party.contact is not None
            ),
            authority=asked.authority if asked else None,
            instrument=asked.instrument if asked else None,
            told_before=_told_before(standing, fact),
            details=standing.details if standing else None,
        )

    def _of_two(self, event: PartiesLinked | PartiesUnlinked) -> Around:
        """Give who answers for either order that a link is about. Raises `NotFound` where one is not there."""
        sides = tuple(self._side(party.order_ref) for party in (event.one, event.other))
        first = sides[0]
        return Around(directory=self.directory, jurisdiction=first.jurisdiction, issuing=first.issuing, sides=sides)

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
        entered_by = self.directory.find(InstitutionId(str(rows[0]["source"])))
        return entered_by.institution if entered_by and entered_by.roles & _DESKS else None

    def _involved(self, order_ref: OrderRef) -> tuple[InstitutionId, ...]:
        rows = self.reader.rows(INVOLVED, {"order_ref": order_ref.bytes}, order_by=("institution",))
        return tuple(InstitutionId(str(row["institution"])) for row in rows)

    def _origin(self, order_ref: OrderRef) -> InstitutionId | None:
        rows = self.reader.rows(LINK, {"order_ref": order_ref.bytes, "relation": "origin"})
        linked = rows[0]["linked"] if rows else None
        return self.issuing(OrderRef(UUID(bytes=linked))) if isinstance(linked, bytes) else None

    def _asked(self, fact: AnyFact) -> RecognitionAsked | None:
        """Give the fact that a procedure started with, if this is a fact of one."""
        recognition_ref: UUID | None = getattr(fact.event, "recognition_ref", None)
        if recognition_ref is None:
            return None
        first = next(iter(self.reader.stream(StreamId(recognition_ref))), None)
        return first.fact.event if first and isinstance(first.fact.event, RecognitionAsked) else None


def _told_before(standing: Standing | None, fact: AnyFact) -> bool:
    event = fact.event
    if standing is None or not isinstance(event, ServiceRecorded):
        return False
    return any(
        each.respondent == event.respondent
        and each.terms == event.terms
        and each.state in TOLD
        and each.fact_id != fact.fact_id
        for each in standing.services
    )
