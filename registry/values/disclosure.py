"""Words of disclosure: what somebody wants to tell of an order, to whom, and what stands in the way.

A closed list; a code is never parsed from free text: adapters map their codes by code.
"""

from enum import StrEnum
from typing import Final


class Audience(StrEnum):
    """Who would learn of it."""

    RESPONDENT = "RESPONDENT"
    INTERNET = "INTERNET"
    SECURE_REGISTRY = "SECURE_REGISTRY"
    """A registry of a government that is closed to the public and serves enforcement (18 USC 2265(d)(3))."""


class Disclosed(StrEnum):
    """What would be told."""

    MEASURES = "MEASURES"
    SANCTIONS = "SANCTIONS"
    DURATION = "DURATION"
    REMEDIES = "REMEDIES"
    ISSUING_AUTHORITY = "ISSUING_AUTHORITY"
    ISSUANCE = "ISSUANCE"
    REGISTRATION = "REGISTRATION"
    """That the order was registered or filed somewhere."""
    IDENTITY = "IDENTITY"
    """Who the protected person is."""
    ADDRESS = "ADDRESS"
    POSTCODE = "POSTCODE"
    WORKPLACE = "WORKPLACE"
    SCHOOL = "SCHOOL"
    CONTACT = "CONTACT"
    PHONE = "PHONE"
    EMAIL = "EMAIL"


WHEREABOUTS: Final = frozenset(
    {
        Disclosed.ADDRESS,
        Disclosed.POSTCODE,
        Disclosed.WORKPLACE,
        Disclosed.SCHOOL,
        Disclosed.CONTACT,
        Disclosed.PHONE,
        Disclosed.EMAIL,
    }
)
"""What says where the protected person is, or how to reach them."""


class DisclosureBar(StrEnum):
    """What stands in the way of a disclosure."""

    PUBLICATION = "PUBLICATION"
    """It would be on the internet, and likely to reveal who or where the protected person is."""
    FILING = "FILING"
    """The respondent would learn of a registration, and the protected person has not asked for that."""
    WHEREABOUTS = "WHEREABOUTS"
    """The respondent would learn where the protected person is, and it is not needed to enforce."""
    WITHHELD = "WITHHELD"
    """The court of the order marked it confidential."""
