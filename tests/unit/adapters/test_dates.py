"""Dates of court records: what is read, and what is kept out."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.errors import Unreadable
from adapters.formats import dates
from registry.values.time import UNKNOWN_EXPIRY, LegalMoment, expires

MADE = LegalMoment(date=date(2026, 3, 12), zone="Europe/London")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-03-04", date(2026, 3, 4)),
        ("2026-03-04Z", date(2026, 3, 4)),
        ("2026-03-04-10:00", date(2026, 3, 4)),
        ("4 Mar 2026", date(2026, 3, 4)),
        ("04 March 2026", date(2026, 3, 4)),
        ("9 Sept 2026", date(2026, 9, 9)),
        ("30 Feb 2026", None),
        ("4 Mag 2026", None),
        ("03/04/2026", None),
        ("20260304", None),
        ("٢٠٢٦-٠٣-٠٤", None),
        ("", None),
    ],
)
def test_a_day_is_read_in_its_written_forms_and_no_other(written: str, expected: date | None) -> None:
    assert dates.day(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("16:30", time(16, 30)),
        ("4:30 PM", time(16, 30)),
        ("12:00 am", time(0, 0)),
        ("12:00pm", time(12, 0)),
        ("13:00 PM", None),
        ("24:00", None),
        ("9:75", None),
        ("noon", None),
    ],
)
def test_a_time_of_day_is_read_or_left(written: str, expected: time | None) -> None:
    assert dates.clock(written) == expected


def test_a_moment_with_an_offset_is_not_local() -> None:
    assert dates.local_moment("2026-03-12T16:00:00+01:00", "Europe/London") is None
    assert dates.local_moment("2026-03-12T16:00:00.999", "Europe/London") == LegalMoment(
        date=date(2026, 3, 12), time=time(16, 0), zone="Europe/London"
    )


@pytest.mark.parametrize(
    ("written", "code"),
    [(None, "issue-date-not-stated"), ("soon", "issue-date-not-read"), ("1111-11-11", "issue-date-implausible")],
)
def test_an_order_without_a_usable_date_of_issue_is_refused(written: str | None, code: str) -> None:
    with pytest.raises(Unreadable, match=code):
        dates.issued(written, "here", "UTC")


def test_an_end_on_the_day_of_issue_is_an_end() -> None:
    notes: list[str] = []
    assert dates.plausible_expiry(MADE, MADE, notes) == expires(MADE)
    assert not notes


@pytest.mark.parametrize(
    ("end", "code"), [(date(2026, 3, 11), "expiry-before-issue"), (date(9999, 12, 31), "expiry-implausible")]
)
def test_an_end_that_cannot_be_meant_is_unknown(end: date, code: str) -> None:
    notes: list[str] = []
    assert dates.plausible_expiry(LegalMoment(date=end, zone="UTC"), MADE, notes) == UNKNOWN_EXPIRY
    assert notes == [code]


@pytest.mark.parametrize(
    ("stated", "born", "notes"),
    [
        (["1985-02-27", None], "1985-02-27", []),
        (["1985-02-27", "27 Feb 1985"], "1985-02-27", []),
        (["1985-02-27", "1985-02-28"], None, ["birth-date-conflicting"]),
        (["1111-11-11", "1985-02-27"], "1985-02-27", ["birth-date-implausible"]),
        (["2026-03-13"], None, ["birth-date-implausible"]),
        (["unknown"], None, ["birth-date-not-read"]),
        ([], None, []),
    ],
)
def test_a_birth_date_is_the_one_plausible_one(stated: list[str | None], born: str | None, notes: list[str]) -> None:
    found: list[str] = []
    assert dates.birth_date(stated, MADE, found) == born
    assert found == notes


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (None, "service-date-not-stated"),
        (date(2026, 3, 11), "service-before-issue"),
        (date(9998, 1, 1), "service-date-not-read"),
    ],
)
def test_service_keeps_no_date_that_it_cannot_have(at: date | None, code: str) -> None:
    notes: list[str] = []
    assert dates.service(at and LegalMoment(date=at, zone="UTC"), MADE, notes) is None
    assert notes == [code]


@given(written=st.text(max_size=40))
def test_no_text_breaks_a_date_reader(written: str) -> None:
    assert dates.day(written) is None or isinstance(dates.day(written), date)
    assert dates.clock(written) is None or isinstance(dates.clock(written), time)
    dates.local_moment(written, "UTC")
