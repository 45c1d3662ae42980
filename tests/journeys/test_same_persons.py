"""Links of parties on both stores: from a command to the dossier that an answer rests on."""

import pytest

from registry.access.actors import Role
from registry.commands.party import LinkParties, UnlinkParties
from registry.dossiers import load
from registry.errors import NotFound
from registry.law.dossier import PartyLink
from registry.values.identifiers import OrderRef
from registry.values.party import LinkBasis, PartyOfOrder, UnlinkReason, link_ref
from registry.values.time import NO_EXPIRY
from registry.views.police import PAIR
from tests.given import ORDER, court, ref
from tests.journeys.house import entering, parties, principal

LATER = OrderRef(ref("later"))
NSW = principal("nsw-court", Role.COURT, within=("AU-NSW",))
VIC = principal("vic-court", Role.COURT, within=("AU-VIC",))
QLD = principal("qld-court", Role.COURT, within=("AU-QLD",))
SIDES = tuple(zip(parties(), parties(" later"), strict=True))


async def two_orders(house):
    for order_ref, place, who, word in ((ORDER, "AU-NSW", NSW, ""), (LATER, "AU-VIC", VIC, " later")):
        made = entering(order_ref, number=None, word=word, court=court(place, who.institution), expiry=NO_EXPIRY)
        await house.executor.execute(made, principal=who)


def same(side, basis=LinkBasis.FINGERPRINT):
    one = PartyOfOrder(order_ref=ORDER, party_ref=SIDES[side][0].party_ref)
    other = PartyOfOrder(order_ref=LATER, party_ref=SIDES[side][1].party_ref)
    return LinkParties(link_ref=link_ref(one, other, basis), one=one, other=other, basis=basis)


def shared(house, order_ref, upto=None):
    reader = house.ledger.reader
    dossier = load(reader, order_ref, upto=reader.head() if upto is None else upto)
    return [link for paired in dossier.pair for link in paired.shared]


async def test_a_link_is_in_the_dossier_of_both_orders_from_its_own_side(house):
    await two_orders(house)
    before = house.ledger.reader.head()
    said = [await house.executor.execute(same(side), principal=NSW) for side in (0, 1)]
    here = {
        PartyLink(own=one.party_ref, other=other.party_ref, recorded_at=each.recorded_at)
        for (one, other), each in zip(SIDES, said, strict=True)
    }
    assert set(shared(house, ORDER)) == here
    assert {(link.own, link.other) for link in shared(house, LATER)} == {(link.other, link.own) for link in here}
    (paired,) = load(house.ledger.reader, ORDER, upto=house.ledger.reader.head()).pair
    assert paired.order.facts[0].stream == LATER
    assert paired.order.pair == ()
    assert shared(house, ORDER, before) == []


async def test_each_time_that_a_link_counted_is_in_the_dossier(house):
    await two_orders(house)
    said = await house.executor.execute(same(0), principal=NSW)
    wrong = UnlinkParties(link_ref=same(0).link_ref, reason=UnlinkReason.BASIS_FELL_AWAY)
    taken = await house.executor.execute(wrong, principal=VIC)
    again = await house.executor.execute(same(0), principal=VIC)
    times = [(link.recorded_at, link.retracted_at) for link in shared(house, ORDER)]
    assert times == [(said.recorded_at, taken.recorded_at), (again.recorded_at, None)]
    assert [link.retracted_at for link in shared(house, ORDER, said.position)] == [None]
    assert len(house.ledger.reader.rows(PAIR, {"order_ref": ORDER.bytes})) == 1


async def test_a_court_of_neither_order_says_nothing_of_them(house):
    await two_orders(house)
    with pytest.raises(NotFound, match="no-such-order"):
        await house.executor.execute(same(0), principal=QLD)
    await house.executor.execute(same(0), principal=NSW)
    wrong = UnlinkParties(link_ref=same(0).link_ref, reason=UnlinkReason.DIFFERENT_PERSONS)
    with pytest.raises(NotFound, match="no-such-link"):
        await house.executor.execute(wrong, principal=QLD)
    assert len(shared(house, ORDER)) == 1
