"""From when a party's data in an order may be erased, and what stands against it until then (pure).

What stands against it is Art 17(3)(b) and (e) GDPR put to a registry: an order that protects somebody
now, a procedure that rests on it, a breach that can still be prosecuted or claimed for, a period for
which the law has the record kept. What holds an order by itself holds the orders it is linked to as well:
a breach of an adopted measure is tried on the order it was adopted from. A single thing that stands
against it is enough, and each is told.

What nobody can bring back is not done in haste either: whatever held it, nothing goes within 28 days of
the record of its end.
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
from registry.law.standing import evolve
from registry.values.erasure import ErasureGround, ImpedimentCode
from registry.values.identifiers import PartyRef
from registry.values.time import DAY, Instant, LegalMoment, moment_of

IN_FORCE: Final = Citation(instrument="Regulation (EU) 2016/679", provision="Art 17(3)(b)", verified=False)
CLAIMS: Final = Citation(instrument="Regulation (EU) 2016/679", provision="Art 17(3)(e)", verified=False)
HASTE: Final = Citation(instrument="Regulation (EU) 2016/679", provision="Art 5(1)(f), 12(3)", verified=False)
WAITING: Final = 28 * DAY
"""How long what has become erasable is kept. Within the month that Art 12(3) gives, February's too: whoever is entitled
to the erasure has it in time, and a court finds what was done with its key before it cannot be undone."""
_PENDING: Final = frozenset({ProcedureState.PENDING, ProcedureState.SUPPLEMENT_REQUESTED})
_OVERCOMES: Final[dict[ErasureGround, frozenset[ImpedimentCode]]] = {
    ErasureGround.RETENTION_OVER: frozenset(),
    # No ground for a whole party: what was set right is erased by itself (decisions/erasure.py).
    ErasureGround.RECTIFIED: frozenset(),
    # What should not have been recorded need not be kept for the record; a breach of it may have been reported.
    ErasureGround.UNLAWFUL: frozenset({ImpedimentCode.RETENTION_PERIOD, ImpedimentCode.SAME_PERSON_IN_FORCE}),
    # A court has weighed the periods. No court is presumed to strip a person of a protection in force.
    ErasureGround.COURT_ORDERED: frozenset(
        {
            ImpedimentCode.RETENTION_PERIOD,
            ImpedimentCode.LIMITATION_PERIOD,
            ImpedimentCode.NO_RETENTION_RULE,
            ImpedimentCode.SAME_PERSON_IN_FORCE,
        }
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Breach:
    """A reported breach of an order: when, and whether it was dealt with."""

    occurred: LegalMoment
    open: bool = True
    closed: Instant | None = None
    """When it was recorded that it was dealt with."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Linked:
    """A measure that was adopted from the order, or the order it was adopted from."""

    order: Standing
    breaches: tuple[Breach, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """All that the question is asked of."""

    order: Standing
    procedures: tuple[Procedure, ...] = ()
    """Its recognitions."""
    decided: tuple[Instant, ...] = ()
    """When the last was recorded of each of them."""
    linked: tuple[Linked, ...] = ()
    breaches: tuple[Breach, ...] = ()
    persons: tuple[tuple[PartyRef, Standing], ...] = ()
    """Other orders of which a party is said to be the same person as this party, however many sayings lead there."""
    sure: "Case | None" = None
    """The same without the facts in doubt; None where none is, or where the order itself is."""


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
        return replace(breach, open=False, closed=fact.recorded_at)
    return breach


def impediments(
    case: Case, ground: ErasureGround, *, at: Instant, party: PartyRef | None = None
) -> tuple[Impediment, ...]:
    """Give all that stands against erasing at an instant; nothing: it may be done.

    Without a party, what stands against erasing any of them. What would stand against it without the facts in doubt
    stands against it: whoever stole a key and ended an order with it has not made the order erasable.
    """
    overcome = _OVERCOMES[ground]
    every = (*_all(case, ground, at), *_person_elsewhere(case, party, at))
    found = tuple(each for each in every if each.code not in overcome and (each.until is None or each.until > at))
    sure = () if case.sure is None else impediments(case.sure, ground, at=at, party=party)
    return (*found, *(replace(each, code=ImpedimentCode.FACTS_IN_DOUBT) for each in sure if each not in found))


def erasable_from(case: Case, ground: ErasureGround, *, at: Instant, party: PartyRef | None = None) -> Instant | None:
    """Give the first instant, from `at` on, at which nothing stands against erasing if nothing else happens.

    None where somebody has to act first, or nobody knows. The periods of an order in force are counted from its end.
    """
    moment = at
    while against := impediments(case, ground, at=moment, party=party):
        until = [each.until for each in against if each.until is not None]
        if len(until) < len(against):
            return None
        moment = max(until)  # later than before: what is over by then does not stand against it
    return moment


def effect_end(order: Standing) -> Instant | None:
    """Give the first instant at which the order has no effect of its own any more; None if none is known."""
    ends = [each for each in (over(order.expiry), order.end.at if order.end else None) if each is not None]
    return min(ends, default=None)


def _all(case: Case, ground: ErasureGround, at: Instant) -> Iterator[Impediment]:
    """Give all there is, with its end; also what is over by now."""
    end = effect_end(case.order)
    yield from _in_force(ImpedimentCode.ORDER_IN_FORCE, end, at)
    for each in case.linked:
        yield from _in_force(ImpedimentCode.LINKED_ORDER_IN_FORCE, effect_end(each.order), at)
    if any(procedure.state in _PENDING for procedure in case.procedures):
        yield Impediment(code=ImpedimentCode.RECOGNITION_PENDING, basis=IN_FORCE, until=None)
    orders = (Linked(order=case.order, breaches=case.breaches), *case.linked)
    if any(breach.open for each in orders for breach in each.breaches):
        yield Impediment(code=ImpedimentCode.BREACH_OPEN, basis=CLAIMS, until=None)
    for each in orders:
        yield from _periods(each.order, each.breaches, ground, at)
    last = max(_released(orders, case.decided, at), default=None)
    if last is not None:
        yield Impediment(code=ImpedimentCode.WAITING_PERIOD, basis=HASTE, until=waited(last))


def waited(recorded: Instant) -> Instant:
    """Give the first instant at which what became erasable with a record is destroyed."""
    return Instant(recorded + WAITING)


def _released(orders: tuple[Linked, ...], decided: tuple[Instant, ...], at: Instant) -> Iterator[Instant]:
    """Give when it was last recorded of each thing that it held, or that it holds no more."""
    yield from decided
    for each in orders:
        yield from (breach.closed for breach in each.breaches if breach.closed is not None)
        end, seen = effect_end(each.order), seen_until(each.order)
        if seen is not None and end is not None and end <= at:
            yield seen


def _person_elsewhere(case: Case, party: PartyRef | None, at: Instant) -> Iterator[Impediment]:
    """Hold who is found through this order, by a name that stands in it alone, while the other one protects."""
    for own, order in case.persons:
        if own == party:
            yield from _in_force(ImpedimentCode.SAME_PERSON_IN_FORCE, effect_end(order), at)


def _in_force(code: ImpedimentCode, end: Instant | None, at: Instant) -> Iterator[Impediment]:
    if end is None or end > at:
        yield Impediment(code=code, basis=IN_FORCE, until=end)


def seen_until(order: Standing) -> Instant | None:
    """Give the last instant at which something was recorded of the order while the record had it in force.

    Until then it was enforced on the record's word, whatever earlier end was said afterwards. None: never, as of
    one that was entered with its end behind it and not changed since.
    """
    seen: Instant | None = None
    standing: Standing | None = None
    for fact in order.history:
        end = None if standing is None else effect_end(standing)
        if standing is not None and (end is None or end > fact.recorded_at):
            seen = fact.recorded_at
        standing = evolve(standing, fact)
    return seen


def _periods(order: Standing, breaches: tuple[Breach, ...], ground: ErasureGround, at: Instant) -> Iterator[Impediment]:
    """Count the periods from the end of the effect, at the latest from now: what goes on has not begun to lapse.

    And at the earliest from when the end was recorded, for an order that was in force until then: nobody shortens
    a period by saying that it has long been running.
    """
    details, end = order.details, effect_end(order)
    zone = zone_of(details.court.jurisdiction) or details.issued.zone
    today = moment_of(at, zone).date()
    rule = retention_rule(details.court.jurisdiction, details.kind, details.nature, today)
    if rule is None:
        yield Impediment(code=ImpedimentCode.NO_RETENTION_RULE, basis=IN_FORCE, until=None)
        return
    counted = at if end is None else min(max(end, seen_until(order) or end), at)
    ended = moment_of(counted, zone).date()
    yield Impediment(
        code=ImpedimentCode.RETENTION_PERIOD, basis=rule.keep_basis, until=_after(_kept_from(rule, ended), rule, zone)
    )
    # No claim is to be expected on what should never have been recorded; one that was reported is there all the same.
    claims = [] if ground is ErasureGround.UNLAWFUL else [ended]
    last = max([*claims, *(min(breach.occurred.date, today) for breach in breaches)], default=None)
    if last is not None:
        until = LegalMoment(date=months_after(last, rule.limitation_months), zone=zone).ends()
        yield Impediment(code=ImpedimentCode.LIMITATION_PERIOD, basis=rule.limitation_basis, until=until)


def _kept_from(rule: RetentionRule, ended: date) -> date:
    return date(ended.year, 12, 31) if rule.keep_from_year_end else ended


def _after(day: date, rule: RetentionRule, zone: str) -> Instant:
    return LegalMoment(date=months_after(day, rule.keep_months), zone=zone).ends()
