"""What institutions owe besides what the registry tells, and the reminder when the time ran out."""

from datetime import date, time

import pytest

from registry.commands.duty import DischargeDuty
from registry.commands.issuance import CorrectOrder, RevokeOrder
from registry.commands.recognition import AskRecognition, GrantRecognition
from registry.commands.service import RecordService
from registry.events.duty import DutyArose, DutyOverdue
from registry.events.issuance import OrderCorrected, OrderRevoked
from registry.events.notice import NoticeIssued
from registry.events.service import ServiceRecorded
from registry.events.violation import AlertRaised
from registry.values.duty import DutyCode, Means, Whom
from registry.values.identifiers import RecognitionRef
from registry.values.issuance import EndReason, Nature, OrderKind
from registry.values.notice import NoticeKind
from registry.values.service import ServiceState
from registry.values.time import DAY, SECOND, LegalMoment
from registry.views.deadlines import deadlines
from registry.views.supervised import Life
from tests.unit.alerts import given
from tests.unit.alerts.given import BERLIN, LILLE, LONDON, MET, a_world, plan

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


def serve(world, entered, by=LONDON, way=ServiceState.SERVED_PERSONAL):
    command = RecordService(
        order_ref=entered.order_ref,
        respondent=entered.respondent,
        terms=1,
        state=way,
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


# ------------------------------------------------------------------ a duty stands and falls with its fact


def take_back(world, entered, kind, by, nth=0):
    """Say that a fact of an order was recorded in error."""
    facts = [each.fact for each in world.ledger.reader.stream(entered.order_ref)]
    wrong = [fact for fact in facts if isinstance(fact.event, kind)][nth]
    world.perform(CorrectOrder(order_ref=entered.order_ref, corrects=wrong.fact_id, retracts=True), by)
    look(world)


def listed(world, institution):
    return [(row["code"], row["whom"]) for row in deadlines(world.store, institution).rows if row["kind"] == "DUTY"]


SOON = LegalMoment(date=date(2027, 1, 1), zone="Europe/London")
HER = ("TELL_PROTECTED_PERSON_OF_SERVICE", "PROTECTED_PERSON")


def test_the_duty_of_a_service_that_was_recorded_in_error_falls_and_rises_with_it(world):
    entered = world.enter(by=LILLE)
    serve(world, entered, by=LILLE)
    look(world)
    assert listed(world, LILLE) == [HER]
    take_back(world, entered, ServiceRecorded, LILLE)
    assert listed(world, LILLE) == []
    take_back(world, entered, OrderCorrected, LILLE)
    assert listed(world, LILLE) == [HER]


def test_where_the_first_service_falls_the_second_brings_about_what_it_had_not(world):
    entered = world.enter(by=LILLE)
    serve(world, entered, by=LILLE)
    serve(world, entered, by=LILLE, way=ServiceState.PRESENT_IN_COURT)
    look(world)
    assert len(owed(world)) == 1
    take_back(world, entered, ServiceRecorded, LILLE)
    assert listed(world, LILLE) == [HER]
    take_back(world, entered, ServiceRecorded, LILLE, nth=1)
    assert listed(world, LILLE) == []


def test_a_revocation_taken_back_is_told_to_the_police_and_of_the_revocation_nobody_is_reminded(world):
    entered = world.enter(by=LONDON)
    revoking = RevokeOrder(order_ref=entered.order_ref, from_=SOON, reason=EndReason.NOT_STATED, revoked_in="GB-EAW")
    world.perform(revoking, LONDON)
    look(world)
    opened = world.events(DutyArose)
    before, stale = len(opened), {each.duty_ref for each in opened[1:]}
    take_back(world, entered, OrderRevoked, LONDON)
    arose = world.events(DutyArose)[before:]
    assert [(each.code, each.owed_by) for each in arose] == [(DutyCode.COURT_TELLS_POLICE, LONDON)]
    assert [each.due for each in arose] == [each.since + DAY for each in arose]
    world.clock.advance(400 * A_DAY)
    look(world)
    late = {each.duty_ref for each in world.events(DutyOverdue)}
    assert stale
    assert not stale & late
    assert {each.duty_ref for each in arose} <= late


def test_a_report_on_the_form_of_the_law_is_owed_whoever_was_alerted(world):
    origin = world.enter(by=LILLE, nature=Nature.CRIMINAL, kind=OrderKind.EUROPEAN_PROTECTION_ORDER)
    measure = world.enter(by=BERLIN, origin=origin.order_ref, kind=OrderKind.IMPORTED_MEASURE)
    world.report(measure.order_ref)
    look(world)
    assert LILLE in [each.recipient for each in world.events(AlertRaised)]
    assert (DutyCode.REPORT_ON_ANNEX_II_TRANSLATED, Whom.ISSUING_AUTHORITY, BERLIN) in owed(world)


def recognised(world, *, granted=True):
    """An order of France that Germany recognised without a measure of its own, and a breach there."""
    order = world.enter(by=LILLE, nature=Nature.CRIMINAL, kind=OrderKind.EUROPEAN_PROTECTION_ORDER)
    procedure = RecognitionRef(world.uuid())
    asking = AskRecognition(
        recognition_ref=procedure,
        order_ref=order.order_ref,
        jurisdiction="DE-BE",
        authority=BERLIN,
        asked=given.DAY,
        requested_by_protected_person=True,
    )
    world.perform(asking, LILLE)
    if granted:
        world.perform(GrantRecognition(recognition_ref=procedure, by=BERLIN, decided=given.DAY), BERLIN)
    world.report(order.order_ref)
    look(world)


def test_where_no_measure_was_adopted_the_authority_that_recognised_it_owes_the_report(world):
    recognised(world)
    assert (DutyCode.REPORT_ON_ANNEX_II_TRANSLATED, Whom.ISSUING_AUTHORITY, BERLIN) in owed(world)


def test_where_nothing_was_recognised_yet_nobody_owes_it(world):
    recognised(world, granted=False)
    assert DutyCode.REPORT_ON_ANNEX_II_TRANSLATED not in {code for code, _, _ in owed(world)}
