"""Periods in months, and the local day they end with (Regulation (EEC, Euratom) No 1182/71 Art 3).

The day of the event is not counted; a period in months ends with the last hour of the same date
of the last month, and with the last day of that month if it has no such date. A stricter reading
counts the day of the event and ends one day earlier: `first_day_counts`.
"""

from calendar import monthrange
from datetime import date, time, timedelta
from functools import lru_cache

from registry.values.time import Expiry, Instant, LegalMoment


def months_after(day: date, months: int, *, first_day_counts: bool = False) -> date:
    """Give the last day of a period of months that starts at the event of a day."""
    index = day.year * 12 + (day.month - 1) + months
    year, month = divmod(index, 12)
    last = monthrange(year, month + 1)[1]
    end = date(year, month + 1, min(day.day, last))
    return end - timedelta(days=1) if first_day_counts else end


def over(expiry: Expiry) -> Instant | None:
    """Give the first instant at which an order is over; None if none is known. The day of a date is counted once."""
    moment = expiry.at
    return None if moment is None else _ends(moment.date, moment.time, moment.zone)


@lru_cache(maxsize=65536)
def _ends(day: date, clock: time | None, zone: str) -> Instant:
    return LegalMoment(date=day, time=clock, zone=zone).ends()
