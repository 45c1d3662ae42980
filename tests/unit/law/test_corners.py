"""The corners that only wild facts reach: each comes out as the law says."""

from dataclasses import replace

import pytest

from registry.commands.issuance import RevokeOrder, VaryOrder
from registry.commands.recognition import AskRecognition, GrantRecognition
from registry.commands.service import RecordService
from registry.events.contact import MessageDue, MessageHandedOver
from registry.events.duty import DutyDischarged
from registry.events.issuance import OrderIssued
from registry.events.notice import NoticeIssued
from registry.events.recognition import RecognitionAsked, RecognitionSupplemented, SupplementRequested
from registry.events.service import ServiceRecorded
from registry.events.violation import ViolationReported
from registry.law import enforceability as law
from registry.law import procedure, standing
from registry.law.certificates import effect_ends
from registry.law.deadlines import duties
from registry.law.dossier import NO_DOSSIER, PairedOrder
from registry.law.local_notice import notice_rule
from registry.law.notified import Earlier, terms_in_force
from registry.law.powers import power_to_change
from registry.law.records import Certificate
from registry.law.stories import read_stories, run
from registry.law.verdict import JURISDICTION_NOT_STATED
from registry.law_report import decide
from registry.values.contact import MessageKind
from registry.values.duty import DutyCode, Means, Whom
from registry.values.identifiers import DutyRef, MessageRef, NoticeRef, PartyRef, ViolationRef
from registry.values.issuance import CertificateForm, EndReason, Nature, OrderKind, PartyRole
from registry.values.jurisdiction import Jurisdiction
from registry.values.notice import TELLS_NO_OTHER, NoticeKind
from registry.values.service import ServiceState
from registry.values.time import END_OF_TIME
from registry.values.violation import BreachKind
from tests.given import (
    BERLIN,
    CERTIFICATE,
    LILLE,
    MADRID,
    MEASURE,
    ORDER,
    PROTECTED,
    RECOGNITION,
    RESPONDENT,
    World,
    at,
    condition,
    court,
    day,
    details,
    enter,
    party,
    ref,
)

SUMMER = "2024-06-01T12:00:00+00:00"
CALIFORNIA = {"jurisdiction": "US-CA", "zone": "America/Los_Angeles"}


def entered(**given):
    world = World()
    world.do(enter(**given))
    return world


def served(on, state=ServiceState.SERVED_PERSONAL):
    return RecordService(order_ref=ORDER, respondent=RESPONDENT, terms=1, state=state, at=day(on), served_by=LILLE)


def certificate(issued):
    return Certificate(certificate_ref=CERTIFICATE, form=CertificateForm.ARTICLE_5, issued=day(issued))


def test_a_certificate_gives_twelve_months_and_never_outlasts_the_calendar():
    assert effect_ends(certificate("2024-03-15"), "Europe/Berlin") == at("2025-03-16T00:00:00+01:00")
    assert effect_ends(certificate("9998-12-30"), "Europe/Berlin") < END_OF_TIME
    assert effect_ends(certificate("9999-03-15"), "Europe/Berlin") == END_OF_TIME


@pytest.mark.parametrize(
    ("kind", "done"),
    [(NoticeKind.SERVED, True), *((kind, False) for kind in (NoticeKind.TERMS_CHANGED, *sorted(TELLS_NO_OTHER)))],
)
def test_a_notice_closes_the_duty_to_tell_those_whom_it_reaches_and_a_reminder_closes_none(kind, done):
    world = entered(jurisdiction="GB-EAW", zone="Europe/London")
    (issued,) = world.streams[ORDER]
    told = world.record(
        NoticeRef(ref("notice")),
        NoticeIssued(
            notice_ref=NoticeRef(ref("notice")),
            order_ref=ORDER,
            about=issued.fact_id,
            kind=kind,
            recipient=BERLIN,
            jurisdiction=Jurisdiction("GB-EAW"),
            due=at(SUMMER),
            basis="-",
        ),
        at("2024-02-02T12:00:00+00:00"),
    )
    found = duties(issued.event.details, [issued, told], known_at=END_OF_TIME)
    assert found
    assert {duty.closed for duty in found} == {told.recorded_at if done else None}
    assert {duty.closed for duty in duties(issued.event.details, [issued], known_at=END_OF_TIME)} == {None}


