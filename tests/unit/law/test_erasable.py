"""From when a party's data may be erased: every schedule, every impediment, every period to its last day."""

import sys
from dataclasses import replace
from datetime import date
from types import ModuleType

import pytest

from registry.commands.issuance import CorrectOrder
from registry.events.issuance import OrderRevoked
from registry.events.violation import ViolationReported, ViolationResolved
from registry.law import retention, schedule
from registry.law.citation import Citation
from registry.law.erasable import (
    Breach,
    Case,
    Linked,
    breach_after,
    effect_end,
    erasable_from,
    impediments,
    seen_until,
)
from registry.law.schedule import RetentionRule, Schedule, query_rule, retention_rule, scan, schedules
from registry.values.erasure import FOR_A_PARTY, ErasureGround, ImpedimentCode
from registry.values.issuance import EndReason, Nature, OrderKind
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import NO_EXPIRY, Instant, expires, iso
from registry.values.violation import BreachKind, ViolationOutcome
from tests.given import ORDER, PROTECTED, RESPONDENT, World, at, court, day, enter, ref

OVER, UNLAWFUL, ORDERED = ErasureGround.RETENTION_OVER, ErasureGround.UNLAWFUL, ErasureGround.COURT_ORDERED
ANY = Citation(instrument="An act", provision="s 1", verified=False)


def order(jurisdiction="FR", until="2024-03-10", zone="Europe/Paris", **more):
    world = World()
    expiry = expires(day(until, zone)) if until else NO_EXPIRY
    world.do(enter(court=court(jurisdiction), expiry=expiry, issued=day("2024-02-01", zone), **more))
    return world


def case(*, world=None, **more):
    world = world or order()
    return Case(order=world.order(ORDER), **more)


def codes(of, ground=OVER, when="2024-03-20T12:00:00+00:00"):
    return {each.code.value: each.until for each in impediments(of, ground, at=at(when))}


def test_an_order_in_force_shows_its_end_and_the_periods_that_have_not_begun():
    found = codes(case(world=order(until="2024-08-01")))
    assert set(found) == {"ORDER_IN_FORCE", "RETENTION_PERIOD", "LIMITATION_PERIOD"}
    assert iso(found["ORDER_IN_FORCE"]) == "2024-08-01T22:00:00.000000Z"


def test_what_would_stand_against_it_without_the_facts_in_doubt_stands_against_it():
    ended, sure = order(until="2024-03-10"), order(until=None)
    found = codes(case(world=ended, sure=case(world=sure)), UNLAWFUL)
    assert found == {"FACTS_IN_DOUBT": None}
    assert codes(case(world=ended, sure=case(world=ended)), UNLAWFUL) == {}
    later = case(world=ended, sure=case(world=order(until="2024-08-01")))
    assert iso(codes(later, ORDERED)["FACTS_IN_DOUBT"]) == "2024-08-01T22:00:00.000000Z"
    assert iso(erasable_from(later, ORDERED, at=at("2024-03-20T12:00:00+00:00"))) == "2024-08-01T22:00:00.000000Z"


def test_an_order_without_an_end_is_held_until_somebody_ends_it():
    assert codes(case(world=order(until=None)), ORDERED) == {"ORDER_IN_FORCE": None}


def test_the_periods_of_france_end_with_their_last_local_day():
    found = codes(case())
    # Expired at the midnight that begins the 11th: five and six years from that day, which is not counted.
    assert {code: iso(until) for code, until in found.items()} == {
        "RETENTION_PERIOD": "2029-03-11T23:00:00.000000Z",
        "LIMITATION_PERIOD": "2030-03-11T23:00:00.000000Z",
    }
    last = found["LIMITATION_PERIOD"]
    assert impediments(case(), OVER, at=Instant(last - 1))
    assert not impediments(case(), OVER, at=last)


