"""Steps 10 to 12: what of the order stands, condition by condition and protected person by protected person."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from registry.law.citation import Citation
from registry.law.instrument import Judgment
from registry.law.notified import TermsInForce
from registry.law.standing import Standing
from registry.law.trace import Outcome, Trace
from registry.law.verdict import (
    ENFORCEABLE_STATUSES,
    ConditionVerdict,
    PersonVerdict,
    Step,
    make_condition_verdict,
    make_person_verdict,
    make_step,
)
from registry.values.check import EnforcementStatus
from registry.values.identifiers import ConditionRef, OrderRef, PartyRef
from registry.values.issuance import PERMISSIONS, PartyRole
from registry.values.time import Instant

_PROTECTED: Final = PartyRole.PROTECTED
_APART = frozenset({"PERMISSION", "NOT_CARRIED"})
_STANDING = ENFORCEABLE_STATUSES | {EnforcementStatus.RECOGNISED_NOT_ENFORCEABLE}


@dataclass(frozen=True, kw_only=True, slots=True)
class Superseded:
    """A later order took this one's place for one person, from an instant on."""

    by: OrderRef
    since: Instant
    basis: Citation


def condition_verdicts(
    chosen: TermsInForce, judgment: Judgment, at: Instant, trace: Trace
) -> tuple[ConditionVerdict, ...]:
    """Say of each condition whether it is carried, has begun, and is not over."""
    verdicts: list[ConditionVerdict] = []
    for condition in chosen.terms.conditions:
        reason = "IN_FORCE"
        begins = ends = None
        if condition.begins is not None:
            begins = condition.begins.begins()
            trace.instants.append(begins)
        if condition.ends is not None:
            ends = condition.ends.ends()
            trace.instants.append(ends)
        if condition.kind in PERMISSIONS:
            reason = "PERMISSION"
        elif judgment.carries is not None and condition.kind not in judgment.carries:
            reason = "NOT_CARRIED"
        elif begins is not None and at < begins:
            reason = "NOT_YET_IN_FORCE"
        elif ends is not None and at >= ends:
            reason = "EXPIRED"
        verdicts.append(
            make_condition_verdict(
                condition_ref=condition.condition_ref,
                kind=condition.kind,
                enforceable=reason == "IN_FORCE",
                reason=reason,
            )
        )
    return tuple(verdicts)


def merged(judgment: Judgment, chosen: TermsInForce, conditions: tuple[ConditionVerdict, ...], trace: Trace) -> Outcome:
    """Steps 11, 12 and 14: notice, then conditions, then the instrument's own word."""
    status, reason, basis = judgment.status, judgment.reason, judgment.basis
    if status not in ENFORCEABLE_STATUSES:
        return status, reason, basis
    reasons: set[str] = set()
    for condition in conditions:
        reasons.add(condition.reason)
    if conditions and "IN_FORCE" not in reasons and not reasons <= {"PERMISSION"}:
        return _no_condition(reasons, basis, trace)
    lost = "NOT_CARRIED" in reasons
    rule, everybody = judgment.notice, True
    if rule is not None:
        basis = (*basis, rule.basis)
        everybody = chosen.all_notified
        somebody = everybody or chosen.any_notified
        how = ("yes" if everybody else "some") if somebody else "no"
        trace.steps.append(_noticed(how, chosen.terms.version if somebody else None, rule.basis))
        if not somebody:
            return rule.otherwise, "NOTICE_MISSING", basis
    if lost or not everybody:
        trace.step("All conditions, all respondents?", "some", basis[0])
        return EnforcementStatus.PARTIAL, "CONDITIONS" if lost else "RESPONDENTS", basis
    return status, reason, basis


@lru_cache(maxsize=4096)
def _noticed(how: str, version: int | None, basis: Citation) -> Step:
    """Put into words who has notice of which version; the words of one saying are made once."""
    said = how if version is None else f"{how}, of version {version}"
    return make_step(question="Do the respondents have notice of the terms?", outcome=said, basis=basis)


def _no_condition(reasons: set[str], basis: tuple[Citation, ...], trace: Trace) -> Outcome:
    """Say why none of the conditions stands: to come, over, or of a kind that is not carried."""
    if "NOT_YET_IN_FORCE" in reasons:
        outcome = EnforcementStatus.NOT_YET_IN_FORCE, "CONDITIONS_NOT_BEGUN", basis
    elif "EXPIRED" in reasons:
        outcome = EnforcementStatus.EXPIRED, "CONDITIONS_OVER", basis
    else:
        outcome = EnforcementStatus.NOT_RECOGNISED, "OUT_OF_SCOPE_TYPE", basis
    trace.step("Does any of its conditions stand there and then?", f"no: {outcome[1]}", basis[0])
    return outcome


