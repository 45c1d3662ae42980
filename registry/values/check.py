"""Words of the check: what the law says, how good the source is, and the word for the officer.

A closed list; a code is never parsed from free text: adapters map their codes by code.
"""

from enum import StrEnum
from typing import Final


class EnforcementStatus(StrEnum):
    """What the law says of one order, at a place, at an instant."""

    ENFORCEABLE = "ENFORCEABLE"
    ENFORCEABLE_IMPORTED = "ENFORCEABLE_IMPORTED"
    ENFORCEABLE_ON_FACE = "ENFORCEABLE_ON_FACE"
    PARTIAL = "PARTIAL"
    NOTIFY_THEN_ENFORCE = "NOTIFY_THEN_ENFORCE"
    RECOGNISED_NOT_ENFORCEABLE = "RECOGNISED_NOT_ENFORCEABLE"
    RECOGNITION_PENDING = "RECOGNITION_PENDING"
    RECOGNITION_REFUSED = "RECOGNITION_REFUSED"
    RECOGNITION_LAPSED = "RECOGNITION_LAPSED"
    NOT_RECOGNISED = "NOT_RECOGNISED"
    SUSPENDED = "SUSPENDED"
    SUPERSEDED = "SUPERSEDED"
    REVOKED = "REVOKED"
    DISCONTINUED = "DISCONTINUED"
    EXPIRED = "EXPIRED"
    NOT_YET_IN_FORCE = "NOT_YET_IN_FORCE"
    REPORT_ONLY = "REPORT_ONLY"
    NO_RECORD = "NO_RECORD"
    CONFLICTING_SOURCES = "CONFLICTING_SOURCES"


class SourceState(StrEnum):
    """How far the source behind a record can be trusted now."""

    CURRENT = "CURRENT"
    STALE = "STALE"
    UNREACHABLE = "UNREACHABLE"
    DOUBTFUL = "DOUBTFUL"
    """Something that the answer rests on was recorded with a key in wrong hands, and nobody has confirmed it."""


class Word(StrEnum):
    """The one word an officer reads first."""

    IN_FORCE = "IN FORCE"
    NOT_IN_FORCE = "NOT IN FORCE"
    CANNOT_TELL = "CANNOT TELL"


class CheckPurpose(StrEnum):
    """Why an officer asks."""

    AT_THE_SCENE = "AT_THE_SCENE"
    DISPATCH = "DISPATCH"
    INVESTIGATION = "INVESTIGATION"
    COURT_REGISTRATION = "COURT_REGISTRATION"
    PROTECTED_PERSON_SAFETY = "PROTECTED_PERSON_SAFETY"


class Band(StrEnum):
    """How sure it is that a registered person is the one asked about."""

    IDENTICAL = "IDENTICAL"
    """An identifier agrees, or a further attribute besides name and birth date."""
    STRONG = "STRONG"
    POSSIBLE = "POSSIBLE"
    WEAK = "WEAK"
    """Not shown."""


SURE: Final = frozenset({Band.IDENTICAL})
"""Bands of which the orders are answered at once. Of any other an officer first says that this is the person:
a strong match is a stranger's in some cases of a thousand, and "in force" of a stranger is a wrongful arrest."""
