"""Who is told that an officer met an order of their own: at once, after a check, when nobody takes it in hand.

The officer's own institution is told only where there is nobody else: what it is alerted of, its officers may see.
A check is answered all the same and not a moment later; what follows from it follows from its fact, which was durable
before the answer left. So no end of a process loses it, and neither does a store that was down.
"""

import logging
from collections.abc import Iterable, Iterator
from typing import Final

from registry.access.actors import Directory, Role
from registry.alerts.reactor import Following
from registry.alerts.recipients import answering, distinct
from registry.alerts.surroundings import Surroundings
from registry.commands.conflict import AlertConflictAgain, NoteConflict
from registry.decisions.conflict import Conflict, decide
from registry.errors import Tampered
from registry.events.check import AnswerGiven
from registry.ledger.port import Reader, Recorded
from registry.officers import is_party
from registry.values.conflict import ConflictRef, Met
from registry.values.identifiers import AlertRef, InstitutionId, OrderRef, derived
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import HOUR, Instant
from registry.views.base import View

LOG: Final = logging.getLogger("registry.security")
CONFLICT_NOTES: Final = View(name="conflict_notes", tables=(), on=lambda _: ())
"""How far the checks were compared with the officers who made them."""


def told(
    directory: Directory, *, by: InstitutionId, place: Jurisdiction, issuing: InstitutionId | None
) -> tuple[InstitutionId, ...]:
    """Tell the court and the supervisors of the place; its operators where nobody supervises it."""
    supervisors = answering(directory, Role.SUPERVISOR, place)
    operators = () if supervisors else answering(directory, Role.OPERATOR, place)
    return _others((issuing, *supervisors, *operators), by) or (by,)


def chain(directory: Directory, conflict: Conflict, made_in: Jurisdiction) -> tuple[InstitutionId, ...]:
    """Give who is alerted, one after another, when nobody takes it in hand: of the place, then of the order's."""
    roles = (Role.SUPERVISOR, Role.OPERATOR)
    places = (conflict.met.jurisdiction, made_in)
    found = (each for place in places for role in roles for each in answering(directory, role, place))
    return _others(found, conflict.met.institution)


def alerted_next(
    conflict: Conflict, lapsed: AlertRef, directory: Directory, made_in: Jurisdiction, *, now: Instant
) -> AlertConflictAgain | None:
    """Give the command that alerts the next; None where nothing would follow from it."""
    candidates = chain(directory, conflict, made_in)
    command = AlertConflictAgain(conflict_ref=conflict.met.conflict_ref, lapsed=lapsed, candidates=candidates)
    return command if decide(command, conflict, now=now) else None


def noting(
    around: Surroundings,
    *,
    officer: tuple[InstitutionId, str],
    place: Jurisdiction,
    order_ref: OrderRef,
    met: Met,
    at: Instant,
) -> NoteConflict:
    """Give the command that notes that an officer of an institution met an order at an instant.

    Tried again within the hour it is the same: who is alerted is not buried under alerts.
    """
    institution, person = officer
    said = f"conflict/{institution}/{person}/{met.value}/{at // HOUR}"
    return NoteConflict(
        conflict_ref=ConflictRef(derived(order_ref, said)),
        order_ref=order_ref,
        institution=institution,
        officer=person,
        jurisdiction=place,
        met=met,
        recipients=told(around.directory(), by=institution, place=place, issuing=around.issuing(order_ref)),
    )


def of_checks(around: Surroundings, index_key: bytes) -> Following:
    """Follow the answers that officers were given, and note each order of their own among them."""

    def commands(recorded: Recorded) -> Iterator[NoteConflict]:
        actor, event = recorded.fact.actor, recorded.fact.event
        officer = actor.on_behalf_of
        if not isinstance(event, AnswerGiven) or officer is None:
            return
        for order_ref in event.named:
            if _is_party(around.reader, index_key, (actor.institution, officer), order_ref):
                yield noting(
                    around,
                    officer=(actor.institution, officer),
                    place=event.jurisdiction,
                    order_ref=order_ref,
                    met=Met.CHECK,
                    at=event.given_at,
                )
                LOG.warning('{"event":"conflict-met"}')

    return Following(view=CONFLICT_NOTES, topics=(AnswerGiven.TOPIC,), commands=commands)


def _is_party(reader: Reader, index_key: bytes, officer: tuple[InstitutionId, str], order_ref: OrderRef) -> bool:
    try:
        return is_party(reader, index_key, *officer, order_ref)
    except Tampered:
        # Put aside, as any other fact of which nothing can be said; those after it are owed all the same.
        message = "an officer's row does not fit its place"
        raise ValueError(message) from None


def _others(institutions: Iterable[InstitutionId | None], own: InstitutionId) -> tuple[InstitutionId, ...]:
    return tuple(each for each in distinct(institutions) if each != own)
