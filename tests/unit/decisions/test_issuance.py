"""An order is entered, its terms change, it pauses, it ends, it is set right: what follows and what is refused."""

import pytest

from registry.commands.issuance import (
    CorrectOrder,
    DeclareOrder,
    ExtendOrder,
    RegisterOrder,
    ReinstateOrder,
    RevokeOrder,
    SuspendOrder,
    VaryOrder,
)
from registry.errors import Conflict, NotFound, Refused
from registry.events.issuance import (
    OrderCorrected,
    OrderDeclared,
    OrderExtended,
    OrderIssued,
    OrderRegistered,
    OrderReinstated,
    OrderRevoked,
    OrderSuspended,
    OrderVaried,
)
from registry.law import standing as standings
from registry.values.identifiers import ConditionRef, FactId
from registry.values.issuance import ConditionKind, EndReason, Maker, OrderKind, PartyRole
from registry.values.time import NO_EXPIRY, expires
from tests.given import (
    BERLIN,
    MEASURE,
    ORDER,
    OTHER_RESPONDENT,
    PROTECTED,
    RESPONDENT,
    World,
    condition,
    court,
    day,
    enter,
    hour,
    party,
    ref,
)


def entered(**more):
    world = World()
    world.do(enter(**more))
    return world


def vary(**more):
    return VaryOrder(
        **({"order_ref": ORDER, "conditions": (condition(),), "made": day("2024-03-01"), "varied_in": "FR"} | more)
    )


def extend(until="2026-08-01", **more):
    expiry = expires(day(until)) if until else NO_EXPIRY
    return ExtendOrder(
        **({"order_ref": ORDER, "expiry": expiry, "made": day("2024-03-01"), "extended_in": "FR"} | more)
    )


def suspend(from_="2024-03-01", until=None, where="FR"):
    return SuspendOrder(order_ref=ORDER, from_=day(from_), until=day(until) if until else None, suspended_in=where)


def reinstate(from_="2024-04-01", where="FR"):
    return ReinstateOrder(order_ref=ORDER, from_=day(from_), reinstated_in=where)


def revoke(from_="2024-03-10", where="FR"):
    return RevokeOrder(order_ref=ORDER, from_=day(from_), reason=EndReason.ON_APPEAL, revoked_in=where)


def correct(world, **more):
    return CorrectOrder(order_ref=ORDER, corrects=world.streams[ORDER][0].fact_id, **more)


def declare(where="AU-NSW", made="2024-03-01"):
    return DeclareOrder(order_ref=ORDER, declared_in=where, made=day(made))


def register(where="DE", made="2024-03-01"):
    return RegisterOrder(order_ref=ORDER, registered_in=where, registered_with=BERLIN, made=day(made))


def refused(world, command, code, kind=Refused):
    before = {stream: list(facts) for stream, facts in world.streams.items()}
    with pytest.raises(kind) as refusal:
        world.do(command)
    assert refusal.value.code == code
    assert world.streams == before
    return refusal.value


def test_an_order_is_entered_with_what_the_court_said():
    command = enter()
    assert World().do(command) == (OrderIssued(order_ref=ORDER, details=command.details),)


def test_an_order_is_entered_once():
    refused(entered(), enter(), "order-already-entered", Conflict)


@pytest.mark.parametrize("command", [vary(), extend(), suspend(), reinstate(), revoke(), declare(), register()])
def test_nothing_is_done_to_an_order_that_is_not_there(command):
    refused(World(), command, "no-such-order", NotFound)


@pytest.mark.parametrize("command", [vary(varied_in="DE"), extend(extended_in="DE"), suspend(where="DE")])
def test_the_law_says_whose_court_may_change_an_order(command):
    refusal = refused(entered(), command, "no-power-over-this-order")
    assert refusal.cite == "Directive 2011/99/EU Art 13(1)"


@pytest.mark.parametrize("command", [reinstate(where="DE"), revoke(where="DE")])
def test_no_other_state_of_the_union_may_end_or_revive_it(command):
    world = entered()
    world.do(suspend())
    refused(world, command, "no-power-over-this-order")


def test_an_australian_court_may_change_another_states_order():
    world = entered(jurisdiction="AU-NSW", zone="Australia/Sydney")
    assert len(world.do(vary(varied_in="AU-SA"))) == 1


def test_but_not_what_the_police_of_another_state_made():
    world = entered(jurisdiction="AU-NSW", zone="Australia/Sydney", maker=Maker.POLICE)
    refused(world, vary(varied_in="AU-SA"), "no-power-over-this-order")


