"""Is this order enforceable here, at that instant, as known then? One pure function, in numbered steps.

    1 no record known                         NO_RECORD
    2 before it has force                     NOT_YET_IN_FORCE
    3 ended before its time                   REVOKED, DISCONTINUED
    4 over                                    EXPIRED
    5 suspended                               SUSPENDED
    6 no instrument carries it there          NOT_RECOGNISED
  7-9 what the instrument asks for is absent  NOT_RECOGNISED, RECOGNITION_PENDING, _REFUSED, _LAPSED
   11 notice is missing                       as the instrument says
   12 only some conditions or respondents     PARTIAL
   13 another State's adopted measure         ENFORCEABLE_IMPORTED, judged on the measure itself
   14 otherwise                               ENFORCEABLE

Step 13 is asked first where the place has adopted a measure: its origin's end does not end it
(Directive 2011/99/EU Art 13(6)). The function is total: any facts, any place, any instants.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from registry.law import procedure as procedures
from registry.law import standing as standings
from registry.law.book import reaching
from registry.law.citation import Citation
from registry.law.dossier import Dossier
from registry.law.instrument import Claim, Instrument, Judgment
from registry.law.jurisdictions import law_area
from registry.law.notified import TermsInForce, service_instant, terms_in_force
from registry.law.procedure import Procedure, ProcedureState
from registry.law.scope import claim_of
from registry.law.standing import Standing
from registry.law.verdict import (
    ENFORCEABLE_STATUSES,
    JURISDICTION_NOT_STATED,
    ConditionVerdict,
    PersonVerdict,
    Step,
    Verdict,
)
from registry.values.check import EnforcementStatus
from registry.values.issuance import PERMISSIONS, PartyRole
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import END_OF_TIME, ExpiryKind, Instant

_FACE: Final = Citation(instrument="Order of the issuing court", provision="on its face")
_SCOPE: Final = Citation(instrument="Instruments in force between the two jurisdictions", provision="none applies")
_DISCONTINUED: Final = Citation(instrument="Directive 2011/99/EU", provision="Arts 13(6), 14(1)", verified=False)
_RANK: Final = {
    status: rank
    for rank, status in enumerate(
        (
            EnforcementStatus.ENFORCEABLE,
            EnforcementStatus.ENFORCEABLE_IMPORTED,
            EnforcementStatus.ENFORCEABLE_ON_FACE,
            EnforcementStatus.NOTIFY_THEN_ENFORCE,
            EnforcementStatus.RECOGNISED_NOT_ENFORCEABLE,
            EnforcementStatus.SUSPENDED,
            EnforcementStatus.RECOGNITION_PENDING,
            EnforcementStatus.RECOGNITION_LAPSED,
            EnforcementStatus.RECOGNITION_REFUSED,
            EnforcementStatus.REVOKED,
            EnforcementStatus.DISCONTINUED,
            EnforcementStatus.REPORT_ONLY,
            EnforcementStatus.NOT_RECOGNISED,
        )
    )
}


@dataclass(kw_only=True)
class _Trace:
    """The reasoning as it goes, and the instants at which it may come out otherwise."""

    steps: list[Step] = field(default_factory=list[Step])
    instants: list[Instant] = field(default_factory=list[Instant])
    notes: list[str] = field(default_factory=list[str])

    def step(self, question: str, outcome: str, basis: Citation | None = None) -> None:
        self.steps.append(Step(question=question, outcome=outcome, basis=basis))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """Where, about when, and as known when."""

    jurisdiction: Jurisdiction
    area: Jurisdiction
    at: Instant
    known_at: Instant


def enforceability(
    dossier: Dossier, jurisdiction: Jurisdiction, *, valid_at: Instant, known_at: Instant = END_OF_TIME
) -> Verdict:
    """Say whether an order is enforceable in a jurisdiction at `valid_at`, as known at `known_at`.

    Facts recorded after `known_at` do not count. Never raises; always a status, a reason and a basis.
    """
    standing = standings.fold(dossier.facts, known_at=known_at)
    if standing is None:
        return _no_record()
    area = law_area(jurisdiction)
    known = [procedures.fold(stream, known_at=known_at) for stream in dossier.recognitions]
    here = tuple(p for p in known if p is not None and law_area(p.jurisdiction) == area)
    asked = _Asked(jurisdiction=jurisdiction, area=area, at=valid_at, known_at=known_at)
    return _adopted(standing, here, dossier, asked) or _judged(standing, here, dossier, asked)


def _no_record() -> Verdict:
    """Step 1."""
    return Verdict(
        status=EnforcementStatus.NO_RECORD,
        reason="NO_RECORD",
        order_ref=None,
        enforced_ref=None,
        instrument=None,
        terms=None,
        conditions=(),
        persons=(),
        notice=(),
        basis=(Citation(instrument="Registry", provision="no record known"),),
        duties=("ASK_FOR_THE_ORDER_ITSELF",),
        notes=(),
        effect_ends=None,
        next_change=None,
        steps=(Step(question="Is there a record?", outcome="no"),),
    )


def _adopted(standing: Standing, here: tuple[Procedure, ...], dossier: Dossier, asked: _Asked) -> Verdict | None:
    """Step 13, asked first: judge the measure that this place adopted from the order, if it did."""
    for procedure in here:
        granted = procedure.granted is not None and procedure.granted.begins() <= asked.at
        if not granted or procedure.adopted is None:
            continue
        measure = next((d for d in dossier.linked if _ref(d, asked.known_at) == procedure.adopted), None)
        if measure is None:
            continue
        origin = replace(dossier, linked=())
        verdict = enforceability(
            replace(measure, linked=(origin,)), asked.jurisdiction, valid_at=asked.at, known_at=asked.known_at
        )
        step = Step(question="Has this place adopted a measure of its own?", outcome="yes: it is judged instead")
        return replace(verdict, order_ref=standing.order_ref, steps=(step, *verdict.steps))
    return None


def _ref(dossier: Dossier, known_at: Instant) -> object:
    standing = standings.fold(dossier.facts, known_at=known_at)
    return standing.order_ref if standing else None


def _judged(standing: Standing, here: tuple[Procedure, ...], dossier: Dossier, asked: _Asked) -> Verdict:
    """Steps 2 to 14 on the order's own facts."""
    trace, at = _Trace(), asked.at
    trace.step("Is there a record?", "yes")
    if "jurisdiction" in standing.details.unread:
        trace.notes.append(JURISDICTION_NOT_STATED)
    life = _life(standing, at, trace) or _ended_with_its_procedure(standing, dossier, asked, trace)
    claim = claim_of(standing, here, asked.area, at)
    instrument, judgment = _judgment(claim, trace)
    trace.instants.extend(judgment.changes)
    trace.instants.extend(_procedure_instants(here))
    chosen = terms_in_force(standing, at, judgment.notice)
    trace.instants.extend(service_instant(service) for service in standing.services)
    trace.instants.extend(terms.made.begins() for terms in standing.terms)
    conditions = _conditions(chosen, judgment, at, trace)
    status, reason, basis = life or _merged(judgment, chosen, conditions, trace)
    return Verdict(
        status=status,
        reason=reason,
        order_ref=standing.order_ref,
        enforced_ref=standing.order_ref,
        instrument=instrument.CODE if instrument else None,
        terms=chosen.terms.version,
        conditions=conditions if status in ENFORCEABLE_STATUSES else tuple(_none(c, status) for c in conditions),
        persons=_persons(standing, status),
        notice=chosen.notice,
        basis=basis,
        duties=_duties(status, judgment, chosen),
        notes=tuple(trace.notes) + judgment.notes,
        effect_ends=_effect_ends(standing, judgment),
        next_change=min((i for i in trace.instants if i > at), default=None),
        steps=tuple(trace.steps),
    )


