"""Whichever of two orders is entered first, they cross alike; strangers do not, nor does what is over."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from registry.law.crossing import crossings, sketch, sketch_of
from registry.law.records import End
from registry.law.standing import fold
from registry.values.crossing import Crossing, CrossingReason
from registry.values.identifiers import PartyRef
from registry.values.issuance import ConditionKind, EndReason, OrderKind, PartyRole
from registry.values.time import DAY, NO_EXPIRY, Instant, LegalMoment, expires
from tests.given import ORDER, World, at, condition, day, details, enter, party, ref

NOW = at("2024-06-01T12:00:00+00:00")
HER, HIM = PartyRef(ref("her")), PartyRef(ref("him"))
HER_AGAIN, HIM_AGAIN = PartyRef(ref("her again")), PartyRef(ref("him again"))
SAME = ((HER, HER_AGAIN), (HIM, HIM_AGAIN))
FLIPPED = tuple((other, own) for own, other in SAME)
DATES = st.dates(date(2020, 1, 1), date(2028, 12, 31))
MOMENTS = st.builds(LegalMoment, date=DATES, zone=st.just("Europe/Paris"))
KINDS = st.sampled_from(
    [
        ConditionKind.NO_CONTACT,
        ConditionKind.MIN_DISTANCE,
        ConditionKind.EXCEPTION_VISITATION,
        ConditionKind.EXCLUSIVE_RESIDENCE,
        ConditionKind.TEMP_CUSTODY,
        ConditionKind.NO_FIREARMS,
    ]
)


def an_order(protected, respondent, *kinds, **more):
    parties = (party(PartyRole.PROTECTED, protected), party(PartyRole.RESPONDENT, respondent))
    conditions = tuple(condition(kind) for kind in kinds)
    return sketch(details(parties=parties, conditions=conditions, **more))


@st.composite
def orders(draw, her, him):
    """An order for her or for him, against the other, of any time."""
    protected, respondent = draw(st.sampled_from([(her, him), (him, her)]))
    issued = draw(MOMENTS)
    ends = draw(st.none() | MOMENTS)
    parties = (party(PartyRole.PROTECTED, protected), party(PartyRole.RESPONDENT, respondent))
    conditions = tuple(
        condition(kind, protects=draw(st.sampled_from([(), (protected,)])), ends=draw(st.none() | MOMENTS))
        for kind in draw(st.lists(KINDS, max_size=4))
    )
    return sketch(
        details(
            jurisdiction=draw(st.sampled_from(["FR", "US-UT", "US-NV"])),
            kind=draw(st.sampled_from([OrderKind.FINAL, OrderKind.INTERIM])),
            issued=issued,
            expiry=NO_EXPIRY if ends is None else expires(ends),
            parties=parties,
            conditions=conditions,
        )
    )


def told(found):
    return {(each.crossing, each.reason, each.basis) for each in found}


def reasons(found):
    return {each.reason for each in found}


MINE, THEIRS = orders(HER, HIM), orders(HER_AGAIN, HIM_AGAIN)
INSTANTS = MOMENTS.map(LegalMoment.begins)


@given(own=MINE, other=THEIRS, instant=INSTANTS, number=st.booleans())
def test_which_of_two_orders_is_entered_first_makes_no_difference(own, other, instant, number):
    there = crossings(own, other, SAME, at=instant, same_number=number)
    back = crossings(other, own, FLIPPED, at=instant, same_number=number)
    assert told(there) == told(back)
    assert {frozenset((b, a) for a, b in each.parties) for each in there} == {each.parties for each in back}


@given(own=MINE, other=THEIRS, instant=INSTANTS, who=st.sampled_from([(), SAME[:1], SAME[1:]]))
def test_nothing_is_found_for_strangers_nor_for_orders_that_share_one_person_alone(own, other, instant, who):
    assert crossings(own, other, who, at=instant) == ()


@given(own=MINE, other=THEIRS, instant=INSTANTS)
def test_what_is_over_crosses_nothing_but_by_its_number(own, other, instant):
    over = replace(other, ends=instant)
    assert crossings(own, over, SAME, at=instant) == ()
    assert reasons(crossings(own, over, SAME, at=instant, same_number=True)) == {CrossingReason.SAME_CASE_NUMBER}


@given(own=MINE, other=THEIRS, instant=INSTANTS)
def test_they_cross_only_where_both_have_force_at_one_instant(own, other, instant):
    first = max(own.begins, other.begins, instant)
    together = all(each.ends is None or first < each.ends for each in (own, other))
    assert together or crossings(own, other, SAME, at=instant) == ()


@given(own=MINE, other=THEIRS, instant=INSTANTS)
def test_a_mutual_order_is_always_found_while_both_have_force(own, other, instant):
    exchanged = own.roles[HER] is not other.roles[HER_AGAIN]
    first = max(own.begins, other.begins, instant)
    assume(all(each.ends is None or first < each.ends for each in (own, other)))
    found = {each.crossing for each in crossings(own, other, SAME, at=instant)}
    assert (Crossing.MUTUAL in found) is exchanged


def test_the_same_parties_and_kind_may_be_a_duplicate_and_another_kind_is_none():
    own, other = an_order(HER, HIM), an_order(HER_AGAIN, HIM_AGAIN)
    (found,) = crossings(own, other, SAME, at=NOW)
    assert (found.crossing, found.parties) == (Crossing.DUPLICATE, frozenset(SAME))
    assert crossings(own, replace(other, kind=OrderKind.INTERIM), SAME, at=NOW) == ()


def test_what_one_allows_and_the_other_forbids_conflicts_and_an_exception_of_its_own_does_not():
    allows = an_order(HER, HIM, ConditionKind.EXCEPTION_VISITATION)
    forbids = an_order(HER_AGAIN, HIM_AGAIN, ConditionKind.NO_CONTACT, kind=OrderKind.INTERIM)
    (found,) = crossings(allows, forbids, SAME, at=NOW)
    assert (found.crossing, found.reason) == (Crossing.CONFLICTING, CrossingReason.CONTACT_ALLOWED_AND_FORBIDDEN)
    excepted = replace(forbids, conditions=(*forbids.conditions, condition(ConditionKind.EXCEPTION_VISITATION)))
    assert crossings(allows, excepted, SAME, at=NOW) == ()


def test_a_condition_for_somebody_else_or_that_is_over_conflicts_with_nothing():
    child = PartyRef(ref("child"))
    allows = an_order(HER, HIM, kind=OrderKind.INTERIM)
    forbids = an_order(HER_AGAIN, HIM_AGAIN, ConditionKind.NO_CONTACT)
    for more in ({"protects": (child,)}, {"ends": day("2024-05-01")}):
        visits = replace(allows, conditions=(condition(ConditionKind.EXCEPTION_VISITATION, **more),))
        assert crossings(visits, forbids, SAME, at=NOW) == ()


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (ConditionKind.EXCLUSIVE_RESIDENCE, CrossingReason.RESIDENCE_TO_BOTH),
        (ConditionKind.TEMP_CUSTODY, CrossingReason.CUSTODY_TO_BOTH),
    ],
)
def test_two_orders_against_one_another_that_give_both_the_same_thing_conflict(kind, reason):
    hers, his = an_order(HER, HIM, kind), an_order(HIM_AGAIN, HER_AGAIN, kind)
    assert reasons(crossings(hers, his, SAME, at=NOW)) == {CrossingReason.ROLES_EXCHANGED, reason}


def test_a_mutual_order_cites_the_statute_where_a_court_of_the_united_states_made_one():
    hers, his = an_order(HER, HIM, jurisdiction="US-UT"), an_order(HIM_AGAIN, HER_AGAIN)
    (found,) = crossings(hers, his, SAME, at=NOW)
    assert str(found.basis) == "18 USC 2265 (c)"
    (found,) = crossings(an_order(HER, HIM), his, SAME, at=NOW)
    assert found.basis.instrument == "Registry rule"


def test_what_was_revoked_or_entered_in_error_conflicts_with_nothing_and_who_was_erased_is_nobody():
    world = World()
    world.do(enter(expiry=NO_EXPIRY))
    standing = fold(world.streams[ORDER])
    roles = {each.role: each.party_ref for each in standing.details.parties}
    same = ((HER, roles[PartyRole.PROTECTED]), (HIM, roles[PartyRole.RESPONDENT]))
    own = an_order(HER, HIM)
    assert reasons(crossings(own, sketch_of(standing), same, at=NOW)) == {CrossingReason.SAME_PARTIES_AND_KIND}
    for end in (
        End(at=NOW, reason=EndReason.WITHDRAWN, ended_in="FR"),
        End(at=Instant(NOW + DAY), reason=EndReason.ENTERED_IN_ERROR, ended_in="FR"),
    ):
        assert crossings(own, sketch_of(replace(standing, end=end)), same, at=NOW) == ()
    later = End(at=Instant(NOW + 1), reason=EndReason.WITHDRAWN, ended_in="FR")
    ending = replace(standing, end=later, expiry=expires(day("2025-01-01")))
    assert crossings(own, sketch_of(ending), same, at=NOW)
    erased = replace(standing, erased=frozenset({roles[PartyRole.PROTECTED]}))
    assert crossings(own, sketch_of(erased), same, at=NOW) == ()


def test_orders_that_follow_one_another_do_not_cross():
    first = an_order(HER, HIM, until="2024-12-31")
    start = day("2024-12-31").date + timedelta(days=1)
    second = an_order(HER_AGAIN, HIM_AGAIN, valid_from=day(start.isoformat()))
    assert crossings(first, second, SAME, at=NOW) == ()