def test_a_state_outside_every_scheme_has_no_power():
    refusal = refused(entered(), revoke(where="US-CA"), "no-power-over-this-order")
    assert refusal.cite == "Law of the issuing jurisdiction exclusive"


def test_each_variation_makes_the_next_version():
    world = entered()
    (first,), (second,) = world.do(vary()), world.do(vary(made=day("2024-03-05")))
    assert isinstance(first, OrderVaried)
    assert (first.terms, second.terms) == (2, 3)


def test_a_variation_can_bring_in_whom_it_protects():
    world = entered()
    child = party(PartyRole.PROTECTED, OTHER_RESPONDENT)
    terms = (condition(protects=(OTHER_RESPONDENT,)),)
    world.do(vary(conditions=terms, added_parties=(child,)))
    assert world.order(ORDER).details.parties[-1] == child


def test_who_is_there_is_not_added_again():
    refused(entered(), vary(added_parties=(party(),)), "party-already-there")


def test_nobody_is_added_twice_in_one_variation():
    stranger = party(party_ref=OTHER_RESPONDENT)
    refused(entered(), vary(added_parties=(stranger, stranger)), "party-already-there")


def test_a_variation_is_not_made_in_the_future():
    refused(entered(), vary(made=day("2030-01-01")), "date-in-the-future")


@pytest.mark.parametrize("command", [vary(), extend(), suspend(), reinstate(), declare(), register()])
def test_an_order_that_was_ended_changes_no_more(command):
    world = entered()
    world.do(suspend())
    world.do(revoke())
    refused(world, command, "order-ended", Conflict)


def test_an_order_gets_another_end():
    command = extend()
    assert entered().do(command) == (OrderExtended(order_ref=ORDER, expiry=command.expiry, made=command.made),)


def test_or_none():
    assert entered().do(extend(None))[0].expiry == NO_EXPIRY


def test_the_same_end_again_is_no_news():
    assert entered().do(extend("2025-08-01")) == ()


def test_an_end_before_the_beginning_is_none():
    refused(entered(), extend("2024-01-01"), "expiry-before-start")


def test_an_end_in_another_age_is_none():
    refused(entered(), extend("2300-01-01"), "date-implausible")


def test_an_order_is_suspended_and_reinstated():
    world = entered()
    (paused,), (again,) = world.do(suspend()), world.do(reinstate())
    assert isinstance(paused, OrderSuspended)
    assert isinstance(again, OrderReinstated)
    assert world.order(ORDER).pauses[0].ends == day("2024-04-01").begins()


def test_suspended_twice_is_true_once():
    world = entered()
    world.do(suspend())
    assert world.do(suspend()) == ()
    refused(world, suspend("2024-03-15"), "already-suspended", Conflict)


def test_a_suspension_until_a_day_can_be_followed_by_another():
    world = entered()
    world.do(suspend(until="2024-03-10"))
    assert len(world.do(suspend("2024-03-20"))) == 1


def test_a_suspension_does_not_end_before_it_begins():
    refused(entered(), suspend("2024-03-10", "2024-03-01"), "until-before-from")


def test_only_what_is_suspended_is_reinstated():
    world = entered()
    refused(world, reinstate(), "order-not-suspended", Conflict)
    world.do(suspend(until="2024-03-10"))
    refused(world, reinstate("2024-03-20"), "order-not-suspended", Conflict)


def test_revoked_twice_is_true_once():
    world = entered()
    assert isinstance(world.do(revoke())[0], OrderRevoked)
    assert world.do(revoke()) == ()
    refused(world, revoke("2024-04-10"), "order-ended", Conflict)


def test_an_earlier_end_counts():
    world = entered()
    world.do(revoke())
    assert len(world.do(revoke("2024-03-01"))) == 1
    assert world.order(ORDER).end.at == day("2024-03-01").begins()


def test_a_correction_replaces_what_it_gives():
    world = entered()
    (fact,) = world.do(correct(world, expiry=expires(day("2025-09-01")), issued=day("2024-02-02")))
    assert isinstance(fact, OrderCorrected)
    order = world.order(ORDER)
    assert order.expiry == expires(day("2025-09-01"))
    assert order.details.issued == day("2024-02-02")
    assert order.details.expiry == expires(day("2025-08-01"))


def test_a_correction_names_the_fact_it_corrects():
    refused(
        entered(), CorrectOrder(order_ref=ORDER, corrects=FactId(ref("?")), issued=day("2024-01-01")), "no-such-fact"
    )


