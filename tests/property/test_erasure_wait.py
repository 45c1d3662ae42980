"""Whatever is recorded in whatever order: no key is destroyed that 28 days before was not known to be one by now."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from registry.commands.erasure import EraseFormer, EraseParty
from registry.commands.issuance import RevokeOrder
from registry.commands.recognition import DiscontinueRecognition
from registry.decisions import erasure
from registry.errors import Conflict, Refused
from registry.law.erasable import Case, Linked, effect_end
from registry.law.standing import fold
from registry.values.erasure import FOR_A_PARTY, FOR_FORMER_DATA, ErasureGround
from registry.values.identifiers import SubjectId
from registry.values.issuance import EndReason
from registry.values.recognition import DiscontinuationGround
from registry.values.time import DAY, Instant
from tests.amounts import examples
from tests.given import BERLIN, MEASURE, ORDER, PROTECTED, RESPONDENT, World, day, enter, ref
from tests.property.histories import HERE, MEASURES, RECOGNITIONS, START, legal, past, suited

WAIT = 28 * DAY
KEYS = {SubjectId(each): bytes([number]) * 16 for number, each in enumerate((ORDER, PROTECTED, RESPONDENT))}


def case(world: World) -> Case:
    """All that is on record, as the transaction of an erasure reads it."""
    linked = [standing for each in MEASURES if (standing := world.order(each)) is not None]
    streams = [world.streams[each] for each in RECOGNITIONS if each in world.streams]
    return Case(
        order=world.order(ORDER),
        procedures=tuple(world.procedures_of(ORDER)),
        decided=tuple(stream[-1].recorded_at for stream in streams),
        linked=tuple(Linked(order=each) for each in linked),
    )


def over_by(world: World, stream, now: Instant) -> bool:
    """Say whether an order was known 28 days before, or when it was entered since, to be over by now."""
    facts = world.streams[stream]
    known = fold(facts, known_at=Instant(now - WAIT)) or fold(facts[:1])
    end = effect_end(known)
    return end is not None and end <= now


thefts = st.lists(
    st.one_of(
        st.builds(
            RevokeOrder,
            order_ref=st.sampled_from([ORDER, ORDER, *MEASURES]),
            from_=st.one_of(past, past.map(lambda said: replace(said, date=said.date + timedelta(days=60)))),
            reason=st.just(EndReason.WITHDRAWN),
            revoked_in=st.just(HERE),
        ),
        st.builds(
            DiscontinueRecognition,
            recognition_ref=st.sampled_from(RECOGNITIONS),
            from_=past,
            ground=st.sampled_from(list(DiscontinuationGround)),
            by=st.just(BERLIN),
        ),
    ),
    max_size=5,
)
"""What somebody with the keys of the courts does at last: ends what there is."""


def stolen(world: World, command, now: Instant) -> None:
    """Do it, if it is not refused, in the name of the court that made the order."""
    abroad = getattr(command, "order_ref", None) in MEASURES
    with suppress(Refused):
        world.do(replace(command, revoked_in="DE") if abroad else suited(command, world), now)


def ended(days: int) -> World:
    """An order in force until somebody says in its second month that it is over since the first."""
    world = World()
    world.do(enter(until=None, issued=day("2023-12-15")), START)
    said = RevokeOrder(order_ref=ORDER, from_=day("2024-01-02"), reason=EndReason.WITHDRAWN, revoked_in="FR")
    world.do(said, Instant(START + days * DAY))
    return world


@settings(max_examples=examples(100), deadline=None)
@given(
    world=legal(), thefts=thefts, ground=st.sampled_from(sorted(FOR_A_PARTY)), wait=st.integers(0, 60).map(DAY.__mul__)
)
@example(world=ended(40), thefts=[], ground=ErasureGround.COURT_ORDERED, wait=0)
@example(world=ended(40), thefts=[], ground=ErasureGround.COURT_ORDERED, wait=WAIT - 1)
@example(world=ended(40), thefts=[], ground=ErasureGround.COURT_ORDERED, wait=WAIT)
def test_no_key_goes_within_28_days_of_the_fact_that_ended_the_order(world, thefts, ground, wait):
    now = Instant(world.last + DAY)
    for number, each in enumerate(thefts):
        stolen(world, each, Instant(now + number))
    now = Instant(max(now, world.last) + wait)
    command = EraseParty(order_ref=ORDER, party=world.order(ORDER).details.parties[0].party_ref, ground=ground)
    try:
        erased = erasure.decide(command, case(world), keys=KEYS, documents={}, now=now)
    except Conflict:
        return
    event("erased")
    assert erased
    assert all(over_by(world, each, now) for each in (ORDER, *MEASURES) if each in world.streams)
    assert all(world.streams[each][-1].recorded_at <= now - WAIT for each in RECOGNITIONS if each in world.streams)


def test_the_property_is_asked_of_erasures_that_are_done():
    """Of the order of the examples: until the last microsecond nothing goes, and then it does."""
    world = ended(40)
    command = EraseParty(order_ref=ORDER, party=PROTECTED, ground=ErasureGround.COURT_ORDERED)
    last = Instant(world.last + WAIT)
    assert not over_by(world, ORDER, Instant(last - 1))
    assert over_by(world, ORDER, last)
    assert MEASURE not in world.streams
    assert erasure.decide(command, case(world), keys=KEYS, documents={}, now=last)


@given(
    ages=st.lists(st.integers(0, 60 * DAY), max_size=4),
    ground=st.sampled_from(sorted(FOR_FORMER_DATA)),
)
def test_no_former_key_goes_within_28_days_of_its_own_correction(ages, ground):
    now = START
    keys = [(SubjectId(ref(f"former {number}")), bytes([number]) * 16) for number in range(len(ages))]
    right = {subject: Instant(now - age) for (subject, _), age in zip(keys, ages, strict=True)}
    command = EraseFormer(order_ref=ORDER, party=PROTECTED, ground=ground)
    due = {key.hex() for (_, key), age in zip(keys, ages, strict=True) if age >= WAIT}

    def erased():
        told = {"documents": {}, "former": {PROTECTED: keys}, "set_right": right, "now": now}
        return {event.key_id for event in erasure.decide_former(command, ended(40).order(ORDER), **told)}

    if keys and not due:
        with pytest.raises(Conflict, match="waiting-period-runs"):
            erased()
    else:
        assert erased() == due
