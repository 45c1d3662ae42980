"""What must hold of the law whatever the facts are: for one order, for a pair of orders, in every zone and month."""

from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from registry.law.dossier import Dossier, PairedOrder, PartyLink
from registry.law.enforceability import enforceability
from registry.law.jurisdictions import ZONES
from registry.law.periods import months_after
from registry.law.stories import read_stories
from registry.law.verdict import ENFORCEABLE_STATUSES
from registry.values.check import EnforcementStatus
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import BEGINNING_OF_TIME, END_OF_TIME, Instant
from tests.given import at
from tests.property.histories import legal

STATES = ("NSW", "VIC", "QLD", "SA", "WA", "TAS", "NT", "ACT")
AREAS = st.sampled_from(sorted(ZONES)).map(Jurisdiction)
DAYS = st.dates(date(2018, 1, 1), date(2023, 12, 31))
START, END = at("2017-06-01T00:00:00+00:00"), at("2025-06-01T00:00:00+00:00")
INSTANTS = st.integers(START, END).map(Instant)
NAMES = ("A", "B", "C")


@st.composite
def pairs(draw):
    """Tell two orders against one respondent in Australia, each served or not, ended or not."""
    orders, facts = [], []
    for name in ("first", "second"):
        state = draw(st.sampled_from(STATES))
        issued = draw(DAYS)
        protects = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
        kind = draw(st.sampled_from(["FINAL", "INTERIM", "EMERGENCY"]))
        maker = draw(st.sampled_from(["COURT", "POLICE"]))
        ends = draw(st.none() | st.integers(1, 900).map(lambda days, issued=issued: issued + timedelta(days)))
        orders.append(
            f"  {name}: {{court: AU-{state}, issued: {issued}, ends: {ends or 'never'}, kind: {kind}, "
            f"maker: {maker}, protects: [{', '.join(protects)}], against: [R]}}"
        )
        served = draw(st.none() | st.integers(0, 400).map(lambda days, issued=issued: issued + timedelta(days)))
        if served:
            facts.append(f"  - {{fact: served, order: {name}, on: {served}}}")
        revoked = draw(st.none() | st.integers(0, 900).map(lambda days, issued=issued: issued + timedelta(days)))
        if revoked:
            facts.append(f"  - {{fact: revoked, order: {name}, on: {revoked}}}")
    lines = ["story: pair", "title: two orders", "basis: none", "outside: made up", "orders:", *orders]
    lines += ["facts:", *facts] if facts else []
    (story,) = read_stories("\n".join(lines).encode())
    return story


def dossiers(story):
    first, second = story.cast.orders["first"], story.cast.orders["second"]
    return story.dossier(first), story.dossier(second)


def names(story, order):
    return {ref: name for name, ref in story.cast.parties[story.cast.orders[order]].items()}


@given(story=pairs(), where=AREAS, valid_at=INSTANTS, known_at=INSTANTS)
def test_two_orders_of_a_pair_always_have_an_answer(story, where, valid_at, known_at):
    for dossier in dossiers(story):
        verdict = enforceability(dossier, where, valid_at=valid_at, known_at=known_at)
        assert verdict.basis
        assert verdict.steps
        assert verdict.next_change is None or verdict.next_change > valid_at
        if verdict.next_change is not None:
            last = enforceability(dossier, where, valid_at=Instant(verdict.next_change - 1), known_at=known_at)
            assert (last.status, last.persons, last.prevails) == (verdict.status, verdict.persons, verdict.prevails)


@given(story=pairs(), where=AREAS, valid_at=INSTANTS, known_at=INSTANTS)
def test_what_is_learned_later_changes_no_answer(story, where, valid_at, known_at):
    for dossier in dossiers(story):
        cut = Dossier(
            facts=tuple(fact for fact in dossier.facts if fact.recorded_at <= known_at),
            pair=tuple(
                PairedOrder(
                    order=Dossier(facts=tuple(f for f in each.order.facts if f.recorded_at <= known_at)),
                    shared=each.shared,
                )
                for each in dossier.pair
            ),
        )
        asked = {"valid_at": valid_at, "known_at": known_at}
        assert enforceability(dossier, where, **asked) == enforceability(cut, where, **asked)


