"""Patterns in who looked, for a supervisor's eyes: explainable rules, each a pure function over looks.

A finding is a question to ask somebody, never a verdict: it names its rule, says in words what was seen, and
the facts it was seen in. Thresholds are data (`Thresholds`), and docs/explanation/who-looked.md says why each is
what it is. What is done on an order by the same institution, a breach reported, a hit confirmed, a service recorded,
counts as a reason to have looked.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from registry.values.identifiers import FactId, InstitutionId, OrderRef
from registry.values.officer import Kinship
from registry.values.time import DAY, HOUR, Instant


class Rule(StrEnum):
    """Which rule found it."""

    REPEATED_WITHOUT_FOLLOW_UP = "REPEATED_WITHOUT_FOLLOW_UP"
    OUT_OF_HOURS = "OUT_OF_HOURS"
    UNUSUAL_NUMBER = "UNUSUAL_NUMBER"
    WITHOUT_INCIDENT = "WITHOUT_INCIDENT"
    OFFICER_IS_PARTY = "OFFICER_IS_PARTY"
    SURNAME_EQUAL = "SURNAME_EQUAL"


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """One look, by a check or by reading."""

    fact_id: FactId
    institution: InstitutionId
    officer: str
    """Opaque reference; empty where an institution spoke for itself."""
    order_ref: OrderRef | None
    """None where a check, or a preview of an entry, found none."""
    checked: bool
    """Whether it was a check; else an order was read."""
    purpose: str
    incident: bool | None
    """Whether an incident was named; None where that was not noted yet."""
    at: Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What a rule found: words for a person, and the facts to look at."""

    rule: Rule
    officer: str
    words: str
    facts: tuple[FactId, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Thresholds:
    """From when on a rule speaks."""

    repeated: int = 3
    """Looks at one order by one officer"""
    within: int = 7 * DAY
    """in this time,"""
    follow_up: int = 7 * DAY
    """and nothing done on it so long before the first and after the last."""
    quiet_from: int = 22 * HOUR
    """Time of day from which a desk is closed,"""
    quiet_until: int = 6 * HOUR
    """and until which."""
    baseline: int = 28
    """Days before, over which an officer's own mean is taken;"""
    factor: int = 3
    """so many times the mean is unusual,"""
    least: int = 20
    """but never fewer looks a day than these."""


DESK_PURPOSES: Final = frozenset({"INVESTIGATION", "COURT_REGISTRATION"})
"""Purposes that have office hours; who checks at the scene does so at night."""
WITHOUT_NUMBER: Final = frozenset({"COURT_REGISTRATION"})
"""Purposes of a check that has no incident to name."""
Following: TypeAlias = Callable[[OrderRef], Sequence[Instant]]
"""Gives when the institution did something on an order."""
Kin: TypeAlias = Callable[[str, OrderRef], Collection[Kinship]]
"""Gives what an officer and the parties of an order have in common, by keyed hashes that name nobody."""


def stranger(officer: str, order_ref: OrderRef) -> Collection[Kinship]:  # noqa: ARG001  # the shape of Kin
    """Say that nobody has anything in common with anybody."""
    return ()


def findings(
    looks: Sequence[Looked],
    *,
    since: Instant,
    following: Following,
    time_of_day: Callable[[Instant], int],
    limits: Thresholds,
    kin: Kin = stranger,
) -> tuple[Finding, ...]:
    """Apply every rule to an institution's looks, oldest first; `time_of_day` gives microseconds since midnight there.

    Looks before `since` are what an officer's own mean is taken of, and nothing else. Looks without an officer are
    of machines and are not judged.
    """
    by_officer: defaultdict[str, list[Looked]] = defaultdict(list)
    for look in looks:
        if look.officer:
            by_officer[look.officer].append(look)
    found: list[Finding] = []
    for officer, own in sorted(by_officer.items()):
        new = [look for look in own if look.at >= since]
        found += _repeated(officer, new, following, limits)
        found += _out_of_hours(officer, new, time_of_day, limits)
        found += _unusual(officer, own, since, limits)
        found += _without_incident(officer, new)
        found += _akin(officer, new, kin)
    return tuple(found)


def _repeated(officer: str, looks: Sequence[Looked], following: Following, limits: Thresholds) -> Iterator[Finding]:
    by_order: defaultdict[OrderRef, list[Looked]] = defaultdict(list)
    for look in looks:
        if look.order_ref is not None:
            by_order[look.order_ref].append(look)
    for order_ref, own in by_order.items():
        close = _closest(own, limits)
        if close and not _followed(close, following(order_ref), limits):
            words = f"{len(close)} looks at one order in {limits.within // DAY} days; nothing was done on it"
            yield _finding(Rule.REPEATED_WITHOUT_FOLLOW_UP, officer, words, close)


def _closest(looks: Sequence[Looked], limits: Thresholds) -> Sequence[Looked]:
    """Give the most looks that lie within the time, if they are enough."""
    runs = [[each for each in looks if first.at <= each.at < first.at + limits.within] for first in looks]
    most = max(runs, key=len)
    return most if len(most) >= limits.repeated else ()


def _followed(looks: Sequence[Looked], done: Sequence[Instant], limits: Thresholds) -> bool:
    return any(looks[0].at - limits.follow_up <= at <= looks[-1].at + limits.follow_up for at in done)


def _out_of_hours(
    officer: str, looks: Sequence[Looked], time_of_day: Callable[[Instant], int], limits: Thresholds
) -> Iterator[Finding]:
    def quiet(look: Looked) -> bool:
        at_desk = not look.checked or look.purpose in DESK_PURPOSES
        return at_desk and not limits.quiet_until <= time_of_day(look.at) < limits.quiet_from

    late = [look for look in looks if quiet(look)]
    if late:
        words = f"{len(late)} looks from a desk while desks are closed"
        yield _finding(Rule.OUT_OF_HOURS, officer, words, late)


def _unusual(officer: str, looks: Sequence[Looked], since: Instant, limits: Thresholds) -> Iterator[Finding]:
    by_day: defaultdict[int, list[Looked]] = defaultdict(list)
    for look in looks:
        by_day[look.at // DAY].append(look)
    for day, own in by_day.items():
        before = sum(len(by_day.get(day - back, ())) for back in range(1, limits.baseline + 1))
        usual = max(limits.least, -(-limits.factor * before // limits.baseline))
        if own[0].at >= since and len(own) > usual:
            words = f"{len(own)} looks on one day, where more than {usual} are unusual"
            yield _finding(Rule.UNUSUAL_NUMBER, officer, words, own)


def _without_incident(officer: str, looks: Sequence[Looked]) -> Iterator[Finding]:
    bare = [look for look in looks if look.checked and look.incident is False and look.purpose not in WITHOUT_NUMBER]
    if bare:
        yield _finding(Rule.WITHOUT_INCIDENT, officer, f"{len(bare)} checks named no incident", bare)


def _akin(officer: str, looks: Sequence[Looked], kin: Kin) -> Iterator[Finding]:
    """Say it once of each order: as a party where the officer is one, else by the surname."""
    by_order: defaultdict[OrderRef, list[Looked]] = defaultdict(list)
    for look in looks:
        if look.order_ref is not None:
            by_order[look.order_ref].append(look)
    for order_ref, own in by_order.items():
        found = kin(officer, order_ref)
        if Kinship.PARTY in found:
            words = f"{len(own)} looks at one order of which a party has the officer's name and birth date"
            yield _finding(Rule.OFFICER_IS_PARTY, officer, words, own)
        elif Kinship.SURNAME in found:
            words = f"{len(own)} looks at one order of which a party has the officer's surname"
            yield _finding(Rule.SURNAME_EQUAL, officer, words, own)


def _finding(rule: Rule, officer: str, words: str, looks: Sequence[Looked]) -> Finding:
    return Finding(rule=rule, officer=officer, words=words, facts=tuple(look.fact_id for look in looks))


def explained(limits: Thresholds) -> Mapping[Rule, str]:
    """Say each rule in words, with its thresholds."""
    days, desk = limits.within // DAY, f"{limits.quiet_from // HOUR}:00 to {limits.quiet_until // HOUR}:00"
    return {
        Rule.REPEATED_WITHOUT_FOLLOW_UP: (
            f"One officer looked at one order {limits.repeated} times or more in {days} days, and the institution "
            f"reported no breach, asked for no hit confirmation and recorded no service on it within "
            f"{limits.follow_up // DAY} days."
        ),
        Rule.OUT_OF_HOURS: f"An order was read, or checked for a desk's purpose, from {desk} local time.",
        Rule.UNUSUAL_NUMBER: (
            f"More looks on one UTC day than {limits.factor} times the officer's own mean of {limits.baseline} days "
            f"before, and more than {limits.least}."
        ),
        Rule.WITHOUT_INCIDENT: "A check for a purpose that has an incident named none.",
        Rule.OFFICER_IS_PARTY: "A party of the order has the name and birth date that the officer was enrolled with.",
        Rule.SURNAME_EQUAL: "A party of the order has a surname that the officer was enrolled with.",
    }
