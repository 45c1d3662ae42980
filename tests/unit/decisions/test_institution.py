"""The directory: founded once, changed by two persons, its keys rotated without a gap and taken away at once."""

from dataclasses import replace

import pytest

from registry.access.actors import EVERY_PURPOSE
from registry.commands import institution as commands
from registry.decisions.institution import MAXIMUM_CONFIRMED
from registry.decisions.institution_keys import FURTHEST_BEGINNING
from registry.decisions.proposal import EMERGENCY_LIFE, MAXIMUM_PROPOSALS, PROPOSAL_LIFE
from registry.errors import Conflict, NotFound, NotPermitted, Refused
from registry.events import institution as events
from registry.values.account import NO_KEYS
from registry.values.identifiers import FactId, InstitutionId, KeyId, OrderRef, Position, ProposalRef
from registry.values.institution import ChangeKind, KeyTerms, Role, SuspensionReason
from registry.values.time import DAY, Instant
from tests.directory import (
    ALONE,
    COURT,
    EVERYBODY,
    ITSELF,
    NEW,
    OPERATOR,
    START,
    STREAM,
    SUPERVISOR,
    World,
    change,
    enrolling,
    key,
    member,
    rights,
    speaking,
)
from tests.given import ref

ANN, BOB = speaking(OPERATOR, "o1", "ann"), speaking(SUPERVISOR, "s1", "bob")
CARL = speaking(OPERATOR, "o2", "carl")
WIDER = rights(Role.COURT, Role.EXECUTING_AUTHORITY, purposes=EVERY_PURPOSE)


def refused(code: str, kind=Refused):
    return pytest.raises(kind, match=f"^{code}$")


def test_a_directory_is_founded_once_with_every_institution_of_the_list():
    world = World()
    assert [type(fact.event) for _, fact in world.facts] == [
        events.DirectoryFounded,
        *[events.InstitutionEnrolled] * 3,
    ]
    assert list(world.roll.members) == [OPERATOR, SUPERVISOR, COURT]
    assert world.signs(COURT, "c1")
    assert world.enrolment().institutions[COURT].purposes == {"INVESTIGATION"}
    again = commands.FoundDirectory(stream=STREAM, institutions=EVERYBODY, digest="11" * 32)
    with refused("directory-founded", Conflict):
        world.do(again, ITSELF)


def test_no_two_institutions_are_founded_with_one_key():
    world = World(members=())
    twice = (EVERYBODY[0], member("de-court", rights(Role.COURT), "o1"))
    with refused("key-in-use", Conflict):
        world.do(commands.FoundDirectory(stream=STREAM, institutions=twice, digest="00" * 32), ITSELF)


def test_nothing_follows_from_a_proposal_until_another_person_has_confirmed_it():
    world = World()
    proposal = world.propose(enrolling())
    assert NEW not in world.enrolment().institutions
    confirmed, enrolled = world.confirm(proposal)
    assert isinstance(confirmed, events.ChangeConfirmed)
    assert enrolled.institution == NEW
    assert world.signs(NEW, "d1")
    with refused("no-such-proposal", NotFound):
        world.confirm(proposal, digest="00" * 32)


@pytest.mark.parametrize(
    ("by", "code"),
    [
        (ANN, "second-person-needed"),
        (speaking(OPERATOR, "o2", "ann"), "second-person-needed"),
        (speaking(OPERATOR, "o1", "carl"), "second-person-needed"),
        (speaking(SUPERVISOR, "s1", "ann"), "second-person-needed"),
        (CARL, "other-institution-needed"),
        (speaking(COURT, "c1", "judge"), "role-not-permitted"),
        (speaking(SUPERVISOR, "s9", "bob"), "key-not-signing"),
        (speaking(InstitutionId("nobody"), "s1", "bob"), "key-not-signing"),
    ],
)
def test_who_may_not_be_the_second_person(by, code):
    world = World()
    proposal = world.propose(enrolling())
    with refused(code, NotPermitted):
        world.confirm(proposal, by)
    assert world.confirm(proposal, BOB)


