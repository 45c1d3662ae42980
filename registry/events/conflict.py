"""Facts of conflicts of interest: an officer met an order of which a party has their name and birth date."""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from registry.values.conflict import ConflictRef, Met
from registry.values.identifiers import AlertRef, InstitutionId, OrderRef
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class ConflictMet:
    """It was refused, or for a check answered, and these are told. The officer is told nothing."""

    TOPIC: ClassVar[str] = "conflict.met.1"

    conflict_ref: ConflictRef
    order_ref: OrderRef
    institution: InstitutionId
    officer: str
    """Opaque reference."""
    jurisdiction: Jurisdiction
    """Where the officer's institution acts."""
    met: Met
    alerts: tuple[AlertRef, ...]
    """One for each of `recipients`, in their order."""
    recipients: tuple[InstitutionId, ...]
    due: Instant
    basis: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ConflictAcknowledged:
    """An institution that was alerted took it in hand."""

    TOPIC: ClassVar[str] = "conflict.acknowledged.1"

    conflict_ref: ConflictRef
    order_ref: OrderRef
    alert_ref: AlertRef


@dataclass(frozen=True, kw_only=True, slots=True)
class ConflictAlerted:
    """Nobody took an alert in hand in time, so the next institution is alerted."""

    TOPIC: ClassVar[str] = "conflict.alerted.1"

    conflict_ref: ConflictRef
    order_ref: OrderRef
    alert_ref: AlertRef
    recipient: InstitutionId
    due: Instant
    basis: str


ConflictEvent: TypeAlias = ConflictMet | ConflictAcknowledged | ConflictAlerted