def test_the_periods_of_the_united_states_begin_with_the_end_of_the_year():
    zone = "America/Los_Angeles"
    found = codes(case(world=order("US-CA", zone=zone)))
    assert iso(found["RETENTION_PERIOD"]) == "2030-01-01T08:00:00.000000Z"
    assert iso(found["LIMITATION_PERIOD"]) == "2029-03-12T07:00:00.000000Z"


def test_a_revocation_before_the_expiry_begins_the_periods():
    world = order(until="2030-01-01")
    revoked = OrderRevoked(
        order_ref=ORDER, from_=day("2024-03-01"), reason=EndReason.ON_APPEAL, revoked_in=Jurisdiction("FR")
    )
    world.record(ORDER, revoked, at("2024-03-02T00:00:00+00:00"))
    assert effect_end(world.order(ORDER)) == day("2024-03-01").begins()
    assert "ORDER_IN_FORCE" not in codes(case(world=world))


def test_an_end_that_was_said_late_begins_the_periods_when_it_was_said():
    """Of 2011 and without an end, revoked in 2024 as if that had been in 2012."""
    world = World()
    world.do(enter(court=court("FR"), expiry=NO_EXPIRY, issued=day("2011-02-01")), "2011-02-02T12:00:00+00:00")
    revoked = OrderRevoked(
        order_ref=ORDER, from_=day("2012-03-01"), reason=EndReason.ON_APPEAL, revoked_in=Jurisdiction("FR")
    )
    world.record(ORDER, revoked, at("2024-03-10T12:00:00+00:00"))
    assert effect_end(world.order(ORDER)) == day("2012-03-01").begins()
    assert {code: iso(until) for code, until in codes(case(world=world)).items()} == {
        "RETENTION_PERIOD": "2029-03-10T23:00:00.000000Z",
        "LIMITATION_PERIOD": "2030-03-10T23:00:00.000000Z",
        "WAITING_PERIOD": "2024-04-07T12:00:00.000000Z",
    }
    # What is set right afterwards, once the record has it over, begins nothing anew.
    late = CorrectOrder(order_ref=ORDER, corrects=world.streams[ORDER][0].fact_id, valid_from=day("2011-02-03"))
    world.do(late, "2030-01-01T12:00:00+00:00")
    assert seen_until(world.order(ORDER)) == at("2024-03-10T12:00:00+00:00")


def test_an_order_that_was_over_when_it_was_entered_begins_its_periods_with_its_own_end():
    world = World()
    world.do(enter(court=court("FR"), expiry=expires(day("2012-03-01")), issued=day("2011-02-01")))
    assert seen_until(world.order(ORDER)) is None
    assert not codes(case(world=world))


ENDED = "2024-03-10T12:00:00+00:00"


def ended(when=ENDED):
    """An order that the record had in force until it was revoked."""
    world = World()
    world.do(enter(court=court("FR"), expiry=NO_EXPIRY, issued=day("2024-02-01")), "2024-02-02T12:00:00+00:00")
    revoked = OrderRevoked(
        order_ref=ORDER, from_=day("2024-03-01"), reason=EndReason.WITHDRAWN, revoked_in=Jurisdiction("FR")
    )
    world.record(ORDER, revoked, at(when))
    return world


@pytest.mark.parametrize("ground", sorted(FOR_A_PARTY))
def test_nothing_goes_within_four_weeks_of_the_record_of_its_end_on_any_ground(ground):
    of, until = case(world=ended()), "2024-04-07T12:00:00.000000Z"
    assert iso(codes(of, ground)["WAITING_PERIOD"]) == until
    last = at(until)
    assert "WAITING_PERIOD" in {each.code for each in impediments(of, ground, at=Instant(last - 1))}
    assert "WAITING_PERIOD" not in {each.code for each in impediments(of, ground, at=last)}
    if ground is not OVER:
        assert since(of, ground) == until


