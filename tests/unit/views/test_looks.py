"""Looks in the view store: found by order and by institution, with what was done on the order since."""

from uuid import UUID

import pytest

from registry.desks import Desks
from registry.events.check import AnsweredOrder, AnswerGiven
from registry.events.look import LookTaken, PartyShown
from registry.values.check import CheckPurpose, EnforcementStatus, SourceState, Word
from registry.values.look import FieldClass, LookGround, LookPurpose
from registry.values.time import Instant
from tests.unit.views.given import COURT, POLICE, START, a_place
from tests.unit.views.test_views import a_breach, entered


@pytest.fixture
def place(tmp_path):
    with a_place(tmp_path) as made:
        yield made


def answer(*orders, incident=None):
    return AnswerGiven(
        check_ref="c",
        jurisdiction="FR",
        purpose=CheckPurpose.AT_THE_SCENE,
        commitment="m",
        query="sealed",
        valid_at=START,
        known_at=START,
        known_position=0,
        given_at=START,
        answered=tuple(
            AnsweredOrder(
                order_ref=each,
                status=EnforcementStatus.ENFORCEABLE,
                source=SourceState.CURRENT,
                word=Word.IN_FORCE,
            )
            for each in orders
        ),
        engine="e",
        incident_stated=incident,
    )


def a_look(order_ref, at=START):
    return LookTaken(
        look_ref="l",
        order_ref=order_ref,
        jurisdiction="FR",
        purpose=LookPurpose.CASE_HANDLING,
        ground=LookGround.COMPLAINT,
        incident_stated=True,
        commitment="m",
        query="sealed",
        classes=(FieldClass.IDENTITY, FieldClass.ORDER_FACTS),
        parties=(PartyShown(party_ref=UUID(int=3), classes=(FieldClass.IDENTITY,)),),
        given_at=at,
    )


def test_before_the_view_is_there_nothing_is_known(place):
    desks = Desks(store=place.store, reader=place.ledger.reader)
    assert desks.looks_at(UUID(int=1), 0, 5) == desks.looks_by(POLICE, (0, 0)) == desks.followed(UUID(int=1), POLICE)


def test_checks_and_reads_are_found_by_order_and_by_institution(place):
    first, second = entered(place), entered(place)
    place.record(place.uuid(), answer(first, second, incident=True), by=POLICE)
    place.record(place.uuid(), answer(), by=POLICE)
    place.record(place.uuid(), a_look(first, Instant(START + 5)), by=COURT)
    place.catch_up()
    desks = Desks(store=place.store, reader=place.ledger.reader)
    check, read = desks.looks_at(first, 0, 5)
    assert (check.look.institution, check.look.checked, check.look.incident, check.ground) == (POLICE, True, True, None)
    assert (read.look.institution, read.look.checked, read.look.purpose, read.ground) == (
        COURT,
        False,
        "CASE_HANDLING",
        "COMPLAINT",
    )
    assert check.classes == read.classes == ("IDENTITY", "ORDER_FACTS")
    assert [row.position for row in desks.looks_at(first, check.position, 5)] == [read.position]
    assert [row.look.order_ref for row in desks.looks_by(POLICE, (0, 0))].count(None) == 1
    assert len(desks.looks_by(POLICE, (0, 0))) == 3
    assert desks.looks_by(COURT, (Instant(START + 5), read.position)) == ()


def test_what_an_institution_did_on_an_order_is_found(place):
    order_ref = entered(place)
    a_breach(place, order_ref)
    place.catch_up()
    desks = Desks(store=place.store, reader=place.ledger.reader)
    assert len(desks.followed(order_ref, POLICE)) == 1
    assert desks.followed(order_ref, COURT) == ()
