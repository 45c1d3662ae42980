"""Words of issuance: what an order is, what it forbids, and why it ends.

Closed lists; a code is never parsed from free text: adapters map their codes by code.
"""

from enum import StrEnum


class Ternary(StrEnum):
    """What a record says of a yes-or-no matter; what it does not say stays unknown."""

    YES = "YES"
    NO = "NO"
    UNKNOWN = "UNKNOWN"


class OrderKind(StrEnum):
    """What sort of order it is, over all legal systems."""

    EMERGENCY = "EMERGENCY"
    INTERIM = "INTERIM"
    FINAL = "FINAL"
    CRIMINAL_CONDITION = "CRIMINAL_CONDITION"
    EUROPEAN_PROTECTION_ORDER = "EUROPEAN_PROTECTION_ORDER"
    IMPORTED_MEASURE = "IMPORTED_MEASURE"
    FOREIGN_REGISTERED = "FOREIGN_REGISTERED"
    UNDERTAKING = "UNDERTAKING"
    MILITARY = "MILITARY"
    UNKNOWN = "UNKNOWN"


class Nature(StrEnum):
    """The branch of law the order was made in: it decides which instrument can carry it abroad."""

    CIVIL = "CIVIL"
    CRIMINAL = "CRIMINAL"
    ADMINISTRATIVE = "ADMINISTRATIVE"
    UNKNOWN = "UNKNOWN"


class Maker(StrEnum):
    """Who made the order; an order by police never supersedes a court's (NSW s 98ZB)."""

    COURT = "COURT"
    POLICE = "POLICE"
    ADMINISTRATIVE_AUTHORITY = "ADMINISTRATIVE_AUTHORITY"
    COMMANDER = "COMMANDER"
    UNKNOWN = "UNKNOWN"


class PartyRole(StrEnum):
    """A party's side in one order."""

    PROTECTED = "PROTECTED"
    RESPONDENT = "RESPONDENT"


class ConditionKind(StrEnum):
    """What an order forbids, demands or permits."""

    NO_VIOLENCE = "NO_VIOLENCE"
    NO_HARASS_STALK = "NO_HARASS_STALK"
    NO_THREAT_FAMILY = "NO_THREAT_FAMILY"
    NO_CONTACT = "NO_CONTACT"
    NO_CONTACT_THIRD_PARTY = "NO_CONTACT_THIRD_PARTY"
    NO_PUBLISH = "NO_PUBLISH"
    NO_DOXX = "NO_DOXX"
    NO_IMPERSONATE = "NO_IMPERSONATE"
    NO_INTIMATE_IMAGES = "NO_INTIMATE_IMAGES"
    NO_TRACKING = "NO_TRACKING"
    STAY_AWAY_PLACE = "STAY_AWAY_PLACE"
    MIN_DISTANCE = "MIN_DISTANCE"
    NO_ENCOUNTER = "NO_ENCOUNTER"
    EXCLUSIVE_RESIDENCE = "EXCLUSIVE_RESIDENCE"
    LEAVE_HOME = "LEAVE_HOME"
    NO_DAMAGE = "NO_DAMAGE"
    NO_FIREARMS = "NO_FIREARMS"
    SURRENDER_FIREARMS = "SURRENDER_FIREARMS"
    TEMP_CUSTODY = "TEMP_CUSTODY"
    EXCEPTION_VISITATION = "EXCEPTION_VISITATION"
    ELECTRONIC_MONITORING = "ELECTRONIC_MONITORING"
    PROGRAMME = "PROGRAMME"
    OTHER_TEXT = "OTHER_TEXT"


PERMISSIONS = frozenset({ConditionKind.TEMP_CUSTODY, ConditionKind.EXCEPTION_VISITATION})
"""Conditions that give a right and forbid nothing: PCO 06 and 09."""


class Channel(StrEnum):
    """By what way contact is forbidden."""

    ANY = "ANY"
    IN_PERSON = "IN_PERSON"
    PHONE = "PHONE"
    MAIL = "MAIL"
    ELECTRONIC = "ELECTRONIC"
    SOCIAL = "SOCIAL"


class PlaceFunction(StrEnum):
    """What a forbidden place is to the protected person; the address itself is sealed (606 Art 7(f))."""

    HOME = "HOME"
    WORK = "WORK"
    SCHOOL = "SCHOOL"
    CHILDCARE = "CHILDCARE"
    REGULARLY_VISITED = "REGULARLY_VISITED"
    AREA = "AREA"
    OTHER = "OTHER"


class EndReason(StrEnum):
    """Why an order was ended, suspended or shortened before its time."""

    ON_REQUEST_OF_PROTECTED_PERSON = "ON_REQUEST_OF_PROTECTED_PERSON"
    ON_REQUEST_OF_RESPONDENT = "ON_REQUEST_OF_RESPONDENT"
    ON_APPEAL = "ON_APPEAL"
    REPLACED_BY_FINAL = "REPLACED_BY_FINAL"
    CIRCUMSTANCES_CHANGED = "CIRCUMSTANCES_CHANGED"
    WITHDRAWN = "WITHDRAWN"
    ENTERED_IN_ERROR = "ENTERED_IN_ERROR"
    ORIGIN_REVOKED = "ORIGIN_REVOKED"
    NOT_STATED = "NOT_STATED"


class CertificateForm(StrEnum):
    """Which certificate of Regulation (EU) 606/2013: Form I (Art 5) or Form II (Art 14)."""

    ARTICLE_5 = "ARTICLE_5"
    ARTICLE_14_SUSPENSION = "ARTICLE_14_SUSPENSION"
    ARTICLE_14_WITHDRAWAL = "ARTICLE_14_WITHDRAWAL"
