"""An epoch turns beside a serving registry, whatever interrupts it; then an old copy of the key table opens nothing."""

import asyncio
from dataclasses import replace
from itertools import count

import pytest

from registry.errors import KeyErased
from registry.ledger.opening import open_reader
from registry.ledger.rows import Amend
from registry.ledger.upkeep import Upkeep
from registry.rotation import Rotation
from registry.values.identifiers import OrderRef, SubjectId
from registry.values.jurisdiction import Jurisdiction
from registry.vault.keys import KeyState, unwrapped
from registry.vault.rows import wrapped_key
from registry.views.police import KEY_EPOCH, SUBJECT_KEY
from tests.given import MEASURE, ORDER, PROTECTED, ref
from tests.journeys.house import COURT, entering, identity, open_house
from tests.ledgers import STORES, place
from tests.simulators.keeper import SimulatedKeeper

FR = Jurisdiction("FR")


class Interrupted(Exception):
    """The process was stopped here."""


@pytest.fixture(params=STORES)
def house(request, tmp_path):
    folder = tmp_path / "ledger"
    folder.mkdir()
    keeper = SimulatedKeeper()
    with place(request.param, folder) as settings:
        made = open_house(folder, settings=settings, keeper=keeper)
        made.upkeep, made.beside = Upkeep(settings), open_reader(settings)
        yield made
        made.upkeep.close()
        made.beside.close()
        made.close()


def rotation(house, keeper=None, batch=2):
    return Rotation(
        reader=house.beside, upkeep=house.upkeep, keeper=keeper or house.keeper, clock=house.clock, batch=batch
    )


def rows(house):
    return [wrapped_key(row) for row in house.beside.rows(SUBJECT_KEY, {}, order_by=("subject",))]


def forget_all(house):
    for row in rows(house):
        house.executor.ring.forget(row.subject)


async def two_orders(house):
    await house.executor.execute(entering(), principal=COURT)
    await house.executor.execute(entering(MEASURE, "RG 2", word="2"), principal=COURT)


async def test_every_surviving_key_moves_and_an_old_copy_of_the_table_opens_nothing(house):
    await two_orders(house)
    copy = rows(house)
    told = []
    turned = await asyncio.to_thread(rotation(house).rotate, FR, report=told.append)
    assert (turned.epoch, turned.destroyed, turned.moved) == (2, (1,), 6)
    assert sum(told) == 6
    assert max(told) == 2
    for row in copy:
        with pytest.raises(KeyErased):
            unwrapped(row, house.keeper)
    for old, new in zip(copy, rows(house), strict=True):
        assert (new.subject, new.key_id, new.epoch) == (old.subject, old.key_id, 2)
    forget_all(house)
    assert identity(house, ORDER).name.family == "Zywiolkowska"


async def test_the_serving_process_goes_on_with_keys_it_made_and_had_not_saved(house):
    """A key made under the old epoch waits in memory while the epoch turns; it is never saved."""
    ring = house.executor.ring
    stale = ring.to_seal(SubjectId(PROTECTED), jurisdiction=FR, now=house.clock(), entropy=house.entropy)
    assert stale.unsaved.epoch == 1
    await asyncio.to_thread(rotation(house).rotate, FR)
    await house.executor.execute(entering(), principal=COURT)
    assert {row.epoch for row in rows(house)} == {2}
    forget_all(house)
    assert identity(house, ORDER).name.family == "Zywiolkowska"


async def test_commands_go_on_while_an_epoch_turns(house):
    await two_orders(house)
    apart = [Upkeep(house.settings) for _ in range(2)]
    turning = [
        asyncio.create_task(asyncio.to_thread(replace(rotation(house), upkeep=each).rotate, FR)) for each in apart
    ]
    for number in range(3, 15):
        order_ref = OrderRef(ref(f"order {number}"))
        await house.executor.execute(entering(order_ref, f"RG {number}", word=str(number)), principal=COURT)
    await asyncio.gather(*turning)
    for each in apart:
        each.close()
    await asyncio.to_thread(rotation(house).rotate, FR)
    forget_all(house)
    assert len(rows(house)) == 42
    for row in rows(house):
        unwrapped(row, house.keeper)


