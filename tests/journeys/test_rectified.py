"""Whoever was recorded by mistake can be forgotten, four weeks on: the order goes on with what is right."""

import asyncio
from dataclasses import replace

import pytest

from registry.access.actors import Role
from registry.boundary import Attachment
from registry.commands.erasure import EraseFormer, EraseParty
from registry.commands.issuance import CorrectOrder, ExtendOrder
from registry.commands.service import RecordService
from registry.erasure_statement import statement
from registry.errors import Conflict, KeyErased, NotFound, Refused
from registry.events.erasure import SubjectErased
from registry.forgetting import Forgetting
from registry.identity.exact import finding_keys
from registry.ledger.upkeep import Upkeep
from registry.rotation import Rotation
from registry.values.check import EnforcementStatus
from registry.values.erasure import FOR_FORMER_DATA, ErasureGround
from registry.values.identifiers import OrderRef, SubjectId
from registry.values.issuance import PartyRole
from registry.values.jurisdiction import Jurisdiction
from registry.values.parties import Identity, Name, Party, Text
from registry.values.service import ServiceState
from registry.values.time import DAY, NO_EXPIRY, SECOND, Instant, expires
from registry.vault.block import key_id_of
from registry.vault.keys import KeyState
from registry.vault.renewal import former_subject
from registry.vault.sealing import open_block
from registry.vault.walk import blocks
from registry.views.police import DOCUMENT, FINDING, OUTBOX
from tests.given import LILLE, ORDER, PROTECTED, RESPONDENT, day, ref
from tests.journeys.house import (
    COURT,
    HIDING_PLACE,
    POLICE,
    PROTECTED_NAME,
    RESPONDENT_NAME,
    clear,
    entering,
    principal,
    question,
)

FR = Jurisdiction("FR")
RIGHT = Identity(name=Name(family="Rechtmann", given="Odalric"), birth_date="1980-01-01")
FORGET = EraseFormer(order_ref=ORDER, party=RESPONDENT, ground=ErasureGround.RECTIFIED)


def correction(house, party=RESPONDENT, identity=RIGHT, **more):
    role = PartyRole.RESPONDENT if party == RESPONDENT else PartyRole.PROTECTED
    right = Party(party_ref=party, role=role, identity=identity and clear(party, "identity", identity), **more)
    return CorrectOrder(order_ref=ORDER, corrects=house.facts()[0].fact_id, parties=(right,))


async def entered(house, **more):
    """An order in force that names the wrong respondent."""
    attachment = more.pop("attachment", None)
    said = {"issued": day("2024-02-01"), "expiry": NO_EXPIRY} | more
    await house.executor.execute(entering(**said), principal=COURT, attachment=attachment)


async def corrected(house, **more):
    await entered(house, **more)
    await do(house, correction(house))
    house.four_weeks_pass()


async def do(house, command, by=COURT):
    return await house.executor.execute(command, principal=by)


def opened(house, fact, name, ring=None):
    (found,) = [each for each in blocks(fact.event) if each.name.endswith(name)]
    ledger = house.executor.ledger_id
    return open_block(
        found.block,
        ledger=ledger,
        order_ref=OrderRef(fact.stream),
        fact_id=fact.fact_id,
        name=found.name,
        ring=ring or house.executor.ring,
    )


WRONG = f"{RESPONDENT}/identity"


async def test_a_correction_seals_under_another_key_and_the_former_opens_what_it_sealed(house):
    await entered(house)
    before = house.subject_key(RESPONDENT)
    await do(house, correction(house))
    now, former = house.subject_key(RESPONDENT), house.subject_key(former_subject(RESPONDENT, 1))
    assert (former.key_id, former.state) == (before.key_id, KeyState.ACTIVE)
    assert now.key_id != before.key_id
    for ring in (house.executor.ring, house.another_ring()):
        assert opened(house, house.facts()[0], WRONG, ring) == RESPONDENT_NAME
        assert opened(house, house.facts()[1], WRONG, ring) == RIGHT
    (block,) = [each.block for each in blocks(house.facts()[1].event)]
    assert key_id_of(block) == now.key_id


