"""Whether somebody of the registry is who is asked about: bits of evidence added up, a band, and each bit in its place.

The score is the binary logarithm of the odds that it is the same person, in a registry of so many persons of whom one
is asked about, if anybody; it is learned and an order of likelihood, not a probability a court can be told. The band is
a rule first and bits second: a name and a birth date alone are never `identical`, because people share them.

The same question about the same person gives the same answer on every machine: bits are whole hundredths.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from registry.identity.dates import Born
from registry.identity.evidence import Compared, Feature, Person, comparisons
from registry.identity.weights import LEARNED, Weights
from registry.identity.words import Rarity

STRONG, POSSIBLE, WEAK = 400, 0, -200
"""Hundredths of a bit from which a match is in the band."""
COMPATIBLE: Final = 0.5
"""Likeness of two names from which they can be of one person whose number of a document agrees."""


class Band(StrEnum):
    """How much a match says."""

    IDENTICAL = "identical"
    """A number of a document agrees and the names are compatible, or name, birth date and one attribute more agree."""
    STRONG = "strong"
    POSSIBLE = "possible"
    WEAK = "weak"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that was seen, and what it is worth in hundredths of a bit."""

    name: str
    bits: int
    one: str = field(default="", repr=False)
    """The word of the person asked about."""
    other: str = field(default="", repr=False)
    """The word of the person of the registry."""


@dataclass(frozen=True, slots=True)
class Match:
    """How far somebody of the registry is who is asked about: the score is the prior and all evidence, added up."""

    score: int
    band: Band
    prior: int
    evidence: tuple[Evidence, ...]
    likeness: float
    version: str


def match(asked: Person, known: Person, *, persons: int, rarity: Rarity, weights: Weights = LEARNED) -> Match:
    """Judge somebody of a registry of so many persons, by the pair of names that says most."""
    prior = weights.prior(persons)
    judged = [_judged(compared, prior, weights) for compared in comparisons(asked, known, rarity)]
    return max(judged, key=lambda found: found.score)


def ranked(matches: Iterable[tuple[str, Match]]) -> list[tuple[str, Match]]:
    """Put matches in order, with the name each is known by: the band first, then the score, then the name."""
    order = {band: place for place, band in enumerate(Band)}
    return sorted(matches, key=lambda found: (order[found[1].band], -found[1].score, found[0]))


def _judged(compared: Compared, prior: int, weights: Weights) -> Match:
    evidence = tuple(_together(compared.features, weights))
    score = prior + sum([piece.bits for piece in evidence])
    band = _band(compared, score)
    return Match(score, band, prior, evidence, compared.likeness, weights.version)


def _together(features: Iterable[Feature], weights: Weights) -> Iterable[Evidence]:
    """Put what is seen in one pair of words together: how they agree, and how rare they are."""
    found: dict[tuple[str, str, str], Evidence] = {}
    for feature in features:
        bits = weights.of(feature)
        about = (feature.one, feature.other, "" if feature.one and feature.other else feature.name)
        before = found.get(about)
        if before is None:
            found[about] = Evidence(feature.name, bits, feature.one, feature.other)
        else:
            found[about] = Evidence(before.name, before.bits + bits, before.one, before.other)
    return found.values()


def _band(compared: Compared, score: int) -> Band:
    seen = {feature.name for feature in compared.features}
    if "other_sex" not in seen and _identical(compared, seen):
        return Band.IDENTICAL
    bounds = ((STRONG, Band.STRONG), (POSSIBLE, Band.POSSIBLE), (WEAK, Band.WEAK))
    return next((band for bound, band in bounds if score >= bound), Band.NONE)


def _identical(compared: Compared, seen: set[str]) -> bool:
    if "identifier" in seen:
        return compared.likeness >= COMPATIBLE
    return compared.same_name and compared.born is Born.SAME_DAY and "attribute" in seen
