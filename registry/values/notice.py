"""Words of notice between authorities.

A closed list; a code is never parsed from free text: adapters map their codes by code.
"""

from enum import StrEnum


class NoticeKind(StrEnum):
    """What a notice between authorities is about."""

    CERTIFICATE_ISSUED = "CERTIFICATE_ISSUED"
    RECOGNITION_ASKED = "RECOGNITION_ASKED"
    SUPPLEMENT_REQUESTED = "SUPPLEMENT_REQUESTED"
    RECOGNITION_SUPPLEMENTED = "RECOGNITION_SUPPLEMENTED"
    RECOGNITION_GRANTED = "RECOGNITION_GRANTED"
    RECOGNITION_REFUSED = "RECOGNITION_REFUSED"
    RECOGNITION_DISCONTINUED = "RECOGNITION_DISCONTINUED"
    TERMS_CHANGED = "TERMS_CHANGED"
    EXTENDED = "EXTENDED"
    SUSPENDED = "SUSPENDED"
    REINSTATED = "REINSTATED"
    REVOKED = "REVOKED"
    CORRECTED = "CORRECTED"
    CERTIFICATE_WITHDRAWN = "CERTIFICATE_WITHDRAWN"
    SERVED = "SERVED"
    DUTY_OVERDUE = "DUTY_OVERDUE"
    """Whoever owes it to tell somebody is reminded that the time for it ran out."""


class NoticeRejection(StrEnum):
    """Why an authority sends a notice back."""

    NOT_COMPETENT = "NOT_COMPETENT"
    UNREADABLE = "UNREADABLE"
    DUPLICATE = "DUPLICATE"
    WRONG_LANGUAGE = "WRONG_LANGUAGE"
    INCOMPLETE = "INCOMPLETE"
