"""Who confirms a hit: whoever answers for the order, asked twice; then the next in the chain, each once. Pure.

Never whoever asks: an answer of one's own confirms nothing.
"""

from registry.access.actors import Directory, Role
from registry.alerts.escalation import chain
from registry.decisions.hit import Hit
from registry.values.identifiers import InstitutionId
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import Instant

_ANSWERING = frozenset({Role.COURT, Role.EXECUTING_AUTHORITY, Role.POLICE, Role.OPERATOR})


def confirming(
    directory: Directory, issuing: InstitutionId | None, jurisdiction: Jurisdiction, *, asked_by: InstitutionId
) -> InstitutionId | None:
    """Say who is asked first: who answers for the order, else the first of the chain where it was made, else nobody."""
    found = directory.find(issuing) if issuing is not None and issuing != asked_by else None
    if found is not None and found.roles & _ANSWERING:
        return found.institution
    return next((each for each in chain(directory, jurisdiction) if each != asked_by), None)


def asked_next(hit: Hit, directory: Directory, jurisdiction: Jurisdiction, *, now: Instant) -> InstitutionId | None:
    """Say who is asked again at an instant; None while there is time, once it was answered, or with nobody left.

    No answer brings a second request to the same institution, then one to each of the others.
    """
    if hit.closed or now <= hit.due:
        return None
    if hit.asked.request == 1 and hit.asked.recipient != hit.asked.asked_by:
        return hit.asked.recipient
    done = {*hit.recipients, hit.asked.asked_by}
    return next((each for each in chain(directory, jurisdiction) if each not in done), None)
