"""Words of what a court is shown before it enters an order: how an order that is there already crosses it, and why."""

from enum import StrEnum


class Crossing(StrEnum):
    """How an order that is registered stands to one that is about to be."""

    DUPLICATE = "DUPLICATE"
    """It may be the same order, entered before."""
    CONFLICTING = "CONFLICTING"
    """Both bind the same pair, and what one allows the other forbids."""
    MUTUAL = "MUTUAL"
    """The same two persons with the roles exchanged (18 USC 2265(c))."""


class CrossingReason(StrEnum):
    """By what it was found."""

    SAME_CASE_NUMBER = "SAME_CASE_NUMBER"
    SAME_PARTIES_AND_KIND = "SAME_PARTIES_AND_KIND"
    CONTACT_ALLOWED_AND_FORBIDDEN = "CONTACT_ALLOWED_AND_FORBIDDEN"
    RESIDENCE_TO_BOTH = "RESIDENCE_TO_BOTH"
    CUSTODY_TO_BOTH = "CUSTODY_TO_BOTH"
    ROLES_EXCHANGED = "ROLES_EXCHANGED"
