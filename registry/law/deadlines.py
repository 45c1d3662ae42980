"""Who must be told what by when: the duties that follow from the facts of an order, each with its due instant.

A duty is opened by a fact and closed when those are told whom it names, or by a later fact of its procedure. Where
the law says without delay and names no time, `due` is None: it is due now. A duty that is forbidden is in the
list too, so that nobody thinks it was forgotten.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from registry.events.contact import MessageDue, MessageHandedOver
from registry.events.duty import DutyDischarged
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
from registry.values.duty import DutyCode, Whom
from registry.values.identifiers import FactId, MessageRef, RecognitionRef
from registry.values.issuance import CertificateForm, Nature
from registry.values.jurisdiction import Jurisdiction
from registry.values.notice import NoticeKind
from registry.values.order import OrderDetails
from registry.values.service import TOLD
from registry.values.time import DAY, MINUTE, Instant, LegalMoment
from registry.values.violation import BreachKind

HIT_CONFIRMATION_URGENT: Final = 10 * MINUTE
HIT_CONFIRMATION_ROUTINE: Final = 60 * MINUTE
_EAW: Final = Jurisdiction("GB-EAW")


class DutyState(StrEnum):
    """How a duty stands at an instant."""

    OPEN = "OPEN"
    OVERDUE = "OVERDUE"
    DONE = "DONE"
    FORBIDDEN = "FORBIDDEN"


@dataclass(frozen=True, kw_only=True, slots=True)
class Duty:
    """One duty: a code, who is to be told, from when, by when, on what basis, and by which fact it arose."""

    code: DutyCode
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


def hit_confirmation_basis(*, urgent: bool) -> str:
    """Name the rule: the practice of NCIC, which this registry follows everywhere."""
    return f"registry rule after NCIC hit confirmation: {'urgent, 10 minutes' if urgent else 'routine, 60 minutes'}"


def duties(details: OrderDetails[Any], facts: Iterable[AnyFact], *, known_at: Instant) -> tuple[Duty, ...]:
    """Give the duties from facts of an order and of its notices, procedures, violations and duties, oldest first.

    `details` are the order's own; facts recorded after `known_at` do not count, nor those taken back by then.
    """
    known = [fact for fact in facts if fact.recorded_at <= known_at]
    taken_back = retracted(known)
    known = [fact for fact in known if fact.fact_id not in taken_back]
    closings = _Closings(known)
    found = [duty for fact in known for duty in arising(fact, details)]
    return tuple(replace(duty, closed=closings.of(duty)) for duty in found)


def arising(fact: AnyFact, details: OrderDetails[Any]) -> tuple[Duty, ...]:
    """Give the duties that one fact of an order brings about, whatever came of them since."""
    rule = _RULES.get(type(fact.event))
    return () if rule is None else tuple(rule(fact, fact.event, details))


_AUTHORITIES: Final = frozenset({Whom.ISSUING_AUTHORITY, Whom.EXECUTING_AUTHORITY})


class _Closings:
    """When each duty was done: told of in a notice or a message, said to be done, or overtaken by its procedure.

    A notice reaches an authority and nobody else, so it closes no duty towards a person; and only the notice
    of service goes to the police for sure. A message counts once a channel took it. A reminder closes nothing.
    """

    def __init__(self, facts: Iterable[AnyFact]) -> None:
        """Read the facts, oldest first."""
        self._told: dict[tuple[FactId, Whom], Instant] = {}
        self._done: dict[tuple[FactId, DutyCode, Whom], Instant] = {}
        self._messages: dict[MessageRef, FactId] = {}
        self._waiting: dict[RecognitionRef, FactId] = {}
        for fact in facts:
            self._read(fact, fact.event)

    def of(self, duty: Duty) -> Instant | None:
        """Give when a duty was done first; None while it is not."""
        found = (self._done.get((duty.about, duty.code, duty.whom)), self._told.get((duty.about, duty.whom)))
        return min((each for each in found if each is not None), default=None)

    def _read(self, fact: AnyFact, event: object) -> None:
        match event:
            case NoticeIssued() if event.kind is not NoticeKind.DUTY_OVERDUE:
                told = {Whom.POLICE} if event.kind is NoticeKind.SERVED else _AUTHORITIES
                for whom in told:
                    self._told.setdefault((event.about, whom), fact.recorded_at)
            case DutyDischarged():
                self._done.setdefault((event.about, event.code, event.whom), fact.recorded_at)
            case MessageDue():
                self._messages[event.message_ref] = event.about
            case MessageHandedOver() if event.message_ref in self._messages:
                about = self._messages[event.message_ref]
                self._told.setdefault((about, Whom.PROTECTED_PERSON), fact.recorded_at)
            case SupplementRequested():
                self._waiting[event.recognition_ref] = fact.fact_id
            case RecognitionSupplemented() | RecognitionGranted() | RecognitionRefused():
                asked = self._waiting.pop(event.recognition_ref, None)
                if asked is not None:
                    key = (asked, DutyCode.SUPPLY_WHAT_IS_MISSING, Whom.EXECUTING_AUTHORITY)
                    self._done.setdefault(key, fact.recorded_at)
            case _:
                pass


def _duty(
    fact: AnyFact,
    code: DutyCode,
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
INCOMPLETE: Final = Citation(instrument=_DIRECTIVE, provision="Art 9(4)")
_REGULATION: Final = "Regulation (EU) No 606/2013"
_DE: Final = "EUGewSchVG"


def _a_day_after(moment: LegalMoment) -> Instant:
    """One day after a stated hour; after a day without an hour, one day after its end."""
    return Instant(moment.ends() + DAY)


def _police(fact: AnyFact, made: LegalMoment, details: OrderDetails[Any]) -> Iterator[Duty]:
    """England and Wales: the police within one day of sealing (PD 11A 1.4)."""
    if law_area(details.court.jurisdiction) == _EAW and details.nature is not Nature.CRIMINAL:
        due = _a_day_after(made)
        yield _duty(fact, DutyCode.COURT_TELLS_POLICE, Whom.POLICE, (_PD_11A, "para 1.4"), since=made, due=due)


def _issued(fact: AnyFact, event: OrderIssued, details: OrderDetails[Any]) -> Iterator[Duty]:
    yield from _police(fact, event.details.issued, details)


def _made(fact: AnyFact, event: OrderVaried | OrderExtended, details: OrderDetails[Any]) -> Iterator[Duty]:
    yield from _police(fact, event.made, details)


def _revoked(fact: AnyFact, event: OrderRevoked, details: OrderDetails[Any]) -> Iterator[Duty]:
    yield from _police(fact, event.from_, details)
    basis = (_DIRECTIVE, "Art 13(5)")
    yield _duty(fact, DutyCode.TELL_OF_REVOCATION, Whom.EXECUTING_AUTHORITY, basis, verified=False)


def _served(fact: AnyFact, event: ServiceRecorded, details: OrderDetails[Any]) -> Iterator[Duty]:
    if event.state not in TOLD:
        return
    yield _duty(
        fact, DutyCode.TELL_PROTECTED_PERSON_OF_SERVICE, Whom.PROTECTED_PERSON, ("victim notification", "on service")
    )
    if law_area(details.court.jurisdiction) == _EAW and details.nature is not Nature.CRIMINAL:
        due = _a_day_after(event.at) if event.at else Instant(fact.recorded_at + DAY)
        yield _duty(fact, DutyCode.COURT_TELLS_POLICE_OF_SERVICE, Whom.POLICE, (_PD_11A, "para 2.2"), due=due)


def _certified(fact: AnyFact, event: CertificateIssued, _: OrderDetails[Any]) -> Iterator[Duty]:
    if event.form is CertificateForm.ARTICLE_5:
        basis = (_REGULATION, "Art 8")
        yield _duty(fact, DutyCode.TELL_OF_CERTIFICATE, Whom.RESPONDENT, basis, since=event.issued, verified=False)
        yield _duty(
            fact, DutyCode.TELL_OF_CERTIFICATE, Whom.PROTECTED_PERSON, basis, since=event.issued, verified=False
        )


def _registered(fact: AnyFact, event: OrderRegistered, _: OrderDetails[Any]) -> Iterator[Duty]:
    """Never the respondent, unless the protected person asks (2265(d)(1))."""
    basis = ("18 USC 2265", "(d)(1)")
    allowed = event.notify_respondent
    yield _duty(fact, DutyCode.TELL_OF_FILING, Whom.RESPONDENT, basis, since=event.made, forbidden=not allowed)


def _adjusted(fact: AnyFact, event: OrderAdjusted, _: OrderDetails[Any]) -> Iterator[Duty]:
    """Both parties of an adjustment: the respondent by registered letter or the law of the place (Art 11(3)-(4))."""
    basis = (_REGULATION, "Art 11(3)-(4)")
    yield _duty(fact, DutyCode.TELL_OF_ADJUSTMENT, Whom.RESPONDENT, basis, since=event.made)
    yield _duty(fact, DutyCode.TELL_OF_ADJUSTMENT, Whom.PROTECTED_PERSON, basis, since=event.made, verified=False)


def _granted(fact: AnyFact, event: RecognitionGranted, _: OrderDetails[Any]) -> Iterator[Duty]:
    for whom in (Whom.PROTECTED_PERSON, Whom.RESPONDENT, Whom.ISSUING_AUTHORITY):
        yield _duty(fact, DutyCode.TELL_OF_RECOGNITION, whom, (_DIRECTIVE, "Art 9(3)"), since=event.decided)


def _refused(fact: AnyFact, event: RecognitionRefused, _: OrderDetails[Any]) -> Iterator[Duty]:
    for whom in (Whom.ISSUING_AUTHORITY, Whom.PROTECTED_PERSON):
        yield _duty(fact, DutyCode.TELL_OF_REFUSAL_WITH_GROUNDS, whom, (_DIRECTIVE, "Art 10(2)"), since=event.decided)


def _discontinued(fact: AnyFact, event: RecognitionDiscontinued, _: OrderDetails[Any]) -> Iterator[Duty]:
    for whom in (Whom.ISSUING_AUTHORITY, Whom.PROTECTED_PERSON):
        yield _duty(fact, DutyCode.TELL_OF_DISCONTINUATION, whom, (_DIRECTIVE, "Art 14(2)"), since=event.from_)
    if law_area(event.jurisdiction) == "DE":
        yield _duty(fact, DutyCode.TELL_OF_DISCONTINUATION, Whom.RESPONDENT, (_DE, "s 11(3)"), since=event.from_)


def _incomplete(fact: AnyFact, event: SupplementRequested, _: OrderDetails[Any]) -> Iterator[Duty]:
    basis = (INCOMPLETE.instrument, INCOMPLETE.provision)
    yield _duty(fact, DutyCode.SUPPLY_WHAT_IS_MISSING, Whom.EXECUTING_AUTHORITY, basis, due=event.due.ends())


def _breached(fact: AnyFact, event: ViolationReported, details: OrderDetails[Any]) -> Iterator[Duty]:
    """Of an adopted measure: Annex II to the issuing State, translated, and to the State of supervision."""
    if details.origin is not None:
        basis = (_DIRECTIVE, "Art 12")
        for whom in (Whom.ISSUING_AUTHORITY, Whom.STATE_OF_SUPERVISION):
            yield _duty(fact, DutyCode.REPORT_ON_ANNEX_II_TRANSLATED, whom, basis, since=event.occurred, verified=False)
        if law_area(details.court.jurisdiction) == "DE":
            yield _duty(fact, DutyCode.TELL_POLICE_AT_ONCE, Whom.POLICE, (_DE, "s 10(2)"), since=event.occurred)
    if BreachKind.WEAPON_PURCHASE_ATTEMPT in event.breaches and details.court.jurisdiction == "US-KY":
        basis = ("Kentucky VINE Protective Order", "attempt to purchase a firearm")
        yield _duty(fact, DutyCode.ATTEMPT_TO_PURCHASE, Whom.PROTECTED_PERSON, basis, since=event.occurred)


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
KINDS: Final = frozenset(_RULES)  # every kind of fact that a duty can arise from
