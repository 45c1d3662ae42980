"""What follows from each kind of fact, and what must never follow from any."""

from dataclasses import replace
from random import Random
from typing import get_args, get_type_hints
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.access.actors import Directory, Role
from registry.alerts.around import Around, Side
from registry.alerts.rules import RULES, follows
from registry.commands.contact import RequestMessage
from registry.commands.duty import OpenDuty
from registry.commands.notice import IssueNotice
from registry.commands.violation import RaiseAlert
from registry.events import (
    card,
    conflict,
    disclosure,
    document,
    duty,
    erasure,
    glass,
    hit,
    institution,
    issuance,
    look,
    notice,
    party,
    recognition,
    representation,
    service,
    violation,
)
from registry.events.base import Actor, Fact
from registry.events.catalogue import EVENT_TYPES
from registry.values.contact import MessageKind
from registry.values.duty import DutyCode, Whom
from registry.values.erasure import ErasureGround
from registry.values.issuance import CertificateForm, EndReason
from registry.values.notice import NoticeKind
from registry.values.party import LinkBasis, PartyOfOrder, UnlinkReason
from registry.values.service import TOLD, ServiceState
from registry.values.time import MINUTE
from registry.values.violation import BreachKind, ViolationOutcome
from tests.given import details
from tests.unit.alerts.given import BERLIN, DAY, DIRECTORY, LILLE, LONDON, MADRID, MET, NOON, POLICE
from tests.unit.alerts.given import institution as institution_of
from tests.unit.views.given import Story

ORDER, PROTECTED, RESPONDENT, OTHER = (UUID(int=n) for n in range(1, 5))
AROUND = Around(directory=DIRECTORY, jurisdiction="FR", issuing=LILLE, protected=(PROTECTED,), involved=(BERLIN,))
SILENT = {
    duty.DutyArose,
    duty.DutyDischarged,
    duty.DutyLapsed,
    duty.DutyRevived,
    document.DocumentSupplied,
    document.DocumentSigned,  # of what it led to, somebody is told
    institution.FactDoubted,
    hit.HitConfirmationAsked,
    hit.HitConfirmationAnswered,
    *(set(get_args(look.LookEvent)) - {look.PreviewGiven}),  # which is of no order
    *get_args(representation.RepresentationEvent),
    *get_args(glass.GlassEvent),  # its alerts are facts of the same transaction
    *get_args(conflict.ConflictEvent),  # and its own are in the fact
    issuance.OrderIssued,
    issuance.OrderDeclared,
    issuance.OrderRegistered,
    disclosure.DisclosureAllowed,
    disclosure.DisclosureRefused,
    service.ServiceAttempted,
    violation.AlertRaised,
    violation.AlertAcknowledged,
    card.CardIssued,
    card.CardWithdrawn,
}
"""Kinds of which nobody is told, by decision; notices, contact, checks and feeds are told by nature to nobody else."""


def fact(event, by=LILLE):
    return Fact(
        fact_id=UUID(int=77),
        stream=ORDER,
        version=3,
        recorded_at=NOON,
        actor=Actor(institution=by, key_id="k"),
        correlation=UUID(int=78),
        event=event,
    )


def said(event, around=AROUND, by=LILLE):
    return follows(fact(event, by), around)


def of_kind(commands, kind):
    return [command for command in commands if isinstance(command, kind)]


def certificate(form=CertificateForm.ARTICLE_5, *destinations):
    return issuance.CertificateIssued(
        order_ref=ORDER, certificate_ref=OTHER, form=form, issued=DAY, destinations=destinations
    )


def served(state=ServiceState.SERVED_PERSONAL):
    return service.ServiceRecorded(
        order_ref=ORDER, respondent=RESPONDENT, terms=1, state=state, at=DAY, served_by=LILLE
    )


def breach(jurisdiction="DE-BE"):
    return violation.ViolationReported(
        violation_ref=OTHER,
        order_ref=ORDER,
        jurisdiction=jurisdiction,
        breaches=(BreachKind.CONTACT_ONLINE,),
        occurred=DAY,
    )


def revoked():
    return issuance.OrderRevoked(order_ref=ORDER, from_=DAY, reason=EndReason.NOT_STATED, revoked_in="FR")


def registered(*, notify_respondent):
    return issuance.OrderRegistered(
        order_ref=ORDER,
        registered_in="US-CA",
        registered_with="us-ca-court",
        made=DAY,
        notify_respondent=notify_respondent,
    )


