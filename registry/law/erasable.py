"""From when a party's data in an order may be erased, and what stands against it until then (pure).

What stands against it is Art 17(3)(b) and (e) GDPR put to a registry: an order that protects somebody
now, a procedure that rests on it, a breach that can still be prosecuted or claimed for, a period for
which the law has the record kept. A single thing that stands against it is enough, and each is told.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from registry.events.violation import ViolationReported, ViolationResolved
from registry.law.citation import Citation
from registry.law.jurisdictions import zone_of
from registry.law.periods import months_after, over
from registry.law.procedure import Procedure, ProcedureState
from registry.law.records import AnyFact, Standing
from registry.law.schedule import RetentionRule, retention_rule
from registry.values.erasure import ErasureGround, ImpedimentCode
from registry.values.time import Instant, LegalMoment, moment_of

IN_FORCE: Final = Citation(instrument="Regulation (EU) 2016/679", provision="Art 17(3)(b)", verified=False)
CLAIMS: Final = Citation(instrument="Regulation (EU) 2016/679", provision="Art 17(3)(e)", verified=False)
_PENDING: Final = frozenset({ProcedureState.PENDING, ProcedureState.SUPPLEMENT_REQUESTED})
_OVERCOMES: Final[dict[ErasureGround, frozenset[ImpedimentCode]]] = {
    ErasureGround.RETENTION_OVER: frozenset(),
    # What should not have been recorded need not be kept for the record; a claim may rest on it all the same.
    ErasureGround.UNLAWFUL: frozenset({ImpedimentCode.RETENTION_PERIOD}),
    # A court has weighed the periods. No court is presumed to strip a person of a protection in force.
    ErasureGround.COURT_ORDERED: frozenset(
        {ImpedimentCode.RETENTION_PERIOD, ImpedimentCode.LIMITATION_PERIOD, ImpedimentCode.NO_RETENTION_RULE}
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Breach:
    """A reported breach of an order: when, and whether it was dealt with."""

    occurred: LegalMoment
    open: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """All that the question is asked of."""

    order: Standing
    procedures: tuple[Procedure, ...] = ()
    """Its recognitions."""
    linked: tuple[Standing, ...] = ()
    """Measures adopted from it, and the order it was adopted from."""
    breaches: tuple[Breach, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Impediment:
    """One thing that stands against erasing."""

    code: ImpedimentCode
    basis: Citation
    until: Instant | None
    """The first instant at which it is gone by itself; None where somebody has to act, or nobody knows."""


def breach_after(breach: Breach | None, fact: AnyFact) -> Breach | None:
    """Give the breach after a fact of its stream; None for a stream of another noun."""
    event = fact.event
    if isinstance(event, ViolationReported):
        return Breach(occurred=event.occurred)
    if breach is not None and isinstance(event, ViolationResolved):
        return replace(breach, open=False)
    return breach


def impediments(case: Case, ground: ErasureGround, *, at: Instant) -> tuple[Impediment, ...]:
    """Give all that stands against erasing at an instant; nothing: it may be done."""
    overcome = _OVERCOMES[ground]
    return tuple(
        each for each in _all(case, at) if each.code not in overcome and (each.until is None or each.until > at)
    )


def erasable_from(case: Case, ground: ErasureGround, *, at: Instant) -> Instant | None:
    """Give the first instant, from `at` on, at which nothing stands against erasing if nothing else happens.

    None where somebody has to act first, or nobody knows. The periods of an order in force are counted from its end.
    """
    moment = at
    while against := impediments(case, ground, at=moment):
        until = [each.until for each in against if each.until is not None]
        if len(until) < len(against):
            return None
        moment = max(until)  # later than before: what is over by then does not stand against it
    return moment


def effect_end(order: Standing) -> Instant | None:
    """Give the first instant at which the order has no effect of its own any more; None if none is known."""
    ends = [each for each in (over(order.expiry), order.end.at if order.end else None) if each is not None]
    return min(ends, default=None)


def _all(case: Case, at: Instant) -> Iterator[Impediment]:
    """Give all there is, with its end; also what is over by now."""
    end = effect_end(case.order)
    yield from _in_force(ImpedimentCode.ORDER_IN_FORCE, end, at)
    for each in case.linked:
        yield from _in_force(ImpedimentCode.LINKED_ORDER_IN_FORCE, effect_end(each), at)
    if any(procedure.state in _PENDING for procedure in case.procedures):
        yield Impediment(code=ImpedimentCode.RECOGNITION_PENDING, basis=IN_FORCE, until=None)
    if any(breach.open for breach in case.breaches):
        yield Impediment(code=ImpedimentCode.BREACH_OPEN, basis=CLAIMS, until=None)
    yield from _periods(case, at, at if end is None else end)


def _in_force(code: ImpedimentCode, end: Instant | None, at: Instant) -> Iterator[Impediment]:
    if end is None or end > at:
        yield Impediment(code=code, basis=IN_FORCE, until=end)


def _periods(case: Case, at: Instant, end: Instant) -> Iterator[Impediment]:
    """Count the periods from the end of the effect, at the latest from now: what goes on has not begun to lapse."""
    details = case.order.details
    zone = zone_of(details.court.jurisdiction) or details.issued.zone
    rule = retention_rule(details.court.jurisdiction, details.kind, details.nature, moment_of(at, zone).date())
    if rule is None:
        yield Impediment(code=ImpedimentCode.NO_RETENTION_RULE, basis=IN_FORCE, until=None)
        return
    ended = moment_of(min(end, at), zone).date()
    yield Impediment(
        code=ImpedimentCode.RETENTION_PERIOD, basis=rule.keep_basis, until=_after(_kept_from(rule, ended), rule, zone)
    )
    last = max([ended, *(min(breach.occurred.date, moment_of(at, zone).date()) for breach in case.breaches)])
    until = LegalMoment(date=months_after(last, rule.limitation_months), zone=zone).ends()
    yield Impediment(code=ImpedimentCode.LIMITATION_PERIOD, basis=rule.limitation_basis, until=until)


def _kept_from(rule: RetentionRule, ended: date) -> date:
    return date(ended.year, 12, 31) if rule.keep_from_year_end else ended


def _after(day: date, rule: RetentionRule, zone: str) -> Instant:
    return LegalMoment(date=months_after(day, rule.keep_months), zone=zone).ends()
