"""Service is recorded for a respondent and a version of the terms, once for each thing said."""

import pytest

from registry.commands.issuance import RevokeOrder, VaryOrder
from registry.commands.service import RecordAttempt, RecordService
from registry.errors import NotFound, Refused
from registry.events.service import ServiceAttempted, ServiceRecorded
from registry.values.issuance import EndReason
from registry.values.service import AttemptReason, ServiceState
from tests.given import LILLE, ORDER, PROTECTED, RESPONDENT, World, condition, day, enter


def record(state=ServiceState.SERVED_PERSONAL, **more):
    given = {"respondent": RESPONDENT, "terms": 1, "at": day("2024-02-05")}
    return RecordService(**({"order_ref": ORDER, "served_by": LILLE, "state": state} | given | more))


def attempt(**more):
    given = {"respondent": RESPONDENT, "terms": 1, "at": day("2024-02-05"), "reason": AttemptReason.MOVED}
    return RecordAttempt(**({"order_ref": ORDER, "served_by": LILLE} | given | more))


def entered():
    world = World()
    world.do(enter())
    return world


def refused(world, command, code, kind=Refused):
    with pytest.raises(kind) as refusal:
        world.do(command)
    assert refusal.value.code == code


def test_service_is_recorded():
    command = record(terms_read_aloud=True, note="c2VhbGVk")
    (fact,) = entered().do(command)
    assert isinstance(fact, ServiceRecorded)
    assert (fact.terms_read_aloud, fact.note) == (True, "c2VhbGVk")


def test_an_attempt_is_recorded_each_time():
    world = entered()
    assert isinstance(world.do(attempt())[0], ServiceAttempted)
    assert len(world.do(attempt())) == 1


def test_the_same_service_again_is_no_news():
    world = entered()
    world.do(record())
    assert world.do(record()) == ()
    assert len(world.do(record(at=day("2024-02-06")))) == 1
    assert len(world.do(record(at=None))) == 1
    assert world.do(record(at=None)) == ()


@pytest.mark.parametrize("command", [record(), attempt()])
def test_there_is_an_order_to_serve(command):
    refused(World(), command, "no-such-order", NotFound)


@pytest.mark.parametrize("make", [record, attempt])
def test_service_is_on_a_respondent_of_terms_that_are_there(make):
    refused(entered(), make(respondent=PROTECTED), "no-such-respondent")
    refused(entered(), make(terms=2), "no-such-terms")
    refused(entered(), make(at=day("2030-01-01")), "date-in-the-future")


def test_an_attempt_is_no_state():
    refused(entered(), record(ServiceState.ATTEMPTED), "record-an-attempt-instead")


def test_terms_are_not_served_before_they_are_made():
    world = entered()
    refused(world, record(at=day("2024-01-30")), "service-before-terms")
    world.do(VaryOrder(order_ref=ORDER, conditions=(condition(),), made=day("2024-03-01"), varied_in="FR"))
    refused(world, record(terms=2, at=day("2024-02-05")), "service-before-terms")
    assert len(world.do(record(terms=2, at=day("2024-03-01")))) == 1


def test_an_ended_order_may_be_found_to_have_been_served():
    world = entered()
    world.do(RevokeOrder(order_ref=ORDER, from_=day("2024-03-01"), reason=EndReason.WITHDRAWN, revoked_in="FR"))
    assert len(world.do(record())) == 1
