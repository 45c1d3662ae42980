"""Cards: of which order one may be made, when one is taken back, and what a status list is of."""

from dataclasses import replace

import pytest

from registry.card.statuslist import Status, entry
from registry.card_status import CardFacts, fold, last_day, status_of
from registry.commands.card import IssueCard, OpenStatusList, PublishStatusList, WithdrawCard
from registry.commands.issuance import CorrectOrder, ReinstateOrder, RevokeOrder, SuspendOrder, VaryOrder
from registry.decisions.card import (
    LONGEST_LIFE,
    CardState,
    ListState,
    Surroundings,
    decide,
    evolve_card,
    evolve_list,
)
from registry.errors import Conflict, NotFound, Refused, StaleVersion
from registry.events.card import CardIssued, CardWithdrawn, StatusListIssued, StatusListOpened
from registry.events.erasure import SubjectErased
from registry.values.card import CardForm, WithdrawalReason
from registry.values.erasure import ErasureGround
from registry.values.identifiers import CardRef, FactId, ListRef, Position
from registry.values.issuance import ConditionKind, EndReason
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import NO_EXPIRY, SECOND, Instant, expires
from tests.given import ORDER, PROTECTED, World, at, condition, day, enter, ref

FR = Jurisdiction("FR")
CARD = CardRef(ref("card"))
LIST = ListRef(ref("list"))
NOW = at("2024-03-20T12:00:00+00:00")
LISTED = ListState(jurisdiction=FR, entries=64)
OPEN = OpenStatusList(list_ref=LIST, jurisdiction=FR, number=1, entries=64, seed="00" * 16)


def issue(**more) -> IssueCard:
    said = {
        "card_ref": CARD,
        "order_ref": ORDER,
        "list_ref": LIST,
        "index": 5,
        "digest": "ab" * 32,
        "kid": "cd" * 8,
        "form": CardForm.FULL,
        "order_version": 1,
        "terms": 1,
        "issued": Instant(NOW - SECOND),
        "expires": Instant(NOW + 100 * SECOND),
    }
    return IssueCard(**(said | more))


def world(**more) -> World:
    found = World()
    found.do(enter(**more), "2024-02-02T12:00:00+00:00")
    return found


def around(found: World, **more) -> Surroundings:
    said = {"order": found.order(ORDER), "order_version": len(found.streams[ORDER]), "listed": LISTED}
    return Surroundings(**(said | more))


def test_a_card_is_issued_of_an_order_as_it_stands():
    (event,) = decide(issue(), None, now=NOW, around=around(world()))
    assert isinstance(event, CardIssued)
    assert (event.order_ref, event.index, event.digest) == (ORDER, 5, "ab" * 32)


@pytest.mark.parametrize(
    ("command", "more", "kind", "code"),
    [
        ({}, {"order": None}, NotFound, "no-such-order"),
        ({"order_version": 2}, {}, StaleVersion, "order-has-changed"),
        ({}, {"listed": None}, NotFound, "no-such-status-list"),
        ({}, {"listed": replace(LISTED, jurisdiction=Jurisdiction("DE"))}, NotFound, "no-such-status-list"),
        ({}, {"taken": True}, Conflict, "place-in-list-taken"),
        ({"index": 64}, {}, Conflict, "place-in-list-taken"),
        ({"issued": Instant(NOW + 1)}, {}, Refused, "card-of-another-time"),
        ({"expires": Instant(NOW - SECOND)}, {}, Refused, "card-of-another-time"),
        ({"expires": Instant(NOW + LONGEST_LIFE)}, {}, Refused, "card-of-another-time"),
        ({"replaces": CardRef(ref("other"))}, {}, Refused, "no-such-card-to-replace"),
        (
            {"replaces": CardRef(ref("other"))},
            {"replaced": CardState(order_ref=ref("another"))},
            Refused,
            "no-such-card-to-replace",
        ),
    ],
    ids=range(11),
)
def test_a_card_that_would_say_what_is_not_so_is_refused(command, more, kind, code):
    with pytest.raises(kind, match=code):
        decide(issue(**command), None, now=NOW, around=around(world(), **more))


def test_an_order_in_which_somebody_was_erased_gets_no_card():
    made = world()
    gone = SubjectErased(order_ref=ORDER, subject=PROTECTED, key_id="70" * 16, ground=ErasureGround.COURT_ORDERED)
    made.record(ORDER, gone, NOW)
    with pytest.raises(Conflict, match="order-erased"):
        decide(issue(order_version=2), None, now=NOW, around=around(made))


