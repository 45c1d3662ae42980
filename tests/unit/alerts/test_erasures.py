"""When the time begins after which people of an order can be erased: its court is told then, and not otherwise."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from registry.alerts.erasures import linked_wait_begins, wait_begins
from registry.events import issuance, recognition, violation
from registry.events.base import Actor, Fact
from registry.events.notice import NoticeIssued
from registry.law.standing import fold
from registry.ledger.port import Recorded
from registry.values.issuance import EndReason
from registry.values.notice import NoticeKind
from registry.values.recognition import DiscontinuationGround
from registry.values.time import DAY, Instant, LegalMoment, expires
from registry.values.violation import ViolationOutcome
from registry.views.police import INVOLVED
from registry.views.police_rows import project
from tests.given import details

ORDER = UUID(int=50)
NOON = Instant(1_790_000_000_000_000)
"""2026-09-21, a moment after which nothing here was recorded before."""
SOON, LATER, PAST = (LegalMoment(date=date(year, 3, 1), zone="Europe/Paris") for year in (2027, 2028, 2025))


def ends(moment):
    return expires(moment)


def fact(event, number, at=NOON, stream=ORDER):
    return Fact(
        fact_id=UUID(int=1000 + number),
        stream=stream,
        version=number,
        recorded_at=Instant(at + number),
        actor=Actor(institution="fr-tj-lille", key_id="k"),
        correlation=UUID(int=78),
        event=event,
    )


def history(*events, until=None):
    made = details(until=None) if until is None else details(expiry=until)
    first = issuance.OrderIssued(order_ref=ORDER, details=made)
    return [fact(event, number) for number, event in enumerate((first, *events), start=1)]


def revoked(moment=PAST):
    return issuance.OrderRevoked(order_ref=ORDER, from_=moment, reason=EndReason.NOT_STATED, revoked_in="FR")


def corrected(**what):
    return issuance.OrderCorrected(order_ref=ORDER, corrects=UUID(int=1001), **what)


def named(**data):
    return replace(details().parties[0], **data)


def settled(kind):
    if kind is violation.ViolationResolved:
        return kind(violation_ref=UUID(int=9), order_ref=ORDER, outcome=ViolationOutcome.UNFOUNDED)
    return kind(
        recognition_ref=UUID(int=9),
        order_ref=ORDER,
        jurisdiction="DE",
        from_=PAST,
        ground=next(iter(DiscontinuationGround)),
    )


@pytest.mark.parametrize(
    ("events", "until", "begins"),
    [
        ([revoked()], None, True),
        ([revoked(LATER)], None, True),
        ([revoked(SOON)], LATER, True),
        ([revoked(LATER)], SOON, False),
        ([revoked(SOON), revoked(PAST)], None, True),
        ([revoked(PAST), revoked(SOON)], None, False),
        ([corrected(expiry=ends(SOON))], LATER, True),
        ([corrected(expiry=ends(LATER))], SOON, False),
        ([corrected(issued=PAST)], LATER, False),
        ([corrected(parties=(named(identity="sealed"),))], LATER, True),
        ([corrected(parties=(named(contact="sealed"),))], LATER, True),
        ([corrected(parties=(named(withheld=("address",)),))], LATER, False),
        ([issuance.OrderSuspended(order_ref=ORDER, from_=PAST)], LATER, False),
    ],
)
def test_it_begins_where_an_order_ends_sooner_than_it_did_or_a_person_was_set_right(events, until, begins):
    found = history(*events, until=None if until is None else ends(until))
    assert wait_begins(found, found[-1]) is begins


def test_an_extension_that_is_taken_back_lets_the_order_end_sooner():
    extended = issuance.OrderExtended(order_ref=ORDER, made=PAST, expiry=ends(LATER))
    found = history(extended, until=ends(SOON))
    assert not wait_begins(found, found[-1])
    back = issuance.OrderCorrected(order_ref=ORDER, corrects=found[-1].fact_id, retracts=True)
    found.append(fact(back, 3))
    assert wait_begins(found, found[-1])


def test_a_revocation_that_is_taken_back_erases_nobody():
    found = history(revoked())
    back = issuance.OrderCorrected(order_ref=ORDER, corrects=found[-1].fact_id, retracts=True)
    found.append(fact(back, 3))
    assert not wait_begins(found, found[-1])


@pytest.mark.parametrize("kind", [violation.ViolationResolved, recognition.RecognitionDiscontinued])
def test_a_breach_or_a_procedure_that_is_settled_counts_once_the_order_is_over(kind):
    of_its_own = fact(settled(kind), 7, stream=UUID(int=9))
    assert wait_begins(history(revoked()), of_its_own)
    assert not wait_begins(history(), of_its_own)
    assert not wait_begins(history(revoked(LATER)), of_its_own)
    in_time = fact(settled(kind), 7, stream=UUID(int=9), at=Instant(LATER.begins() + DAY))
    assert wait_begins(history(revoked(LATER)), in_time)


@pytest.mark.parametrize(
    ("events", "until", "linked_until", "begins"),
    [
        ([revoked()], None, PAST, True),
        ([revoked()], None, LATER, True),
        ([revoked()], LATER, SOON, True),
        ([revoked()], SOON, LATER, False),
        ([revoked()], None, None, False),
        ([revoked(LATER)], SOON, PAST, False),
        ([corrected(parties=(named(identity="sealed"),))], LATER, PAST, False),
    ],
)
def test_what_ends_a_measure_begins_it_for_an_order_that_it_held_for_longer(events, until, linked_until, begins):
    found = history(*events, until=None if until is None else ends(until))
    linked = fold(history(until=None if linked_until is None else ends(linked_until)))
    assert linked_wait_begins(found, found[-1], linked) is begins


def test_the_last_breach_of_a_measure_holds_the_order_it_was_adopted_from_too():
    over = fold(history(until=ends(PAST)))
    breach, step = (
        fact(settled(kind), 7, stream=UUID(int=9))
        for kind in (violation.ViolationResolved, recognition.RecognitionDiscontinued)
    )
    assert linked_wait_begins(history(revoked()), breach, over)
    assert not linked_wait_begins(history(), breach, over)
    assert not linked_wait_begins(history(revoked()), step, over)  # a procedure of the one is none of the other
    assert not linked_wait_begins([], breach, over)


def test_being_told_so_makes_nobody_part_of_the_order():
    def rows(kind):
        issued = NoticeIssued(
            notice_ref=UUID(int=3),
            order_ref=ORDER,
            about=UUID(int=1001),
            kind=kind,
            recipient="es-jvm",
            jurisdiction="FR",
            due=NOON,
            basis="-",
        )
        tables = [change.table for change in project(Recorded(position=1, fact=fact(issued, 1)))]
        return [table for table in tables if table is INVOLVED]

    assert rows(NoticeKind.REVOKED) == [INVOLVED]
    assert rows(NoticeKind.ERASURE_WAITING) == []


def test_nothing_begins_with_a_fact_that_is_of_no_order_or_not_the_orders_last():
    found = history(revoked())
    assert not wait_begins([], found[-1])
    assert not wait_begins(found, fact(revoked(), 9, stream=UUID(int=8)))
