"""What speaks for and against two descriptions being of one person: counted features, before any weight.

A feature is a name, a value, and the words it was seen in. What is missing on either side is no feature: nothing is
never taken to agree with nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from registry.identity.alignment import Alignment, Level, align
from registry.identity.dates import Born, born_alike
from registry.identity.words import Rarity, Word, Words, words_of
from registry.values.parties import Identity

MAXIMUM_ASKED: Final = 4
"""Names of the person asked about that are compared: a query may not cost more by naming more."""
MAXIMUM_KNOWN: Final = 65
"""Names of a person of the registry that are compared: as many as an identity may have."""
_SEXES: Final = {"m": "m", "male": "m", "1": "m", "f": "f", "female": "f", "2": "f"}
_NUMBER: Final = 7
"""Characters from which a number with one slip is still recognised."""
MAXIMUM_IDENTIFIERS: Final = 16
"""Numbers of a person that are compared with a slip allowed: the first ones, in order."""
_STRONG, _FAIR = 0.84, 0.55
"""Likeness of two names from which a birth date is weighed as beside a strong, and beside a fair name."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody asked about, or somebody of the registry, made ready to be compared."""

    names: tuple[Words, ...] = field(repr=False)
    birth_date: str | None = field(default=None, repr=False)
    sex: str | None = None
    identifiers: frozenset[str] = field(default=frozenset(), repr=False)
    """What belongs to one person alone, normalised, with its kind: a document's number."""
    attributes: frozenset[str] = field(default=frozenset(), repr=False)
    """What few people share, normalised, with its kind: a number plate, a telephone, an address, an online name."""


class Feature(NamedTuple):
    """One thing that was seen."""

    name: str
    value: int = 1
    """How often, or, where the name ends in `rarity`, hundredths of a bit."""
    one: str = ""
    """The word of the person asked about."""
    other: str = ""
    """The word of the person of the registry."""

    def __repr__(self) -> str:
        """Show what was seen, and in whose name not."""
        return f"Feature({self.name}, {self.value})"


@dataclass(frozen=True, slots=True)
class Compared:
    """Two persons, compared by the pair of their names that says most."""

    features: tuple[Feature, ...]
    likeness: float
    """Of the names, 0 to 1."""
    born: Born
    same_name: bool
    """The names are the same, word for word."""
    named: bool = True
    """Whether both have a name."""


def person_of(
    identity: Identity,
    *,
    identifiers: frozenset[str] = frozenset(),
    attributes: frozenset[str] = frozenset(),
    most: int = MAXIMUM_KNOWN,
) -> Person:
    """Make an identity ready. Names of nothing are left out, and of other names those beyond `most` in all.

    Whoever is asked about is read with `most=MAXIMUM_ASKED`: no other name of theirs is compared.
    """
    names = (words_of(name) for name in (identity.name, *identity.other_names)[:most])
    return Person(
        names=tuple(words for words in names if words.words),
        birth_date=identity.birth_date,
        sex=_SEXES.get((identity.sex or "").strip().lower()),
        identifiers=identifiers,
        attributes=attributes,
    )


def comparisons(asked: Person, known: Person, rarity: Rarity) -> Iterator[Compared]:
    """Compare two persons by each pair of their names; by what they have beside a name where one has none."""
    born = born_alike(asked.birth_date, known.birth_date)
    beside = tuple(_beside(asked, known))
    pairs = [(one, other) for one in asked.names[:MAXIMUM_ASKED] for other in known.names]
    for one, other in pairs:
        alignment = align(one, other)
        likeness = likeness_of(alignment, one, other)
        features = [*name_features(alignment, one, other, rarity), *_born_features(born, likeness), *beside]
        exact = not alignment.left and not alignment.right and _all_exact(alignment)
        yield Compared(tuple(features), likeness, born, same_name=exact)
    if not pairs:
        yield Compared((*_born_features(born, 0.0), *beside), 0.0, born, same_name=False, named=False)


def name_features(alignment: Alignment, one: Words, other: Words, rarity: Rarity) -> Iterator[Feature]:
    """Give what two names show."""
    script = "foreign_" if one.foreign != other.foreign else ""
    for pair in alignment.pairs:
        yield from _pair_features(script, pair.level, pair.one, pair.other, rarity)
    yield from _left_over(script, alignment, whole=one.whole or other.whole)
    known_roles = not one.whole and not other.whole
    if known_roles and alignment.swapped:
        yield Feature("swapped")
    elif alignment.turns:
        yield Feature("inverted")


def _pair_features(script: str, level: Level, one: Word, other: Word, rarity: Rarity) -> Iterator[Feature]:
    if one.particle or other.particle:
        yield Feature("particle", 1, one.text, other.text)
        return
    if level is Level.EXACT and not one.initial:
        role = ("family" if one.family else "given") if one.family == other.family else "other"
        yield Feature(f"exact_{role}", 1, one.text, other.text)
        yield Feature("exact_rarity", _rarity(rarity, other), one.text, other.text)
        return
    level = Level.INITIAL if level is Level.EXACT else level
    yield Feature(f"{script}{level}", 1, one.text, other.text)
    if level is not Level.INITIAL:
        yield Feature(_GROUPS[level], _rarity(rarity, other), one.text, other.text)


