"""Dates of court records: read by their written form, kept local in the court's zone, held to what is plausible.

A date that does not make sense is kept out and named by a code; it is never repaired. What an order says of its
end stays unknown unless the record says one thing and says it clearly.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Final

from adapters.errors import Unreadable
from adapters.formats.codes import Attention, Rejection
from registry.values.time import UNKNOWN_EXPIRY, Expiry, LegalMoment, expires

FIRST_YEAR_OF_BIRTH: Final = 1900
FIRST_YEAR_OF_ISSUE: Final = 1950
LAST_YEAR_OF_ISSUE: Final = 2150
LONGEST_ORDER_IN_YEARS: Final = 100
"""Courts write `9999-12-31` for no end; the registry does not guess which far date means that."""

_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2})?", re.ASCII)
_WRITTEN = re.compile(r"(\d{1,2}) ([A-Za-z]{3,9}) (\d{4})", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?: ?([AaPp][Mm]))?", re.ASCII)
_NOON: Final = 12
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL_MONTHS: Final = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)


def day(written: str) -> date | None:
    """Read `2026-03-04` (an offset behind it is left out: a legal date is local) or `4 Mar 2026`; else None."""
    if match := _DAY.fullmatch(written):
        return _iso_day(match.group(1))
    if match := _WRITTEN.fullmatch(written):
        month = _month(match.group(2).casefold())
        return _iso_day(f"{match.group(3)}-{month:02}-{int(match.group(1)):02}") if month else None
    return None


def _month(name: str) -> int:
    """Give the number of an English month, whole or cut to three letters (`Sept` too); 0 if it is none."""
    if name in _FULL_MONTHS:
        return _FULL_MONTHS.index(name) + 1
    short = "sep" if name == "sept" else name
    return _MONTHS.index(short) + 1 if short in _MONTHS else 0


def _iso_day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def local_moment(written: str, zone: str) -> LegalMoment | None:
    """Read a local date with or without a time of day, to the second; one with an offset is not local: None."""
    if (only := day(written)) is not None:
        return LegalMoment(date=only, zone=zone)
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    if moment.tzinfo is not None:
        return None
    return LegalMoment(date=moment.date(), time=moment.time().replace(microsecond=0), zone=zone)


def clock(written: str) -> time | None:
    """Read `16:30` or `4:30 PM`; anything else is None."""
    match = _CLOCK.fullmatch(written.strip())
    if match is None:
        return None
    hour, minute, half = int(match.group(1)), int(match.group(2)), (match.group(3) or "").casefold()
    if half and not 1 <= hour <= _NOON:
        return None
    if half:
        hour = hour % _NOON + (_NOON if half == "pm" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        return None


def issued(written: str | None, place: str, zone: str) -> LegalMoment:
    """Read the day an order was made; raises `Unreadable` without one: an order without it cannot be applied."""
    if written is None:
        raise Unreadable(Rejection.ISSUE_DATE_NOT_STATED, place=place)
    made = day(written)
    if made is None:
        raise Unreadable(Rejection.ISSUE_DATE_NOT_READ, place=place)
    if not is_plausible(made):
        raise Unreadable(Rejection.ISSUE_DATE_IMPLAUSIBLE, place=place)
    return LegalMoment(date=made, zone=zone)


def is_plausible(stated: date) -> bool:
    """Say whether a court can have meant this day."""
    return FIRST_YEAR_OF_ISSUE <= stated.year <= LAST_YEAR_OF_ISSUE


def service(at: LegalMoment | None, made: LegalMoment, notes: list[str]) -> LegalMoment | None:
    """Keep a stated moment of service that can be one; otherwise service has no date, and a note says why."""
    if at is None:
        notes.append(Attention.SERVICE_DATE_NOT_STATED)
        return None
    if at.date < made.date:
        notes.append(Attention.SERVICE_BEFORE_ISSUE)
        return None
    if not is_plausible(at.date):
        notes.append(Attention.SERVICE_DATE_NOT_READ)
        return None
    return at


def plausible_expiry(ends: LegalMoment, made: LegalMoment, notes: list[str]) -> Expiry:
    """Keep a stated end that lies after the issue and within reason; else the end is unknown, and a note says why."""
    if ends.date < made.date:
        notes.append(Attention.EXPIRY_BEFORE_ISSUE)
        return UNKNOWN_EXPIRY
    if ends.date.year - made.date.year > LONGEST_ORDER_IN_YEARS:
        notes.append(Attention.EXPIRY_IMPLAUSIBLE)
        return UNKNOWN_EXPIRY
    return expires(ends)


def birth_date(stated: Iterable[str | None], made: LegalMoment, notes: list[str]) -> str | None:
    """Give the one plausible date of birth that the record states; none if it states two, or an impossible one."""
    days: set[date] = set()
    for written in stated:
        if written is None:
            continue
        born = day(written)
        if born is None:
            notes.append(Attention.BIRTH_DATE_NOT_READ)
        elif born.year < FIRST_YEAR_OF_BIRTH or born > made.date:
            notes.append(Attention.BIRTH_DATE_IMPLAUSIBLE)
        else:
            days.add(born)
    if len(days) > 1:
        notes.append(Attention.BIRTH_DATE_CONFLICTING)
        return None
    return days.pop().isoformat() if days else None
