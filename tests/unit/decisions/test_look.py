"""Delays of looks: two persons, a time, a number of times, and a jurisdiction that has a rule."""

from uuid import UUID

import pytest

from registry.commands.look import DelayLooks, LiftLookDelay, delay_stream
from registry.decisions.look import Delay, decide, evolve
from registry.errors import Conflict, NotFound, Refused
from registry.events.base import Actor, Fact
from registry.events.keylist import KeyListUpdated
from registry.events.look import LookDelayAsked, LookDelayLifted, LookDelaySet
from registry.law.look_delays import RULES, delay_rule
from registry.values.identifiers import FactId, InstitutionId, KeyId, OrderRef
from registry.values.jurisdiction import Jurisdiction
from registry.values.look import DelayReason, LiftReason
from registry.values.time import DAY, Instant

ORDER, POLICE, NOW = OrderRef(UUID(int=5)), InstitutionId("fr-police"), Instant(1_790_000_000_000_000)
LIFT = LiftLookDelay(order_ref=ORDER, by=POLICE, reason=LiftReason.INVESTIGATION_CLOSED)


def delaying(person: str | None = "o-1", jurisdiction: str = "FR") -> DelayLooks:
    return DelayLooks(
        order_ref=ORDER,
        by=POLICE,
        person=person,
        jurisdiction=Jurisdiction(jurisdiction),
        reason=DelayReason.ONGOING_INVESTIGATION,
    )


def said(event, person="o-1", version=1):
    return Fact(
        fact_id=FactId(UUID(int=version)),
        stream=delay_stream(ORDER, POLICE),
        version=version,
        recorded_at=NOW,
        actor=Actor(institution=POLICE, key_id=KeyId("k"), on_behalf_of=person),
        correlation=UUID(int=1),
        event=event,
    )


def after(*steps, now=NOW):
    """Let persons ask one after another, and give the delay."""
    delay = None
    for person in steps:
        command = LIFT if person is None else delaying(person)
        for event in decide(command, delay, now=now):
            delay = evolve(delay, said(event, person))
    return delay


def test_one_person_asks_and_nothing_is_held_back_yet():
    (event,) = decide(delaying(), None, now=NOW)
    assert isinstance(event, LookDelayAsked)
    delay = after("o-1")
    assert (delay.asked_by, delay.holds_back(NOW)) == ("o-1", False)


def test_a_second_person_sets_it_for_the_days_of_the_rule():
    (event,) = decide(delaying("o-2"), after("o-1"), now=NOW)
    assert isinstance(event, LookDelaySet)
    assert (event.until, event.verified) == (NOW + 90 * DAY, False)
    assert event.basis == "Loi n° 78-17 Art 107"
    delay = after("o-1", "o-2")
    assert delay.holds_back(Instant(NOW + 90 * DAY - 1))
    assert not delay.holds_back(Instant(NOW + 90 * DAY))


@pytest.mark.parametrize(
    ("steps", "command", "code"),
    [
        ((), delaying(None), "person-needed"),
        ((), delaying(jurisdiction="US-TX"), "no-delay-rule"),
        (("o-1",), delaying("o-1"), "second-person-needed"),
        (("o-1", "o-2"), delaying("o-3"), "looks-delayed-already"),
        ((), LIFT, "no-such-delay"),
        (("o-1", "o-2", None), LIFT, "no-such-delay"),
    ],
)
def test_what_is_refused(steps, command, code):
    with pytest.raises(Refused) as refused:
        decide(command, after(*steps), now=NOW)
    assert refused.value.code == code
    assert isinstance(refused.value, Conflict | NotFound | Refused)


def test_it_can_be_lifted_by_one_and_set_again_as_often_as_the_rule_says():
    (event,) = decide(LIFT, after("o-1", "o-2"), now=NOW)
    assert isinstance(event, LookDelayLifted)
    often = ("o-1", "o-2", None) * 4
    assert after(*often) == Delay(times=4)
    with pytest.raises(Refused) as refused:
        decide(delaying(), after(*often), now=NOW)
    assert (refused.value.code, refused.value.cite) == ("delayed-too-often", "Loi n° 78-17 Art 107")


def test_a_request_that_waits_can_be_taken_back():
    assert after("o-1", None) == Delay()


def test_a_fact_of_another_noun_changes_nothing():
    read = said(KeyListUpdated(files=()))
    assert evolve(None, read) is None
    assert evolve(after("o-1"), read) == after("o-1")


def test_no_rule_claims_to_have_been_read_and_each_has_an_end():
    assert all(not rule.basis.verified and 0 < rule.days * rule.times <= 366 for rule in RULES.values())
    assert delay_rule(Jurisdiction("DE-BE")) == RULES["DE"]
