"""Loads dossiers from the ledger: an order, its recognitions, its kin, and the other orders of the same persons."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from registry.events.party import PartiesLinked, PartiesUnlinked
from registry.law.dossier import Dossier, PairedOrder, PartyLink
from registry.law.standing import AnyFact
from registry.ledger.port import Reader
from registry.ledger.rows import Cell
from registry.values.identifiers import OrderRef, Position, StreamId
from registry.values.time import Instant
from registry.views.police import LINK, PAIR


def load(reader: Reader, order_ref: OrderRef, *, upto: Position) -> Dossier:
    """Load all that an answer about an order may rest on, up to and including a position.

    Empty where there was no such order. The other orders of the pair come with what each needs to be judged
    by itself, and not with their own pairs in turn; an order has no more links than `LinkParties` allows.
    """
    dossier = _with_kin(reader, order_ref, upto)
    pair = tuple(_pair(reader, order_ref, upto))
    if not pair:
        return dossier
    return Dossier(facts=dossier.facts, recognitions=dossier.recognitions, linked=dossier.linked, pair=pair)


def _with_kin(reader: Reader, order_ref: OrderRef, upto: Position) -> Dossier:
    """Load an order with its recognitions, and each adopted measure or origin with its own."""
    dossier = _alone(reader, order_ref, upto)
    linked = tuple(
        _alone(reader, OrderRef(UUID(bytes=row["linked"])), upto)
        for row in reader.rows(LINK, {"order_ref": order_ref.bytes})
        if row["relation"] != "recognition" and isinstance(row["linked"], bytes)
    )
    return Dossier(facts=dossier.facts, recognitions=dossier.recognitions, linked=linked)


def _alone(reader: Reader, order_ref: OrderRef, upto: Position) -> Dossier:
    facts = tuple(recorded.fact for recorded in reader.stream(StreamId(order_ref), upto=upto))
    recognitions: list[tuple[AnyFact, ...]] = []
    for row in reader.rows(LINK, {"order_ref": order_ref.bytes, "relation": "recognition"}):
        if isinstance(row["linked"], bytes):
            stream = reader.stream(StreamId(UUID(bytes=row["linked"])), upto=upto)
            recognitions.append(tuple(recorded.fact for recorded in stream))
    return Dossier(facts=facts, recognitions=tuple(recognitions))


def _pair(reader: Reader, order_ref: OrderRef, upto: Position) -> Iterator[PairedOrder]:
    """Load each other order whose parties were ever said to be this order's, with all that was said."""
    links: dict[OrderRef, list[PartyLink]] = {}
    for row in reader.rows(PAIR, {"order_ref": order_ref.bytes}):
        stream = reader.stream(StreamId(_reference(row, "link_ref")), upto=upto)
        said = _said(order_ref, [recorded.fact for recorded in stream])
        if said:
            links.setdefault(OrderRef(_reference(row, "linked")), []).extend(said)
    for other, shared in links.items():
        yield PairedOrder(order=_with_kin(reader, other, upto), shared=tuple(shared))


def _reference(row: Mapping[str, Cell], column: str) -> UUID:
    cell = row[column]
    return UUID(bytes=cell if isinstance(cell, bytes) else b"")


def _said(own: OrderRef, facts: list[AnyFact]) -> list[PartyLink]:
    """Give the times for which a link counted, as seen from one of its orders: said, taken back, said again."""
    found: list[PartyLink] = []
    opened: tuple[Instant, PartiesLinked] | None = None
    for fact in facts:
        match fact.event:
            case PartiesLinked() as event if opened is None:
                opened = fact.recorded_at, event
            case PartiesUnlinked() if opened is not None:
                found.append(_seen_from(own, opened[1], opened[0], fact.recorded_at))
                opened = None
            case _:
                continue
    if opened is not None:
        found.append(_seen_from(own, opened[1], opened[0], None))
    return found


def _seen_from(own: OrderRef, event: PartiesLinked, recorded_at: Instant, retracted_at: Instant | None) -> PartyLink:
    ours, theirs = (event.one, event.other) if event.one.order_ref == own else (event.other, event.one)
    return PartyLink(own=ours.party_ref, other=theirs.party_ref, recorded_at=recorded_at, retracted_at=retracted_at)


def part(dossier: Dossier, order_ref: OrderRef) -> Dossier:
    """Give the order of a dossier that a verdict enforces."""
    for candidate in (dossier, *dossier.linked):
        if candidate.facts and candidate.facts[0].stream == order_ref:
            return candidate
    return dossier