def test_an_order_that_ends_on_its_day_waits_for_nothing_else():
    """Whoever wrote down the day did so long before: there was time to object."""
    assert codes(case(), UNLAWFUL) == {}
    in_force = codes(case(world=order(until="2024-08-01")), UNLAWFUL)
    assert set(in_force) == {"ORDER_IN_FORCE"}


def test_the_end_of_a_linked_order_of_a_breach_and_of_a_recognition_are_waited_for_as_well():
    linked = Linked(order=ended().order(ORDER))
    assert {code: iso(until) for code, until in codes(case(linked=(linked,)), ORDERED).items()} == {
        "WAITING_PERIOD": "2024-04-07T12:00:00.000000Z"
    }
    closed = Breach(occurred=day("2010-03-05"), open=False, closed=at("2024-03-11T12:00:00+00:00"))
    for of in (case(breaches=(closed,)), case(linked=(replace(linked, breaches=(closed,)),))):
        assert iso(codes(of, ORDERED)["WAITING_PERIOD"]) == "2024-04-08T12:00:00.000000Z"
    decided = case(decided=(at("2024-03-12T12:00:00+00:00"), at("2024-03-01T12:00:00+00:00")))
    assert iso(codes(decided, ORDERED)["WAITING_PERIOD"]) == "2024-04-09T12:00:00.000000Z"


def test_each_ground_overcomes_what_it_overcomes():
    assert not codes(case(), UNLAWFUL)
    assert not codes(case(), ORDERED)
    nowhere = case(world=order("CH", zone="Europe/Zurich"))
    assert set(codes(nowhere)) == set(codes(nowhere, UNLAWFUL)) == {"NO_RETENTION_RULE"}
    assert not codes(nowhere, ORDERED)


def test_a_breach_holds_while_it_is_open_and_its_limitation_runs_from_its_day():
    closed = Breach(occurred=day("2024-03-15"), open=False)
    assert iso(codes(case(breaches=(closed,)))["LIMITATION_PERIOD"]) == "2030-03-15T23:00:00.000000Z"
    assert codes(case(breaches=(replace(closed, open=True),)), ORDERED) == {"BREACH_OPEN": None}
    # A day that has not come cannot be the day of a breach that lapses later than one of today.
    future = replace(closed, occurred=day("2999-01-01"))
    assert iso(codes(case(breaches=(future,)))["LIMITATION_PERIOD"]) == "2030-03-20T23:00:00.000000Z"


def test_what_should_never_have_been_recorded_waits_for_breaches_that_were_reported_alone():
    closed = Breach(occurred=day("2024-03-05"), open=False)
    assert iso(codes(case(breaches=(closed,)), UNLAWFUL)["LIMITATION_PERIOD"]) == "2030-03-05T23:00:00.000000Z"
    linked = Linked(order=order().order(ORDER), breaches=(closed,))
    assert set(codes(case(linked=(linked,)), UNLAWFUL)) == {"LIMITATION_PERIOD"}
    assert set(codes(case(world=order(until=None)), UNLAWFUL)) == {"ORDER_IN_FORCE"}


def test_a_linked_order_in_force_holds_it():
    ended, alive = (Linked(order=each.order(ORDER)) for each in (order(), order(until=None)))
    assert codes(case(linked=(ended,)), ORDERED) == {}
    assert codes(case(linked=(ended, alive)), ORDERED) == {"LINKED_ORDER_IN_FORCE": None}


def test_a_linked_order_holds_it_for_its_own_periods():
    """The German measure of the French order ended nine years after it."""
    of = case(linked=(Linked(order=order("DE", "2033-03-10", "Europe/Berlin").order(ORDER)),))
    after = "2033-03-20T12:00:00+00:00"
    assert not codes(case(), when=after)
    assert set(codes(of, when=after)) == {"RETENTION_PERIOD", "LIMITATION_PERIOD"}
    assert not codes(of, UNLAWFUL, after)
    nowhere = Linked(order=order("CH", zone="Europe/Zurich").order(ORDER))
    assert codes(case(linked=(nowhere,)), when=after) == {"NO_RETENTION_RULE": None}


