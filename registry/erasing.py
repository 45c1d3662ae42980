"""What the legal check of an erasure rests on, read in one transaction: procedures, kin, breaches, keys.

And the dry question: what would be erased of whom, what stands against it, and until when. It records nothing.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from registry.errors import NotFound
from registry.law.erasable import Breach, Case, Impediment, breach_after, erasable_from, impediments
from registry.law.procedure import Procedure
from registry.law.standing import Standing
from registry.ledger.port import Fold, Unit
from registry.ledger.rows import Cell
from registry.states import PROCEDURE, order_state
from registry.values.erasure import ErasureGround
from registry.values.identifiers import OrderRef, PartyRef, StreamId, SubjectId
from registry.values.issuance import PartyRole
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import Instant
from registry.vault.documents import key_ids
from registry.vault.keys import KeyState
from registry.vault.rows import wrapped_key
from registry.views.police import BREACH, DOCUMENT, LINK, SUBJECT_KEY

_BREACH: Final[Fold[Breach]] = Fold(name="breach", evolve=breach_after)


@dataclass(frozen=True, kw_only=True, slots=True)
class ErasableParty:
    """What goes where one party is erased."""

    party_ref: PartyRef
    role: PartyRole
    anything_to_erase: bool
    documents_that_go_too: int
    order_itself_goes_too: bool
    """Whether nobody else is left: then the court's number, reasons and descriptions go as well."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Erasable:
    """The answer to the dry question, of one order as it stands."""

    order_ref: OrderRef
    version: int
    jurisdiction: Jurisdiction
    ground: ErasureGround
    parties: tuple[ErasableParty, ...]
    against: tuple[Impediment, ...]
    """What stands against it; of all parties alike."""
    since: Instant | None
    """The first instant from which nothing stands against it if nothing else happens; None: somebody has to act."""


def erasable(unit: Unit, order_ref: OrderRef, ground: ErasureGround) -> Erasable:
    """Answer the dry question; raises `NotFound` where there is no such order."""
    version, order = order_state(unit, order_ref)
    if order is None:
        raise NotFound("no-such-order")
    case, keys, documents = erasure_case(unit, order), subject_keys(unit, order), sealed_documents(unit, order)
    return Erasable(
        order_ref=order_ref,
        version=version,
        jurisdiction=order.details.court.jurisdiction,
        ground=ground,
        parties=tuple(_parties(order, keys, documents)),
        against=impediments(case, ground, at=unit.now),
        since=erasable_from(case, ground, at=unit.now),
    )


def _parties(
    order: Standing, keys: Mapping[SubjectId, bytes], documents: Mapping[UUID, Collection[bytes]]
) -> Iterator[ErasableParty]:
    held = {party.party_ref for party in order.details.parties if SubjectId(party.party_ref) in keys}
    for party in order.details.parties:
        key = keys.get(SubjectId(party.party_ref))
        yield ErasableParty(
            party_ref=party.party_ref,
            role=party.role,
            anything_to_erase=key is not None,
            documents_that_go_too=sum(key in ids for ids in documents.values()),
            order_itself_goes_too=not held - {party.party_ref},
        )


def erasure_case(unit: Unit, order: Standing) -> Case:
    """Load all that stands or could stand against erasing a party of an order."""
    links = unit.rows(LINK, {"order_ref": order.order_ref.bytes})
    return Case(
        order=order,
        procedures=tuple(_procedures(unit, [_ref(row["linked"]) for row in links if row["relation"] == "recognition"])),
        linked=tuple(_orders(unit, [_ref(row["linked"]) for row in links if row["relation"] != "recognition"])),
        breaches=tuple(_breaches(unit, order.order_ref)),
    )


def subject_keys(unit: Unit, order: Standing) -> dict[SubjectId, bytes]:
    """Give the ids of the keys that are not erased, of the order itself and its parties."""
    found: dict[SubjectId, bytes] = {}
    for subject in (order.order_ref, *(party.party_ref for party in order.details.parties)):
        for row in map(wrapped_key, unit.rows(SUBJECT_KEY, {"subject": subject.bytes})):
            if row.state is KeyState.ACTIVE:
                found[row.subject] = row.key_id
    return found


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


def _orders(unit: Unit, refs: list[UUID]) -> Iterator[Standing]:
    for ref in refs:
        _, order = order_state(unit, OrderRef(ref))
        if order is not None:
            yield order


def _breaches(unit: Unit, order_ref: OrderRef) -> Iterator[Breach]:
    for row in unit.rows(BREACH, {"order_ref": order_ref.bytes}):
        loaded = unit.state(StreamId(_ref(row["violation_ref"])), _BREACH)
        _, breach = loaded
        if breach is not None:
            yield breach


def _ref(cell: Cell) -> UUID:
    return UUID(bytes=cell if isinstance(cell, bytes) else b"")
