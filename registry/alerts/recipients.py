"""Which institutions answer for a place, by the directory alone. Pure."""

from collections.abc import Iterable

from registry.access.actors import Directory, Role
from registry.values.identifiers import InstitutionId
from registry.values.jurisdiction import Jurisdiction, covers


def answering(directory: Directory, role: Role, jurisdiction: Jurisdiction) -> tuple[InstitutionId, ...]:
    """Give the institutions with a role that answer for a place; where none does, those of its parts.

    A breach said to be in `DE` must reach somebody although each police force answers for a Land:
    one told too many is better than nobody told.
    """
    found = directory.with_role(role, jurisdiction) or tuple(
        each
        for each in directory.institutions
        if role in each.roles and any(covers(jurisdiction, own) for own in each.jurisdictions)
    )
    return tuple(each.institution for each in found)


def distinct(recipients: Iterable[InstitutionId | None]) -> tuple[InstitutionId, ...]:
    """Give each recipient once, in order of first mention."""
    return tuple(dict.fromkeys(recipient for recipient in recipients if recipient is not None))