_Outcome = tuple[EnforcementStatus, str, tuple[Citation, ...]]


def _life(standing: Standing, at: Instant, trace: _Trace) -> _Outcome | None:
    """Steps 2 to 5: the order's own life. Each instant at which it turns is kept."""
    begins = standing.valid_from().begins()
    ends = standing.expiry.ends()
    trace.instants.append(begins)
    trace.instants.extend(i for i in (ends, standing.end.at if standing.end else None) if i is not None)
    trace.instants.extend(i for p in standing.pauses for i in (p.begins, p.ends) if i is not None)
    if standing.expiry.kind is ExpiryKind.UNKNOWN:
        trace.notes.append("EXPIRY_NOT_STATED")
    if at < begins:
        return _turned(trace, "Has it begun?", EnforcementStatus.NOT_YET_IN_FORCE, "NOT_BEGUN")
    if standing.end and standing.end.at <= at:
        return _turned(trace, "Was it ended before its time?", EnforcementStatus.REVOKED, standing.end.reason.value)
    if ends is not None and at >= ends:
        return _turned(trace, "Is it over?", EnforcementStatus.EXPIRED, "EXPIRED")
    if any(p.begins <= at and (p.ends is None or at < p.ends) for p in standing.pauses):
        return _turned(trace, "Is it suspended?", EnforcementStatus.SUSPENDED, "SUSPENDED")
    trace.step("Has it begun, and is it neither ended, over nor suspended?", "yes", _FACE)
    return None