@given(story=pairs(), valid_at=INSTANTS, known_at=INSTANTS)
def test_a_link_said_later_or_taken_back_counts_for_nothing(story, valid_at, known_at):
    dossier, _ = dossiers(story)
    alone = enforceability(replace(dossier, pair=()), Jurisdiction("AU-NSW"), valid_at=valid_at, known_at=known_at)
    for said in ({"recorded_at": Instant(known_at + 1)}, {"retracted_at": known_at}):
        pair = tuple(
            PairedOrder(order=each.order, shared=tuple(replace(link, **said) for link in each.shared))
            for each in dossier.pair
        )
        told = replace(dossier, pair=pair)
        assert alone == enforceability(told, Jurisdiction("AU-NSW"), valid_at=valid_at, known_at=known_at)


@given(story=pairs(), where=AREAS, valid_at=INSTANTS)
def test_nobody_has_an_enforceable_order_that_is_over_for_them(story, where, valid_at):
    for dossier in dossiers(story):
        verdict = enforceability(dossier, where, valid_at=valid_at)
        dead = {EnforcementStatus.REVOKED, EnforcementStatus.EXPIRED, EnforcementStatus.SUPERSEDED}
        if verdict.status in dead:
            assert not any(each.status in ENFORCEABLE_STATUSES for each in verdict.persons)
            assert not any(each.enforceable for each in verdict.conditions)
        for person in verdict.persons:
            assert (person.superseded_by is not None) == (person.status is EnforcementStatus.SUPERSEDED)


@given(story=pairs(), valid_at=INSTANTS)
def test_a_later_order_takes_no_place_of_whom_it_does_not_protect(story, valid_at):
    for order, other in (("first", "second"), ("second", "first")):
        verdict = enforceability(
            story.dossier(story.cast.orders[order]), Jurisdiction("AU-NSW"), valid_at=valid_at, known_at=END_OF_TIME
        )
        mine, theirs = names(story, order), set(names(story, other).values())
        for person in verdict.persons:
            if person.status is EnforcementStatus.SUPERSEDED:
                assert mine[person.party_ref] in theirs


@given(story=pairs(), stranger=pairs(), where=AREAS, valid_at=INSTANTS)
def test_an_unrelated_order_changes_nothing(story, stranger, where, valid_at):
    dossier, _ = dossiers(story)
    other, _ = dossiers(stranger)
    assume(dossier.facts != other.facts)
    for shared in (
        (),
        tuple(PartyLink(own=ref, other=ref, recorded_at=BEGINNING_OF_TIME) for ref in names(story, "first")),
    ):
        told = replace(dossier, pair=(*dossier.pair, PairedOrder(order=replace(other, pair=()), shared=shared)))
        if not shared:
            assert enforceability(told, where, valid_at=valid_at) == enforceability(dossier, where, valid_at=valid_at)
        else:
            assert enforceability(told, where, valid_at=valid_at).steps


@given(world=legal(), where=AREAS, valid_at=INSTANTS)
def test_asking_twice_gives_one_answer(world, where, valid_at):
    assert world.verdict(where, valid_at) == world.verdict(where, valid_at)


@given(day=st.dates(date(1990, 1, 1), date(2090, 12, 31)), months=st.integers(0, 60))
def test_a_period_of_months_ends_with_the_same_date_or_the_last_one_there_is(day, months):
    end = months_after(day, months)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    assert (end.year, end.month, end.day) == (year, month + 1, min(day.day, last))
    assert months_after(day, months, first_day_counts=True) == end - timedelta(days=1)


def test_twelve_months_in_every_calendar_corner():
    first = date(1999, 1, 1)
    for number in range(366 * 9):
        day = first + timedelta(number)
        end = months_after(day, 12)
        assert (end.year, end.month) == (day.year + 1, day.month)
        assert end.day == (28 if (day.month, day.day) == (2, 29) else day.day)
