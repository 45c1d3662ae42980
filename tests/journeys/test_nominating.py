"""Persons are filed with the fact, nominated at once, and gone with their erasure; no file shows a name."""

from dataclasses import replace
from uuid import UUID

import pytest

from registry.commands.erasure import EraseParty
from registry.commands.issuance import CorrectOrder, VaryOrder
from registry.errors import KeyErased, Tampered, Unavailable
from registry.filing import BLOCK_NAME, opened_person
from registry.forgetting import Forgetting
from registry.identity.exact import finding_keys
from registry.identity.keys import Blinding, record_keys
from registry.ledger.rows import Amend, Drop, Put
from registry.ledger.upkeep import Upkeep
from registry.lexicon import Lexicon
from registry.nominating import OF_A_KEY, OPENED, Nominating
from registry.refiling import Refiled, Refiling
from registry.sweeping import SWEPT
from registry.values.erasure import ErasureGround
from registry.values.identifiers import OrderRef, PartyRef
from registry.values.issuance import PartyRole
from registry.values.jurisdiction import Jurisdiction
from registry.values.parties import Identity, Name, Party, Text
from registry.values.time import expires
from registry.vault.block import Opened, Place, sealed_bytes
from registry.vault.contents import encode
from registry.views.persons import PERSON, PERSON_KEY
from registry.views.police import SUBJECT_KEY
from tests.given import ORDER, PROTECTED, RESPONDENT, condition, day, ref
from tests.journeys.house import CANARIES, COURT, PROTECTED_NAME, RESPONDENT_NAME, clear, entering, open_house, parties
from tests.simulators.entropy import SimulatedEntropy
from tests.simulators.keeper import SimulatedKeeper

TYPO = replace(RESPONDENT_NAME, name=Name(family="Vandermolenar", given="Xaverjus"))
LONG_AGO = {"issued": day("2016-02-01"), "expiry": expires(day("2017-08-01"))}
TOKENS = (b"vandermolenaar", b"xaverius", b"vndrmlnr", b"1988", b"07-09")


FR = Jurisdiction("FR")


@pytest.fixture
def upkeep(house):
    made = Upkeep(house.settings)
    yield made
    made.close()


def index_of(house, ring=None):
    ring = ring or house.executor.ring
    lexicon = Lexicon(reader=house.ledger.reader, ring=ring, ledger_id=house.executor.ledger_id)
    nominating = Nominating(
        reader=house.ledger.reader,
        ring=ring,
        ledger_id=house.executor.ledger_id,
        index_key=house.executor.index_key,
    )
    return lexicon, nominating


def nominated(house, asked, role=PartyRole.RESPONDENT, index=None):
    lexicon, nominating = index or index_of(house)
    words = lexicon.as_of(house.ledger.reader.head(), newest=True)
    return nominating.nominate(asked, role, words.near)


def refs(found):
    return {nominee.party_ref for nominee in found.nominees}


async def enter(house, number=0, identity=RESPONDENT_NAME, **more):
    word = f" {number}" if number else ""
    order = ref(f"order{word}") if number else ORDER
    await house.executor.execute(
        entering(OrderRef(order), f"RG 1/{number}", parties=parties(word, identity), **more), principal=COURT
    )
    return PartyRef(ref(f"respondent{word}"))


async def test_a_respondent_is_nominated_by_the_first_question_after_the_commit(house):
    index = index_of(house)
    assert not nominated(house, RESPONDENT_NAME, index=index).nominees
    party = await enter(house)
    assert refs(nominated(house, RESPONDENT_NAME, index=index)) == {party}
    (nominee,) = nominated(house, replace(TYPO, birth_date="1988-09-07"), index=index).nominees
    assert (nominee.order_ref, nominee.identity) == (ORDER, RESPONDENT_NAME)
    assert "Vandermolenaar" not in repr(nominee)
    assert not nominated(house, RESPONDENT_NAME, PartyRole.PROTECTED, index=index).nominees
    assert refs(nominated(house, PROTECTED_NAME, PartyRole.PROTECTED, index=index)) == {PROTECTED}


