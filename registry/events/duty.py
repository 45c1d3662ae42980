"""Facts of duties: somebody must be told, the time for it ran out, it was done, or its cause was taken back."""

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


@dataclass(frozen=True, kw_only=True, slots=True)
class DutyLapsed:
    """Nobody owes it any more: the fact that it arose from was recorded in error."""

    TOPIC: ClassVar[str] = "duty.lapsed.1"

    duty_ref: DutyRef
    order_ref: OrderRef
    about: FactId
    code: DutyCode
    whom: Whom
    because: FactId
    """The correction that took the fact back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DutyRevived:
    """It is owed again, by the instant it always had: what had taken its fact back was itself taken back."""

    TOPIC: ClassVar[str] = "duty.revived.1"

    duty_ref: DutyRef
    order_ref: OrderRef
    about: FactId
    code: DutyCode
    whom: Whom
    because: FactId
    """The correction by which the fact counts again."""


DutyEvent: TypeAlias = DutyArose | DutyOverdue | DutyDischarged | DutyLapsed | DutyRevived
