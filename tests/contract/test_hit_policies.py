"""What every file of law/confirmation must keep, and when a hit is confirmed before somebody acts on it."""

import importlib
import sys
import textwrap
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.law import confirmation as shelf
from registry.law import hit_policy
from registry.law.citation import Citation
from registry.law.enforceability import enforceability
from registry.law.hit_policy import (
    DEFAULT,
    HIT_DUTIES,
    REGISTRY_RULE,
    HitPolicy,
    HitRule,
    hit_duties,
    hit_rule,
    hit_way,
    policies,
    rules_of,
    scan,
)
from registry.law.information import information
from registry.law.jurisdictions import ZONES, law_area
from registry.law.verdict import ENFORCEABLE_STATUSES
from registry.values.time import Instant
from tests.given import World, at, day, enter

NOW = at("2024-06-01T12:00:00+00:00")
READ = Citation(instrument="A text that was read", provision="s 1")
HEARD = replace(READ, verified=False)
AREAS = st.sampled_from(sorted(ZONES))
INSTANTS = st.integers(0, 2**51).map(Instant)


def forget():
    rules_of.cache_clear()
    hit_way.cache_clear()


@pytest.fixture
def in_nowhere(monkeypatch):
    """Give a way to set the policy of a place that has none."""

    def put(place, *rules):
        policy = HitPolicy(jurisdiction=place, rules=rules)
        monkeypatch.setattr(hit_policy, "policies", lambda: (policy,))
        forget()

    yield put
    forget()


@pytest.mark.parametrize("policy", policies(), ids=lambda each: each.jurisdiction)
def test_a_policy_is_of_a_place_there_is_law_for_and_each_rule_cites(policy):
    assert any(area == policy.jurisdiction or area.startswith(f"{policy.jurisdiction}-") for area in ZONES)
    assert policy.rules
    for rule in policy.rules:
        assert rule.basis.instrument
        assert rule.since is None or rule.until is None or rule.since < rule.until
        assert all(each.code and each.says and each.basis.instrument for each in rule.meanwhile)


def test_the_narrower_place_comes_first():
    found = [policy.jurisdiction for policy in policies()]
    assert found.index("US-IN") < found.index("US")
    assert hit_rule("US-NV", "US-IN", NOW).needed is False
    assert hit_rule("US-NV", "US-UT", NOW).needed is True
    assert hit_rule("US-NV", "US-X-NAVAJO", NOW).basis.instrument == "NCIC Protection Order File"


def test_a_place_without_a_file_and_a_time_before_its_rules_follow_the_rule_of_the_registry():
    assert hit_rule("FR", "DE", NOW) == DEFAULT
    assert DEFAULT.basis == REGISTRY_RULE
    (live,) = hit_way("US-NV", "US-UT").edges
    assert hit_rule("US-NV", "US-UT", Instant(live - 1)) == DEFAULT
    assert hit_rule("US-NV", "US-UT", live) != DEFAULT


@given(area=AREAS, instant=INSTANTS)
def test_no_place_has_its_own_orders_confirmed(area, instant):
    assert hit_rule(area, area, instant) is None
    assert hit_duties(area, area, instant) == ()
    assert hit_way(area, area).edges == ()


@given(issued=AREAS, sought=AREAS, instant=INSTANTS)
def test_an_order_of_elsewhere_is_confirmed_unless_a_text_that_was_read_says_otherwise(issued, sought, instant):
    rule = hit_rule(issued, sought, instant)
    lifted = rule is None or (not rule.needed and rule.basis.verified)
    assert (hit_duties(issued, sought, instant) == ()) is lifted
    assert hit_duties(issued, sought, instant) in {(), HIT_DUTIES}


@pytest.mark.parametrize(("basis", "asked"), [(READ, False), (HEARD, True)])
def test_hearsay_lifts_nothing(in_nowhere, basis, asked):
    in_nowhere("NO", HitRule(needed=False, basis=basis, until=NOW))
    before, after = Instant(NOW - 1), NOW
    assert hit_duties("SE", "NO", before) == (HIT_DUTIES if asked else ())
    assert hit_duties("SE", "NO", after) == HIT_DUTIES
    assert hit_way("SE", "NO").edges == (NOW,)


def an_order(court):
    world = World()
    world.do(enter(jurisdiction=court))
    return world.dossier()


@pytest.mark.parametrize(
    ("court", "asked_in"), [("FR", "FR"), ("FR", "DE"), ("US-NV", "US-UT"), ("US-NV", "US-NV"), ("DE-BE", "DE-HE")]
)
def test_the_duty_stands_in_the_answer_where_an_order_of_elsewhere_is_enforceable_and_nowhere_else(court, asked_in):
    verdict = enforceability(an_order(court), asked_in, valid_at=day("2024-03-20").begins())
    expected = verdict.status in ENFORCEABLE_STATUSES and law_area(court) != law_area(asked_in)
    assert (set(HIT_DUTIES) <= set(verdict.duties)) is expected
    assert expected or not set(HIT_DUTIES) & set(verdict.duties)


def test_what_is_done_meanwhile_is_told_with_its_source_and_nothing_where_it_is_lifted(in_nowhere):
    def told():
        found = information(an_order("FR"), "NO", valid_at=NOW)
        return {each.code: each.basis for each in found if each.code in {"HIT_CONFIRMATION", "UNTIL_CONFIRMED"}}

    assert told() == {"HIT_CONFIRMATION": REGISTRY_RULE, "UNTIL_CONFIRMED": REGISTRY_RULE}
    in_nowhere("NO", HitRule(needed=False, basis=READ))
    assert told() == {"HIT_CONFIRMATION": READ}


@pytest.mark.parametrize("source", ["OTHER = 1", "POLICY = 1", "from registry.law.confirmation.us import POLICY"])
def test_a_file_without_a_policy_of_its_own_stops_the_start(tmp_path, monkeypatch, source):
    package = tmp_path / "policies_of_nowhere"
    package.mkdir()
    (package / "__init__.py").write_text('"""A shelf."""\n')
    (package / "a.py").write_text("from registry.law.confirmation.us import POLICY\n")
    (package / "b.py").write_text(textwrap.dedent(source) + "\n")
    monkeypatch.syspath_prepend(tmp_path)
    try:
        with pytest.raises(TypeError, match="offers no policy"):
            scan(importlib.import_module("policies_of_nowhere"))
    finally:
        for name in [name for name in sys.modules if name.startswith("policies_of_nowhere")]:
            del sys.modules[name]


def test_the_shelf_is_what_is_asked():
    assert scan(shelf) == policies()
