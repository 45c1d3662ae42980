"""Which duties of the law an institution owes, because the registry does not tell of the fact by itself. Pure.

What the law wants told and a rule of rules.py tells is done with the notice, the alert or the message. The
rest is opened as a duty of whoever owes it, with its due instant and its basis. No respondent is told
anything here: that a respondent is to be told is owed by an institution, and where it is forbidden
(18 USC 2265(d)(1)) it is owed by nobody.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from registry.access.actors import Role
from registry.alerts.around import Around
from registry.commands.contact import RequestMessage
from registry.commands.duty import LapseDuty, OpenDuty, ReviveDuty
from registry.commands.notice import IssueNotice
from registry.commands.violation import RaiseAlert
from registry.events import issuance, recognition, service, violation
from registry.law.arising import KINDS, Duty, arising, reporting
from registry.ledger.port import AnyFact
from registry.values.duty import DutyCode, Whom
from registry.values.identifiers import DutyRef, InstitutionId, OrderRef, derived
from registry.values.jurisdiction import Jurisdiction, covers

FORMS: Final = frozenset({DutyCode.REPORT_ON_ANNEX_II_TRANSLATED})
"""Duties that are done on a form of the law: no notice and no alert of the registry is that form."""
ELSEWHERE: Final[dict[DutyCode, str]] = {
    DutyCode.SUPPLY_WHAT_IS_MISSING: "the deadlines show it as SUPPLEMENT, from the procedure's own facts",
}
"""Duties that are never opened as such, and why."""
_OWED_BY_THE_ACTOR: Final = (
    issuance.OrderRegistered,
    recognition.RecognitionGranted,
    recognition.RecognitionRefused,
    recognition.RecognitionDiscontinued,
)
"""Of these facts the institution that said them owes it to tell; of all others who answers for the order."""


def concerns(fact: AnyFact) -> bool:
    """Say whether a duty may arise from a fact, without reading anything: most orders bring none about."""
    event = fact.event
    if isinstance(event, issuance.OrderIssued):
        return bool(arising(fact, event.details))
    return type(event) in KINDS


def owed(fact: AnyFact, around: Around, told: Iterable[object]) -> Iterator[OpenDuty]:
    """Give the duties that institutions owe after a fact; `told` is what follows from it besides."""
    if isinstance(fact.event, service.ServiceRecorded) and around.told_before:
        return
    yield from _opened(fact, around, tuple(told))


def turned(fact: AnyFact, around: Around, told: Iterable[object]) -> Iterator[OpenDuty | LapseDuty | ReviveDuty]:
    """Give what a correction makes of duties that arose before it: they stand and fall with their facts.

    A service that is now the first one brings about what it would have at the time; `told` tells of it besides.
    """
    if around.details is None:
        return
    for facts, kind in ((around.undone, LapseDuty), (around.redone, ReviveDuty)):
        for each in facts:
            for duty in arising(each, around.details, around.procedures):
                yield kind(duty_ref=_reference(duty, each), because=fact.fact_id)
    told = tuple(told)
    for each in around.first_now:
        yield from _opened(each, around, told)


def _opened(fact: AnyFact, around: Around, told: tuple[object, ...]) -> Iterator[OpenDuty]:
    if around.details is None:
        return
    for duty in arising(fact, around.details, around.procedures):
        if duty.forbidden or duty.code in ELSEWHERE or _reached(duty, fact, around, told):
            continue
        owing = _owing(duty, fact, around)
        if owing is not None:
            yield _open(duty, fact, owing)


def _owing(duty: Duty, fact: AnyFact, around: Around) -> InstitutionId | None:
    """Say who owes it; None where nobody enrolled does, as with an order that came from a feed.

    A breach of an order that was recognised without a measure of the place is reported by who recognised it.
    """
    enrolled = around.directory.find(fact.actor.institution)
    adopted = around.details is not None and around.details.origin is not None
    if duty.code in FORMS and isinstance(fact.event, violation.ViolationReported) and not adopted:
        by = reporting(fact.event, around.procedures)
        executing = around.directory.find(by.authority) if by else None
        return executing.institution if executing else None
    if isinstance(fact.event, _OWED_BY_THE_ACTOR):
        return enrolled.institution if enrolled else around.issuing
    return around.issuing


def _open(duty: Duty, fact: AnyFact, owing: InstitutionId) -> OpenDuty:
    event: Any = fact.event
    order_ref: OrderRef = event.order_ref
    return OpenDuty(
        duty_ref=_reference(duty, fact),
        order_ref=order_ref,
        about=fact.fact_id,
        code=duty.code,
        whom=duty.whom,
        owed_by=owing,
        since=duty.opened,
        due=duty.due,
        instrument=duty.basis.instrument,
        provision=duty.basis.provision,
        verified=duty.basis.verified,
    )


def _reference(duty: Duty, fact: AnyFact) -> DutyRef:
    """Give the reference of a duty: the same whenever its fact is followed."""
    return DutyRef(derived(fact.fact_id, f"duty/{duty.code.value}/{duty.whom.value}"))


def _reached(duty: Duty, fact: AnyFact, around: Around, told: tuple[object, ...]) -> bool:
    """Say whether what follows from the fact tells them, or whether they said it themselves."""
    if duty.code in FORMS:
        return False
    institutions = {each.recipient for each in told if isinstance(each, IssueNotice | RaiseAlert)}
    institutions.add(fact.actor.institution)
    match duty.whom:
        case Whom.PROTECTED_PERSON:
            return any(isinstance(each, RequestMessage) for each in told)
        case Whom.POLICE:
            places = (around.jurisdiction, getattr(fact.event, "jurisdiction", around.jurisdiction))
            return any(_police_of(each, place, around) for each in institutions for place in places)
        case Whom.ISSUING_AUTHORITY:
            return (around.origin or around.issuing) in institutions
        case Whom.EXECUTING_AUTHORITY:
            # Whoever holds the order is told by the rules; where nobody holds it there is nobody to tell.
            return True
        case Whom.RESPONDENT | Whom.STATE_OF_SUPERVISION:
            return False


def _police_of(institution: InstitutionId, place: Jurisdiction, around: Around) -> bool:
    found = around.directory.find(institution)
    if found is None or Role.POLICE not in found.roles:
        return False
    return any(covers(own, place) or covers(place, own) for own in found.jurisdictions)
