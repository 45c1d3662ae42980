"""Codes of jurisdictions: ISO 3166-1 and -2, the law areas of the United Kingdom, tribes.

`CA` is Canada and `US-CA` is California. A tribe is `US-X-` and a name. Which codes exist is
data of the law (law/jurisdictions); here only the shape is known, so that values stay small.
"""

import re
from typing import Final, NewType

Jurisdiction = NewType("Jurisdiction", str)

_MAXIMUM_LENGTH: Final = 24
_SHAPE: Final = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?|US-X-[A-Z0-9]+")


def is_shaped_like_a_jurisdiction(code: str) -> bool:
    """Say whether a text has the shape of a code: `FR`, `US-CA`, `GB-EAW`, `US-X-NAVAJO`."""
    return len(code) <= _MAXIMUM_LENGTH and _SHAPE.fullmatch(code) is not None


def country_of(code: Jurisdiction) -> str:
    """Give the country a code belongs to: `US-CA` lies in `US`."""
    return code[:2]


def covers(outer: Jurisdiction, inner: Jurisdiction) -> bool:
    """Say whether a jurisdiction is, or contains, another: `US` covers `US-CA`."""
    return outer == inner or inner.startswith(outer + "-")