def test_a_certificate_is_told_to_the_desk_of_each_destination_for_information():
    commands = said(certificate(CertificateForm.ARTICLE_5, "DE", "ES"))
    (notice,) = commands
    assert (notice.recipient, notice.jurisdiction, notice.kind) == (BERLIN, "DE", NoticeKind.CERTIFICATE_ISSUED)
    assert "needs no decision" in notice.basis
    assert "registry rule" in notice.basis
    assert notice.due > NOON


def test_a_desk_of_two_destinations_is_told_once():
    assert len(said(certificate(CertificateForm.ARTICLE_5, "DE", "DE-BE", "DE"))) == 1


@pytest.mark.parametrize("form", [CertificateForm.ARTICLE_14_SUSPENSION, CertificateForm.ARTICLE_14_WITHDRAWAL])
def test_a_form_two_certificate_is_told_to_those_who_hold_the_order(form):
    commands = said(certificate(form))
    assert [n.recipient for n in of_kind(commands, IssueNotice)] == [BERLIN]
    assert "Art 14" in commands[0].basis


@pytest.mark.parametrize(
    ("event", "kind", "message"),
    [
        (revoked(), NoticeKind.REVOKED, MessageKind.ORDER_ENDED),
        (issuance.OrderSuspended(order_ref=ORDER, from_=DAY), NoticeKind.SUSPENDED, MessageKind.ORDER_CHANGED),
        (issuance.OrderReinstated(order_ref=ORDER, from_=DAY), NoticeKind.REINSTATED, MessageKind.ORDER_CHANGED),
        (issuance.OrderCorrected(order_ref=ORDER, corrects=OTHER), NoticeKind.CORRECTED, None),
        (issuance.OrderCorrected(order_ref=ORDER, corrects=OTHER, issued=DAY), NoticeKind.CORRECTED, "ORDER_CHANGED"),
        (
            issuance.CertificateWithdrawn(order_ref=ORDER, certificate_ref=OTHER, from_=DAY),
            NoticeKind.CERTIFICATE_WITHDRAWN,
            MessageKind.ORDER_CHANGED,
        ),
    ],
)
def test_a_change_is_told_to_whoever_holds_the_order_and_not_to_whoever_made_it(event, kind, message):
    commands = said(event, replace(AROUND, involved=(BERLIN, LILLE, MADRID)))
    assert [(n.recipient, n.kind) for n in of_kind(commands, IssueNotice)] == [(BERLIN, kind), (MADRID, kind)]
    assert [m.kind for m in of_kind(commands, RequestMessage)] == ([message] if message else [])


def test_an_issuing_court_learns_that_another_court_changed_its_order():
    assert LILLE in [n.recipient for n in of_kind(said(revoked(), by=MADRID), IssueNotice)]


def test_the_first_service_is_told_to_the_protected_party_and_a_second_is_not():
    (message,) = said(served())
    assert (message.kind, message.party_ref) == (MessageKind.ORDER_SERVED, PROTECTED)
    assert said(served(), replace(AROUND, told_before=True)) == ()


@pytest.mark.parametrize("state", sorted(set(ServiceState) - TOLD))
def test_service_that_tells_the_respondent_nothing_is_told_to_nobody(state):
    assert said(served(state)) == ()


def test_the_police_of_england_and_wales_learn_of_service_within_a_day():
    around = replace(AROUND, jurisdiction="GB-EAW", issuing=LONDON)
    notices = of_kind(said(served(), around, by=LONDON), IssueNotice)
    assert [(n.recipient, n.kind) for n in notices] == [(MET, NoticeKind.SERVED)]
    assert "11A" in notices[0].basis


def test_a_procedure_is_told_to_its_other_side():
    asked = recognition.RecognitionAsked(
        recognition_ref=OTHER,
        order_ref=ORDER,
        jurisdiction="DE",
        authority=BERLIN,
        instrument="eu-2011-99",
        asked=DAY,
    )
    (notice,) = said(asked)
    assert (notice.recipient, notice.basis.partition(";")[0]) == (BERLIN, "Directive 2011/99/EU Art 8")
    around = replace(AROUND, authority=BERLIN, instrument="eu-2011-99")
    granted = recognition.RecognitionGranted(recognition_ref=OTHER, order_ref=ORDER, jurisdiction="DE", decided=DAY)
    notice, message = said(granted, around, by=BERLIN)
    assert (notice.recipient, message.kind) == (LILLE, MessageKind.RECOGNITION_DECIDED)
    supplied = recognition.RecognitionSupplemented(recognition_ref=OTHER, order_ref=ORDER, supplied=("f",))
    assert [n.recipient for n in said(supplied, around)] == [BERLIN]


