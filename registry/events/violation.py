"""Facts of violation: a breach is reported, those who must act are alerted, it is closed."""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from registry.values.identifiers import AlertRef, ConditionRef, InstitutionId, OrderRef, SealedBlock, ViolationRef
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import Instant, LegalMoment
from registry.values.violation import NOT_SAID, BreachKind, Conduct, ViolationOutcome


@dataclass(frozen=True, kw_only=True, slots=True)
class ViolationReported:
    """Somebody who may do so reported that the respondent broke an order."""

    TOPIC: ClassVar[str] = "violation.reported.1"

    violation_ref: ViolationRef
    order_ref: OrderRef
    jurisdiction: Jurisdiction
    breaches: tuple[BreachKind, ...]
    conditions: tuple[ConditionRef, ...] = ()
    occurred: LegalMoment
    description: SealedBlock | None = None
    conduct: Conduct = NOT_SAID
    """Where it took place and was felt, as far as the reporter says."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertRaised:
    """An institution must act on the breach, and acknowledge by an instant."""

    TOPIC: ClassVar[str] = "violation.alert_raised.1"

    violation_ref: ViolationRef
    order_ref: OrderRef
    alert_ref: AlertRef
    recipient: InstitutionId
    due: Instant
    basis: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertAcknowledged:
    """The institution has taken the alert in hand."""

    TOPIC: ClassVar[str] = "violation.alert_acknowledged.1"

    violation_ref: ViolationRef
    order_ref: OrderRef
    alert_ref: AlertRef
    recipient: InstitutionId


@dataclass(frozen=True, kw_only=True, slots=True)
class ViolationResolved:
    """The breach was dealt with."""

    TOPIC: ClassVar[str] = "violation.resolved.1"

    violation_ref: ViolationRef
    order_ref: OrderRef
    outcome: ViolationOutcome


ViolationEvent: TypeAlias = ViolationReported | AlertRaised | AlertAcknowledged | ViolationResolved
