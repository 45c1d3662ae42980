"""Which facts are in doubt: recorded with a key in wrong hands, at or after the position from which it is not trusted.

A mark of compromise may be moved towards the ledger's beginning and never back. What an institution says it recorded
itself is in doubt no more. Both count from the position at which they were recorded, so that the question what was
known at an earlier one has the answer of then.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from registry.events.base import Fact
from registry.events.catalogue import AnyEvent
from registry.events.institution import FactsConfirmed, KeyCompromised
from registry.values.identifiers import FactId, InstitutionId, KeyId, Position


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """From where on a key is not trusted, and since when that is known."""

    begins: Position
    marked: Position


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubts:
    """Every mark there is, and every fact that was confirmed."""

    marks: Mapping[tuple[InstitutionId, KeyId], tuple[Mark, ...]] = field(
        default_factory=dict[tuple[InstitutionId, KeyId], tuple[Mark, ...]]
    )
    confirmed: Mapping[FactId, tuple[InstitutionId, Position]] = field(
        default_factory=dict[FactId, tuple[InstitutionId, Position]]
    )


NO_DOUBTS: Final = Doubts()


def evolve(doubts: Doubts, fact: Fact[AnyEvent], position: Position) -> Doubts:
    """Give the doubts after a fact at a position."""
    match fact.event:
        case KeyCompromised() as event:
            key = (event.institution, event.key_id)
            marks = (*doubts.marks.get(key, ()), Mark(begins=event.position, marked=position))
            return replace(doubts, marks={**doubts.marks, key: marks})
        case FactsConfirmed() as event:
            said = dict.fromkeys(event.facts, (event.institution, position))
            return replace(doubts, confirmed={**said, **doubts.confirmed})
        case _:
            return doubts


def in_doubt(doubts: Doubts, fact: Fact[AnyEvent], position: Position, *, known: Position) -> bool:
    """Say whether a fact at a position is in doubt, as known at another."""
    actor = fact.actor
    marks = doubts.marks.get((actor.institution, actor.key_id), ())
    if not any(mark.begins <= position and mark.marked <= known for mark in marks):
        return False
    by, confirmed = doubts.confirmed.get(fact.fact_id, (None, position))
    return by != actor.institution or confirmed > known


def doubtful(
    doubts: Doubts, facts: Iterable[tuple[Position, Fact[AnyEvent]]], *, known: Position
) -> tuple[FactId, ...]:
    """Give which of some facts are in doubt, in their order. Without a mark there is nothing to look at."""
    if not doubts.marks:
        return ()
    return tuple(fact.fact_id for position, fact in facts if in_doubt(doubts, fact, position, known=known))