def test_where_one_institution_governs_two_of_its_persons_with_two_keys_do():
    world = World(members=ALONE)
    proposal = world.propose(enrolling())
    for by in (ANN, speaking(OPERATOR, "o1", "carl"), speaking(OPERATOR, "o2", "ann")):
        with refused("second-person-needed", NotPermitted):
            world.confirm(proposal, by)
    assert world.confirm(proposal, CARL)


BERLIN = InstitutionId("de-governor")
IN_BERLIN = speaking(BERLIN, "g1", "greta")
GERMAN = rights(Role.COURT, within=("DE",))


def governed_by_two() -> World:
    """One institution with two keys governs France and Germany; another one Germany alone, where a court is."""
    german = member(BERLIN, rights(Role.SUPERVISOR, within=("DE",)), "g1")
    return World(members=(EVERYBODY[0], german, member(COURT, rights(Role.COURT), "c1"), member(NEW, GERMAN, "d1")))


@pytest.mark.parametrize(
    "said",
    [
        change(ChangeKind.END, NEW),
        change(ChangeKind.CHANGE_RIGHTS, NEW, rights=rights(Role.COURT, within=("DE", "FR"))),
        change(ChangeKind.CHANGE_RIGHTS, COURT, rights=rights(Role.COURT, within=("DE", "FR"))),
        enrolling(InstitutionId("new"), rights(Role.POLICE, within=("DE", "FR")), ("n1",)),
    ],
    ids=["end", "widen", "widen-another", "enrol"],
)
def test_who_governs_one_of_the_places_is_not_passed_over_by_adding_another(said):
    world = governed_by_two()
    proposal = world.propose(said)
    with refused("other-institution-needed", NotPermitted):
        world.confirm(proposal, CARL)
    assert world.confirm(proposal, IN_BERLIN)


def test_who_governs_a_part_of_a_place_is_asked_too():
    part = member(BERLIN, rights(Role.SUPERVISOR, within=("US-CA",)), "g1")
    whole = member(OPERATOR, rights(Role.OPERATOR, within=("US",)), "o1", "o2")
    world = World(members=(whole, part))
    proposal = world.propose(enrolling(InstitutionId("new"), rights(Role.POLICE, within=("US",)), ("n1",)))
    with refused("other-institution-needed", NotPermitted):
        world.confirm(proposal, CARL)
    assert world.confirm(proposal, IN_BERLIN)


def test_who_governs_one_of_the_places_is_not_enough_where_another_governs_all():
    german = member(BERLIN, rights(Role.SUPERVISOR, within=("DE",)), "g1")
    world = World(members=(*EVERYBODY, german))
    proposal = world.propose(enrolling(given=rights(Role.COURT, within=("DE", "FR"))))
    with refused("outside-own-jurisdiction", NotPermitted):
        world.confirm(proposal, IN_BERLIN)
    assert world.confirm(proposal, BOB)


def test_a_key_that_was_added_with_another_is_in_the_same_hands():
    world = World(members=ALONE)
    world.add("o3", ANN)
    proposal = world.propose(enrolling())
    with refused("second-person-needed", NotPermitted):
        world.confirm(proposal, speaking(OPERATOR, "o3", "carl"))
    assert world.confirm(proposal, CARL)


def test_an_emergency_suspension_of_the_other_does_not_make_one_alone():
    world = World()
    world.suspend(SUPERVISOR, ANN)
    proposal = world.propose(enrolling())
    with refused("other-institution-needed", NotPermitted):
        world.confirm(proposal, CARL)
    with refused("key-not-signing", NotPermitted):
        world.confirm(proposal, BOB)


def test_an_institution_that_two_persons_suspended_need_not_be_asked():
    world = World(members=(*EVERYBODY, member("xx-third", rights(Role.SUPERVISOR, within=("FR", "DE")), "t1")))
    third = speaking(InstitutionId("xx-third"), "t1", "dora")
    for subject in (SUPERVISOR,):
        proposal = world.propose(change(ChangeKind.SUSPEND, subject, reason=SuspensionReason.INQUIRY))
        world.confirm(proposal, third)
    world.mark("t1", 1, speaking(InstitutionId("xx-third"), "t1"))
    assert world.confirm(world.propose(enrolling()), CARL)