def test_a_duty_is_done_when_whoever_owes_it_says_so_and_no_other_duty_with_it():
    world = entered(jurisdiction="GB-EAW", zone="Europe/London")
    (issued,) = world.streams[ORDER]

    def done(whom):
        event = DutyDischarged(
            duty_ref=DutyRef(ref("duty")),
            order_ref=ORDER,
            about=issued.fact_id,
            code=DutyCode.COURT_TELLS_POLICE,
            whom=whom,
            at=day("2024-02-02"),
            means=Means.EMAIL,
        )
        return world.record(DutyRef(ref("duty")), event, at("2024-02-02T12:00:00+00:00"))

    other, told = done(Whom.RESPONDENT), done(Whom.POLICE)
    for facts, closed in (([issued, other], None), ([issued, other, told], told.recorded_at)):
        (duty,) = duties(issued.event.details, facts, known_at=END_OF_TIME)
        assert duty.closed == closed


def test_she_is_told_once_a_channel_took_the_message_and_not_before():
    world = entered()
    world.do(served("2024-02-10"))
    issued, service = world.streams[ORDER]
    message = MessageRef(ref("message"))
    due = MessageDue(
        message_ref=message, order_ref=ORDER, party_ref=PROTECTED, about=service.fact_id, kind=MessageKind.ORDER_SERVED
    )
    waiting = world.record(message, due, at("2024-03-21T12:00:00+00:00"))
    handed = MessageHandedOver(message_ref=message, order_ref=ORDER, channel="email")
    taken = world.record(message, handed, at("2024-03-21T13:00:00+00:00"))
    for facts, closed in (([service, waiting], None), ([service, waiting, taken], taken.recorded_at)):
        (duty,) = duties(issued.event.details, facts, known_at=END_OF_TIME)
        assert (duty.whom, duty.closed) == (Whom.PROTECTED_PERSON, closed)


@pytest.mark.parametrize(("area", "police"), [("FR", False), ("DE", True)])
def test_breach_of_an_adopted_measure_is_reported_to_the_state_of_issue(area, police):
    world, measure = World(), details(area, origin=ORDER, kind=OrderKind.IMPORTED_MEASURE)
    breach = ViolationReported(
        violation_ref=ViolationRef(ref("breach")),
        order_ref=MEASURE,
        jurisdiction=Jurisdiction(area),
        breaches=(BreachKind.THREAT,),
        occurred=day("2024-03-01"),
    )
    fact = world.record(MEASURE, breach, at(SUMMER))
    told = {duty.whom for duty in duties(measure, [fact], known_at=END_OF_TIME)}
    assert Whom.ISSUING_AUTHORITY in told
    assert Whom.STATE_OF_SUPERVISION not in told
    assert (Whom.POLICE in told) is police


def test_a_record_that_does_not_say_whose_court_it_was_is_noted():
    assert JURISDICTION_NOT_STATED in entered(unread=("jurisdiction",)).verdict("FR", SUMMER).notes
    assert JURISDICTION_NOT_STATED not in entered().verdict("FR", SUMMER).notes


def test_an_end_of_the_origin_that_is_still_to_come_is_not_noted_before_its_day():
    world = World()
    world.do(enter(court=court("ES", MADRID), kind=OrderKind.EUROPEAN_PROTECTION_ORDER, nature=Nature.CRIMINAL))
    world.do(
        AskRecognition(
            recognition_ref=RECOGNITION,
            order_ref=ORDER,
            jurisdiction="DE",
            authority=BERLIN,
            asked=day("2024-03-01"),
            requested_by_protected_person=True,
        )
    )
    world.do(enter(MEASURE, jurisdiction="DE", kind=OrderKind.IMPORTED_MEASURE, origin=ORDER, issued=day("2024-03-05")))
    world.do(GrantRecognition(recognition_ref=RECOGNITION, by=BERLIN, decided=day("2024-03-05"), adopted=MEASURE))
    world.do(RevokeOrder(order_ref=ORDER, from_=day("2024-07-01"), reason=EndReason.ON_APPEAL, revoked_in="ES"))
    before, after = world.verdict("DE", SUMMER), world.verdict("DE", "2024-07-02T12:00:00+02:00")
    assert "ORIGIN_REVOKED_UNCONFIRMED" not in before.notes
    assert before.next_change == day("2024-07-01").begins()
    assert "ORIGIN_REVOKED_UNCONFIRMED" in after.notes
    assert before.status is after.status