def test_the_directive_is_not_cited_where_it_is_not_the_instrument():
    granted = recognition.RecognitionGranted(recognition_ref=OTHER, order_ref=ORDER, jurisdiction="DE", decided=DAY)
    assert "Directive" not in said(granted, AROUND, by=BERLIN)[0].basis


def test_a_breach_reported_by_the_police_alerts_court_and_desk_within_ten_minutes():
    alerts = of_kind(said(breach(), by=POLICE), RaiseAlert)
    assert [a.recipient for a in alerts] == [LILLE, BERLIN]
    assert {a.due - NOON for a in alerts} == {10 * MINUTE}


def test_a_breach_reported_by_the_desk_alerts_it_all_the_same():
    assert [a.recipient for a in of_kind(said(breach(), by=BERLIN), RaiseAlert)] == [LILLE, BERLIN, POLICE]


def test_a_breach_in_a_whole_country_reaches_the_police_of_its_parts():
    assert POLICE in [a.recipient for a in of_kind(said(breach("DE"), by=LILLE), RaiseAlert)]


def test_a_breach_of_an_adopted_measure_is_told_to_the_court_it_came_from():
    alerts = of_kind(said(breach(), replace(AROUND, issuing=BERLIN, origin=MADRID), by=POLICE), RaiseAlert)
    assert [a.recipient for a in alerts] == [BERLIN, MADRID]
    assert "Art 12" in alerts[1].basis


def test_the_same_fact_gives_the_same_commands():
    assert said(breach(), by=POLICE) == said(breach(), by=POLICE)


@pytest.mark.parametrize("notify_respondent", [False, True])
def test_a_foreign_registration_is_told_to_nobody(notify_respondent):
    assert said(registered(notify_respondent=notify_respondent), replace(AROUND, involved=(BERLIN, MADRID))) == ()


def erased(subject=PROTECTED):
    return erasure.SubjectErased(
        order_ref=ORDER, subject=subject, key_id="ab" * 16, ground=ErasureGround.RETENTION_OVER
    )


def test_whoever_was_given_the_order_or_an_answer_on_it_is_told_that_copies_go():
    around = replace(AROUND, involved=(BERLIN, POLICE), shown=(POLICE, MET))
    told = said(erased(), around)
    assert [(each.recipient, each.kind) for each in told] == [
        (each, NoticeKind.PERSON_ERASED) for each in (BERLIN, POLICE, MET, LILLE)
    ]
    assert all("Art 16(6)" in each.basis and each.due > NOON for each in told)
    assert [each.recipient for each in said(erased(), around, by=BERLIN)] == [LILLE, POLICE, MET]
    assert said(erased(subject=ORDER), around) == ()


def test_whoever_was_only_shown_a_person_is_told_that_it_was_set_right():
    named = details().parties[0]
    around = replace(AROUND, shown=(BERLIN, MET))
    right = issuance.OrderCorrected(order_ref=ORDER, corrects=UUID(int=9), parties=(named,))
    assert [(each.recipient, each.kind) for each in of_kind(said(right, around), IssueNotice)] == [
        (MET, NoticeKind.PERSON_CORRECTED),
        (BERLIN, NoticeKind.CORRECTED),
    ]
    dates = issuance.OrderCorrected(order_ref=ORDER, corrects=UUID(int=9), issued=DAY)
    assert [each.recipient for each in of_kind(said(dates, around), IssueNotice)] == [BERLIN]


@pytest.mark.parametrize(
    ("by", "told"),
    [
        (LILLE, [(LILLE, NoticeKind.ERASURE_WAITING)]),
        (
            MADRID,
            [
                (LILLE, NoticeKind.REVOKED),
                (LILLE, NoticeKind.ERASURE_WAITING),
                (MADRID, NoticeKind.ERASURE_WAITING),
            ],
        ),
        ("unknown", [(LILLE, NoticeKind.REVOKED), (LILLE, NoticeKind.ERASURE_WAITING)]),
        ("de-betrieb", [(LILLE, NoticeKind.REVOKED), (LILLE, NoticeKind.ERASURE_WAITING)]),
    ],
)
def test_a_court_learns_what_was_said_with_its_key_of_its_order(by, told):
    """Whose key it was finds it in its inbox: a thief's revocation is otherwise told to everybody else."""
    commands = of_kind(said(revoked(), replace(AROUND, wait_begins=True, involved=()), by=by), IssueNotice)
    assert [(each.recipient, each.kind) for each in commands] == told
    assert len({each.notice_ref for each in commands}) == len(told)
    assert {(each.order_ref, each.about) for each in commands} == {(ORDER, fact(revoked()).fact_id)}
    assert all("28 days" in each.basis for each in commands if each.kind is NoticeKind.ERASURE_WAITING)
    assert NoticeKind.ERASURE_WAITING not in {each.kind for each in said(revoked(), by=by)}


