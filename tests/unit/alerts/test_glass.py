"""Who is told of a break-glass, and what happens when nobody takes it in hand or reviews it."""

from dataclasses import replace

import pytest

from registry.access.actors import Directory, Institution, Role
from registry.alerts.glass import alerted_next, told
from registry.alerts.lapses import LAPSES, Looking
from registry.commands.glass import AcknowledgeGlass, BreakGlass, NoteReviewOverdue, ReviewGlass
from registry.decisions.glass import fold
from registry.desks import Desks
from registry.errors import NotFound
from registry.events.glass import GlassAlerted, GlassReviewOverdue
from registry.values.glass import GlassAlertReason, GlassRef, ReviewReason, ReviewVerdict, Statement
from registry.values.identifiers import AlertRef, InstitutionId, StreamId
from registry.values.jurisdiction import Jurisdiction
from registry.values.look import LookGround
from registry.values.time import DAY, MINUTE, SECOND
from registry.views.deadline_rows import DeadlineKind
from tests.unit.alerts.given import BERLIN, DIRECTORY, LILLE, OPERATOR, POLICE, a_world, principal

BERLIN_STATE = Jurisdiction("DE-BE")
TEN_MINUTES, THREE_DAYS = 10 * MINUTE // SECOND + 1, 3 * DAY // SECOND + 1
WORDS = Statement(incident="VF-2026/77", words="He says that he is at her door with a knife.")


def institution(word, *roles, within="DE-BE"):
    return Institution(
        institution=InstitutionId(word),
        name=word,
        roles=frozenset(roles),
        jurisdictions=(Jurisdiction(within),),
        contact="+49",
    )


POLIZEI = institution("polizei", Role.POLICE)
BOTH = institution("bundespolizei", Role.POLICE, Role.SUPERVISOR)
ONE, TWO = institution("aufsicht", Role.SUPERVISOR), institution("aufsicht-zwei", Role.SUPERVISOR)
RUNS = institution("runs", Role.OPERATOR)
COURT = institution("court", Role.COURT, within="FR")


def telling(*members, by=POLIZEI, issuing=None):
    return told(
        Directory(institutions=members),
        by=by.institution,
        jurisdiction=BERLIN_STATE,
        issuing=issuing and issuing.institution,
        made_in=Jurisdiction("FR"),
    )


def test_the_court_the_institution_and_one_supervisor_are_told_at_once_and_the_others_once_it_gets_louder():
    found = telling(POLIZEI, ONE, TWO, RUNS, COURT, issuing=COURT)
    assert found.at_once == ("court", "polizei", "aufsicht")
    assert found.louder == ("aufsicht", "aufsicht-zwei", "runs")
    assert found.review_by == "aufsicht"


def test_an_institution_with_supervisors_of_its_own_reviews_its_own():
    assert telling(BOTH, ONE, COURT, by=BOTH, issuing=COURT).review_by == "bundespolizei"


def test_where_nobody_answers_for_the_order_the_courts_of_the_place_are_told_and_without_supervisors_the_operator():
    found = telling(POLIZEI, RUNS, COURT)
    assert (found.at_once, found.review_by) == (("court", "polizei", "runs"), "runs")
    assert telling(POLIZEI).at_once == ("polizei",)


@pytest.fixture
def world(tmp_path):
    with a_world(tmp_path) as world:
        yield world


def break_(world, order_ref, *, person="o-77", review_by=BERLIN):
    glass_ref = GlassRef(world.uuid())
    found = told(DIRECTORY, by=POLICE, jurisdiction=BERLIN_STATE, issuing=LILLE, made_in=Jurisdiction("FR"))
    command = BreakGlass(
        glass_ref=glass_ref,
        order_ref=order_ref,
        by=POLICE,
        person=person,
        patrol=True,
        jurisdiction=BERLIN_STATE,
        ground=LookGround.THREAT_TO_LIFE,
        whereabouts=False,
        statement=WORDS,
        told=replace(found, at_once=(LILLE, POLICE), review_by=review_by),
    )
    world.perform(command, POLICE)
    world.project()
    return glass_ref


def look(world):
    world.lapses().step()
    world.project()


def alerted(world):
    return [(each.reason, each.recipient) for each in world.events(GlassAlerted)]


