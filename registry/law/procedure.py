"""What the facts of one recognition amount to: one order, one other jurisdiction, one procedure."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Final

from registry.events.recognition import (
    RecognitionAsked,
    RecognitionDiscontinued,
    RecognitionGranted,
    RecognitionRefused,
    RecognitionSupplemented,
    SupplementRequested,
)
from registry.law.making import maker
from registry.law.records import AnyFact
from registry.values.identifiers import FactId, InstitutionId, OrderRef, RecognitionRef
from registry.values.jurisdiction import Jurisdiction
from registry.values.recognition import DiscontinuationGround, RefusalGround
from registry.values.time import Instant, LegalMoment


class ProcedureState(StrEnum):
    """Where the procedure stands, as far as its facts go."""

    PENDING = "PENDING"
    SUPPLEMENT_REQUESTED = "SUPPLEMENT_REQUESTED"
    GRANTED = "GRANTED"
    REFUSED = "REFUSED"
    DISCONTINUED = "DISCONTINUED"


@dataclass(frozen=True, kw_only=True, slots=True)
class Procedure:
    """A recognition procedure with its decisions, each from its moment on."""

    recognition_ref: RecognitionRef
    order_ref: OrderRef
    jurisdiction: Jurisdiction
    authority: InstitutionId
    instrument: str
    asked: LegalMoment
    state: ProcedureState
    asked_fact: FactId
    supplement_due: LegalMoment | None = None
    granted: LegalMoment | None = None
    adopted: OrderRef | None = None
    refused: LegalMoment | None = None
    grounds: tuple[RefusalGround, ...] = ()
    discontinued: LegalMoment | None = None
    discontinuation: DiscontinuationGround | None = None
    decisions: tuple[tuple[ProcedureState, LegalMoment], ...] = ()
    """Every grant and refusal as recorded; `granted` and `refused` are the last of each."""

    def decided(self, at: Instant) -> tuple[Instant, ProcedureState] | None:
        """Give the newest grant or refusal by an instant; of two of one instant the one recorded last."""
        newest: tuple[Instant, ProcedureState] | None = None
        for state, moment in self.decisions:
            since = moment.begins()
            if since <= at and (newest is None or since >= newest[0]):
                newest = since, state
        return newest

    def state_at(self, at: Instant) -> ProcedureState:
        """Say how the procedure stood at an instant of legal time."""
        if self.discontinued and self.discontinued.begins() <= at:
            return ProcedureState.DISCONTINUED
        newest = self.decided(at)
        return newest[1] if newest is not None else ProcedureState.PENDING


make_procedure = maker(Procedure)
_FIELDS: Final = tuple(field.name for field in fields(Procedure))


def _changed(procedure: Procedure, **changes: Any) -> Procedure:  # noqa: ANN401  # fields of the record
    """Give the procedure with some fields otherwise: what `replace` does, in a fraction of the time."""
    given = {name: getattr(procedure, name) for name in _FIELDS}
    given.update(changes)
    return make_procedure(**given)


def evolve(procedure: Procedure | None, fact: AnyFact) -> Procedure | None:
    """Give the procedure after the fact; None while none was asked for. A fact of another noun changes nothing."""
    event = fact.event
    if isinstance(event, RecognitionAsked):
        return _asked(event, fact.fact_id)
    if procedure is None:
        return None
    match event:
        case SupplementRequested():
            return _changed(procedure, state=ProcedureState.SUPPLEMENT_REQUESTED, supplement_due=event.due)
        case RecognitionSupplemented():
            return _changed(procedure, state=ProcedureState.PENDING, supplement_due=None)
        case RecognitionGranted():
            changed = _decided(procedure, ProcedureState.GRANTED, event.decided)
            return _changed(changed, granted=event.decided, adopted=event.adopted)
        case RecognitionRefused():
            changed = _decided(procedure, ProcedureState.REFUSED, event.decided)
            return _changed(changed, refused=event.decided, grounds=event.grounds)
        case RecognitionDiscontinued():
            return _changed(
                procedure,
                state=ProcedureState.DISCONTINUED,
                discontinued=event.from_,
                discontinuation=event.ground,
            )
        case _:
            return procedure


def _decided(procedure: Procedure, state: ProcedureState, at: LegalMoment) -> Procedure:
    """Give the procedure as decided; a decision on appeal stands beside the one it overturns, from its own day."""
    return _changed(procedure, state=state, decisions=(*procedure.decisions, (state, at)))


def _asked(event: RecognitionAsked, fact_id: FactId) -> Procedure:
    return make_procedure(
        recognition_ref=event.recognition_ref,
        order_ref=event.order_ref,
        jurisdiction=event.jurisdiction,
        authority=event.authority,
        instrument=event.instrument,
        asked=event.asked,
        state=ProcedureState.PENDING,
        asked_fact=fact_id,
    )


def fold(facts: Iterable[AnyFact], *, known_at: Instant | None = None) -> Procedure | None:
    """Fold the facts recorded at or before `known_at`; None if nothing was asked; what stands before is passed over."""
    procedure: Procedure | None = None
    for fact in facts:
        if known_at is not None and fact.recorded_at > known_at:
            break
        procedure = evolve(procedure, fact)
    return procedure
