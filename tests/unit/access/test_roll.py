"""Who is enrolled at an instant, until when that holds, and which facts a key in wrong hands leaves in doubt."""

from dataclasses import replace

import pytest

from registry.access import doubt, roll
from registry.access.directory import founding, parse_enrolment
from registry.access.doubt import NO_DOUBTS, Mark, doubtful, in_doubt
from registry.access.rights import as_it_stands
from registry.access.roll import enrolment_at
from registry.events.feed import FeedRead
from registry.events.institution import FactsConfirmed, InstitutionEnded
from registry.values.identifiers import KeyId, Position
from registry.values.institution import ChangeKind, Role, change_digest, directory_stream
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import DAY, END_OF_TIME, Instant
from tests.directory import COURT, ITSELF, NEW, START, STREAM, World, change, enrolling, key, rights, speaking
from tests.given import ref

FILE = b"""{"institutions": [
  {"institution": "fr-a", "name": "A", "roles": ["POLICE", "COURT"], "jurisdictions": ["FR"], "contact": "+33",
   "purposes": ["INVESTIGATION"], "keys": [{"kid": "k1", "kty": "OKP", "crv": "Ed25519", "x": "%s"}]},
  {"institution": "fr-b", "name": "B", "roles": ["SUPERVISOR"], "jurisdictions": ["FR", "DE"], "contact": "+33",
   "keys": []}]}""" % (b"A" * 43)


def test_a_founding_file_is_what_the_ledger_begins_with():
    first, second = founding(parse_enrolment(FILE))
    assert (first.rights.roles, first.rights.purposes) == (("COURT", "POLICE"), ("INVESTIGATION",))
    assert [each.kid for each in first.keys] == ["k1"]
    assert (second.rights.jurisdictions, len(second.rights.purposes), second.keys) == (("FR", "DE"), 5, ())


def test_an_enrolment_holds_until_something_begins_or_ends_by_itself():
    world = World()
    assert enrolment_at(world.roll, world.now)[1] == END_OF_TIME
    world.add("c2", begins=START + DAY, ends=Instant(START + 3 * DAY))
    assert enrolment_at(world.roll, world.now)[1] == START + DAY
    assert enrolment_at(world.roll, Instant(START + DAY))[1] == START + 3 * DAY
    world.suspend()
    lapses = world.roll.members[COURT].suspension.lapses
    assert lapses == world.now - 2 + 3 * DAY
    assert enrolment_at(world.roll, Instant(START + 3 * DAY))[1] == lapses


def speaker(world, key_id="c1", **more):
    found = enrolment_at(world.roll, world.now)[0].directory.find(COURT)
    return replace(found.principal(KeyId(key_id)), **more)


def test_who_is_enrolled_speaks_with_all_that_they_may_and_never_with_more():
    world = World()
    asked = speaker(world)
    assert as_it_stands(world.roll, asked, world.now) == asked
    less = replace(asked, roles=frozenset(), jurisdictions=(), purposes=frozenset())
    assert as_it_stands(world.roll, less, world.now) == less
    more = replace(asked, roles=frozenset(Role), jurisdictions=(*asked.jurisdictions, Jurisdiction("XX")))
    assert as_it_stands(world.roll, more, world.now) == asked
    assert as_it_stands(world.roll, replace(asked, key_id=KeyId("person-session")), world.now).roles == asked.roles


def test_who_is_in_no_roll_speaks_as_before():
    world = World()
    stranger = replace(speaker(world), institution="registry")
    assert as_it_stands(world.roll, stranger, world.now) == stranger


def test_who_is_suspended_or_by_a_key_that_is_over_speaks_with_no_role_until_that_lapses():
    world = World()
    world.add("c2", begins=START + DAY, ends=Instant(START + 2 * DAY))
    for at, may in ((DAY - 1, False), (DAY, True), (2 * DAY, False)):
        assert bool(as_it_stands(world.roll, speaker(world, "c2"), Instant(START + at)).roles) is may
    asked = speaker(world)
    world.suspend()
    assert as_it_stands(world.roll, asked, world.now).roles == frozenset()
    lapsed = world.roll.members[COURT].suspension.lapses
    assert as_it_stands(world.roll, asked, lapsed).roles == asked.roles


def test_a_key_signs_from_its_beginning_until_its_end_and_not_at_it():
    world = World()
    world.add("c2", begins=START + DAY, ends=Instant(START + 2 * DAY))
    for at, signs in ((DAY - 1, False), (DAY, True), (2 * DAY - 1, True), (2 * DAY, False)):
        enrolment, _ = enrolment_at(world.roll, Instant(START + at))
        assert ((COURT, "c2") in enrolment.keys) is signs


def test_a_fact_of_another_noun_changes_nothing():
    world = World()
    read = FeedRead(
        source="gb-eaw",
        jurisdiction=Jurisdiction("GB-EAW"),
        read_at=START,
        records=0,
        accepted=0,
        needs_attention=0,
        rejected=0,
    )
    fact = replace(world.facts[0][1], event=read)
    assert roll.evolve(world.roll, fact) is world.roll
    assert roll.evolve(None, fact) is None
    assert doubt.evolve(NO_DOUBTS, fact, Position(1)) is NO_DOUBTS


