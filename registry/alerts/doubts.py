"""What follows from a key in wrong hands: its institution has to say of every fact of an order whether it stands."""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from registry.alerts.around import Around, Doubted
from registry.commands.institution import DoubtFact
from registry.events.document import DocumentSigned
from registry.events.institution import FactDoubted, FactsConfirmed, KeyCompromised
from registry.events.party import PartiesLinked
from registry.ledger.port import AnyFact, Reader, Recorded
from registry.values.identifiers import OrderRef, Position
from registry.values.time import DAY, Instant

WITHIN: Final = DAY
_BATCH: Final = 500


def doubted(fact: AnyFact, event: KeyCompromised, around: Around) -> Iterator[DoubtFact]:
    """Hold the institution to answer for each fact that was recorded with the key."""
    for each in around.doubted:
        yield DoubtFact(
            stream=fact.stream,
            institution=event.institution,
            key_id=event.key_id,
            fact_id=each.fact_id,
            order_ref=each.order_ref,
            due=Instant(fact.recorded_at + WITHIN),
        )


def recorded_with(reader: Reader, event: KeyCompromised, upto: Recorded) -> Iterator[Doubted]:
    """Read the ledger from where on the key is not trusted, and give the facts of orders recorded with it.

    Also those that were asked of before and that this key confirmed: nobody has answered for them then.
    """
    position = event.position - 1
    while facts := reader.after(Position(position), limit=_BATCH):
        for recorded in facts:
            if recorded.position >= upto.position:
                return
            actor = recorded.fact.actor
            if (actor.institution, actor.key_id) == (event.institution, event.key_id):
                yield from _said(reader, recorded.fact)
        position = facts[-1].position


def _said(reader: Reader, fact: AnyFact) -> Iterator[Doubted]:
    """Give what is in doubt of a fact that the key recorded: the fact itself, or what it confirmed."""
    if isinstance(fact.event, FactsConfirmed):
        asked = (each.fact.event for each in reader.stream(fact.stream))
        orders = {each.fact_id: each.order_ref for each in asked if isinstance(each, FactDoubted)}
        yield from (Doubted(fact_id=fact_id, order_ref=orders[fact_id]) for fact_id in fact.event.facts)
    # A document's signature says nothing of an order by itself: what was recorded of the document is in doubt.
    elif (order_ref := order_of(fact)) is not None and not isinstance(fact.event, DocumentSigned):
        yield Doubted(fact_id=fact.fact_id, order_ref=order_ref)


def order_of(fact: AnyFact) -> OrderRef | None:
    """Give the order that a fact is about; of two whose parties it calls one person, the first."""
    if isinstance(fact.event, PartiesLinked):
        return fact.event.one.order_ref
    found: UUID | None = getattr(fact.event, "order_ref", None)
    return None if found is None else OrderRef(found)