async def test_what_a_correction_leaves_as_it_is_goes_under_the_new_key_too(house):
    await entered(house)
    await do(house, correction(house, PROTECTED, RIGHT))
    fact, key_id = house.facts()[1], house.subject_key(PROTECTED).key_id
    assert opened(house, fact, f"{PROTECTED}/address") == HIDING_PLACE
    assert {key_id_of(each.block) for each in blocks(fact.event)} == {key_id}
    house.four_weeks_pass()
    await do(house, replace(FORGET, party=PROTECTED))
    assert opened(house, fact, f"{PROTECTED}/address", house.another_ring()) == HIDING_PLACE


async def test_the_former_key_is_erased_though_the_order_is_in_force(house):
    await corrected(house)
    elsewhere = house.another_ring()
    following = Forgetting(reader=house.ledger.reader, ring=elsewhere, since=house.ledger.reader.head())
    first = house.facts()[0]
    assert opened(house, first, WRONG) == opened(house, first, WRONG, elsewhere) == RESPONDENT_NAME
    former = house.subject_key(former_subject(RESPONDENT, 1))
    await do(house, FORGET)
    assert following.step()
    for ring in (house.executor.ring, elsewhere, house.another_ring()):
        with pytest.raises(KeyErased):
            opened(house, first, WRONG, ring)
        assert opened(house, first, f"{PROTECTED}/identity", ring) == PROTECTED_NAME
        assert opened(house, house.facts()[1], WRONG, ring) == RIGHT
    assert house.facts()[-1].event == SubjectErased(
        order_ref=ORDER,
        subject=former.subject,
        key_id=former.key_id.hex(),
        ground=ErasureGround.RECTIFIED,
        former_of=RESPONDENT,
    )
    upkeep = Upkeep(house.settings)
    upkeep.sweep((FINDING, OUTBOX, DOCUMENT), compact=True)
    upkeep.close()
    after = house.bytes_on_disk()
    wrong = finding_keys(house.executor.index_key, RESPONDENT_NAME)
    assert not [each for each in (former.wrapped, *wrong) if each in after]
    assert all(each in after for each in finding_keys(house.executor.index_key, RIGHT))


@pytest.mark.parametrize("ground", sorted(FOR_FORMER_DATA))
async def test_what_was_set_right_waits_four_weeks_from_its_correction_on_any_ground(house, ground):
    """What is said to be wrong may have been right: a key in wrong hands has time to be noticed."""
    await entered(house)
    await do(house, correction(house))
    since, command = house.facts()[-1].recorded_at, replace(FORGET, ground=ground)
    with pytest.raises(Conflict, match="waiting-period-runs") as caught:
        await do(house, command)
    assert caught.value.cite == "Regulation (EU) 2016/679 Art 5(1)(f), 12(3)"
    house.clock.set(Instant(since + 28 * DAY - 1))
    with pytest.raises(Conflict, match="waiting-period-runs"):
        await do(house, command)
    assert opened(house, house.facts()[0], WRONG, house.another_ring()) == RESPONDENT_NAME
    house.clock.set(Instant(since + 28 * DAY))
    await do(house, command)
    with pytest.raises(KeyErased):
        opened(house, house.facts()[0], WRONG, house.another_ring())


