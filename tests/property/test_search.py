"""The index finds what looking at everybody would: for random registries and questions, on both stores."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.commands.erasure import EraseParty
from registry.ledger.upkeep import Upkeep
from registry.lexicon import Lexicon
from registry.nominating import Nominating
from registry.refiling import Refiling
from registry.scoring import SCORER
from registry.searching import near
from registry.values.check import Band
from registry.values.erasure import ErasureGround
from registry.values.identifiers import OrderRef, PartyRef
from registry.values.issuance import PartyRole
from registry.values.parties import Identity, Name
from registry.values.time import expires
from registry.views.persons import PERSON, PERSON_KEY
from tests.amounts import examples
from tests.given import day, ref
from tests.journeys.house import COURT, POLICE, entering, open_house, parties, question
from tests.ledgers import STORES, place
from tests.simulators.scorer import PlainScorer

GIVEN = ("Ben", "Ada", "Mohammed", "Muhammad", "Jean-Pierre", "Oleksandr", "Liz", "Xi", "Юрий", "محمد")
FAMILY = ("Müller", "Miller", "Smyth", "Smith", "García López", "O'Brien", "van Dijk", "Nguyen", "Иванов", "Sukarno")
names = st.builds(Name, given=st.sampled_from(("", *GIVEN)), family=st.sampled_from(FAMILY))
dates = st.none() | st.sampled_from(
    ["1985-04-12", "1985-12-04", "1985-04-13", "1995-04-12", "1985", "1986-05", "1970-01-01"]
)
identities = st.builds(
    Identity,
    name=names,
    other_names=st.lists(names, max_size=2).map(tuple),
    birth_date=dates,
    documents=st.lists(st.sampled_from(["P 1234567", "P 12345b7", "ID FR 99887766"]), max_size=1).map(tuple),
)


def slipped(draw, text):
    """A word with one letter left out, doubled, or exchanged with the next."""
    if len(text) < 4:
        return text
    at = draw(st.integers(1, len(text) - 2))
    way = draw(st.integers(0, 3))
    changed = (text[at + 1] + text[at], text[at] * 2 + text[at + 1], text[at + 1], text[at] + text[at + 1])
    return text[:at] + changed[way] + text[at + 2 :]


@st.composite
def registries(draw):
    """Some people, and a question about one of them or about nobody."""
    people = draw(st.lists(identities, min_size=1, max_size=8))
    asked = draw(st.sampled_from(people) | identities)
    name = Name(given=slipped(draw, asked.name.given), family=slipped(draw, asked.name.family))
    return people, replace(asked, name=name, birth_date=draw(st.just(asked.birth_date) | dates))


def opened(kind, folder, run):
    with place(kind, folder) as found:
        house = open_house(folder, settings=found)
        try:
            run(house)
        finally:
            house.close()


def enter(house, number, identity, **more):
    order = OrderRef(ref(f"order {number}"))
    command = entering(order, f"RG 1/{number}", parties=parties(f" {number}", identity), **more)
    house.executor.perform(command, principal=COURT)
    return PartyRef(ref(f"respondent {number}"))


def index_of(house):
    executor = house.executor
    more = {"reader": executor.reader, "ring": house.another_ring(), "ledger_id": executor.ledger_id}
    return Lexicon(**more), Nominating(**more, index_key=executor.index_key)


def nominated(house, asked):
    lexicon, nominating = index_of(house)
    words = lexicon.as_of(house.ledger.reader.head(), newest=True)
    found = nominating.nominate(asked, PartyRole.RESPONDENT, lambda word: near(word, words))
    assert not found.too_many
    return {nominee.party_ref for nominee in found.nominees}, words


@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(made=registries(), scorer=st.sampled_from([PlainScorer(), SCORER]))
def test_whoever_looking_at_everybody_would_call_strong_is_nominated(made, scorer, tmp_path_factory):
    people, asked = made

    def run(house):
        filed = {enter(house, number, identity): identity for number, identity in enumerate(people)}
        found, words = nominated(house, asked)
        judge = scorer(asked, words)
        strong = {party for party, identity in filed.items() if judge(identity).band in {Band.IDENTICAL, Band.STRONG}}
        assert strong <= found

    opened("sqlite", tmp_path_factory.mktemp("ledger"), run)


@pytest.mark.parametrize("kind", STORES)
def test_an_erased_person_is_never_found_again_after_a_rebuild_and_a_restart(kind, tmp_path):
    who = Identity(name=Name(given="Quillon", family="Abernathy"), birth_date="1985-04-12", documents=("P 1234567",))
    asks = [
        who,
        replace(who, birth_date=None),
        replace(who, name=Name(given="Quilon", family="Abernathy")),
        Identity(name=Name(family="Nobody", given="Else"), documents=("P 1234567",)),
    ]

    def run(house):
        party = enter(house, 1, who, issued=day("2016-02-01"), expiry=expires(day("2017-08-01")))
        enter(house, 2, replace(who, name=Name(given="Quillon", family="Somebody"), documents=()))
        assert all(party in nominated(house, each)[0] for each in asks)
        house.four_weeks_pass()
        erase = EraseParty(order_ref=ref("order 1"), party=party, ground=ErasureGround.RETENTION_OVER)
        house.executor.perform(erase, principal=COURT)
        upkeep = Upkeep(house.settings)
        executor = house.executor
        Refiling(
            reader=executor.reader,
            upkeep=upkeep,
            ring=house.another_ring(),
            ledger_id=executor.ledger_id,
            index_key=executor.index_key,
            entropy=executor.entropy,
        ).refile()
        upkeep.close()
        house.close()
        again = open_house(house.folder, create=False, settings=house.settings, keeper=house.keeper)
        try:
            for each in asks:
                found, words = nominated(again, each)
                assert party not in found
                assert words.frequency("abernathy") == 0
            for table in (PERSON, PERSON_KEY):
                assert not again.ledger.reader.rows(table, {"party_ref": party.bytes})
        finally:
            again.close()

    opened(kind, tmp_path, run)


HOSTILE = (
    Name(family=" ".join(f"{letter}{other}ohn" for letter in "abcdefgh" for other in "xyz"), given="b" * 512),
    Name(family="smith " * 80, given="john " * 80),
    Name(family="%" * 512, given="*" * 512),
    Name(family="\u0628\u0646 " * 100, given="\u202e" * 500),
)


def test_a_hostile_question_costs_at_most_ten_times_a_usual_one(tmp_path):
    """In keys looked up and rows read, which is what a question costs."""

    def run(house):
        for number in range(60):
            given_name, family = GIVEN[number % len(GIVEN)], FAMILY[number // 6 % len(FAMILY)]
            enter(house, number, Identity(name=Name(given=given_name, family=family), birth_date="1985-04-12"))
        lexicon, nominating = index_of(house)
        words = lexicon.as_of(house.ledger.reader.head(), newest=True)

        def cost(name, others=(), born="1985-04-12"):
            asked = Identity(name=name, other_names=others, birth_date=born)
            found = nominating.nominate(asked, PartyRole.RESPONDENT, words.near)
            return found.keys, found.rows

        usual = cost(Name(given="Ben", family="Smith"))
        for name in HOSTILE:
            for others in ((), (name,) * 64):
                keys, rows = cost(name, others)
                assert keys <= 10 * usual[0]
                assert rows <= 10 * usual[1]

    opened("sqlite", tmp_path, run)


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_name_is_registered_and_asked_about(name, tmp_path):
    house = open_house(tmp_path)
    try:
        enter(house, 1, Identity(name=name, birth_date="1985-04-12"))
        house.clock.advance(1)
        checker = replace(house.checker, scorer=PlainScorer())
        asked = question(None, identity=Identity(name=name, birth_date="1985-04-12"))
        answer = await checker.check(asked, principal=POLICE)
        assert len(answer.found.persons) == 1
    finally:
        house.close()