def test_an_order_that_was_ended_or_is_over_gets_no_card():
    ended = world()
    ended.do(RevokeOrder(order_ref=ORDER, from_=day("2024-12-01"), reason=EndReason.WITHDRAWN, revoked_in=FR), NOW)
    with pytest.raises(Conflict, match="order-ended"):
        decide(issue(order_version=2), None, now=NOW, around=around(ended))
    with pytest.raises(Conflict, match="order-ended"):
        decide(issue(), None, now=NOW, around=around(world(until="2024-03-01")))
    assert decide(issue(), None, now=NOW, around=around(world(until=None)))


def test_a_card_is_issued_once_under_its_reference():
    with pytest.raises(Conflict, match="reference-in-use"):
        decide(issue(), CardState(order_ref=ORDER), now=NOW, around=around(world()))


def test_a_card_replaces_one_of_its_own_order():
    (event,) = decide(
        issue(replaces=CardRef(ref("old"))),
        None,
        now=NOW,
        around=around(world(), replaced=CardState(order_ref=ORDER, withdrawn=True)),
    )
    assert event.replaces == ref("old")


def test_a_card_is_withdrawn_once():
    command = WithdrawCard(card_ref=CARD, reason=WithdrawalReason.LOST)
    with pytest.raises(NotFound, match="no-such-card"):
        decide(command, None, now=NOW)
    (event,) = decide(command, CardState(order_ref=ORDER), now=NOW)
    assert event == CardWithdrawn(card_ref=CARD, order_ref=ORDER, reason=WithdrawalReason.LOST)
    assert decide(command, CardState(order_ref=ORDER, withdrawn=True), now=NOW) == ()


def test_a_list_is_opened_once_and_signed_in_the_order_of_time():
    (opened,) = decide(OPEN, None, now=NOW)
    assert isinstance(opened, StatusListOpened)
    assert decide(OPEN, LISTED, now=NOW) == ()
    publish = PublishStatusList(list_ref=LIST, upto=Position(1), issued=NOW, content="", cwt="", jwt="")
    with pytest.raises(NotFound, match="no-such-status-list"):
        decide(publish, None, now=NOW)
    (issued,) = decide(publish, LISTED, now=NOW)
    assert isinstance(issued, StatusListIssued)
    for before in (NOW, NOW + 1):
        with pytest.raises(Conflict, match="list-of-another-time"):
            decide(publish, replace(LISTED, issued=Instant(before)), now=NOW)


def recorded(found: World, *commands) -> World:
    """Record cards and lists beside the orders."""
    for command in commands:
        stream = getattr(command, "card_ref", None) or command.list_ref
        (event,) = decide(
            command,
            CardState(order_ref=ORDER) if isinstance(command, WithdrawCard) else None,
            now=NOW,
            around=around(found),
        )
        found.record(stream, event, NOW)
    return found


def facts(found: World):
    return sorted((fact for stream in found.streams.values() for fact in stream), key=lambda fact: fact.recorded_at)


def state_of(found: World, when: str | Instant = NOW) -> Status:
    moment = at(when) if isinstance(when, str) else when
    return Status(entry(fold(facts(found)).packed(LIST, moment), 5))


def with_card(**more) -> World:
    return recorded(world(**more), OPEN, issue())


def test_the_states_of_cards_and_lists_are_folds_of_their_streams():
    found = recorded(with_card(), WithdrawCard(card_ref=CARD, reason=WithdrawalReason.LOST))
    state, listed = None, None
    for fact in facts(found):
        state, listed = evolve_card(state, fact), evolve_list(listed, fact)
    assert state == CardState(order_ref=ORDER, withdrawn=True)
    assert listed == LISTED
    issued = StatusListIssued(list_ref=LIST, upto=Position(3), issued=NOW, content="c", cwt="", jwt="")
    assert evolve_list(listed, found.record(LIST, issued, NOW)).content == "c"


def test_a_card_of_an_order_in_force_is_valid():
    assert state_of(with_card()) is Status.VALID


