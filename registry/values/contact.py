"""Words of contact with the protected person.

A closed list; a code is never parsed from free text: adapters map their codes by code.
"""

from enum import StrEnum


class MessageKind(StrEnum):
    """What happened that the protected person is told of; the message itself never says it."""

    ORDER_SERVED = "ORDER_SERVED"
    VIOLATION_REPORTED = "VIOLATION_REPORTED"
    ORDER_CHANGED = "ORDER_CHANGED"
    ORDER_ENDED = "ORDER_ENDED"
    RECOGNITION_DECIDED = "RECOGNITION_DECIDED"


class MessageFailure(StrEnum):
    """Why a channel could not hand a message over."""

    UNREACHABLE = "UNREACHABLE"
    REJECTED = "REJECTED"
    NO_CONTACT = "NO_CONTACT"
    NO_CONSENT = "NO_CONSENT"
    ERASED = "ERASED"