@pytest.mark.parametrize("born", ["1988-07-09", "1988-09-07", "1988-07-08", "1978-07-09", "1988", None])
@pytest.mark.parametrize(
    "name",
    [
        Name(family="Vandermolenaar", given="Xaverius"),
        Name(family="Xaverius", given="Vandermolenaar"),
        Name(family="Vandermolenaar, Xaverius"),
        Name(family="Vandermolanaar", given="Xaverius"),
        Name(family="Vandermolenaar", given="Xavierius"),
        Name(family="Вандермоленаар", given="Ксавериус"),  # Cyrillic
    ],
)
async def test_a_name_misheard_and_a_date_half_remembered_nominate(house, name, born):
    party = await enter(house)
    assert party in refs(nominated(house, Identity(name=name, birth_date=born)))


async def test_a_document_number_is_enough(house):
    party = await enter(house, identity=replace(RESPONDENT_NAME, documents=("Passport NL SPEC12O14",)))
    asked = Identity(name=Name(family="Somebody", given="Else"), documents=("spec 12014",))
    assert refs(nominated(house, asked)) == {party}


async def test_of_one_name_those_whose_date_contradicts_are_opened_up_to_a_number(house, monkeypatch):
    for number in range(1, 6):
        await enter(house, number, replace(RESPONDENT_NAME, birth_date=f"19{60 + number}-0{number}-1{number}"))
    party = await enter(house, 6)
    assert len(refs(nominated(house, RESPONDENT_NAME))) == 6
    monkeypatch.setattr("registry.nominating.OPENED_AGAINST", 2)
    found = nominated(house, RESPONDENT_NAME)
    assert len(refs(found)) == 3
    assert party in refs(found)
    assert len(refs(nominated(house, replace(RESPONDENT_NAME, birth_date=None)))) == 6


async def test_the_files_show_no_name_no_date_and_no_word(house):
    await enter(house)
    Upkeep(house.settings).sweep(SWEPT, compact=True)
    everything = house.bytes_on_disk()
    assert not [word for word in CANARIES if word.encode() in everything or word.lower().encode() in everything]
    assert not [word for word in TOKENS[:3] if word in everything]
    keys = record_keys(Blinding(index_key=house.executor.index_key), PartyRole.RESPONDENT, RESPONDENT_NAME)
    assert all(key.digest in everything for key in keys)
    columns = [cell for row in house.ledger.reader.rows(PERSON_KEY, {}) for cell in (row["digest"], row["hint"])]
    assert all(isinstance(cell, bytes) and len(cell) <= 10 for cell in columns)


@pytest.mark.parametrize("compact", [True, False])
async def test_an_erased_person_is_nominated_by_nothing_and_no_file_remembers(house, compact):
    party = await enter(house, **LONG_AGO)
    keys = record_keys(Blinding(index_key=house.executor.index_key), PartyRole.RESPONDENT, RESPONDENT_NAME)
    (filed,) = house.ledger.reader.rows(PERSON, {"party_ref": party.bytes})
    key = house.subject_key(party).wrapped
    found_by = finding_keys(house.executor.index_key, RESPONDENT_NAME)
    planted = (*(key.digest for key in keys), *found_by, filed["sealed"][-64:], key)
    before = house.bytes_in_files()
    assert all(each in before for each in planted)
    index = index_of(house)
    assert refs(nominated(house, TYPO, index=index)) == {party}
    house.four_weeks_pass()
    await house.executor.execute(
        EraseParty(order_ref=ORDER, party=RESPONDENT, ground=ErasureGround.RETENTION_OVER), principal=COURT
    )
    for each in (index, index_of(house), index_of(house, house.another_ring())):
        assert not nominated(house, RESPONDENT_NAME, index=each).nominees
        words = each[0].as_of(house.ledger.reader.head(), newest=True)
        assert (words.frequency("vandermolenaar"), words.near("vandermolenar"), words.persons) == (0, (), 1)
    assert not house.ledger.reader.rows(PERSON, {"party_ref": party.bytes})
    assert not house.ledger.reader.rows(PERSON_KEY, {"party_ref": party.bytes})
    upkeep = Upkeep(house.settings)
    upkeep.sweep(SWEPT, compact=compact)
    upkeep.close()
    after = house.bytes_on_disk()
    assert not [each for each in planted if each in after]
    # PostgreSQL zeroes nothing that it deletes: its files forget when the tables are rewritten, as an epoch turns.
    if compact or house.settings.dsn is None:
        files = house.bytes_in_files()
        assert not [each for each in planted if each in files]
    with pytest.raises(KeyErased):
        opened_person(filed, ring=house.another_ring(), ledger_id=house.executor.ledger_id)


