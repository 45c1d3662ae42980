"""What follows from a fact: who is told, on what basis, by when. Pure, and one table.

A reference of what follows is derived from the fact and the recipient, so that applying a rule again
says nothing new. Nothing here, or anywhere, is ever addressed to a respondent: no rule names one,
and a registration in particular is told to nobody (18 USC 2265(d)(1)).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from registry.access.actors import Role
from registry.alerts.around import Around
from registry.alerts.doubts import doubted
from registry.alerts.duties import concerns as brings_duties
from registry.alerts.duties import owed, turned
from registry.alerts.erasures import wait_told
from registry.alerts.recipients import answering, distinct
from registry.alerts.telling import OUR_RULE, Clock, copies_corrected, copies_erased, notice_to, notices, order_of
from registry.commands.contact import RequestMessage
from registry.commands.duty import LapseDuty, OpenDuty, ReviveDuty
from registry.commands.institution import DoubtFact
from registry.commands.notice import IssueNotice
from registry.commands.violation import RaiseAlert
from registry.events import duty, erasure, institution, issuance, notice, party, recognition, service, violation
from registry.ledger.port import AnyFact
from registry.values.contact import MessageKind
from registry.values.identifiers import (
    AlertRef,
    InstitutionId,
    MessageRef,
    ViolationRef,
    derived,
)
from registry.values.issuance import CertificateForm
from registry.values.jurisdiction import Jurisdiction
from registry.values.notice import NEGATIVE, NoticeKind
from registry.values.service import TOLD
from registry.values.time import DAY, MINUTE, Instant
from registry.values.violation import ViolationOutcome

Follows: TypeAlias = IssueNotice | RaiseAlert | RequestMessage | OpenDuty | LapseDuty | ReviveDuty | DoubtFact
ENGLAND_AND_WALES: Final = Jurisdiction("GB-EAW")
CERTIFICATE: Final = Clock(
    within=DAY,
    basis=(
        "registry notice, for information: recognition under Regulation (EU) No 606/2013 Art 4(1) "
        f"needs no decision; {OUR_RULE}"
    ),
)
FORM_II: Final = Clock(within=DAY, basis=f"Regulation (EU) No 606/2013 Art 14(1)-(2); {OUR_RULE}")
WRONGLY_GRANTED: Final = Clock(within=DAY, basis=f"Regulation (EU) No 606/2013 Art 9(1)(b); {OUR_RULE}")
ADJUSTMENT: Final = Clock(within=DAY, basis=f"Regulation (EU) No 606/2013 Art 11(1); {OUR_RULE}")
LINKED: Final = Clock(within=DAY, basis=f"registry rule: a court is told whose its party is said to be; {OUR_RULE}")
CHANGED: Final = Clock(within=DAY, basis=f"registry rule: who holds an order is told of its change; {OUR_RULE}")
PROCEDURE: Final = Clock(within=DAY, basis=f"registry rule: the other side of a procedure is told; {OUR_RULE}")
DIRECTIVE: Final = "eu-2011-99"
DIRECTIVE_ARTICLES: Final[Mapping[NoticeKind, str]] = {
    NoticeKind.RECOGNITION_ASKED: "Art 8",
    NoticeKind.SUPPLEMENT_REQUESTED: "Art 9(4)",
    NoticeKind.RECOGNITION_SUPPLEMENTED: "Art 9(4)",
    NoticeKind.RECOGNITION_GRANTED: "Art 9(3)",
    NoticeKind.RECOGNITION_REFUSED: "Art 10(2)",
    NoticeKind.RECOGNITION_DISCONTINUED: "Art 14(2)",
}
PROSECUTION: Final = Clock(within=DAY, basis=f"registry rule: a breach is reported to a prosecutor; {OUR_RULE}")
UNDELIVERED: Final = Clock(within=DAY, basis=f"registry rule: a notice that did not arrive is told; {OUR_RULE}")
SERVED: Final = Clock(within=DAY, basis="FPR 2010 Practice Direction 11A para 2.2: the police within one day")
URGENT: Final = "registry rule: acknowledge within 10 minutes, as an urgent hit confirmation"
BREACH: Final = Clock(within=10 * MINUTE, basis=URGENT)
BREACH_ABROAD: Final = Clock(within=10 * MINUTE, basis=f"Directive 2011/99/EU Art 12; {URGENT}")
"""For who answers for the order that a broken measure was adopted from."""


def concerns(fact: AnyFact) -> bool:
    """Say whether anything can follow from a fact, before what is around it is read."""
    return type(fact.event) in RULES or brings_duties(fact)


def follows(fact: AnyFact, around: Around) -> tuple[Follows, ...]:
    """Give the commands that follow from a fact: who is told, and what institutions owe besides."""
    rule = RULES.get(type(fact.event))
    told = tuple(rule(fact, fact.event, around)) if rule else ()
    return (*turned(fact, around, told), *told, *wait_told(fact, around), *owed(fact, around, told))


def _messages(fact: AnyFact, kind: MessageKind, around: Around) -> Iterator[RequestMessage]:
    for party_ref in around.protected:
        yield RequestMessage(
            message_ref=MessageRef(derived(fact.fact_id, f"message/{party_ref}")),
            order_ref=order_of(fact),
            party_ref=party_ref,
            about=fact.fact_id,
            kind=kind,
        )


def _changed(kind: NoticeKind, message: MessageKind | None, clock: Clock = CHANGED) -> "Rule":
    """Make the rule for a change: those who hold the order are told, and the protected party if said."""

    def rule(fact: AnyFact, _: Any, around: Around) -> Iterator[Follows]:  # noqa: ANN401  # typed by RULES
        yield from notices(fact, kind, clock, (around.issuing, *around.involved), around.jurisdiction)
        if message is not None:
            yield from _messages(fact, message, around)

    return rule


def _corrected(fact: AnyFact, event: issuance.OrderCorrected, around: Around) -> Iterator[Follows]:
    """Tell those who hold it; the protected party where dates or terms are other, or a fact was taken back.

    Of a person's data, whoever was only shown it is told as well.
    """
    if event.parties:
        yield from copies_corrected(fact, around)
    matters = any((event.conditions is not None, event.issued, event.valid_from, event.expiry, event.retracts))
    yield from _changed(NoticeKind.CORRECTED, MessageKind.ORDER_CHANGED if matters else None)(fact, event, around)


def _certified(fact: AnyFact, event: issuance.CertificateIssued, around: Around) -> Iterator[Follows]:
    if event.form is not CertificateForm.ARTICLE_5:
        rule = _changed(NoticeKind.CERTIFICATE_ISSUED, MessageKind.ORDER_CHANGED, FORM_II)
        yield from rule(fact, event, around)
        return
    told: set[InstitutionId] = set()
    for destination in event.destinations:
        desks = answering(around.directory, Role.EXECUTING_AUTHORITY, destination)
        fresh = [desk for desk in desks if desk not in told]
        told.update(fresh)
        yield from notices(fact, NoticeKind.CERTIFICATE_ISSUED, CERTIFICATE, fresh, destination)


def _adjusted(fact: AnyFact, event: issuance.OrderAdjusted, around: Around) -> Iterator[Follows]:
    """Tell the police of the State that adjusted it, for they enforce what it says there, and the protected party."""
    police = answering(around.directory, Role.POLICE, event.adjusted_in)
    yield from notices(fact, NoticeKind.ADJUSTED, ADJUSTMENT, police, event.adjusted_in)
    yield from _messages(fact, MessageKind.ORDER_CHANGED, around)


def _same_person(kind: NoticeKind) -> "Rule":
    """Make the rule for what is said of parties of two orders: who answers for either is told, if another said it."""

    def rule(fact: AnyFact, _: Any, around: Around) -> Iterator[Follows]:  # noqa: ANN401  # typed by RULES
        told: set[InstitutionId | None] = {fact.actor.institution, None}
        for side in around.sides:
            if side.issuing is not None and side.issuing not in told:
                told.add(side.issuing)
                yield notice_to(fact, kind, LINKED, side.issuing, side.jurisdiction, side.order_ref)

    return rule


def _served(fact: AnyFact, event: service.ServiceRecorded, around: Around) -> Iterator[Follows]:
    """The first time a respondent knows the terms: the protected party and, in England and Wales, the police."""
    if event.state not in TOLD or around.told_before:
        return
    if around.jurisdiction == ENGLAND_AND_WALES:
        police = answering(around.directory, Role.POLICE, around.jurisdiction)
        yield from notices(fact, NoticeKind.SERVED, SERVED, police, around.jurisdiction)
    yield from _messages(fact, MessageKind.ORDER_SERVED, around)


def _procedure(kind: NoticeKind, instrument: str | None) -> Clock:
    """Give the clock of a step of a procedure, with its article where the Directive is the instrument."""
    if instrument != DIRECTIVE:
        return PROCEDURE
    return Clock(within=PROCEDURE.within, basis=f"Directive 2011/99/EU {DIRECTIVE_ARTICLES[kind]}; {OUR_RULE}")


def _asked(fact: AnyFact, event: recognition.RecognitionAsked, _: Around) -> Iterator[Follows]:
    kind = NoticeKind.RECOGNITION_ASKED
    yield from notices(fact, kind, _procedure(kind, event.instrument), (event.authority,), event.jurisdiction)


def _supplemented(fact: AnyFact, _: recognition.RecognitionSupplemented, around: Around) -> Iterator[Follows]:
    kind = NoticeKind.RECOGNITION_SUPPLEMENTED
    clock = _procedure(kind, around.instrument)
    yield from notices(fact, kind, clock, (around.authority,), around.jurisdiction)


def _to_issuer(kind: NoticeKind, message: MessageKind | None = None) -> "Rule":
    """Make the rule for what an executing authority says: the issuing institution is told."""

    def rule(fact: AnyFact, _: Any, around: Around) -> Iterator[Follows]:  # noqa: ANN401  # typed by RULES
        clock = _procedure(kind, around.instrument)
        yield from notices(fact, kind, clock, (around.issuing,), around.jurisdiction)
        if message is not None:
            yield from _messages(fact, message, around)

    return rule


def _breached(fact: AnyFact, event: violation.ViolationReported, around: Around) -> Iterator[Follows]:
    """Alert who answers for the order and for its origin, and the desks and police of the place.

    The reporter knows, unless it is a desk: a desk that reports takes it in hand by acknowledging.
    """
    desks = answering(around.directory, Role.EXECUTING_AUTHORITY, event.jurisdiction)
    police = answering(around.directory, Role.POLICE, event.jurisdiction)
    for recipient in distinct((around.issuing, around.origin, *desks, *police)):
        if recipient == fact.actor.institution and recipient not in desks:
            continue
        clock = BREACH_ABROAD if recipient == around.origin else BREACH
        yield _alert(fact, event.violation_ref, recipient, clock)
    yield from _messages(fact, MessageKind.VIOLATION_REPORTED, around)


def _evidenced(fact: AnyFact, event: notice.NoticeEvidenced, around: Around) -> Iterator[IssueNotice]:
    """Tell who answers for the order that a notice did not arrive; that it did is seen from the notice itself."""
    if event.evidence in NEGATIVE:
        kind = NoticeKind.NOTICE_NOT_DELIVERED
        yield from notices(fact, kind, UNDELIVERED, (around.issuing,), around.jurisdiction)


def _overdue(fact: AnyFact, event: duty.DutyOverdue, around: Around) -> Iterator[IssueNotice]:
    """Remind whoever owes it, once: the fact is recorded once."""
    clock = Clock(within=DAY, basis=f"{event.basis}; {OUR_RULE}")
    yield from notices(fact, NoticeKind.DUTY_OVERDUE, clock, (event.owed_by,), around.jurisdiction)


def _resolved(fact: AnyFact, event: violation.ViolationResolved, around: Around) -> Iterator[RaiseAlert]:
    """Hand a breach that was reported to the prosecutor to the prosecutors of its place; else nobody is told.

    What begins to run with it stands in erasures.py.
    """
    if event.outcome is not ViolationOutcome.REPORTED_TO_PROSECUTOR or around.reported_in is None:
        return
    for recipient in answering(around.directory, Role.PROSECUTOR, around.reported_in):
        yield _alert(fact, event.violation_ref, recipient, PROSECUTION)


def _alert(fact: AnyFact, violation_ref: ViolationRef, recipient: InstitutionId, clock: Clock) -> RaiseAlert:
    return RaiseAlert(
        violation_ref=violation_ref,
        alert_ref=AlertRef(derived(fact.fact_id, f"alert/{recipient}")),
        recipient=recipient,
        due=Instant(fact.recorded_at + clock.within),
        basis=clock.basis,
    )


Rule: TypeAlias = Callable[[AnyFact, Any, Around], Iterable[Follows]]

RULES: Final[Mapping[type, Rule]] = {
    issuance.OrderVaried: _changed(NoticeKind.TERMS_CHANGED, MessageKind.ORDER_CHANGED),
    issuance.OrderExtended: _changed(NoticeKind.EXTENDED, MessageKind.ORDER_CHANGED),
    issuance.OrderSuspended: _changed(NoticeKind.SUSPENDED, MessageKind.ORDER_CHANGED),
    issuance.OrderReinstated: _changed(NoticeKind.REINSTATED, MessageKind.ORDER_CHANGED),
    issuance.OrderRevoked: _changed(NoticeKind.REVOKED, MessageKind.ORDER_ENDED),
    issuance.OrderCorrected: _corrected,
    issuance.OrderAdjusted: _adjusted,
    issuance.CertificateIssued: _certified,
    issuance.CertificateWithdrawn: _changed(
        NoticeKind.CERTIFICATE_WITHDRAWN, MessageKind.ORDER_CHANGED, WRONGLY_GRANTED
    ),
    party.PartiesLinked: _same_person(NoticeKind.PARTIES_LINKED),
    party.PartiesUnlinked: _same_person(NoticeKind.PARTIES_UNLINKED),
    service.ServiceRecorded: _served,
    recognition.RecognitionAsked: _asked,
    recognition.SupplementRequested: _to_issuer(NoticeKind.SUPPLEMENT_REQUESTED),
    recognition.RecognitionSupplemented: _supplemented,
    recognition.RecognitionGranted: _to_issuer(NoticeKind.RECOGNITION_GRANTED, MessageKind.RECOGNITION_DECIDED),
    recognition.RecognitionRefused: _to_issuer(NoticeKind.RECOGNITION_REFUSED, MessageKind.RECOGNITION_DECIDED),
    recognition.RecognitionDiscontinued: _to_issuer(
        NoticeKind.RECOGNITION_DISCONTINUED, MessageKind.RECOGNITION_DECIDED
    ),
    violation.ViolationReported: _breached,
    violation.ViolationResolved: _resolved,
    duty.DutyOverdue: _overdue,
    notice.NoticeEvidenced: _evidenced,
    institution.KeyCompromised: doubted,
    erasure.SubjectErased: copies_erased,
}
"""Every kind of fact that something follows from."""
