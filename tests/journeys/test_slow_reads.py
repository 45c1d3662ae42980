"""A store behind a network answers late: whoever needs its answer waits, and nobody else does."""

import asyncio
import sqlite3
from contextlib import contextmanager
from threading import Event, current_thread

import pytest

from registry.answers import audit_key_of
from registry.commands.service import RecordService
from registry.errors import NotFound, Unavailable
from registry.ledger.tables import StatementRejected
from registry.values.identifiers import OrderRef, SubjectId
from registry.values.service import ServiceState
from registry.views.police import FINDING, SUBJECT_KEY
from tests.given import MEASURE, ORDER, PROTECTED, RESPONDENT, day, ref
from tests.journeys.house import COURT, POLICE, entering, open_house, question
from tests.journeys.test_execute import REVOKE
from tests.journeys.test_keys_held import vary

SECONDS = 20


class FarReader:
    """The ledger's reader behind a network, whose answers about keys and orders can be held back."""

    waits = True

    def __init__(self, reader):
        self._reader = reader
        self._answers, self.asked = Event(), Event()
        self._answers.set()
        self.threads = []

    def __getattr__(self, name):
        return getattr(self._reader, name)

    def rows(self, table, where, /, **more):
        self.threads.append(current_thread().name)
        self.asked.set()
        assert self._answers.wait(SECONDS)
        return self._reader.rows(table, where, **more)

    @contextmanager
    def held_back(self):
        self.asked.clear()
        self._answers.clear()
        try:
            yield
        finally:
            self._answers.set()


class LaggingReader(FarReader):
    """A replica that never hears of a key."""

    def rows(self, table, where, /, **more):
        return [] if table is SUBJECT_KEY else super().rows(table, where, **more)


@pytest.fixture
def far(tmp_path):
    made = open_house(tmp_path, reading=FarReader)
    yield made
    made.close()


def served(order_ref=ORDER):
    return RecordService(
        order_ref=order_ref,
        respondent=RESPONDENT,
        terms=1,
        state=ServiceState.SERVED_PERSONAL,
        at=day("2024-03-02"),
        served_by=COURT.institution,
    )


async def test_a_slow_read_for_one_order_stops_no_service_of_another(far):
    await far.executor.execute(entering(), principal=COURT)
    reader = far.executor.reader
    with reader.held_back():
        slow = [
            asyncio.create_task(
                far.executor.execute(entering(OrderRef(ref(word)), f"RG {word}", word=word), principal=COURT)
            )
            for word in ("2", "3")
        ]
        assert await asyncio.to_thread(reader.asked.wait, SECONDS)
        receipt = await asyncio.wait_for(far.executor.execute(served(), principal=COURT), SECONDS / 2)
        assert receipt.facts
        assert not any(task.done() for task in slow)
    assert all(receipt.facts for receipt in await asyncio.gather(*slow))


async def test_a_slow_read_of_a_process_of_the_registry_stops_no_service(far):
    await far.executor.execute(entering(), principal=COURT)
    await far.executor.execute(entering(MEASURE, "RG 2", word="2"), principal=COURT)
    reader, rest = far.executor.reader, ref("protected2")
    far.executor.ring.forget(SubjectId(rest))
    with reader.held_back():
        slow = asyncio.create_task(asyncio.to_thread(far.executor.perform, vary(MEASURE, rest), principal=COURT))
        assert await asyncio.to_thread(reader.asked.wait, SECONDS)
        await asyncio.wait_for(far.executor.execute(vary(ORDER, PROTECTED), principal=COURT), SECONDS / 2)
        assert not slow.done()
    assert (await slow).facts


