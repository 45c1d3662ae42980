"""Instants, legal moments and expiries: where a day begins and ends, in every odd corner of a zone."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfoNotFoundError

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry.values.time import (
    BEGINNING_OF_TIME,
    DAY,
    END_OF_TIME,
    FIRST_ON_CALENDAR,
    HOUR,
    LAST_ON_CALENDAR,
    MINUTE,
    NO_EXPIRY,
    SECOND,
    UNKNOWN_EXPIRY,
    Expiry,
    ExpiryKind,
    LegalMoment,
    expires,
    instant,
    iso,
    moment_of,
    zone_info,
)
from tests.given import at, day, hour


def test_an_instant_counts_microseconds():
    assert instant(datetime(1970, 1, 1, 0, 0, 1, 5, tzinfo=UTC)) == SECOND + 5
    assert instant(datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)) == -1
    assert (MINUTE, HOUR, DAY) == (60 * SECOND, 3600 * SECOND, 86400 * SECOND)


def test_a_naive_datetime_has_no_instant():
    with pytest.raises(ValueError, match="naive"):
        instant(datetime(2024, 1, 1))  # noqa: DTZ001  # the very thing


@given(
    moment=st.datetimes(
        min_value=datetime(1000, 1, 2),  # noqa: DTZ001
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=9)), timezone(timedelta(hours=-3.5))]),
    )
)
def test_an_instant_can_be_shown_again(moment):
    assert moment_of(instant(moment)) == moment
    assert datetime.fromisoformat(iso(instant(moment)).replace("Z", "+00:00")) == moment  # noqa: FURB162


def test_an_instant_is_shown_in_a_zone():
    assert moment_of(at("2024-06-01T12:00:00+00:00"), "Asia/Tokyo").isoformat() == "2024-06-01T21:00:00+09:00"
    assert iso(at("2024-06-01T12:00:00+02:00")) == "2024-06-01T10:00:00.000000Z"


@pytest.mark.parametrize(
    ("moment", "begins", "ends"),
    [
        (day("2024-06-01"), "2024-06-01T00:00:00+02:00", "2024-06-02T00:00:00+02:00"),
        (hour("2024-06-01T10:30"), "2024-06-01T10:30:00+02:00", "2024-06-01T10:30:00+02:00"),
        # midnight itself is a time of day and not a whole day
        (hour("2024-06-01T00:00"), "2024-06-01T00:00:00+02:00", "2024-06-01T00:00:00+02:00"),
        # a day of 23 and one of 25 hours
        (day("2024-03-31"), "2024-03-31T00:00:00+01:00", "2024-04-01T00:00:00+02:00"),
        (day("2024-10-27"), "2024-10-27T00:00:00+02:00", "2024-10-28T00:00:00+01:00"),
        # skipped, so moved to the first instant after the gap
        (hour("2024-03-31T02:30"), "2024-03-31T03:00:00+02:00", "2024-03-31T03:00:00+02:00"),
        # repeated, so the first one
        (hour("2024-10-27T02:30"), "2024-10-27T02:30:00+02:00", "2024-10-27T02:30:00+02:00"),
        # midnight itself is skipped
        (day("2018-11-04", "America/Sao_Paulo"), "2018-11-04T01:00:00-02:00", "2018-11-05T00:00:00-02:00"),
        (day("2018-11-03", "America/Sao_Paulo"), "2018-11-03T00:00:00-03:00", "2018-11-04T01:00:00-02:00"),
        # midnight is repeated: the day before ended with the first one
        (day("2024-11-02", "America/Havana"), "2024-11-02T00:00:00-04:00", "2024-11-03T00:00:00-04:00"),
        # a whole day that never was
        (day("2011-12-29", "Pacific/Apia"), "2011-12-29T00:00:00-10:00", "2011-12-31T00:00:00+14:00"),
        (day("2011-12-30", "Pacific/Apia"), "2011-12-31T00:00:00+14:00", "2011-12-31T00:00:00+14:00"),
        # half an hour of daylight saving
        (hour("2024-10-06T02:15", "Australia/Lord_Howe"), "2024-10-06T02:30:00+11:00", "2024-10-06T02:30:00+11:00"),
        # clocks that went back after midnight to the day before: the day ended when the next one first began
        (day("2011-11-05", "America/St_Johns"), "2011-11-05T00:00:00-02:30", "2011-11-06T00:00:00-02:30"),
        (day("2023-12-31", "Asia/Kathmandu"), "2023-12-31T00:00:00+05:45", "2024-01-01T00:00:00+05:45"),
    ],
)
def test_a_moment_begins_and_ends_where_its_zone_says(moment, begins, ends):
    assert iso(moment.begins()) == iso(at(begins))
    assert iso(moment.ends()) == iso(at(ends))


def test_the_last_day_of_the_calendar_never_ends():
    assert LegalMoment(date=date.max, zone="UTC").ends() == END_OF_TIME


def test_a_repeated_reading_means_the_first_however_it_was_made():
    first = LegalMoment(date=date(2024, 10, 27), time=time(2, 45), zone="Europe/Paris")
    second = LegalMoment(date=date(2024, 10, 27), time=time(2, 45, fold=1), zone="Europe/Paris")
    assert second.begins() == first.begins()


def test_a_time_marked_as_the_second_one_asked_first_means_the_first_too():
    moment = LegalMoment(date=date(2023, 10, 29), time=time(2, 41, fold=1), zone="Europe/Paris")
    assert moment.begins() == at("2023-10-29T02:41:00+02:00")


@pytest.mark.parametrize("zone", ["Mars/Base", "europe/nowhere"])
def test_an_unknown_zone_is_said_to_be_unknown(zone):
    with pytest.raises(ZoneInfoNotFoundError):
        zone_info(zone)


def test_an_expiry_is_none_or_unknown_or_given():
    assert NO_EXPIRY.ends() is None
    assert UNKNOWN_EXPIRY.ends() is None
    assert NO_EXPIRY != UNKNOWN_EXPIRY
    assert expires(day("2025-02-10")).ends() == at("2025-02-11T00:00:00+01:00")


@pytest.mark.parametrize("kind", [ExpiryKind.NONE, ExpiryKind.UNKNOWN])
def test_an_expiry_that_is_not_given_has_no_moment(kind):
    with pytest.raises(ValueError, match="exactly when"):
        Expiry(kind=kind, at=day("2025-02-10"))


def test_an_expiry_that_is_given_has_one():
    with pytest.raises(ValueError, match="exactly when"):
        Expiry(kind=ExpiryKind.GIVEN)


@given(st.integers(-(2**63), 2**63))
@example(END_OF_TIME)
@example(BEGINNING_OF_TIME)
@example(FIRST_ON_CALENDAR)
@example(LAST_ON_CALENDAR)
def test_every_instant_can_be_shown(at):
    shown = iso(at)
    read = instant(datetime.fromisoformat(shown))
    assert len(shown) == len("2026-05-01T12:00:00.000000Z")
    assert read == min(max(at, FIRST_ON_CALENDAR), LAST_ON_CALENDAR)
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12", "Europe/Paris"):
        assert moment_of(at, zone).isoformat()
