"""Loads dossiers from the ledger: an order, its recognitions, its kin, and the other orders of the same persons."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from registry.events.party import PartiesLinked, PartiesUnlinked
from registry.law.corrections import NOTHING_RECTIFIED, Rectified, rectified
from registry.law.dossier import MAXIMUM_LINKS, Dossier, PairedOrder
from registry.law.links import Saying, reached, same_persons
from registry.law.standing import AnyFact
from registry.ledger.port import Reader
from registry.ledger.rows import Cell
from registry.values.identifiers import LinkRef, OrderRef, Position, StreamId
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
    """Load each other order of the same persons, however many sayings lead from one to the other."""
    if not reader.rows(PAIR, {"order_ref": order_ref.bytes}, limit=1):
        return
    sayings: list[Saying] = []
    for link_ref in reached([order_ref], lambda ref: _links_of(reader, ref), most=MAXIMUM_LINKS):
        stream = reader.stream(StreamId(link_ref), upto=upto)
        sayings.extend(_said([recorded.fact for recorded in stream]))
    for other, shared in same_persons(order_ref, sayings).items():
        yield PairedOrder(order=_with_kin(reader, other, upto), shared=shared)


def _links_of(reader: Reader, order_ref: OrderRef) -> Iterator[tuple[LinkRef, OrderRef]]:
    for row in reader.rows(PAIR, {"order_ref": order_ref.bytes}):
        yield LinkRef(_reference(row, "link_ref")), OrderRef(_reference(row, "linked"))


def _reference(row: Mapping[str, Cell], column: str) -> UUID:
    cell = row[column]
    return UUID(bytes=cell if isinstance(cell, bytes) else b"")


def _said(facts: list[AnyFact]) -> Iterator[Saying]:
    """Give the times for which a link counted: said, taken back, said again."""
    opened: tuple[Instant, PartiesLinked] | None = None
    for fact in facts:
        match fact.event:
            case PartiesLinked() as event if opened is None:
                opened = fact.recorded_at, event
            case PartiesUnlinked() if opened is not None:
                yield _saying(*opened, fact.recorded_at)
                opened = None
            case _:
                continue
    if opened is not None:
        yield _saying(*opened, None)


def _saying(recorded_at: Instant, event: PartiesLinked, retracted_at: Instant | None) -> Saying:
    return Saying(one=event.one, other=event.other, recorded_at=recorded_at, retracted_at=retracted_at)


def part(dossier: Dossier, order_ref: OrderRef) -> Dossier:
    """Give the order of a dossier that a verdict enforces."""
    for candidate in (dossier, *dossier.linked):
        if candidate.facts and candidate.facts[0].stream == order_ref:
            return candidate
    return dossier


def rectified_since(reader: Reader, order_ref: OrderRef, known_at: Instant, now: Instant) -> Rectified:
    """Say what was set right since the time asked about; asked about now, the standing holds nothing else."""
    if known_at >= now:
        return NOTHING_RECTIFIED
    return rectified(recorded.fact for recorded in reader.stream(StreamId(order_ref)))
