"""A small registry in memory, with everybody who could be meant by a query: generous keys, for measuring the scorer.

The registry's own index is another; this one nominates more, so that what is measured is the scorer and not the index.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import combinations
from math import log2

from registry.identity.evidence import Person
from registry.identity.words import Words
from scripts.matching.sets import Known

_MOST = 400
"""People under one key: a key that more people share nominates nobody, but for the whole name and the day of birth."""
_WHOLE = {"day", "words", "number"}


class World:
    """People, how rare their words are, and who shares a key."""

    def __init__(self, known: list[Known], *, generous: bool = False) -> None:
        """Read the people; `generous` nominates by a single word too, which only a small world bears."""
        self.generous = generous
        self.persons: dict[int, Person] = {one.number: one.person() for one in known}
        self.numbers = list(self.persons)
        self._counts: Counter[str] = Counter()
        self._blocks: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        for number, person in self.persons.items():
            self._counts.update({word.text for words in person.names for word in words.words})
            for key in set(self._keys(person)):
                self._blocks[key].append(number)

    def __len__(self) -> int:
        """How many people there are."""
        return len(self.persons)

    @property
    def rarity(self) -> Callable[[str], float]:
        """How rare a word is in this world, in bits."""
        counts, number = self._counts, len(self.persons) + 1
        return lambda word: log2(number / (counts[word] + 0.5))

    def candidates(self, asked: Person) -> list[int]:
        """Give who shares a key with somebody asked about, who shares the most keys first."""
        found: Counter[int] = Counter()
        for key in set(self._keys(asked)):
            block = self._blocks.get(key, [])
            if len(block) <= _MOST or key[0] in _WHOLE:
                found.update(block)
        return sorted(found, key=lambda number: (-found[number], number))

    def _keys(self, person: Person) -> Iterator[tuple[str, ...]]:
        born = person.birth_date or ""
        if len(born) == len("2000-01-01"):
            yield "day", born
            yield "day", f"{born[:5]}{born[8:]}-{born[5:7]}"
        for number in person.identifiers:
            yield "number", number
        for words in person.names:
            yield from self._name_keys(words, born)

    def _name_keys(self, words: Words, born: str) -> Iterator[tuple[str, ...]]:
        full = [word for word in words.words if not word.initial and not word.particle]
        year, month, day = born[:4], born[5:7], born[8:]
        for one, other in combinations(full, 2):
            yield "words", *sorted((one.text, other.text))
            yield "skeletons", *sorted((one.skeleton, other.skeleton))
            yield "coarse", year, *sorted((one.coarse, other.coarse))
            yield "starts", *sorted((one.text[:2], other.text[:2]))
            yield "ends", *sorted((one.text[-3:], other.text[-3:]))
        yield "joined", "".join(sorted("".join(word.text for word in words.words)))
        for word in full:
            yield "year", year, word.text
            if day:
                yield from (("part", word.text[:1], *part) for part in ((year, month), (year, day), (month, day, "")))
            if self.generous:
                yield "word", word.text
                yield "skeleton", word.skeleton
                yield "start", word.text[:3], year[:3]
