"""Notices, violations and messages: who may answer, and that a thing said twice is true once."""

import pytest

from registry.commands.contact import RecordHandOver, RecordMessageFailure, RequestMessage
from registry.commands.notice import AcknowledgeNotice, IssueNotice, RejectNotice
from registry.commands.violation import AcknowledgeAlert, RaiseAlert, ReportViolation, ResolveViolation
from registry.decisions import contact, notice, violation
from registry.decisions.moments import happened, plausible
from registry.errors import Conflict, NotFound, Refused
from registry.events.contact import MessageDue, MessageFailed, MessageHandedOver
from registry.events.notice import NoticeAcknowledged, NoticeIssued, NoticeRejected
from registry.events.violation import AlertAcknowledged, AlertRaised, ViolationReported, ViolationResolved
from registry.values.contact import MessageFailure, MessageKind
from registry.values.identifiers import AlertRef, ConditionRef, FactId, MessageRef, NoticeRef, ViolationRef
from registry.values.notice import NoticeKind, NoticeRejection
from registry.values.time import Instant
from registry.values.violation import BreachKind, ViolationOutcome
from tests.given import BERLIN, CONTACT, LILLE, ORDER, PROTECTED, World, at, day, enter, ref

NOTICE = NoticeRef(ref("notice"))
VIOLATION = ViolationRef(ref("violation"))
ALERT = AlertRef(ref("alert"))
MESSAGE = MessageRef(ref("message"))
ABOUT = FactId(ref("fact 1"))

ISSUE = IssueNotice(
    notice_ref=NOTICE,
    order_ref=ORDER,
    about=ABOUT,
    kind=NoticeKind.REVOKED,
    recipient=BERLIN,
    jurisdiction="DE",
    due=Instant(0),
    basis="Art 13(5)",
)
RAISE = RaiseAlert(violation_ref=VIOLATION, alert_ref=ALERT, recipient=BERLIN, due=Instant(0), basis="Art 12")
RESOLVE = ResolveViolation(violation_ref=VIOLATION, outcome=ViolationOutcome.ARREST)
REQUEST = RequestMessage(
    message_ref=MESSAGE, order_ref=ORDER, party_ref=PROTECTED, about=ABOUT, kind=MessageKind.ORDER_SERVED
)
HAND_OVER = RecordHandOver(message_ref=MESSAGE, channel="sms")
FAIL = RecordMessageFailure(message_ref=MESSAGE, reason=MessageFailure.ERASED)


def report(**more):
    given = {"breaches": (BreachKind.THREAT,), "occurred": day("2024-03-01"), "jurisdiction": "DE"}
    return ReportViolation(**({"violation_ref": VIOLATION, "order_ref": ORDER} | given | more))


def acknowledge(by=BERLIN):
    return AcknowledgeNotice(notice_ref=NOTICE, by=by)


def reject(by=BERLIN):
    return RejectNotice(notice_ref=NOTICE, by=by, reason=NoticeRejection.UNREADABLE)


def take(by=BERLIN, alert=ALERT):
    return AcknowledgeAlert(violation_ref=VIOLATION, alert_ref=alert, by=by)


def after(*commands):
    world = World()
    world.do(enter())
    for command in commands:
        world.do(command)
    return world


def refused(world, command, code, kind=Refused):
    with pytest.raises(kind) as refusal:
        world.do(command)
    assert refusal.value.code == code


def test_a_notice_is_issued_once_and_acknowledged_once():
    world = after()
    assert isinstance(world.do(ISSUE)[0], NoticeIssued)
    assert world.do(ISSUE) == ()
    assert isinstance(world.do(acknowledge())[0], NoticeAcknowledged)
    assert world.do(acknowledge()) == ()
    refused(world, reject(), "notice-acknowledged", Conflict)


