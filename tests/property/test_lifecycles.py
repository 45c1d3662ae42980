"""A machine a noun: whatever is asked in whatever order, the facts keep the law's invariants."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from registry.commands.contact import RecordHandOver, RecordMessageFailure, RequestMessage
from registry.commands.issuance import EnterOrder
from registry.commands.notice import AcknowledgeNotice, IssueNotice, RejectNotice
from registry.commands.violation import AcknowledgeAlert, RaiseAlert, ReportViolation, ResolveViolation
from registry.errors import Refused
from registry.events.contact import MessageDue, MessageFailed, MessageHandedOver
from registry.events.issuance import (
    CertificateIssued,
    CertificateWithdrawn,
    OrderIssued,
    OrderReinstated,
    OrderRevoked,
    OrderSuspended,
    OrderVaried,
)
from registry.events.notice import NoticeAcknowledged, NoticeIssued, NoticeRejected
from registry.events.recognition import (
    RecognitionAsked,
    RecognitionDiscontinued,
    RecognitionGranted,
    RecognitionRefused,
)
from registry.events.service import ServiceRecorded
from registry.events.violation import AlertAcknowledged, AlertRaised, ViolationReported, ViolationResolved
from registry.law import standing as standings
from registry.values.contact import MessageFailure, MessageKind
from registry.values.identifiers import AlertRef, FactId, MessageRef, NoticeRef, ViolationRef
from registry.values.issuance import CertificateForm
from registry.values.notice import NoticeKind, NoticeRejection
from registry.values.service import TOLD
from registry.values.time import DAY, Instant
from registry.values.violation import BreachKind, ViolationOutcome
from tests.given import BERLIN, LILLE, MADRID, ORDER, PROTECTED, World, day, enter, ref
from tests.property.histories import RECOGNITIONS, START, commands, order_details

WHO = st.sampled_from([BERLIN, LILLE, MADRID])
NOTICE, VIOLATION, MESSAGE = (ref(word) for word in ("notice", "violation", "message"))
ALERTS = [AlertRef(ref("first alert")), AlertRef(ref("second alert"))]
ABOUT = FactId(ref("fact 1"))


class Life(RuleBasedStateMachine):
    """What every machine does: ask, and keep the world as it was where it is refused."""

    def __init__(self):
        super().__init__()
        self.world, self.now = World(), START

    def ask(self, command):
        before = self.world.count
        try:
            return self.world.do(command, self.now)
        except Refused as refusal:
            assert refusal.code  # noqa: PT017
            assert refusal.code == refusal.code.lower()  # noqa: PT017
            assert self.world.count == before
            return None

    def events(self, stream):
        return [fact.event for fact in self.world.streams.get(stream, ())]

    @invariant()
    def versions_follow_one_another(self):
        for facts in self.world.streams.values():
            assert [fact.version for fact in facts] == list(range(1, len(facts) + 1))


def count(events, kind):
    return sum(isinstance(event, kind) for event in events)


class Orders(Life):
    """An order with its service, its certificates and its recognitions."""

    @rule(said=order_details)
    def enter(self, said):
        self.ask(EnterOrder(order_ref=ORDER, details=said))

    @rule(data=st.data(), days=st.integers(1, 60))
    def anything(self, data, days):
        self.now = Instant(self.now + days * DAY)
        command = data.draw(commands(self.world))
        if self.ask(command):
            again = self.ask(command)
            if type(command).__name__ in {"RevokeOrder", "IssueCertificate", "WithdrawCertificate", "ExtendOrder"}:
                assert again == ()

    @invariant()
    def it_is_issued_once_and_first(self):
        events = self.events(ORDER)
        assert count(events, OrderIssued) == (1 if events else 0)
        assert not events or isinstance(events[0], OrderIssued)

    @invariant()
    def its_terms_are_numbered_without_a_hole(self):
        order = self.world.order(ORDER)
        if order is not None:
            assert [terms.version for terms in order.terms] == list(range(1, len(order.terms) + 1))
            varied = [event.terms for event in self.events(ORDER) if isinstance(event, OrderVaried)]
            assert varied == list(range(2, len(varied) + 2))

    @invariant()
    def each_further_end_is_earlier(self):
        ends = [event.from_.begins() for event in self.events(ORDER) if isinstance(event, OrderRevoked)]
        assert ends == sorted(set(ends), reverse=True)

    @invariant()
    def what_is_reinstated_was_suspended(self):
        suspended = 0
        for event in self.events(ORDER):
            suspended += isinstance(event, OrderSuspended)
            assert suspended or not isinstance(event, OrderReinstated)
        order = self.world.order(ORDER)
        assert order is None or sum(pause.ends is None for pause in order.pauses) <= suspended

    @invariant()
    def no_certificate_without_notice_and_none_twice(self):
        told, seen, withdrawn = set(), set(), set()
        order = self.world.order(ORDER)
        for event in self.events(ORDER):
            if isinstance(event, ServiceRecorded) and event.state in TOLD:
                told.add(event.respondent)
            if isinstance(event, CertificateIssued):
                assert event.certificate_ref not in seen
                seen.add(event.certificate_ref)
                assert told or event.form is not CertificateForm.ARTICLE_5
            if isinstance(event, CertificateWithdrawn):
                assert event.certificate_ref in seen - withdrawn
                withdrawn.add(event.certificate_ref)
        assert order is None or len(order.certificates) == len(seen)

    @invariant()
    def folding_at_once_and_step_by_step_agree(self):
        state = None
        for fact in self.world.streams.get(ORDER, ()):
            state = standings.evolve(state, fact)
        assert state == self.world.order(ORDER)

    @invariant()
    def a_procedure_goes_one_way(self):
        open_at_once = 0
        for stream in RECOGNITIONS:
            events = self.events(stream)
            assert count(events, RecognitionAsked) == (1 if events else 0)
            granted, refused = count(events, RecognitionGranted), count(events, RecognitionRefused)
            assert granted + refused <= 1
            assert count(events, RecognitionDiscontinued) <= granted
            open_at_once += bool(events) and not refused and not count(events, RecognitionDiscontinued)
        assert open_at_once <= 1


class Notices(Life):
    """A notice, answered by its recipient alone."""

    @rule(recipient=WHO)
    def issue(self, recipient):
        self.ask(
            IssueNotice(
                notice_ref=NoticeRef(NOTICE),
                order_ref=ORDER,
                about=ABOUT,
                kind=NoticeKind.SERVED,
                recipient=recipient,
                jurisdiction="DE",
                due=self.now,
                basis="Art 8",
            )
        )

    @rule(by=WHO)
    def acknowledge(self, by):
        self._by_recipient(self.ask(AcknowledgeNotice(notice_ref=NoticeRef(NOTICE), by=by)), by)

    @rule(by=WHO, reason=st.sampled_from(list(NoticeRejection)))
    def reject(self, by, reason):
        self._by_recipient(self.ask(RejectNotice(notice_ref=NoticeRef(NOTICE), by=by, reason=reason)), by)

    def _by_recipient(self, answered, by):
        assert answered is None or self.events(NOTICE)[0].recipient == by

    @invariant()
    def it_is_issued_once_and_answered_once(self):
        events = self.events(NOTICE)
        assert count(events, NoticeIssued) == (1 if events else 0)
        assert count(events, NoticeAcknowledged | NoticeRejected) <= 1


class Violations(Life):
    """A breach, with the alerts it raises."""

    @rule()
    def report(self):
        if not self.events(ORDER):
            self.ask(enter())
        self.now = Instant(max(self.now, START + 90 * DAY))
        self.ask(
            ReportViolation(
                violation_ref=ViolationRef(VIOLATION),
                order_ref=ORDER,
                jurisdiction="FR",
                breaches=(BreachKind.OTHER,),
                occurred=day("2024-02-05"),
            )
        )

    @rule(alert=st.sampled_from(ALERTS), recipient=WHO)
    def alarm(self, alert, recipient):
        self.ask(
            RaiseAlert(
                violation_ref=ViolationRef(VIOLATION), alert_ref=alert, recipient=recipient, due=self.now, basis="-"
            )
        )

    @rule(alert=st.sampled_from(ALERTS), by=WHO)
    def take(self, alert, by):
        if self.ask(AcknowledgeAlert(violation_ref=ViolationRef(VIOLATION), alert_ref=alert, by=by)):
            raised = [e for e in self.events(VIOLATION) if isinstance(e, AlertRaised) and e.alert_ref == alert]
            assert [event.recipient for event in raised] == [by]

    @rule(outcome=st.sampled_from(list(ViolationOutcome)))
    def resolve(self, outcome):
        self.ask(ResolveViolation(violation_ref=ViolationRef(VIOLATION), outcome=outcome))

    @invariant()
    def each_thing_happens_once(self):
        events = self.events(VIOLATION)
        assert count(events, ViolationReported) == (1 if events else 0)
        assert count(events, ViolationResolved) <= 1
        for alert in ALERTS:
            mine = [event for event in events if getattr(event, "alert_ref", None) == alert]
            assert [type(event) for event in mine] in ([], [AlertRaised], [AlertRaised, AlertAcknowledged])


class Messages(Life):
    """A message, due once and closed once."""

    @rule()
    def request(self):
        self.ask(
            RequestMessage(
                message_ref=MessageRef(MESSAGE),
                order_ref=ORDER,
                party_ref=PROTECTED,
                about=ABOUT,
                kind=MessageKind.ORDER_ENDED,
            )
        )

    @rule()
    def hand_over(self):
        self.ask(RecordHandOver(message_ref=MessageRef(MESSAGE), channel="sms"))

    @rule(reason=st.sampled_from(list(MessageFailure)))
    def fail(self, reason):
        self.ask(RecordMessageFailure(message_ref=MessageRef(MESSAGE), reason=reason))

    @invariant()
    def it_is_due_once_and_closed_once(self):
        events = self.events(MESSAGE)
        assert count(events, MessageDue) == (1 if events else 0)
        assert count(events, MessageHandedOver | MessageFailed) <= 1


_FEW = settings(max_examples=max(15, settings.default.max_examples // 4), stateful_step_count=30)
TestOrders = Orders.TestCase
TestOrders.settings = _FEW
TestNotices = Notices.TestCase
TestNotices.settings = _FEW
TestViolations = Violations.TestCase
TestViolations.settings = _FEW
TestMessages = Messages.TestCase
TestMessages.settings = _FEW
