"""Each view gives what its question asks, in an order one can page by."""

from dataclasses import replace
from datetime import date
from typing import get_args, get_type_hints

import pytest

from registry.errors import NotFound
from registry.events import issuance, notice, party, recognition, violation
from registry.events.catalogue import EVENT_TYPES
from registry.events.conflict import ConflictEvent
from registry.events.document import DocumentSigned
from registry.events.glass import GlassEvent
from registry.events.look import LookEvent
from registry.events.representation import RepresentationEvent
from registry.processes import VIEWS, certificate_ends
from registry.values.issuance import CertificateForm, EndReason
from registry.values.notice import NoticeKind, NoticeRejection
from registry.values.party import LinkBasis, PartyOfOrder, UnlinkReason
from registry.values.time import DAY, UNKNOWN_EXPIRY, Instant, LegalMoment, expires
from registry.values.violation import BreachKind, ViolationOutcome
from registry.views import order_history
from registry.views.alerts import alerts
from registry.views.deadline_rows import END
from registry.views.deadlines import deadlines
from registry.views.inbox import ACKNOWLEDGED, REJECTED, WAITING, inbox
from registry.views.order_history import history
from tests.unit.views.given import COURT, DAY_ONE, DESK, POLICE, START, a_place, an_order

LATER = LegalMoment(date=date(2028, 2, 29), zone="Europe/Paris")


@pytest.fixture
def place(tmp_path):
    with a_place(tmp_path) as place:
        yield place


def a_notice(place, order_ref, due=START + DAY):
    ref = place.uuid()
    event = notice.NoticeIssued(
        notice_ref=ref,
        order_ref=order_ref,
        about=place.uuid(),
        kind=NoticeKind.REVOKED,
        recipient=DESK,
        jurisdiction="DE",
        due=Instant(due),
        basis="rule",
    )
    place.record(ref, event)
    return ref


def an_alert(place, violation_ref, order_ref, due=START + DAY):
    ref = place.uuid()
    event = violation.AlertRaised(
        violation_ref=violation_ref, order_ref=order_ref, alert_ref=ref, recipient=DESK, due=Instant(due), basis="rule"
    )
    place.record(violation_ref, event)
    return ref


def a_breach(place, order_ref):
    ref = place.uuid()
    event = violation.ViolationReported(
        violation_ref=ref,
        order_ref=order_ref,
        jurisdiction="DE-BE",
        breaches=(BreachKind.DISTANCE, BreachKind.THREAT),
        occurred=DAY_ONE,
    )
    place.record(ref, event, by=POLICE)
    return ref


def entered(place, expiry=UNKNOWN_EXPIRY):
    order_ref = place.uuid()
    place.record(order_ref, an_order(order_ref, place.uuid, expiry))
    return order_ref


def test_before_it_was_made_a_view_says_so(place):
    with pytest.raises(NotFound):
        inbox(place.store, DESK)


def test_an_inbox_shows_what_waits_and_what_was_answered_oldest_first(place):
    order_ref = entered(place)
    first, second, third = (a_notice(place, order_ref) for _ in range(3))
    place.record(first, notice.NoticeAcknowledged(notice_ref=first, order_ref=order_ref), by=DESK)
    rejection = notice.NoticeRejected(notice_ref=second, order_ref=order_ref, reason=NoticeRejection.NOT_COMPETENT)
    place.record(second, rejection, by=DESK)
    place.catch_up()
    page = inbox(place.store, DESK)
    assert page.position == place.ledger.reader.head()
    assert [row["notice_ref"] for row in page.rows] == [ref.bytes for ref in (first, second, third)]
    assert [row["state"] for row in page.rows] == [ACKNOWLEDGED, REJECTED, WAITING]
    assert [row["reason"] for row in page.rows] == [None, "NOT_COMPETENT", None]
    assert [row["notice_ref"] for row in inbox(place.store, DESK, state=WAITING).rows] == [third.bytes]
    assert inbox(place.store, COURT).rows == []
    start = inbox(place.store, DESK, limit=1).rows[0]["position"]
    assert [row["notice_ref"] for row in inbox(place.store, DESK, after=start).rows] == [second.bytes, third.bytes]


