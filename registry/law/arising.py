"""Which duties one fact of an order brings about, by the law of its procedure: a table of rules, and nothing else.

A rule knows the order as it was made and the procedures that were asked for until then. What of it was done is
in deadlines.py.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from registry.events.issuance import (
    CertificateIssued,
    OrderAdjusted,
    OrderCorrected,
    OrderExtended,
    OrderIssued,
    OrderRegistered,
    OrderReinstated,
    OrderRevoked,
    OrderSuspended,
    OrderVaried,
)
from registry.events.recognition import (
    RecognitionDiscontinued,
    RecognitionGranted,
    RecognitionRefused,
    SupplementRequested,
)
from registry.events.service import ServiceRecorded
from registry.events.violation import ViolationReported
from registry.law.authorities import DIRECTIVE
from registry.law.citation import Citation
from registry.law.jurisdictions import law_area
from registry.law.procedure import Procedure, ProcedureState
from registry.law.records import AnyFact
from registry.values.duty import DutyCode, Whom
from registry.values.identifiers import FactId, RecognitionRef
from registry.values.issuance import CertificateForm, Nature
from registry.values.jurisdiction import Jurisdiction
from registry.values.order import OrderDetails
from registry.values.service import TOLD
from registry.values.time import DAY, Instant, LegalMoment
from registry.values.violation import BreachKind

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What a rule knows beside the fact."""

    details: OrderDetails[Any]
    procedures: tuple[Procedure, ...] = ()

    def by_directive(self, recognition_ref: RecognitionRef) -> bool:
        """Say whether a procedure is one of Directive 2011/99/EU; of one that is not known nobody says so."""
        return any(p.recognition_ref == recognition_ref and p.instrument == DIRECTIVE for p in self.procedures)


def arising(fact: AnyFact, details: OrderDetails[Any], procedures: Iterable[Procedure] = ()) -> tuple[Duty, ...]:
    """Give the duties that one fact of an order brings about, whatever came of them since.

    `procedures` are those of the order as they were known when the fact was recorded, this fact included: by their
    instrument it is said what is owed, and by which article.
    """
    rule = _RULES.get(type(fact.event))
    known = Known(details=details, procedures=tuple(procedures))
    return () if rule is None else tuple(rule(fact, fact.event, known))


def reporting(event: ViolationReported, procedures: Iterable[Procedure]) -> Procedure | None:
    """Give the procedure by which the place of a breach recognised the order then; its authority reports the breach."""
    where = law_area(event.jurisdiction)
    return next(
        (
            each
            for each in procedures
            if each.instrument == DIRECTIVE
            and law_area(each.jurisdiction) == where
            and each.state_at(event.occurred.begins()) is ProcedureState.GRANTED
        ),
        None,
    )


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
_OURS: Final = ("registry rule", "whom a step of a procedure concerns is told of it")
_CONCERNED: Final = (Whom.ISSUING_AUTHORITY, Whom.PROTECTED_PERSON)


def _a_day_after(moment: LegalMoment) -> Instant:
    """One day after a stated hour; after a day without an hour, one day after its end."""
    return Instant(moment.ends() + DAY)


def _of_civil_england(known: Known) -> bool:
    return law_area(known.details.court.jurisdiction) == _EAW and known.details.nature is not Nature.CRIMINAL


def _police(fact: AnyFact, made: LegalMoment, known: Known, *, verified: bool = True) -> Iterator[Duty]:
    """England and Wales: the police within one day of sealing (PD 11A 1.4)."""
    if _of_civil_england(known):
        code, due = DutyCode.COURT_TELLS_POLICE, _a_day_after(made)
        yield _duty(fact, code, Whom.POLICE, (_PD_11A, "para 1.4"), since=made, due=due, verified=verified)


def _issued(fact: AnyFact, event: OrderIssued, known: Known) -> Iterator[Duty]:
    yield from _police(fact, event.details.issued, known)


def _made(fact: AnyFact, event: OrderVaried | OrderExtended, known: Known) -> Iterator[Duty]:
    yield from _police(fact, event.made, known)


def _paused(fact: AnyFact, event: OrderSuspended | OrderReinstated, known: Known) -> Iterator[Duty]:
    """As a variation, which it is in effect; that the paragraph reaches it is our reading."""
    yield from _police(fact, event.from_, known, verified=False)


def _corrected(fact: AnyFact, event: OrderCorrected, known: Known) -> Iterator[Duty]:
    """Of other terms or dates, or of a fact taken back, as of a variation: the police hold what is wrong now.

    A correction has no date of law: it is told within a day of its record.
    """
    dates = (event.issued, event.valid_from, event.expiry)
    matters = event.retracts or event.conditions is not None or any(each is not None for each in dates)
    if matters and _of_civil_england(known):
        code, due = DutyCode.COURT_TELLS_POLICE, Instant(fact.recorded_at + DAY)
        yield _duty(fact, code, Whom.POLICE, (_PD_11A, "para 1.4"), due=due, verified=False)


def _revoked(fact: AnyFact, event: OrderRevoked, known: Known) -> Iterator[Duty]:
    """Tell the executing authority, where the Directive's procedure made one."""
    yield from _police(fact, event.from_, known)
    if any(each.instrument == DIRECTIVE for each in known.procedures):
        basis = (_DIRECTIVE, "Art 13(5)")
        yield _duty(fact, DutyCode.TELL_OF_REVOCATION, Whom.EXECUTING_AUTHORITY, basis, verified=False)


