"""Decide conflicts of interest: noted once with who is told, and taken in hand by each of those."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from registry.commands.conflict import ConflictCommand, NoteConflict
from registry.errors import NotFound
from registry.events.base import Fact
from registry.events.catalogue import AnyEvent
from registry.events.conflict import ConflictAcknowledged, ConflictEvent, ConflictMet
from registry.values.identifiers import AlertRef, derived
from registry.values.time import DAY, Instant

WITHIN = DAY
BASIS = "registry rule: an officer who meets an order of their own is looked into within 24 hours"


@dataclass(frozen=True, kw_only=True, slots=True)
class Conflict:
    """A conflict as its facts have it."""

    met: ConflictMet
    in_hand: frozenset[AlertRef] = frozenset()


def decide(command: ConflictCommand, conflict: Conflict | None, *, now: Instant) -> tuple[ConflictEvent, ...]:
    """Give the facts that follow, or raise `NotFound` for whoever was not told."""
    if isinstance(command, NoteConflict):
        return () if conflict is not None else (_met(command, now),)
    met = conflict.met if conflict is not None else None
    alerts = dict(zip(met.recipients, met.alerts, strict=True)) if met is not None else {}
    own = alerts.get(command.by)
    if conflict is None or own is None:
        raise NotFound("no-such-conflict")
    if own in conflict.in_hand:
        return ()
    about = conflict.met
    return (ConflictAcknowledged(conflict_ref=about.conflict_ref, order_ref=about.order_ref, alert_ref=own),)


def _met(command: NoteConflict, now: Instant) -> ConflictMet:
    return ConflictMet(
        conflict_ref=command.conflict_ref,
        order_ref=command.order_ref,
        institution=command.institution,
        officer=command.officer,
        jurisdiction=command.jurisdiction,
        met=command.met,
        alerts=tuple(AlertRef(derived(command.conflict_ref, each)) for each in command.recipients),
        recipients=command.recipients,
        due=Instant(now + WITHIN),
        basis=BASIS,
    )


def evolve(conflict: Conflict | None, fact: Fact[AnyEvent]) -> Conflict | None:
    """Give the conflict after the fact; None for a stream that is of another noun."""
    if isinstance(fact.event, ConflictMet):
        return Conflict(met=fact.event)
    if conflict is not None and isinstance(fact.event, ConflictAcknowledged):
        return replace(conflict, in_hand=conflict.in_hand | {fact.event.alert_ref})
    return conflict


def fold(facts: Iterable[Fact[AnyEvent]]) -> Conflict | None:
    """Give the conflict that facts of one stream make; None for a stream that is of another noun."""
    conflict: Conflict | None = None
    for fact in facts:
        conflict = evolve(conflict, fact)
    return conflict
