"""Words of erasure: why a party's data in an order is destroyed, and what can stand against it.

A closed list; a code is never parsed from free text: adapters map their codes by code.
"""

from enum import StrEnum


class ErasureGround(StrEnum):
    """Why the data is erased."""

    RETENTION_OVER = "RETENTION_OVER"
    """The periods of the retention schedule are over (GDPR Art 5(1)(e), 17(1)(a))."""
    UNLAWFUL = "UNLAWFUL"
    """It should not have been recorded (GDPR Art 17(1)(d))."""
    COURT_ORDERED = "COURT_ORDERED"
    """A court or supervisory authority has ordered it (GDPR Art 17(1)(e))."""


class ImpedimentCode(StrEnum):
    """What stands against erasing."""

    ORDER_IN_FORCE = "ORDER_IN_FORCE"
    LINKED_ORDER_IN_FORCE = "LINKED_ORDER_IN_FORCE"
    SAME_PERSON_IN_FORCE = "SAME_PERSON_IN_FORCE"
    """An order in force is found through this one, whose party is said to be the same person."""
    RECOGNITION_PENDING = "RECOGNITION_PENDING"
    BREACH_OPEN = "BREACH_OPEN"
    RETENTION_PERIOD = "RETENTION_PERIOD"
    LIMITATION_PERIOD = "LIMITATION_PERIOD"
    NO_RETENTION_RULE = "NO_RETENTION_RULE"
