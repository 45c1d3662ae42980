"""Looks on a ledger without doors: nothing personal in any fact, and what is sealed with them goes by the month."""

from uuid import UUID

import orjson
import pytest

from registry.alerts.reactor import REGISTRY
from registry.audit_keys import audit_keys, kept
from registry.commands.erasure import EraseQueries
from registry.errors import KeyErased
from registry.events.look import LookTaken
from registry.looks import Lookbook, Reason, device_of
from registry.sight import MixedSight, NothingSeen, Sight
from registry.values.identifiers import OrderRef
from registry.values.look import FieldClass, LookPurpose
from registry.vault.audit import open_query
from registry.vault.walk import blocks
from tests.given import ORDER
from tests.journeys.house import CANARIES, COURT, entering

REASON = Reason(purpose=LookPurpose.CASE_HANDLING, incident="VF-2026/77", device=device_of(b"k", "192.0.2.7", "agent"))


async def a_look(house):
    """Open everything that an order holds of persons, and record that it was seen."""
    sight = Sight(house.executor)
    (first, *_) = house.ledger.reader.stream(ORDER)
    for found in blocks(first.fact.event):
        sight.open(found.block, fact=first.fact, name=found.name, subject=found.subject)
    book = Lookbook(executor=house.executor, clock=house.clock)
    await book.record(sight, REASON, COURT)
    return house.facts()[-1]


async def test_a_look_at_everything_names_kinds_and_references_and_no_value(house):
    await house.executor.execute(entering(), principal=COURT)
    fact = await a_look(house)
    assert isinstance(fact.event, LookTaken)
    assert {FieldClass.ADDRESS, FieldClass.IDENTITY, FieldClass.ORDER_FACTS} <= set(fact.event.classes)
    assert any(FieldClass.ADDRESS in each.classes for each in fact.event.parties)
    said = orjson.dumps(fact).decode()
    assert not [word for word in (*CANARIES, "VF-2026/77", "192.0.2.7", REASON.device) if word in said]
    assert not [word for word in (*CANARIES, "VF-2026/77", "192.0.2.7") if word.encode() in house.bytes_on_disk()]


async def test_the_incident_and_the_device_go_with_the_month_and_that_somebody_looked_stays(house):
    await house.executor.execute(entering(), principal=COURT)
    fact = await a_look(house)

    def sealed():
        content, _ = open_query(
            fact.event.query,
            ledger=house.executor.ledger_id,
            stream=fact.stream,
            fact_id=fact.fact_id,
            ring=house.executor.ring,
        )
        return orjson.loads(content)

    assert sealed() == {"device": REASON.device, "incident": REASON.incident}
    (key,) = audit_keys(house.ledger.reader)
    (held,) = kept(house.ledger.reader, house.clock())
    house.clock.set(held.until)
    command = EraseQueries(subject=key.subject, institution=key.institution, month=key.month)
    await house.executor.execute(command, principal=REGISTRY)
    with pytest.raises(KeyErased):
        sealed()
    assert fact in house.facts()


def test_one_look_is_of_one_order_and_of_something(house):
    sight = Sight(house.executor)
    sight.show(ORDER)
    with pytest.raises(MixedSight):
        sight.show(OrderRef(UUID(int=9)))
    sight.recorded = True
    sight.show(OrderRef(UUID(int=9)))  # a check is about many, and its own fact names each


async def test_nothing_seen_is_no_look(house):
    with pytest.raises(NothingSeen):
        await Lookbook(executor=house.executor, clock=house.clock).record(Sight(house.executor), REASON, COURT)


def test_a_device_has_one_pseudonym_and_another_under_another_key():
    assert device_of(b"k", "192.0.2.7", "agent") == REASON.device
    others = {device_of(b"q", "192.0.2.7", "agent"), device_of(b"k", "192.0.2.8", "agent"), REASON.device}
    assert len(others) == 3