_GROUPS: Final = {
    level: "near_rarity" if level in {Level.JOINED, Level.ONE_SLIP, Level.NICKNAME} else "far_rarity" for level in Level
}


def _rarity(rarity: Rarity, word: Word) -> int:
    return round(100 * rarity(word.text))


def _left_over(script: str, alignment: Alignment, *, whole: bool) -> Iterator[Feature]:
    left, right = list(alignment.left), list(alignment.right)
    yield from _conflicts(script, left, right, whole=whole)
    for word in left:
        yield Feature(f"extra_{_kind(word) or 'asked'}", 1, word.text)
    for word in right:
        yield Feature(f"extra_{_kind(word) or 'known'}", 1, "", word.text)


def _kind(word: Word) -> str:
    return "particle" if word.particle else "initial" if word.initial else ""


def _conflicts(script: str, left: list[Word], right: list[Word], *, whole: bool) -> Iterator[Feature]:
    """Take one word off each side where both have a word of that role and the two are not alike."""
    for word in tuple(left):
        against = next((found for found in right if _is_against(word, found, whole=whole)), None)
        if against is not None:
            left.remove(word)
            right.remove(against)
            role = "name" if whole else "family" if word.family else "given"
            initial = word.initial or against.initial
            yield Feature("conflict_initial" if initial else f"{script}conflict_{role}", 1, word.text, against.text)


def _is_against(one: Word, other: Word, *, whole: bool) -> bool:
    return not one.particle and not other.particle and (whole or one.family == other.family)


def _born_features(born: Born, likeness: float) -> Iterator[Feature]:
    if born is not Born.MISSING:
        strength = "strong" if likeness >= _STRONG else "fair" if likeness >= _FAIR else "weak"
        yield Feature(f"born_{born}_{strength}")


def _beside(asked: Person, known: Person) -> Iterator[Feature]:
    if asked.sex and known.sex:
        yield Feature("same_sex" if asked.sex == known.sex else "other_sex")
    if same := asked.identifiers & known.identifiers:
        yield Feature("identifier", len(same))
    elif asked.identifiers and known.identifiers and _any_slip(asked.identifiers, known.identifiers):
        yield Feature("identifier_slip")
    if shared := asked.attributes & known.attributes:
        yield Feature("attribute", len(shared))


def _any_slip(asked: frozenset[str], known: frozenset[str]) -> bool:
    ours, theirs = sorted(asked)[:MAXIMUM_IDENTIFIERS], sorted(known)[:MAXIMUM_IDENTIFIERS]
    return any(_one_slip(one, other) for one in ours for other in theirs)


def _one_slip(one: str, other: str) -> bool:
    """Whether two long numbers differ in one place; the kind before them is a part of them."""
    return min(len(one), len(other)) >= _NUMBER and OSA.distance(one, other, score_cutoff=1) == 1


def _all_exact(alignment: Alignment) -> bool:
    return all(pair.level is Level.EXACT for pair in alignment.pairs) and len(alignment.pairs) > 1


_ALIKE: Final = {
    Level.EXACT: 1.0,
    Level.JOINED: 1.0,
    Level.ONE_SLIP: 0.88,
    Level.NICKNAME: 0.9,
    Level.SOUND: 0.8,
    Level.TWO_SLIPS: 0.7,
    Level.PREFIX: 0.7,
    Level.SIMILAR: 0.3,
    Level.COARSE: 0.5,
    Level.INITIAL: 0.75,
    Level.FAR: 0.3,
}
_CONTRADICTING, _LEFT_OUT = 2.2, 0.1
"""What a word counts that both sides have another for, and one that only one side has, which is often left out."""
_TURNED, _MIXED = 0.9, 0.7
"""What is left of two whole names whose words stand the other way round, and in any other order."""


def likeness_of(alignment: Alignment, one: Words, other: Words) -> float:
    """Say how alike two names are, from 0 to 1, whoever bears them: by the words that agree, of those there are."""
    agreed = asked = 0.0
    for pair in alignment.pairs:
        weight = (_weight(pair.one) + _weight(pair.other)) / 2
        agreed, asked = agreed + weight * _ALIKE[pair.level], asked + weight
    left = sum([_weight(word) for word in alignment.left])
    right = sum([_weight(word) for word in alignment.right])
    asked += _CONTRADICTING * min(left, right) + _LEFT_OUT * abs(left - right)
    if not asked:
        return 0.0
    turns = alignment.turns if one.whole or other.whole else 0
    return (_MIXED if turns > 1 else _TURNED if turns else 1.0) * agreed / asked


def _weight(word: Word) -> float:
    return 0.1 if word.particle else 0.4 if word.initial else (min(len(word.text), 8) + 8) / 16