def test_a_change_needs_persons():
    world = World()
    with refused("person-needed"):
        world.propose(enrolling(), speaking(OPERATOR, "o1"))


def test_who_governs_elsewhere_does_not_govern_here():
    world = World(members=(*EVERYBODY, member("de-op", rights(Role.OPERATOR, within=("DE",)), "e1")))
    german = speaking(InstitutionId("de-op"), "e1", "eva")
    with refused("outside-own-jurisdiction", NotPermitted):
        world.propose(change(ChangeKind.END), german)
    with refused("outside-own-jurisdiction", NotPermitted):
        world.propose(enrolling(given=rights(Role.COURT, within=("DE", "ES"))))
    assert world.confirm(world.propose(enrolling()), german)


def test_what_is_confirmed_is_what_was_read():
    world = World()
    proposal = world.propose(enrolling())
    with refused("digest-differs", Conflict):
        world.confirm(proposal, digest="00" * 32)
    other = world.propose(enrolling(name=InstitutionId("de-other"), keys=("d2",)))
    assert world.roll.proposals[proposal].digest != world.roll.proposals[other].digest


def test_a_proposal_expires_and_goes_from_the_table():
    world = World()
    proposal = world.propose(enrolling())
    world.wait(PROPOSAL_LIFE)
    with refused("proposal-expired", Conflict):
        world.confirm(proposal)
    with refused("proposal-expired", Conflict):
        world.withdraw(proposal, ANN)
    world.propose(change(ChangeKind.END))
    assert proposal not in world.roll.proposals


def test_a_proposal_is_withdrawn_by_its_proposer_or_by_who_could_confirm_it():
    world = World()
    for by in (ANN, BOB):
        proposal = world.propose(enrolling())
        world.withdraw(proposal, by)
        with refused("no-such-proposal", NotFound):
            world.confirm(proposal, digest="00" * 32)
    proposal = world.propose(enrolling())
    with refused("role-not-permitted", NotPermitted):
        world.withdraw(proposal, speaking(COURT, "c1", "judge"))


def test_a_proposal_falls_with_the_key_that_it_was_made_with():
    world = World()
    proposal = world.propose(enrolling())
    world.mark("o1", 1, speaking(OPERATOR, "o2"))
    with refused("proposal-void", Conflict):
        world.confirm(proposal)


def test_a_proposal_is_void_while_its_proposer_is_suspended():
    world = World()
    proposal = world.propose(enrolling())
    world.suspend(OPERATOR, BOB)
    with refused("proposal-void", Conflict):
        world.confirm(proposal)


def test_a_proposal_is_of_the_rights_that_it_was_read_beside():
    world = World()
    first = world.propose(change(ChangeKind.CHANGE_RIGHTS, rights=WIDER))
    second = world.propose(change(ChangeKind.CHANGE_RIGHTS, rights=rights(Role.COURT)))
    world.add("c2")
    world.confirm(second)
    with refused("proposal-outdated", Conflict):
        world.confirm(first)


def test_rights_say_whether_they_were_widened_or_narrowed():
    world = World()
    _, wider = world.agree(change(ChangeKind.CHANGE_RIGHTS, rights=WIDER))
    assert (wider.widened, wider.narrowed) == (True, False)
    assert world.enrolment().institutions[COURT].roles == {Role.COURT, Role.EXECUTING_AUTHORITY}
    _, narrower = world.agree(change(ChangeKind.CHANGE_RIGHTS, rights=rights(Role.COURT, within=("FR-59",))))
    assert (narrower.widened, narrower.narrowed) == (False, True)
    _, renamed = world.agree(change(ChangeKind.CHANGE_RIGHTS, name="Another name", contact="+33 2"))
    assert (renamed.widened, renamed.narrowed) == (False, False)
    assert world.enrolment().institutions[COURT].contact == "+33 2"
    with refused("nothing-to-change"):
        world.propose(change(ChangeKind.CHANGE_RIGHTS, name="Another name"))


