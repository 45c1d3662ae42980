"""Whose fact it is to take back, and which duties are left when one was."""

import pytest

from registry.commands.issuance import (
    CorrectOrder,
    DeclareOrder,
    RegisterOrder,
    ReinstateOrder,
    RevokeOrder,
    SuspendOrder,
)
from registry.events.issuance import OrderAdjusted, OrderReinstated, OrderSuspended
from registry.law.corrections import whose
from registry.law.deadlines import duties
from registry.values.issuance import EndReason
from registry.values.parties import AdjustedElement
from registry.values.time import END_OF_TIME
from tests.given import CONTACT, LILLE, ORDER, World, day, enter

NSW, VIC = "AU-NSW", "AU-VIC"
REVOKED = RevokeOrder(order_ref=ORDER, from_=day("2024-03-01"), reason=EndReason.NOT_STATED, revoked_in=NSW)
DECLARED = DeclareOrder(order_ref=ORDER, declared_in=NSW, made=day("2024-03-01"))
FILED = RegisterOrder(order_ref=ORDER, registered_in="NZ", registered_with=LILLE, made=day("2024-03-01"))
PAUSED = SuspendOrder(order_ref=ORDER, from_=day("2024-03-01"), suspended_in=VIC)
PAUSED_ELSEWHERE = SuspendOrder(order_ref=ORDER, from_=day("2024-03-01"), suspended_in=NSW)


def entered():
    world = World()
    world.do(enter(jurisdiction=VIC, zone="Australia/Melbourne"))
    return world


def take_back(world, number=-1):
    return CorrectOrder(order_ref=ORDER, corrects=world.streams[ORDER][number].fact_id, retracts=True)


@pytest.mark.parametrize(
    ("done", "where"),
    [(REVOKED, NSW), (DECLARED, NSW), (FILED, "NZ"), (PAUSED, VIC), (PAUSED_ELSEWHERE, NSW)],
)
def test_a_fact_is_taken_back_where_it_was_done_and_so_is_what_took_it_back(done, where):
    world = entered()
    world.do(done)
    for _ in range(2):
        assert whose(world.order(ORDER), take_back(world)) == where
        world.do(take_back(world))
    assert whose(world.order(ORDER), take_back(world)) == where


def test_all_other_corrections_are_the_issuing_courts_own():
    world = entered()
    world.do(FILED)
    replacing = CorrectOrder(
        order_ref=ORDER, corrects=world.streams[ORDER][1].fact_id, issued=day("2024-01-31", "Australia/Melbourne")
    )
    assert whose(world.order(ORDER), replacing) == VIC
    world.do(replacing)
    assert whose(world.order(ORDER), take_back(world)) == VIC
    stranger = CorrectOrder(order_ref=ORDER, corrects=ORDER, retracts=True)
    assert whose(world.order(ORDER), stranger) == VIC


def test_nobody_owes_what_followed_from_a_fact_that_was_taken_back():
    world = entered()
    world.do(FILED)
    facts, details = world.streams[ORDER], world.order(ORDER).details
    known = facts[-1].recorded_at
    assert [duty.code for duty in duties(details, facts, known_at=known)] == ["TELL_OF_FILING"]
    world.do(take_back(world))
    assert duties(details, facts, known_at=END_OF_TIME) == ()
    assert [duty.code for duty in duties(details, facts, known_at=known)] == ["TELL_OF_FILING"]


def test_an_adjustment_is_taken_back_in_the_state_that_made_it():
    world = entered()
    elements = (AdjustedElement(condition_ref=CONTACT, metres=300),)
    adjusted = OrderAdjusted(
        order_ref=ORDER, adjusted_in="ES", adjusted_by=LILLE, made=day("2024-03-01"), elements=elements
    )
    world.record(ORDER, adjusted, END_OF_TIME)
    assert whose(world.order(ORDER), take_back(world)) == "ES"


def test_a_reinstatement_is_taken_back_where_it_was_done():
    world = entered()
    world.do(PAUSED)
    world.do(ReinstateOrder(order_ref=ORDER, from_=day("2024-03-10"), reinstated_in=NSW))
    assert whose(world.order(ORDER), take_back(world)) == NSW


@pytest.mark.parametrize("event", [OrderSuspended, OrderReinstated])
def test_a_fact_older_than_the_place_is_the_issuing_courts_own(event):
    world = entered()
    world.record(ORDER, event(order_ref=ORDER, from_=day("2024-03-01")), END_OF_TIME)
    assert whose(world.order(ORDER), take_back(world)) == VIC
