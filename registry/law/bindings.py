"""Which instrument binds which law area from when to when: data, one table an instrument.

Days are local days of the area itself. A State that left is bound until its last instant: the transition
period of the United Kingdom ended 2020-12-31 23:00 UTC, which is midnight in Brussels and not in London.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Final

from registry.law.jurisdictions import (
    EUROPEAN_UNION,
    GREAT_BRITAIN_AND_NORTHERN_IRELAND,
    UNION_APPLICATION,
    ZONES,
)
from registry.values.jurisdiction import Jurisdiction, country_of
from registry.values.time import Instant, LegalMoment


@dataclass(frozen=True, kw_only=True, slots=True)
class Binding:
    """An area is bound at instants from `since` on and before `until`."""

    since: Instant
    until: Instant | None = None
    verified: bool = True
    """False where the day, or that the area is bound at all, is known from memory."""


Table = Mapping[Jurisdiction, Binding]

END_OF_TRANSITION: Final = LegalMoment(date=date(2020, 12, 31), time=time(23), zone="UTC").begins()


def since(area: str, day: date, *, verified: bool = True) -> Binding:
    """Bind an area from a local day on."""
    begins = LegalMoment(date=day, zone=ZONES[Jurisdiction(area)]).begins()
    return Binding(since=begins, verified=verified)


def _until_exit(area: Jurisdiction) -> Binding:
    begins = LegalMoment(date=UNION_APPLICATION, zone=ZONES[area]).begins()
    return Binding(since=begins, until=END_OF_TRANSITION)


def _union(*without: str) -> dict[Jurisdiction, Binding]:
    members = {area: since(area, UNION_APPLICATION) for area in EUROPEAN_UNION if area not in without}
    return members | {area: _until_exit(area) for area in GREAT_BRITAIN_AND_NORTHERN_IRELAND}


REGULATION_606: Final[Table] = _union("DK")
"""Every member State but Denmark (Implementing Regulation 939/2014 recitals 2-3); the United Kingdom until its exit."""
DIRECTIVE_2011_99: Final[Table] = _union("DK", "IE")
"""Every member State but Denmark and Ireland (COM(2020)187 s 1.1); the United Kingdom until its exit."""
RETAINED_606: Final[Table] = {
    Jurisdiction("GB-EAW"): Binding(since=END_OF_TRANSITION),
    Jurisdiction("GB-NIR"): Binding(since=END_OF_TRANSITION),
    Jurisdiction("GB-SCT"): Binding(since=END_OF_TRANSITION, verified=False),
}
"""Read for England and Wales (PD 38A) and Northern Ireland; for Scotland from memory."""
NDVOS: Final[Table] = {area: since(area, date(2017, 11, 25)) for area in ZONES if country_of(area) == "AU"}
"""All States and Territories, from 2017-11-25."""
CANADIAN_ORDERS_IN_US: Final[Table] = {
    Jurisdiction("US-ND"): since("US-ND", date(2017, 8, 1), verified=False),
    Jurisdiction("US-CA"): since("US-CA", date(2018, 1, 1), verified=False),
}
"""That these two States have the act was read; from which day is from memory."""
CANADIAN_JUDGMENTS: Final[Table] = {
    Jurisdiction("CA-SK"): since("CA-SK", date(2008, 4, 28)),
    Jurisdiction("CA-MB"): since("CA-MB", date(2008, 4, 28), verified=False),
    Jurisdiction("CA-NS"): since("CA-NS", date(2008, 4, 28), verified=False),
}
"""Canadian civil protection orders. Saskatchewan was read; of the others that they are similar, not since when."""
FOREIGN_ORDERS_IN_CANADA: Final[Table] = {Jurisdiction("CA-SK"): since("CA-SK", date(2012, 5, 16))}
"""Civil protection orders from outside Canada."""


def binding(table: Table, area: Jurisdiction, at: Instant) -> Binding | None:
    """Give the binding of an area that holds at an instant."""
    found = table.get(area)
    if found is None or at < found.since or (found.until is not None and at >= found.until):
        return None
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """When an instrument stands between two areas: from `since` on and before `until`; None: no end is known."""

    since: Instant
    until: Instant | None
    turns: tuple[Instant, ...]

    def open(self, at: Instant) -> bool:
        """Say whether it stands at an instant."""
        return self.since <= at and (self.until is None or at < self.until)


def window(table: Table, one: Jurisdiction, another: Jurisdiction) -> Window | None:
    """Give when a table binds two areas of different countries; None: never."""
    first, second = table.get(one), table.get(another)
    if first is None or second is None or country_of(one) == country_of(another):
        return None
    untils = [each.until for each in (first, second) if each.until is not None]
    return Window(
        since=max(first.since, second.since),
        until=min(untils, default=None),
        turns=edges(table, one, another),
    )


def edges(table: Table, *areas: Jurisdiction) -> tuple[Instant, ...]:
    """Give the instants at which an area begins or ceases to be bound."""
    found = [table[area] for area in areas if area in table]
    return tuple(edge for each in found for edge in (each.since, each.until) if edge is not None)
