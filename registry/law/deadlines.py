"""Who must be told what by when: the duties that follow from the facts of an order, each with its due instant.

A duty is opened by a fact and closed by a notice about that fact or by a later fact of its procedure. Where
the law says without delay and names no time, `due` is None: it is due now. A duty that is forbidden is in the
list too, so that nobody thinks it was forgotten.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from registry.events.issuance import (
    CertificateIssued,
    OrderAdjusted,
    OrderExtended,
    OrderIssued,
    OrderRegistered,
    OrderRevoked,
    OrderVaried,
)
from registry.events.notice import NoticeIssued
from registry.events.recognition import (
    RecognitionDiscontinued,
    RecognitionGranted,
    RecognitionRefused,
    RecognitionSupplemented,
    SupplementRequested,
)
from registry.events.service import ServiceRecorded
from registry.events.violation import ViolationReported
from registry.law.citation import Citation
from registry.law.corrections import retracted
from registry.law.jurisdictions import law_area
from registry.law.standing import AnyFact
from registry.values.identifiers import FactId
from registry.values.issuance import CertificateForm, Nature
from registry.values.jurisdiction import Jurisdiction
from registry.values.order import OrderDetails
from registry.values.service import TOLD
from registry.values.time import DAY, MINUTE, Instant, LegalMoment
from registry.values.violation import BreachKind

HIT_CONFIRMATION_URGENT: Final = 10 * MINUTE
HIT_CONFIRMATION_ROUTINE: Final = 60 * MINUTE
_EAW: Final = Jurisdiction("GB-EAW")


class Whom(StrEnum):
    """Who is to be told."""

    PROTECTED_PERSON = "PROTECTED_PERSON"
    RESPONDENT = "RESPONDENT"
    ISSUING_AUTHORITY = "ISSUING_AUTHORITY"
    EXECUTING_AUTHORITY = "EXECUTING_AUTHORITY"
    POLICE = "POLICE"
    STATE_OF_SUPERVISION = "STATE_OF_SUPERVISION"


class DutyState(StrEnum):
    """How a duty stands at an instant."""

    OPEN = "OPEN"
    OVERDUE = "OVERDUE"
    DONE = "DONE"
    FORBIDDEN = "FORBIDDEN"


@dataclass(frozen=True, kw_only=True, slots=True)
class Duty:
    """One duty: a code, who is to be told, from when, by when, on what basis, and by which fact it arose."""

    code: str
    whom: Whom
    about: FactId
    opened: Instant
    due: Instant | None
    basis: Citation
    forbidden: bool = False
    closed: Instant | None = None

    def state_at(self, at: Instant) -> DutyState:
        """Say how it stands: what is due at an instant is overdue just after it."""
        if self.forbidden:
            return DutyState.FORBIDDEN
        if self.closed is not None and self.closed <= at:
            return DutyState.DONE
        return DutyState.OVERDUE if self.due is not None and at > self.due else DutyState.OPEN


def hit_confirmation_due(asked: Instant, *, urgent: bool) -> Instant:
    """Say by when a request to confirm a hit must be answered: positive, negative, or the time still needed."""
    return Instant(asked + (HIT_CONFIRMATION_URGENT if urgent else HIT_CONFIRMATION_ROUTINE))


def duties(details: OrderDetails[Any], facts: Iterable[AnyFact], *, known_at: Instant) -> tuple[Duty, ...]:
    """Give the duties from facts of an order and of its notices, procedures and violations, oldest first.

    `details` are the order's own; facts recorded after `known_at` do not count, nor those taken back by then.
    """
    known = [fact for fact in facts if fact.recorded_at <= known_at]
    taken_back = retracted(known)
    known = [fact for fact in known if fact.fact_id not in taken_back]
    closed = _closed(known)
    found: list[Duty] = []
    for fact in known:
        rule = _RULES.get(type(fact.event))
        if rule is not None:
            found.extend(rule(fact, fact.event, details))
    return tuple(_with_close(duty, closed.get(duty.about)) for duty in found)


def _with_close(duty: Duty, closed: Instant | None) -> Duty:
    return duty if closed is None else _closing(duty, closed)


def _closing(duty: Duty, closed: Instant) -> Duty:
    return Duty(
        code=duty.code,
        whom=duty.whom,
        about=duty.about,
        opened=duty.opened,
        due=duty.due,
        basis=duty.basis,
        forbidden=duty.forbidden,
        closed=closed,
    )


def _closed(facts: Iterable[AnyFact]) -> dict[FactId, Instant]:
    """Give the instant at which a fact was first told of, or its procedure went on."""
    closed: dict[FactId, Instant] = {}
    waiting: dict[object, FactId] = {}
    for fact in facts:
        event = fact.event
        if isinstance(event, NoticeIssued):
            closed.setdefault(event.about, fact.recorded_at)
        elif isinstance(event, SupplementRequested):
            waiting[event.recognition_ref] = fact.fact_id
        elif isinstance(event, RecognitionSupplemented | RecognitionGranted | RecognitionRefused):
            asked = waiting.pop(event.recognition_ref, None)
            if asked is not None:
                closed[asked] = fact.recorded_at
    return closed


def _duty(
    fact: AnyFact,
    code: str,
    whom: Whom,
    basis: tuple[str, str],
    *,
    since: LegalMoment | None = None,
    due: Instant | None = None,
    verified: bool = True,
    forbidden: bool = False,
) -> Duty:
    return Duty(
        code=code,
        whom=whom,
        about=fact.fact_id,
        opened=since.begins() if since else fact.recorded_at,
        due=due,
        basis=Citation(instrument=basis[0], provision=basis[1], verified=verified),
        forbidden=forbidden,
    )


_PD_11A: Final = "FPR 2010 Practice Direction 11A"
_DIRECTIVE: Final = "Directive 2011/99/EU"
_REGULATION: Final = "Regulation (EU) No 606/2013"
_DE: Final = "EUGewSchVG"


def _a_day_after(moment: LegalMoment) -> Instant:
    """One day after a stated hour; after a day without an hour, one day after its end."""
    return Instant(moment.ends() + DAY)


def _police(fact: AnyFact, made: LegalMoment, details: OrderDetails[Any]) -> Iterator[Duty]:
    """England and Wales: the police within one day of sealing (PD 11A 1.4)."""
    if law_area(details.court.jurisdiction) == _EAW and details.nature is not Nature.CRIMINAL:
        due = _a_day_after(made)
        yield _duty(fact, "COURT_TELLS_POLICE", Whom.POLICE, (_PD_11A, "para 1.4"), since=made, due=due)


def _issued(fact: AnyFact, event: OrderIssued, details: OrderDetails[Any]) -> Iterator[Duty]:
    yield from _police(fact, event.details.issued, details)


def _made(fact: AnyFact, event: OrderVaried | OrderExtended, details: OrderDetails[Any]) -> Iterator[Duty]:
    yield from _police(fact, event.made, details)


def _revoked(fact: AnyFact, event: OrderRevoked, details: OrderDetails[Any]) -> Iterator[Duty]:
    yield from _police(fact, event.from_, details)
    basis = (_DIRECTIVE, "Art 13(5)")
    yield _duty(fact, "TELL_OF_REVOCATION", Whom.EXECUTING_AUTHORITY, basis, verified=False)


def _served(fact: AnyFact, event: ServiceRecorded, details: OrderDetails[Any]) -> Iterator[Duty]:
    if event.state not in TOLD:
        return
    yield _duty(fact, "TELL_PROTECTED_PERSON_OF_SERVICE", Whom.PROTECTED_PERSON, ("victim notification", "on service"))
    if law_area(details.court.jurisdiction) == _EAW and details.nature is not Nature.CRIMINAL:
        due = _a_day_after(event.at) if event.at else Instant(fact.recorded_at + DAY)
        yield _duty(fact, "COURT_TELLS_POLICE_OF_SERVICE", Whom.POLICE, (_PD_11A, "para 2.2"), due=due)


def _certified(fact: AnyFact, event: CertificateIssued, _: OrderDetails[Any]) -> Iterator[Duty]:
    if event.form is CertificateForm.ARTICLE_5:
        basis = (_REGULATION, "Art 8")
        yield _duty(fact, "TELL_OF_CERTIFICATE", Whom.RESPONDENT, basis, since=event.issued, verified=False)
        yield _duty(fact, "TELL_OF_CERTIFICATE", Whom.PROTECTED_PERSON, basis, since=event.issued, verified=False)


def _registered(fact: AnyFact, event: OrderRegistered, _: OrderDetails[Any]) -> Iterator[Duty]:
    """Never the respondent, unless the protected person asks (2265(d)(1))."""
    basis = ("18 USC 2265", "(d)(1)")
    allowed = event.notify_respondent
    yield _duty(fact, "TELL_OF_FILING", Whom.RESPONDENT, basis, since=event.made, forbidden=not allowed)


def _adjusted(fact: AnyFact, event: OrderAdjusted, _: OrderDetails[Any]) -> Iterator[Duty]:
    """Both parties of an adjustment: the respondent by registered letter or the law of the place (Art 11(3)-(4))."""
    basis = (_REGULATION, "Art 11(3)-(4)")
    yield _duty(fact, "TELL_OF_ADJUSTMENT", Whom.RESPONDENT, basis, since=event.made)
    yield _duty(fact, "TELL_OF_ADJUSTMENT", Whom.PROTECTED_PERSON, basis, since=event.made, verified=False)


def _granted(fact: AnyFact, event: RecognitionGranted, _: OrderDetails[Any]) -> Iterator[Duty]:
    for whom in (Whom.PROTECTED_PERSON, Whom.RESPONDENT, Whom.ISSUING_AUTHORITY):
        yield _duty(fact, "TELL_OF_RECOGNITION", whom, (_DIRECTIVE, "Art 9(3)"), since=event.decided)


def _refused(fact: AnyFact, event: RecognitionRefused, _: OrderDetails[Any]) -> Iterator[Duty]:
    for whom in (Whom.ISSUING_AUTHORITY, Whom.PROTECTED_PERSON):
        yield _duty(fact, "TELL_OF_REFUSAL_WITH_GROUNDS", whom, (_DIRECTIVE, "Art 10(2)"), since=event.decided)


def _discontinued(fact: AnyFact, event: RecognitionDiscontinued, _: OrderDetails[Any]) -> Iterator[Duty]:
    for whom in (Whom.ISSUING_AUTHORITY, Whom.PROTECTED_PERSON):
        yield _duty(fact, "TELL_OF_DISCONTINUATION", whom, (_DIRECTIVE, "Art 14(2)"), since=event.from_)
    if law_area(event.jurisdiction) == "DE":
        yield _duty(fact, "TELL_OF_DISCONTINUATION", Whom.RESPONDENT, (_DE, "s 11(3)"), since=event.from_)


def _incomplete(fact: AnyFact, event: SupplementRequested, _: OrderDetails[Any]) -> Iterator[Duty]:
    basis = (_DIRECTIVE, "Art 9(4)")
    yield _duty(fact, "SUPPLY_WHAT_IS_MISSING", Whom.EXECUTING_AUTHORITY, basis, due=event.due.ends())


def _breached(fact: AnyFact, event: ViolationReported, details: OrderDetails[Any]) -> Iterator[Duty]:
    """Of an adopted measure: Annex II to the issuing State, translated, and to the State of supervision."""
    if details.origin is not None:
        basis = (_DIRECTIVE, "Art 12")
        for whom in (Whom.ISSUING_AUTHORITY, Whom.STATE_OF_SUPERVISION):
            yield _duty(fact, "REPORT_ON_ANNEX_II_TRANSLATED", whom, basis, since=event.occurred, verified=False)
        if law_area(details.court.jurisdiction) == "DE":
            yield _duty(fact, "TELL_POLICE_AT_ONCE", Whom.POLICE, (_DE, "s 10(2)"), since=event.occurred)
    if BreachKind.WEAPON_PURCHASE_ATTEMPT in event.breaches and details.court.jurisdiction == "US-KY":
        basis = ("Kentucky VINE Protective Order", "attempt to purchase a firearm")
        yield _duty(fact, "ATTEMPT_TO_PURCHASE", Whom.PROTECTED_PERSON, basis, since=event.occurred)


_RULES: Final[dict[type, Callable[[AnyFact, Any, OrderDetails[Any]], Iterator[Duty]]]] = {
    OrderIssued: _issued,
    OrderVaried: _made,
    OrderExtended: _made,
    OrderRevoked: _revoked,
    ServiceRecorded: _served,
    CertificateIssued: _certified,
    OrderRegistered: _registered,
    OrderAdjusted: _adjusted,
    RecognitionGranted: _granted,
    RecognitionRefused: _refused,
    RecognitionDiscontinued: _discontinued,
    SupplementRequested: _incomplete,
    ViolationReported: _breached,
}
