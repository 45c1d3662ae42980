"""Two parties of two orders are one person: who may be joined, said once, taken back, said again."""

from dataclasses import replace

import pytest

from registry.commands.party import LinkParties, UnlinkParties
from registry.decisions.party import Link, decide, evolve
from registry.errors import Conflict, NotFound, Refused
from registry.events.party import PartiesLinked, PartiesUnlinked
from registry.law.dossier import MAXIMUM_LINKS
from registry.values.identifiers import LinkRef, OrderRef, PartyRef
from registry.values.issuance import PartyRole
from registry.values.party import LinkBasis, PartyOfOrder, UnlinkReason, link_ref
from tests.given import ORDER, PROTECTED, RESPONDENT, World, enter, party, ref

LATER = OrderRef(ref("later order"))
ADA, BEN = PartyRef(ref("protected later")), PartyRef(ref("respondent later"))
ONE = PartyOfOrder(order_ref=ORDER, party_ref=RESPONDENT)
OTHER = PartyOfOrder(order_ref=LATER, party_ref=BEN)


def world():
    made = World()
    made.do(enter())
    made.do(enter(LATER, parties=(party(PartyRole.PROTECTED, ADA), party(PartyRole.RESPONDENT, BEN))))
    return made


def same(one=ONE, other=OTHER, basis=LinkBasis.IDENTITY_DOCUMENT):
    return LinkParties(link_ref=link_ref(one, other, basis), one=one, other=other, basis=basis)


def wrong(link=None, reason=UnlinkReason.DIFFERENT_PERSONS):
    return UnlinkParties(link_ref=link or same().link_ref, reason=reason)


def refused(made, command, code, kind=Refused):
    with pytest.raises(kind) as refusal:
        made.do(command)
    assert refusal.value.code == code


def test_what_is_said_twice_is_true_once_whichever_comes_first():
    made = world()
    assert isinstance(made.do(same())[0], PartiesLinked)
    assert made.do(same()) == made.do(same(OTHER, ONE)) == ()
    assert same().link_ref == same(OTHER, ONE).link_ref


def test_what_rests_on_two_bases_is_said_twice_and_taken_back_one_by_one():
    made, finding = world(), same(basis=LinkBasis.COURT_FINDING)
    made.do(same())
    assert len(made.do(finding)) == 1
    assert finding.link_ref != same().link_ref
    assert isinstance(made.do(wrong())[0], PartiesUnlinked)
    assert made.do(finding) == ()


def test_what_was_said_is_taken_back_once_and_may_be_said_again():
    made = world()
    made.do(same())
    (event,) = made.do(wrong())
    assert (event.one, event.other, event.reason) == (ONE, OTHER, UnlinkReason.DIFFERENT_PERSONS)
    assert made.do(wrong()) == ()
    assert isinstance(made.do(same())[0], PartiesLinked)


def test_what_was_not_said_is_not_taken_back():
    refused(world(), wrong(), "no-such-link", NotFound)


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        (ONE, PartyOfOrder(order_ref=ORDER, party_ref=PROTECTED), "parties-of-one-order"),
        (ONE, PartyOfOrder(order_ref=LATER, party_ref=RESPONDENT), "no-such-party"),
        (PartyOfOrder(order_ref=ORDER, party_ref=BEN), OTHER, "no-such-party"),
        (ONE, PartyOfOrder(order_ref=OrderRef(ref("?")), party_ref=BEN), "no-such-order"),
        (PartyOfOrder(order_ref=OrderRef(ref("?")), party_ref=BEN), OTHER, "no-such-order"),
    ],
)
def test_only_parties_of_two_orders_are_joined(one, other, code):
    refused(world(), same(one, other), code)


def test_a_link_has_the_reference_that_follows_from_what_it_says():
    said = same()
    given = LinkParties(link_ref=LinkRef(ref("mine")), one=said.one, other=said.other, basis=said.basis)
    refused(world(), given, "reference-in-use", Conflict)


def test_an_order_has_no_more_links_than_an_answer_reads():
    made = world()
    orders = {"one": made.order(ORDER), "other": made.order(LATER)}
    parties = [PartyOfOrder(order_ref=OrderRef(ref(f"order {n}")), party_ref=PartyRef(ref(f"{n}"))) for n in range(400)]
    kin = [Link(link_ref=ref("l"), one=parties[n], other=parties[n + 200], linked=True) for n in range(MAXIMUM_LINKS)]
    assert decide(same(), None, kin=kin[1:], **orders)
    with pytest.raises(Refused, match="too-many"):
        decide(same(), None, kin=kin, **orders)


def test_orders_against_one_another_are_joined_across_the_sides():
    crossed = same(ONE, PartyOfOrder(order_ref=LATER, party_ref=ADA))
    assert isinstance(world().do(crossed)[0], PartiesLinked)


def test_two_parties_of_one_order_are_not_joined_by_a_third():
    made = world()
    orders = {"one": made.order(ORDER), "other": made.order(LATER)}
    kin = [Link(link_ref=ref("l"), one=PartyOfOrder(order_ref=ORDER, party_ref=PROTECTED), other=OTHER, linked=True)]
    with pytest.raises(Refused, match="parties-of-one-order"):
        decide(same(), None, kin=kin, **orders)
    taken_back = [replace(kin[0], linked=False)]
    assert decide(same(), None, kin=taken_back, **orders)
    # What is wrong already does not stand in the way of what has nothing to do with it.
    third = PartyOfOrder(order_ref=OrderRef(ref("third")), party_ref=PartyRef(ref("third")))
    wrong_already = [
        Link(link_ref=ref("a"), one=third, other=PartyOfOrder(order_ref=third.order_ref, party_ref=ADA), linked=True)
    ]
    assert decide(same(), None, kin=wrong_already, **orders)


def test_a_fact_of_another_noun_is_no_link():
    made = world()
    assert evolve(None, made.streams[ORDER][0]) is None
