"""Conflicts decided: noted once with who is told, and taken in hand by each of those."""

from uuid import UUID

import pytest

from registry.commands.conflict import AcknowledgeConflict, AlertConflictAgain, NoteConflict
from registry.decisions.conflict import decide, evolve
from registry.errors import NotFound
from registry.events.base import Actor, Fact
from registry.events.conflict import ConflictAcknowledged
from registry.events.keylist import KeyListUpdated
from registry.values.conflict import ConflictRef, Met
from registry.values.identifiers import AlertRef, FactId, InstitutionId, KeyId, OrderRef, StreamId
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import DAY, Instant

NOW = Instant(1_790_000_000_000_000)
COURT, WATCH, POLICE, RUNS = (InstitutionId(each) for each in ("fr-tj", "fr-igpn", "fr-police", "xx-runs"))
NOTE = NoteConflict(
    conflict_ref=ConflictRef(UUID(int=3)),
    order_ref=OrderRef(UUID(int=5)),
    institution=POLICE,
    officer="o-77",
    jurisdiction=Jurisdiction("FR"),
    met=Met.READING,
    recipients=(COURT, WATCH),
)
TAKE = AcknowledgeConflict(conflict_ref=NOTE.conflict_ref, by=WATCH)


def said(event):
    return Fact(
        fact_id=FactId(UUID(int=1)),
        stream=StreamId(NOTE.conflict_ref),
        version=1,
        recorded_at=NOW,
        actor=Actor(institution=WATCH, key_id=KeyId("k")),
        correlation=UUID(int=1),
        event=event,
    )


def after(*commands):
    conflict = None
    for command in commands:
        for event in decide(command, conflict, now=NOW):
            conflict = evolve(conflict, said(event))
    return conflict


def test_it_is_noted_once_with_an_alert_for_each_who_is_told():
    (met,) = decide(NOTE, None, now=NOW)
    assert (met.recipients, met.officer, met.met, met.due) == ((COURT, WATCH), "o-77", Met.READING, NOW + DAY)
    assert len(set(met.alerts)) == 2
    assert decide(NOTE, after(NOTE), now=NOW) == ()


def test_whoever_is_told_takes_it_in_hand_once_and_nobody_else():
    (taken,) = decide(TAKE, after(NOTE), now=NOW)
    assert isinstance(taken, ConflictAcknowledged)
    assert taken.alert_ref == after(NOTE).met.alerts[1]
    assert decide(TAKE, after(NOTE, TAKE), now=NOW) == ()
    for state in (None, after(NOTE)):
        with pytest.raises(NotFound, match="no-such-conflict"):
            decide(AcknowledgeConflict(conflict_ref=NOTE.conflict_ref, by=POLICE), state, now=NOW)


LAPSED = decide(NOTE, None, now=NOW)[0].alerts[0]
LATER = Instant(NOW + DAY + 1)


def again(*candidates, lapsed=LAPSED):
    return AlertConflictAgain(conflict_ref=NOTE.conflict_ref, lapsed=lapsed, candidates=candidates)


def test_what_nobody_took_in_hand_in_time_goes_on_to_the_next_who_was_not_told():
    (alerted,) = decide(again(COURT, WATCH, RUNS), after(NOTE), now=LATER)
    assert (alerted.recipient, alerted.due) == (RUNS, LATER + DAY)
    conflict = evolve(after(NOTE), said(alerted))
    assert conflict.alert_of(RUNS) == (alerted.alert_ref, LATER + DAY)
    assert decide(again(POLICE), conflict, now=LATER) == ()
    (taken,) = decide(AcknowledgeConflict(conflict_ref=NOTE.conflict_ref, by=RUNS), conflict, now=LATER)
    assert taken.alert_ref == alerted.alert_ref
    assert evolve(None, said(alerted)) is None


def test_before_its_time_in_hand_unknown_or_with_nobody_left_it_goes_on_to_nobody():
    taken = AcknowledgeConflict(conflict_ref=NOTE.conflict_ref, by=COURT)
    assert decide(again(RUNS), after(NOTE), now=Instant(NOW + DAY)) == ()
    assert decide(again(RUNS), after(NOTE, taken), now=LATER) == ()
    assert decide(again(RUNS, lapsed=AlertRef(UUID(int=8))), after(NOTE), now=LATER) == ()
    assert decide(again(COURT, WATCH), after(NOTE), now=LATER) == ()
    with pytest.raises(NotFound, match="no-such-conflict"):
        decide(again(RUNS), None, now=LATER)


def test_facts_of_other_nouns_leave_it_as_it_is():
    other = said(KeyListUpdated(files=()))
    assert evolve(None, other) is None
    assert evolve(after(NOTE), other) == after(NOTE)
    (taken,) = decide(TAKE, after(NOTE), now=NOW)
    assert evolve(None, said(taken)) is None
