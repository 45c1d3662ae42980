"""Words of break-glass: on what ground an order is opened in danger to life, who is told, what a reviewer finds."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NewType
from uuid import UUID

from registry.values.identifiers import SealedBlock
from registry.values.look import LookGround
from registry.values.time import DAY, HOUR, MINUTE

GlassRef = NewType("GlassRef", UUID)


class GlassAlertReason(StrEnum):
    """Why an institution is alerted of a break-glass."""

    BROKEN = "BROKEN"
    """It happened; whoever answers for the order and whoever reviews it learn of it at once."""
    NOT_ACKNOWLEDGED = "NOT_ACKNOWLEDGED"
    """An earlier alert of it was taken in hand by nobody in time."""
    REVIEW_OVERDUE = "REVIEW_OVERDUE"
    """Nobody reviewed it in time."""


class ReviewVerdict(StrEnum):
    """What a second person finds afterwards."""

    JUSTIFIED = "JUSTIFIED"
    NOT_JUSTIFIED = "NOT_JUSTIFIED"


class ReviewReason(StrEnum):
    """Why a reviewer finds so."""

    LIFE_IN_DANGER = "LIFE_IN_DANGER"
    DANGER_REASONABLY_BELIEVED = "DANGER_REASONABLY_BELIEVED"
    """There was none, but who acted had reason to believe there was."""
    OTHER_WAY_OPEN = "OTHER_WAY_OPEN"
    """A check or the court's own desk would have done."""
    NO_INCIDENT = "NO_INCIDENT"
    """The incident named does not exist, or is about something else."""
    NO_DANGER = "NO_DANGER"
    PRIVATE_INTEREST = "PRIVATE_INTEREST"


REASONS: Final = {
    ReviewVerdict.JUSTIFIED: frozenset({ReviewReason.LIFE_IN_DANGER, ReviewReason.DANGER_REASONABLY_BELIEVED}),
    ReviewVerdict.NOT_JUSTIFIED: frozenset(
        {
            ReviewReason.OTHER_WAY_OPEN,
            ReviewReason.NO_INCIDENT,
            ReviewReason.NO_DANGER,
            ReviewReason.PRIVATE_INTEREST,
        }
    ),
}
"""Which reasons each verdict can have."""
GROUNDS: Final = frozenset({LookGround.CALL_FOR_HELP, LookGround.THREAT_TO_LIFE, LookGround.MISSING_PERSON})
"""Dangers to life; nothing else breaks the glass."""
GROUNDS_OF_A_PLACE: Final = frozenset({LookGround.CALL_FOR_HELP, LookGround.THREAT_TO_LIFE})
"""Grounds on which it saves a life to know where somebody lives.

Never MISSING_PERSON: who is hiding from somebody is reported missing by them, and is not where the order says, or is
not missing.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class GlassTerms:
    """How long, by when and from when on; the registry's own choice, in microseconds."""

    open_for: int = HOUR
    """How long one order can be read."""
    acknowledged_within: int = 10 * MINUTE
    """By when an alert is taken in hand, as an urgent hit confirmation is."""
    reviewed_within: int = 3 * DAY
    """By when a second person has said whether it was justified."""
    most_waiting: int = 5
    """So many of one officer that wait for review, and this officer breaks no other before one is reviewed."""
    louder_from: int = 3
    """From so many of an institution that wait for review, the new one included, more are told."""


TERMS: Final = GlassTerms()
MAXIMUM_WORDS: Final = 2_000
"""Characters of a justification."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """What an officer states, in the clear: it goes no further than the command boundary."""

    incident: str = field(repr=False)
    words: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class SealedStatement:
    """The same under the institution's audit key of the month, and a commitment to it."""

    commitment: str
    query: SealedBlock