@pytest.mark.parametrize(
    "said",
    [
        change(ChangeKind.ENROL, NEW, name="A", contact="+1"),
        change(ChangeKind.SUSPEND),
        change(ChangeKind.END, name="A"),
        change(ChangeKind.REINSTATE, reason=SuspensionReason.MISUSE),
        change(ChangeKind.ADD_KEY),
        change(ChangeKind.MARK_KEY_COMPROMISED, key_id=KeyId("c1")),
        replace(enrolling(), key_id=KeyId("c1")),
    ],
)
def test_a_change_says_what_its_kind_needs_and_no_more(said):
    with refused("change-incomplete"):
        World().propose(said)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (enrolling(name=COURT), "institution-enrolled"),
        (enrolling(given=rights(within=("DE",))), "rights-incomplete"),
        (enrolling(given=rights(Role.COURT, within=())), "rights-incomplete"),
        (enrolling(given=rights(Role.REGISTRY, within=("DE",))), "rights-incomplete"),
        (enrolling(keys=("c1",)), "key-in-use"),
        (enrolling(keys=("d1", "d1")), "key-in-use"),
        (enrolling(keys=tuple(f"d{n}" for n in range(9))), "too-many"),
        (change(ChangeKind.END, InstitutionId("nobody")), "no-such-institution"),
        (change(ChangeKind.REINSTATE), "nothing-to-change"),
        (change(ChangeKind.CHANGE_RIGHTS, rights=rights(within=("FR",))), "rights-incomplete"),
        (change(ChangeKind.MARK_KEY_COMPROMISED, key_id=KeyId("x"), position=Position(1)), "no-such-key"),
    ],
)
def test_a_change_that_could_not_be_done_is_not_put_before_anybody(said, code):
    world = World()
    with refused(code):
        world.propose(said)
    assert not world.roll.proposals


def test_suspended_ended_and_back():
    world = World()
    world.agree(change(ChangeKind.SUSPEND, reason=SuspensionReason.INQUIRY))
    assert not world.signs(COURT, "c1")
    assert world.enrolment().institutions[COURT].contact == "+33 1"
    with refused("nothing-to-change"):
        world.propose(change(ChangeKind.SUSPEND, reason=SuspensionReason.INQUIRY))
    world.agree(change(ChangeKind.REINSTATE))
    assert world.signs(COURT, "c1")
    world.agree(change(ChangeKind.END))
    assert COURT not in world.enrolment().institutions
    assert not world.signs(COURT, "c1")
    with refused("institution-ended", Conflict):
        world.propose(change(ChangeKind.REINSTATE))
    with refused("institution-enrolled", Conflict):
        world.propose(enrolling(name=COURT))


@pytest.mark.parametrize(
    "said",
    [
        change(ChangeKind.END, OPERATOR),
        change(ChangeKind.SUSPEND, OPERATOR, reason=SuspensionReason.INQUIRY),
        change(ChangeKind.CHANGE_RIGHTS, OPERATOR, rights=rights(Role.COURT, within=("FR", "DE"))),
    ],
)
def test_somebody_is_left_who_can_change_something(said):
    with refused("nobody-would-govern", Conflict):
        World(members=ALONE).propose(said)
    world = World()
    proposal = world.propose(said)
    assert world.confirm(proposal)


def test_the_last_that_governs_may_be_renamed():
    world = World(members=ALONE)
    assert world.propose(change(ChangeKind.CHANGE_RIGHTS, OPERATOR, name="Another name"))


def test_an_emergency_counts_at_once_and_lapses():
    world = World()
    world.suspend()
    assert not world.signs(COURT, "c1")
    world.wait(EMERGENCY_LIFE)
    assert world.signs(COURT, "c1")
    with refused("emergency-used", Conflict):
        world.suspend()
    with refused("emergency-used", Conflict):
        world.suspend(by=CARL)


def test_an_emergency_that_is_confirmed_stays():
    world = World()
    proposal = world.suspend()
    world.confirm(proposal)
    world.wait(EMERGENCY_LIFE)
    assert not world.signs(COURT, "c1")
    world.agree(change(ChangeKind.REINSTATE))
    world.suspend()