def test_only_the_courts_own_end_is_an_end_and_from_its_moment():
    found = with_card()
    found.do(RevokeOrder(order_ref=ORDER, from_=day("2024-06-01"), reason=EndReason.WITHDRAWN, revoked_in=FR), NOW)
    assert state_of(found) is Status.CHANGED
    assert state_of(found, "2024-06-02T00:00:00+00:00") is Status.REVOKED
    taken_back = CorrectOrder(order_ref=ORDER, corrects=FactId(found.streams[ORDER][-1].fact_id), retracts=True)
    found.do(taken_back, NOW)
    assert state_of(found, "2024-06-02T00:00:00+00:00") is Status.VALID


def test_a_pause_shows_while_it_lasts():
    found = with_card()
    found.do(SuspendOrder(order_ref=ORDER, from_=day("2024-04-01"), suspended_in=FR), NOW)
    assert state_of(found) is Status.VALID
    assert state_of(found, "2024-04-02T00:00:00+00:00") is Status.SUSPENDED
    found.do(ReinstateOrder(order_ref=ORDER, from_=day("2024-05-01"), reinstated_in=FR), "2024-05-01T00:00:00+00:00")
    assert state_of(found, "2024-05-02T00:00:00+00:00") is Status.VALID


def test_a_lost_or_replaced_card_is_one_to_ask_about():
    lost = recorded(with_card(), WithdrawCard(card_ref=CARD, reason=WithdrawalReason.LOST))
    assert state_of(lost) is Status.CHANGED
    new = replace(issue(), card_ref=CardRef(ref("new")), index=6)
    found = with_card()
    found.record(new.card_ref, decide(new, None, now=NOW, around=around(found))[0], NOW)
    assert state_of(found) is Status.VALID
    third = replace(issue(), card_ref=CardRef(ref("third")), index=7, replaces=CARD)
    held = around(found, replaced=CardState(order_ref=ORDER))
    found.record(third.card_ref, decide(third, None, now=NOW, around=held)[0], NOW)
    assert state_of(found) is Status.CHANGED


def test_what_was_varied_since_is_to_be_asked_and_what_was_varied_before_is_on_the_card():
    vary = VaryOrder(
        order_ref=ORDER, conditions=(condition(ConditionKind.NO_THREAT_FAMILY),), made=day("2024-03-01"), varied_in=FR
    )
    found = with_card()
    found.do(vary, NOW)
    assert state_of(found) is Status.CHANGED
    before = world()
    before.do(vary, NOW)
    assert state_of(recorded(before, OPEN, issue(order_version=2, terms=2))) is Status.VALID


def test_a_new_end_is_in_the_list_of_extensions():
    found = with_card()
    assert fold(facts(found)).extensions(LIST, NOW) == {}
    corrected = CorrectOrder(
        order_ref=ORDER, corrects=FactId(found.streams[ORDER][0].fact_id), expiry=expires(day("2026-01-01"))
    )
    found.do(corrected, NOW)
    assert fold(facts(found)).extensions(LIST, NOW) == {5: 20454}
    found.do(replace(corrected, expiry=NO_EXPIRY), NOW)
    assert fold(facts(found)).extensions(LIST, NOW) == {5: None}
    assert last_day(NO_EXPIRY) is None


def test_what_is_over_has_no_entry_among_the_extensions():
    found = with_card()
    corrected = CorrectOrder(
        order_ref=ORDER, corrects=FactId(found.streams[ORDER][0].fact_id), expiry=expires(day("2026-01-01"))
    )
    found.do(corrected, NOW)
    known = fold(facts(found))
    assert known.lives(LIST, NOW)
    later = Instant(NOW + 100 * SECOND)
    assert known.extensions(LIST, later) == {}
    assert not known.lives(LIST, later)


def test_a_card_whose_order_was_not_read_is_one_to_ask_about():
    known = CardFacts()
    for fact in facts(with_card()):
        known.take(fact)
    assert entry(known.packed(LIST, NOW), 5) == Status.CHANGED
    assert known.extensions(LIST, NOW) == {}


def test_a_status_is_a_function_of_facts_and_instant_alone():
    found = with_card()
    once, again = (fold(facts(found)) for _ in range(2))
    assert once.packed(LIST, NOW) == again.packed(LIST, NOW)
    assert once.fingerprints(LIST) == again.fingerprints(LIST)
    assert once.fingerprints(LIST)[40:48] == bytes.fromhex("ab" * 8)
    standing = found.order(ORDER)
    (card,) = [fact.event for fact in facts(found) if isinstance(fact.event, CardIssued)]
    assert status_of(standing, card, NOW, gone=False) is Status.VALID
