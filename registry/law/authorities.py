"""Who decides on a foreign order in a law area, and in which language it must reach them: data, dated, by role.

A row is of one law area and one instrument. It names an authority by its role, such as the family court,
never by address: where to write is for the directory of institutions. What was not read is not guessed: an
area without a row has unknown authorities and languages, and a part of a row that is empty is unknown too.
Languages are ISO 639-1 codes. Days are local days of the area.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from registry.law.citation import Citation
from registry.law.jurisdictions import UNION_APPLICATION, UNITED_KINGDOM_EXIT, Bound, law_area
from registry.values.jurisdiction import Jurisdiction

DIRECTIVE: Final = "eu-2011-99"
REGULATION: Final = "eu-606-2013"
RETAINED: Final = "gb-606-retained"
SCHEME: Final = "au-ndvos"


class Task(StrEnum):
    """What an authority is competent for."""

    RECEIVE = "RECEIVE"
    """Take a foreign order or a request in."""
    DECIDE = "DECIDE"
    """Decide on recognition, declaration or registration."""
    ENFORCE = "ENFORCE"
    """Enforce what needs no decision, adapt its factual elements, and refuse it on the respondent's application."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Competence:
    """Who is competent in a law area under an instrument, and the languages that are accepted there."""

    authorities: Mapping[Task, tuple[str, ...]]
    """Role names by task; a task that is not there is unknown, several names are alternatives."""
    languages: tuple[str, ...]
    """Languages in which what must be translated is accepted; empty: unknown."""
    bound: Bound
    basis: tuple[Citation, ...]


def _cite(instrument: str, provision: str, *, verified: bool = True) -> Citation:
    return Citation(instrument=instrument, provision=provision, verified=verified)


_SINCE_2015: Final = Bound(since=UNION_APPLICATION)
_FAMILY_COURT: Final = ("FAMILY_COURT",)
_GERMAN_ACT: Final = "EUGewSchVG"
_SPANISH_ACT: Final = "Ley 23/2014 (ES)"
_SPANISH_JUDGES: Final = ("EXAMINING_JUDGE", "JUDGE_FOR_VIOLENCE_AGAINST_WOMEN")

_ROWS: Final[tuple[tuple[str, str, Competence], ...]] = (
    (
        "DE",
        DIRECTIVE,
        Competence(
            authorities={Task.RECEIVE: _FAMILY_COURT, Task.DECIDE: _FAMILY_COURT, Task.ENFORCE: _FAMILY_COURT},
            languages=("de",),
            bound=_SINCE_2015,
            basis=(_cite(_GERMAN_ACT, "ss 3(1), 4(1), 4(3), 5, 6 no 1, 9(1)"),),
        ),
    ),
    (
        "DE",
        REGULATION,
        Competence(
            authorities={Task.ENFORCE: _FAMILY_COURT},
            languages=("de",),
            bound=_SINCE_2015,
            basis=(_cite(_GERMAN_ACT, "ss 18, 19, 20(1), 21(1)"),),
        ),
    ),
    (
        "ES",
        DIRECTIVE,
        Competence(
            authorities={Task.RECEIVE: _SPANISH_JUDGES, Task.DECIDE: _SPANISH_JUDGES, Task.ENFORCE: _SPANISH_JUDGES},
            languages=("es",),
            bound=_SINCE_2015,
            basis=(_cite(_SPANISH_ACT, "Arts 17(1), 131(2), 138(1)"),),
        ),
    ),
    (
        "FR",
        DIRECTIVE,
        Competence(
            authorities={Task.RECEIVE: ("PUBLIC_PROSECUTOR",), Task.DECIDE: ("LIBERTY_AND_CUSTODY_JUDGE",)},
            languages=(),
            bound=Bound(since=date(2015, 11, 15)),
            basis=(
                _cite("Code de procédure pénale (FR)", "Arts 696-97 to 696-99"),
                _cite("Loi n° 2015-993 (FR)", "commencement", verified=False),
            ),
        ),
    ),
    (
        "GB-EAW",
        RETAINED,
        Competence(
            authorities={Task.ENFORCE: ("FAMILY_COURT", "COUNTY_COURT", "HIGH_COURT")},
            languages=(),
            bound=Bound(since=UNITED_KINGDOM_EXIT),
            basis=(_cite("Family Procedure Rules 2010", "PD 38A"),),
        ),
    ),
    (
        "AU-NSW",
        SCHEME,
        Competence(
            authorities={Task.DECIDE: ("REGISTRAR_OF_A_COURT",)},
            languages=(),
            bound=Bound(since=date(2017, 11, 25)),
            basis=(_cite("Crimes (Domestic and Personal Violence) Act 2007 (NSW)", "s 98ZY"),),
        ),
    ),
)


def competences() -> tuple[tuple[Jurisdiction, str, Competence], ...]:
    """Give every row there is: law area, code of the instrument, who is competent."""
    return tuple((Jurisdiction(area), code, row) for area, code, row in _ROWS)


def competence(area: Jurisdiction, instrument: str, day: date) -> Competence | None:
    """Say who is competent in the law area of a code under an instrument on a local day; None: it is not known."""
    sought = law_area(area)
    found = (row for place, code, row in _ROWS if place == sought and code == instrument and row.bound.on(day))
    return next(found, None)
