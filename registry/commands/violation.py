"""Commands of violation: report a breach, raise and acknowledge alerts, close it."""

from dataclasses import dataclass
from typing import Generic, TypeAlias

from registry.values.identifiers import AlertRef, ConditionRef, InstitutionId, OrderRef, SealedBlock, ViolationRef
from registry.values.jurisdiction import Jurisdiction
from registry.values.parties import Block
from registry.values.time import Instant, LegalMoment
from registry.values.violation import NOT_SAID, BreachKind, Conduct, ViolationOutcome


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportViolation(Generic[Block]):
    """Report that the respondent broke an order."""

    violation_ref: ViolationRef
    order_ref: OrderRef
    jurisdiction: Jurisdiction
    breaches: tuple[BreachKind, ...]
    conditions: tuple[ConditionRef, ...] = ()
    occurred: LegalMoment
    description: Block | None = None
    conduct: Conduct = NOT_SAID


@dataclass(frozen=True, kw_only=True, slots=True)
class RaiseAlert:
    """Alert an institution that must act. Said by the registry itself, from its rules."""

    violation_ref: ViolationRef
    alert_ref: AlertRef
    recipient: InstitutionId
    due: Instant
    basis: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AcknowledgeAlert:
    """Take an alert in hand."""

    violation_ref: ViolationRef
    alert_ref: AlertRef
    by: InstitutionId


@dataclass(frozen=True, kw_only=True, slots=True)
class ResolveViolation:
    """Close a reported breach."""

    violation_ref: ViolationRef
    outcome: ViolationOutcome


ViolationCommand: TypeAlias = ReportViolation[SealedBlock] | RaiseAlert | AcknowledgeAlert | ResolveViolation
