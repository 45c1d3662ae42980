"""What follows from a key in wrong hands: its institution has to say of every fact of an order whether it stands."""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from registry.alerts.around import Around, Doubted
from registry.commands.institution import DoubtFact
from registry.events.document import DocumentSigned
from registry.events.institution import KeyCompromised
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
    """Read the ledger from where on the key is not trusted, and give the facts of orders recorded with it."""
    position = event.position - 1
    while facts := reader.after(Position(position), limit=_BATCH):
        for recorded in facts:
            if recorded.position >= upto.position:
                return
            if isinstance(recorded.fact.event, DocumentSigned):
                continue  # it says nothing of an order by itself: what was recorded of the document is in doubt
            actor, order_ref = recorded.fact.actor, order_of(recorded.fact)
            if (actor.institution, actor.key_id) == (event.institution, event.key_id) and order_ref is not None:
                yield Doubted(fact_id=recorded.fact.fact_id, order_ref=order_ref)
        position = facts[-1].position


def order_of(fact: AnyFact) -> OrderRef | None:
    """Give the order that a fact is about; of two whose parties it calls one person, the first."""
    if isinstance(fact.event, PartiesLinked):
        return fact.event.one.order_ref
    found: UUID | None = getattr(fact.event, "order_ref", None)
    return None if found is None else OrderRef(found)