def test_of_an_order_that_nobody_answers_for_the_courts_of_its_place_learn_it():
    nobodys = replace(AROUND, wait_begins=True, involved=(), issuing=None)
    commands = of_kind(said(revoked(), nobodys, by="de-betrieb"), IssueNotice)
    assert [(each.recipient, each.kind) for each in commands] == [(LILLE, NoticeKind.ERASURE_WAITING)]


@pytest.mark.parametrize("gone", ["fr-tj-closed", "de-betrieb"])
def test_where_the_court_takes_part_no_more_or_reads_no_notices_the_courts_of_its_place_learn_it_too(gone):
    around = replace(AROUND, wait_begins=True, involved=(), issuing=gone)
    commands = of_kind(said(revoked(), around, by="unknown"), IssueNotice)
    waiting = [each.recipient for each in commands if each.kind is NoticeKind.ERASURE_WAITING]
    assert waiting == [gone, LILLE]


def test_whoever_answers_for_an_order_that_a_measure_held_learns_that_it_holds_it_no_more():
    """The court of the measure, or whoever has its key, ends it; the order it was adopted from was over long ago."""
    held = (Side(order_ref=OTHER, jurisdiction="ES", issuing=MADRID),)
    around = replace(AROUND, wait_begins=True, involved=(), waiting=held)
    notices = [
        (each.recipient, each.order_ref, each.jurisdiction)
        for each in of_kind(said(revoked(), around, by=LILLE), IssueNotice)
    ]
    assert notices == [(LILLE, ORDER, "FR"), (MADRID, OTHER, "ES")]
    own = replace(around, waiting=(replace(held[0], issuing=LILLE),))
    twice = of_kind(said(revoked(), own, by=LILLE), IssueNotice)
    assert len({each.notice_ref for each in twice}) == len(twice) == 2
    assert not of_kind(said(revoked(), replace(around, wait_begins=False), by=LILLE), IssueNotice)


def test_that_a_breach_was_dealt_with_is_told_where_it_was_the_last_that_held_the_order():
    resolved = violation.ViolationResolved(violation_ref=OTHER, order_ref=ORDER, outcome=ViolationOutcome.UNFOUNDED)
    assert said(resolved) == ()
    (notice,) = said(resolved, replace(AROUND, wait_begins=True))
    assert (notice.recipient, notice.kind) == (LILLE, NoticeKind.ERASURE_WAITING)


PARQUET, ABROAD = "de-sta-berlin", "fr-parquet"
PROSECUTED = replace(
    AROUND,
    reported_in="DE-BE",
    directory=Directory(
        institutions=(
            *DIRECTORY.institutions,
            institution_of(PARQUET, {Role.PROSECUTOR}, "DE-BE"),
            institution_of(ABROAD, {Role.PROSECUTOR}, "FR"),
        )
    ),
)


def test_a_breach_reported_to_the_prosecutor_is_one_of_its_place():
    closed = violation.ViolationResolved(
        violation_ref=OTHER, order_ref=ORDER, outcome=ViolationOutcome.REPORTED_TO_PROSECUTOR
    )
    (alert,) = said(closed, PROSECUTED, by=POLICE)
    assert (alert.recipient, alert.violation_ref, alert.due - NOON) == (PARQUET, OTHER, 24 * 60 * MINUTE)
    assert said(closed, AROUND, by=POLICE) == ()


@pytest.mark.parametrize(
    "outcome", [each for each in ViolationOutcome if each is not ViolationOutcome.REPORTED_TO_PROSECUTOR]
)
def test_no_prosecutor_is_told_of_a_breach_that_was_closed_in_another_way(outcome):
    closed = violation.ViolationResolved(violation_ref=OTHER, order_ref=ORDER, outcome=outcome)
    assert said(closed, PROSECUTED, by=POLICE) == ()


def linked(kind=party.PartiesLinked, **more):
    one, other = (PartyOfOrder(order_ref=UUID(int=n), party_ref=UUID(int=n + 10)) for n in (50, 60))
    return kind(link_ref=UUID(int=70), one=one, other=other, **more)


def sides(first, second):
    return tuple(
        Side(order_ref=UUID(int=n), jurisdiction=place, issuing=who)
        for n, place, who in ((50, "FR", first), (60, "ES", second))
    )