async def test_who_is_set_right_is_nominated_by_what_is_right_alone(house):
    await enter(house)
    index = index_of(house)
    right = Identity(name=Name(family="Abernathy", given="Quillon"), birth_date="1971-02-03")
    (issued,) = house.facts()
    correct = CorrectOrder(
        order_ref=ORDER,
        corrects=issued.fact_id,
        parties=(
            Party(
                party_ref=RESPONDENT,
                role=PartyRole.RESPONDENT,
                identity=clear(RESPONDENT, "identity", right),
            ),
        ),
    )
    before = house.ledger.reader.head()
    assert refs(nominated(house, RESPONDENT_NAME, index=index)) == {RESPONDENT}
    await house.executor.execute(correct, principal=COURT)
    for each in (index, index_of(house)):
        assert not nominated(house, RESPONDENT_NAME, index=each).nominees
        assert refs(nominated(house, right, index=each)) == {RESPONDENT}
        assert each[0].as_of(before, newest=True).frequency("vandermolenaar") == 0


async def test_the_words_are_those_of_the_time_that_is_asked_about(house):
    await enter(house)
    then = house.ledger.reader.head()
    await enter(house, 2, Identity(name=Name(family="Vandermolenaas", given="Xaverius")))
    late = PartyRef(ref("late"))
    vary = VaryOrder(
        order_ref=ORDER,
        added_parties=(
            Party(party_ref=late, role=PartyRole.RESPONDENT, identity=clear(late, "identity", TYPO)),
            Party(party_ref=PartyRef(ref("nameless")), role=PartyRole.RESPONDENT),
        ),
        conditions=(condition(),),
        varied_in=Jurisdiction("FR"),
        made=day("2024-03-20"),
    )
    await house.executor.execute(vary, principal=COURT)
    lexicon, _ = index_of(house)
    now = lexicon.as_of(then, newest=True)
    earlier = lexicon.as_of(then, newest=False)
    assert (now.persons, now.frequency("xaverius")) == (5, 2)
    assert now.near("vandermolenaar") == ("vandermolenaas", "vandermolenar")
    assert (earlier.persons, earlier.frequency("xaverius")) == (2, 1)
    assert earlier.near("vandermolenaar") == ()
    assert earlier.near("vandermolenaat") == ("vandermolenaar",)


async def test_many_of_one_name_without_a_date_are_too_many_and_nobody_is_opened(house):
    await enter(house)
    (own,) = house.ledger.reader.rows(PERSON, {"party_ref": RESPONDENT.bytes})
    keys = house.ledger.reader.rows(PERSON_KEY, {"party_ref": RESPONDENT.bytes})

    def twins(count):
        """File as many parties of the same data beside the one; they do not open."""
        copies = [UUID(int=number).bytes for number in range(1, count + 1)]
        rows = [Amend(table=PERSON, key={"party_ref": own["party_ref"]}, cells={"role": own["role"]})]
        rows += [Put(table=PERSON, row={**own, "party_ref": copy}) for copy in copies]
        rows += [Put(table=PERSON_KEY, row={**key, "party_ref": copy}) for copy in copies for key in keys]
        house.ledger.writer.perform(lambda unit: unit.append(ref("nothing"), [], expected_version=0, rows=rows))

    twins(3)
    found = nominated(house, RESPONDENT_NAME)
    assert (refs(found), found.unread, found.cut) == ({RESPONDENT}, 3, False)
    twins(OPENED + 1)
    assert nominated(house, Identity(name=RESPONDENT_NAME.name)).too_many
    twins(OF_A_KEY + 1)
    found = nominated(house, replace(RESPONDENT_NAME, birth_date="1988-07-10"))
    assert (found.cut, found.too_many) == (True, False)


async def test_a_row_that_was_moved_or_made_up_does_not_open(house):
    await enter(house)
    (row,) = house.ledger.reader.rows(PERSON, {"party_ref": RESPONDENT.bytes})
    ring, ledger_id = house.executor.ring, house.executor.ledger_id
    assert opened_person(row, ring=ring, ledger_id=ledger_id) == RESPONDENT_NAME
    for wrong in (
        {**row, "party_ref": PROTECTED.bytes},
        {**row, "order_ref": ref("another").bytes},
        {**row, "sealed": b""},
        {**row, "sealed": None},
    ):
        with pytest.raises(Tampered):
            opened_person(wrong, ring=ring, ledger_id=ledger_id)
    sealed = sealed_bytes(
        Opened(opening=bytes(32), content=encode(Text(text="not a person"))),
        key=ring.to_open(row["sealed"][1:17]),
        place=Place(ledger=ledger_id, stream=ORDER, fact_id=RESPONDENT, name=BLOCK_NAME),
        entropy=bytes,
    )
    with pytest.raises(Tampered, match="something else"):
        opened_person({**row, "sealed": sealed}, ring=ring, ledger_id=ledger_id)


