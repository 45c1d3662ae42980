"""Which status every problem code is documented with; the answered one follows from its error's class."""

from typing import Final

HTTP_STATUS: Final[dict[str, int]] = {
    "bad-request": 400,
    "unreadable-json": 400,
    "duplicate-member": 400,
    "too-deep": 400,
    "number-too-large": 400,
    "unknown-parameter": 400,
    "bad-parameter": 400,
    "idempotency-key-missing": 400,
    "idempotency-key-malformed": 400,
    "look-ground-unknown": 400,
    "look-incident-malformed": 400,
    "if-match-malformed": 400,
    "unauthenticated": 401,
    "sign-in-failed": 401,
    "not-found": 404,
    "method-not-allowed": 405,
    "not-acceptable": 406,
    "body-too-slow": 408,
    "if-match-missing": 428,
    "body-too-large": 413,
    "content-type-unsupported": 415,
    "content-encoding-unsupported": 415,
    "does-not-fit": 422,
    "too-many-streams": 429,
    "internal": 500,
}
"""Codes that the HTTP interface itself gives, with their status; all others follow from the error's class."""

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
    "breach-open",
    "certificate-withdrawn",
    "limitation-period-runs",
    "linked-order-in-force",
    "list-of-another-time",
    "looks-delayed-already",
    "no-certificate-to-limit",
    "no-retention-rule",
    "notice-acknowledged",
    "notice-rejected",
    "order-already-entered",
    "order-ended",
    "order-in-force",
    "order-not-suspended",
    "personal-data-erased",
    "place-in-list-taken",
    "recognition-already-asked",
    "recognition-in-another-state",
    "recognition-pending",
    "reference-in-use",
    "retention-period-runs",
    "violation-already-reported",
)
_ABSENT: Final = (
    "no-such-hit",
    "no-such-duty",
    "no-such-delay",
    "not-supervised",
    "no-such-alert",
    "no-such-card",
    "no-such-link",
    "no-such-message",
    "no-such-notice",
    "no-such-order",
    "no-such-pack",
    "no-such-queries",
    "no-such-receipt",
    "no-such-recognition",
    "no-such-status-list",
    "no-such-view",
    "no-such-violation",
    "not-erased",
)
_UNAVAILABLE: Final = (
    "trust-list-unreachable",
    "answer-not-kept",
    "answers-wait-in-the-spool",
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
