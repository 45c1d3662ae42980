"""Words of recognition: on what ground it is refused or ended.

Sources: Directive 2011/99/EU Arts 10, 13, 14; Regulation (EU) 606/2013 Art 13; 18 USC 2265.

A closed list; a code is never parsed from free text: adapters map their codes by code.
"""

from enum import StrEnum


class RefusalGround(StrEnum):
    """On what ground recognition is refused; which are open is a question of each instrument."""

    INCOMPLETE = "INCOMPLETE"
    NOT_ART5 = "NOT_ART5"
    NO_DUAL_CRIMINALITY = "NO_DUAL_CRIMINALITY"
    AMNESTY = "AMNESTY"
    IMMUNITY = "IMMUNITY"
    TIME_BARRED = "TIME_BARRED"
    NE_BIS_IN_IDEM = "NE_BIS_IN_IDEM"
    AGE_OF_RESPONSIBILITY = "AGE_OF_RESPONSIBILITY"
    TERRITORIALITY = "TERRITORIALITY"
    RESPONDENT_NOT_HEARD = "RESPONDENT_NOT_HEARD"
    PUBLIC_POLICY = "PUBLIC_POLICY"
    IRRECONCILABLE = "IRRECONCILABLE"
    UNKNOWN_MEASURE = "UNKNOWN_MEASURE"
    NO_JURISDICTION = "NO_JURISDICTION"
    NO_NOTICE = "NO_NOTICE"
    MUTUAL_NO_PETITION = "MUTUAL_NO_PETITION"
    MUTUAL_NO_FINDINGS = "MUTUAL_NO_FINDINGS"
    ISSUING_STATE_NO_STANDING = "ISSUING_STATE_NO_STANDING"


class DiscontinuationGround(StrEnum):
    """Why the executing State ends what it adopted (Directive 2011/99/EU Arts 13(6), 14(1))."""

    PROTECTED_PERSON_LEFT = "PROTECTED_PERSON_LEFT"
    MAXIMUM_TERM = "MAXIMUM_TERM"
    MODIFICATION_REFUSED = "MODIFICATION_REFUSED"
    SUPERVISION_TRANSFERRED = "SUPERVISION_TRANSFERRED"
    ISSUER_REVOKED = "ISSUER_REVOKED"
