"""Words of service: how the respondent came to know the terms.

A closed list; a code is never parsed from free text: adapters map their codes by code.
"""

from enum import StrEnum


class ServiceState(StrEnum):
    """How notice of one version of the terms stands with one respondent."""

    NOT_REQUIRED = "NOT_REQUIRED"
    PENDING = "PENDING"
    ATTEMPTED = "ATTEMPTED"
    SERVED_PERSONAL = "SERVED_PERSONAL"
    SERVED_SUBSTITUTED = "SERVED_SUBSTITUTED"
    SERVED_BY_MAIL = "SERVED_BY_MAIL"
    SERVED_ELECTRONIC = "SERVED_ELECTRONIC"
    SERVED_WAY_UNKNOWN = "SERVED_WAY_UNKNOWN"
    PRESENT_IN_COURT = "PRESENT_IN_COURT"
    VERBAL_NOTICE_BY_OFFICER = "VERBAL_NOTICE_BY_OFFICER"
    INFORMED_OTHER = "INFORMED_OTHER"
    DEEMED = "DEEMED"
    REFUSED_ACCEPTANCE = "REFUSED_ACCEPTANCE"
    ADDRESS_UNKNOWN = "ADDRESS_UNKNOWN"
    FAILED_RETURNED = "FAILED_RETURNED"
    UNKNOWN = "UNKNOWN"


COPY_SERVED = frozenset(
    {
        ServiceState.SERVED_PERSONAL,
        ServiceState.SERVED_SUBSTITUTED,
        ServiceState.SERVED_BY_MAIL,
        ServiceState.SERVED_ELECTRONIC,
        ServiceState.SERVED_WAY_UNKNOWN,
        ServiceState.DEEMED,
    }
)
"""A copy reached the respondent, or counts as having done so."""

TOLD = COPY_SERVED | {
    ServiceState.PRESENT_IN_COURT,
    ServiceState.VERBAL_NOTICE_BY_OFFICER,
    ServiceState.INFORMED_OTHER,
    ServiceState.REFUSED_ACCEPTANCE,
}
"""The respondent knows of the terms, or turned the knowledge away, by some way."""


class AttemptReason(StrEnum):
    """Why an attempt at service did not reach the respondent."""

    NOBODY_THERE = "NOBODY_THERE"
    ADDRESS_UNKNOWN = "ADDRESS_UNKNOWN"
    MOVED = "MOVED"
    EVADED = "EVADED"
    REFUSED = "REFUSED"
    UNSAFE = "UNSAFE"
    RETURNED = "RETURNED"
    OTHER = "OTHER"
