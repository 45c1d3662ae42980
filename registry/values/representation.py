"""Words of a representation: by what paper an organisation acts for a protected party, and why it acts no more."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NewType
from uuid import UUID

from registry.values.institution import Role

RepresentationRef = NewType("RepresentationRef", UUID)


class Authorisation(StrEnum):
    """How the protected party authorised the organisation; the court has seen it and keeps it in its file."""

    WRITTEN_AUTHORISATION = "WRITTEN_AUTHORISATION"
    """Signed by the party for this organisation."""
    POWER_OF_ATTORNEY = "POWER_OF_ATTORNEY"
    """Given before a notary, or as the law of the place demands."""
    DECLARED_IN_COURT = "DECLARED_IN_COURT"
    """Said by the party itself before the court, which took it down."""


class Giver(StrEnum):
    """Whose authorisation it is. Nobody else gives one: a respondent is often the other parent of a protected child."""

    PARTY = "PARTY"
    """The party itself."""
    PROTECTED_PARTY = "PROTECTED_PARTY"
    """Another protected party of the same order, who represents it by law."""
    COURT_APPOINTED = "COURT_APPOINTED"
    """A guardian whom a court appointed for it in this matter."""


class RepresentationEnd(StrEnum):
    """Why a court ends a representation before its time."""

    REVOKED_BY_PARTY = "REVOKED_BY_PARTY"
    RENOUNCED = "RENOUNCED"
    """The organisation acts for the party no more."""
    WRONGLY_RECORDED = "WRONGLY_RECORDED"
    BY_COURT_ORDER = "BY_COURT_ORDER"


def represents(roles: Iterable[Role]) -> bool:
    """Say whether an institution of these roles may act for a party: an advocate, and nothing besides.

    Whoever also looks at orders in another role would be told who looked at those of its own.
    """
    return set(roles) == {Role.ADVOCATE}