async def test_each_former_key_waits_from_its_own_correction(house):
    """Two days before the first may go the second is made: the first goes in time, and the second waits."""
    await entered(house)
    await do(house, correction(house))
    house.clock.advance(26 * DAY // SECOND)
    await do(house, correction(house, identity=replace(RIGHT, birth_place="Lille")))
    first, second = (house.subject_key(former_subject(RESPONDENT, number)).key_id for number in (1, 2))
    house.clock.advance(2 * DAY // SECOND + 1)
    (fact,) = (await do(house, FORGET)).recorded
    assert fact.fact.event.key_id == first.hex()
    with pytest.raises(Conflict, match="waiting-period-runs"):
        await do(house, FORGET)
    assert opened(house, house.facts()[1], WRONG, house.another_ring()) == RIGHT
    house.clock.advance(26 * DAY // SECOND)
    (fact,) = (await do(house, FORGET)).recorded
    assert fact.fact.event.key_id == second.hex()
    assert not (await do(house, FORGET)).facts


async def test_the_order_lives_on_and_is_found_under_what_is_right(house):
    await corrected(house, expiry=expires(day("2024-08-01")))
    (before,) = (await house.checker.check(question(), principal=POLICE)).orders
    await do(house, FORGET)
    for identity, found in ((RIGHT, [ORDER]), (RESPONDENT_NAME, [])):
        answer = await house.checker.check(question(order_ref=None, identity=identity), principal=POLICE)
        assert [each.verdict.order_ref for each in answer.orders] == found
    await do(
        house, ExtendOrder(order_ref=ORDER, expiry=expires(day("2030-01-01")), made=day("2024-03-01"), extended_in=FR)
    )
    answer = await house.checker.check(question(), principal=POLICE)
    assert [(each.word, each.verdict.status) for each in answer.orders] == [(before.word, before.verdict.status)]
    assert before.verdict.status is not EnforcementStatus.EXPIRED


async def test_a_process_that_holds_the_former_key_seals_nothing_under_it(house):
    await entered(house)
    elsewhere = house.another_ring()
    elsewhere.to_open(house.subject_key(RESPONDENT).key_id)
    here = house.executor
    there = replace(here, ring=elsewhere, boundary=replace(here.boundary, ring=elsewhere))
    await do(house, correction(house))
    served = RecordService(
        order_ref=ORDER,
        respondent=RESPONDENT,
        terms=1,
        state=next(iter(ServiceState)),
        at=day("2024-02-02"),
        served_by=LILLE,
        note=clear(RESPONDENT, "note", Text(text="at the door")),
    )
    await there.execute(served, principal=COURT)
    (block,) = [each.block for each in blocks(house.facts()[-1].event)]
    assert key_id_of(block) == house.subject_key(RESPONDENT).key_id


async def test_corrections_at_once_take_a_key_each_and_all_former_ones_go_at_once(house):
    await entered(house)
    names = [replace(RIGHT, birth_place=f"Lille {number}") for number in range(3)]
    await asyncio.gather(*(do(house, correction(house, identity=each)) for each in names[:2]))
    await do(house, correction(house, identity=names[2]))
    formers = [house.subject_key(former_subject(RESPONDENT, number)) for number in range(1, 5)]
    assert [each is not None for each in formers] == [True] * 3 + [False]
    assert len({each.key_id for each in (*formers[:3], house.subject_key(RESPONDENT))}) == 4
    house.four_weeks_pass()
    assert len((await do(house, FORGET)).facts) == 3
    assert not (await do(house, FORGET)).facts
    for fact in house.facts()[:3]:
        with pytest.raises(KeyErased):
            opened(house, fact, WRONG, house.another_ring())
    assert opened(house, house.facts()[3], WRONG) == names[2]


async def test_a_correction_that_is_rehearsed_makes_no_key(house):
    await entered(house)
    before = house.subject_key(RESPONDENT)
    command = correction(house)
    await asyncio.to_thread(house.executor.perform, command, principal=COURT, rehearsal=True)
    assert house.subject_key(RESPONDENT) == before
    assert house.subject_key(former_subject(RESPONDENT, 1)) is None
    await do(house, command)
    assert opened(house, house.facts()[1], WRONG) == RIGHT


async def test_a_party_that_had_no_data_gets_its_first_key(house):
    unnamed = [replace(party, identity=None, address=None) for party in entering().details.parties]
    await entered(house, parties=tuple(unnamed))
    assert house.subject_key(RESPONDENT) is None
    await do(house, correction(house))
    assert opened(house, house.facts()[1], WRONG) == RIGHT
    assert house.subject_key(former_subject(RESPONDENT, 1)) is None
    assert not (await do(house, FORGET)).facts


async def test_a_correction_without_data_leaves_the_key(house):
    await entered(house)
    before = house.subject_key(RESPONDENT)
    await do(house, correction(house, identity=None, withheld=("identity",)))
    assert house.subject_key(RESPONDENT) == before


async def test_the_document_that_names_the_wrong_person_goes_with_it(house):
    await corrected(house, attachment=Attachment(content=b"JUGEMENT: " * 40, media_type="text/plain"))
    (row,) = house.ledger.reader.rows(DOCUMENT, {})
    await do(house, FORGET)
    assert [each.bytes for each in house.facts()[-1].event.documents] == [row["blob"]]
    assert not house.ledger.reader.rows(DOCUMENT, {})


async def test_erasing_the_party_takes_its_former_keys_along(house):
    await corrected(house, issued=day("2016-02-01"), expiry=expires(day("2017-08-01")))
    everybody = EraseParty(order_ref=ORDER, party=RESPONDENT, ground=ErasureGround.RETENTION_OVER)
    receipt = await do(house, everybody)
    assert len(receipt.facts) == 2
    for fact in house.facts()[:2]:
        with pytest.raises(KeyErased):
            opened(house, fact, WRONG, house.another_ring())


async def test_the_former_key_moves_with_the_epoch_and_an_old_copy_of_it_opens_nothing(house):
    await entered(house)
    copy = house.subject_key(RESPONDENT)
    await do(house, correction(house))
    upkeep = Upkeep(house.settings)
    rotation = Rotation(reader=house.ledger.reader, upkeep=upkeep, keeper=house.keeper, clock=house.clock)
    await asyncio.to_thread(rotation.rotate, FR)
    assert opened(house, house.facts()[0], WRONG, house.another_ring()) == RESPONDENT_NAME
    await do(house, correction(house, identity=replace(RIGHT, sex="M")))
    house.four_weeks_pass()
    await do(house, FORGET)
    former = former_subject(RESPONDENT, 1)
    said = statement(house.ledger.reader, house.executor.ledger_id, ORDER, former).shown()
    assert (said["key_id"], said["ground"]) == (copy.key_id.hex(), "RECTIFIED")
    await asyncio.to_thread(rotation.rotate, FR)
    upkeep.close()
    with pytest.raises(KeyErased):
        house.keeper.unwrap(FR, copy.epoch, copy.wrapped)


async def test_each_ground_is_for_what_it_is_for(house):
    await corrected(house)
    for ground in ErasureGround:
        command = replace(FORGET, ground=ground)
        if ground in FOR_FORMER_DATA:
            await do(house, command)
            await do(house, correction(house, identity=replace(RIGHT, birth_place=ground)))
            house.four_weeks_pass()
        else:
            with pytest.raises(Refused, match="ground-does-not-fit"):
                await do(house, command)
    with pytest.raises(Refused, match="ground-does-not-fit"):
        await do(house, EraseParty(order_ref=ORDER, party=RESPONDENT, ground=ErasureGround.RECTIFIED))
    with pytest.raises(Refused, match="no-such-party"):
        await do(house, replace(FORGET, party=ref("nobody")))
    with pytest.raises(NotFound):
        await do(house, FORGET, by=principal("nz-court", Role.COURT, within=("NZ",)))


async def test_an_erased_party_is_not_set_right(house):
    await corrected(house, issued=day("2016-02-01"), expiry=expires(day("2017-08-01")))
    command = correction(house)
    await do(house, EraseParty(order_ref=ORDER, party=RESPONDENT, ground=ErasureGround.RETENTION_OVER))
    with pytest.raises(KeyErased):
        await do(house, command)
    assert house.subject_key(SubjectId(RESPONDENT)).state is KeyState.ERASED
