"""How two birth dates agree, each written as far as it is known: `YYYY-MM-DD`, `YYYY-MM` or `YYYY`."""

import re
from enum import StrEnum
from typing import Final

from rapidfuzz.distance import OSA

_WRITTEN: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", re.ASCII)


class Born(StrEnum):
    """The ways in which two birth dates agree or differ, from most to least said for one person."""

    SAME_DAY = "same_day"
    TRANSPOSED = "transposed"
    """Day and month in the other order."""
    ONE_SLIP = "one_slip"
    """One digit differs, or two neighbours have changed places."""
    TWO_PARTS = "two_parts"
    """Two of day, month and year agree."""
    TWO_SLIPS = "two_slips"
    SAME_MONTH = "same_month"
    """Year and month agree, and one date has no day."""
    SAME_YEAR = "same_year"
    """The year agrees, and one date has no more, or is the first of January that stands for an unknown day."""
    NEAR_YEAR = "near_year"
    """One year apart, and one date has no more than the year, or is such a first of January."""
    OTHER_DAY = "other_day"
    """The year agrees, and day and month do not."""
    DIFFERENT = "different"
    MISSING = "missing"
    """One of the two is not known: this says nothing, neither for nor against."""


def born_alike(one: str | None, other: str | None) -> Born:
    """Say how two birth dates agree; what is not written as a date counts as not known. Symmetric."""
    if not one or not other:
        return Born.MISSING
    first, second = _WRITTEN.fullmatch(one), _WRITTEN.fullmatch(other)
    if first is None or second is None:
        return Born.MISSING
    if first[3] and second[3]:
        return _full(first[0], second[0])
    if first[1] != second[1]:
        return Born.NEAR_YEAR if _years_apart(first, second) == 1 else Born.DIFFERENT
    if first[2] and second[2]:
        return Born.SAME_MONTH if first[2] == second[2] else Born.OTHER_DAY
    return Born.SAME_YEAR


def _full(one: str, other: str) -> Born:
    if one == other:
        return Born.SAME_DAY
    years, rest = (one[:4], other[:4]), (one[5:], other[5:])
    if years[0] == years[1] and one[5:7] == other[8:] and one[8:] == other[5:7]:
        return Born.TRANSPOSED
    slips = OSA.distance(one, other, score_cutoff=2)
    if slips == 1 or _neighbours_changed(one, other):
        return Born.ONE_SLIP
    same = (years[0] == years[1]) + (one[5:7] == other[5:7]) + (one[8:] == other[8:])
    if same > 1:
        return Born.TWO_PARTS
    apart = abs(int(years[0]) - int(years[1]))
    if "01-01" in rest and apart < 2:  # noqa: PLR2004  # the same year or the next
        return Born.NEAR_YEAR if apart else Born.SAME_YEAR
    if slips == 2:  # noqa: PLR2004  # as it says
        return Born.TWO_SLIPS
    return Born.DIFFERENT if apart else Born.OTHER_DAY


def _neighbours_changed(one: str, other: str) -> bool:
    """Whether two digits have changed places, a hyphen between them or not."""
    return OSA.distance(one.replace("-", ""), other.replace("-", ""), score_cutoff=1) == 1


def _years_apart(first: re.Match[str], second: re.Match[str]) -> int:
    return abs(int(first[1]) - int(second[1]))