def test_an_order_that_names_no_respondent_has_one_line_of_notice():
    world, alone = World(), (party(PartyRole.PROTECTED, PROTECTED),)
    world.record(ORDER, OrderIssued(order_ref=ORDER, details=details(parties=alone)), at("2024-02-02T00:00:00+00:00"))
    service = ServiceRecorded(
        order_ref=ORDER,
        respondent=RESPONDENT,
        terms=1,
        state=ServiceState.SERVED_PERSONAL,
        at=day("2024-02-05"),
        served_by=LILLE,
    )
    world.record(ORDER, service, at("2024-02-06T00:00:00+00:00"))
    (notice,) = world.verdict("FR", SUMMER).notice
    assert (notice.party_ref, notice.state, notice.notified) == (None, ServiceState.SERVED_PERSONAL, True)


def test_a_second_service_takes_no_notice_away():
    world = entered(**CALIFORNIA)
    world.do(served("2024-02-05"))
    world.do(served("2024-02-20", ServiceState.SERVED_BY_MAIL))
    (notice,) = world.verdict("US-CA", SUMMER).notice
    assert (notice.state, notice.notified) == (ServiceState.SERVED_PERSONAL, True)


def test_mail_counts_where_another_order_says_nothing_of_the_respondent():
    world = entered(**CALIFORNIA)
    world.do(served("2024-02-20", ServiceState.SERVED_BY_MAIL))
    order = world.order(ORDER)
    rule = notice_rule(Jurisdiction("US-CA"))
    assert terms_in_force(order, at(SUMMER), rule, [Earlier(standing=order, respondents={})]).all_notified


def test_who_comes_in_with_terms_that_do_not_bind_yet_is_not_protected_yet():
    world, child = entered(**CALIFORNIA), PartyRef(ref("child"))
    world.do(served("2024-02-05"))
    world.do(
        VaryOrder(
            order_ref=ORDER,
            conditions=(condition(),),
            made=day("2024-03-01"),
            varied_in="US-CA",
            added_parties=(party(PartyRole.PROTECTED, child),),
        )
    )
    verdict = world.verdict("US-CA", SUMMER)
    assert verdict.terms == 1
    assert {p.party_ref: p.status.value for p in verdict.persons} == {
        PROTECTED: "ENFORCEABLE",
        child: "NOT_YET_IN_FORCE",
    }


def test_a_place_that_was_taken_is_not_taken_again():
    text = """
story: third
title: Of two later orders the first to be enforceable took the place
basis: NSW s 98ZB
orders:
  first: {court: AU-NSW, issued: 2019-05-01, protects: [A], against: [R]}
  second: {court: AU-VIC, issued: 2020-02-01, protects: [A], against: [R]}
  third: {court: AU-QLD, issued: 2020-03-01, protects: [A], against: [R]}
facts:
  - {fact: served, order: first, on: 2019-05-01}
  - {fact: served, order: second, on: 2020-02-05}
  - {fact: served, order: third, on: 2020-03-05}
questions:
  - {order: first, in: AU-NSW, at: "2020-06-01T10:00:00+10:00", expect: {status: SUPERSEDED}}
"""
    (story,) = read_stories(text.encode())
    assert [result.differs for result in run(story, decide)] == [()]
    first, second = story.cast.orders["first"], story.cast.orders["second"]
    verdict = law.enforceability(story.dossier(first), Jurisdiction("AU-NSW"), valid_at=at("2020-06-01T10:00:00+10:00"))
    assert [person.superseded_by for person in verdict.persons] == [second]


