"""The State addressed adjusts factual elements of a measure: which, where, and what it may not touch."""

from dataclasses import replace

import pytest

from registry.commands.issuance import AdjustOrder, CorrectOrder, IssueCertificate, RevokeOrder, VaryOrder
from registry.commands.service import RecordService
from registry.errors import Conflict, Refused
from registry.events.issuance import OrderAdjusted
from registry.law.adjustments import adjusted
from registry.values.identifiers import ConditionRef
from registry.values.issuance import CertificateForm, ConditionKind, EndReason, Nature, PlaceFunction
from registry.values.parties import AdjustedElement
from registry.values.service import ServiceState
from tests.given import CERTIFICATE, LILLE, MADRID, ORDER, RESPONDENT, World, at, condition, day, enter, ref

AWAY, ARMS = ConditionRef(ref("away")), ConditionRef(ref("arms"))
CONDITIONS = (
    condition(ConditionKind.STAY_AWAY_PLACE, AWAY, metres=500, place=PlaceFunction.HOME),
    condition(ConditionKind.NO_FIREARMS, ARMS),
)
CLOSER = AdjustedElement(condition_ref=AWAY, metres=300)


def certified(**details):
    world = World()
    world.do(enter(conditions=CONDITIONS, **details))
    world.do(
        RecordService(
            order_ref=ORDER,
            respondent=RESPONDENT,
            terms=1,
            state=ServiceState.SERVED_PERSONAL,
            at=day("2024-02-02"),
            served_by=LILLE,
        )
    )
    certificate = CertificateForm.ARTICLE_5
    world.do(IssueCertificate(order_ref=ORDER, certificate_ref=CERTIFICATE, form=certificate, issued=day("2024-02-05")))
    return world


def adjust(*elements, where="ES", made="2024-03-10"):
    return AdjustOrder(
        order_ref=ORDER, adjusted_in=where, adjusted_by=MADRID, made=day(made), elements=elements or (CLOSER,)
    )


def refused(world, command, code, kind=Refused):
    with pytest.raises(kind, match=f"^{code}$") as refusal:
        world.do(command)
    return refusal.value


def read(world, where, when):
    shown = {each.condition_ref: each for each in adjusted(world.order(ORDER), 1, where, at(when))}
    return shown[AWAY].metres, shown[AWAY].place


def test_a_distance_reads_otherwise_there_and_from_that_day():
    world = certified()
    (event,) = world.do(adjust())
    assert isinstance(event, OrderAdjusted)
    assert read(world, "ES", "2024-03-12T12:00:00+01:00") == (300, PlaceFunction.HOME)
    assert read(world, "ES", "2024-03-09T12:00:00+01:00") == (500, PlaceFunction.HOME)
    assert read(world, "IT", "2024-03-12T12:00:00+01:00") == (500, PlaceFunction.HOME)
    assert adjusted(world.order(ORDER), None, "ES", at("2024-03-12T12:00:00+01:00")) == ()


def test_what_is_adjusted_again_counts_from_its_own_day_whichever_was_recorded_first():
    world = certified()
    world.do(adjust())
    world.do(adjust(AdjustedElement(condition_ref=AWAY, place=PlaceFunction.WORK), made="2024-03-05"))
    assert read(world, "ES", "2024-03-06T12:00:00+01:00") == (500, PlaceFunction.WORK)
    assert read(world, "ES", "2024-03-12T12:00:00+01:00") == (300, PlaceFunction.WORK)


def notes(world, where="ES"):
    return world.verdict(where, "2024-03-19T12:00:00+01:00").notes


def corrected(**changes):
    """Adjust the distance and what the place is, then correct the condition."""
    world = certified()
    world.do(adjust(AdjustedElement(condition_ref=AWAY, metres=300, place=PlaceFunction.WORK)))
    right = (replace(CONDITIONS[0], **changes), CONDITIONS[1])
    world.do(CorrectOrder(order_ref=ORDER, corrects=world.streams[ORDER][0].fact_id, conditions=right))
    return world


