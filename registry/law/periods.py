"""Periods in months, and the local day they end with (Regulation (EEC, Euratom) No 1182/71 Art 3).

The day of the event is not counted; a period in months ends with the last hour of the same date
of the last month, and with the last day of that month if it has no such date. A stricter reading
counts the day of the event and ends one day earlier: `first_day_counts`.
"""

from calendar import monthrange
from datetime import date, timedelta


def months_after(day: date, months: int, *, first_day_counts: bool = False) -> date:
    """Give the last day of a period of months that starts at the event of a day."""
    index = day.year * 12 + (day.month - 1) + months
    year, month = divmod(index, 12)
    last = monthrange(year, month + 1)[1]
    end = date(year, month + 1, min(day.day, last))
    return end - timedelta(days=1) if first_day_counts else end
