"""Patterns in who looked: what each rule finds, and the looks beside it that it leaves alone."""

from uuid import UUID

import pytest

from registry.access.patterns import Looked, Rule, Thresholds, explained, findings
from registry.values.identifiers import FactId, InstitutionId, OrderRef
from registry.values.officer import Kinship
from registry.values.time import DAY, HOUR, Instant

NOON = Instant(20_000 * DAY + 12 * HOUR)
ORDER = OrderRef(UUID(int=1))
LIMITS = Thresholds()


def look(number: int, at: int = NOON, **changes) -> Looked:
    given = {
        "fact_id": FactId(UUID(int=number)),
        "institution": InstitutionId("fr-police"),
        "officer": "o-1",
        "order_ref": ORDER,
        "checked": True,
        "purpose": "AT_THE_SCENE",
        "incident": True,
        "at": Instant(at),
    }
    return Looked(**given | changes)


def rules(looks, *, followed=(), since=0):
    found = findings(looks, since=since, following=lambda _: followed, time_of_day=lambda at: at % DAY, limits=LIMITS)
    return {each.rule: each for each in found}


def three(days=1, **changes):
    return [look(number, NOON + number * days * DAY, **changes) for number in range(3)]


def test_one_officer_and_one_order_again_and_again_and_nothing_done_is_found():
    finding = rules(three())[Rule.REPEATED_WITHOUT_FOLLOW_UP]
    assert finding.facts == tuple(FactId(UUID(int=number)) for number in range(3))
    assert (finding.officer, finding.words) == ("o-1", "3 looks at one order in 7 days; nothing was done on it")


@pytest.mark.parametrize(
    ("looks", "followed"),
    [
        (three()[:2], ()),
        (three(days=4), ()),
        (three(), [NOON]),
        (three(), [NOON - 7 * DAY]),
        (three(), [NOON + 9 * DAY]),
        (three(order_ref=None), ()),
        ([look(0), look(1, officer="o-2"), look(2, officer="o-3")], ()),
        ([look(n, order_ref=OrderRef(UUID(int=n + 1))) for n in range(3)], ()),
    ],
)
def test_what_is_no_repetition_or_was_followed_up_is_not(looks, followed):
    assert Rule.REPEATED_WITHOUT_FOLLOW_UP not in rules(looks, followed=followed)


@pytest.mark.parametrize("at", [NOON - 8 * DAY, NOON + 10 * DAY])
def test_what_was_done_long_before_or_after_explains_nothing(at):
    assert Rule.REPEATED_WITHOUT_FOLLOW_UP in rules(three(), followed=[at])


def at_hour(hour: int) -> int:
    return NOON - 12 * HOUR + hour * HOUR


@pytest.mark.parametrize(
    ("changes", "hour", "found"),
    [
        ({"checked": False, "purpose": "CASE_HANDLING"}, 23, True),
        ({"checked": False, "purpose": "CASE_HANDLING"}, 5, True),
        ({"checked": False, "purpose": "CASE_HANDLING"}, 6, False),
        ({"checked": False, "purpose": "CASE_HANDLING"}, 21, False),
        ({"purpose": "INVESTIGATION"}, 22, True),
        ({"purpose": "AT_THE_SCENE"}, 23, False),
        ({"purpose": "INVESTIGATION", "officer": ""}, 23, False),
    ],
)
def test_a_desk_has_hours_and_a_patrol_has_none(changes, hour, found):
    assert (Rule.OUT_OF_HOURS in rules([look(1, at_hour(hour), **changes)])) is found


def many(count: int, day: int = 0):
    return [look(1000 * (day + 30) + number, NOON + day * DAY + number, order_ref=None) for number in range(count)]


def test_more_than_the_own_mean_and_more_than_the_least_is_unusual():
    assert Rule.UNUSUAL_NUMBER not in rules(many(20))
    assert len(rules(many(21))[Rule.UNUSUAL_NUMBER].facts) == 21
    busy = [each for day in range(-28, 0) for each in many(10, day)]
    assert Rule.UNUSUAL_NUMBER not in rules([*busy, *many(30)], since=NOON)
    assert Rule.UNUSUAL_NUMBER in rules([*busy, *many(31)], since=NOON)


def test_what_lies_before_counts_for_the_mean_alone():
    early = [look(n, at_hour(23) - 2 * DAY + n, checked=False, incident=False) for n in range(25)]
    assert rules(early, since=NOON) == {}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"incident": False}, True),
        ({"incident": True}, False),
        ({"incident": None}, False),
        ({"incident": False, "purpose": "COURT_REGISTRATION"}, False),
        ({"incident": False, "checked": False}, False),
    ],
)
def test_a_check_without_an_incident_is_found_where_it_should_have_one(changes, found):
    assert (Rule.WITHOUT_INCIDENT in rules([look(1, **changes)])) is found


def test_every_rule_explains_itself_with_its_thresholds():
    says = explained(Thresholds(repeated=5, factor=4))
    assert set(says) == set(Rule)
    assert "5 times" in says[Rule.REPEATED_WITHOUT_FOLLOW_UP]
    assert "4 times" in says[Rule.UNUSUAL_NUMBER]


@pytest.mark.parametrize(
    ("kin", "rule"),
    [
        ({Kinship.PARTY}, Rule.OFFICER_IS_PARTY),
        ({Kinship.PARTY, Kinship.SURNAME}, Rule.OFFICER_IS_PARTY),
        ({Kinship.SURNAME}, Rule.SURNAME_EQUAL),
    ],
)
def test_an_officer_who_may_know_a_party_is_found_once_for_each_order_and_nobody_is_named(kin, rule):
    looks = [look(0), look(1), look(2, order_ref=None), look(3, order_ref=OrderRef(UUID(int=9)))]
    asked = []

    def akin(officer, order_ref):
        asked.append((officer, order_ref))
        return kin if order_ref == ORDER else ()

    found = findings(looks, since=0, following=lambda _: (), time_of_day=lambda at: at % DAY, limits=LIMITS, kin=akin)
    (finding,) = [each for each in found if each.rule in {Rule.OFFICER_IS_PARTY, Rule.SURNAME_EQUAL}]
    assert finding.rule is rule
    assert finding.facts == (FactId(UUID(int=0)), FactId(UUID(int=1)))
    assert finding.words.startswith("2 looks at one order of which a party has the officer's ")
    assert asked == [("o-1", ORDER), ("o-1", OrderRef(UUID(int=9)))]