def test_the_stream_and_the_digest_are_of_one_ledger_and_one_proposal():
    assert directory_stream(ref("ledger")) == STREAM != directory_stream(ref("another"))
    digests = {change_digest(ref(name), enrolling(), against) for name in ("one", "two") for against in (0, 1)}
    assert len(digests) == 4


def test_rights_lie_within_others_by_place_too():
    narrow, wide = rights(Role.COURT, within=("FR-59",)), rights(Role.COURT, Role.POLICE, within=("FR",))
    assert narrow.within(wide)
    assert not wide.within(narrow)


def test_a_key_is_the_same_whatever_it_is_called():
    curved = replace(key("k1"), curve="P-256", y="public-y")
    assert curved.material != key("k1").material == replace(key("k1"), kid=KeyId("k2")).material
    assert curved.jwk == {"kty": "EC", "crv": "P-256", "x": "public-k1", "y": "public-y", "kid": "k1"}


def spoken(world: World, name: str, position: int):
    """A fact that the court recorded with a key, at a position."""
    _, fact = world.facts[0]
    actor = replace(fact.actor, institution=COURT, key_id=KeyId(name))
    return replace(fact, fact_id=ref(f"{name} {position}"), actor=actor), Position(position)


@pytest.mark.parametrize(
    ("name", "position", "known", "expected"),
    [
        ("c1", 99, 200, False),
        ("c1", 100, 200, True),
        ("c1", 101, 200, True),
        ("c2", 101, 200, False),
        ("c1", 101, 149, False),
        ("c1", 101, 150, True),
    ],
)
def test_a_fact_is_in_doubt_from_the_position_on_and_once_that_is_known(name, position, known, expected):
    world = World()
    world.doubts = replace(NO_DOUBTS, marks={(COURT, "c1"): (Mark(begins=Position(100), marked=Position(150)),)})
    fact, at = spoken(world, name, position)
    assert in_doubt(world.doubts, fact, at, known=Position(known)) is expected
    assert doubtful(world.doubts, [(at, fact)], known=Position(known)) == ((fact.fact_id,) if expected else ())
    assert doubtful(NO_DOUBTS, [(at, fact)], known=Position(known)) == ()


def test_a_mark_moves_towards_the_beginning_and_both_are_remembered():
    world = World()
    world.add("c2")
    by = speaking(COURT, "c2")
    world.mark("c1", 50, by)
    first = world.position
    world.mark("c1", 16, by)
    fact, at = spoken(world, "c1", 20)
    assert not in_doubt(world.doubts, fact, at, known=first)
    assert in_doubt(world.doubts, fact, at, known=world.position)


def test_what_its_institution_confirmed_is_in_doubt_no_more_and_was_before():
    world = World()
    world.mark("c1", 1)
    fact, at = spoken(world, "c1", 5)
    before = world.position
    world.record(FactsConfirmed(institution=NEW, facts=(fact.fact_id,)), ITSELF)
    assert in_doubt(world.doubts, fact, at, known=world.position)
    world = World()
    world.mark("c1", 1)
    world.record(FactsConfirmed(institution=COURT, facts=(fact.fact_id,)), ITSELF)
    assert in_doubt(world.doubts, fact, at, known=before)
    assert not in_doubt(world.doubts, fact, at, known=world.position)


def test_a_confirmation_counts_no_more_than_the_key_that_gave_it():
    world = World()
    world.add("c2")
    world.add("c3")
    world.mark("c1", 1000, speaking(COURT, "c2"))
    fact, at = spoken(world, "c1", 1005)
    world.record(FactsConfirmed(institution=COURT, facts=(fact.fact_id,)), speaking(COURT, "c2"))
    confirmed = world.position
    assert not in_doubt(world.doubts, fact, at, known=confirmed)
    world.mark("c2", confirmed, speaking(COURT, "c3"))
    assert not in_doubt(world.doubts, fact, at, known=confirmed)
    assert in_doubt(world.doubts, fact, at, known=world.position)
    world.record(FactsConfirmed(institution=COURT, facts=(fact.fact_id,)), speaking(COURT, "c3"))
    assert not in_doubt(world.doubts, fact, at, known=world.position)


def test_a_confirmation_from_before_its_key_was_stolen_stands():
    world = World()
    world.add("c2")
    world.add("c3")
    world.mark("c1", 1000, speaking(COURT, "c2"))
    fact, at = spoken(world, "c1", 1005)
    world.record(FactsConfirmed(institution=COURT, facts=(fact.fact_id,)), speaking(COURT, "c2"))
    world.mark("c2", world.position + 1, speaking(COURT, "c3"))
    assert not in_doubt(world.doubts, fact, at, known=world.position)


def test_a_suspension_that_two_persons_took_back_lets_another_cry_again():
    world = World()
    world.suspend()
    world.agree(change(ChangeKind.REINSTATE))
    assert world.roll.members[COURT].alarmed == frozenset()


def test_what_is_said_of_whom_nobody_enrolled_takes_nobodys_rights():
    world = World()
    before = world.roll.members
    world.record(InstitutionEnded(institution="nobody-knows-them"), ITSELF)
    assert world.roll.members == before
    assert world.roll.version == len(world.facts)
