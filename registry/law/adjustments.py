"""What a State addressed made of the factual elements of a measure: Regulation (EU) 606/2013 Article 11.

The substance is never touched (Art 12): an address, a distance or what a place is to the protected person reads
otherwise in that State alone, from the day it was adjusted there. An appeal suspends nothing (Art 11(5)).
"""

from dataclasses import replace
from typing import Final

from registry.law.jurisdictions import law_area
from registry.law.records import Adjustment, Standing, Terms
from registry.law.verdict import Verdict
from registry.values.identifiers import ConditionRef, SealedBlock
from registry.values.jurisdiction import Jurisdiction
from registry.values.parties import AdjustedElement, Condition
from registry.values.time import Instant

ADJUSTING: Final = frozenset({"eu-606-2013", "gb-606-retained"})
"""Codes of the instruments under which the State addressed adjusts."""
ADJUSTED: Final = "FACTUAL_ELEMENTS_ADJUSTED"
"""A note: what the officer is shown of a condition is as this place adjusted it."""


def in_force(adjustments: tuple[Adjustment, ...], area: Jurisdiction, at: Instant) -> tuple[Adjustment, ...]:
    """Give what was adjusted in a law area by an instant, as recorded."""
    return tuple(each for each in adjustments if law_area(each.jurisdiction) == area and each.made.begins() <= at)


def adjusted(
    standing: Standing, version: int | None, area: Jurisdiction, at: Instant
) -> tuple[Condition[SealedBlock], ...]:
    """Give the conditions of a version of the terms as they read in a law area at an instant."""
    terms = next((each for each in standing.terms if each.version == version), None)
    if terms is None:
        return ()
    elements: dict[ConditionRef, AdjustedElement[SealedBlock]] = {}
    for adjustment in sorted(in_force(standing.adjustments, area, at), key=lambda each: each.made.begins()):
        for element in adjustment.elements:
            ref = element.condition_ref
            elements[ref] = _merged(elements[ref], element) if ref in elements else element
    return tuple(_fitted(condition, elements.get(condition.condition_ref)) for condition in terms.conditions)


def fits(standing: Standing, terms: Terms, area: Jurisdiction, at: Instant) -> bool:
    """Say whether something adjusted in a law area by an instant is of a condition of these terms."""
    refs = {condition.condition_ref for condition in terms.conditions}
    found = in_force(standing.adjustments, area, at)
    return any(element.condition_ref in refs for each in found for element in each.elements)


def _merged(earlier: AdjustedElement[SealedBlock], later: AdjustedElement[SealedBlock]) -> AdjustedElement[SealedBlock]:
    """Adjust a condition once more: what the later one leaves out stays as it was adjusted before."""
    return replace(
        later,
        metres=later.metres if later.metres is not None else earlier.metres,
        place=later.place or earlier.place,
        text=later.text or earlier.text,
    )


def _fitted(condition: Condition[SealedBlock], element: AdjustedElement[SealedBlock] | None) -> Condition[SealedBlock]:
    if element is None:
        return condition
    return replace(
        condition,
        metres=element.metres if element.metres is not None else condition.metres,
        place=element.place or condition.place,
        text=element.text or condition.text,
    )


def as_read_there(
    standing: Standing, verdict: Verdict, place: Jurisdiction, at: Instant
) -> tuple[Condition[SealedBlock], ...]:
    """Give the conditions that a verdict is about as they read at a place: adjusted where it says that they are."""
    area = law_area(place) if ADJUSTED in verdict.notes else _NOWHERE
    return adjusted(standing, verdict.terms, area, at)


_NOWHERE: Final = Jurisdiction("")