def test_an_order_that_was_ended_after_its_place_was_taken_is_said_to_be_ended():
    text = """
story: ended
title: Superseded in February, revoked in May
basis: NSW s 98ZB
orders:
  first: {court: AU-NSW, issued: 2019-05-01, protects: [A], against: [R]}
  second: {court: AU-VIC, issued: 2020-02-01, protects: [A], against: [R]}
facts:
  - {fact: served, order: first, on: 2019-05-01}
  - {fact: served, order: second, on: 2020-02-05}
  - {fact: revoked, order: first, on: 2020-05-01}
questions:
  - {order: first, in: AU-NSW, at: "2020-04-01T10:00:00+10:00", expect: {status: SUPERSEDED}}
  - {order: first, in: AU-NSW, at: "2020-06-01T10:00:00+10:00", expect: {status: REVOKED}}
"""
    (story,) = read_stories(text.encode())
    assert [result.differs for result in run(story, decide)] == [(), ()]


def test_what_was_missing_and_came_leaves_the_procedure_pending():
    world = World()
    asked = RecognitionAsked(
        recognition_ref=RECOGNITION,
        order_ref=ORDER,
        jurisdiction=Jurisdiction("DE"),
        authority=BERLIN,
        instrument="eu-2011-99",
        asked=day("2024-03-01"),
    )
    missing = SupplementRequested(recognition_ref=RECOGNITION, order_ref=ORDER, missing=("f",), due=day("2024-03-20"))
    supplied = RecognitionSupplemented(recognition_ref=RECOGNITION, order_ref=ORDER, supplied=("f",))
    states = []
    for event in (asked, missing, supplied):
        world.record(RECOGNITION, event, at(SUMMER))
        found = procedure.fold(world.streams[RECOGNITION])
        states.append((found.state.value, found.supplement_due))
    assert states == [("PENDING", None), ("SUPPLEMENT_REQUESTED", day("2024-03-20")), ("PENDING", None)]
    first = world.streams[RECOGNITION][0].recorded_at
    assert procedure.fold(world.streams[RECOGNITION], known_at=first).state.value == "PENDING"
    assert procedure.fold(world.streams[RECOGNITION], known_at=first - 1) is None


def test_one_fact_at_a_time_or_all_at_once_comes_to_the_same():
    world = entered()
    world.do(served("2024-02-05"))
    other = RecognitionSupplemented(recognition_ref=RECOGNITION, order_ref=ORDER, supplied=())
    world.record(ORDER, other, at(SUMMER))
    order = None
    for fact in world.streams[ORDER]:
        order = standing.evolve(order, fact)
    assert order == standing.fold(world.streams[ORDER])
    assert standing.evolve(order, world.streams[ORDER][-1]) is order


def test_what_instruments_say_is_kept_in_words_within_a_bound(monkeypatch):
    world = entered()
    before = world.verdict("FR", SUMMER)
    monkeypatch.setattr(law, "_MAXIMUM_SAYINGS", 0)
    law._SAYINGS.clear()  # noqa: SLF001  # the words kept are the subject
    assert world.verdict("FR", SUMMER) == before
    assert replace(before) == world.verdict("FR", SUMMER)
    world.verdict("US-CA", SUMMER)
    assert len(law._SAYINGS) <= 1  # noqa: SLF001  # the words kept are the subject


def test_an_order_paired_with_itself_or_with_nothing_known_is_alone():
    dossier = entered(**CALIFORNIA).dossier()
    alone = law.enforceability(dossier, Jurisdiction("US-CA"), valid_at=at(SUMMER))
    for other in (replace(dossier, pair=()), NO_DOSSIER):
        paired = replace(dossier, pair=(PairedOrder(order=other, shared=()),))
        assert law.enforceability(paired, Jurisdiction("US-CA"), valid_at=at(SUMMER)) == alone


def test_outside_a_scheme_no_other_court_may_change_an_order():
    power = power_to_change(entered().order(ORDER), Jurisdiction("US-CA"))
    assert not power.granted
    assert power.basis.provision == "exclusive"
