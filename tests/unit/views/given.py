"""A ledger on disk, its views, and histories of many orders, written without a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from random import Random
from uuid import UUID

from registry.events import (
    card,
    conflict,
    contact,
    disclosure,
    document,
    duty,
    erasure,
    glass,
    hit,
    issuance,
    look,
    notice,
    recognition,
    representation,
    service,
    violation,
)
from registry.events.base import Actor
from registry.ledger.opening import Ledger, create_ledger, open_ledger
from registry.ledger.port import Draft
from registry.ledger.settings import LedgerSettings
from registry.ledger.view_connections import open_views
from registry.ledger.viewstore import ViewStore
from registry.processes import VIEWS
from registry.values.card import CardForm, WithdrawalReason
from registry.values.conflict import Met
from registry.values.contact import MessageFailure, MessageKind
from registry.values.disclosure import Audience, Disclosed, DisclosureBar
from registry.values.duty import DutyCode, Means, Whom
from registry.values.erasure import ErasureGround
from registry.values.glass import GlassAlertReason, ReviewReason, ReviewVerdict
from registry.values.hit import HitAnswer, Urgency
from registry.values.identifiers import StreamId
from registry.values.issuance import CertificateForm, EndReason, Nature, OrderKind, PartyRole
from registry.values.look import DelayReason, FieldClass, LiftReason, LookGround, LookPurpose
from registry.values.notice import Evidence, NoticeKind, NoticeRejection
from registry.values.order import Court, OrderDetails
from registry.values.parties import AdjustedElement, Document, Party
from registry.values.recognition import DiscontinuationGround, RefusalGround
from registry.values.representation import Authorisation, Giver, RepresentationEnd
from registry.values.service import AttemptReason, ServiceState
from registry.values.time import DAY, HOUR, MINUTE, UNKNOWN_EXPIRY, Instant, LegalMoment, expires
from registry.values.violation import BreachKind, ViolationOutcome
from registry.views.engine import Projector
from tests.simulators.clock import SimulatedClock

START = Instant(1_790_000_000_000_000)
DAY_ONE = LegalMoment(date=date(2026, 9, 1), zone="Europe/Paris")
COURT, DESK, POLICE = "fr-tj-lille", "de-ag-berlin", "de-polizei-berlin"


@dataclass
class Place:
    """An open ledger with its view store and a projector that nobody started."""

    ledger: Ledger
    store: ViewStore
    clock: SimulatedClock
    views: tuple = VIEWS
    versions: dict[UUID, int] = field(default_factory=dict)
    random: Random = field(default_factory=lambda: Random(5))

    def projector(self, **options):
        return Projector(reader=self.ledger.reader, store=self.store, views=self.views, clock=self.clock, **options)

    def catch_up(self, **options):
        projector = self.projector(**options)
        while projector.step():
            pass
        return projector

    def record(self, stream, *events, by=COURT):
        """Append facts to a stream; gives them as recorded."""
        return self.ledger.writer.perform(lambda unit: self.append(unit, stream, events, by))

    def append(self, unit, stream, events, by):
        """Append facts within a running transaction."""
        before = self.versions.get(stream, 0)
        drafts = [
            Draft(fact_id=self.uuid(), actor=Actor(institution=by, key_id="k1"), correlation=self.uuid(), event=event)
            for event in events
        ]
        recorded = unit.append(StreamId(stream), drafts, expected_version=before)
        self.versions[stream] = before + len(events)
        return recorded

    def uuid(self):
        return UUID(int=self.random.getrandbits(128))

    def rows(self, view, table, generation=None):
        """All rows of a table of a view, by key."""
        return self.store.rows(table, {}, view_name=view.name, generation=generation, order_by=table.key)[1]


@contextmanager
def a_place(folder, views=VIEWS) -> Iterator[Place]:
    settings = LedgerSettings(path=folder / "registry.db")
    create_ledger(settings, ledger_id=UUID(int=9), inception=START)
    clock = SimulatedClock(START)
    ledger = open_ledger(settings, clock=clock)
    store = open_views(settings)
    try:
        yield Place(ledger=ledger, store=store, clock=clock, views=views)
    finally:
        store.close()
        ledger.close()


def an_order(order_ref, uuid, expiry=UNKNOWN_EXPIRY, institution=COURT):
    return issuance.OrderIssued(
        order_ref=order_ref,
        details=OrderDetails(
            court=Court(jurisdiction="FR", code="TJ59350", institution=institution),
            kind=OrderKind.FINAL,
            nature=Nature.CIVIL,
            issued=DAY_ONE,
            expiry=expiry,
            parties=(
                Party(party_ref=uuid(), role=PartyRole.PROTECTED, identity="c2VhbGVk", contact="c2VhbGVk"),
                Party(party_ref=uuid(), role=PartyRole.RESPONDENT, identity="c2VhbGVk"),
            ),
            conditions=(),
        ),
    )


@dataclass
class Story:
    """One order and what hangs on it; `next` gives the stream, the event and the actor of one more fact."""

    uuid: object
    random: Random
    order_ref: UUID = None
    open: dict = field(default_factory=dict)

    def begin(self):
        self.order_ref = self.uuid()
        ends = expires(LegalMoment(date=date(2027, 1, self.random.randint(1, 28)), zone="Europe/Paris"))
        return self.order_ref, an_order(self.order_ref, self.uuid, self.random.choice([ends, UNKNOWN_EXPIRY])), COURT

    def next(self):
        return self.random.choice(
            [
                self._of_order,
                self._of_notice,
                self._of_recognition,
                self._of_violation,
                self._of_duty,
                self._of_hit,
                self._of_card,
                self._of_look,
                self._of_glass,
                self._of_conflict,
                self._of_representation,
            ]
        )()

    def _ref(self, noun):
        """An open thing of this noun, or nothing."""
        return self.random.choice(self.open[noun]) if self.open.get(noun) else None

    def _new(self, noun):
        ref = self.uuid()
        self.open.setdefault(noun, []).append(ref)
        return ref

    def _of_order(self):
        order, certificate = self.order_ref, self._ref("certificate")
        choices = [
            lambda: issuance.OrderVaried(order_ref=order, terms=2, conditions=(), made=DAY_ONE, varied_in="FR"),
            lambda: issuance.OrderExtended(order_ref=order, expiry=expires(DAY_ONE), made=DAY_ONE),
            lambda: issuance.OrderSuspended(order_ref=order, from_=DAY_ONE),
            lambda: issuance.OrderReinstated(order_ref=order, from_=DAY_ONE),
            lambda: issuance.OrderRevoked(order_ref=order, from_=DAY_ONE, reason=EndReason.NOT_STATED, revoked_in="FR"),
            lambda: issuance.OrderCorrected(order_ref=order, corrects=order, expiry=expires(DAY_ONE)),
            lambda: issuance.CertificateIssued(
                order_ref=order,
                certificate_ref=self._new("certificate"),
                form=self.random.choice(list(CertificateForm)),
                issued=DAY_ONE,
                destinations=("DE",),
            ),
            lambda: document.DocumentSupplied(
                order_ref=order, document=Document(blob=order, commitment="c2VhbGVk", media_type="text/plain", size=1)
            ),
            lambda: document.DocumentSigned(
                document_ref=self.uuid(),
                order_ref=order,
                facts=(order,),
                key_id="k1",
                signed_at=0,
                signature="c2VhbGVk",
                document=None,
            ),
            lambda: issuance.OrderDeclared(order_ref=order, declared_in="AU-NSW", made=DAY_ONE),
            lambda: issuance.OrderAdjusted(
                order_ref=order,
                adjusted_in="ES",
                adjusted_by="court-es",
                made=DAY_ONE,
                elements=(AdjustedElement(condition_ref=order, metres=300),),
            ),
            lambda: disclosure.DisclosureAllowed(
                disclosure_ref=self.uuid(),
                order_ref=order,
                jurisdiction="FR",
                to=Audience.RESPONDENT,
                of=(Disclosed.MEASURES,),
                needed_to_enforce=(),
                basis="Art 9(3)",
            ),
            lambda: disclosure.DisclosureRefused(
                disclosure_ref=self.uuid(),
                order_ref=order,
                jurisdiction="FR",
                to=Audience.INTERNET,
                of=(Disclosed.ISSUANCE,),
                needed_to_enforce=(),
                bar=DisclosureBar.PUBLICATION,
                barred=(Disclosed.ISSUANCE,),
                basis="(d)(3)",
            ),
            lambda: issuance.OrderRegistered(
                order_ref=order, registered_in="US-CA", registered_with="us-ca", made=DAY_ONE
            ),
            lambda: service.ServiceAttempted(
                order_ref=order, respondent=order, terms=1, at=DAY_ONE, reason=AttemptReason.MOVED, served_by=POLICE
            ),
            lambda: service.ServiceRecorded(
                order_ref=order,
                respondent=order,
                terms=1,
                state=self.random.choice(list(ServiceState)),
                at=DAY_ONE,
                served_by=POLICE,
            ),
            lambda: erasure.SubjectErased(
                order_ref=order, subject=order, key_id="00" * 16, ground=ErasureGround.COURT_ORDERED
            ),
            lambda: contact.MessageDue(
                message_ref=self._new("message"),
                order_ref=order,
                party_ref=order,
                about=order,
                kind=MessageKind.ORDER_SERVED,
            ),
        ]
        if certificate:
            choices.append(
                lambda: issuance.CertificateWithdrawn(order_ref=order, certificate_ref=certificate, from_=DAY_ONE)
            )
        if message := self._ref("message"):
            choices += [
                lambda: contact.MessageHandedOver(message_ref=message, order_ref=order, channel="email"),
                lambda: contact.MessageFailed(message_ref=message, order_ref=order, reason=MessageFailure.NO_CONSENT),
            ]
        event = self.random.choice(choices)()
        return getattr(event, "message_ref", order), event, COURT

    def _of_card(self):
        card_ref = self._ref("card")
        if card_ref is not None and self.random.random() < 0.5:
            event = card.CardWithdrawn(card_ref=card_ref, order_ref=self.order_ref, reason=WithdrawalReason.LOST)
            return card_ref, event, COURT
        card_ref = self._new("card")
        event = card.CardIssued(
            card_ref=card_ref,
            order_ref=self.order_ref,
            list_ref=self.order_ref,
            index=self.random.randrange(1 << 16),
            digest="00" * 32,
            kid="00" * 8,
            form=CardForm.POINTER,
            order_version=1,
            terms=1,
            issued=START,
            expires=Instant(START + DAY),
        )
        return card_ref, event, COURT

    def _of_notice(self):
        known, order = self._ref("notice"), self.order_ref
        if known is None or self.random.random() < 0.5:
            ref = self._new("notice")
            return (
                ref,
                notice.NoticeIssued(
                    notice_ref=ref,
                    order_ref=order,
                    about=order,
                    kind=self.random.choice(list(NoticeKind)),
                    recipient=self.random.choice([DESK, POLICE]),
                    jurisdiction="DE",
                    due=Instant(START + DAY),
                    basis="rule",
                ),
                "registry",
            )
        event = self.random.choice(
            [
                notice.NoticeAcknowledged(notice_ref=known, order_ref=order),
                notice.NoticeRejected(notice_ref=known, order_ref=order, reason=NoticeRejection.DUPLICATE),
                notice.NoticeEvidenced(
                    notice_ref=known,
                    order_ref=order,
                    evidence=self.random.choice(list(Evidence)),
                    at=START,
                    next_due=self.random.choice([None, Instant(START + DAY)]),
                ),
                notice.ContainerReceived(
                    notice_ref=known,
                    order_ref=order,
                    document=Document(blob=order, commitment="c2VhbGVk", media_type="text/plain", size=1),
                ),
            ]
        )
        return known, event, DESK

    def _of_recognition(self):
        known, order = self._ref("recognition"), self.order_ref
        if known is None:
            ref = self._new("recognition")
            return (
                ref,
                recognition.RecognitionAsked(
                    recognition_ref=ref,
                    order_ref=order,
                    jurisdiction="DE",
                    authority=DESK,
                    instrument="eu-2011-99",
                    asked=DAY_ONE,
                ),
                COURT,
            )
        event = self.random.choice(
            [
                recognition.SupplementRequested(recognition_ref=known, order_ref=order, missing=("f",), due=DAY_ONE),
                recognition.RecognitionSupplemented(recognition_ref=known, order_ref=order, supplied=("f",)),
                recognition.RecognitionGranted(
                    recognition_ref=known, order_ref=order, jurisdiction="DE", decided=DAY_ONE
                ),
                recognition.RecognitionRefused(
                    recognition_ref=known,
                    order_ref=order,
                    jurisdiction="DE",
                    decided=DAY_ONE,
                    grounds=(RefusalGround.INCOMPLETE,),
                ),
                recognition.RecognitionDiscontinued(
                    recognition_ref=known,
                    order_ref=order,
                    jurisdiction="DE",
                    from_=DAY_ONE,
                    ground=DiscontinuationGround.MAXIMUM_TERM,
                ),
            ]
        )
        return known, event, DESK

    def _of_duty(self):
        known, order = self._ref("duty"), self.order_ref
        code, whom, due = DutyCode.COURT_TELLS_POLICE, Whom.POLICE, Instant(START + DAY)
        if known is None or self.random.random() < 0.4:
            ref = self._new("duty")
            event = duty.DutyArose(
                duty_ref=ref,
                order_ref=order,
                about=order,
                code=code,
                whom=whom,
                owed_by=self.random.choice([COURT, DESK]),
                since=START,
                due=self.random.choice([None, due]),
                instrument="rule",
                provision="1",
                verified=self.random.choice([False, True]),
            )
            return ref, event, "registry"
        event = self.random.choice(
            [
                duty.DutyOverdue(
                    duty_ref=known, order_ref=order, code=code, whom=whom, owed_by=COURT, due=due, basis="rule 1"
                ),
                duty.DutyDischarged(
                    duty_ref=known, order_ref=order, about=order, code=code, whom=whom, at=DAY_ONE, means=Means.EMAIL
                ),
                duty.DutyLapsed(duty_ref=known, order_ref=order, about=order, code=code, whom=whom, because=order),
                duty.DutyRevived(duty_ref=known, order_ref=order, about=order, code=code, whom=whom, because=order),
            ]
        )
        return known, event, COURT

    def _of_hit(self):
        known, order = self._ref("hit"), self.order_ref
        if known is None or self.random.random() < 0.5:
            ref = known or self._new("hit")
            event = hit.HitConfirmationAsked(
                hit_ref=ref,
                order_ref=order,
                check_ref="0" * 32,
                jurisdiction="DE-BE",
                urgency=self.random.choice(list(Urgency)),
                request=1,
                asked_by=POLICE,
                recipient=self.random.choice([COURT, DESK]),
                due=Instant(START + 10 * MINUTE),
                basis="rule",
            )
            return ref, event, POLICE
        answer = self.random.choice(list(HitAnswer))
        until = Instant(START + HOUR) if answer is HitAnswer.MORE_TIME else None
        event = hit.HitConfirmationAnswered(
            hit_ref=known,
            order_ref=order,
            answer=answer,
            answered_by=COURT,
            until=until,
            recipients=(COURT, DESK),
        )
        return known, event, COURT

    def _of_look(self):
        order = self.order_ref
        if self.random.random() < 0.5:
            event = look.LookTaken(
                look_ref="0" * 32,
                order_ref=order,
                jurisdiction="DE-BE",
                purpose=self.random.choice(list(LookPurpose)),
                ground=self.random.choice([None, *LookGround]),
                incident_stated=self.random.random() < 0.5,
                commitment="m",
                query="c2VhbGVk",
                classes=(FieldClass.IDENTITY, FieldClass.ORDER_FACTS),
                parties=(look.PartyShown(party_ref=self.uuid(), classes=(FieldClass.IDENTITY,)),),
                given_at=Instant(START + self.random.randint(0, HOUR)),
            )
            return self.uuid(), event, self.random.choice([COURT, DESK])
        known = self._ref("delay") or self._new("delay")
        asked = {"order_ref": order, "institution": POLICE, "jurisdiction": "DE-BE"}
        why = DelayReason.ONGOING_INVESTIGATION
        choices = [
            lambda: look.LookDelayAsked(**asked, reason=why),
            lambda: look.LookDelaySet(**asked, reason=why, until=Instant(START + HOUR), basis="rule", verified=False),
            lambda: look.LookDelayLifted(order_ref=order, institution=POLICE, reason=LiftReason.NO_LONGER_NEEDED),
        ]
        return known, self.random.choice(choices)(), POLICE

    def _of_glass(self):
        known = self._ref("glass")
        if known is None or self.random.random() < 0.3:
            ref = self._new("glass")
            event = glass.GlassBroken(
                glass_ref=ref,
                order_ref=self.order_ref,
                jurisdiction="DE-BE",
                ground=LookGround.THREAT_TO_LIFE,
                whereabouts=self.random.random() < 0.5,
                commitment="m",
                query="c2VhbGVk",
                until=Instant(START + HOUR),
                review_by=DESK,
                review_due=Instant(START + 3 * DAY),
                waiting=1,
            )
            return ref, event, POLICE
        about = {"glass_ref": known, "order_ref": self.order_ref}
        alert = self._ref("glass alert")
        choices = [
            lambda: glass.GlassAlerted(
                **about,
                alert_ref=self._new("glass alert"),
                reason=self.random.choice(list(GlassAlertReason)),
                recipient=self.random.choice([DESK, COURT]),
                due=Instant(START + 10 * MINUTE),
                basis="rule",
            ),
            lambda: glass.GlassAlertAcknowledged(**about, alerts=(alert,) if alert else ()),
            lambda: glass.GlassReviewed(**about, verdict=ReviewVerdict.JUSTIFIED, reason=ReviewReason.LIFE_IN_DANGER),
            lambda: glass.GlassReviewOverdue(**about),
        ]
        return known, self.random.choice(choices)(), DESK

    def _of_representation(self):
        known = self._ref("representation")
        if known is None or self.random.random() < 0.6:
            ref = self._new("representation")
            event = representation.RepresentationRecorded(
                representation_ref=ref,
                order_ref=self.order_ref,
                party_ref=self.uuid(),
                organisation="de-beratung",
                authorisation=self.random.choice(list(Authorisation)),
                given_by=self.random.choice([*Giver, None]),
                until=Instant(START + DAY),
                basis="rule",
                verified=False,
            )
            return ref, event, COURT
        reason = self.random.choice(list(RepresentationEnd))
        ended = representation.RepresentationEnded(representation_ref=known, order_ref=self.order_ref, reason=reason)
        return known, ended, COURT

    def _of_conflict(self):
        known = self._ref("conflict")
        if known is None or self.random.random() < 0.5:
            ref, alert = self._new("conflict"), self._new("conflict alert")
            event = conflict.ConflictMet(
                conflict_ref=ref,
                order_ref=self.order_ref,
                institution=POLICE,
                officer="o-77",
                jurisdiction="DE-BE",
                met=self.random.choice(list(Met)),
                alerts=(alert,),
                recipients=(DESK,),
                due=Instant(START + DAY),
                basis="rule",
            )
            return ref, event, "registry"
        alert = self._ref("conflict alert")
        about = {"conflict_ref": known, "order_ref": self.order_ref}
        if self.random.random() < 0.3:
            ref, due = self._new("conflict alert"), Instant(START + DAY)
            again = conflict.ConflictAlerted(**about, alert_ref=ref, recipient=POLICE, due=due, basis="rule")
            return known, again, "registry"
        return known, conflict.ConflictAcknowledged(**about, alert_ref=alert), DESK

    def _of_violation(self):
        known, order = self._ref("violation"), self.order_ref
        if known is None:
            ref = self._new("violation")
            event = violation.ViolationReported(
                violation_ref=ref,
                order_ref=order,
                jurisdiction="DE-BE",
                breaches=(BreachKind.CONTACT_ONLINE,),
                occurred=DAY_ONE,
            )
            return ref, event, POLICE
        alert = self._ref("alert")
        if alert is None or self.random.random() < 0.4:
            event = violation.AlertRaised(
                violation_ref=known,
                order_ref=order,
                alert_ref=self._new("alert"),
                recipient=self.random.choice([DESK, COURT]),
                due=Instant(START + 10 * MINUTE + self.random.randint(0, HOUR)),
                basis="rule",
            )
            return known, event, "registry"
        if self.random.random() < 0.2:
            event = violation.ViolationResolved(violation_ref=known, order_ref=order, outcome=ViolationOutcome.WARNING)
            return known, event, DESK
        event = violation.AlertAcknowledged(violation_ref=known, order_ref=order, alert_ref=alert, recipient=DESK)
        return known, event, DESK


def write_history(place, *, orders, facts, seed):
    """Write a random history: so many orders, and so many facts in all, the orders' facts among one another."""
    random = Random(seed)
    place.random = random
    stories = [Story(uuid=place.uuid, random=random) for _ in range(orders)]
    steps = [story.begin() for story in stories] + [random.choice(stories).next() for _ in range(facts - orders)]

    def work(some):
        def act(unit):
            for stream, event, by in some:
                place.append(unit, stream, [event], by)

        return act

    for begin in range(0, len(steps), 500):
        place.ledger.writer.perform(work(steps[begin : begin + 500]))
