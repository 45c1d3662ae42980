"""The withdrawal of a key: two institutions say it, and a date that was said only moves towards the beginning."""

from dataclasses import replace
from typing import Any

import pytest

from registry.commands.keylist import ConfirmKeyWithdrawal, ProposeKeyWithdrawal
from registry.decisions.withdrawal import MAXIMUM_WAITING, Withdrawal, decide, evolve
from registry.errors import Conflict, NotFound, Refused
from registry.events.base import Actor, Fact
from registry.events.feed import FeedRead
from registry.events.keylist import KeyWithdrawalProposed, KeyWithdrawn
from registry.values.identifiers import FactId, InstitutionId, KeyId
from registry.values.jurisdiction import Jurisdiction
from registry.values.keylist import KeyGround, SigningUse, key_stream
from registry.values.time import SECOND, Instant
from tests.given import ref

NOW = Instant(1_700_000_000 * SECOND)
SINCE = Instant(NOW - 60 * SECOND)
STREAM = key_stream(SigningUse.CARD, Jurisdiction("FR"), "k1")
PROPOSE = ProposeKeyWithdrawal(
    kid="k1",
    use=SigningUse.CARD,
    jurisdiction=Jurisdiction("FR"),
    ground=KeyGround.COMPROMISED,
    since=SINCE,
    by=InstitutionId("operator"),
)
LILLE = InstitutionId("lille")
CONFIRM = ConfirmKeyWithdrawal(stream=STREAM, since=SINCE, ground=KeyGround.COMPROMISED, by=LILLE)


def fact(event: Any, by: str = "operator") -> Fact[Any]:
    return Fact(
        fact_id=FactId(ref("fact")),
        stream=STREAM,
        version=1,
        recorded_at=NOW,
        actor=Actor(institution=InstitutionId(by), key_id=KeyId("1")),
        correlation=ref("fact"),
        event=event,
    )


def done(*steps: tuple[Any, str]) -> Withdrawal | None:
    """Decide and record each command in turn."""
    state = None
    for command, by in steps:
        for event in decide(replace(command, by=InstitutionId(by)), state, now=NOW):
            state = evolve(state, fact(event, by))
    return state


PROPOSED = done((PROPOSE, "operator"))
WITHDRAWN = done((PROPOSE, "operator"), (CONFIRM, "lille"))


def test_what_one_proposes_another_confirms():
    assert PROPOSED is not None
    assert PROPOSED.withdrawn is None
    (event,) = decide(CONFIRM, PROPOSED, now=NOW)
    assert event == KeyWithdrawn(
        kid="k1", use=SigningUse.CARD, jurisdiction=Jurisdiction("FR"), ground=KeyGround.COMPROMISED, since=SINCE
    )
    assert Withdrawal(withdrawn=event) == WITHDRAWN


def test_whoever_proposes_does_not_confirm():
    state = done((PROPOSE, "lille"))
    with pytest.raises(Refused, match="proposer-does-not-confirm"):
        decide(CONFIRM, state, now=NOW)
    other = replace(CONFIRM, by=InstitutionId("paris"))
    assert [type(each) for each in decide(other, state, now=NOW)] == [KeyWithdrawn]


@pytest.mark.parametrize("since", [Instant(NOW + SECOND), Instant(SINCE + 1)])
def test_a_key_is_withdrawn_since_a_whole_second_that_has_passed(since: Instant):
    with pytest.raises(Refused, match="withdrawal-of-another-time"):
        decide(replace(PROPOSE, since=since), None, now=NOW)
    assert decide(replace(PROPOSE, since=NOW), None, now=NOW)


def test_what_was_said_is_not_said_twice():
    assert decide(PROPOSE, PROPOSED, now=NOW) == ()
    assert decide(PROPOSE, WITHDRAWN, now=NOW) == ()
    assert decide(CONFIRM, WITHDRAWN, now=NOW) == ()


def test_a_date_only_moves_towards_the_beginning():
    for later in (replace(PROPOSE, since=NOW), replace(PROPOSE, ground=KeyGround.REPLACED)):
        with pytest.raises(Conflict, match="key-withdrawn-earlier"):
            decide(later, WITHDRAWN, now=NOW)
    earlier = replace(PROPOSE, since=Instant(SINCE - SECOND))
    with pytest.raises(Conflict, match="key-withdrawn-earlier"):  # what is in wrong hands is never only replaced
        decide(replace(earlier, ground=KeyGround.REPLACED), WITHDRAWN, now=NOW)
    state = done((PROPOSE, "operator"), (CONFIRM, "lille"), (earlier, "operator"))
    assert state is not None
    assert state.withdrawn is not None  # what holds goes on to hold until the earlier date is confirmed
    again = done(
        (PROPOSE, "operator"), (CONFIRM, "lille"), (earlier, "x"), (replace(CONFIRM, since=earlier.since), "y")
    )
    assert again is not None
    assert again.withdrawn is not None
    assert again.withdrawn.since == earlier.since


