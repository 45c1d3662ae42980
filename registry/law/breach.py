"""A reported breach, read against the order: which conditions the act can break, and under which box it is reported.

Whether the respondent did it, and whether it is an offence there, is for a court; this says which conditions the
report is about, so that nobody has to search the order for them.
"""

from dataclasses import dataclass
from typing import Final

from registry.law.book import informing
from registry.law.crosswalk import BREAKS, annex_ii
from registry.law.harassment import broken
from registry.law.instrument import Information
from registry.law.jurisdictions import law_area
from registry.law.scope import claim_of
from registry.law.standing import Standing, Terms
from registry.values.identifiers import ConditionRef, SealedBlock
from registry.values.parties import Condition
from registry.values.time import Instant
from registry.values.violation import BreachKind

STANDARD_CONDITION: Final = "STANDARD_CONDITION"
"""The code under which an instrument tells of a condition that every order has by statute."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BrokenCondition:
    """A condition, and the reported acts that can break it."""

    condition: Condition[SealedBlock]
    by: tuple[BreachKind, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Breach:
    """What a report comes to."""

    terms: int
    """The version of the terms that it was held against: the newest made when it happened."""
    broken: tuple[BrokenCondition, ...]
    standard: tuple[Information, ...]
    """Conditions that the order has by statute, whether or not its record names them, and that the acts break."""
    annex_ii: tuple[str, ...]
    """Boxes 5.1 of the Annex II form (Directive 2011/99/EU), each once."""


def breach(standing: Standing, acts: tuple[BreachKind, ...], at: Instant) -> Breach:
    """Hold acts of an instant against an order; never raises."""
    terms = _terms_made(standing, at)
    by: dict[ConditionRef, list[BreachKind]] = {}
    for act in dict.fromkeys(acts):
        for ref in broken(terms, act):
            by.setdefault(ref, []).append(act)
    return Breach(
        terms=terms.version,
        broken=tuple(
            BrokenCondition(condition=condition, by=tuple(by[condition.condition_ref]))
            for condition in terms.conditions
            if condition.condition_ref in by
        ),
        standard=_standard(standing, acts, at),
        annex_ii=tuple(dict.fromkeys(annex_ii(act) for act in acts)),
    )


def _terms_made(standing: Standing, at: Instant) -> Terms:
    made = [terms for terms in standing.terms if terms.made.begins() <= at]
    return made[-1] if made else standing.terms[0]


def _standard(standing: Standing, acts: tuple[BreachKind, ...], at: Instant) -> tuple[Information, ...]:
    """Ask what the law of the court puts into each of its orders; what an act of another kind leaves is left out."""
    claim = claim_of(standing, (), law_area(standing.details.court.jurisdiction), at)
    kinds = {kind.value for act in acts for kind in BREAKS[act]}
    told = (each for instrument in informing() for each in instrument.inform(claim))
    return tuple(each for each in told if each.code == STANDARD_CONDITION and each.says in kinds)
