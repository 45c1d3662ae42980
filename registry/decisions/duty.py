"""Decide duties: opened once, overdue once if nobody did it in time, discharged by whoever owes it."""

from dataclasses import dataclass, replace
from typing import assert_never

from registry.commands.duty import DischargeDuty, DutyCommand, NoteOverdue, OpenDuty
from registry.decisions.moments import happened
from registry.errors import NotFound, Refused
from registry.events.base import Fact
from registry.events.catalogue import AnyEvent
from registry.events.duty import DutyArose, DutyDischarged, DutyEvent, DutyOverdue
from registry.values.time import Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class Duty:
    """A duty as its facts have it."""

    arose: DutyArose
    overdue: bool = False
    discharged: bool = False


def decide(command: DutyCommand, duty: Duty | None, *, now: Instant) -> tuple[DutyEvent, ...]:
    """Answer the command with facts, or raise `Refused`."""
    if isinstance(command, OpenDuty):
        return () if duty is not None else (_arose(command),)
    if duty is None:
        raise NotFound("no-such-duty")
    match command:
        case NoteOverdue():
            return _overdue(duty, now)
        case DischargeDuty():
            return _discharge(command, duty, now)
        case _:
            assert_never(command)


def _arose(command: OpenDuty) -> DutyArose:
    return DutyArose(
        duty_ref=command.duty_ref,
        order_ref=command.order_ref,
        about=command.about,
        code=command.code,
        whom=command.whom,
        owed_by=command.owed_by,
        since=command.since,
        due=command.due,
        instrument=command.instrument,
        provision=command.provision,
        verified=command.verified,
    )


def _overdue(duty: Duty, now: Instant) -> tuple[DutyOverdue, ...]:
    """Note it once, and only where there is an instant that has passed: what is due at it is in time."""
    arose = duty.arose
    if duty.overdue or duty.discharged or arose.due is None or now <= arose.due:
        return ()
    return (
        DutyOverdue(
            duty_ref=arose.duty_ref,
            order_ref=arose.order_ref,
            code=arose.code,
            whom=arose.whom,
            owed_by=arose.owed_by,
            due=arose.due,
            basis=f"{arose.instrument} {arose.provision}",
        ),
    )


def _discharge(command: DischargeDuty, duty: Duty, now: Instant) -> tuple[DutyDischarged, ...]:
    """Take it from whoever owes it alone: to all others there is no such duty."""
    arose = duty.arose
    if arose.owed_by != command.by:
        raise NotFound("no-such-duty")
    if duty.discharged:
        return ()
    happened(command.at, now, "/at")
    if command.at.ends() < arose.since:
        raise Refused("date-before-duty", field="/at")
    return (
        DutyDischarged(
            duty_ref=arose.duty_ref,
            order_ref=arose.order_ref,
            about=arose.about,
            code=arose.code,
            whom=arose.whom,
            at=command.at,
            means=command.means,
        ),
    )


def evolve(duty: Duty | None, fact: Fact[AnyEvent]) -> Duty | None:
    """Give the duty after the fact; None for a stream that is of another noun."""
    event = fact.event
    if isinstance(event, DutyArose):
        return Duty(arose=event)
    if duty is None:
        return None
    match event:
        case DutyOverdue():
            return replace(duty, overdue=True)
        case DutyDischarged():
            return replace(duty, discharged=True)
        case _:
            return duty
