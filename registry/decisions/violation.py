"""Decide violation: reported, alerted, acknowledged by those alerted, resolved."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import assert_never

from registry.commands.violation import (
    AcknowledgeAlert,
    RaiseAlert,
    ReportViolation,
    ResolveViolation,
    ViolationCommand,
)
from registry.decisions.moments import happened, not_before
from registry.errors import Conflict, NotFound, Refused
from registry.events.base import Fact
from registry.events.catalogue import AnyEvent
from registry.events.violation import (
    AlertAcknowledged,
    AlertRaised,
    ViolationEvent,
    ViolationReported,
    ViolationResolved,
)
from registry.law.jurisdictions import is_known
from registry.law.standing import Standing
from registry.values.identifiers import AlertRef, InstitutionId, OrderRef, SealedBlock, ViolationRef
from registry.values.time import Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """An alert to one institution."""

    recipient: InstitutionId
    acknowledged: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Violation:
    """A reported breach as its facts have it."""

    violation_ref: ViolationRef
    order_ref: OrderRef
    alerts: Mapping[AlertRef, Alert] = field(default_factory=lambda: MappingProxyType({}))
    resolved: bool = False


def decide(
    command: ViolationCommand, violation: Violation | None, *, now: Instant, order: Standing | None = None
) -> tuple[ViolationEvent, ...]:
    """Answer the command with facts, or raise `Refused`. `order` is needed for a report alone."""
    if isinstance(command, ReportViolation):
        return _report(command, violation, order, now)
    if violation is None:
        raise NotFound("no-such-violation")
    match command:
        case RaiseAlert():
            return _raise(command, violation)
        case AcknowledgeAlert():
            return _acknowledge(command, violation)
        case ResolveViolation():
            if violation.resolved:
                return ()
            return (
                ViolationResolved(
                    violation_ref=violation.violation_ref, order_ref=violation.order_ref, outcome=command.outcome
                ),
            )
        case _:
            assert_never(command)


def _report(
    command: ReportViolation[SealedBlock], violation: Violation | None, order: Standing | None, now: Instant
) -> tuple[ViolationEvent, ...]:
    """Take a report whatever the order's status: whether it was in force is for those alerted to weigh."""
    if violation is not None:
        raise Conflict("violation-already-reported")
    if order is None:
        raise NotFound("no-such-order")
    if not is_known(command.jurisdiction):
        raise Refused("jurisdiction-unknown", field="/jurisdiction")
    if not all(is_known(place) for place in command.conduct.places()):
        raise Refused("jurisdiction-unknown", field="/conduct")
    if not command.breaches:
        raise Refused("no-breach-named", field="/breaches")
    happened(command.occurred, now, "/occurred")
    not_before(command.occurred, order.details.issued, "/occurred")
    known = {c.condition_ref for terms in order.terms for c in terms.conditions}
    if not set(command.conditions) <= known:
        raise Refused("no-such-condition", field="/conditions")
    return (
        ViolationReported(
            violation_ref=command.violation_ref,
            order_ref=command.order_ref,
            jurisdiction=command.jurisdiction,
            breaches=command.breaches,
            conditions=command.conditions,
            occurred=command.occurred,
            description=command.description,
            conduct=command.conduct,
        ),
    )


def _raise(command: RaiseAlert, violation: Violation) -> tuple[ViolationEvent, ...]:
    if command.alert_ref in violation.alerts:
        return ()
    return (
        AlertRaised(
            violation_ref=violation.violation_ref,
            order_ref=violation.order_ref,
            alert_ref=command.alert_ref,
            recipient=command.recipient,
            due=command.due,
            basis=command.basis,
        ),
    )


def _acknowledge(command: AcknowledgeAlert, violation: Violation) -> tuple[ViolationEvent, ...]:
    alert = violation.alerts.get(command.alert_ref)
    if alert is None or alert.recipient != command.by:
        raise NotFound("no-such-alert")
    if alert.acknowledged:
        return ()
    return (
        AlertAcknowledged(
            violation_ref=violation.violation_ref,
            order_ref=violation.order_ref,
            alert_ref=command.alert_ref,
            recipient=command.by,
        ),
    )


def evolve(violation: Violation | None, fact: Fact[AnyEvent]) -> Violation | None:
    """Give the violation after the fact; None for a stream that is of another noun."""
    event = fact.event
    if isinstance(event, ViolationReported):
        return Violation(violation_ref=event.violation_ref, order_ref=event.order_ref)
    if violation is None:
        return None
    match event:
        case AlertRaised():
            return _with_alert(violation, event.alert_ref, Alert(recipient=event.recipient))
        case AlertAcknowledged():
            alert = Alert(recipient=event.recipient, acknowledged=True)
            return _with_alert(violation, event.alert_ref, alert)
        case ViolationResolved():
            return replace(violation, resolved=True)
        case _:
            return violation


def _with_alert(violation: Violation, ref: AlertRef, alert: Alert) -> Violation:
    return replace(violation, alerts=MappingProxyType({**violation.alerts, ref: alert}))
