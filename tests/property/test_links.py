"""Who is one person in several orders, whatever was said in whatever order: as reachability in a graph has it."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from registry.law.links import Saying, contradicts, counting, persons, reached, same_persons
from registry.values.identifiers import OrderRef, PartyRef
from registry.values.party import PartyOfOrder
from registry.values.time import Instant
from tests.given import ref

ORDERS = [OrderRef(ref(f"order {n}")) for n in range(4)]
PARTIES = [PartyOfOrder(order_ref=o, party_ref=PartyRef(ref(f"{o} {n}"))) for o in ORDERS for n in range(2)]
TIMES = st.integers(0, 12).map(Instant)


@st.composite
def saying(draw):
    one = draw(st.sampled_from(PARTIES))
    other = draw(st.sampled_from([party for party in PARTIES if party.order_ref != one.order_ref]))
    since = draw(TIMES)
    until = draw(st.none() | st.integers(since + 1, 14).map(Instant))
    return Saying(one=one, other=other, recorded_at=since, retracted_at=until)


SAYINGS = st.lists(saying(), max_size=7)


def turned(said):
    return Saying(one=said.other, other=said.one, recorded_at=said.recorded_at, retracted_at=said.retracted_at)


def reachable(start, sayings, at):
    """Give every party that is the same person, by walking."""
    seen, left = {start}, [start]
    while left:
        here = left.pop()
        for said in sayings:
            for a, b in ((said.one, said.other), (said.other, said.one)):
                if said.counts(at) and a == here and b not in seen:
                    seen.add(b)
                    left.append(b)
    return seen


@given(sayings=SAYINGS, data=st.data())
def test_the_order_and_the_direction_of_what_is_said_change_nothing(sayings, data):
    shuffled = data.draw(st.permutations(sayings))
    flipped = [turned(said) if data.draw(st.booleans()) else said for said in shuffled]
    for own in ORDERS:
        assert same_persons(own, sayings) == same_persons(own, flipped)


@given(sayings=SAYINGS, at=TIMES)
def test_a_party_is_whoever_can_be_reached_from_it_at_that_time(sayings, at):
    for own in ORDERS:
        found = same_persons(own, sayings)
        told = {(link.own, order, link.other) for order, links in found.items() for link in links if link.known(at)}
        walked = {
            (party.party_ref, other.order_ref, other.party_ref)
            for party in PARTIES
            if party.order_ref == own
            for other in reachable(party, sayings, at)
            if other.order_ref != own
        }
        assert told == walked


@given(sayings=SAYINGS)
def test_no_time_is_told_twice(sayings):
    for links in same_persons(ORDERS[0], sayings).values():
        for link in links:
            times = [(e.recorded_at, e.retracted_at or 99) for e in links if (e.own, e.other) == (link.own, link.other)]
            assert all(end < begin for (_, end), (begin, _) in pairwise(times))


@given(sayings=SAYINGS, at=TIMES)
def test_whoever_would_be_two_parties_of_one_order_is_nobody_there(sayings, at):
    now = [(said.one, said.other) for said in sayings if said.counts(at)]
    for links in same_persons(ORDERS[0], sayings).values():
        counted = counting(links, at)
        assert len(set(counted.values())) == len(counted)
        known = {(link.own, link.other) for link in links if link.known(at)}
        assert set(counted.items()) <= known
        if not contradicts(now):
            assert set(counted.items()) == known


@given(sayings=SAYINGS, at=TIMES, data=st.data())
def test_what_is_said_of_strangers_changes_nothing(sayings, at, data):
    strangers = [PartyOfOrder(order_ref=OrderRef(ref(f"x{n}")), party_ref=PartyRef(ref(f"y{n}"))) for n in range(2)]
    unrelated = Saying(one=strangers[0], other=strangers[1], recorded_at=at)
    place = data.draw(st.integers(0, len(sayings)))
    for own in ORDERS:
        assert same_persons(own, [*sayings[:place], unrelated, *sayings[place:]]) == same_persons(own, sayings)


@given(pairs=st.lists(st.tuples(st.sampled_from(PARTIES), st.sampled_from(PARTIES)), max_size=8))
def test_nobody_is_two_persons(pairs):
    found = persons(pairs)
    assert sum(map(len, found)) == len(set().union(*found))


def test_links_are_followed_however_far_and_never_farther_than_an_answer_reads():
    chain = {ORDERS[n]: [(ref(f"link {n}"), ORDERS[n + 1])] for n in range(3)}
    assert len(reached([ORDERS[0]], lambda order: chain.get(order, ()), most=10)) == 3
    assert len(reached([ORDERS[0]], lambda order: chain.get(order, ()), most=1)) == 2
