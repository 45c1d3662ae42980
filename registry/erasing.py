"""What the legal check of an erasure rests on, read in one transaction: procedures, kin, breaches, keys."""

from collections.abc import Iterator
from itertools import count
from typing import Final
from uuid import UUID

from registry.law.erasable import Breach, Case, Linked, breach_after
from registry.law.links import persons
from registry.law.procedure import Procedure
from registry.law.standing import Standing
from registry.ledger.port import Fold, Unit
from registry.ledger.rows import Cell
from registry.states import PROCEDURE, kin_of, order_state
from registry.values.identifiers import OrderRef, PartyRef, StreamId, SubjectId
from registry.vault.documents import key_ids
from registry.vault.keys import KeyState
from registry.vault.renewal import former_subject
from registry.vault.rows import wrapped_key
from registry.views.police import BREACH, DOCUMENT, LINK, SUBJECT_KEY

_BREACH: Final[Fold[Breach]] = Fold(name="breach", evolve=breach_after)


def erasure_case(unit: Unit, order: Standing) -> Case:
    """Load all that stands or could stand against erasing a party of an order."""
    links = unit.rows(LINK, {"order_ref": order.order_ref.bytes})
    return Case(
        order=order,
        procedures=tuple(_procedures(unit, [_ref(row["linked"]) for row in links if row["relation"] == "recognition"])),
        linked=tuple(_linked(unit, [_ref(row["linked"]) for row in links if row["relation"] != "recognition"])),
        breaches=tuple(_breaches(unit, order.order_ref)),
        persons=tuple(_persons(unit, order.order_ref)),
    )


def subject_keys(unit: Unit, order: Standing) -> dict[SubjectId, bytes]:
    """Give the ids of the keys that are not erased, of the order itself and its parties."""
    found: dict[SubjectId, bytes] = {}
    for subject in (order.order_ref, *(party.party_ref for party in order.details.parties)):
        for row in map(wrapped_key, unit.rows(SUBJECT_KEY, {"subject": subject.bytes})):
            if row.state is KeyState.ACTIVE:
                found[row.subject] = row.key_id
    return found


def former_keys(unit: Unit, order: Standing) -> dict[PartyRef, tuple[tuple[SubjectId, bytes], ...]]:
    """Give the keys of what was set right that are not erased, by party: the subject of each, and its id."""
    return {party.party_ref: tuple(_former(unit, party.party_ref)) for party in order.details.parties}


def sealed_documents(unit: Unit, order: Standing) -> dict[UUID, frozenset[bytes]]:
    """Give the ids of the keys that each source document of the order opens with, by the document's address."""
    rows = unit.rows(DOCUMENT, {"order_ref": order.order_ref.bytes})
    return {_ref(row["blob"]): frozenset(key_ids(row["sealed"])) for row in rows if isinstance(row["sealed"], bytes)}


def _procedures(unit: Unit, refs: list[UUID]) -> Iterator[Procedure]:
    for ref in refs:
        loaded = unit.state(StreamId(ref), PROCEDURE)
        _, procedure = loaded
        if procedure is not None:
            yield procedure


def _former(unit: Unit, party: PartyRef) -> Iterator[tuple[SubjectId, bytes]]:
    for number in count(1):
        subject = former_subject(party, number)
        rows = [wrapped_key(row) for row in unit.rows(SUBJECT_KEY, {"subject": subject.bytes})]
        if not rows:
            return
        if rows[0].state is KeyState.ACTIVE:
            yield subject, rows[0].key_id


def _linked(unit: Unit, refs: list[UUID]) -> Iterator[Linked]:
    for ref in map(OrderRef, refs):
        _, order = order_state(unit, ref)
        if order is not None:
            yield Linked(order=order, breaches=tuple(_breaches(unit, ref)))


def _persons(unit: Unit, own: OrderRef) -> Iterator[tuple[PartyRef, Standing]]:
    """Load the other orders of the same persons, for each party of this one."""
    counting = [(link.one, link.other) for link in kin_of(unit, (own,)) if link.linked]
    for person in persons(counting):
        for mine in person:
            for theirs in person:
                order = order_state(unit, theirs.order_ref)[1] if mine.order_ref == own != theirs.order_ref else None
                if order is not None:
                    yield mine.party_ref, order


def _breaches(unit: Unit, order_ref: OrderRef) -> Iterator[Breach]:
    for row in unit.rows(BREACH, {"order_ref": order_ref.bytes}):
        loaded = unit.state(StreamId(_ref(row["violation_ref"])), _BREACH)
        _, breach = loaded
        if breach is not None:
            yield breach


def _ref(cell: Cell) -> UUID:
    return UUID(bytes=cell if isinstance(cell, bytes) else b"")
