"""Who confirms a hit, and what happens when nobody answers."""

from dataclasses import replace
from uuid import UUID

import pytest

from registry.access.actors import Role
from registry.alerts.hits import asked_next, confirming
from registry.commands.hit import AnswerHitConfirmation, AskHitConfirmation
from registry.decisions.hit import Hit
from registry.desks import Desks
from registry.events.hit import HitConfirmationAsked
from registry.values.hit import HitAnswer, Urgency
from registry.values.identifiers import HitRef
from registry.values.time import HOUR, MINUTE, SECOND, Instant
from tests.unit.alerts.given import BERLIN, DIRECTORY, LILLE, MET, OPERATOR, POLICE, a_world, institution

TEN_MINUTES = 10 * MINUTE // SECOND + 1


@pytest.fixture
def world(tmp_path):
    with a_world(tmp_path) as world:
        yield world


def ask(world, order_ref, recipient):
    command = AskHitConfirmation(
        hit_ref=HitRef(world.uuid()),
        order_ref=order_ref,
        check_ref="0" * 32,
        jurisdiction="DE-BE",
        urgency=Urgency.URGENT,
        by=POLICE,
        recipient=recipient,
    )
    world.perform(command, POLICE)
    world.project()
    return command.hit_ref


def look(world):
    world.lapses().step()
    world.project()


def asked(world):
    return [(each.request, each.recipient) for each in world.events(HitConfirmationAsked)]


def desk(world, institution):
    """What an institution finds: hits among its alerts, hits among its deadlines with whether they are overdue."""
    desks = Desks(store=world.store, reader=world.ledger.reader)
    due = desks.deadlines(institution, "", 100, world.clock())
    hits = [(row.subject, row.overdue) for row in due if row.kind == "HIT_CONFIRMATION"]
    return [row.hit_ref for row in desks.alerts(institution, 0, 100)], hits


def test_who_answers_for_the_order_is_asked_first_and_else_the_police_where_it_was_made():
    assert confirming(DIRECTORY, LILLE, "FR", asked_by=POLICE) == LILLE
    assert confirming(DIRECTORY, None, "DE-BE", asked_by=LILLE) == POLICE
    assert confirming(DIRECTORY, "nobody-we-know", "DE-BE", asked_by=LILLE) == POLICE
    server = institution("fr-huissier", {Role.SERVING_AUTHORITY}, "FR")
    assert confirming(replace(DIRECTORY, institutions=(server,)), "fr-huissier", "FR", asked_by=POLICE) is None


def test_whoever_asks_is_never_asked_to_confirm():
    assert confirming(DIRECTORY, POLICE, "DE-BE", asked_by=POLICE) == BERLIN
    assert confirming(DIRECTORY, None, "DE-BE", asked_by=POLICE) == BERLIN
    assert confirming(DIRECTORY, None, "GB-EAW", asked_by=MET) is None


def test_one_that_was_asked_of_the_asker_goes_to_the_others_once_its_time_is_up():
    asked = HitConfirmationAsked(
        hit_ref=HitRef(UUID(int=1)),
        order_ref=UUID(int=2),
        check_ref="0" * 32,
        jurisdiction="DE-BE",
        urgency=Urgency.URGENT,
        request=1,
        asked_by=POLICE,
        recipient=POLICE,
        due=Instant(1),
        basis="-",
    )
    old = Hit(asked=asked, due=asked.due, recipients=(POLICE,), since=(Instant(0),))
    assert asked_next(old, DIRECTORY, "DE-BE", now=Instant(2)) == BERLIN


def test_who_is_asked_finds_an_alert_and_a_deadline(world):
    hit_ref = ask(world, world.enter().order_ref, LILLE)
    assert desk(world, LILLE) == ([hit_ref], [(hit_ref, False)])


def test_an_answer_clears_both(world):
    hit_ref = ask(world, world.enter().order_ref, LILLE)
    world.perform(AnswerHitConfirmation(hit_ref=hit_ref, by=LILLE, answer=HitAnswer.CONFIRMED), LILLE)
    world.project()
    assert desk(world, LILLE) == ([], [])


def test_more_time_moves_the_deadline(world):
    hit_ref = ask(world, world.enter().order_ref, LILLE)
    until = Instant(world.clock() + HOUR)
    world.perform(AnswerHitConfirmation(hit_ref=hit_ref, by=LILLE, answer=HitAnswer.MORE_TIME, until=until), LILLE)
    world.project()
    world.clock.advance(TEN_MINUTES)
    look(world)
    assert asked(world) == [(1, LILLE)]
    assert desk(world, LILLE) == ([], [(hit_ref, False)])
    world.clock.advance(6 * TEN_MINUTES)
    look(world)
    assert asked(world) == [(1, LILLE), (2, LILLE)]


def test_without_an_answer_it_is_asked_twice_and_then_of_each_of_the_others(world):
    hit_ref = ask(world, world.enter(by=BERLIN).order_ref, BERLIN)
    for _ in range(6):
        world.clock.advance(TEN_MINUTES)
        look(world)
        look(world)
    found = [recipient for _, recipient in asked(world)]
    assert found == [BERLIN, BERLIN, OPERATOR]
    assert desk(world, BERLIN) == ([hit_ref], [(hit_ref, True)])
    world.perform(AnswerHitConfirmation(hit_ref=hit_ref, by=BERLIN, answer=HitAnswer.NOT_CONFIRMED), BERLIN)
    world.project()
    assert [desk(world, each) for each in (BERLIN, OPERATOR)] == [([], [])] * 2


def test_before_it_is_due_nobody_is_asked_again(world):
    ask(world, world.enter().order_ref, LILLE)
    look(world)
    assert asked(world) == [(1, LILLE)]