async def test_without_keys_nobody_is_nominated_and_that_is_said(house):
    await enter(house)
    house.close()
    again = open_house(
        house.folder, create=False, settings=house.settings, keeper=SimulatedKeeper(entropy=SimulatedEntropy(99))
    )
    again.keeper.current_epoch("FR")
    try:
        index = index_of(again)
        assert index[0].learn() == 0
        assert index[0].unread == 2
        assert nominated(again, RESPONDENT_NAME, index=index).unread == 1
    finally:
        again.close()


async def test_an_older_copy_restored_after_its_epoch_was_destroyed_says_that_nobody_can_be_read(house, upkeep):
    """Nobody in it was erased: that they are not found is no sign that they are not there."""
    await enter(house)
    house.keeper.rotate(FR)
    house.keeper.destroy(FR, 1)
    ring = house.another_ring()
    lexicon, nominating = index_of(house, ring)
    assert lexicon.learn() == 0
    assert lexicon.unread == 2
    found = nominated(house, RESPONDENT_NAME, index=(lexicon, nominating))
    assert (found.nominees, found.unread) == ((), 1)
    refiling = Refiling(
        reader=house.ledger.reader,
        upkeep=upkeep,
        ring=ring,
        ledger_id=house.executor.ledger_id,
        index_key=house.executor.index_key,
        entropy=house.entropy,
    )
    assert refiling.refile() == Refiled(orders=1, persons=0, unread=2)


async def test_the_words_of_the_erased_go_though_nobody_asks(house):
    """Erased by another process, while this one was learning: its keys are forgotten, and the rare surname."""
    party = await enter(house, **LONG_AGO)
    since, ring = house.ledger.reader.head(), house.another_ring()
    lexicon, _ = index_of(house, ring)
    lexicon.follow()
    assert lexicon._position is None  # noqa: SLF001  # nothing is learned by following
    lexicon.learn()
    house.four_weeks_pass()
    erase = EraseParty(order_ref=ORDER, party=party, ground=ErasureGround.RETENTION_OVER)
    await house.executor.execute(erase, principal=COURT)
    assert ring.holds(party)
    full = [True]

    def besides():
        if full:
            full.pop()
            raise Unavailable("store-busy")
        lexicon.follow()

    forgetting = Forgetting(reader=house.ledger.reader, ring=ring, since=since, besides=besides)
    with pytest.raises(Unavailable):
        forgetting.step()
    assert not ring.holds(party)
    assert not forgetting.step()  # nothing is new, and what was owed is done
    assert lexicon._words.frequency("vandermolenaar") == 0  # noqa: SLF001  # without a question
    assert lexicon._words.persons == 1  # noqa: SLF001  # as above


async def test_learning_tells_how_far_it_is(house):
    await enter(house)
    lexicon, _ = index_of(house)
    told = []
    assert lexicon.learn(told.append) == 2
    assert told == [2]


async def test_a_person_whose_key_is_gone_is_not_counted(house):
    party = await enter(house)
    lexicon, _ = index_of(house)
    head = house.ledger.reader.head()
    key = house.subject_key(party)
    rows = [Amend(table=SUBJECT_KEY, key={"subject": key.subject.bytes}, cells={"state": "ERASED", "wrapped": b""})]
    house.ledger.writer.perform(lambda unit: unit.append(ref("nothing"), [], expected_version=0, rows=rows))
    house.executor.ring.forget(key.subject)
    assert lexicon.learn() == 1
    assert not nominated(house, RESPONDENT_NAME).nominees
    rows = [Drop(table=PERSON, where={"party_ref": party.bytes})]
    house.ledger.writer.perform(lambda unit: unit.append(ref("nothing"), [], expected_version=0, rows=rows))
    assert not nominated(house, RESPONDENT_NAME).nominees
    assert head == house.ledger.reader.head()