async def test_an_order_not_met_since_the_start_is_looked_up_beside_the_writer(far):
    await far.executor.execute(entering(), principal=COURT)
    keeper = far.executor.ring._keeper  # noqa: SLF001  # keys outlive the process, as they do in a file
    far.close()
    again = open_house(far.folder, create=False, keeper=keeper, reading=FarReader)
    try:
        await again.executor.execute(served(), principal=COURT)
        await again.executor.execute(vary(ORDER, PROTECTED), principal=COURT)
        assert again.executor.reader.threads
        assert "ledger-writer" not in again.executor.reader.threads
    finally:
        again.close()


async def test_what_has_its_keys_at_hand_asks_the_far_store_nothing(far):
    await far.executor.execute(entering(), principal=COURT)
    far.executor.reader.threads.clear()
    await far.executor.execute(served(), principal=COURT)
    await far.executor.execute(vary(ORDER, PROTECTED), principal=COURT)
    await far.executor.execute(REVOKE, principal=COURT)
    assert far.executor.reader.threads == []


async def test_what_cannot_be_sealed_beside_the_writer_is_refused_as_there(far):
    with pytest.raises(NotFound) as refusal:
        await far.executor.execute(vary(MEASURE, PROTECTED), principal=COURT)
    assert refusal.value.code == "no-such-order"


async def test_the_key_of_an_officers_audit_is_fetched_beside_the_loop(far):
    await far.executor.execute(entering(), principal=COURT)
    far.executor.reader.threads.clear()
    await far.checker.check(question(), principal=POLICE)
    await far.checker.check(question(), principal=POLICE)
    assert current_thread().name not in far.executor.reader.threads


async def test_a_replica_that_never_hears_of_a_key_makes_nobody_forgotten(tmp_path):
    """It is the store that is behind: to be tried again, and not a person who was erased."""
    house = open_house(tmp_path, reading=LaggingReader)
    try:
        await house.executor.execute(entering(), principal=COURT)
        house.executor.ring.forget(SubjectId(PROTECTED))
        with pytest.raises(Unavailable) as refusal:
            await house.executor.execute(vary(ORDER, PROTECTED), principal=COURT)
        assert refusal.value.code == "key-contested"
        with pytest.raises(Unavailable) as refusal:
            await asyncio.to_thread(house.executor.perform, vary(ORDER, PROTECTED), principal=COURT)
        assert refusal.value.code == "key-contested"
    finally:
        house.close()


async def test_what_the_store_refuses_for_another_reason_is_no_erasure(tmp_path):
    house = open_house(tmp_path)
    with sqlite3.connect(house.settings.path) as connection:
        connection.execute(f"CREATE TRIGGER broken BEFORE INSERT ON {FINDING.name} BEGIN SELECT RAISE(ABORT, ''); END")
    connection.close()
    try:
        with pytest.raises(StatementRejected):
            await house.executor.execute(entering(), principal=COURT)
        with pytest.raises(StatementRejected):
            await asyncio.to_thread(house.executor.perform, entering(), principal=COURT)
        assert house.facts() == []
    finally:
        house.close()


async def test_a_check_that_the_store_refuses_is_no_erasure(tmp_path):
    house = open_house(tmp_path)
    await house.executor.execute(entering(), principal=COURT)
    await house.checker.check(question(), principal=POLICE)
    with sqlite3.connect(house.settings.path) as connection:
        connection.execute("CREATE TRIGGER broken BEFORE INSERT ON stored_events BEGIN SELECT RAISE(ABORT, ''); END")
    connection.close()
    try:
        with pytest.raises(StatementRejected):
            await house.checker.check(question(), principal=POLICE)
    finally:
        house.close()


async def test_an_audit_key_that_a_replica_never_hears_of_is_tried_again_and_not_called_erased(tmp_path):
    house = open_house(tmp_path, reading=LaggingReader)
    try:
        await house.executor.execute(entering(), principal=COURT)
        await house.checker.check(question(), principal=POLICE)
        house.executor.ring.forget(audit_key_of(POLICE, house.clock()))
        with pytest.raises(Unavailable) as refusal:
            await house.checker.check(question(), principal=POLICE)
        assert refusal.value.code == "key-contested"
    finally:
        house.close()
