"""What the codes of places mean that do not fit a schema: for problems, and for docs/reference/problems.md."""

from typing import Final

FIELD_CODES: Final[dict[str, str]] = {
    "missing": "A field that must be there is not.",
    "unknown-field": "There is a field here that the schema does not know. Its name is not repeated.",
    "wrong-type": "The value is of another JSON type.",
    "not-in-list": "The value is not one of the words that the schema lists.",
    "wrong-form": "The text does not have the form that the schema gives.",
    "too-long": "The text is too long.",
    "too-short": "The text is too short.",
    "too-many": "There are too many elements.",
    "too-few": "There are too few elements.",
    "too-deep": "There are too many levels below here.",
    "out-of-range": "The number is too small or too large.",
    "date-implausible": "No living order has such a date.",
    "no-such-date": "There is no such day, or no such time.",
    "no-such-zone": "There is no such time zone.",
    "offset-missing": "An instant is RFC 3339 with an offset, such as 2026-05-01T12:00:00Z.",
    "control-character": "Control characters are not taken.",
    "invisible-character": "A character that nobody sees is not text.",
    "bidirectional-control": "Characters that turn the direction of writing are not taken.",
    "not-unicode": "A text is not Unicode.",
    "expiry-and-moment": "`at` is there exactly when `kind` is GIVEN.",
    "attribute-unreadable": "A telephone has its country (+33 …), an e-mail address one @, a handle platform and name.",
    "one-of-two": "Exactly one of two things is to be given; the schema says which.",
    "invalid": "The value does not fit.",
}
"""What stands as `code` in the `errors` of a `does-not-fit` problem."""
