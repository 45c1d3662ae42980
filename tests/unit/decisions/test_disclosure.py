"""What may be told of an order, to whom: allowed or refused, and a fact either way."""

from dataclasses import replace

import pytest

from registry.commands.disclosure import AskDisclosure
from registry.commands.issuance import CorrectOrder, RegisterOrder
from registry.decisions.disclosure import Disclosure, decide, evolve
from registry.errors import NotFound, Refused
from registry.events.disclosure import DisclosureAllowed, DisclosureRefused
from registry.values.disclosure import WHEREABOUTS, Audience, Disclosed, DisclosureBar
from registry.values.identifiers import DisclosureRef
from registry.values.issuance import Nature, OrderKind, PartyRole
from tests.given import LILLE, ORDER, World, at, court, day, enter, ref

FR, NV = "FR", "US-NV"


def told(order, *of, to=Audience.RESPONDENT, place=FR, needed=()):
    command = AskDisclosure(
        disclosure_ref=DisclosureRef(ref("disclosure")),
        order_ref=ORDER,
        jurisdiction=place,
        to=to,
        of=of,
        needed_to_enforce=needed,
    )
    (event,) = decide(command, None, order=order)
    return event


def an_order(**details):
    world = World()
    world.do(enter(**details))
    return world.order(ORDER)


def withheld(order, *names):
    parties = tuple(
        replace(party, withheld=names) if party.role is PartyRole.PROTECTED else party
        for party in order.details.parties
    )
    return replace(order, details=replace(order.details, parties=parties))


@pytest.mark.parametrize("of", sorted(WHEREABOUTS))
def test_the_respondent_learns_no_whereabouts(of):
    event = told(an_order(), Disclosed.MEASURES, of)
    assert isinstance(event, DisclosureRefused)
    assert (event.bar, event.barred) == (DisclosureBar.WHEREABOUTS, (of,))
    assert isinstance(told(an_order(), Disclosed.MEASURES, of, needed=(of,)), DisclosureAllowed)
    assert isinstance(told(an_order(), Disclosed.MEASURES), DisclosureAllowed)


@pytest.mark.parametrize("of", sorted(Disclosed))
def test_nothing_at_all_goes_on_the_internet(of):
    event = told(an_order(), of, to=Audience.INTERNET, needed=(of,))
    assert (event.bar, event.barred) == (DisclosureBar.PUBLICATION, (of,))


@pytest.mark.parametrize("of", sorted(Disclosed))
def test_a_secure_registry_may_know(of):
    assert isinstance(told(an_order(), of, to=Audience.SECURE_REGISTRY), DisclosureAllowed)


def test_the_basis_is_that_of_the_act_under_which_the_order_travels():
    civil, criminal = an_order(), an_order(nature=Nature.CRIMINAL)
    european = an_order(kind=OrderKind.EUROPEAN_PROTECTION_ORDER)
    american = an_order(court=court(jurisdiction=NV))
    basis = [told(order, Disclosed.ADDRESS).basis for order in (civil, criminal, european, american)]
    assert basis == [
        "Regulation (EU) No 606/2013 Art 8(3)",
        "Directive 2011/99/EU Art 9(3)",
        "Directive 2011/99/EU Art 9(3)",
        "Registry rule a protected person's whereabouts",
    ]
    published = [told(order, Disclosed.ISSUANCE, to=Audience.INTERNET).basis for order in (civil, american)]
    assert published == ["Registry rule a protected person's whereabouts", "18 USC 2265 (d)(3)"]


def test_what_the_court_marked_confidential_stays_so_though_it_were_needed():
    marked = withheld(an_order(), "contact")
    event = told(marked, Disclosed.PHONE, Disclosed.ADDRESS, needed=(Disclosed.PHONE, Disclosed.ADDRESS))
    assert (event.bar, event.barred) == (DisclosureBar.WITHHELD, (Disclosed.PHONE,))
    # A mark that says nothing we know of keeps all whereabouts.
    strange = withheld(an_order(), "whatever")
    assert told(strange, Disclosed.SCHOOL, needed=(Disclosed.SCHOOL,)).bar is DisclosureBar.WITHHELD


def filed(world, *, asked, place=NV):
    registering = RegisterOrder(
        order_ref=ORDER, registered_in=place, registered_with=LILLE, made=day("2024-03-01"), notify_respondent=asked
    )
    world.do(registering)


def test_a_filing_is_told_only_where_the_protected_person_asked_for_it():
    world = World()
    world.do(enter())
    assert told(world.order(ORDER), Disclosed.REGISTRATION, place=NV).bar is DisclosureBar.FILING
    filed(world, asked=True)
    assert isinstance(told(world.order(ORDER), Disclosed.REGISTRATION, place=NV), DisclosureAllowed)
    assert told(world.order(ORDER), Disclosed.REGISTRATION, place="US-CA").bar is DisclosureBar.FILING
    filed(world, asked=False, place="US-CA")
    assert told(world.order(ORDER), Disclosed.REGISTRATION, place="US-CA").bar is DisclosureBar.FILING


def test_a_filing_that_was_taken_back_is_none_to_tell_of():
    world = World()
    world.do(enter())
    filed(world, asked=True)
    world.do(CorrectOrder(order_ref=ORDER, corrects=world.order(ORDER).history[-1].fact_id, retracts=True))
    assert told(world.order(ORDER), Disclosed.REGISTRATION, place=NV).bar is DisclosureBar.FILING


def test_what_cannot_be_answered_is_no_fact():
    order = an_order()
    with pytest.raises(NotFound, match="no-such-order"):
        told(None, Disclosed.MEASURES)
    with pytest.raises(Refused, match="nothing-to-disclose"):
        told(order)
    with pytest.raises(Refused, match="jurisdiction-unknown"):
        told(order, Disclosed.MEASURES, place="QQ")


def test_what_was_answered_is_not_answered_again():
    world = World()
    world.do(enter())
    event = told(world.order(ORDER), Disclosed.MEASURES)
    state = evolve(None, world.record(event.disclosure_ref, event, at("2024-03-20T12:00:00+00:00")))
    assert state == Disclosure(allowed=True)
    assert evolve(state, world.streams[ORDER][0]) == state
    command = AskDisclosure(
        disclosure_ref=event.disclosure_ref, order_ref=ORDER, jurisdiction=FR, to=Audience.INTERNET, of=()
    )
    assert decide(command, state, order=world.order(ORDER)) == ()
