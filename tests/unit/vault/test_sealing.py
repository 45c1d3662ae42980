"""The command boundary: nothing clear goes in, everything can be found and opened again."""

from dataclasses import replace
from uuid import UUID

import pytest

from registry.commands.issuance import CorrectOrder
from registry.commands.service import RecordService
from registry.errors import KeyErased, Malformed, Tampered
from registry.events.catalogue import EVENT_TYPES
from registry.events.issuance import OrderCorrected, OrderIssued
from registry.values.identifiers import FactId, InstitutionId, SubjectId
from registry.values.parties import Address, Clear, ContactPlan, Identity, Name, Text
from registry.values.service import ServiceState
from registry.vault import contents
from registry.vault.block import key_id_of
from registry.vault.sealing import open_block, seal
from registry.vault.walk import _plan, blocks
from tests.unit.vault.given import (
    ADA,
    BEN,
    CONDITION,
    FACT,
    FR,
    LEDGER,
    NOW,
    ORDER,
    PROTECTED,
    RESPONDENT,
    Vault,
    an_order,
)


def sealed(vault, command):
    return seal(
        command,
        ledger=LEDGER,
        order_ref=ORDER,
        fact_id=FACT,
        jurisdiction=FR,
        ring=vault.ring,
        now=NOW,
        entropy=vault.entropy,
    )


def issued(vault, command=None):
    result = sealed(vault, command or an_order())
    vault.store.save(result.new_keys)
    return OrderIssued(order_ref=ORDER, details=result.command.details)


def read(vault, event, ring=None):
    return {
        found.name: open_block(
            found.block, ledger=LEDGER, order_ref=ORDER, fact_id=FACT, name=found.name, ring=ring or vault.ring
        )
        for found in blocks(event)
    }


def test_every_block_is_found_in_the_event_and_opens_by_its_name_alone():
    vault = Vault()
    assert read(vault, issued(vault), vault.another_ring()) == {
        f"details/parties/{PROTECTED}/identity": ADA,
        f"details/parties/{PROTECTED}/address": Address(lines=("12 Hidden Lane",)),
        f"details/parties/{RESPONDENT}/identity": BEN,
        f"details/conditions/{CONDITION}/text": Text(text="not within 500 m"),
        "details/number": Text(text="RG 26/01234"),
    }


def test_nothing_clear_is_left():
    text = repr(issued(Vault()))
    assert "Clear(" not in text
    for word in ("Martin", "Ada", "Hidden", "26/01234", "500 m"):
        assert word not in text


def test_the_party_that_a_block_belongs_to_is_known_from_where_it_stands():
    vault = Vault()
    owners = {found.name: found.subject for found in blocks(issued(vault))}
    assert owners[f"details/parties/{PROTECTED}/address"] == SubjectId(PROTECTED)
    assert owners["details/number"] is None


def test_one_key_a_subject_is_made_and_named():
    vault = Vault()
    result = sealed(vault, an_order())
    assert set(result.held) == {SubjectId(PROTECTED), SubjectId(RESPONDENT), SubjectId(ORDER)}
    assert {row.subject: row.key_id for row in result.new_keys} == result.held
    vault.store.save(result.new_keys)
    again = sealed(vault, an_order())
    assert again.new_keys == ()
    assert again.held == result.held


def test_what_holds_nothing_clear_is_the_same_object():
    vault = Vault()
    order = an_order()
    details = sealed(vault, order).command.details
    assert details.court is order.details.court
    assert details.conditions[1] is order.details.conditions[1]
    note = RecordService(
        order_ref=ORDER,
        respondent=RESPONDENT,
        terms=1,
        state=next(iter(ServiceState)),
        at=None,
        served_by=InstitutionId("fr-police"),
    )
    assert sealed(vault, note).command is note


def test_erasing_one_party_leaves_the_other_readable():
    vault = Vault()
    event = issued(vault)
    vault.store.erase(SubjectId(PROTECTED))
    vault.ring.forget(SubjectId(PROTECTED))
    for found in blocks(event):
        place = {"ledger": LEDGER, "order_ref": ORDER, "fact_id": FACT, "name": found.name, "ring": vault.ring}
        if key_id_of(found.block) == vault.store.rows[SubjectId(PROTECTED)].key_id:
            with pytest.raises(KeyErased):
                open_block(found.block, **place)
        else:
            open_block(found.block, **place)
    with pytest.raises(KeyErased):
        sealed(vault, an_order())