def _turned(trace: _Trace, question: str, status: EnforcementStatus, reason: str) -> _Outcome:
    trace.step(question, status.value, _FACE)
    return status, reason, (_FACE,)


def _ended_with_its_procedure(standing: Standing, dossier: Dossier, asked: _Asked, trace: _Trace) -> _Outcome | None:
    """Step 3 for an adopted measure: its own State discontinued it. The origin's end alone does not end it."""
    if standing.details.origin is None:
        return None
    for origin in dossier.linked:
        first = standings.fold(origin.facts, known_at=asked.known_at)
        if first is not None and first.end is not None and first.end.at <= asked.at:
            trace.notes.append("ORIGIN_REVOKED_UNCONFIRMED")
        for stream in origin.recognitions:
            procedure = procedures.fold(stream, known_at=asked.known_at)
            if procedure is None or procedure.adopted != standing.order_ref:
                continue
            trace.instants.extend(_procedure_instants((procedure,)))
            if procedure.state_at(asked.at) is ProcedureState.DISCONTINUED:
                trace.step("Was the adopted measure discontinued?", "yes", _DISCONTINUED)
                reason = procedure.discontinuation.value if procedure.discontinuation else "DISCONTINUED"
                return EnforcementStatus.DISCONTINUED, reason, (_DISCONTINUED,)
    return None


def _procedure_instants(here: tuple[Procedure, ...]) -> Iterator[Instant]:
    for procedure in here:
        for moment in (procedure.granted, procedure.refused, procedure.discontinued):
            if moment is not None:
                yield moment.begins()


def _judgment(claim: Claim, trace: _Trace) -> tuple[Instrument | None, Judgment]:
    """Steps 6 to 9: ask every instrument that reaches the claim; the one that carries it furthest counts."""
    heard = [(instrument, instrument.judge(claim)) for instrument in reaching(claim)]
    for instrument, judgment in heard:
        trace.step(
            f"What does {instrument.NAME} say?", f"{judgment.status.value}: {judgment.reason}", judgment.basis[0]
        )
    if not heard:
        trace.step("Does any instrument carry it there?", "no", _SCOPE)
        return None, Judgment(status=EnforcementStatus.NOT_RECOGNISED, reason="OUT_OF_SCOPE", basis=(_SCOPE,))
    return min(heard, key=lambda pair: _RANK.get(pair[1].status, len(_RANK)))


