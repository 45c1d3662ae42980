"""Facts of duties: somebody must be told, the time for it ran out, it was done."""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from registry.values.duty import DutyCode, Means, Whom
from registry.values.identifiers import DutyRef, FactId, InstitutionId, OrderRef
from registry.values.time import Instant, LegalMoment


@dataclass(frozen=True, kw_only=True, slots=True)
class DutyArose:
    """An institution owes it to tell somebody of a fact. What the registry tells by itself is no such duty."""

    TOPIC: ClassVar[str] = "duty.arose.1"

    duty_ref: DutyRef
    order_ref: OrderRef
    about: FactId
    code: DutyCode
    whom: Whom
    owed_by: InstitutionId
    since: Instant
    due: Instant | None
    """None where the law says without delay and names no time."""
    instrument: str
    provision: str
    verified: bool
    """False where the rule rests on memory and was not read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DutyOverdue:
    """The time ran out and nobody had said that it was done. Recorded once."""

    TOPIC: ClassVar[str] = "duty.overdue.1"

    duty_ref: DutyRef
    order_ref: OrderRef
    code: DutyCode
    whom: Whom
    owed_by: InstitutionId
    due: Instant
    basis: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DutyDischarged:
    """The institution that owed it says that it told them, when and how; it may be late."""

    TOPIC: ClassVar[str] = "duty.discharged.1"

    duty_ref: DutyRef
    order_ref: OrderRef
    about: FactId
    code: DutyCode
    whom: Whom
    at: LegalMoment
    means: Means


DutyEvent: TypeAlias = DutyArose | DutyOverdue | DutyDischarged
