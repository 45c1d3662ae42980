"""Who is told that an officer met an order of their own, at once and when nobody takes it in hand. Pure.

The officer's own institution is told only where there is nobody else: what it is alerted of, its officers may see.
"""

from collections.abc import Iterable

from registry.access.actors import Directory, Role
from registry.alerts.recipients import answering, distinct
from registry.commands.conflict import AlertConflictAgain
from registry.decisions.conflict import Conflict, decide
from registry.values.identifiers import AlertRef, InstitutionId
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import Instant


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


def _others(institutions: Iterable[InstitutionId | None], own: InstitutionId) -> tuple[InstitutionId, ...]:
    return tuple(each for each in distinct(institutions) if each != own)