def test_blocks_exchanged_within_one_fact_are_refused():
    vault = Vault()
    found = {each.name: each.block for each in blocks(issued(vault))}
    with pytest.raises(Tampered):
        open_block(
            found[f"details/parties/{PROTECTED}/identity"],
            ledger=LEDGER,
            order_ref=ORDER,
            fact_id=FACT,
            name=f"details/parties/{PROTECTED}/address",
            ring=vault.ring,
        )


def test_a_block_does_not_open_under_another_fact():
    vault = Vault()
    found = next(blocks(issued(vault)))
    with pytest.raises(Tampered):
        open_block(
            found.block, ledger=LEDGER, order_ref=ORDER, fact_id=FactId(UUID(int=99)), name=found.name, ring=vault.ring
        )


def test_the_same_reference_twice_is_refused():
    with pytest.raises(Malformed, match="duplicate-reference"):
        sealed(Vault(), an_order(protected=PROTECTED, respondent=PROTECTED))
    vault = Vault()
    event = issued(vault)
    twice = replace(event, details=replace(event.details, parties=event.details.parties * 2))
    with pytest.raises(Malformed, match="duplicate-reference"):
        list(blocks(twice))


def test_a_text_where_personal_data_is_sealed_never_passes_as_a_block():
    order = an_order()
    with pytest.raises(TypeError, match="details/number") as fault:
        sealed(Vault(), replace(order, details=replace(order.details, number="RG 26/01234")))
    assert "01234" not in str(fault.value)


def test_a_correction_names_its_blocks_as_its_fact_does():
    vault = Vault()
    reason = Clear(subject=SubjectId(ORDER), name="reason", content=Text(text="typing error"))
    result = sealed(vault, CorrectOrder(order_ref=ORDER, corrects=FACT, reason=reason))
    vault.store.save(result.new_keys)
    event = OrderCorrected(order_ref=ORDER, corrects=FACT, reason=result.command.reason)
    assert read(vault, event) == {"reason": Text(text="typing error")}


def test_every_kind_of_fact_can_be_walked():
    holding = {kind.TOPIC: _plan(kind).holding for kind in EVENT_TYPES if _plan(kind).holding}
    assert holding == {
        "order.issued.1": ("details",),
        "order.varied.1": ("conditions", "added_parties"),
        "order.document_supplied.1": ("document",),
        "document.signed.1": ("document",),
        "notice.container_received.1": ("document",),
        "order.corrected.1": ("conditions", "parties", "reason"),
        "order.adjusted.1": ("elements",),
        "service.recorded.1": ("note",),
        "violation.reported.1": ("description",),
        "check.answer_given.1": ("query",),
        "look.taken.1": ("query",),
        "look.preview_given.1": ("query",),
        "glass.broken.1": ("query",),
    }


@pytest.mark.parametrize(
    "content",
    [
        ADA,
        BEN,
        Identity(name=Name(family="\u5c71\u7530"), documents=("a", "b"), sex="F"),
        Address(lines=("1", "2"), postcode="59000", country="FR"),
        ContactPlan(channel="email", address="a@b.example", consent=True),
        Text(text=""),
    ],
)
def test_personal_data_of_every_kind_comes_back(content):
    assert contents.decode(contents.encode(content)) == content


def test_the_bytes_are_canonical():
    assert contents.encode(Text(text="é")) == '{"content":{"text":"é"},"kind":"text"}'.encode()
    assert (
        contents.encode(Address(lines=("1",)))
        == b'{"content":{"country":null,"lines":["1"],"postcode":null},"kind":"address"}'
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b'{"content":{},"kind":"text"}',
        b'{"content":{"text":"a"},"kind":"no"}',
        b'{"content":{"text":"\xff"},"kind":"text"}',
        b'{"content":{"text":"a"},"kind":"text","x":1}',
    ],
)
def test_other_bytes_are_refused(raw):
    with pytest.raises(Tampered):
        contents.decode(raw)


def test_text_that_is_not_unicode_is_refused_without_being_said():
    with pytest.raises(Malformed, match=r"^not-unicode$") as fault:
        contents.encode(Text(text="secret\ud800"))
    assert fault.value.__suppress_context__