def test_alerts_carry_their_breach_and_those_in_hand_hide_none(place):
    order_ref = entered(place)
    breach = a_breach(place, order_ref)
    refs = [an_alert(place, breach, order_ref) for _ in range(3)]
    taken = violation.AlertAcknowledged(violation_ref=breach, order_ref=order_ref, alert_ref=refs[0], recipient=DESK)
    place.record(breach, taken, by=DESK)
    place.catch_up()
    rows = alerts(place.store, DESK).rows
    assert [row["alert_ref"] for row in rows] == [ref.bytes for ref in refs]
    assert [row["acknowledged"] is None for row in rows] == [False, True, True]
    assert {(row["reporter"], row["breaches"], row["outcome"]) for row in rows} == {(POLICE, "DISTANCE THREAT", None)}
    assert alerts(place.store, DESK, unacknowledged=True, limit=1).rows[0]["alert_ref"] == refs[1].bytes
    resolved = violation.ViolationResolved(violation_ref=breach, order_ref=order_ref, outcome=ViolationOutcome.WARNING)
    place.record(breach, resolved, by=DESK)
    place.catch_up()
    assert {row["outcome"] for row in alerts(place.store, DESK).rows} == {"WARNING"}


def test_what_is_owed_is_shown_the_earliest_first_and_leaves_when_it_is_done(place):
    order_ref = entered(place)
    late, early = a_notice(place, order_ref, START + 2 * DAY), a_notice(place, order_ref, START + DAY)
    breach = a_breach(place, order_ref)
    alert = an_alert(place, breach, order_ref, START)
    place.catch_up()
    page = deadlines(place.store, DESK)
    assert [row["subject"] for row in page.rows] == [ref.bytes for ref in (alert, early, late)]
    last = page.rows[0]
    after = (last["due"], last["kind"], last["subject"])
    assert [row["subject"] for row in deadlines(place.store, DESK, after=after).rows] == [early.bytes, late.bytes]
    place.record(early, notice.NoticeAcknowledged(notice_ref=early, order_ref=order_ref), by=DESK)
    resolved = violation.ViolationResolved(violation_ref=breach, order_ref=order_ref, outcome=ViolationOutcome.WARNING)
    place.record(breach, resolved, by=DESK)
    place.catch_up()
    assert [row["subject"] for row in deadlines(place.store, DESK).rows] == [late.bytes]


def test_a_supplement_is_owed_by_whoever_asked_until_it_is_sent(place):
    order_ref, ref = entered(place), place.uuid()
    asked = recognition.RecognitionAsked(
        recognition_ref=ref, order_ref=order_ref, jurisdiction="DE", authority=DESK, instrument="x", asked=DAY_ONE
    )
    place.record(ref, asked, by=COURT)
    place.catch_up()
    assert deadlines(place.store, COURT).rows == []
    wanted = recognition.SupplementRequested(recognition_ref=ref, order_ref=order_ref, missing=("f",), due=LATER)
    place.record(ref, wanted, by=DESK)
    place.catch_up()
    assert [row["due"] for row in deadlines(place.store, COURT).rows] == [LATER.ends()]
    place.record(ref, recognition.RecognitionSupplemented(recognition_ref=ref, order_ref=order_ref, supplied=("f",)))
    place.catch_up()
    assert deadlines(place.store, COURT).rows == []
    place.record(ref, wanted, by=DESK)
    place.catch_up()
    assert len(deadlines(place.store, COURT).rows) == 1


def ends(place):
    return [(row["kind"], row["due"]) for row in deadlines(place.store, COURT, nature=END).rows]


