"""Words of notice between authorities, and of the evidence of its transport.

A closed list; a code is never parsed from free text: adapters map their codes by code.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final


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
    NOTICE_NOT_DELIVERED = "NOTICE_NOT_DELIVERED"
    """A notice between authorities did not reach its recipient."""
    DUTY_OVERDUE = "DUTY_OVERDUE"
    """Whoever owes it to tell somebody is reminded that the time for it ran out."""
    ADJUSTED = "ADJUSTED"
    PARTIES_LINKED = "PARTIES_LINKED"
    PARTIES_UNLINKED = "PARTIES_UNLINKED"
    PERSON_ERASED = "PERSON_ERASED"
    """A party's data was erased: whoever was given it erases what it holds."""
    PERSON_CORRECTED = "PERSON_CORRECTED"
    """A party's data was set right: whoever was shown what was wrong sets right what it holds."""
    ERASURE_WAITING = "ERASURE_WAITING"
    """With this record the time began after which people of the order can be erased: did you say so?"""


class NoticeRejection(StrEnum):
    """Why an authority sends a notice back."""

    NOT_COMPETENT = "NOT_COMPETENT"
    UNREADABLE = "UNREADABLE"
    DUPLICATE = "DUPLICATE"
    WRONG_LANGUAGE = "WRONG_LANGUAGE"
    INCOMPLETE = "INCOMPLETE"


class Evidence(StrEnum):
    """Evidence of a message on its way (ETSI REM, TS 102 640-2), by rising priority.

    Evidence of a higher priority overrules the meaning of one of a lower: this order is a rule.
    """

    SUBMISSION_ACCEPTANCE = "SUBMISSION_ACCEPTANCE"
    SUBMISSION_REJECTION = "SUBMISSION_REJECTION"
    RELAY_REMMD_ACCEPTANCE = "RELAY_REMMD_ACCEPTANCE"
    RELAY_REMMD_FAILURE = "RELAY_REMMD_FAILURE"
    RELAY_REMMD_REJECTION = "RELAY_REMMD_REJECTION"
    DELIVERY = "DELIVERY"
    NON_DELIVERY = "NON_DELIVERY"
    RETRIEVAL = "RETRIEVAL"
    """The recipient has fetched it: this, and nothing before it, is an acknowledgment."""
    NON_RETRIEVAL = "NON_RETRIEVAL"


class EvidenceReason(StrEnum):
    """Why a message went no further, in the words of e-CODEX; its code stands beside each."""

    OTHER = "OTHER"
    """E100"""
    BACKEND_REJECTION = "BACKEND_REJECTION"
    """E200"""
    GW_REJECTION = "GW_REJECTION"
    """E201"""
    DELIVERY_EVIDENCE_TIMEOUT = "DELIVERY_EVIDENCE_TIMEOUT"
    """E300"""
    RELAY_REMMD_TIMEOUT = "RELAY_REMMD_TIMEOUT"
    """E301"""
    UNREACHABLE = "UNREACHABLE"
    """E404"""


class TransportState(StrEnum):
    """How far a message has come, by the evidence there is."""

    NOT_SENT = "NOT_SENT"
    """No evidence: the notice stands in its recipient's inbox here and went no other way."""
    SUBMITTED = "SUBMITTED"
    SUBMISSION_REJECTED = "SUBMISSION_REJECTED"
    RELAYED = "RELAYED"
    RELAY_FAILED = "RELAY_FAILED"
    RELAY_REJECTED = "RELAY_REJECTED"
    DELIVERED = "DELIVERED"
    NOT_DELIVERED = "NOT_DELIVERED"
    RETRIEVED = "RETRIEVED"
    NOT_RETRIEVED = "NOT_RETRIEVED"


class ContainerFault(StrEnum):
    """Why a signed container is rejected."""

    NOT_A_CONTAINER = "NOT_A_CONTAINER"
    TOO_LARGE = "TOO_LARGE"
    CONTENT_NOT_SIGNED = "CONTENT_NOT_SIGNED"
    DIGEST_UNREADABLE = "DIGEST_UNREADABLE"
    DIGEST_MISMATCH = "DIGEST_MISMATCH"
    """The content is not what was signed."""
    DIGEST_TOO_WEAK = "DIGEST_TOO_WEAK"


NEGATIVE: Final = frozenset(
    {
        Evidence.SUBMISSION_REJECTION,
        Evidence.RELAY_REMMD_FAILURE,
        Evidence.RELAY_REMMD_REJECTION,
        Evidence.NON_DELIVERY,
        Evidence.NON_RETRIEVAL,
    }
)
"""Evidence that a message went no further; only such evidence has a reason."""
COPIES: Final = frozenset({NoticeKind.PERSON_ERASED, NoticeKind.PERSON_CORRECTED})
"""Notices to whoever may hold a copy of personal data. Being told so opens the order to nobody."""
TELLS_NO_OTHER: Final = frozenset({NoticeKind.DUTY_OVERDUE, NoticeKind.ERASURE_WAITING})
"""Notices to whoever owes it to tell, or said it: with them nobody else is told of anything."""
OPENS_NOTHING: Final = COPIES | {NoticeKind.ERASURE_WAITING}
"""Notices that give their recipient no part in the order."""
_STATES: Final = dict(zip(Evidence, tuple(TransportState)[1:], strict=True))


def priority(evidence: Evidence) -> int:
    """Give the priority of evidence, from 1."""
    return tuple(Evidence).index(evidence) + 1


def transport_state(evidence: Iterable[Evidence]) -> TransportState:
    """Say how far a message has come: what the evidence of the highest priority says."""
    highest = max(evidence, key=priority, default=None)
    return TransportState.NOT_SENT if highest is None else _STATES[highest]