def with_supersession(
    outcome: Outcome, standing: Standing, superseded: Mapping[PartyRef, Superseded], trace: Trace
) -> Outcome:
    """Step 10: an order whose place another took for all is superseded, for some is partial."""
    status, _, basis = outcome
    if not superseded or status not in _STANDING:
        return outcome
    persons = {party.party_ref for party in standing.parties(PartyRole.PROTECTED)}
    found = next(iter(superseded.values())).basis
    left = persons - superseded.keys()
    trace.step("Did a later order take its place?", "for some" if left else "for all it protects", found)
    if not left:
        return EnforcementStatus.SUPERSEDED, "SUPERSEDED", (found,)
    if status in ENFORCEABLE_STATUSES:
        return EnforcementStatus.PARTIAL, "SUPERSEDED_FOR_SOME", (*basis, found)
    return outcome


def shown(
    conditions: tuple[ConditionVerdict, ...],
    chosen: TermsInForce,
    status: EnforcementStatus,
    left: frozenset[PartyRef] | None,
) -> tuple[ConditionVerdict, ...]:
    """Give the conditions as they come out: none where the order is not enforceable, none for whom it is superseded.

    `left` are the persons for whom no other order took its place; None: nobody's place was taken.
    """
    if status not in ENFORCEABLE_STATUSES:
        return tuple([_none(condition, status.value) for condition in conditions])
    if left is None:
        return conditions
    lost: set[ConditionRef] = {
        c.condition_ref for c in chosen.terms.conditions if c.protects and not left.intersection(c.protects)
    }
    return tuple([_none(c, "SUPERSEDED") if c.condition_ref in lost else c for c in conditions])


def _none(condition: ConditionVerdict, reason: str) -> ConditionVerdict:
    return replace(condition, enforceable=False, reason=condition.reason if condition.reason in _APART else reason)


def person_verdicts(
    standing: Standing,
    chosen: TermsInForce,
    conditions: tuple[ConditionVerdict, ...],
    base: EnforcementStatus,
    superseded: Mapping[PartyRef, Superseded],
) -> tuple[PersonVerdict, ...]:
    """Say how the order stands for each protected person: superseded, bare of conditions, or as a whole."""
    verdicts: list[PersonVerdict] = []
    to_come: Container[PartyRef] = ()
    if len(standing.terms) > 1:
        to_come = {ref for each in standing.terms if each.version > chosen.terms.version for ref in each.added}
    whole = base not in ENFORCEABLE_STATUSES or _all_stand(conditions)
    for party in standing.details.parties:
        if party.role is not _PROTECTED:
            continue
        ref = party.party_ref
        later = superseded.get(ref) if superseded else None
        if ref in to_come and base in _STANDING:
            verdicts.append(make_person_verdict(party_ref=ref, status=EnforcementStatus.NOT_YET_IN_FORCE))
        elif later is not None and base in _STANDING:
            status = EnforcementStatus.SUPERSEDED
            verdicts.append(make_person_verdict(party_ref=ref, status=status, superseded_by=later.by))
        else:
            status = base if whole else _for_person(ref, chosen, conditions, base)
            verdicts.append(make_person_verdict(party_ref=ref, status=status))
    return tuple(verdicts)


def _all_stand(conditions: tuple[ConditionVerdict, ...]) -> bool:
    """Say whether every condition stands; then the order stands as a whole for everybody it protects."""
    for condition in conditions:  # noqa: SIM110  # a generator is a call, and this is the hot path
        if not condition.enforceable:
            return False
    return True


def _for_person(
    ref: PartyRef, chosen: TermsInForce, conditions: tuple[ConditionVerdict, ...], base: EnforcementStatus
) -> EnforcementStatus:
    """Give the status for one person: what protects them alone may be over, to come, or not carried."""
    reasons: set[str] = set()
    for condition, verdict in zip(chosen.terms.conditions, conditions, strict=True):
        if not condition.protects or ref in condition.protects:
            if verdict.reason == "IN_FORCE":
                return base
            reasons.add(verdict.reason)
    if "NOT_YET_IN_FORCE" in reasons:
        return EnforcementStatus.NOT_YET_IN_FORCE
    if "EXPIRED" in reasons:
        return EnforcementStatus.EXPIRED
    return EnforcementStatus.NOT_RECOGNISED if "NOT_CARRIED" in reasons else base
