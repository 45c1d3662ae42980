"""Hit confirmation: asked with a due instant, asked again once it passed, answered by one of those asked."""

from dataclasses import replace

import pytest

from registry.commands.hit import AnswerHitConfirmation, AskHitConfirmation, AskHitConfirmationAgain
from registry.decisions import hit
from registry.errors import Conflict, NotFound, Refused
from registry.events.hit import HitConfirmationAnswered, HitConfirmationAsked
from registry.values.hit import HitAnswer, Urgency
from registry.values.identifiers import HitRef
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import DAY, MINUTE, Instant
from tests.given import BERLIN, LILLE, MADRID, ORDER, World, at, enter, ref

NOW = at("2024-03-20T12:00:00+00:00")
ASK = AskHitConfirmation(
    hit_ref=HitRef(ref("hit")),
    order_ref=ORDER,
    check_ref="0" * 32,
    jurisdiction=Jurisdiction("DE"),
    urgency=Urgency.URGENT,
    by=BERLIN,
    recipient=LILLE,
)
DUE = Instant(NOW + 10 * MINUTE)
LATE = Instant(DUE + 1)


def again(recipient=LILLE):
    return AskHitConfirmationAgain(hit_ref=ASK.hit_ref, recipient=recipient)


def says(answer=HitAnswer.CONFIRMED, by=LILLE, until=None):
    return AnswerHitConfirmation(hit_ref=ASK.hit_ref, by=by, answer=answer, until=until)


def asked(command=ASK):
    world = World()
    world.do(enter())
    world.do(command, NOW)
    return world


def refused(world, command, code, kind=Refused, now=NOW):
    with pytest.raises(kind) as refusal:
        world.do(command, now)
    assert refusal.value.code == code


@pytest.mark.parametrize(("urgency", "minutes"), [(Urgency.URGENT, 10), (Urgency.ROUTINE, 60)])
def test_an_urgent_one_is_due_in_ten_minutes_and_a_routine_one_in_sixty(urgency, minutes):
    world = asked(replace(ASK, urgency=urgency))
    (fact,) = world.streams[ASK.hit_ref]
    assert isinstance(fact.event, HitConfirmationAsked)
    assert fact.event.due == NOW + minutes * MINUTE
    assert f"{minutes} minutes" in fact.event.basis
    assert world.do(ASK, NOW) == ()


def test_it_is_asked_of_an_order_and_from_a_known_place():
    refused(World(), ASK, "no-such-order", NotFound)
    world = World()
    world.do(enter())
    refused(world, replace(ASK, jurisdiction=Jurisdiction("XX")), "jurisdiction-unknown")


@pytest.mark.parametrize("command", [again(), says()])
def test_nothing_follows_from_what_nobody_asked(command):
    refused(World(), command, "no-such-hit", NotFound)


def test_it_is_asked_again_only_once_the_time_ran_out():
    world = asked()
    assert world.do(again(), DUE) == ()
    (second,) = world.do(again(), LATE)
    assert (second.request, second.recipient, second.due) == (2, LILLE, LATE + 10 * MINUTE)
    assert world.do(again(MADRID), LATE) == ()


@pytest.mark.parametrize("answer", [HitAnswer.CONFIRMED, HitAnswer.NOT_CONFIRMED])
def test_who_was_asked_says_yes_or_no_once(answer):
    world = asked()
    (event,) = world.do(says(answer), NOW)
    assert isinstance(event, HitConfirmationAnswered)
    assert (event.answer, event.answered_by, event.recipients) == (answer, LILLE, (LILLE,))
    assert world.do(says(answer), NOW) == ()
    other = next(each for each in (HitAnswer.CONFIRMED, HitAnswer.NOT_CONFIRMED) if each is not answer)
    refused(world, says(other), "hit-answered", Conflict)
    assert world.do(again(), LATE) == ()


def test_a_late_answer_is_taken_and_from_any_of_those_asked():
    world = asked()
    world.do(again(), LATE)
    later = Instant(LATE + 11 * MINUTE)
    world.do(again(MADRID), later)
    (event,) = world.do(says(by=LILLE), later)
    assert event.recipients == (LILLE, MADRID)
    refused(world, says(by=MADRID), "hit-answered", Conflict, later)


def test_nobody_answers_who_was_not_asked():
    refused(asked(), says(by=MADRID), "no-such-hit", NotFound)


def test_more_time_sets_the_instant_and_is_no_answer_yet():
    world, until = asked(), Instant(NOW + 30 * MINUTE)
    world.do(says(HitAnswer.MORE_TIME, until=until), NOW)
    assert world.do(again(), LATE) == ()
    assert len(world.do(says(HitAnswer.NOT_CONFIRMED), LATE)) == 1


def test_more_time_that_runs_out_is_asked_again():
    world, until = asked(), Instant(NOW + 30 * MINUTE)
    world.do(says(HitAnswer.MORE_TIME, until=until), NOW)
    assert len(world.do(again(), Instant(until + 1))) == 1


@pytest.mark.parametrize("until", [NOW, Instant(NOW + DAY + MINUTE)])
def test_more_time_ends_within_a_day_and_not_before_now(until):
    refused(asked(), says(HitAnswer.MORE_TIME, until=until), "more-time-than-a-day")


def test_more_time_said_over_and_over_puts_nobody_off_for_longer_than_a_day():
    world = asked()
    end = Instant(world.streams[ASK.hit_ref][0].recorded_at + DAY)
    world.do(says(HitAnswer.MORE_TIME, until=end), NOW)
    refused(world, says(HitAnswer.MORE_TIME, until=Instant(end + 1)), "more-time-than-a-day", now=Instant(end - 1))
    (second,) = world.do(again(MADRID), Instant(end + 1))
    more = says(HitAnswer.MORE_TIME, by=MADRID, until=Instant(second.due + DAY // 2))
    assert len(world.do(more, second.due)) == 1, "whoever is asked later has a day of their own"


def test_a_stream_of_another_noun_is_no_hit():
    world = asked()
    (issued,) = world.streams[ORDER]
    assert hit.fold([issued]) is None
    found = hit.fold(world.streams[ASK.hit_ref])
    assert hit.evolve(found, issued) == found


def test_whoever_asks_does_not_confirm():
    world = World()
    world.do(enter())
    refused(world, replace(ASK, recipient=BERLIN), "hit-confirmed-by-asker")
    world = asked()
    refused(world, again(BERLIN), "hit-confirmed-by-asker", now=LATE)
    (fact,) = world.streams[ASK.hit_ref]
    old = hit.fold([replace(fact, event=replace(fact.event, recipient=BERLIN))])
    with pytest.raises(Refused, match="hit-confirmed-by-asker"):
        hit.decide(says(by=BERLIN), old, now=NOW)
