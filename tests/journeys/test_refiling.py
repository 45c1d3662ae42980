"""Everybody filed anew from the facts is found as before; who was erased or set right meanwhile is not brought back."""

import pytest

from registry.commands.erasure import EraseParty
from registry.ledger.rows import Amend, Drop
from registry.ledger.upkeep import Upkeep
from registry.refiling import Refiled, Refiling
from registry.values.erasure import ErasureGround
from registry.values.issuance import PartyRole
from registry.values.parties import Identity, Name, Party
from registry.values.time import expires
from registry.views.persons import PERSON, PERSON_KEY
from registry.views.police import SUBJECT_KEY
from tests.given import ORDER, RESPONDENT, day, ref
from tests.journeys.house import COURT, PROTECTED_NAME, RESPONDENT_NAME, entering, parties
from tests.journeys.test_nominating import enter, index_of, nominated, refs

LONG_AGO = {"issued": day("2016-02-01"), "expiry": expires(day("2017-08-01"))}


@pytest.fixture
def upkeep(house):
    made = Upkeep(house.settings)
    yield made
    made.close()


def refiling(house, upkeep, **more):
    executor = house.executor
    return Refiling(
        reader=executor.reader,
        upkeep=upkeep,
        ring=house.another_ring(),
        ledger_id=executor.ledger_id,
        index_key=executor.index_key,
        entropy=executor.entropy,
        **more,
    )


def lost(house):
    """Lose every row that persons are found by, as a ledger that was made before there were any."""
    filed = house.ledger.reader.rows(PERSON, {})
    rows = [Drop(table=table, where={"party_ref": row["party_ref"]}) for row in filed for table in (PERSON, PERSON_KEY)]
    house.ledger.writer.perform(lambda unit: unit.append(ref("nothing"), [], expected_version=0, rows=rows))
    assert not house.ledger.reader.rows(PERSON_KEY, {})


async def test_everybody_is_found_again(house, upkeep):
    for number in range(1, 4):
        await enter(house, number, Identity(name=Name(family=f"Abernathy{'abc'[number - 1]}", given="Quillon")))
    nameless = (*parties(" 4"), Party(party_ref=ref("nameless"), role=PartyRole.RESPONDENT))
    await house.executor.execute(entering(ref("order 4"), "RG 1/4", parties=nameless), principal=COURT)
    keys = {row["digest"] for row in house.ledger.reader.rows(PERSON_KEY, {})}
    lost(house)
    lexicon, _ = index_of(house)
    assert (lexicon.learn(), lexicon.unread) == (0, 1)
    told = []
    done = refiling(house, upkeep, batch=3).refile(told.append)
    assert done == Refiled(orders=4, persons=8)
    assert [each.orders for each in told] == [3, 4]
    assert {row["digest"] for row in house.ledger.reader.rows(PERSON_KEY, {})} == keys
    assert refs(nominated(house, RESPONDENT_NAME)) == {ref("respondent 4")}
    assert len(refs(nominated(house, PROTECTED_NAME, PartyRole.PROTECTED))) == 4
    assert refiling(house, upkeep).refile() == done
    assert (lexicon.learn(), lexicon.unread) == (8, 0)


async def test_who_was_erased_is_not_brought_back(house, upkeep):
    await enter(house, **LONG_AGO)
    house.four_weeks_pass()
    erase = EraseParty(order_ref=ORDER, party=RESPONDENT, ground=ErasureGround.RETENTION_OVER)
    made = refiling(house, upkeep)
    (respondent,) = [each for each in made._persons(ORDER) if each.party == RESPONDENT]  # noqa: SLF001  # as read before
    await house.executor.execute(erase, principal=COURT)
    made._file([respondent])  # noqa: SLF001  # as another process would, that had read it before the erasure
    assert not house.ledger.reader.rows(PERSON_KEY, {"party_ref": RESPONDENT.bytes})
    assert refiling(house, upkeep).refile() == Refiled(orders=1, persons=1)
    assert not nominated(house, RESPONDENT_NAME).nominees


async def test_whose_data_does_not_open_is_counted(house, upkeep):
    await enter(house)
    key = house.subject_key(RESPONDENT)
    rows = [Amend(table=SUBJECT_KEY, key={"subject": key.subject.bytes}, cells={"wrapped": bytes(40)})]
    house.ledger.writer.perform(lambda unit: unit.append(ref("nothing"), [], expected_version=0, rows=rows))
    assert refiling(house, upkeep).refile() == Refiled(orders=1, persons=1, unread=1)