def test_the_other_court_is_told_whose_its_party_is_said_to_be_and_that_it_is_taken_back():
    said_so = linked(basis=LinkBasis.FINGERPRINT)
    (notice,) = said(said_so, replace(AROUND, sides=sides(LILLE, MADRID)))
    assert (notice.recipient, notice.order_ref, notice.kind) == (MADRID, UUID(int=60), NoticeKind.PARTIES_LINKED)
    (notice,) = said(said_so, replace(AROUND, sides=sides(MADRID, LILLE)))
    assert (notice.recipient, notice.order_ref) == (MADRID, UUID(int=50))
    taken = linked(party.PartiesUnlinked, reason=UnlinkReason.DIFFERENT_PERSONS)
    told = said(taken, replace(AROUND, sides=sides(MADRID, BERLIN)))
    assert [(each.recipient, each.kind) for each in told] == [
        (MADRID, NoticeKind.PARTIES_UNLINKED),
        (BERLIN, NoticeKind.PARTIES_UNLINKED),
    ]


@pytest.mark.parametrize(("first", "second"), [(LILLE, LILLE), (None, None), (LILLE, None)])
def test_who_said_it_is_not_told_nor_nobody(first, second):
    assert said(linked(basis=LinkBasis.FINGERPRINT), replace(AROUND, sides=sides(first, second))) == ()


def test_who_answers_for_both_orders_is_told_once():
    assert len(said(linked(basis=LinkBasis.FINGERPRINT), replace(AROUND, sides=sides(MADRID, MADRID)))) == 1


def test_every_kind_of_fact_about_an_order_has_a_rule_or_is_silent_on_purpose():
    """A new kind of fact must be put into the table or among the silent ones."""
    of_order = {kind for kind in EVENT_TYPES if kind.__module__.rpartition(".")[2] not in {"notice", "contact"}}
    of_order.add(notice.NoticeEvidenced)
    of_two = {party.PartiesLinked, party.PartiesUnlinked}
    of_keys = {institution.KeyCompromised}
    of_each = {kind for kind in of_order if "order_ref" in get_type_hints(kind)}
    assert set(RULES) | SILENT == of_each | of_two | of_keys
    assert not set(RULES) & SILENT


def any_events(seed):
    """Give one event of a random history; every kind there is comes up."""
    random = Random(seed)
    story = Story(uuid=lambda: UUID(int=random.getrandbits(128)), random=random)
    steps = [story.begin(), *(story.next() for _ in range(30))]
    return [event for _, event, _ in steps]


@given(seed=st.integers(0, 10**6), by=st.sampled_from([LILLE, BERLIN, POLICE]), told=st.booleans())
def test_nothing_is_ever_addressed_to_a_respondent(seed, by, told):
    """Whatever the fact: institutions are told, and protected parties; a respondent is neither."""
    around = replace(AROUND, told_before=told, authority=BERLIN, instrument="eu-2011-99")
    for event in any_events(seed):
        institutions = {each.institution for each in DIRECTORY.institutions} | {getattr(event, "authority", LILLE)}
        for command in said(event, around, by):
            if isinstance(command, RequestMessage):
                assert command.party_ref == PROTECTED
            else:
                assert command.recipient in institutions
                assert command.due > NOON
        if isinstance(event, issuance.OrderRegistered):
            assert said(event, around, by) == ()


@given(
    seed=st.integers(0, 10**6),
    by=st.sampled_from([LILLE, BERLIN, POLICE]),
    area=st.sampled_from(["FR", "DE", "GB-EAW", "US-CA", "US-KY"]),
    asks=st.booleans(),
)
def test_whatever_is_owed_is_owed_by_an_institution_and_a_filing_only_where_the_protected_person_asks(
    seed, by, area, asks
):
    """18 USC 2265(d)(1), over every way there is: notice, alert, message, duty, reminder."""
    around = replace(AROUND, jurisdiction=area, details=details(area), authority=BERLIN, instrument="eu-2011-99")
    known = {each.institution for each in DIRECTORY.institutions}
    for event in any_events(seed):
        if isinstance(event, issuance.OrderRegistered):
            event = replace(event, notify_respondent=asks)  # noqa: PLW2901  # both answers of one fact
            commands = said(event, around, by)
            filed = [(DutyCode.TELL_OF_FILING, Whom.RESPONDENT)] if asks else []
            assert [(each.code, each.whom) for each in commands] == filed
        for command in said(event, around, by):
            if isinstance(command, OpenDuty):
                assert command.owed_by in known
                assert command.code is not DutyCode.TELL_OF_FILING or asks


def test_the_property_above_sees_every_kind_of_fact():
    seen = {type(event) for seed in range(400) for event in any_events(seed)}
    assert seen == {kind for kind in EVENT_TYPES if "order_ref" in get_type_hints(kind)} - {institution.FactDoubted}
