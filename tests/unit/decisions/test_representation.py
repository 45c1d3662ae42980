"""Representations decided: for a protected party, to an advocate alone, for a year at most, over when it is over."""

from dataclasses import replace
from uuid import UUID

import pytest

from registry.decisions.representation import evolve
from registry.errors import Conflict, Refused
from registry.events.base import Fact
from registry.events.keylist import KeyListUpdated
from registry.events.representation import RepresentationEnded
from registry.law.representation import ELSEWHERE, RULES, representation_rule
from registry.values.identifiers import InstitutionId, PartyRef
from registry.values.institution import ChangeKind, Role
from registry.values.jurisdiction import Jurisdiction
from registry.values.representation import Giver, RepresentationEnd, represents
from registry.values.time import DAY, Instant
from tests.directory import rights
from tests.given import PROTECTED, RESPONDENT, day
from tests.representing import ADVOCATES, CHILD, INQUIRY, POLICE, World

ONE, OTHER = ADVOCATES
UNTIL = day("2026-12-31")


def test_it_is_recorded_with_its_time_and_by_what_rule():
    world = World()
    made = world.record(PROTECTED, ONE, UNTIL)
    recorded = world.of(made).recorded
    assert (recorded.party_ref, recorded.organisation, recorded.until) == (PROTECTED, ONE, UNTIL.ends())
    assert (recorded.basis, recorded.verified) == ("Directive (EU) 2016/680 Art 55", False)
    assert world.of(made).in_force(world.order, Instant(UNTIL.ends() - 1))
    assert not world.of(made).in_force(world.order, UNTIL.ends())
    assert not world.of(made).in_force(None, world.now)


@pytest.mark.parametrize(
    ("whom", "organisation", "until", "code"),
    [
        (RESPONDENT, ONE, UNTIL, "respondent-not-represented"),
        (PartyRef(UUID(int=9)), ONE, UNTIL, "no-such-party"),
        (PROTECTED, POLICE, UNTIL, "not-an-advocate"),
        (PROTECTED, InstitutionId("nobody"), UNTIL, "no-such-institution"),
        (PROTECTED, ONE, day("2026-04-30"), "representation-over"),
        (PROTECTED, ONE, day("2027-05-02"), "representation-too-long"),
    ],
)
def test_what_is_refused(whom, organisation, until, code):
    with pytest.raises(Refused) as refused:
        World().record(whom, organisation, until)
    assert refused.value.code == code


@pytest.mark.parametrize("given_by", Giver)
def test_who_authorises_is_the_party_another_protected_one_or_whom_a_court_appointed(given_by):
    world = World()
    made = world.record(CHILD, ONE, UNTIL, given_by=given_by)
    assert world.of(made).recorded.given_by is given_by


def test_a_protected_party_who_is_erased_authorises_nothing_for_another():
    world = World()
    world.erase(PROTECTED)
    with pytest.raises(Refused, match="no-other-protected-party"):
        world.record(CHILD, ONE, UNTIL, given_by=Giver.PROTECTED_PARTY)
    assert world.record(CHILD, ONE, UNTIL, given_by=Giver.COURT_APPOINTED)


def test_one_from_before_it_was_asked_who_authorised_opens_nothing():
    world = World()
    found = world.of(world.record(PROTECTED, ONE, UNTIL))
    older = replace(found, recorded=replace(found.recorded, given_by=None))
    assert (found.in_force(world.order, world.now), older.in_force(world.order, world.now)) == (True, False)


def test_nobody_who_is_bound_by_an_order_ever_authorises():
    """No word of the list names a respondent, whoever's parent they are."""
    assert {each.value for each in Giver} == {"PARTY", "PROTECTED_PARTY", "COURT_APPOINTED"}


def test_who_is_on_both_sides_is_not_represented():
    with pytest.raises(Refused, match="respondent-not-represented"):
        World().record(PROTECTED, ONE, UNTIL, bound=True)


def test_the_same_day_of_next_year_is_within_a_year():
    assert World().record(PROTECTED, ONE, day("2027-05-01"))


