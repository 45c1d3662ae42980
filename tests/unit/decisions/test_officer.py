"""Officers decided: enrolled by their institution, ended by it, and never by name."""

from uuid import UUID

import pytest

from registry.commands.officer import EndOfficer, EnrolOfficer
from registry.decisions.officer import decide, evolve
from registry.errors import NotFound
from registry.events.base import Actor, Fact
from registry.events.keylist import KeyListUpdated
from registry.events.officer import OfficerEnded, OfficerEnrolled
from registry.values.identifiers import FactId, InstitutionId, KeyId
from registry.values.officer import officer_stream
from registry.values.parties import Identity, Name
from registry.values.time import Instant

POLICE = InstitutionId("fr-police")
ENROL, END = EnrolOfficer(by=POLICE, officer="o-77", identity=None), EndOfficer(by=POLICE, officer="o-77")


def said(event):
    return Fact(
        fact_id=FactId(UUID(int=1)),
        stream=officer_stream(POLICE, "o-77"),
        version=1,
        recorded_at=Instant(1_790_000_000_000_000),
        actor=Actor(institution=POLICE, key_id=KeyId("k")),
        correlation=UUID(int=1),
        event=event,
    )


def after(*commands):
    officer = None
    for command in commands:
        for event in decide(command, officer):
            officer = evolve(officer, said(event))
    return officer


def test_an_officer_is_enrolled_and_set_right_and_ended_once():
    (event,) = decide(ENROL, None)
    assert event == OfficerEnrolled(institution=POLICE, officer="o-77")
    assert decide(ENROL, after(ENROL)) == (event,)
    assert decide(END, after(ENROL)) == (OfficerEnded(institution=POLICE, officer="o-77"),)
    for state in (None, after(ENROL, END)):
        with pytest.raises(NotFound, match="no-such-officer"):
            decide(END, state)
    assert decide(ENROL, after(ENROL, END)) == (event,)


def test_a_name_is_never_decided_on():
    named = EnrolOfficer(by=POLICE, officer="o-77", identity=Identity(name=Name(family="M", given="B")))
    with pytest.raises(TypeError):
        decide(named, None)


def test_facts_of_other_nouns_leave_it_as_it_is():
    other = said(KeyListUpdated(files=()))
    assert evolve(None, other) is None
    assert evolve(after(ENROL), other) == after(ENROL)
