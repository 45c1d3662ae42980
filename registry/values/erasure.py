"""Words of erasure: why a party's data in an order is destroyed, and what can stand against it.

A closed list; a code is never parsed from free text: adapters map their codes by code.
"""

from enum import StrEnum
from typing import Final


class ErasureGround(StrEnum):
    """Why the data is erased."""

    RETENTION_OVER = "RETENTION_OVER"
    """The periods of the retention schedule are over (GDPR Art 5(1)(e), 17(1)(a))."""
    UNLAWFUL = "UNLAWFUL"
    """It should not have been recorded (GDPR Art 17(1)(d))."""
    RECTIFIED = "RECTIFIED"
    """It was wrong and has been set right (GDPR Art 5(1)(d)); for what it was before, and for nothing else."""
    COURT_ORDERED = "COURT_ORDERED"
    """A court or supervisory authority has ordered it (GDPR Art 17(1)(e))."""


FOR_FORMER_DATA: Final = frozenset({ErasureGround.RECTIFIED, ErasureGround.UNLAWFUL, ErasureGround.COURT_ORDERED})
"""The grounds on which what was set right is erased by itself. No period is kept for what was never so."""
FOR_A_PARTY: Final = frozenset({ErasureGround.RETENTION_OVER, ErasureGround.UNLAWFUL, ErasureGround.COURT_ORDERED})


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
    WAITING_PERIOD = "WAITING_PERIOD"
    """What held it, or what set it right, was recorded less than 28 days ago: there is time to object."""
    FACTS_IN_DOUBT = "FACTS_IN_DOUBT"
    """Something would stand against it but for facts that were recorded with a key in wrong hands."""