@pytest.mark.parametrize("step", range(1, 21))
async def test_wherever_it_is_interrupted_nothing_is_lost_and_the_next_run_finishes(house, step):
    await two_orders(house)
    copy = rows(house)
    calls = count(1)

    class Dying(SimulatedKeeper):
        def __getattribute__(self, name):
            if name in {"rotate", "epochs", "unfinished", "destroy", "wrap"} and next(calls) >= step:
                raise Interrupted
            return getattr(house.keeper, name)

    with pytest.raises(Interrupted):
        await asyncio.to_thread(rotation(house, Dying()).rotate, FR)
    forget_all(house)
    assert identity(house, ORDER).name.family == "Zywiolkowska"
    await house.executor.execute(entering(OrderRef(ref("third")), "RG 3", word="3"), principal=COURT)
    await asyncio.to_thread(rotation(house).rotate, FR)
    for row in copy:
        with pytest.raises(KeyErased):
            unwrapped(row, house.keeper)
    assert len({row.epoch for row in rows(house)}) == 1
    assert all(row["destroyed_at"] for row in house.beside.rows(KEY_EPOCH, {}))
    forget_all(house)
    assert identity(house, ORDER).name.family == "Zywiolkowska"


async def test_a_destruction_that_was_not_dated_is_dated_by_the_next_run(house):
    await two_orders(house)
    await asyncio.to_thread(rotation(house).rotate, FR)
    undated = Amend(table=KEY_EPOCH, key={"epoch": "FR/1"}, cells={"destroyed_at": None})
    house.upkeep.change(lambda _: [undated])
    await asyncio.to_thread(rotation(house).rotate, FR)
    assert all(row["destroyed_at"] for row in house.beside.rows(KEY_EPOCH, {}))


async def test_a_destruction_that_was_interrupted_is_finished_before_it_is_dated(house):
    """The keeper has the tombstone of epoch 1, and its key."""
    await two_orders(house)
    gone = house.keeper.destroy

    class Dying(SimulatedKeeper):
        def __getattribute__(self, name):
            if name == "destroy":
                house.keeper.half_gone.add((FR, 1))
                raise Interrupted
            return getattr(house.keeper, name)

    with pytest.raises(Interrupted):
        await asyncio.to_thread(rotation(house, Dying()).rotate, FR)
    assert [row["destroyed_at"] for row in house.beside.rows(KEY_EPOCH, {})] == [None]
    dated = []

    class Watching(SimulatedKeeper):
        def __getattribute__(self, name):
            if name == "destroy":
                dated.extend(row["destroyed_at"] for row in house.beside.rows(KEY_EPOCH, {}))
                return gone
            return getattr(house.keeper, name)

    turned = await asyncio.to_thread(rotation(house, Watching()).rotate, FR)
    assert turned.destroyed == (1, 2)
    assert dated[0] is None
    assert (FR, 1) not in house.keeper.keys
    assert all(row["destroyed_at"] for row in house.beside.rows(KEY_EPOCH, {}))


async def test_a_tombstone_is_left_alone(house):
    await two_orders(house)
    change = Amend(table=SUBJECT_KEY, key={"subject": PROTECTED.bytes}, cells={"wrapped": b"", "state": "ERASED"})
    house.upkeep.change(lambda _: [change])
    turned = await asyncio.to_thread(rotation(house).rotate, FR)
    (tombstone,) = [row for row in rows(house) if row.state is KeyState.ERASED]
    assert (tombstone.wrapped, tombstone.epoch, turned.moved) == (b"", 1, 5)


async def test_a_row_that_was_erased_between_reading_and_writing_stays_erased(house):
    await two_orders(house)
    change = Amend(table=SUBJECT_KEY, key={"subject": PROTECTED.bytes}, cells={"wrapped": b"", "state": "ERASED"})

    class Slow(SimulatedKeeper):
        def __getattribute__(self, name):
            if name == "wrap":
                house.upkeep.change(lambda _: [change])
            return getattr(house.keeper, name)

    await asyncio.to_thread(rotation(house, Slow()).rotate, FR)
    (tombstone,) = [row for row in rows(house) if row.subject == PROTECTED]
    assert (tombstone.wrapped, tombstone.state) == (b"", KeyState.ERASED)


def test_a_jurisdiction_without_a_key_gets_its_first(house):
    turned = rotation(house).rotate(Jurisdiction("NZ"))
    assert (turned.epoch, turned.moved, turned.destroyed) == (1, 0, ())