def desk(world, of):
    desks = Desks(store=world.store, reader=world.ledger.reader)
    due = desks.deadlines(of, "", 100, world.clock())
    return [row.glass_ref for row in desks.alerts(of, 0, 100)], [(row.kind, row.subject, row.overdue) for row in due]


def test_whoever_is_alerted_finds_it_on_the_desk_and_takes_it_in_hand(world):
    glass = break_(world, world.enter().order_ref)
    alerts, due = desk(world, LILLE)
    assert alerts == [glass]
    assert ("GLASS_ALERT", glass, False) in due
    world.perform(AcknowledgeGlass(glass_ref=glass, by=LILLE), LILLE)
    world.project()
    assert desk(world, LILLE)[0] == []
    assert not [each for each in desk(world, LILLE)[1] if each[0] == "GLASS_ALERT"]
    head = world.ledger.reader.head()
    world.perform(AcknowledgeGlass(glass_ref=glass, by=LILLE), LILLE)
    assert world.ledger.reader.head() == head


def test_an_alert_that_nobody_takes_in_hand_goes_on_to_the_next_once(world):
    glass = break_(world, world.enter().order_ref)
    world.perform(AcknowledgeGlass(glass_ref=glass, by=LILLE), LILLE)
    world.project()
    before = alerted(world)
    look(world)
    assert alerted(world) == before
    world.clock.advance(TEN_MINUTES)
    look(world)
    look(world)
    new = alerted(world)[len(before) :]
    assert {reason for reason, _ in new} <= {GlassAlertReason.NOT_ACKNOWLEDGED}
    assert len({recipient for _, recipient in alerted(world)}) == len(alerted(world))
    assert OPERATOR in {recipient for _, recipient in alerted(world)}


def test_a_review_that_is_overdue_is_said_once_to_all_who_could_have_reviewed_it_and_to_the_court(world):
    glass = break_(world, world.enter().order_ref)
    assert ("GLASS_REVIEW", glass, False) in desk(world, BERLIN)[1]
    world.clock.advance(THREE_DAYS)
    look(world)
    look(world)
    assert len(world.events(GlassReviewOverdue)) == 1
    told_of = {recipient for reason, recipient in alerted(world) if reason is GlassAlertReason.REVIEW_OVERDUE}
    assert {LILLE, POLICE, OPERATOR} <= told_of
    assert ("GLASS_REVIEW", glass, True) in desk(world, BERLIN)[1]


def test_a_review_in_time_closes_the_deadline_and_nothing_more_follows(world):
    glass = break_(world, world.enter().order_ref)
    review = ReviewGlass(
        glass_ref=glass,
        by=OPERATOR,
        person="s-1",
        key="k",
        verdict=ReviewVerdict.JUSTIFIED,
        reason=ReviewReason.LIFE_IN_DANGER,
    )
    supervisor = replace(principal(OPERATOR), roles=frozenset({Role.SUPERVISOR}), jurisdictions=("DE",))
    with pytest.raises(NotFound, match="no-such-break-glass"):
        world.executor.perform(review, principal=replace(supervisor, jurisdictions=("FR",)))
    world.executor.perform(review, principal=supervisor)
    world.project()
    assert not [each for each in desk(world, BERLIN)[1] if each[0] == "GLASS_REVIEW"]
    before = alerted(world)
    world.clock.advance(THREE_DAYS)
    look(world)
    assert alerted(world) == before
    facts = [each.fact for each in world.ledger.reader.stream(StreamId(glass))]
    assert alerted_next(fold(facts), AlertRef(world.uuid()), DIRECTORY, now=world.clock()) is None


@pytest.mark.parametrize("kind", [DeadlineKind.GLASS_ALERT, DeadlineKind.GLASS_REVIEW])
def test_a_row_of_what_is_not_there_brings_nothing_about(world, kind):
    row = {"about": bytes(16), "subject": bytes(16)}
    looking = Looking(reader=world.ledger.reader, directory=DIRECTORY, now=world.clock())
    assert LAPSES[kind](row, looking) is None


def test_the_registry_alone_says_that_a_review_is_overdue(world):
    glass = break_(world, world.enter().order_ref)
    with pytest.raises(Exception, match="role-not-permitted"):
        world.perform(NoteReviewOverdue(glass_ref=glass, recipients=()), LILLE)
