"""Which facts are in doubt: recorded with a key in wrong hands, at or after the position from which it is not trusted.

A mark of compromise may be moved towards the ledger's beginning and never back. What an institution says it recorded
itself is in doubt no more, unless the key that said so is in wrong hands too: a thief with two keys must not confirm
with the one what the other recorded. All of it counts from the position at which it was recorded, so that the question
what was known at an earlier one has the answer of then.
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
class Confirmation:
    """That an institution said it recorded a fact itself, and by which of its keys."""

    institution: InstitutionId
    key_id: KeyId
    position: Position


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubts:
    """Every mark there is, and every confirmation."""

    marks: Mapping[tuple[InstitutionId, KeyId], tuple[Mark, ...]] = field(
        default_factory=dict[tuple[InstitutionId, KeyId], tuple[Mark, ...]]
    )
    confirmed: Mapping[FactId, tuple[Confirmation, ...]] = field(default_factory=dict[FactId, tuple[Confirmation, ...]])


NO_DOUBTS: Final = Doubts()


def evolve(doubts: Doubts, fact: Fact[AnyEvent], position: Position) -> Doubts:
    """Give the doubts after a fact at a position."""
    match fact.event:
        case KeyCompromised() as event:
            key = (event.institution, event.key_id)
            marks = (*doubts.marks.get(key, ()), Mark(begins=event.position, marked=position))
            return replace(doubts, marks={**doubts.marks, key: marks})
        case FactsConfirmed() as event:
            said = Confirmation(institution=event.institution, key_id=fact.actor.key_id, position=position)
            added = {fact_id: (*doubts.confirmed.get(fact_id, ()), said) for fact_id in event.facts}
            return replace(doubts, confirmed={**doubts.confirmed, **added})
        case _:
            return doubts


def in_doubt(doubts: Doubts, fact: Fact[AnyEvent], position: Position, *, known: Position) -> bool:
    """Say whether a fact at a position is in doubt, as known at another."""
    actor = fact.actor
    if not _marked(doubts, actor.institution, actor.key_id, position, known):
        return False
    return not any(
        each.institution == actor.institution
        and each.position <= known
        and not _marked(doubts, each.institution, each.key_id, each.position, known)
        for each in doubts.confirmed.get(fact.fact_id, ())
    )


def _marked(doubts: Doubts, institution: InstitutionId, key_id: KeyId, position: Position, known: Position) -> bool:
    """Say whether a key is not trusted with what it said at a position, as known at another."""
    marks = doubts.marks.get((institution, key_id), ())
    return any(mark.begins <= position and mark.marked <= known for mark in marks)


def doubtful(
    doubts: Doubts, facts: Iterable[tuple[Position, Fact[AnyEvent]]], *, known: Position
) -> tuple[FactId, ...]:
    """Give which of some facts are in doubt, in their order. Without a mark there is nothing to look at."""
    if not doubts.marks:
        return ()
    return tuple(fact.fact_id for position, fact in facts if in_doubt(doubts, fact, position, known=known))
