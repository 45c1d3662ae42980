"""Loads dossiers from the ledger: an order with its recognitions, and each linked order with its own."""

from uuid import UUID

from registry.law.dossier import Dossier
from registry.law.standing import AnyFact
from registry.ledger.port import Reader
from registry.values.identifiers import OrderRef, Position, StreamId
from registry.views.police import LINK


def load(reader: Reader, order_ref: OrderRef, *, upto: Position) -> Dossier:
    """Load all that an answer about an order may rest on, up to and including a position.

    Empty where there was no such order.
    """
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


def part(dossier: Dossier, order_ref: OrderRef) -> Dossier:
    """Give the order of a dossier that a verdict enforces."""
    for candidate in (dossier, *dossier.linked):
        if candidate.facts and candidate.facts[0].stream == order_ref:
            return candidate
    return dossier
