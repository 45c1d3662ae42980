"""Words of violation: what was done against an order, and how it was closed.

A closed list; a code is never parsed from free text: adapters map their codes by code.
"""

from enum import StrEnum


class BreachKind(StrEnum):
    """What the respondent is reported to have done."""

    PLACE_ENTRY = "PLACE_ENTRY"
    CONTACT_DIRECT = "CONTACT_DIRECT"
    CONTACT_ONLINE = "CONTACT_ONLINE"
    THIRD_PARTY_CONTACT = "THIRD_PARTY_CONTACT"
    DISTANCE = "DISTANCE"
    VIOLENCE = "VIOLENCE"
    THREAT = "THREAT"
    STALKING_FOLLOWING = "STALKING_FOLLOWING"
    PUBLICATION_DOXXING = "PUBLICATION_DOXXING"
    IMPERSONATION = "IMPERSONATION"
    INTIMATE_IMAGE = "INTIMATE_IMAGE"
    TRACKING_DEVICE = "TRACKING_DEVICE"
    DAMAGE = "DAMAGE"
    WEAPON_POSSESSION = "WEAPON_POSSESSION"
    WEAPON_PURCHASE_ATTEMPT = "WEAPON_PURCHASE_ATTEMPT"
    DEVICE_TAMPER = "DEVICE_TAMPER"
    FAILURE_TO_LEAVE = "FAILURE_TO_LEAVE"
    OTHER = "OTHER"


class ViolationOutcome(StrEnum):
    """How a reported breach was closed."""

    ARREST = "ARREST"
    WARNING = "WARNING"
    REPORTED_TO_PROSECUTOR = "REPORTED_TO_PROSECUTOR"
    UNFOUNDED = "UNFOUNDED"
    NO_ACTION_POSSIBLE = "NO_ACTION_POSSIBLE"
