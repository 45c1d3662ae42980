"""Decide conflicts of interest: noted once with who is told, taken in hand by each of those, or told to the next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from registry.commands.conflict import AlertConflictAgain, ConflictCommand, NoteConflict
from registry.errors import NotFound
from registry.events.base import Fact
from registry.events.catalogue import AnyEvent
from registry.events.conflict import ConflictAcknowledged, ConflictAlerted, ConflictEvent, ConflictMet
from registry.values.identifiers import AlertRef, InstitutionId, derived
from registry.values.time import DAY, Instant

WITHIN = DAY
BASIS = "registry rule: an officer who meets an order of their own is looked into within 24 hours"


@dataclass(frozen=True, kw_only=True, slots=True)
class Conflict:
    """A conflict as its facts have it."""

    met: ConflictMet
    again: tuple[ConflictAlerted, ...] = ()
    in_hand: frozenset[AlertRef] = frozenset()

    def alert_of(self, institution: InstitutionId) -> tuple[AlertRef, Instant] | None:
        """Give the alert of an institution and by when it is to be taken in hand; None for whoever was not alerted."""
        return next(((ref, due) for ref, (whose, due) in self.alerts().items() if whose == institution), None)

    def alerts(self) -> Mapping[AlertRef, tuple[InstitutionId, Instant]]:
        """Give every alert with whose it is and when it is due, first those of the beginning."""
        met = self.met
        first = {ref: (whose, met.due) for ref, whose in zip(met.alerts, met.recipients, strict=False)}
        return first | {each.alert_ref: (each.recipient, each.due) for each in self.again}


def decide(command: ConflictCommand, conflict: Conflict | None, *, now: Instant) -> tuple[ConflictEvent, ...]:
    """Give the facts that follow, or raise `NotFound` for whoever was not told."""
    if isinstance(command, NoteConflict):
        return () if conflict is not None else (_met(command, now),)
    if isinstance(command, AlertConflictAgain):
        return _again(command, conflict, now)
    own = conflict.alert_of(command.by) if conflict is not None else None
    if conflict is None or own is None:
        raise NotFound("no-such-conflict")
    if own[0] in conflict.in_hand:
        return ()
    about = conflict.met
    return (ConflictAcknowledged(conflict_ref=about.conflict_ref, order_ref=about.order_ref, alert_ref=own[0]),)


def _again(command: AlertConflictAgain, conflict: Conflict | None, now: Instant) -> tuple[ConflictEvent, ...]:
    """Alert the first who was not alerted yet; with nobody left, or once it is in hand, nothing more is said.

    One for each alert that lapsed: what follows from it has a reference that follows from its own.
    """
    if conflict is None:
        raise NotFound("no-such-conflict")
    alerts, successor = conflict.alerts(), AlertRef(derived(command.lapsed, "escalation"))
    lapsed = alerts.get(command.lapsed)
    if lapsed is None or now <= lapsed[1] or command.lapsed in conflict.in_hand or successor in alerts:
        return ()
    told = {recipient for recipient, _ in alerts.values()}
    following = next((each for each in command.candidates if each not in told), None)
    if following is None:
        return ()
    about, due = conflict.met, Instant(now + WITHIN)
    return (
        ConflictAlerted(
            conflict_ref=about.conflict_ref,
            order_ref=about.order_ref,
            alert_ref=successor,
            recipient=following,
            due=due,
            basis=BASIS,
        ),
    )


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
    if conflict is not None and isinstance(fact.event, ConflictAlerted):
        return replace(conflict, again=(*conflict.again, fact.event))
    return conflict


def fold(facts: Iterable[Fact[AnyEvent]]) -> Conflict | None:
    """Give the conflict that facts of one stream make; None for a stream that is of another noun."""
    conflict: Conflict | None = None
    for fact in facts:
        conflict = evolve(conflict, fact)
    return conflict