def test_one_organisation_acts_for_a_party_once_and_two_may():
    world = World()
    made = world.record(PROTECTED, ONE, UNTIL)
    with pytest.raises(Conflict, match="represented-already"):
        world.record(PROTECTED, ONE, UNTIL)
    world.record(PROTECTED, OTHER, UNTIL)
    world.record(CHILD, ONE, UNTIL)
    world.end(made)
    assert world.opens(world.record(PROTECTED, ONE, UNTIL), ONE)


def test_the_court_ends_it_once():
    world = World()
    made = world.record(PROTECTED, ONE, UNTIL)
    world.end(made)
    assert not world.opens(made, ONE)
    assert not world.of(made).in_force(world.order, world.now)
    with pytest.raises(Conflict, match="representation-ended"):
        world.end(made)


def test_nobody_acts_for_who_was_erased():
    world = World()
    made = world.record(PROTECTED, ONE, UNTIL)
    world.erase(PROTECTED)
    assert not world.opens(made, ONE)
    assert not world.of(made).in_force(world.order, world.now)
    with pytest.raises(Conflict, match="personal-data-erased"):
        world.record(PROTECTED, OTHER, UNTIL)


@pytest.mark.parametrize("how", ["alone", "by two", "ended", "another role"])
def test_it_is_over_when_its_organisation_is_stopped_and_another_ones_is_not(how):
    world = World()
    made, other = world.record(PROTECTED, ONE, UNTIL), world.record(PROTECTED, OTHER, UNTIL)
    if how == "alone":
        world.suspend(ONE)
    elif how == "by two":
        world.agree(ChangeKind.SUSPEND, ONE, **INQUIRY)
    elif how == "ended":
        world.agree(ChangeKind.END, ONE)
    else:
        world.agree(ChangeKind.CHANGE_RIGHTS, ONE, rights=rights(Role.ADVOCATE, Role.POLICE))
    assert (world.opens(made, ONE), world.opens(other, OTHER)) == (False, True)
    with pytest.raises(Refused) as refused:
        world.record(CHILD, ONE, UNTIL)
    assert refused.value.code == ("not-an-advocate" if how == "another role" else "no-such-institution")


def test_a_change_that_leaves_it_an_advocate_leaves_what_stands():
    world = World()
    made = world.record(PROTECTED, ONE, UNTIL)
    world.agree(ChangeKind.CHANGE_RIGHTS, ONE, contact="+33 2")
    assert world.opens(made, ONE)


def test_a_suspension_that_is_over_brings_nothing_back():
    world = World()
    made = world.record(PROTECTED, ONE, UNTIL)
    world.suspend(ONE)
    world.directory.wait(4 * DAY)
    assert not world.directory.roll.members[ONE].suspended(world.now)
    assert not world.opens(made, ONE)
    assert world.opens(world.record(PROTECTED, ONE, UNTIL), ONE)


def test_a_fact_of_another_noun_or_an_end_of_nothing_changes_nothing():
    world = World()
    made = world.record(PROTECTED, ONE, UNTIL)
    (fact,) = world.facts[made]
    other: Fact = replace(fact, event=KeyListUpdated(files=()))
    assert evolve(None, other) is None
    assert evolve(world.of(made), other) == world.of(made)
    gone = RepresentationEnded(
        representation_ref=made, order_ref=world.of(made).recorded.order_ref, reason=RepresentationEnd.RENOUNCED
    )
    assert evolve(None, replace(fact, event=gone)) is None


def test_no_rule_claims_to_have_been_read_and_none_lasts_longer_than_a_year():
    assert all(not rule.basis.verified and rule.days <= 366 for rule in (*RULES.values(), ELSEWHERE))
    assert representation_rule(Jurisdiction("DE-BE")) is RULES["DE"]
    assert str(representation_rule(Jurisdiction("US-TX")).basis) == "the party's own authorisation"


@pytest.mark.parametrize("role", Role)
def test_an_advocate_and_nothing_besides_acts_for_a_party(role):
    assert represents([role]) == (role is Role.ADVOCATE)
    assert represents([Role.ADVOCATE, role]) == (role is Role.ADVOCATE)