def test_what_the_issuing_court_sets_right_is_no_longer_as_it_was_adjusted_before():
    world = corrected(metres=1000)
    assert read(world, "ES", "2024-03-19T12:00:00+01:00") == (1000, PlaceFunction.WORK)
    world = corrected(place=PlaceFunction.SCHOOL)
    assert read(world, "ES", "2024-03-19T12:00:00+01:00") == (300, PlaceFunction.SCHOOL)
    assert notes(world) == ("FACTUAL_ELEMENTS_ADJUSTED",)
    world.do(adjust(AdjustedElement(condition_ref=AWAY, place=PlaceFunction.WORK), made="2024-03-15"))
    assert read(world, "ES", "2024-03-19T12:00:00+01:00") == (300, PlaceFunction.WORK)


def test_an_adjustment_of_which_nothing_is_left_is_not_noted():
    world = corrected(metres=1000, place=PlaceFunction.SCHOOL)
    assert read(world, "ES", "2024-03-19T12:00:00+01:00") == (1000, PlaceFunction.SCHOOL)
    assert notes(world) == ()
    assert world.order(ORDER).adjustments == ()


def test_a_correction_of_other_terms_or_of_another_condition_leaves_an_adjustment():
    world = certified()
    world.do(adjust())
    right = (CONDITIONS[0], replace(CONDITIONS[1], ends=day("2024-12-01")))
    world.do(CorrectOrder(order_ref=ORDER, corrects=world.streams[ORDER][0].fact_id, conditions=right))
    assert read(world, "ES", "2024-03-19T12:00:00+01:00") == (300, PlaceFunction.HOME)
    other = (condition(ConditionKind.STAY_AWAY_PLACE, ConditionRef(ref("new")), metres=900),)
    world.do(VaryOrder(order_ref=ORDER, conditions=other, made=day("2024-03-18"), varied_in="FR"))
    world.do(
        CorrectOrder(order_ref=ORDER, corrects=world.streams[ORDER][0].fact_id, terms=2, conditions=(CONDITIONS[0],))
    )
    assert read(world, "ES", "2024-03-19T12:00:00+01:00") == (300, PlaceFunction.HOME)


def test_saying_it_twice_says_it_once_and_it_can_be_taken_back():
    world = certified()
    world.do(adjust())
    assert world.do(adjust()) == ()
    world.do(CorrectOrder(order_ref=ORDER, corrects=world.order(ORDER).history[-1].fact_id, retracts=True))
    assert world.order(ORDER).adjustments == ()
    assert len(world.do(adjust())) == 1


@pytest.mark.parametrize("where", ["FR", "DK", "US-CA"])
def test_only_a_state_that_the_regulation_binds_adjusts(where):
    assert refused(certified(), adjust(where=where), "no-adjustment-there").cite.endswith("Art 11(1)")


def test_a_measure_without_a_certificate_is_not_adjusted_nor_one_that_does_not_travel():
    world = World()
    world.do(enter(conditions=CONDITIONS))
    refused(world, adjust(), "certificate-missing")
    criminal = World()
    criminal.do(enter(conditions=CONDITIONS, nature=Nature.CRIMINAL))
    refused(criminal, adjust(), "no-adjustment-there")


@pytest.mark.parametrize(
    ("element", "code", "field"),
    [
        (AdjustedElement(condition_ref=ConditionRef(ref("no such")), metres=1), "no-such-condition", "condition_ref"),
        (AdjustedElement(condition_ref=ARMS, metres=1), "no-adjustment-there", None),
        (AdjustedElement(condition_ref=AWAY), "nothing-to-adjust", None),
        (AdjustedElement(condition_ref=AWAY, metres=0), "distance-implausible", "metres"),
    ],
)
def test_an_element_that_is_none_is_named(element, code, field):
    found = refused(certified(), adjust(element), code).field
    assert found == ("/elements/0" if field is None else f"/elements/0/{field}")


def test_an_adjustment_names_a_condition_once_and_at_least_one():
    refused(certified(), adjust(CLOSER, CLOSER), "condition-twice")
    nothing = AdjustOrder(order_ref=ORDER, adjusted_in="ES", adjusted_by=MADRID, made=day("2024-03-10"), elements=())
    refused(certified(), nothing, "nothing-to-adjust")


def test_an_order_that_ended_is_not_adjusted_nor_before_it_was_made():
    world = certified()
    refused(world, adjust(made="2024-01-01"), "date-before-issue")
    world.do(RevokeOrder(order_ref=ORDER, from_=day("2024-03-01"), reason=EndReason.NOT_STATED, revoked_in="FR"))
    refused(world, adjust(), "order-ended", Conflict)
