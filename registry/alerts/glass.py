"""Who is told of a break-glass: at once, once many wait for review, and when nobody takes it in hand. Pure."""

from registry.access.actors import Directory, Role
from registry.alerts.recipients import answering, distinct
from registry.commands.glass import AlertGlassAgain, NoteReviewOverdue, Told
from registry.decisions.glass import Glass, decide
from registry.values.glass import GlassRef
from registry.values.identifiers import AlertRef, InstitutionId
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import Instant


def told(
    directory: Directory,
    *,
    by: InstitutionId,
    jurisdiction: Jurisdiction,
    issuing: InstitutionId | None,
    made_in: Jurisdiction,
) -> Told:
    """Say who learns that an institution broke the glass of an order: who answers for the order, and who reviews.

    `jurisdiction` is where the institution acts. Where nobody answers for the order, the courts of the place are
    told, for somebody must be; where nobody supervises it, its operators, and the institution itself in any case.
    """
    reviewers = supervisors(directory, by, jurisdiction)
    operators = answering(directory, Role.OPERATOR, jurisdiction)
    courts = (issuing,) if issuing is not None else answering(directory, Role.COURT, made_in)
    review_by = next(iter((*reviewers, *operators, by)))
    return Told(
        at_once=distinct((*courts, by, review_by)),
        louder=distinct((*reviewers, *answering(directory, Role.SUPERVISOR, jurisdiction), *operators)),
        review_by=review_by,
    )


def supervisors(directory: Directory, by: InstitutionId, jurisdiction: Jurisdiction) -> tuple[InstitutionId, ...]:
    """Give who reviews what an institution did: itself where it has supervisors, then those of the place."""
    found = directory.find(by)
    own = (by,) if found is not None and Role.SUPERVISOR in found.roles else ()
    return distinct((*own, *answering(directory, Role.SUPERVISOR, jurisdiction)))


def chain(directory: Directory, glass: Glass) -> tuple[InstitutionId, ...]:
    """Give who is alerted, one after another, when nobody takes it in hand."""
    place = glass.broken.jurisdiction
    return distinct(
        (
            *supervisors(directory, glass.by.institution, place),
            *answering(directory, Role.OPERATOR, place),
            glass.by.institution,
        )
    )


def alerted_next(glass: Glass, lapsed: AlertRef, directory: Directory, *, now: Instant) -> AlertGlassAgain | None:
    """Give the command that alerts the next; None where nothing would follow from it."""
    candidates = chain(directory, glass)
    command = AlertGlassAgain(glass_ref=glass.broken.glass_ref, lapsed=lapsed, candidates=candidates)
    return command if decide(command, glass, now=now) else None


def overdue(glass: Glass, directory: Directory, told_first: InstitutionId | None) -> NoteReviewOverdue:
    """Give the command that says that a review is overdue: to all who could have reviewed it, and to the court."""
    recipients = distinct((told_first, *chain(directory, glass)))
    return NoteReviewOverdue(glass_ref=GlassRef(glass.broken.glass_ref), recipients=recipients)
