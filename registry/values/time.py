"""Time of two kinds: instants of the machine, and dates of the law in the zone of a court.

* `Instant` is integer microseconds since 1970-01-01T00:00Z. `recorded_at` is one.
* `LegalMoment` is what a document says: a local date, perhaps a time of day, and a time zone
  id. It is never converted on the way in; `begins` and `ends` interpret it on the way out.
* Intervals are half-open: [begins, ends).
* `Expiry` has three values: none, unknown and given. They mean different things to an officer.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NewType, TypeAlias
from zoneinfo import ZoneInfo

Instant = NewType("Instant", int)
TimeOfDay: TypeAlias = time
"""The type under another name: in `LegalMoment` the field `time` hides it."""

MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BEGINNING_OF_TIME = Instant(-(2**62))
END_OF_TIME = Instant(2**62)
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
FIRST_ON_CALENDAR = (datetime.min.replace(tzinfo=UTC) - EPOCH) // MICROSECOND
LAST_ON_CALENDAR = (datetime.max.replace(tzinfo=UTC) - EPOCH) // MICROSECOND
EARLIEST_ASKED = (datetime(1950, 1, 1, tzinfo=UTC) - EPOCH) // MICROSECOND
LATEST_ASKED = (datetime(2200, 1, 1, tzinfo=UTC) - EPOCH) // MICROSECOND
"""Of no instant before or from then on can anybody ask: no order that is recorded has such a date."""


def instant(moment: datetime) -> Instant:
    """Give the instant of an aware datetime; a naive one is a programming error."""
    if moment.tzinfo is None:
        message = "a naive datetime has no instant"
        raise ValueError(message)
    return Instant((moment - EPOCH) // MICROSECOND)


def moment_of(at: Instant, zone: str = "UTC") -> datetime:
    """Show an instant as an aware datetime in a zone; one within a day of the calendar's ends, or beyond, as there."""
    return _on_calendar(at, DAY).astimezone(zone_info(zone))


def iso(at: Instant) -> str:
    """Show an instant as RFC 3339 in UTC with microseconds; one beyond the calendar as its first or last instant."""
    return _on_calendar(at, 0).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


def _on_calendar(at: Instant, margin: int) -> datetime:
    """Give a datetime for every instant there can be: what is shown of a record must not fail for its value."""
    return EPOCH + min(max(at, FIRST_ON_CALENDAR + margin), LAST_ON_CALENDAR - margin) * MICROSECOND


@lru_cache(maxsize=1024)
def zone_info(zone: str) -> ZoneInfo:
    """Find a time zone by its id; raises `zoneinfo.ZoneInfoNotFoundError` for an unknown one."""
    return ZoneInfo(zone)


@dataclass(frozen=True, kw_only=True, slots=True)
class LegalMoment:
    """A date as a document states it: local, in the zone of the court, to the day or finer."""

    date: date
    time: TimeOfDay | None = None
    zone: str

    def begins(self) -> Instant:
        """Say when it starts: the first instant of the day, or of the stated time."""
        return _dawn(self.date, self.zone) if self.time is None else _wall(self.date, self.time, self.zone)

    def ends(self) -> Instant:
        """Say when it is over: a day ends with its last instant, a stated time at once.

        A date-only expiry ends with the day in the issuing court's zone; that instant is the
        first one of the next local day (which the zone may skip or repeat: `_wall` decides).
        """
        if self.time is not None:
            return _wall(self.date, self.time, self.zone)
        if self.date == date.max:
            return END_OF_TIME
        return _dawn(self.date + timedelta(days=1), self.zone)

    def precedes(self, later: "LegalMoment") -> bool:
        """Say whether this came before another moment for certain, as the documents state them.

        Of two dates without an hour the dates decide, whatever the zones: a day that begins earlier elsewhere says
        nothing of what was done first. Where an hour is given the one must be over when the other begins.
        """
        if self.time is None and later.time is None:
            return self.date < later.date
        return self.ends() <= later.begins() and self.begins() < later.begins()


@lru_cache(maxsize=65536)
def _dawn(day: date, zone: str) -> Instant:
    """Give the first instant of a day; most moments of the law are days, and each is asked for many times."""
    return _wall(day, time.min, zone)


@lru_cache(maxsize=65536)
def _wall(day: date, clock: time, zone: str) -> Instant:
    """Give the instant of a wall-clock reading.

    A reading that the zone skips is moved to the first instant after the gap; of a repeated
    one the first is meant. Both are found by asking with fold=0 (PEP 495).
    """
    tz = zone_info(zone)
    local = datetime.combine(day, clock.replace(fold=0), tzinfo=tz)
    offset = local.utcoffset()
    if offset is None:
        message = "a time zone without an offset"
        raise ValueError(message)
    utc = local.replace(tzinfo=None) - offset
    round_trip = utc.replace(tzinfo=UTC).astimezone(tz).replace(tzinfo=None)
    if round_trip != local.replace(tzinfo=None):
        return _after_gap(local, tz)
    return Instant((utc - EPOCH.replace(tzinfo=None)) // MICROSECOND)


def _after_gap(local: datetime, tz: ZoneInfo) -> Instant:
    """Find the first instant after the gap that swallows a wall-clock reading."""
    before = instant(local.replace(fold=1))  # PEP 495: in a gap fold=1 reads earlier than fold=0
    after = instant(local.replace(fold=0))
    old = (EPOCH + before * MICROSECOND).astimezone(tz).utcoffset()
    while before < after:
        middle = (before + after) // 2
        if (EPOCH + middle * MICROSECOND).astimezone(tz).utcoffset() == old:
            before = Instant(middle + 1)
        else:
            after = Instant(middle)
    return after


class ExpiryKind(StrEnum):
    """Whether an order ends by itself."""

    NONE = "NONE"
    UNKNOWN = "UNKNOWN"
    GIVEN = "GIVEN"


@dataclass(frozen=True, kw_only=True, slots=True)
class Expiry:
    """When an order ends by itself: never, not stated in the record, or at a moment."""

    kind: ExpiryKind
    at: LegalMoment | None = None

    def __post_init__(self) -> None:
        """Hold the invariant that a moment is there exactly when the kind says so."""
        if (self.kind is ExpiryKind.GIVEN) != (self.at is not None):
            message = "an expiry is given exactly when it has a moment"
            raise ValueError(message)

    def ends(self) -> Instant | None:
        """Give the first instant at which the order is over; None if none is known."""
        return self.at.ends() if self.at else None


NO_EXPIRY = Expiry(kind=ExpiryKind.NONE)
UNKNOWN_EXPIRY = Expiry(kind=ExpiryKind.UNKNOWN)


def expires(at: LegalMoment) -> Expiry:
    """Make a given expiry."""
    return Expiry(kind=ExpiryKind.GIVEN, at=at)