def test_a_breach_of_a_linked_order_holds_it():
    linked = Linked(order=order().order(ORDER), breaches=(Breach(occurred=day("2026-05-05")),))
    after = "2030-04-01T00:00:00+00:00"
    assert not codes(case(linked=(replace(linked, breaches=()),)), when=after)
    assert set(codes(case(linked=(linked,)), when=after)) == {"BREACH_OPEN", "LIMITATION_PERIOD"}
    assert codes(case(linked=(linked,)), ORDERED, after) == {"BREACH_OPEN": None}


def test_whoever_is_found_through_it_for_an_order_in_force_stays_until_retention_is_not_the_reason():
    alive, over = order(until=None).order(ORDER), order().order(ORDER)
    of = case(persons=((RESPONDENT, alive), (PROTECTED, over)))
    when = at("2031-01-01T00:00:00+00:00")
    found = {
        (party, ground): [each.code.value for each in impediments(of, ground, at=when, party=party)]
        for party in (RESPONDENT, PROTECTED, None)
        for ground in FOR_A_PARTY
    }
    assert found.pop((RESPONDENT, OVER)) == ["SAME_PERSON_IN_FORCE"]
    assert not any(found.values())


def test_what_stands_against_it_cites_its_law():
    for each in impediments(case(world=order(until="2024-08-01")), OVER, at=at("2024-03-20T12:00:00+00:00")):
        assert str(each.basis)
        assert each.code in ImpedimentCode


def since(of, ground=OVER, when="2024-03-20T12:00:00+00:00"):
    found = erasable_from(of, ground, at=at(when))
    return None if found is None else iso(found)


def test_from_when_it_may_be_done_is_counted_from_the_end_that_lies_ahead():
    running = case(world=order(until="2024-08-01"))
    # The end of the 1st, and from the local day that begins then six years, the last of them included.
    assert since(running) == "2030-08-02T22:00:00.000000Z"
    assert since(running, ORDERED) == "2024-08-01T22:00:00.000000Z"
    moment = erasable_from(running, OVER, at=at("2024-03-20T12:00:00+00:00"))
    assert impediments(running, OVER, at=moment) == ()
    assert impediments(running, OVER, at=Instant(moment - 1))


def test_what_may_be_done_may_be_done_now_and_what_nobody_knows_is_said_to_be_so():
    assert since(case(), ORDERED) == "2024-03-20T12:00:00.000000Z"
    assert since(case(world=order(until=None))) is None
    assert since(case(breaches=(Breach(occurred=day("2024-03-01")),))) is None
    assert since(case(world=order(jurisdiction="NZ"))) is None


def test_a_breach_is_open_until_it_is_resolved():
    world = World()
    violation = ref("violation")
    reported = ViolationReported(
        violation_ref=violation,
        order_ref=ORDER,
        jurisdiction=Jurisdiction("FR"),
        breaches=(BreachKind.THREAT,),
        occurred=day("2024-03-01"),
    )
    resolved = ViolationResolved(violation_ref=violation, order_ref=ORDER, outcome=ViolationOutcome.ARREST)
    facts = [world.record(violation, event, Instant(number)) for number, event in enumerate((reported, resolved))]
    opened = breach_after(None, facts[0])
    assert opened == Breach(occurred=day("2024-03-01"))
    assert breach_after(opened, facts[1]) == replace(opened, open=False, closed=facts[1].recorded_at)
    assert breach_after(None, facts[1]) is None


def test_every_schedule_has_a_rule_for_every_order_today_and_cites_its_law():
    for each in schedules():
        for kind in OrderKind:
            for nature in Nature:
                rule = retention_rule(each.jurisdiction, kind, nature, date(2026, 1, 1))
                assert rule is not None
                assert rule.keep_months > 0
                assert rule.limitation_months > 0
                assert rule.keep_basis.instrument
                assert rule.limitation_basis.instrument
    assert {"FR", "DE", "ES", "GB-EAW", "US"} <= {each.jurisdiction for each in schedules()}


