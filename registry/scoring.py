"""What judges how likely two descriptions are of one person: a pure scorer with a version, seen from the search."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import log2
from typing import Final, Protocol

from registry.identity import matching
from registry.identity.evidence import Person, person_of
from registry.identity.explaining import explained
from registry.identity.identifiers import numbers, written
from registry.identity.keys import INDEX_VERSION
from registry.identity.matching import Match, match
from registry.identity.weights import LEARNED
from registry.identity.words import Rarity
from registry.lexicon import Words
from registry.values.check import Band
from registry.values.parties import Identity

ASSUMED: Final = 1_000_000
"""Persons counted besides the registered ones. A registry of ten persons says nothing of how rare a name is, and
to share a birth date with one of them is no sign of being that one."""
ASSUMED_SHARE: Final = 4_096
"""One of how many of them bears a word of which nothing is known."""
TOLD_BY: Final = 128
"""Bearers of a word count by so many at once in what is told of how common it is."""


class Scored(Protocol):
    """How two descriptions of a person compare."""

    @property
    def band(self) -> Band:
        """Say how sure it is."""
        ...

    @property
    def bits(self) -> int:
        """Give what all evidence comes to, in hundredths of a bit."""
        ...

    @property
    def features(self) -> Sequence[str]:
        """Say in words what speaks for it and against, the heaviest first."""
        ...


class Scorer(Protocol):
    """A pure comparison, with a version."""

    @property
    def version(self) -> str:
        """Name the weights, such as `weights-1`."""
        ...

    def __call__(self, asked: Identity, words: Words, /) -> Callable[[Identity], Scored]:
        """Give what compares who is filed with who is asked about. `words` says how rare a word is, among how many."""
        ...


def rarity_of(words: Words) -> Rarity:
    """Give how rare a word is, in bits, among registered names and those of the people who might be asked about."""
    persons, others = persons_of(words), ASSUMED // ASSUMED_SHARE
    return lambda word: log2(persons / (words.frequency(word) + others))


def rarity_told(words: Words) -> Rarity:
    """Give the same for what is told of a question whoever is found: in it one bearer of a name more shows nowhere.

    The words are those of everybody who is filed, protected persons too, and who asks may have no way to them.
    """
    persons, others = persons_of(words), ASSUMED // ASSUMED_SHARE
    return lambda word: log2(persons / (words.frequency(word) // TOLD_BY * TOLD_BY + others))


def persons_of(words: Words) -> int:
    """Give among how many a person is sought: in a young registry too, for whoever is asked about may be in none."""
    return words.persons + ASSUMED


def prepared(identity: Identity, beside: Person | None = None) -> Person:
    """Make an identity ready to be compared, with the numbers of its documents and what else it is known by.

    `beside` is whom alone it is compared with: a number that nobody asked about agrees with nothing, and is not read.
    """
    numbered, known_by = (True, True) if beside is None else (beside.identifiers, beside.attributes)
    attributes = (f"{kind}|{text}" for kind, text in written(identity.attributes)) if known_by else ()
    return person_of(
        identity,
        identifiers=frozenset(numbers(identity.documents) if numbered else ()),
        attributes=frozenset(attributes),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """How two descriptions of a person compare; see `Scored`."""

    band: Band
    bits: int
    match: Match = field(repr=False)

    @property
    def features(self) -> tuple[str, ...]:
        """Say in words what speaks for it and against; made when it is asked for, for few are shown."""
        return explained(self.match)


class Learned:
    """Judges by weights that were learned and frozen (identity/matching.py)."""

    @property
    def version(self) -> str:
        """Name the weights."""
        return f"weights-{LEARNED.version}"

    def __call__(self, asked: Identity, words: Words, /) -> Callable[[Identity], Scored]:
        """Give what compares who is filed with who is asked about."""
        person, rarity, persons = prepared(asked), rarity_of(words), persons_of(words)

        def judged(known: Identity) -> Judged:
            found = match(person, prepared(known, person), persons=persons, rarity=rarity)
            return Judged(band=_BANDS.get(found.band, Band.WEAK), bits=found.score, match=found)

        return judged


_BANDS: Final = {
    matching.Band.IDENTICAL: Band.IDENTICAL,
    matching.Band.STRONG: Band.STRONG,
    matching.Band.POSSIBLE: Band.POSSIBLE,
}
SCORER: Final[Scorer] = Learned()
"""What judges in a registry that serves."""


def version_of(scorer: Scorer) -> str:
    """Name what searches by person, for the record of an answer: exact search, the keys of the index, the weights."""
    return f"exact-1 index-{INDEX_VERSION} {scorer.version}"