def _conditions(chosen: TermsInForce, judgment: Judgment, at: Instant, trace: _Trace) -> tuple[ConditionVerdict, ...]:
    """Step 12, condition by condition: is it carried, has it begun, is it not over?"""
    verdicts: list[ConditionVerdict] = []
    for condition in chosen.terms.conditions:
        begins = condition.begins.begins() if condition.begins else None
        ends = condition.ends.ends() if condition.ends else None
        trace.instants.extend(i for i in (begins, ends) if i is not None)
        if condition.kind in PERMISSIONS:
            reason = "PERMISSION"
        elif judgment.carries is not None and condition.kind not in judgment.carries:
            reason = "NOT_CARRIED"
        elif begins is not None and at < begins:
            reason = "NOT_YET_IN_FORCE"
        elif ends is not None and at >= ends:
            reason = "EXPIRED"
        else:
            reason = "IN_FORCE"
        verdicts.append(
            ConditionVerdict(
                condition_ref=condition.condition_ref,
                kind=condition.kind,
                enforceable=reason == "IN_FORCE",
                reason=reason,
            )
        )
    return tuple(verdicts)


def _none(condition: ConditionVerdict, status: EnforcementStatus) -> ConditionVerdict:
    reason = condition.reason if condition.reason in {"PERMISSION", "NOT_CARRIED"} else status.value
    return replace(condition, enforceable=False, reason=reason)


def _merged(
    judgment: Judgment, chosen: TermsInForce, conditions: tuple[ConditionVerdict, ...], trace: _Trace
) -> _Outcome:
    """Steps 11, 12 and 14: notice, then conditions, then the instrument's own word."""
    status, reason, basis = judgment.status, judgment.reason, judgment.basis
    if status not in ENFORCEABLE_STATUSES:
        return status, reason, basis
    carried = [c for c in conditions if c.reason not in {"PERMISSION", "NOT_CARRIED"}]
    lost = [c for c in conditions if c.reason == "NOT_CARRIED"]
    if lost and not carried:
        trace.step("Does the instrument carry any of its conditions?", "no", basis[0])
        return EnforcementStatus.NOT_RECOGNISED, "OUT_OF_SCOPE_TYPE", basis
    rule = judgment.notice
    if rule is not None:
        basis = (*basis, rule.basis)
        trace.step("Do the respondents have notice of the terms?", _noticed(chosen), rule.basis)
        if not chosen.any_notified:
            return rule.otherwise, "NOTICE_MISSING", basis
    if lost or (rule is not None and not chosen.all_notified):
        trace.step("All conditions, all respondents?", "some", basis[0])
        return EnforcementStatus.PARTIAL, "CONDITIONS" if lost else "RESPONDENTS", basis
    return status, reason, basis


def _noticed(chosen: TermsInForce) -> str:
    if chosen.all_notified:
        return f"yes, of version {chosen.terms.version}"
    return f"some, of version {chosen.terms.version}" if chosen.any_notified else "no"


def _persons(standing: Standing, status: EnforcementStatus) -> tuple[PersonVerdict, ...]:
    return tuple(
        PersonVerdict(party_ref=party.party_ref, status=status) for party in standing.parties(PartyRole.PROTECTED)
    )


def _duties(status: EnforcementStatus, judgment: Judgment, chosen: TermsInForce) -> tuple[str, ...]:
    """What must be done besides: what the instrument says, and service where notice is missing."""
    duties = list(judgment.duties)
    in_question = status in ENFORCEABLE_STATUSES or status is EnforcementStatus.RECOGNISED_NOT_ENFORCEABLE
    if in_question and judgment.notice is not None and not chosen.all_notified:
        duties += ["INFORM_RESPONDENT_OF_TERMS", "TRY_TO_SERVE", "RECORD_SERVICE"]
    return tuple(duties)


def _effect_ends(standing: Standing, judgment: Judgment) -> Instant | None:
    """The earliest of: the order's own end, an end already decided, the end of the instrument's effect."""
    ends = (standing.expiry.ends(), standing.end.at if standing.end else None, judgment.effect_ends)
    return min((i for i in ends if i is not None), default=None)
