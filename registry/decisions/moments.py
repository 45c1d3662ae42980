"""Which dates a decider takes: not absurd, not ahead of their time. One rule for all nouns."""

from datetime import date
from typing import Final

from registry.errors import Refused
from registry.values.time import DAY, Instant, LegalMoment, zone_info

_EARLIEST: Final = date(1950, 1, 1)
_LATEST: Final = date(2200, 1, 1)


def plausible(moment: LegalMoment | None, field: str) -> None:
    """Refuse a date that no living order can have: before 1950 or after 2199, or in no zone we know."""
    if moment is None:
        return
    try:
        zone_info(moment.zone)
    except (KeyError, ValueError, OSError):
        # Once recorded, such a date could never be read again: every answer on the order would fail.
        raise Refused("zone-unknown", field=field) from None
    if not _EARLIEST <= moment.date < _LATEST:
        raise Refused("date-implausible", field=field)


def not_before(moment: LegalMoment | None, first: LegalMoment, field: str, code: str = "date-before-issue") -> None:
    """Refuse a date that lies before what it is about; the same day is not before."""
    if moment is not None and moment.ends() < first.begins():
        raise Refused(code, field=field)


def happened(moment: LegalMoment | None, now: Instant, field: str) -> None:
    """Refuse a date of something said to have happened that lies ahead, with a day's grace for zones."""
    plausible(moment, field)
    if moment is not None and moment.begins() > now + DAY:
        raise Refused("date-in-the-future", field=field)