def test_an_emergency_is_taken_back_by_who_said_it_and_by_no_other_one_alone():
    world = World()
    proposal = world.suspend()
    for by in (BOB, CARL, speaking(OPERATOR, "o2", "ann")):
        with refused("second-person-needed", NotPermitted):
            world.withdraw(proposal, by)
    withdrawn, reinstated = world.withdraw(proposal, ANN)
    assert isinstance(withdrawn, events.ChangeWithdrawn)
    assert reinstated.withdrawn
    assert world.signs(COURT, "c1")
    with refused("emergency-used", Conflict):
        world.suspend()


def test_two_persons_lift_an_emergency_and_its_confirmation_comes_too_late():
    world = World()
    proposal = world.suspend()
    world.agree(change(ChangeKind.REINSTATE))
    assert world.signs(COURT, "c1")
    with refused("proposal-outdated", Conflict):
        world.confirm(proposal)


def test_an_emergency_that_another_has_renewed_is_not_lifted_with_the_first():
    world = World()
    first = world.suspend()
    world.wait(1000)
    world.suspend(by=BOB)
    assert [type(event) for event in world.withdraw(first, ANN)] == [events.ChangeWithdrawn]
    assert not world.signs(COURT, "c1")


def test_a_reference_is_used_once_and_the_table_has_an_end():
    world = World()
    proposal = world.propose(enrolling())
    with refused("reference-in-use", Conflict):
        world.do(commands.ProposeChange(stream=STREAM, proposal_ref=proposal, change=enrolling()), ANN)
    for _ in range(MAXIMUM_PROPOSALS - 1):
        world.propose(enrolling())
    with refused("too-many-proposals", Conflict):
        world.propose(enrolling())
    with refused("too-many-proposals", Conflict):
        world.suspend()


def test_two_persons_add_a_key_and_mark_one():
    world = World()
    terms = KeyTerms(key=key("c2"), begins=START)
    world.agree(change(ChangeKind.ADD_KEY, keys=(terms,)))
    assert world.roll.members[COURT].keys["c2"].line == "c2"
    world.agree(change(ChangeKind.MARK_KEY_COMPROMISED, key_id=KeyId("c1"), position=Position(5)))
    assert world.signs(COURT, "c2")
    assert not world.signs(COURT, "c1")


def test_a_key_is_rotated_alone_with_an_overlap():
    world = World()
    (added,) = world.add("c2")
    assert added.beside == "c1"
    assert world.signs(COURT, "c1")
    assert world.signs(COURT, "c2")
    world.retire("c1", at=Instant(world.now + DAY))
    assert world.signs(COURT, "c1")
    world.wait(DAY)
    assert not world.signs(COURT, "c1")
    with refused("key-not-signing", NotPermitted):
        world.add("c3")
    by = speaking(COURT, "c2")
    assert world.retire("c1", by) == ()
    with refused("last-key", Conflict):
        world.retire("c2", by)
    with refused("no-such-key", NotFound):
        world.retire("c9", by)


def test_a_key_that_only_begins_later_does_not_take_the_place_of_one_that_ends_now():
    world = World()
    world.add("c2", begins=world.now + DAY)
    with refused("last-key", Conflict):
        world.retire("c1")
    assert world.retire("c1", at=Instant(world.now + DAY))


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"begins": START + FURTHEST_BEGINNING + DAY}, "key-times-implausible"),
        ({"begins": START + 2 * DAY, "ends": START + DAY}, "key-times-implausible"),
        ({"held": key("c1")}, "key-in-use"),
        ({"held": replace(key("c2"), x="public-s1")}, "key-in-use"),
        ({"held": replace(key("c1"), x="public-c9")}, "key-in-use"),
    ],
)
def test_a_key_that_cannot_be_added(more, code):
    with refused(code):
        World().add("c2", **more)


def test_an_institution_holds_eight_keys_that_sign_or_will():
    world = World()
    for number in range(2, 9):
        world.add(f"c{number}")
    with refused("too-many"):
        world.add("c9")
    world.retire("c2")
    world.add("c9")


