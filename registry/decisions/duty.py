"""Decide duties: opened once, overdue once if nobody did it in time, done by whoever owes it, fallen with its cause."""

from dataclasses import dataclass, replace
from typing import assert_never

from registry.commands.duty import DischargeDuty, DutyCommand, LapseDuty, NoteOverdue, OpenDuty, ReviveDuty
from registry.decisions.moments import happened
from registry.errors import NotFound, Refused
from registry.events.base import Fact
from registry.events.catalogue import AnyEvent
from registry.events.duty import DutyArose, DutyDischarged, DutyEvent, DutyLapsed, DutyOverdue, DutyRevived
from registry.values.identifiers import FactId
from registry.values.time import Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class Duty:
    """A duty as its facts have it."""

    arose: DutyArose
    overdue: bool = False
    discharged: bool = False
    lapsed: bool = False
    because: frozenset[FactId] = frozenset()
    """The corrections that let it fall or revived it, so that each does so once, whenever it is followed again."""


def decide(command: DutyCommand, duty: Duty | None, *, now: Instant) -> tuple[DutyEvent, ...]:
    """Answer the command with facts, or raise `Refused`."""
    if isinstance(command, OpenDuty):
        return () if duty is not None else (_arose(command),)
    if isinstance(command, LapseDuty | ReviveDuty):
        return _turn(command, duty)
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
    if duty.overdue or duty.discharged or duty.lapsed or arose.due is None or now <= arose.due:
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


def _turn(command: LapseDuty | ReviveDuty, duty: Duty | None) -> tuple[DutyLapsed | DutyRevived, ...]:
    """Let it fall or revive it, once for each correction; what never arose or was done stays as it is."""
    if duty is None or duty.discharged or command.because in duty.because:
        return ()
    lapses = isinstance(command, LapseDuty)
    if lapses is duty.lapsed:
        return ()
    arose = duty.arose
    kind = DutyLapsed if lapses else DutyRevived
    return (
        kind(
            duty_ref=arose.duty_ref,
            order_ref=arose.order_ref,
            about=arose.about,
            code=arose.code,
            whom=arose.whom,
            because=command.because,
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
        case DutyLapsed() | DutyRevived():
            return replace(duty, lapsed=isinstance(event, DutyLapsed), because=duty.because | {event.because})
        case _:
            return duty
