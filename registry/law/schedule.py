"""The retention schedule: for each law area, how long a party's data is kept after its order has ended.

Dated data with its legal basis, one module of law/retention each, found by scan. A rule that was not
read for this project says so (`verified=False`); an operator has it confirmed before relying on it.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from registry.law import retention
from registry.law.citation import Citation
from registry.law.periods import months_after
from registry.values.issuance import Nature, OrderKind
from registry.values.jurisdiction import Jurisdiction, covers
from registry.values.time import Instant, LegalMoment


@dataclass(frozen=True, kw_only=True, slots=True)
class RetentionRule:
    """How long, and by what law. It is asked as the law stands on the day of the erasure."""

    since: date
    until: date | None = None
    """First day on which the rule is law no more."""
    kinds: frozenset[OrderKind] | None = None
    """Kinds of order it is about; None: every kind."""
    natures: frozenset[Nature] | None = None
    keep_months: int
    """Months that the record is kept after the order's last effect."""
    keep_from_year_end: bool = False
    """Whether those months begin with the end of the year."""
    keep_basis: Citation
    limitation_months: int
    """Months for which breaches of the order can be prosecuted or claimed for, from each breach and from the end."""
    limitation_basis: Citation

    def covers(self, kind: OrderKind, nature: Nature, day: date) -> bool:
        """Say whether it is the law on a day for such an order."""
        return (
            self.since <= day
            and (self.until is None or day < self.until)
            and (self.kinds is None or kind in self.kinds)
            and (self.natures is None or nature in self.natures)
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class QueryRule:
    """How long what was asked is kept for the supervision of searches, and by what law. Asked as the law stands."""

    since: date
    until: date | None = None
    """First day on which the rule is law no more."""
    keep_months: int
    """Months that the queries of a calendar month are kept after its end."""
    keep_from_year_end: bool = False
    """Whether those months begin with the end of the year."""
    basis: Citation

    def kept_until(self, month: str, zone: str) -> Instant:
        """Give the first instant at which queries of a month of the place (`2026-11`) need be kept no longer."""
        year, number = int(month[:4]), 12 if self.keep_from_year_end else int(month[5:])
        last = date(year, number, monthrange(year, number)[1])
        return LegalMoment(date=months_after(last, self.keep_months), zone=zone).ends()


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """The rules of a law area, or of a country whose parts have none of their own; the first that covers, counts."""

    jurisdiction: Jurisdiction
    rules: tuple[RetentionRule, ...]
    queries: tuple[QueryRule, ...] = ()
    """The same of what was asked; none: nobody here knows how long it is kept."""


def scan(package: ModuleType) -> tuple[Schedule, ...]:
    """Give what the modules of a package offer, the narrower area first.

    Raises `TypeError` for a module that offers no schedule, and for two of one area.
    """
    found: list[Schedule] = []
    for module in iter_modules(package.__path__):
        offered: object = getattr(import_module(f"{package.__name__}.{module.name}"), "RETENTION", None)
        if not isinstance(offered, Schedule) or any(each.jurisdiction == offered.jurisdiction for each in found):
            message = f"{module.name} offers no retention schedule, or one that is there already"
            raise TypeError(message)
        found.append(offered)
    return tuple(sorted(found, key=lambda each: (-len(each.jurisdiction), each.jurisdiction)))


@lru_cache(maxsize=1)
def schedules() -> tuple[Schedule, ...]:
    """Give every schedule, the narrower area first."""
    return scan(retention)


def retention_rule(jurisdiction: Jurisdiction, kind: OrderKind, nature: Nature, day: date) -> RetentionRule | None:
    """Find the rule for an order made in a jurisdiction, as the law stands on a day; None if we have none."""
    for schedule in schedules():
        if covers(schedule.jurisdiction, jurisdiction):
            return next((rule for rule in schedule.rules if rule.covers(kind, nature, day)), None)
    return None


def query_rule(jurisdiction: Jurisdiction, day: date) -> QueryRule | None:
    """Find the rule for what institutions of a jurisdiction asked, as the law stands on a day; None if we have none."""
    for schedule in schedules():
        if covers(schedule.jurisdiction, jurisdiction):
            in_force = (rule for rule in schedule.queries if rule.since <= day < (rule.until or date.max))
            return next(in_force, None)
    return None