def _served(fact: AnyFact, event: ServiceRecorded, known: Known) -> Iterator[Duty]:
    if event.state not in TOLD:
        return
    yield _duty(
        fact, DutyCode.TELL_PROTECTED_PERSON_OF_SERVICE, Whom.PROTECTED_PERSON, ("victim notification", "on service")
    )
    if _of_civil_england(known):
        due = _a_day_after(event.at) if event.at else Instant(fact.recorded_at + DAY)
        yield _duty(fact, DutyCode.COURT_TELLS_POLICE_OF_SERVICE, Whom.POLICE, (_PD_11A, "para 2.2"), due=due)


def _certified(fact: AnyFact, event: CertificateIssued, _: Known) -> Iterator[Duty]:
    if event.form is CertificateForm.ARTICLE_5:
        basis = (_REGULATION, "Art 8")
        yield _duty(fact, DutyCode.TELL_OF_CERTIFICATE, Whom.RESPONDENT, basis, since=event.issued, verified=False)
        yield _duty(
            fact, DutyCode.TELL_OF_CERTIFICATE, Whom.PROTECTED_PERSON, basis, since=event.issued, verified=False
        )


def _registered(fact: AnyFact, event: OrderRegistered, _: Known) -> Iterator[Duty]:
    """Never the respondent, unless the protected person asks (2265(d)(1))."""
    basis = ("18 USC 2265", "(d)(1)")
    allowed = event.notify_respondent
    yield _duty(fact, DutyCode.TELL_OF_FILING, Whom.RESPONDENT, basis, since=event.made, forbidden=not allowed)


def _adjusted(fact: AnyFact, event: OrderAdjusted, _: Known) -> Iterator[Duty]:
    """Both parties of an adjustment: the respondent by registered letter or the law of the place (Art 11(3)-(4))."""
    basis = (_REGULATION, "Art 11(3)-(4)")
    yield _duty(fact, DutyCode.TELL_OF_ADJUSTMENT, Whom.RESPONDENT, basis, since=event.made)
    yield _duty(fact, DutyCode.TELL_OF_ADJUSTMENT, Whom.PROTECTED_PERSON, basis, since=event.made, verified=False)


def _granted(fact: AnyFact, event: RecognitionGranted, known: Known) -> Iterator[Duty]:
    directive = known.by_directive(event.recognition_ref)
    basis, whom = ((_DIRECTIVE, "Art 9(3)"), (*_CONCERNED, Whom.RESPONDENT)) if directive else (_OURS, _CONCERNED)
    for each in whom:
        yield _duty(fact, DutyCode.TELL_OF_RECOGNITION, each, basis, since=event.decided)


def _refused(fact: AnyFact, event: RecognitionRefused, known: Known) -> Iterator[Duty]:
    basis = (_DIRECTIVE, "Art 10(2)") if known.by_directive(event.recognition_ref) else _OURS
    for whom in _CONCERNED:
        yield _duty(fact, DutyCode.TELL_OF_REFUSAL_WITH_GROUNDS, whom, basis, since=event.decided)


def _discontinued(fact: AnyFact, event: RecognitionDiscontinued, known: Known) -> Iterator[Duty]:
    directive = known.by_directive(event.recognition_ref)
    basis = (_DIRECTIVE, "Art 14(2)") if directive else _OURS
    for whom in _CONCERNED:
        yield _duty(fact, DutyCode.TELL_OF_DISCONTINUATION, whom, basis, since=event.from_)
    if directive and law_area(event.jurisdiction) == "DE":
        yield _duty(fact, DutyCode.TELL_OF_DISCONTINUATION, Whom.RESPONDENT, (_DE, "s 11(3)"), since=event.from_)


def _incomplete(fact: AnyFact, event: SupplementRequested, known: Known) -> Iterator[Duty]:
    directive = known.by_directive(event.recognition_ref)
    basis = (INCOMPLETE.instrument, INCOMPLETE.provision) if directive else _OURS
    yield _duty(fact, DutyCode.SUPPLY_WHAT_IS_MISSING, Whom.EXECUTING_AUTHORITY, basis, due=event.due.ends())


def _breached(fact: AnyFact, event: ViolationReported, known: Known) -> Iterator[Duty]:
    """Annex II to the issuing State, translated: of an adopted measure, and where the State recognised without one.

    A State that supervises the respondent is to have it too (Art 12). No fact names one, so none is named here.
    """
    details, found = known.details, reporting(event, known.procedures)
    if details.origin is not None or found is not None:
        bare = details.origin is None and found is not None and found.adopted is None
        basis, code = (_DIRECTIVE, "Art 11(3)" if bare else "Art 12"), DutyCode.REPORT_ON_ANNEX_II_TRANSLATED
        yield _duty(fact, code, Whom.ISSUING_AUTHORITY, basis, since=event.occurred, verified=False)
    if details.origin is not None and law_area(details.court.jurisdiction) == "DE":
        yield _duty(fact, DutyCode.TELL_POLICE_AT_ONCE, Whom.POLICE, (_DE, "s 10(2)"), since=event.occurred)
    if BreachKind.WEAPON_PURCHASE_ATTEMPT in event.breaches and details.court.jurisdiction == "US-KY":
        basis = ("Kentucky VINE Protective Order", "attempt to purchase a firearm")
        yield _duty(fact, DutyCode.ATTEMPT_TO_PURCHASE, Whom.PROTECTED_PERSON, basis, since=event.occurred)


_RULES: Final[dict[type, Callable[[AnyFact, Any, Known], Iterator[Duty]]]] = {
    OrderIssued: _issued,
    OrderVaried: _made,
    OrderExtended: _made,
    OrderSuspended: _paused,
    OrderReinstated: _paused,
    OrderCorrected: _corrected,
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
