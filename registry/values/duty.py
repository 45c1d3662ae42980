"""Words of duties: what the law has somebody told of, who is to be told, and by what means it was done.

A closed list; a code is never parsed from free text: adapters map their codes by code.
"""

from enum import StrEnum


class DutyCode(StrEnum):
    """What is owed; law/deadlines.py says when it arises, by when it is due, and on what basis."""

    COURT_TELLS_POLICE = "COURT_TELLS_POLICE"
    COURT_TELLS_POLICE_OF_SERVICE = "COURT_TELLS_POLICE_OF_SERVICE"
    TELL_OF_REVOCATION = "TELL_OF_REVOCATION"
    TELL_PROTECTED_PERSON_OF_SERVICE = "TELL_PROTECTED_PERSON_OF_SERVICE"
    TELL_OF_CERTIFICATE = "TELL_OF_CERTIFICATE"
    TELL_OF_FILING = "TELL_OF_FILING"
    TELL_OF_ADJUSTMENT = "TELL_OF_ADJUSTMENT"
    TELL_OF_RECOGNITION = "TELL_OF_RECOGNITION"
    TELL_OF_REFUSAL_WITH_GROUNDS = "TELL_OF_REFUSAL_WITH_GROUNDS"
    TELL_OF_DISCONTINUATION = "TELL_OF_DISCONTINUATION"
    SUPPLY_WHAT_IS_MISSING = "SUPPLY_WHAT_IS_MISSING"
    REPORT_ON_ANNEX_II_TRANSLATED = "REPORT_ON_ANNEX_II_TRANSLATED"
    TELL_POLICE_AT_ONCE = "TELL_POLICE_AT_ONCE"
    ATTEMPT_TO_PURCHASE = "ATTEMPT_TO_PURCHASE"


class Whom(StrEnum):
    """Who is to be told."""

    PROTECTED_PERSON = "PROTECTED_PERSON"
    RESPONDENT = "RESPONDENT"
    ISSUING_AUTHORITY = "ISSUING_AUTHORITY"
    EXECUTING_AUTHORITY = "EXECUTING_AUTHORITY"
    POLICE = "POLICE"
    STATE_OF_SUPERVISION = "STATE_OF_SUPERVISION"


class Means(StrEnum):
    """How somebody was told."""

    EMAIL = "EMAIL"
    TELEPHONE = "TELEPHONE"
    POST = "POST"
    IN_PERSON = "IN_PERSON"
    CASE_SYSTEM = "CASE_SYSTEM"
    """Through a system that both sides use."""
