"""Looks on a ledger without doors: nothing personal in any fact, and what is sealed with them goes by the month."""

from uuid import UUID

import orjson
import pytest

from registry.access.actors import Role
from registry.access.fields import Field, field_of
from registry.access.granted import Asks
from registry.access.permissions import Action
from registry.access.relations import Relation
from registry.alerts.reactor import REGISTRY
from registry.audit_keys import audit_keys, kept
from registry.commands.erasure import EraseQueries
from registry.errors import KeyErased
from registry.events.look import LookTaken
from registry.looks import Lookbook, Reason, device_of
from registry.sight import MixedSight, NotGranted, NothingSeen, Sight, side_of
from registry.values.identifiers import OrderRef, SubjectId
from registry.values.issuance import PartyRole
from registry.values.look import FieldClass, LookPurpose
from registry.vault.audit import open_query
from registry.vault.walk import blocks
from tests.given import ORDER
from tests.journeys.house import CANARIES, COURT, entering

READS = Asks(frozenset({Role.COURT}), Action.READ_ORDER, LookPurpose.CASE_HANDLING)
REASON = Reason(purpose=LookPurpose.CASE_HANDLING, incident="VF-2026/77", device=device_of(b"k", "192.0.2.7", "agent"))


async def a_look(house):
    """Open everything that an order holds of persons, and record that it was seen."""
    sight = Sight(house.executor, READS)
    sight.granted = frozenset(Field)  # more than any line of the table grants
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
    sight = Sight(house.executor, READS)
    sight.near({Relation.ISSUING})
    sight.show(ORDER)
    with pytest.raises(MixedSight):
        sight.show(OrderRef(UUID(int=9)))
    sight.recorded = True
    sight.show(OrderRef(UUID(int=9)))  # a check is about many, and its own fact names each


async def test_what_is_not_granted_is_a_fault_that_opens_nothing_and_names_no_value(house):
    await house.executor.execute(entering(), principal=COURT)
    (first, *_) = house.ledger.reader.stream(ORDER)
    sight = Sight(house.executor, READS)
    with pytest.raises(NotGranted):
        sight.show(ORDER)  # it is not known yet what the reader is to the order
    granted = sight.near({Relation.ISSUING})
    tried = set()
    for found in blocks(first.fact.event):
        field = field_of(found.name, side_of(first.fact.event, found.subject))
        tried.add(field)
        if field in granted:
            sight.open(found.block, fact=first.fact, name=found.name, subject=found.subject)
            continue
        with pytest.raises(NotGranted) as fault:
            sight.open(found.block, fact=first.fact, name=found.name, subject=found.subject)
        assert str(fault.value) == field
    assert {Field.PROTECTED_IDENTITY, Field.PROTECTED_ADDRESS} <= tried - granted
    assert sight.shown == {Field.ORDER_FACTS} | (tried & granted)


async def test_of_a_protected_person_no_more_than_initials_leaves_the_gate(house):
    await house.executor.execute(entering(), principal=COURT)
    (first, *_) = house.ledger.reader.stream(ORDER)
    event = first.fact.event
    sight = Sight(house.executor, READS)
    sight.near({Relation.ISSUING})
    named = {
        found.name.rpartition("/")[2]: found
        for found in blocks(event)
        if side_of(event, found.subject) is PartyRole.PROTECTED
    }
    identity, address = named["identity"], named["address"]
    said = sight.initials(identity.block, fact=first.fact, name=identity.name, subject=identity.subject)
    assert said
    assert not [word for word in CANARIES if word in said]
    with pytest.raises(NotGranted):
        sight.initials(address.block, fact=first.fact, name=address.name, subject=address.subject)
    assert sight.shown == {Field.ORDER_FACTS, Field.PROTECTED_INITIALS}


async def test_a_party_of_an_unknown_side_is_taken_for_a_protected_person(house):
    await house.executor.execute(entering(), principal=COURT)
    (first, *_) = house.ledger.reader.stream(ORDER)
    assert side_of(first.fact.event, SubjectId(UUID(int=12345))) is None
    assert field_of("details/parties/x/identity", None) is Field.PROTECTED_IDENTITY
    assert field_of("details/parties/x/address", None) is Field.PROTECTED_ADDRESS


async def test_nothing_seen_is_no_look(house):
    with pytest.raises(NothingSeen):
        await Lookbook(executor=house.executor, clock=house.clock).record(Sight(house.executor), REASON, COURT)


def test_a_device_has_one_pseudonym_and_another_under_another_key():
    assert device_of(b"k", "192.0.2.7", "agent") == REASON.device
    others = {device_of(b"q", "192.0.2.7", "agent"), device_of(b"k", "192.0.2.8", "agent"), REASON.device}
    assert len(others) == 3
