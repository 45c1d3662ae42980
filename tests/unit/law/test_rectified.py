"""What is known by now of data that was set right: for an answer as of an earlier time."""

from registry.events.issuance import OrderCorrected, OrderIssued, OrderRevoked, OrderVaried
from registry.law.corrections import NOTHING_RECTIFIED, as_may_be_shown, rectified
from registry.law.standing import fold
from registry.values.identifiers import FactId, PartyRef
from registry.values.issuance import EndReason, PartyRole
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import Instant
from tests.given import ORDER, PROTECTED, RESPONDENT, World, condition, day, details, party, ref

LATER = PartyRef(ref("later"))
FR = Jurisdiction("FR")


def facts(*events):
    world = World()
    return [world.record(ORDER, event, Instant(number)) for number, event in enumerate(events)]


def issued(**more):
    safe = party(PartyRole.PROTECTED, PROTECTED, identity="who-1", contact="way-1")
    bound = party(identity="bound-1", address="home-1", **more)
    return OrderIssued(order_ref=ORDER, details=details(parties=(safe, bound)))


def corrected(*parties):
    return OrderCorrected(order_ref=ORDER, corrects=FactId(ref("fact 1")), parties=parties)


def test_every_block_that_was_replaced_is_named_and_no_other():
    varied = OrderVaried(
        order_ref=ORDER,
        terms=2,
        conditions=(condition(),),
        made=day("2024-03-01"),
        varied_in=FR,
        added_parties=(party(PartyRole.PROTECTED, LATER, identity="later-1"),),
    )
    revoked = OrderRevoked(order_ref=ORDER, from_=day("2024-04-01"), reason=EndReason.ON_APPEAL, revoked_in=FR)
    found = rectified(
        facts(
            issued(),
            varied,
            revoked,
            corrected(party(identity="bound-2"), party(PartyRole.PROTECTED, LATER, identity="later-2")),
            corrected(party(identity="bound-3", address="home-2"), party(PartyRole.PROTECTED, PROTECTED)),
        )
    )
    assert found.blocks == {"bound-1", "bound-2", "later-1", "home-1"}


def test_a_correction_of_nobody_who_is_there_replaces_nothing():
    assert rectified(facts(corrected(party(identity="stranger")))).blocks == frozenset()


def test_what_is_confidential_by_now_is_withheld_from_the_order_as_known_then():
    history = facts(issued(withheld=("address",)), corrected(party(withheld=("identity",))))
    then = fold(history[:1])
    shown = as_may_be_shown(then, rectified(history))
    assert {each.party_ref: each.withheld for each in shown.details.parties} == {
        PROTECTED: (),
        RESPONDENT: ("address", "identity"),
    }
    assert as_may_be_shown(then, NOTHING_RECTIFIED) is then
