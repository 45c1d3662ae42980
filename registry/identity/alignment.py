"""Which word of one name stands for which word of another, and how alike the two are.

First what is written the same, then words that one side writes as one and the other apart, then the rest, the most
alike first. Each word is used once. Symmetric in its two names, but for which side is called which.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA, JaroWinkler

from registry.identity.nicknames import same_by_nickname
from registry.identity.words import Word, Words

_SHORT, _LONG = 4, 6
"""Letters from which one slip, and two, still leave a word that is recognised."""
_PREFIX: Final = 3
_SKELETON: Final = 2
_SIMILAR, _FAR = 0.88, 0.75
_JOINED: Final = (2, 3)


class Level(StrEnum):
    """How alike two words are, from most to least."""

    EXACT = "exact"
    JOINED = "joined"
    """Written as one word on one side, and apart on the other."""
    ONE_SLIP = "one_slip"
    """One letter is wrong, missing or too many, or two neighbours have changed places."""
    NICKNAME = "nickname"
    SOUND = "sound"
    """The same consonants."""
    TWO_SLIPS = "two_slips"
    PREFIX = "prefix"
    """One word is cut off."""
    SIMILAR = "similar"
    COARSE = "coarse"
    """The same consonants where scripts and ears confuse them."""
    INITIAL = "initial"
    FAR = "far"


_RANK: Final = {level: rank for rank, level in enumerate(Level)}


class Pair(NamedTuple):
    """A word of one name with a word of the other; the texts are joined where several stand for one."""

    level: Level
    one: Word
    other: Word


@dataclass(frozen=True, slots=True)
class Alignment:
    """The pairs of two names, and the words of each that have none."""

    pairs: tuple[Pair, ...]
    left: tuple[Word, ...]
    """Words of the first name without a pair."""
    right: tuple[Word, ...]
    """Words of the second name without a pair."""

    @property
    def swapped(self) -> int:
        """How many pairs stand as family name on one side and as given name on the other."""
        return sum([pair.one.family != pair.other.family for pair in self.pairs])

    @property
    def turns(self) -> int:
        """How often the words of one name go back in the other: 1 where `Doe Jane` is written for `Jane Doe`."""
        if len(self.pairs) < 2:  # noqa: PLR2004  # one has no order
            return 0
        places = [pair.other.place for pair in sorted(self.pairs, key=_place_in_one)]
        return sum([before > after for before, after in pairwise(places)])


def align(one: Words, other: Words) -> Alignment:
    """Find the pairs of two names."""
    left, right = list(one.words), list(other.words)
    pairs = _exact(left, right)
    if left and right:
        pairs += _joined(left, right)
        pairs += [Pair(pair.level, pair.other, pair.one) for pair in _joined(right, left)]
        pairs += _alike(left, right)
    return Alignment(tuple(pairs), tuple(left), tuple(right))


def level_of(one: Word, other: Word) -> Level | None:
    """Say how alike two words are, or None where they are not."""
    first, second = one.text, other.text
    if first == second:
        return Level.EXACT
    if one.initial or other.initial:
        return Level.INITIAL if first[0] == second[0] else None
    length, other_length = len(first), len(second)
    longest = max(length, other_length)
    slips = OSA.distance(first, second, score_cutoff=2)
    if slips == 1 and longest >= _SHORT:
        return Level.ONE_SLIP
    if same_by_nickname(first, second):
        return Level.NICKNAME
    if one.skeleton == other.skeleton and len(one.skeleton) >= _SKELETON:
        return Level.SOUND
    if slips <= 2 and longest >= _LONG:  # noqa: PLR2004  # two slips
        return Level.TWO_SLIPS
    if min(length, other_length) >= _PREFIX and (first.startswith(second) or second.startswith(first)):
        return Level.PREFIX
    similarity = JaroWinkler.similarity(first, second, score_cutoff=_FAR)
    if similarity >= _SIMILAR:
        return Level.SIMILAR
    if one.coarse == other.coarse and len(one.coarse) >= _SKELETON:
        return Level.COARSE
    return Level.FAR if similarity >= _FAR and min(length, other_length) >= _SHORT else None


def _exact(left: list[Word], right: list[Word]) -> list[Pair]:
    pairs: list[Pair] = []
    theirs = [word.text for word in right]
    for word in tuple(left):
        if word.text in theirs:
            same = [found for found in right if found.text == word.text]
            if same:
                found = min(same, key=lambda found: (found.family != word.family, abs(found.place - word.place)))
                left.remove(word)
                right.remove(found)
                pairs.append(Pair(Level.EXACT, word, found))
    return pairs


def _joined(left: list[Word], right: list[Word]) -> list[Pair]:
    """Pair neighbours on the left with the one word on the right that they make."""
    if len(left) < _JOINED[0]:
        return []
    return [pair for word in tuple(right) if len(word.text) >= _SHORT and (pair := _join(left, right, word))]


def _join(left: list[Word], right: list[Word], word: Word) -> Pair | None:
    text = word.text
    for number in _JOINED:
        for start in range(len(left) - number + 1):
            # Asked first, because the two lengths are rarely near each other.
            if abs(len(left[start].text) + len(left[start + number - 1].text) - len(text)) > 1 and number == _JOINED[0]:
                continue
            parts = left[start : start + number]
            together = "".join([part.text for part in parts])
            if abs(len(together) - len(text)) <= 1 and OSA.distance(together, text, score_cutoff=1) <= 1:
                del left[start : start + number]
                right.remove(word)
                return Pair(Level.JOINED, Word.of(together, parts[-1]), word)
    return None


def _alike(left: list[Word], right: list[Word]) -> Iterator[Pair]:
    found = [
        (_RANK[level], one.family != other.family, abs(one.place - other.place), number, count)
        for number, one in enumerate(left)
        for count, other in enumerate(right)
        if (level := level_of(one, other)) is not None
    ]
    first, second = tuple(left), tuple(right)
    for rank, _, _, number, count in sorted(found):
        if first[number] in left and second[count] in right:
            left.remove(first[number])
            right.remove(second[count])
            yield Pair(_LEVELS[rank], first[number], second[count])


def _place_in_one(pair: Pair) -> int:
    return pair.one.place


_LEVELS: Final = tuple(Level)
