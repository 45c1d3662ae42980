"""Words of conflicts of interest: an officer met an order of which they are a party."""

from enum import StrEnum
from typing import NewType
from uuid import UUID

ConflictRef = NewType("ConflictRef", UUID)


class Met(StrEnum):
    """How an officer met an order of their own, and what came of it."""

    READING = "READING"
    """Refused, as if there were no such order."""
    BREAK_GLASS = "BREAK_GLASS"
    """Refused, as if there were no such order."""
    ACTING = "ACTING"
    """Another act on the order, or on what belongs to it. Refused, as if there were none."""
    CHECK = "CHECK"
    """Answered like any other: what is in force may save a life, whoever asks."""