def test_a_correction_corrects_something():
    world = entered()
    refused(world, correct(world), "nothing-to-correct")
    refused(world, correct(world, terms=1), "nothing-to-correct")


def test_a_correction_names_terms_and_parties_that_are_there():
    world = entered()
    refused(world, correct(world, terms=2, conditions=(condition(),)), "no-such-terms")
    refused(world, correct(world, parties=(party(party_ref=OTHER_RESPONDENT),)), "no-such-party")
    assert len(world.do(correct(world, terms=1, conditions=(condition(metres=100),)))) == 1
    assert len(world.do(correct(world, parties=(party(withheld=("address",)),)))) == 1


def test_a_correction_does_not_move_a_party_to_the_other_side():
    world = entered()
    refused(world, correct(world, parties=(party(PartyRole.RESPONDENT, PROTECTED),)), "role-cannot-change")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"issued": day("1900-01-01")}, "date-implausible"),
        ({"valid_from": day("2200-01-01")}, "date-implausible"),
        ({"expiry": expires(day("2300-01-01"))}, "date-implausible"),
        ({"expiry": expires(day("2024-01-01"))}, "expiry-before-start"),
        ({"valid_from": day("2026-01-01")}, "expiry-before-start"),
        ({"issued": day("2025-01-01")}, "date-in-the-future"),
        ({"conditions": (condition(), condition())}, "condition-twice"),
    ],
)
def test_a_correction_leaves_an_order_that_could_be_one(given, code):
    world = entered()
    refused(world, correct(world, **given), code)


def test_an_ended_order_can_still_be_set_right():
    world = entered()
    world.do(revoke())
    assert len(world.do(correct(world, issued=day("2024-02-02")))) == 1


def test_an_order_is_declared_once_in_a_jurisdiction():
    world = entered(jurisdiction="AU-QLD", zone="Australia/Brisbane")
    assert isinstance(world.do(declare())[0], OrderDeclared)
    assert world.do(declare()) == ()
    assert len(world.do(declare("AU-ACT"))) == 1


def test_only_australia_declares():
    refused(entered(), declare("FR"), "no-scheme-of-declaration")
    refused(entered(), declare(made="2030-01-01"), "date-in-the-future")


def test_an_order_is_registered_once_in_a_jurisdiction():
    world = entered()
    (fact,) = world.do(register())
    assert isinstance(fact, OrderRegistered)
    assert fact.notify_respondent is False
    assert world.do(register()) == ()


def test_an_order_is_not_registered_at_home():
    refused(entered(), register("FR"), "own-order-needs-no-registration")


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"court": court("XX")}, "jurisdiction-unknown", "/court/jurisdiction"),
        ({"issued": day("2030-01-01")}, "date-in-the-future", "/issued"),
        ({"issued": day("1949-12-31")}, "date-implausible", "/issued"),
        ({"valid_from": day("2200-01-01")}, "date-implausible", "/valid_from"),
        ({"until": "2200-01-01"}, "date-implausible", "/expiry/at"),
        ({"until": "2024-01-31"}, "expiry-before-start", "/expiry/at"),
        ({"valid_from": hour("2025-08-02T00:00")}, "expiry-before-start", "/expiry/at"),
        ({"kind": OrderKind.IMPORTED_MEASURE}, "adopted-measure-and-origin-go-together", "/origin"),
        ({"origin": MEASURE}, "adopted-measure-and-origin-go-together", "/origin"),
        ({"parties": (party(), party())}, "party-twice", "/parties"),
        ({"parties": (party(PartyRole.PROTECTED, PROTECTED),)}, "no-respondent", "/parties"),
        ({"conditions": (condition(), condition())}, "condition-twice", "/conditions"),
        ({"conditions": (condition(protects=(RESPONDENT,)),)}, "protects-a-stranger", "/conditions/0/protects"),
        ({"conditions": (condition(ConditionKind.OTHER_TEXT),)}, "text-missing", "/conditions/0/text"),
        ({"conditions": (condition(metres=0),)}, "distance-implausible", "/conditions/0/metres"),
        ({"conditions": (condition(metres=1_000_001),)}, "distance-implausible", "/conditions/0/metres"),
        ({"conditions": (condition(begins=day("1949-01-01")),)}, "date-implausible", "/conditions/0/begins"),
        ({"conditions": (condition(ends=day("2200-01-01")),)}, "date-implausible", "/conditions/0/ends"),
        ({"issued": day("2024-02-01", "Mars/Base")}, "zone-unknown", "/issued"),
        ({"issued": day("2024-02-01", "Europe")}, "zone-unknown", "/issued"),
        ({"issued": day("2024-02-01", "../etc/passwd")}, "zone-unknown", "/issued"),
        ({"issued": day("2024-02-01", "")}, "zone-unknown", "/issued"),
        ({"issued": day("2024-02-01", "Europe/Par\0is")}, "zone-unknown", "/issued"),
        ({"conditions": (condition(ends=day("2025-02-01", "Mars/Base")),)}, "zone-unknown", "/conditions/0/ends"),
        ({"conditions": (condition(begins=day("2025-02-01", "x" * 5000)),)}, "zone-unknown", "/conditions/0/begins"),
    ],
)
def test_what_could_not_be_an_order_is_not_entered(given, code, field):
    assert refused(World(), enter(**given), code).field == field


