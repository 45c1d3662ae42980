"""What institutions owe besides what the registry tells, and the reminder when the time ran out."""

from datetime import time

import pytest

from registry.commands.duty import DischargeDuty
from registry.commands.service import RecordService
from registry.events.duty import DutyArose, DutyOverdue
from registry.events.notice import NoticeIssued
from registry.values.duty import DutyCode, Means, Whom
from registry.values.issuance import Nature
from registry.values.notice import NoticeKind
from registry.values.service import ServiceState
from registry.values.time import DAY, SECOND, LegalMoment
from registry.views.supervised import Life
from tests.unit.alerts import given
from tests.unit.alerts.given import LILLE, LONDON, MET, a_world, plan

TODAY = LegalMoment(date=given.DAY.date, zone="Europe/London", time=time(10))
A_DAY = DAY // SECOND


@pytest.fixture
def world(tmp_path):
    with a_world(tmp_path) as world:
        yield world


def look(world):
    """Let the processes run, and one look at what is overdue."""
    world.react()
    world.project()
    lapses(world).step()
    world.react()
    world.project()


def lapses(world):
    return world.lapses()


def owed(world):
    return [(each.code, each.whom, each.owed_by) for each in world.events(DutyArose)]


def serve(world, entered, by=LONDON):
    command = RecordService(
        order_ref=entered.order_ref,
        respondent=entered.respondent,
        terms=1,
        state=ServiceState.SERVED_PERSONAL,
        at=given.DAY,
        served_by=by,
    )
    world.perform(command, by)


def test_a_civil_order_of_england_is_to_be_told_to_the_police_by_its_court(world):
    world.enter(by=LONDON)
    look(world)
    assert owed(world) == [(DutyCode.COURT_TELLS_POLICE, Whom.POLICE, LONDON)]


@pytest.mark.parametrize(("by", "more"), [(LILLE, {}), (LONDON, {"nature": Nature.CRIMINAL})])
def test_nobody_owes_that_of_any_other_order(world, by, more):
    world.enter(by=by, **more)
    look(world)
    assert owed(world) == []


def test_that_it_was_served_the_registry_tells_the_police_and_her_itself(world):
    entered = world.enter(by=LONDON, contact=plan())
    serve(world, entered)
    look(world)
    assert [code for code, _, _ in owed(world)] == [DutyCode.COURT_TELLS_POLICE]
    assert MET in [each.recipient for each in world.events(NoticeIssued)]


def test_where_she_cannot_be_reached_the_court_owes_it_to_tell_her(world):
    entered = world.enter(by=LILLE)
    serve(world, entered, by=LILLE)
    serve(world, entered, by=LILLE)
    look(world)
    assert owed(world) == [(DutyCode.TELL_PROTECTED_PERSON_OF_SERVICE, Whom.PROTECTED_PERSON, LILLE)]


def test_a_duty_whose_time_ran_out_is_said_once_and_whoever_owes_it_is_reminded_once(world):
    world.enter(by=LONDON)
    look(world)
    world.clock.advance(400 * A_DAY)
    for _ in range(3):
        look(world)
    assert [each.code for each in world.events(DutyOverdue)] == [DutyCode.COURT_TELLS_POLICE]
    (reminder,) = world.events(NoticeIssued)
    assert (reminder.kind, reminder.recipient) == (NoticeKind.DUTY_OVERDUE, LONDON)
    assert reminder.basis.startswith("FPR 2010 Practice Direction 11A para 1.4")


def test_what_was_done_in_time_is_never_overdue(world):
    world.enter(by=LONDON)
    world.react()
    (arose,) = world.events(DutyArose)
    done = DischargeDuty(duty_ref=arose.duty_ref, by=LONDON, at=given.DAY, means=Means.EMAIL)
    world.perform(done, LONDON)
    world.clock.advance(400 * A_DAY)
    look(world)
    assert world.events(DutyOverdue) == []


def test_what_is_due_without_delay_is_shown_and_never_overdue(world):
    entered = world.enter(by=LILLE)
    serve(world, entered, by=LILLE)
    look(world)
    world.clock.advance(400 * A_DAY)
    look(world)
    assert world.events(DutyOverdue) == []
    assert [each.due for each in world.events(DutyArose)] == [None]


def test_following_again_opens_nothing_twice(world):
    world.enter(by=LONDON)
    world.react()
    before = world.events(DutyArose)
    for recorded in world.ledger.reader.after(0, limit=100):
        world.reactor()._carry_out(recorded)  # noqa: SLF001  # what a crash repeats
    assert world.events(DutyArose) == before


def test_the_process_says_how_it_is_and_stops(world):
    process = lapses(world)
    assert process.pulse().life is Life.NEW
    process.start()
    process.stop()
    assert process.pulse().life is Life.STOPPED
