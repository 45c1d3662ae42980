"""Whatever commands come in whatever order: one person alone widens nobody's rights, and no dead key ever signs in."""

from hypothesis import given
from hypothesis import strategies as st

from registry.access.roll import enrolment_at
from registry.errors import Refused
from registry.values.identifiers import InstitutionId, KeyId, Position
from registry.values.institution import ChangeKind, KeyTerms, Role, SuspensionReason
from registry.values.time import DAY, HOUR, Instant
from tests.directory import (
    ALONE,
    COURT,
    EVERYBODY,
    NEW,
    OPERATOR,
    START,
    SUPERVISOR,
    World,
    change,
    enrolling,
    key,
    rights,
    speaking,
)

PERSONS = ("ann", "bob", "carl", "dora")
SUBJECTS = (OPERATOR, SUPERVISOR, COURT, NEW)

WAYS = st.lists(
    st.tuples(
        st.sampled_from(
            ["propose", "confirm", "withdraw", "suspend", "add", "add later", "retire", "mark", "wait", "wait long"]
        ),
        st.integers(0, 11),
        st.integers(0, 11),
        st.sampled_from(PERSONS),
    ),
    min_size=1,
    max_size=25,
)


def changes(number: int, subject: InstitutionId, serial: int):
    """Give one of the things that can be proposed."""
    terms = KeyTerms(key=key(f"new-{serial}"), begins=START)
    wide = rights(Role.OPERATOR, Role.SUPERVISOR, Role.COURT, Role.POLICE, within=("FR", "DE"))
    return (
        enrolling(name=NEW, given=wide, keys=(f"new-{serial}",)),
        change(ChangeKind.CHANGE_RIGHTS, subject, rights=wide),
        change(ChangeKind.CHANGE_RIGHTS, subject, rights=rights(Role.COURT)),
        change(ChangeKind.SUSPEND, subject, reason=SuspensionReason.INQUIRY),
        change(ChangeKind.REINSTATE, subject),
        change(ChangeKind.END, subject),
        change(ChangeKind.ADD_KEY, subject, keys=(terms,)),
        change(ChangeKind.MARK_KEY_COMPROMISED, subject, key_id=KeyId("c1"), position=Position(1)),
    )[number % 8]


def step(world: World, way, names: list[str], owner: InstitutionId, serial: int) -> None:
    """Do one thing with a key of the adversary's, in any person's name; refusals are what is expected of most."""
    act, first, second, person = way
    by = speaking(owner, names[first % len(names)], person)
    tabled = list(world.roll.proposals)
    subject = SUBJECTS[second % len(SUBJECTS)]
    try:
        match act:
            case "propose":
                world.propose(changes(first, subject, serial), by)
            case "confirm" if tabled:
                world.confirm(tabled[second % len(tabled)], by)
            case "withdraw" if tabled:
                world.withdraw(tabled[second % len(tabled)], by)
            case "suspend":
                world.suspend(subject, by)
            case "add" | "add later":
                world.add(f"own-{serial}", by, begins=world.now + (DAY if act == "add later" else 0))
                names.append(f"own-{serial}")
            case "retire":
                world.retire(names[second % len(names)], by)
            case "mark":
                world.mark(names[second % len(names)], world.position + 2 - second, by)
            case "wait":
                world.wait(HOUR)
            case "wait long":
                world.wait(2 * DAY)
            case _:
                pass
    except Refused:
        pass


def may(world: World, now: Instant) -> set:
    """Give all that anybody may do at an instant, and whose hands may sign for whom."""
    found = set()
    for name, member in world.roll.members.items():
        if member.ended or member.suspended(now):
            continue
        found |= {(name, role, place) for role in member.rights.roles for place in member.rights.jurisdictions}
        found |= {(name, purpose) for purpose in member.rights.purposes}
        found |= {(name, "hand", held.line) for held in member.keys.values() if held.signs(now)}
    return found


def alone(world: World, ways, owner: InstitutionId, own: str) -> None:
    before = world.roll
    names = [own]
    for serial, way in enumerate(ways):
        step(world, way, names, owner, serial)
        # What would be at this instant if the adversary had done nothing: others' emergencies lapse by themselves.
        untouched = World(members=())
        untouched.roll = before
        assert may(world, world.now) <= may(untouched, world.now)


@given(ways=WAYS, one=st.booleans(), who=st.sampled_from([(OPERATOR, "o1"), (COURT, "c1"), (SUPERVISOR, "s1")]))
def test_one_person_alone_widens_nobodys_rights_in_whatever_names_they_speak(ways, one, who):
    world = World(members=ALONE if one and who[0] != SUPERVISOR else EVERYBODY)
    alone(world, ways, *who)


@given(ways=WAYS, emergency=st.booleans())
def test_nor_by_what_a_colleague_has_left_on_the_table(ways, emergency):
    """The colleague's second person is of the other institution; whoever speaks in the colleague's name is not."""
    world = World()
    carl = speaking(OPERATOR, "o2", "carl")
    world.propose(changes(1, COURT, 99), carl)
    world.propose(enrolling(), carl)
    if emergency:
        world.suspend(COURT, carl)
    alone(world, ways, OPERATOR, "o1")


@given(ways=WAYS, at=st.integers(0, 400 * DAY))
def test_a_key_that_is_retired_over_or_in_wrong_hands_never_signs_in(ways, at):
    world = World()
    world.add("c2", begins=START + HOUR, ends=Instant(START + 5 * DAY))
    names = ["c1", "c2"]
    for serial, way in enumerate(ways):
        step(world, way, names, COURT, serial)
        now = Instant(world.now + at)
        enrolment, _ = enrolment_at(world.roll, now)
        for (owner, name), public in enrolment.keys.items():
            held = world.roll.members[owner].keys[name]
            assert held.compromised is None
            assert held.begins <= now
            assert held.ends is None or now < held.ends
            assert held.key == public


@given(ways=WAYS)
def test_rotation_leaves_no_instant_without_a_key(ways):
    """Of keys that have no end of their own and are not in wrong hands, one signs at every instant."""
    world = World()
    names = ["c1"]
    for serial, way in enumerate(ways):
        if way[0] in {"add", "add later", "retire", "wait", "wait long"}:
            step(world, way, names, COURT, serial)
        member = world.roll.members[COURT]
        instants = {world.now, *(held.ends for held in member.keys.values() if held.ends and held.ends >= world.now)}
        assert all(member.signing(at) for at in instants)