def test_a_key_in_wrong_hands_takes_with_it_what_it_added_since():
    world = World()
    world.add("c2")
    before = world.position
    world.wait(DAY)
    world.add("c3")
    world.add("c4", speaking(COURT, "c3"))
    marked = world.mark("c1", before + 1, speaking(COURT, "c2"))
    assert [(event.key_id, event.position) for event in marked] == [
        ("c1", before + 1),
        ("c3", before + 3),
        ("c4", before + 6),
    ]
    assert [name for name in ("c1", "c2", "c3", "c4") if world.signs(COURT, name)] == ["c2"]
    assert world.mark("c1", before + 2, speaking(COURT, "c2")) == ()
    assert [event.key_id for event in world.mark("c1", before - 1, speaking(COURT, "c2"))] == ["c1", "c2"]


def test_the_very_key_that_was_stolen_may_be_the_one_that_says_so_though_it_is_the_last():
    world = World()
    assert world.mark("c1", 1)
    assert not world.signs(COURT, "c1")
    with refused("key-not-signing", NotPermitted):
        world.mark("c1", 1)
    assert world.retire("o1", speaking(OPERATOR, "o2"))


def test_a_key_in_wrong_hands_is_not_retired():
    world = World()
    world.add("c2")
    world.mark("c1", world.position + 1, speaking(COURT, "c2"))
    assert world.retire("c1", speaking(COURT, "c2")) == ()


def doubt(number: int, institution=COURT) -> commands.DoubtFact:
    return commands.DoubtFact(
        stream=STREAM,
        institution=institution,
        key_id=KeyId("c1"),
        fact_id=FactId(ref(f"doubted {number}")),
        order_ref=OrderRef(ref("order")),
        due=START,
    )


def confirming(*numbers: int) -> commands.ConfirmFacts:
    return commands.ConfirmFacts(stream=STREAM, facts=tuple(FactId(ref(f"doubted {number}")) for number in numbers))


def test_an_institution_is_asked_once_of_a_fact_and_answers_for_its_own():
    world = World()
    world.add("c2")
    assert world.do(doubt(1), ITSELF)
    assert world.do(doubt(1), ITSELF) == ()
    world.do(doubt(2, OPERATOR), ITSELF)
    by = speaking(COURT, "c2")
    for unknown in (2, 3):
        with refused("no-such-fact-in-doubt", NotFound):
            world.do(confirming(unknown), by)
    (confirmed,) = world.do(confirming(1, 1), by)
    assert confirmed.facts == (ref("doubted 1"),)
    assert world.do(confirming(1), by) == ()
    with refused("too-many"):
        world.do(confirming(*range(MAXIMUM_CONFIRMED + 1)), by)
    with refused("key-not-signing", NotPermitted):
        world.do(confirming(1), speaking(COURT, "c9"))


def test_an_institution_is_asked_again_of_what_a_second_stolen_key_confirmed():
    world = World()
    world.add("c2")
    world.add("c3")
    world.do(doubt(1), ITSELF)
    assert world.do(confirming(1), speaking(COURT, "c2"))
    assert world.do(doubt(1), ITSELF) == ()
    world.mark("c2", 1, speaking(COURT, "c3"))
    assert world.do(doubt(1), ITSELF)
    assert world.do(doubt(1), ITSELF) == ()
    assert world.do(confirming(1), speaking(COURT, "c3"))
    assert world.do(doubt(1), ITSELF) == ()


@pytest.mark.parametrize("name", sorted(NO_KEYS))
def test_no_key_is_called_what_stands_for_no_key(name):
    with refused("key-in-use", Conflict):
        World().add(name)
    with refused("key-in-use", Conflict):
        World().propose(enrolling(keys=(name,)))
    with refused("key-in-use", Conflict):
        World(members=(member(COURT, rights(Role.COURT), name),))


def test_a_persons_session_is_no_key():
    with refused("key-not-signing", NotPermitted):
        World().add("c2", replace(speaking(COURT, "c1"), by_session=True))


def test_a_proposal_of_nobody_is_not_there():
    with refused("no-such-proposal", NotFound):
        World().withdraw(ProposalRef(ref("nothing")), ANN)
