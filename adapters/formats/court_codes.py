"""A court's code where its system has none: the court's name in small letters. Courts are public."""

import re
import unicodedata
from typing import Final

NOT_STATED: Final = "not-stated"
"""The code of a court that the record does not name; a report says so beside it."""

MAXIMUM_LENGTH: Final = 64
_OTHER = re.compile(r"[^a-z0-9]+")


def slug(name: str) -> str:
    """Bring a name or a code to small letters, digits and hyphens; a name without any of them is not stated."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return _OTHER.sub("-", plain).strip("-")[:MAXIMUM_LENGTH].rstrip("-") or NOT_STATED