def test_every_schedule_says_how_long_queries_are_kept_and_by_which_law():
    for each in schedules():
        rule = query_rule(each.jurisdiction, date(2026, 1, 1))
        assert rule is not None
        assert rule.keep_months > 0
        assert rule.basis.instrument
        assert query_rule(each.jurisdiction, date(1990, 1, 1)) is None
    assert query_rule(Jurisdiction("US-CA"), date(2026, 1, 1)) == query_rule(Jurisdiction("US"), date(2026, 1, 1))
    assert query_rule(Jurisdiction("NZ"), date(2026, 1, 1)) is None


def test_queries_are_kept_to_the_last_day_of_their_period():
    germany, france = (query_rule(Jurisdiction(each), date(2026, 1, 1)) for each in ("DE", "FR"))
    assert iso(germany.kept_until("2026-02", "Europe/Berlin")) == "2027-12-31T23:00:00.000000Z"
    assert iso(germany.kept_until("2026-12", "Europe/Berlin")) == "2027-12-31T23:00:00.000000Z"
    assert iso(france.kept_until("2024-02", "Europe/Paris")) == "2027-02-28T23:00:00.000000Z"


def test_a_rule_is_law_from_a_day_to_a_day_for_some_kinds_and_natures():
    rule = RetentionRule(
        since=date(2020, 1, 1),
        until=date(2021, 1, 1),
        kinds=frozenset({OrderKind.FINAL}),
        natures=frozenset({Nature.CIVIL}),
        keep_months=1,
        keep_basis=ANY,
        limitation_months=1,
        limitation_basis=ANY,
    )
    assert rule.covers(OrderKind.FINAL, Nature.CIVIL, date(2020, 12, 31))
    assert not rule.covers(OrderKind.FINAL, Nature.CIVIL, date(2021, 1, 1))
    assert not rule.covers(OrderKind.FINAL, Nature.CIVIL, date(2019, 12, 31))
    assert not rule.covers(OrderKind.INTERIM, Nature.CIVIL, date(2020, 6, 1))
    assert not rule.covers(OrderKind.FINAL, Nature.CRIMINAL, date(2020, 6, 1))


def test_a_narrower_area_comes_before_its_country(monkeypatch):
    rule = retention_rule(Jurisdiction("US-CA"), OrderKind.FINAL, Nature.CIVIL, date(2026, 1, 1))
    own = Schedule(jurisdiction=Jurisdiction("US-CA"), rules=(replace(rule, keep_months=1),))
    found = sorted((*schedules(), own), key=lambda each: -len(each.jurisdiction))
    monkeypatch.setattr(schedule, "schedules", lambda: tuple(found))
    day_of_asking = date(2026, 1, 1)
    assert retention_rule(Jurisdiction("US-CA"), OrderKind.FINAL, Nature.CIVIL, day_of_asking).keep_months == 1
    assert retention_rule(Jurisdiction("US-HI"), OrderKind.FINAL, Nature.CIVIL, day_of_asking) is rule


@pytest.mark.parametrize("offered", [None, "twice"])
def test_a_module_without_a_schedule_or_with_one_that_is_there_stops_the_start(tmp_path, monkeypatch, offered):
    package = ModuleType("a_shelf")
    package.__path__ = [str(tmp_path)]
    monkeypatch.setitem(sys.modules, "a_shelf", package)
    text = "from registry.law.retention.fr import RETENTION\n" if offered else "NOTHING = 1\n"
    for name in ("one", "two"):
        (tmp_path / f"{name}.py").write_text(text)
        monkeypatch.delitem(sys.modules, f"a_shelf.{name}", raising=False)
    with pytest.raises(TypeError, match="retention schedule"):
        scan(package)
    assert scan(retention) == schedules()
