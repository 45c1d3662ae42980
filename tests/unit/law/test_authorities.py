"""Who is competent where, and in which languages; what was not read is unknown."""

import re
from datetime import date, timedelta

import pytest

from registry.law.authorities import DIRECTIVE, REGULATION, RETAINED, SCHEME, Task, competence, competences
from registry.law.book import named
from registry.law.jurisdictions import UNION_APPLICATION, UNITED_KINGDOM_EXIT, is_known, law_area
from registry.values.jurisdiction import Jurisdiction

DAY = date(2024, 6, 1)


def who(area, instrument, task, day=DAY):
    found = competence(Jurisdiction(area), instrument, day)
    return found.authorities.get(task) if found else None


def test_a_german_family_court_recognises_and_reads_german():
    assert who("DE", DIRECTIVE, Task.DECIDE) == ("FAMILY_COURT",)
    assert who("DE-BE", DIRECTIVE, Task.RECEIVE) == ("FAMILY_COURT",)
    assert who("DE", REGULATION, Task.ENFORCE) == ("FAMILY_COURT",)
    assert competence(Jurisdiction("DE"), DIRECTIVE, DAY).languages == ("de",)


def test_under_the_regulation_nobody_decides_anything_beforehand():
    assert who("DE", REGULATION, Task.DECIDE) is None


def test_a_spanish_judge_recognises_and_reads_spanish():
    judges = ("EXAMINING_JUDGE", "JUDGE_FOR_VIOLENCE_AGAINST_WOMEN")
    assert who("ES", DIRECTIVE, Task.DECIDE) == judges
    assert competence(Jurisdiction("ES"), DIRECTIVE, DAY).languages == ("es",)


def test_in_france_the_prosecutor_receives_and_a_judge_decides():
    assert who("FR", DIRECTIVE, Task.RECEIVE) == ("PUBLIC_PROSECUTOR",)
    assert who("FR", DIRECTIVE, Task.DECIDE) == ("LIBERTY_AND_CUSTODY_JUDGE",)
    assert who("FR", DIRECTIVE, Task.ENFORCE) is None
    assert not competence(Jurisdiction("FR"), DIRECTIVE, DAY).languages


def test_in_england_and_wales_three_courts_enforce_retained_measures():
    assert who("GB-EAW", RETAINED, Task.ENFORCE) == ("FAMILY_COURT", "COUNTY_COURT", "HIGH_COURT")
    assert who("GB-SCT", RETAINED, Task.ENFORCE) is None


def test_a_registrar_declares_older_orders_in_new_south_wales():
    assert who("AU-NSW", SCHEME, Task.DECIDE) == ("REGISTRAR_OF_A_COURT",)


@pytest.mark.parametrize(("area", "instrument"), [("IT", DIRECTIVE), ("ES", REGULATION), ("US-CA", "us-18-2265")])
def test_what_was_not_read_is_unknown(area, instrument):
    assert competence(Jurisdiction(area), instrument, DAY) is None


@pytest.mark.parametrize(
    ("area", "instrument", "first"),
    [
        ("DE", DIRECTIVE, UNION_APPLICATION),
        ("FR", DIRECTIVE, date(2015, 11, 15)),
        ("GB-EAW", RETAINED, UNITED_KINGDOM_EXIT),
    ],
)
def test_a_row_counts_from_its_first_day(area, instrument, first):
    assert competence(Jurisdiction(area), instrument, first) is not None
    assert competence(Jurisdiction(area), instrument, first - timedelta(days=1)) is None


def test_every_row_is_of_a_known_area_and_instrument_and_names_roles_alone():
    for area, code, row in competences():
        assert is_known(area)
        assert law_area(area) == area
        assert named(code) is not None
        assert row.basis
        assert row.authorities
        for roles in row.authorities.values():
            assert roles
            assert all(re.fullmatch(r"[A-Z]+(_[A-Z]+)*", role) for role in roles)
        assert all(re.fullmatch(r"[a-z]{2}", language) for language in row.languages)


def test_no_two_rows_count_on_one_day():
    rows = competences()
    for area, code, row in rows:
        same = [
            each for place, other, each in rows if (place, other) == (area, code) and each.bound.on(row.bound.since)
        ]
        assert same == [row]


def test_only_the_first_day_in_france_is_from_memory():
    doubted = [(area, code) for area, code, row in competences() if not all(each.verified for each in row.basis)]
    assert doubted == [("FR", DIRECTIVE)]
