"""Wall clocks against a second reading of the zone rules: bisection over UTC, knowing nothing of folds.

A reading is the first instant at which the local clock shows it or, where the zone skips it, the first
at which the clock shows more. The profile `deep` looks at every transition of every zone.
"""

from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.law.instruments.eu_606_2013 import effect_ends
from registry.law.periods import months_after
from registry.law.standing import Certificate
from registry.values.issuance import CertificateForm
from registry.values.time import EPOCH, MICROSECOND, LegalMoment, instant
from tests.given import CERTIFICATE

ZONES = tuple(sorted(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()))
DEEP = settings.default.max_examples > 1_000
FIRST, LAST = datetime(1995, 1, 1, tzinfo=UTC), datetime(2038, 1, 1, tzinfo=UTC)
STEP = timedelta(days=1)


def transitions(zone):
    """Give the instants, to the second, at which a zone's offset changes, found by sampling days."""
    tz, found, moment = ZoneInfo(zone), [], FIRST
    step = STEP if DEEP else timedelta(days=9)
    while moment < LAST:
        following = moment + step
        if moment.astimezone(tz).utcoffset() != following.astimezone(tz).utcoffset():
            low, high = moment, following
            old = low.astimezone(tz).utcoffset()
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) // 2
                middle = middle.replace(microsecond=0)
                low, high = (middle, high) if middle.astimezone(tz).utcoffset() == old else (low, middle)
            found.append(high)
        moment = following
    return found


def first_showing(stated, tz):
    """Search for the first instant whose local clock shows `stated` or, if none does, more than it.

    The local clock goes back at a fold, so the search looks at each side of each change of offset within two
    days, where it only goes forward.
    """
    start = stated.replace(tzinfo=UTC) - 2 * STEP
    edges, moment = [start], start
    while moment < start + 4 * STEP:
        following = moment + timedelta(minutes=15)
        if moment.astimezone(tz).utcoffset() != following.astimezone(tz).utcoffset():
            low, high, old = moment, following, moment.astimezone(tz).utcoffset()
            while high - low > MICROSECOND:
                middle = low + (high - low) // 2
                low, high = (middle, high) if middle.astimezone(tz).utcoffset() == old else (low, middle)
            edges.append(high)
        moment = following
    edges.append(moment)
    for low, high in zip(edges, edges[1:], strict=False):  # noqa: RUF007
        begin, end = low, high - MICROSECOND
        if end.astimezone(tz).replace(tzinfo=None) < stated:
            continue
        if begin.astimezone(tz).replace(tzinfo=None) >= stated:
            return begin
        while end - begin > MICROSECOND:
            middle = begin + (end - begin) // 2
            begin, end = (middle, end) if middle.astimezone(tz).replace(tzinfo=None) < stated else (begin, middle)
        return end
    raise AssertionError("no such reading")


def readings_near(change, tz):
    """Give wall-clock readings around a transition: in the gap, in the fold, at the edges, at midnight."""
    before = (change - timedelta(seconds=1)).astimezone(tz).replace(tzinfo=None)
    after = change.astimezone(tz).replace(tzinfo=None)
    low, high = sorted((before + timedelta(seconds=1), after))
    for each in (low - timedelta(minutes=1), low, low + (high - low) / 2, high - MICROSECOND, high):
        yield each.replace(fold=0)
    for each in {low.date(), high.date(), high.date() + STEP}:
        yield datetime.combine(each, time.min)


@pytest.mark.parametrize("number", range(8))
def test_a_reading_is_its_first_instant_or_the_first_after_the_gap(number):
    for zone in ZONES[number::8] if DEEP else ZONES[number :: 8 * 6]:
        tz, changes = ZoneInfo(zone), transitions(zone)
        for change in changes if DEEP else changes[:: max(1, len(changes) // 3)]:
            for stated in readings_near(change, tz):
                moment = LegalMoment(date=stated.date(), time=stated.time(), zone=zone)
                assert moment.begins() == instant(first_showing(stated, tz)), (zone, stated)


@given(zone=st.sampled_from(ZONES), stated=st.datetimes(datetime(1995, 1, 1), datetime(2037, 12, 31)))  # noqa: DTZ001
def test_any_reading_of_any_zone_is_found(zone, stated):
    moment = LegalMoment(date=stated.date(), time=stated.time(), zone=zone)
    assert moment.begins() == instant(first_showing(stated, ZoneInfo(zone)))


@given(zone=st.sampled_from(ZONES), stated=st.dates(date(1950, 1, 1), date(2199, 12, 31)))
def test_a_day_ends_with_its_last_instant(zone, stated):
    moment = LegalMoment(date=stated, zone=zone)
    last = EPOCH + (moment.ends() - 1) * MICROSECOND
    local = last.astimezone(ZoneInfo(zone))
    assert local.date() <= stated
    assert moment.begins() <= moment.ends()
    assert (EPOCH + moment.ends() * MICROSECOND).astimezone(ZoneInfo(zone)).date() > stated


@given(zone=st.sampled_from(ZONES), stated=st.dates(date(1995, 1, 1), date(2037, 12, 30)))
def test_days_follow_one_another_without_a_hole(zone, stated):
    today, tomorrow = LegalMoment(date=stated, zone=zone), LegalMoment(date=stated + STEP, zone=zone)
    assert today.ends() >= tomorrow.begins()


def by_counting(day, months):
    """A second way to count months: go to the month, then back until the date exists."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    for last in range(day.day, 0, -1):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    raise AssertionError("a month without days")


@given(day=st.dates(date(1950, 1, 1), date(2199, 12, 31)), months=st.integers(0, 60))
def test_months_end_on_the_same_date_or_the_last_of_the_month(day, months):
    assert months_after(day, months) == by_counting(day, months)
    assert months_after(day, months, first_day_counts=True) == by_counting(day, months) - STEP


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        ("2024-03-15", 12, "2025-03-15"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2023-02-28", 12, "2024-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2023-12-31", 12, "2024-12-31"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2023-01-31", 1, "2023-02-28"),
        ("2024-12-31", 2, "2025-02-28"),
        ("2024-12-01", 1, "2025-01-01"),
        ("2024-10-31", 1, "2024-11-30"),
        ("2024-05-05", 0, "2024-05-05"),
    ],
)
def test_the_corners_of_the_calendar(day, months, last):
    assert months_after(date.fromisoformat(day), months) == date.fromisoformat(last)


@given(
    day=st.dates(date(2015, 1, 11), date(2199, 12, 31)),
    zone=st.sampled_from(["Europe/Madrid", "Atlantic/Canary", "Europe/Helsinki", "Europe/Lisbon"]),
)
def test_twelve_months_of_a_certificate_end_with_the_local_day_of_the_state_addressed(day, zone):
    made = Certificate(
        certificate_ref=CERTIFICATE,
        form=CertificateForm.ARTICLE_5,
        issued=LegalMoment(date=day, zone="Europe/Paris"),
    )
    after = (EPOCH + effect_ends(made, zone) * MICROSECOND).astimezone(ZoneInfo(zone))
    assert after.time() == time.min
    assert after.date() == by_counting(day, 12) + STEP
