"""What an order takes no more once somebody in it was erased: nothing that would have it protect again."""

import pytest

from registry.commands.issuance import (
    CorrectOrder,
    DeclareOrder,
    ExtendOrder,
    RegisterOrder,
    ReinstateOrder,
    RevokeOrder,
    SuspendOrder,
    VaryOrder,
)
from registry.errors import Conflict
from registry.events.erasure import SubjectErased
from registry.values.erasure import ErasureGround
from registry.values.identifiers import SubjectId
from registry.values.issuance import EndReason
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import NO_EXPIRY, UNKNOWN_EXPIRY, expires
from tests.given import LILLE, ORDER, PROTECTED, World, at, condition, day, enter

FR = Jurisdiction("FR")
REVOKE = RevokeOrder(order_ref=ORDER, from_=day("2024-03-05"), reason=EndReason.WITHDRAWN, revoked_in=FR)
GONE = SubjectErased(
    order_ref=ORDER, subject=SubjectId(PROTECTED), key_id="70" * 16, ground=ErasureGround.COURT_ORDERED
)


def world(*commands, expiry=None):
    """An order that is over by its own date, or by what was done, and in which the protected person was erased."""
    made = World()
    made.do(enter(expiry=expiry or expires(day("2024-03-10")), issued=day("2024-02-01")))
    for command in commands:
        made.do(command)
    made.record(ORDER, GONE, at("2024-03-20T13:00:00+00:00"))
    return made


def refused(made, command):
    with pytest.raises(Conflict) as caught:
        made.do(command, "2024-03-21T12:00:00+00:00")
    assert caught.value.code == "order-erased"


def correct(made, number=0, **more):
    return CorrectOrder(order_ref=ORDER, corrects=made.streams[ORDER][number].fact_id, **more)


@pytest.mark.parametrize(
    "command",
    [
        ExtendOrder(order_ref=ORDER, expiry=expires(day("2025-01-01")), made=day("2024-03-21"), extended_in=FR),
        VaryOrder(order_ref=ORDER, conditions=(condition(),), made=day("2024-03-21"), varied_in=FR),
        SuspendOrder(order_ref=ORDER, from_=day("2024-03-21"), suspended_in=FR),
        ReinstateOrder(order_ref=ORDER, from_=day("2024-03-21"), reinstated_in=FR),
        DeclareOrder(order_ref=ORDER, declared_in=Jurisdiction("AU-NSW"), made=day("2024-03-21")),
        RegisterOrder(order_ref=ORDER, registered_in=Jurisdiction("DE"), registered_with=LILLE, made=day("2024-03-21")),
    ],
    ids=lambda command: type(command).__name__,
)
def test_it_takes_no_change_that_is_for_an_order_that_lives(command):
    refused(world(), command)


@pytest.mark.parametrize("expiry", [expires(day("2024-03-11")), NO_EXPIRY, UNKNOWN_EXPIRY])
def test_a_correction_makes_it_end_no_later(expiry):
    made = world()
    refused(made, correct(made, expiry=expiry))


def test_its_revocation_is_not_taken_back():
    made = world(REVOKE, expiry=NO_EXPIRY)
    refused(made, correct(made, 1, retracts=True))
    # Nor where its own date would end it, but later than the court did.
    made = world(REVOKE)
    refused(made, correct(made, 1, retracts=True))


def test_an_earlier_end_and_what_moves_no_end_are_still_set_right():
    made = world(REVOKE)
    made.do(correct(made, expiry=expires(day("2024-03-01"))), "2024-03-21T12:00:00+00:00")
    made.do(correct(made, valid_from=day("2024-02-02")), "2024-03-21T12:00:00+00:00")
    # The revocation does not end it any more: its corrected date does.
    made.do(correct(made, 1, retracts=True), "2024-03-21T12:00:00+00:00")
    assert made.order(ORDER).erased == {PROTECTED}
    refused(made, correct(made, expiry=expires(day("2024-03-02"))))


def test_one_in_which_nobody_was_erased_is_set_right_as_before():
    made = World()
    made.do(enter(expiry=expires(day("2024-03-10")), issued=day("2024-02-01")))
    made.do(correct(made, expiry=NO_EXPIRY), "2024-03-21T12:00:00+00:00")
    assert made.order(ORDER).expiry == NO_EXPIRY
