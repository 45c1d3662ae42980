"""Words of hit confirmation: how urgent it is, and what those who hold the order answer."""

from enum import StrEnum


class Urgency(StrEnum):
    """How soon the officer needs it; law/deadlines.py says how many minutes that is."""

    URGENT = "URGENT"
    """Somebody is held, or the answer decides what happens at the scene."""
    ROUTINE = "ROUTINE"


class HitAnswer(StrEnum):
    """Whether the order stands as the check said, and is of this person."""

    CONFIRMED = "CONFIRMED"
    NOT_CONFIRMED = "NOT_CONFIRMED"
    MORE_TIME = "MORE_TIME"
    """Neither yet: it will be answered by a stated instant."""
