"""Duties: opened once, overdue once and never before the instant, discharged by whoever owes it."""

from dataclasses import replace

import pytest

from registry.commands.duty import DischargeDuty, LapseDuty, NoteOverdue, OpenDuty, ReviveDuty
from registry.decisions import duty
from registry.errors import NotFound, Refused
from registry.events.duty import DutyArose, DutyDischarged, DutyLapsed, DutyOverdue, DutyRevived
from registry.values.duty import DutyCode, Means, Whom
from registry.values.identifiers import DutyRef, FactId
from registry.values.time import Instant
from tests.given import BERLIN, LILLE, ORDER, World, at, day, enter, ref

DUE = at("2024-06-04T10:00:00+01:00")
OPEN = OpenDuty(
    duty_ref=DutyRef(ref("duty")),
    order_ref=ORDER,
    about=FactId(ref("fact 1")),
    code=DutyCode.COURT_TELLS_POLICE,
    whom=Whom.POLICE,
    owed_by=LILLE,
    since=at("2024-06-03T10:00:00+01:00"),
    due=DUE,
    instrument="FPR 2010 Practice Direction 11A",
    provision="para 1.4",
    verified=True,
)
NOTE = NoteOverdue(duty_ref=OPEN.duty_ref)
AFTER = Instant(DUE + 1)


def told(by=LILLE, on="2024-06-04"):
    return DischargeDuty(duty_ref=OPEN.duty_ref, by=by, at=day(on), means=Means.EMAIL)


def after(*commands, now=DUE):
    world = World()
    for command in commands:
        world.do(command, now)
    return world


def refused(world, command, code, kind=Refused):
    with pytest.raises(kind) as refusal:
        world.do(command, at("2024-06-05T12:00:00+01:00"))
    assert refusal.value.code == code


def test_a_duty_is_opened_once():
    world = after(OPEN)
    assert world.do(OPEN, DUE) == ()
    (fact,) = world.streams[OPEN.duty_ref]
    assert isinstance(fact.event, DutyArose)
    assert (fact.event.owed_by, fact.event.due, fact.event.verified) == (LILLE, DUE, True)


def test_what_is_due_at_an_instant_is_overdue_just_after_it_and_once():
    world = after(OPEN)
    assert world.do(NOTE, DUE) == ()
    (overdue,) = world.do(NOTE, AFTER)
    assert isinstance(overdue, DutyOverdue)
    assert (overdue.owed_by, overdue.basis) == (LILLE, "FPR 2010 Practice Direction 11A para 1.4")
    assert world.do(NOTE, AFTER) == ()


def test_what_is_due_without_delay_has_no_instant_to_pass():
    assert after(replace(OPEN, due=None)).do(NOTE, at("2030-01-01T00:00:00+00:00")) == ()


def test_what_is_done_is_done_once_and_not_overdue_afterwards():
    world = after(OPEN)
    (done,) = world.do(told(), DUE)
    assert isinstance(done, DutyDischarged)
    assert (done.code, done.whom, done.means) == (OPEN.code, OPEN.whom, Means.EMAIL)
    assert world.do(told(), DUE) == ()
    assert world.do(NOTE, AFTER) == ()


def test_late_is_taken_and_stays_late():
    world = after(OPEN, NOTE, now=AFTER)
    assert isinstance(world.do(told(on="2024-06-05"), at("2024-06-05T12:00:00+01:00"))[0], DutyDischarged)
    assert [type(fact.event) for fact in world.streams[OPEN.duty_ref]] == [DutyArose, DutyOverdue, DutyDischarged]


def test_only_who_owes_it_says_that_it_was_done():
    refused(after(OPEN), told(by=BERLIN), "no-such-duty", NotFound)


@pytest.mark.parametrize("command", [NOTE, told()])
def test_nothing_is_done_of_a_duty_that_never_arose(command):
    refused(World(), command, "no-such-duty", NotFound)


@pytest.mark.parametrize(("on", "code"), [("2024-06-01", "date-before-duty"), ("2031-01-01", "date-in-the-future")])
def test_nobody_is_told_before_there_is_something_to_tell_nor_in_the_future(on, code):
    refused(after(OPEN), told(on=on), code)


def test_a_stream_of_another_noun_is_no_duty():
    world = World()
    world.do(enter())
    (issued,) = world.streams[ORDER]
    assert duty.evolve(None, issued) is None
    (event,) = duty.decide(OPEN, None, now=DUE)
    arose = duty.Duty(arose=event)
    assert duty.evolve(arose, issued) == arose


FALLS = LapseDuty(duty_ref=OPEN.duty_ref, because=FactId(ref("correction")))
RISES = ReviveDuty(duty_ref=OPEN.duty_ref, because=FactId(ref("correction of the correction")))


def test_a_duty_falls_with_its_fact_and_is_never_overdue_then():
    world = after(OPEN)
    (lapsed,) = world.do(FALLS, DUE)
    assert isinstance(lapsed, DutyLapsed)
    assert (lapsed.code, lapsed.about, lapsed.because) == (OPEN.code, OPEN.about, FALLS.because)
    assert world.do(FALLS, DUE) == ()
    assert world.do(NOTE, AFTER) == ()


def test_it_is_owed_again_by_its_own_instant_once_its_fact_counts_again_and_no_correction_does_it_twice():
    world = after(OPEN, FALLS)
    (revived,) = world.do(RISES, DUE)
    assert isinstance(revived, DutyRevived)
    assert world.do(FALLS, DUE) == (), "followed again by another process, a correction says nothing new"
    assert world.do(RISES, DUE) == ()
    (overdue,) = world.do(NOTE, AFTER)
    assert overdue.due == DUE


def test_what_never_fell_is_not_revived_and_what_fell_does_not_fall_again():
    assert after(OPEN).do(RISES, DUE) == ()
    other = LapseDuty(duty_ref=OPEN.duty_ref, because=FactId(ref("another correction")))
    assert after(OPEN, FALLS).do(other, DUE) == ()


def test_what_never_arose_and_what_was_done_neither_falls_nor_rises():
    assert World().do(FALLS, DUE) == ()
    world = after(OPEN, told())
    assert world.do(FALLS, DUE) == ()
    assert world.do(RISES, DUE) == ()