def test_an_orders_end_moves_with_extension_and_correction_and_falls_away_with_revocation(place):
    order_ref = entered(place)
    place.catch_up()
    assert ends(place) == []
    place.record(order_ref, issuance.OrderExtended(order_ref=order_ref, expiry=expires(DAY_ONE), made=DAY_ONE))
    place.catch_up()
    assert ends(place) == [("ORDER_EXPIRY", DAY_ONE.ends())]
    place.record(order_ref, issuance.OrderCorrected(order_ref=order_ref, corrects=order_ref, expiry=expires(LATER)))
    place.catch_up()
    assert ends(place) == [("ORDER_EXPIRY", LATER.ends())]
    certificate = issuance.CertificateIssued(
        order_ref=order_ref,
        certificate_ref=place.uuid(),
        form=CertificateForm.ARTICLE_5,
        issued=DAY_ONE,
        destinations=("DE", "FI"),
    )
    place.record(order_ref, certificate, replace(certificate, certificate_ref=place.uuid()))
    place.catch_up()
    assert [kind for kind, _ in ends(place)].count("CERTIFICATE_EFFECT_END") == 2
    withdrawn = issuance.CertificateWithdrawn(
        order_ref=order_ref, certificate_ref=certificate.certificate_ref, from_=DAY_ONE
    )
    place.record(order_ref, withdrawn)
    place.catch_up()
    assert [kind for kind, _ in ends(place)].count("CERTIFICATE_EFFECT_END") == 1
    revoked = issuance.OrderRevoked(order_ref=order_ref, from_=DAY_ONE, reason=EndReason.NOT_STATED, revoked_in="FR")
    corrected = issuance.OrderCorrected(order_ref=order_ref, corrects=order_ref, expiry=expires(LATER))
    place.record(order_ref, revoked, corrected)
    place.catch_up()
    assert ends(place) == []
    place.record(order_ref, issuance.OrderCorrected(order_ref=order_ref, corrects=place.uuid(), retracts=True))
    place.catch_up()
    # The end of the certificate that was withdrawn before stays out; that of the other one is due again.
    assert [kind for kind, _ in ends(place)] == ["CERTIFICATE_EFFECT_END", "ORDER_EXPIRY"]


def test_a_certificate_ends_first_where_the_day_begins_first():
    def certified(*destinations):
        return issuance.CertificateIssued(
            order_ref=None,
            certificate_ref=None,
            form=CertificateForm.ARTICLE_5,
            issued=DAY_ONE,
            destinations=destinations,
        )

    helsinki = LegalMoment(date=date(2027, 9, 1), zone="Europe/Helsinki").ends()
    assert certificate_ends(certified("DE", "FI")) == helsinki
    assert certificate_ends(certified()) == LegalMoment(date=date(2027, 9, 1), zone="Europe/Paris").ends()


def test_the_history_of_an_order_has_every_fact_about_it_and_none_about_another(place):
    first, second = entered(place), entered(place)
    a_notice(place, first)
    place.record(second, issuance.OrderSuspended(order_ref=second, from_=DAY_ONE))
    a_breach(place, first)
    place.catch_up()
    page = history(place.store, first)
    assert [row["topic"] for row in page.rows] == ["order.issued.1", "notice.issued.1", "violation.reported.1"]
    assert [row["institution"] for row in page.rows] == [COURT, COURT, POLICE]
    assert [row["effective"] for row in page.rows] == [DAY_ONE.begins(), None, DAY_ONE.begins()]
    assert [row["topic"] for row in history(place.store, first, after=page.rows[0]["position"], limit=1).rows] == [
        "notice.issued.1"
    ]


def test_that_two_parties_are_one_person_is_in_the_history_of_both_orders(place):
    first, second = entered(place), entered(place)
    one = PartyOfOrder(order_ref=first, party_ref=place.uuid())
    other = PartyOfOrder(order_ref=second, party_ref=place.uuid())
    link = place.uuid()
    said = party.PartiesLinked(link_ref=link, one=one, other=other, basis=LinkBasis.COURT_FINDING)
    taken = party.PartiesUnlinked(link_ref=link, one=one, other=other, reason=UnlinkReason.COURT_FINDING)
    place.record(link, said, taken)
    place.catch_up()
    for order in (first, second):
        topics = [row["topic"] for row in history(place.store, order).rows]
        assert topics == ["order.issued.1", "party.linked.1", "party.unlinked.1"]


def test_the_history_knows_every_kind_of_fact_that_is_about_an_order_and_its_field():
    table = order_history._MOMENTS  # noqa: SLF001  # the table is what is tested
    about_an_order = {kind for kind in EVENT_TYPES if "order_ref" in get_type_hints(kind)}
    # Who looked is no part of what became of an order; it has a view of its own. What was handed in signed became
    # the facts that it names, and is asked for by them.
    # Who acts for a party concerns its court alone.
    own_lists = {*get_args(LookEvent), *get_args(RepresentationEvent)}
    apart = {*own_lists, *get_args(GlassEvent), *get_args(ConflictEvent), DocumentSigned}
    assert set(table) == about_an_order - apart
    assert not [kind for kind, field in table.items() if field is not None and field not in get_type_hints(kind)]


def test_no_view_has_room_for_a_sealed_block():
    """A view outlives an erasure only if it holds nothing that was sealed, open or closed."""
    columns = {name for view in VIEWS for table in view.all_tables for name in table.columns}
    assert not columns & {"name", "identity", "address", "contact", "text", "note", "number", "description"}
