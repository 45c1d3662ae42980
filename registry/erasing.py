"""What the legal check of an erasure rests on, read in one transaction: procedures, kin, breaches, keys.

And the dry question: what would be erased of whom, what stands against it, and until when. It records nothing.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count, pairwise
from typing import Final
from uuid import UUID

from registry.beyond_doubt import beyond_doubt
from registry.errors import NotFound
from registry.law.erasable import Breach, Case, Impediment, Linked, breach_after, erasable_from, impediments
from registry.law.links import persons
from registry.law.procedure import Procedure
from registry.law.standing import Standing
from registry.ledger.port import Fold, Loads, Unit
from registry.ledger.rows import Cell
from registry.states import PROCEDURE, kin_of, order_state
from registry.values.erasure import ErasureGround
from registry.values.identifiers import OrderRef, PartyRef, SealedBlock, StreamId, SubjectId
from registry.values.issuance import PartyRole
from registry.values.jurisdiction import Jurisdiction
from registry.values.parties import Party
from registry.values.time import Instant
from registry.vault.block import key_id_of
from registry.vault.documents import key_ids
from registry.vault.keys import KeyState, WrappedKey
from registry.vault.renewal import former_subject
from registry.vault.rows import wrapped_key
from registry.vault.walk import blocks
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
    against: tuple[Impediment, ...] = ()
    """All that stands against erasing this party."""
    since: Instant | None = None
    """The first instant from which nothing does if nothing else happens; None: somebody has to act."""


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


def erasable(unit: Unit, order_ref: OrderRef, ground: ErasureGround, ledger_id: str) -> Erasable:
    """Answer the dry question; raises `NotFound` where there is no such order."""
    version, order = order_state(unit, order_ref)
    if order is None:
        raise NotFound("no-such-order")
    case, keys = erasure_case(unit, order, ledger_id), subject_keys(unit, order)
    documents, former = sealed_documents(unit, order), former_keys(unit, order)
    return Erasable(
        order_ref=order_ref,
        version=version,
        jurisdiction=order.details.court.jurisdiction,
        ground=ground,
        parties=tuple(
            replace(
                _party(party, keys, documents, former),
                against=impediments(case, ground, at=unit.now, party=party.party_ref),
                since=erasable_from(case, ground, at=unit.now, party=party.party_ref),
            )
            for party in order.details.parties
        ),
        against=impediments(case, ground, at=unit.now),
        since=erasable_from(case, ground, at=unit.now),
    )


def _party(
    party: Party[SealedBlock],
    keys: Mapping[SubjectId, bytes],
    documents: Mapping[UUID, Collection[bytes]],
    former: Mapping[PartyRef, tuple[tuple[SubjectId, bytes], ...]],
) -> ErasableParty:
    """Say what goes with one party: its own key, those of what was set right, and what opens with any of them only."""
    parties = former.keys() & keys.keys()
    own = [keys[subject] for subject in (SubjectId(party.party_ref),) if subject in keys]
    going = {*own, *(key_id for _, key_id in former[party.party_ref])}
    return ErasableParty(
        party_ref=party.party_ref,
        role=party.role,
        anything_to_erase=bool(going),
        documents_that_go_too=sum(not going.isdisjoint(ids) for ids in documents.values()),
        order_itself_goes_too=not parties - {party.party_ref},
    )


def erasure_case(unit: Loads, order: Standing, ledger_id: str) -> Case:
    """Load all that stands or could stand against erasing a party of an order, with and without what is in doubt."""
    found, sure = _case(unit, order), beyond_doubt(unit, ledger_id)
    without = None if sure is None else order_state(sure, order.order_ref)[1]
    return found if sure is None or without is None else replace(found, sure=_case(sure, without))


def _case(unit: Loads, order: Standing) -> Case:
    links = unit.rows(LINK, {"order_ref": order.order_ref.bytes})
    recognitions = [StreamId(_ref(row["linked"])) for row in links if row["relation"] == "recognition"]
    return Case(
        order=order,
        procedures=tuple(_procedures(unit, recognitions)),
        decided=tuple(max(each.fact.recorded_at for each in facts) for facts in map(unit.facts, recognitions) if facts),
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


def _procedures(unit: Loads, refs: list[StreamId]) -> Iterator[Procedure]:
    for ref in refs:
        loaded = unit.state(ref, PROCEDURE)
        _, procedure = loaded
        if procedure is not None:
            yield procedure


def set_right(unit: Unit, order_ref: OrderRef, party: PartyRef) -> dict[SubjectId, Instant]:
    """Give when the correction was recorded that made each former key of a party one: the first sealed under the next.

    One whose correction is not found counts as set right now: what cannot be dated is not destroyed.
    """
    begun: dict[bytes, Instant] = {}
    for each in unit.facts(StreamId(order_ref)):
        for sealed in blocks(each.fact.event):
            begun.setdefault(key_id_of(sealed.block), each.fact.recorded_at)
    keys = [*_generations(unit, party), *_rows(unit, SubjectId(party))]
    return {before.subject: begun.get(after.key_id, unit.now) for before, after in pairwise(keys)}


def _former(unit: Unit, party: PartyRef) -> Iterator[tuple[SubjectId, bytes]]:
    for row in _generations(unit, party):
        if row.state is KeyState.ACTIVE:
            yield row.subject, row.key_id


def _generations(unit: Unit, party: PartyRef) -> Iterator[WrappedKey]:
    """Give the former keys of a party, the first first, also those erased."""
    for number in count(1):
        rows = _rows(unit, former_subject(party, number))
        if not rows:
            return
        yield from rows


def _rows(unit: Unit, subject: SubjectId) -> list[WrappedKey]:
    return [wrapped_key(row) for row in unit.rows(SUBJECT_KEY, {"subject": subject.bytes})]


def _linked(unit: Loads, refs: list[UUID]) -> Iterator[Linked]:
    for ref in map(OrderRef, refs):
        _, order = order_state(unit, ref)
        if order is not None:
            yield Linked(order=order, breaches=tuple(_breaches(unit, ref)))


def _persons(unit: Loads, own: OrderRef) -> Iterator[tuple[PartyRef, Standing]]:
    """Load the other orders of the same persons, for each party of this one."""
    counting = [(link.one, link.other) for link in kin_of(unit, (own,)) if link.linked]
    for person in persons(counting):
        for mine in person:
            for theirs in person:
                order = order_state(unit, theirs.order_ref)[1] if mine.order_ref == own != theirs.order_ref else None
                if order is not None:
                    yield mine.party_ref, order


def _breaches(unit: Loads, order_ref: OrderRef) -> Iterator[Breach]:
    for row in unit.rows(BREACH, {"order_ref": order_ref.bytes}):
        loaded = unit.state(StreamId(_ref(row["violation_ref"])), _BREACH)
        _, breach = loaded
        if breach is not None:
            yield breach


def _ref(cell: Cell) -> UUID:
    return UUID(bytes=cell if isinstance(cell, bytes) else b"")
