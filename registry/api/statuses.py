"""The HTTP status that each problem code is documented with: what the law or the facts refuse is 422."""

from typing import Final

from registry.api.codes import HTTP_STATUS

_FORBIDDEN: Final = (
    "role-not-permitted",
    "outside-own-jurisdiction",
    "incident-needed",
    "not-the-issuing-authority",
    "publication-reveals-protected-person",
    "respondent-must-not-be-told",
    "whereabouts-not-for-respondent",
    "withheld-by-the-court",
)
_CONFLICTS: Final = (
    "document-there",
    "hit-answered",
    "key-list-went-backwards",
    "already-suspended",
    "already-taken",
    "certificate-withdrawn",
    "no-certificate-to-limit",
    "notice-acknowledged",
    "notice-rejected",
    "order-already-entered",
    "order-ended",
    "order-not-suspended",
    "list-of-another-time",
    "personal-data-erased",
    "place-in-list-taken",
    "recognition-already-asked",
    "recognition-in-another-state",
    "reference-in-use",
    "violation-already-reported",
)
_ABSENT: Final = (
    "no-such-hit",
    "no-such-duty",
    "no-such-alert",
    "no-such-card",
    "no-such-link",
    "no-such-message",
    "no-such-notice",
    "no-such-order",
    "no-such-pack",
    "no-such-receipt",
    "no-such-recognition",
    "no-such-status-list",
    "no-such-view",
    "no-such-violation",
)
_UNAVAILABLE: Final = (
    "trust-list-unreachable",
    "answer-not-kept",
    "closing",
    "in-doubt",
    "jurisdiction-without-key",
    "key-contested",
    "keys-unavailable",
    "no-checkpoint-yet",
    "no-place-in-list",
    "not-replicated",
    "queue-full",
    "spool-full",
    "store-unavailable",
    "timed-out",
    "view-behind",
    "writer-fault",
)
STATUS_OF: Final[dict[str, int]] = {
    **HTTP_STATUS,
    **dict.fromkeys(_FORBIDDEN, 403),
    **dict.fromkeys(_ABSENT, 404),
    **dict.fromkeys(_CONFLICTS, 409),
    **dict.fromkeys(("order-has-changed", "log-has-moved", "stale-version", "view-has-moved"), 412),
    **dict.fromkeys(_UNAVAILABLE, 503),
}


def status_of(code: str) -> int:
    """Give the status that a code is documented with; what the law or the facts refuse is 422.

    The status that is answered follows from the error's class; a test holds the two together.
    """
    return STATUS_OF.get(code, 422)