def test_a_key_that_was_replaced_may_be_found_in_wrong_hands_since_the_same_instant():
    replaced = replace(PROPOSE, ground=KeyGround.REPLACED)
    confirmed = replace(CONFIRM, ground=KeyGround.REPLACED)
    state = done((replaced, "operator"), (confirmed, "lille"), (PROPOSE, "operator"), (CONFIRM, "lille"))
    assert state is not None
    assert state.withdrawn is not None
    assert (state.withdrawn.since, state.withdrawn.ground) == (SINCE, KeyGround.COMPROMISED)


def test_a_confirmation_is_of_the_proposal_that_was_read():
    with pytest.raises(Conflict, match="another-withdrawal-proposed"):
        decide(replace(CONFIRM, since=NOW), PROPOSED, now=NOW)
    for state in (None, WITHDRAWN):
        with pytest.raises(NotFound, match="no-such-key-withdrawal"):
            decide(replace(CONFIRM, since=NOW), state, now=NOW)


def test_nobody_makes_less_of_a_theft_between_reading_and_confirming():
    """Whoever holds the key proposes, for the same second, that it was only replaced."""
    less = replace(PROPOSE, ground=KeyGround.REPLACED)
    with pytest.raises(Conflict, match="another-withdrawal-proposed") as refusal:
        decide(CONFIRM, done((less, "thief")), now=NOW)
    assert refusal.value.field == "/ground"
    (event,) = decide(CONFIRM, done((PROPOSE, "operator"), (less, "thief")), now=NOW)
    assert isinstance(event, KeyWithdrawn)
    assert event.ground is KeyGround.COMPROMISED
    with pytest.raises(NotFound, match="no-such-key-withdrawal"):
        decide(replace(CONFIRM, ground=KeyGround.REPLACED), WITHDRAWN, now=NOW)


def test_nobody_keeps_a_key_in_use_by_proposing_something_else():
    """Each proposal waits for its second person; who proposed which is kept apart."""
    others = [replace(PROPOSE, since=Instant(SINCE - each * SECOND)) for each in range(1, 4)]
    state = done((PROPOSE, "operator"), *((each, "lille") for each in others))
    assert [type(each) for each in decide(CONFIRM, state, now=NOW)] == [KeyWithdrawn]
    with pytest.raises(Refused, match="proposer-does-not-confirm"):
        decide(replace(CONFIRM, since=others[0].since), state, now=NOW)
    assert decide(PROPOSE, state, now=NOW) == ()


def test_what_says_more_of_a_key_goes_on_to_wait_where_less_was_confirmed():
    """Whoever holds the key has a late date confirmed; the theft that a court has proposed is not lost with it."""
    theft = replace(PROPOSE, since=Instant(SINCE - 30 * SECOND))
    less = replace(PROPOSE, since=NOW, ground=KeyGround.REPLACED)
    same = replace(less, ground=KeyGround.COMPROMISED)
    lesser = replace(less, since=SINCE)
    steps = [(theft, "nantes"), (lesser, "nantes"), (same, "nantes"), (less, "thief")]
    late = replace(CONFIRM, since=NOW, ground=KeyGround.REPLACED)
    state = done(*steps, (late, "unwitting"))
    assert state is not None
    assert state.withdrawn is not None
    assert (state.withdrawn.since, state.withdrawn.ground) == (NOW, KeyGround.REPLACED)
    assert [(each.since, each.ground) for each, _ in state.waiting] == [
        (theft.since, KeyGround.COMPROMISED),
        (SINCE, KeyGround.REPLACED),
        (NOW, KeyGround.COMPROMISED),
    ]
    assert decide(late, state, now=NOW) == ()  # what holds is said again
    (event,) = decide(replace(CONFIRM, since=theft.since), state, now=NOW)
    assert isinstance(event, KeyWithdrawn)
    after = evolve(state, fact(event, "lille"))
    assert after == Withdrawal(withdrawn=event)  # nothing that waited says more than that
    with pytest.raises(NotFound, match="no-such-key-withdrawal"):
        decide(replace(CONFIRM, since=SINCE), after, now=NOW)


def test_an_institution_has_so_many_proposals_of_a_key_and_takes_up_nobody_elses():
    many = [(replace(PROPOSE, since=Instant(SINCE - each * SECOND)), "thief") for each in range(MAXIMUM_WAITING)]
    state = done(*many)
    one_more = replace(PROPOSE, since=Instant(SINCE - 3600 * SECOND), by=InstitutionId("thief"))
    with pytest.raises(Conflict, match="too-many-proposals"):
        decide(one_more, state, now=NOW)
    assert len(decide(replace(one_more, by=LILLE), state, now=NOW)) == 1
    assert decide(replace(PROPOSE, by=InstitutionId("thief")), state, now=NOW) == ()


def test_a_stream_of_another_noun_is_no_withdrawal():
    other = FeedRead(
        source="s",
        jurisdiction=Jurisdiction("FR"),
        read_at=NOW,
        records=0,
        accepted=0,
        needs_attention=0,
        rejected=0,
    )
    assert evolve(None, fact(other)) is None
    assert isinstance(PROPOSED and PROPOSED.said, KeyWithdrawalProposed)


def test_each_key_has_a_stream_of_its_own():
    states = (Jurisdiction("FR"), Jurisdiction("GB-EAW"))
    streams = {key_stream(use, code, kid) for use in SigningUse for code in states for kid in ("k1", "k2")}
    assert len(streams) == 4 * len(SigningUse)
