"""Whether somebody of the registry is who is asked about: bits of evidence added up, a band, and each bit in its place.

The score is the binary logarithm of the odds that it is the same person, in a registry of so many persons of whom one
is asked about, if anybody; it is learned and an order of likelihood, not a probability a court can be told. The band is
a rule first and bits second: a name and a birth date alone are never `identical`, because people share them, and never
less than `possible` where both are the same, because somebody is at a door.

The same question about the same person gives the same answer on every machine: bits are whole hundredths.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
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
    likeness: float
    version: str
    seen: tuple[tuple[Feature, int], ...] = field(repr=False)
    """Each feature with its hundredths of a bit."""

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What was seen, put together by the pair of words it was seen in: how they agree, and how rare they are."""
        found: dict[tuple[str, str, str], Evidence] = {}
        for feature, bits in self.seen:
            about = (feature.one, feature.other, "" if feature.one and feature.other else feature.name)
            before = found.get(about, Evidence(feature.name, 0, feature.one, feature.other))
            found[about] = replace(before, bits=before.bits + bits)
        return tuple(found.values())


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
    seen = tuple([(feature, weights.of(feature)) for feature in compared.features])
    score = prior + sum([bits for _, bits in seen])
    return Match(score, _band(compared, score), prior, compared.likeness, weights.version, seen)


def _band(compared: Compared, score: int) -> Band:
    seen = {feature.name for feature in compared.features}
    if "other_sex" not in seen and _identical(compared, seen):
        return Band.IDENTICAL
    if score >= STRONG:
        return Band.STRONG
    # Nobody of that very name and day is left out because many bear the name: whoever asks has to tell them apart.
    # Nor anybody who is known by what alone was asked: a plate, a telephone.
    alike = compared.same_name and compared.born is Born.SAME_DAY
    if score >= POSSIBLE or alike or (not compared.named and "attribute" in seen):
        return Band.POSSIBLE
    return Band.WEAK if score >= WEAK else Band.NONE


def _identical(compared: Compared, seen: set[str]) -> bool:
    if "identifier" in seen:
        return compared.likeness >= COMPATIBLE
    return compared.same_name and compared.born is Born.SAME_DAY and "attribute" in seen
