"""Whatever happens to an order: its status is a function of the facts, and only the court's end is an end."""

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from registry.card.statuslist import Status, entry
from registry.card_status import CardFacts, fold
from registry.commands.card import IssueCard, OpenStatusList
from registry.commands.issuance import CorrectOrder, ExtendOrder, ReinstateOrder, RevokeOrder, SuspendOrder, VaryOrder
from registry.decisions.card import ListState, Surroundings, decide
from registry.errors import Refused
from registry.events.card import CardIssued, CardWithdrawn
from registry.law import standing as standings
from registry.values.card import CardForm, WithdrawalReason
from registry.values.identifiers import CardRef, FactId, ListRef
from registry.values.issuance import EndReason
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import DAY, SECOND, Instant, expires
from tests.given import ORDER, World, at, condition, day, enter, ref

FR = Jurisdiction("FR")
LIST = ListRef(ref("list"))
START = at("2024-02-05T12:00:00+00:00")
LISTED = ListState(jurisdiction=FR, entries=128)
dates = st.integers(0, 400).map(lambda n: f"2024-{2 + n // 40 % 10:02d}-{1 + n % 28:02d}")


@st.composite
def steps(draw):
    """Something that a court may try, or that happens to a card."""
    when = day(draw(dates))
    return draw(
        st.sampled_from(
            [
                RevokeOrder(order_ref=ORDER, from_=when, reason=EndReason.WITHDRAWN, revoked_in=FR),
                SuspendOrder(order_ref=ORDER, from_=when, suspended_in=FR),
                ReinstateOrder(order_ref=ORDER, from_=when, reinstated_in=FR),
                ExtendOrder(order_ref=ORDER, expiry=expires(day("2026-01-01")), made=when, extended_in=FR),
                VaryOrder(order_ref=ORDER, conditions=(condition(),), made=when, varied_in=FR),
                "retract",
                "card",
                "withdraw",
            ]
        )
    )


def play(found: World, step, now: Instant, number: int) -> None:
    """Do it, if the law lets it be done."""
    order = found.streams[ORDER]
    if step == "card":
        command = IssueCard(
            card_ref=CardRef(ref(f"card {number}")),
            order_ref=ORDER,
            list_ref=LIST,
            index=number,
            digest=ref(f"digest {number}").hex * 2,
            kid="00" * 8,
            form=CardForm.FULL,
            order_version=len(order),
            terms=found.order(ORDER).terms[-1].version,
            issued=Instant(now - SECOND),
            expires=Instant(now + DAY),
        )
        around = Surroundings(order=found.order(ORDER), order_version=len(order), listed=LISTED)
        (event,) = decide(command, None, now=now, around=around)
        found.record(command.card_ref, event, now)
    elif step == "withdraw":
        cards = [stream[0].event for stream in found.streams.values() if isinstance(stream[0].event, CardIssued)]
        for card in cards[:1]:
            event = CardWithdrawn(card_ref=card.card_ref, order_ref=ORDER, reason=WithdrawalReason.LOST)
            found.record(card.card_ref, event, now)
    else:
        command = step
        if step == "retract":
            command = CorrectOrder(order_ref=ORDER, corrects=FactId(order[-1].fact_id), retracts=True)
        found.do(command, now)


@given(st.lists(steps(), min_size=1, max_size=12), st.integers(0, 500))
def test_the_same_facts_and_the_same_instant_give_the_same_list(wanted, later):
    found = World()
    found.do(enter(), START)
    opened = OpenStatusList(list_ref=LIST, jurisdiction=FR, number=1, entries=128, seed="11" * 16)
    found.record(LIST, decide(opened, None, now=START)[0], START)
    for number, step in enumerate(["card", *wanted]):
        with suppress(Refused):
            play(found, step, Instant(START + number * DAY), number)
    facts = sorted((fact for stream in found.streams.values() for fact in stream), key=lambda fact: fact.recorded_at)
    moment = Instant(START + later * DAY)
    whole = fold(facts)
    packed = whole.packed(LIST, moment)
    assert fold(facts).packed(LIST, moment) == packed
    assert fold(facts).extensions(LIST, moment) == whole.extensions(LIST, moment)
    # A publisher takes facts of cards one by one, and reads the order's stream when it has moved.
    published = CardFacts()
    for fact in facts:
        published.take(fact)
    standing = standings.fold(found.streams[ORDER])
    published.orders[ORDER] = standing
    assert published.packed(LIST, moment) == packed
    for index in whole.cards[LIST]:
        ended = standing.end is not None and standing.end.at <= moment
        assert (entry(packed, index) == Status.REVOKED) == ended