@pytest.mark.parametrize(
    "given",
    [
        {"conditions": (condition(ConditionKind.OTHER_TEXT, text="c2VhbGVk"),)},
        {"conditions": (condition(protects=(PROTECTED,), metres=1_000_000),)},
        {"conditions": (condition(), condition(condition_ref=ConditionRef(ref("two"))))},
        {"conditions": ()},
        {"until": None},
        {"kind": OrderKind.IMPORTED_MEASURE, "origin": MEASURE},
        {"issued": day("2024-03-21")},
        {"court": court("US-X-HOPI")},
        {"court": court("DE-BE")},
        {"until": "2024-02-01"},
    ],
)
def test_what_could_be_one_is(given):
    assert len(World().do(enter(**given))) == 1


def test_an_adopted_measure_is_not_its_own_origin():
    itself = enter(kind=OrderKind.IMPORTED_MEASURE, origin=ORDER)
    refused(World(), itself, "origin-is-itself")


def take_back(world, number=-1):
    return CorrectOrder(order_ref=ORDER, corrects=world.streams[ORDER][number].fact_id, retracts=True)


def test_a_revocation_of_the_wrong_order_is_taken_back_and_the_order_stands():
    world = entered()
    world.do(revoke())
    (fact,) = world.do(take_back(world))
    assert fact.retracts
    assert world.order(ORDER).end is None
    assert world.do(extend())


def test_taking_back_twice_says_it_once():
    world = entered()
    world.do(suspend())
    wrong = take_back(world)
    assert len(world.do(wrong)) == 1
    assert world.do(wrong) == ()
    assert world.order(ORDER).pauses == ()


def test_what_was_taken_back_in_error_counts_again():
    world = entered()
    world.do(revoke())
    world.do(take_back(world))
    world.do(take_back(world))
    assert world.order(ORDER).end.at == day("2024-03-10").begins()


def test_a_fact_taken_back_three_times_over_counts_for_nothing():
    world = entered()
    world.do(revoke())
    for _ in range(3):
        world.do(take_back(world))
    assert world.order(ORDER).end is None
    assert len(world.order(ORDER).retracted) == 2
    # To take the revocation back once more says nothing new: it does not count.
    assert world.do(take_back(world, 1)) == ()


def test_what_was_said_again_after_it_was_taken_back_counts():
    world = entered()
    world.do(revoke())
    world.do(take_back(world))
    world.do(revoke())
    assert world.order(ORDER).end is not None
    # That the first one was taken back in error changes nothing more.
    world.do(take_back(world, 2))
    assert world.order(ORDER).end.at == day("2024-03-10").begins()


def test_an_order_folded_at_once_is_the_order_that_grew():
    world = entered()
    for command in (suspend(), revoke()):
        world.do(command)
    for number in (2, 3, 1, 4):
        world.do(take_back(world, number))
    grown = None
    for fact in world.streams[ORDER]:
        grown = standings.evolve(grown, fact)
    assert grown == world.order(ORDER)


@pytest.mark.parametrize("make", [extend, lambda: None])
def test_what_later_facts_rest_on_is_not_taken_back(make):
    world = entered()
    if make():
        world.do(make())
    refused(world, take_back(world), "fact-cannot-be-retracted")


def test_a_correction_takes_back_or_replaces():
    world = entered()
    world.do(revoke())
    both = CorrectOrder(
        order_ref=ORDER, corrects=world.streams[ORDER][1].fact_id, retracts=True, issued=day("2024-01-01")
    )
    refused(world, both, "retract-or-replace")


def test_terms_that_forbid_nothing_are_refused():
    refused(entered(), vary(conditions=()), "conditions-missing")


def test_an_extension_does_not_shorten():
    refused(entered(), extend("2025-07-01"), "expiry-not-later")