def test_or_sent_back_once():
    world = after(ISSUE)
    assert isinstance(world.do(reject())[0], NoticeRejected)
    assert world.do(reject()) == ()
    refused(world, acknowledge(), "notice-rejected", Conflict)


@pytest.mark.parametrize("make", [acknowledge, reject])
def test_a_notice_of_others_is_not_told_from_none(make):
    refused(after(ISSUE), make(LILLE), "no-such-notice", NotFound)
    refused(after(), make(), "no-such-notice", NotFound)


def test_a_breach_is_reported_alerted_taken_in_hand_and_closed():
    world = after()
    assert isinstance(world.do(report(conditions=(CONTACT,)))[0], ViolationReported)
    assert isinstance(world.do(RAISE)[0], AlertRaised)
    assert world.do(RAISE) == ()
    assert isinstance(world.do(take())[0], AlertAcknowledged)
    assert world.do(take()) == ()
    assert isinstance(world.do(RESOLVE)[0], ViolationResolved)
    assert world.do(RESOLVE) == ()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"jurisdiction": "XX"}, "jurisdiction-unknown"),
        ({"breaches": ()}, "no-breach-named"),
        ({"occurred": day("2030-01-01")}, "date-in-the-future"),
        ({"conditions": (ConditionRef(ref("?")),)}, "no-such-condition"),
    ],
)
def test_a_report_says_what_where_and_when(given, code):
    refused(after(), report(**given), code)


def test_a_breach_is_reported_once_and_of_an_order():
    refused(after(report()), report(), "violation-already-reported", Conflict)
    refused(World(), report(), "no-such-order", NotFound)


@pytest.mark.parametrize("command", [RAISE, take(), RESOLVE])
def test_nothing_follows_from_a_breach_that_was_not_reported(command):
    refused(after(), command, "no-such-violation", NotFound)


def test_only_who_was_alerted_takes_it_in_hand():
    world = after(report(), RAISE)
    refused(world, take(LILLE), "no-such-alert", NotFound)
    refused(world, take(alert=AlertRef(ref("?"))), "no-such-alert", NotFound)


def test_a_message_is_due_once_and_closed_once():
    world = after()
    assert isinstance(world.do(REQUEST)[0], MessageDue)
    assert world.do(REQUEST) == ()
    assert isinstance(world.do(HAND_OVER)[0], MessageHandedOver)
    assert world.do(FAIL) == ()


def test_or_fails():
    world = after(REQUEST)
    assert isinstance(world.do(FAIL)[0], MessageFailed)
    assert world.do(HAND_OVER) == ()


@pytest.mark.parametrize("command", [HAND_OVER, FAIL])
def test_what_was_not_due_is_not_handed_over(command):
    refused(after(), command, "no-such-message", NotFound)


@pytest.mark.parametrize("noun", [contact, notice, violation])
def test_a_fact_of_another_noun_changes_nothing(noun):
    world = after(ISSUE, report(), REQUEST)
    first = {contact: MESSAGE, notice: NOTICE, violation: VIOLATION}[noun]
    state = noun.evolve(None, world.streams[first][0])
    assert noun.evolve(state, world.streams[ORDER][0]) == state


@pytest.mark.parametrize("noun", [contact, notice, violation])
def test_a_stream_of_another_noun_is_no_state(noun):
    assert noun.evolve(None, after().streams[ORDER][0]) is None


def test_a_date_is_of_our_age():
    for text in ("1950-01-01", "2199-12-31"):
        plausible(day(text), "/at")
    plausible(None, "/at")
    for text in ("1949-12-31", "2200-01-01"):
        with pytest.raises(Refused, match="date-implausible"):
            plausible(day(text), "/at")


def test_a_day_is_granted_for_zones():
    now = at("2024-03-19T23:00:00+00:00")
    happened(day("2024-03-21"), now, "/at")
    with pytest.raises(Refused, match="date-in-the-future"):
        happened(day("2024-03-21"), Instant(now - 1), "/at")
