"""Whatever happens in whatever order: without a representation in force at that instant nobody is told of a look."""

from contextlib import suppress
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from registry.errors import Refused
from registry.values.identifiers import InstitutionId
from registry.values.institution import ChangeKind, Role
from registry.values.representation import RepresentationRef
from registry.values.time import DAY, Instant, LegalMoment
from tests.directory import rights
from tests.given import PROTECTED, RESPONDENT
from tests.representing import ADVOCATES, CHILD, INQUIRY, PARTIES, POLICE, World

ORGANISATIONS = (*ADVOCATES, POLICE, InstitutionId("nobody"))
FIRST = date(2026, 5, 1)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *["record"] * 4,
                *("end", "erase", "suspend", "suspend by two", "reinstate", "end for good", "widen", "narrow"),
                *("wait", "wait long"),
            ]
        ),
        st.integers(0, 11),
        st.sampled_from(ORGANISATIONS),
        st.sampled_from(PARTIES),
        st.sampled_from([-3, 0, 1, 30, 365, 366, 400]),
    ),
    min_size=1,
    max_size=25,
)


class Told:
    """What a reader of the law expects, kept beside the world and worked out in another way."""

    def __init__(self) -> None:
        self.standing: dict[RepresentationRef, tuple[InstitutionId, object, Instant]] = {}

    def over(self, *, organisation: object = None, whom: object = None, made: object = None) -> None:
        self.standing = {
            ref: held
            for ref, held in self.standing.items()
            if ref != made and held[0] != organisation and held[1] != whom
        }


def moved(world: World, told: Told, act: str, organisation: InstitutionId) -> None:
    """Do something to an organisation; where the directory took it, nothing that it held goes on."""
    before = world.directory.roll.version
    if act == "suspend":
        world.suspend(organisation)
    elif act == "suspend by two":
        world.agree(ChangeKind.SUSPEND, organisation, **INQUIRY)
    elif act == "end for good":
        world.agree(ChangeKind.END, organisation)
    else:
        world.agree(ChangeKind.CHANGE_RIGHTS, organisation, rights=rights(Role.ADVOCATE, Role.POLICE))
    member = world.directory.roll.members.get(organisation)
    if world.directory.roll.version != before and member is not None:
        hit = member.ended or member.suspended(world.now) or set(member.rights.roles) != {Role.ADVOCATE}
        if hit:
            told.over(organisation=organisation)


def step(world: World, told: Told, way) -> None:
    act, number, organisation, whom, days = way
    known = list(world.facts)
    if act == "record":
        until = LegalMoment(date=FIRST + timedelta(days=days), zone="Europe/Paris")
        with suppress(Refused):
            made = world.record(whom, organisation, until)
            told.standing[made] = (organisation, whom, until.ends())
    elif act == "end" and known:
        made = known[number % len(known)]
        with suppress(Refused):
            world.end(made)
        told.over(made=made)
    elif act == "erase":
        world.erase(whom)
        told.over(whom=whom)
    elif act == "reinstate":
        world.agree(ChangeKind.REINSTATE, organisation)
    elif act == "narrow":
        world.agree(ChangeKind.CHANGE_RIGHTS, organisation, rights=rights(Role.ADVOCATE))
    elif act in {"wait", "wait long"}:
        world.directory.wait(DAY if act == "wait" else 40 * DAY)
    elif act != "end":
        moved(world, told, act, organisation)


@given(ways=STEPS)
def test_who_looked_is_told_exactly_where_a_representation_stands_at_that_instant(ways):
    world, told = World(), Told()
    for way in ways:
        step(world, told, way)
        for made in [*world.facts, RepresentationRef(RESPONDENT)]:
            held = told.standing.get(made)
            expected = {held[0]} if held and world.now < held[2] else set()
            assert {each for each in ORGANISATIONS if world.opens(made, each)} == expected


@given(ways=STEPS)
def test_nobody_but_an_advocate_ever_acts_and_never_for_a_respondent(ways):
    world, told = World(), Told()
    for way in ways:
        known, members = len(world.facts), dict(world.directory.roll.members)
        step(world, told, way)
        for first, *_ in list(world.facts.values())[known:]:
            assert set(members[first.event.organisation].rights.roles) == {Role.ADVOCATE}
    for first, *_ in world.facts.values():
        assert first.event.party_ref in {PROTECTED, CHILD}
        assert first.event.until <= first.recorded_at + 366 * DAY


def test_a_step_that_opens_is_one_of_those_tried():
    world, told = World(), Told()
    step(world, told, ("record", 0, ADVOCATES[0], PROTECTED, 30))
    (made,) = world.facts
    assert [each for each in ORGANISATIONS if world.opens(made, each)] == [ADVOCATES[0]]
