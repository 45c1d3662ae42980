"""An alert that nobody takes in hand goes on to the next, and to nobody twice by mistake."""

import pytest

from registry.alerts.escalation import REQUESTS, chain, escalations
from registry.commands.violation import AcknowledgeAlert, ResolveViolation
from registry.events.violation import AlertRaised
from registry.values.time import MINUTE, SECOND
from registry.values.violation import ViolationOutcome
from registry.views.deadline_rows import DeadlineKind
from registry.views.deadlines import deadlines, open_of_kind
from tests.unit.alerts.given import BERLIN, DIRECTORY, LILLE, NOON, OPERATOR, POLICE, a_world

TEN_MINUTES = 10 * MINUTE // SECOND + 1


@pytest.fixture
def world(tmp_path):
    with a_world(tmp_path) as world:
        yield world


def breach(world, by=LILLE, jurisdiction="FR"):
    """A breach of which somebody is alerted; gives its reference."""
    violation_ref = world.report(world.enter().order_ref, by=by, jurisdiction=jurisdiction)
    world.react()
    world.project()
    return violation_ref


def look(world):
    """Let one period pass."""
    world.escalation().step()
    world.react()
    world.project()


def alerted(world):
    return [event.recipient for event in world.events(AlertRaised)]


def acknowledge(world, by):
    for event in world.events(AlertRaised):
        if event.recipient == by:
            world.perform(AcknowledgeAlert(violation_ref=event.violation_ref, alert_ref=event.alert_ref, by=by), by)
    world.project()


def test_the_chain_is_police_then_desks_then_operators():
    assert chain(DIRECTORY, "DE-BE") == (POLICE, BERLIN, OPERATOR)


def test_before_it_is_due_nothing_follows(world):
    breach(world, by=POLICE, jurisdiction="DE-BE")
    look(world)
    assert alerted(world) == [LILLE, BERLIN]


def test_an_alert_that_lapses_goes_to_the_next_that_was_not_alerted(world):
    breach(world, by=POLICE, jurisdiction="DE-BE")
    world.clock.advance(TEN_MINUTES)
    look(world)
    assert alerted(world) == [LILLE, BERLIN, POLICE, OPERATOR]


def test_looking_again_says_nothing_new(world):
    breach(world, by=POLICE, jurisdiction="DE-BE")
    world.clock.advance(TEN_MINUTES)
    for _ in range(3):
        look(world)
    assert alerted(world) == [LILLE, BERLIN, POLICE, OPERATOR]


def test_who_took_it_in_hand_is_left_alone(world):
    breach(world, by=POLICE, jurisdiction="DE-BE")
    acknowledge(world, LILLE)
    acknowledge(world, BERLIN)
    world.clock.advance(TEN_MINUTES)
    look(world)
    assert alerted(world) == [LILLE, BERLIN]


def test_with_nobody_left_all_are_asked_again_and_then_it_stays_overdue(world):
    breach(world, by=POLICE, jurisdiction="DE-BE")
    for _ in range(10):
        world.clock.advance(TEN_MINUTES)
        look(world)
    assert {each: alerted(world).count(each) for each in alerted(world)} == dict.fromkeys(
        (LILLE, BERLIN, POLICE, OPERATOR), REQUESTS
    )
    page = deadlines(world.store, LILLE)
    assert [row["kind"] for row in page.rows] == ["ALERT_ACKNOWLEDGMENT"] * REQUESTS
    assert all(row["due"] < world.clock() for row in page.rows)


def test_who_took_it_in_hand_is_not_asked_again_for_another(world):
    breach(world, by=POLICE, jurisdiction="DE-BE")
    acknowledge(world, BERLIN)
    for _ in range(10):
        world.clock.advance(TEN_MINUTES)
        look(world)
    assert alerted(world).count(BERLIN) == 1
    assert alerted(world).count(LILLE) == REQUESTS


def test_a_breach_that_was_dealt_with_is_escalated_no_more_and_due_no_more(world):
    violation_ref = breach(world, by=POLICE, jurisdiction="DE-BE")
    world.perform(ResolveViolation(violation_ref=violation_ref, outcome=ViolationOutcome.WARNING), BERLIN)
    world.project()
    world.clock.advance(TEN_MINUTES)
    look(world)
    assert alerted(world) == [LILLE, BERLIN]
    assert open_of_kind(world.store, DeadlineKind.ALERT_ACKNOWLEDGMENT).rows == []


def test_the_rule_is_pure_and_the_same_for_the_same_facts(world):
    violation_ref = breach(world, by=POLICE, jurisdiction="DE-BE")
    facts = [each.fact for each in world.ledger.reader.stream(violation_ref)]
    later = NOON + 20 * MINUTE
    once = escalations(facts, DIRECTORY, now=later)
    assert once == escalations(facts, DIRECTORY, now=later)
    assert [command.recipient for command in once] == [POLICE, OPERATOR]
    assert all(command.due > later for command in once)
    assert escalations([], DIRECTORY, now=later) == ()
