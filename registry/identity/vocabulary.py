"""The words of all registered names with how many persons bear each, and those one typing error away from a word.

It carries what is fuzzy: the keys at rest agree or do not. A word that nobody bears any more is gone from it, so that
an erased person's rare surname shows nowhere. Pure; whoever shares one between threads keeps a lock around it.
"""

from collections.abc import Iterable, Iterator
from typing import Final

MAXIMUM_NEAR: Final = 16
"""Registered words given for a word; the most frequent, for they find the most."""
SHORTEST: Final = 3
"""Letters below which a word has too many neighbours to mean any."""
LONGEST: Final = 24
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


class Vocabulary:
    """Words counted by who bears them."""

    __slots__ = ("_borne", "_counts")

    def __init__(self) -> None:
        """Begin with nobody."""
        self._counts: dict[str, int] = {}
        self._borne: dict[int, tuple[str, ...]] = {}

    def __len__(self) -> int:
        """Say how many words there are."""
        return len(self._counts)

    def __repr__(self) -> str:
        """Show how much there is, and no word of it."""
        return f"Vocabulary({len(self._counts)} words of {len(self._borne)} persons)"

    @property
    def persons(self) -> int:
        """Say of how many persons the words are."""
        return len(self._borne)

    def bear(self, party: bytes, words: Iterable[str]) -> None:
        """Count a person's words, each once; what was counted of the same person before is not any more."""
        self.forget(party)
        kept: list[str] = []
        for word in dict.fromkeys(words):
            self._counts[word] = self._counts.get(word, 0) + 1
            kept.append(word)
        self._borne[int.from_bytes(party)] = tuple(kept)

    def forget(self, party: bytes) -> None:
        """Count a person's words no more; nothing happens for one who is not there."""
        for word in self._borne.pop(int.from_bytes(party), ()):
            left = self._counts[word] - 1
            if left:
                self._counts[word] = left
            else:
                del self._counts[word]

    def words_of(self, party: bytes) -> tuple[str, ...]:
        """Give the words that are counted of a person; none for one who is not there."""
        return self._borne.get(int.from_bytes(party), ())

    def frequency(self, word: str) -> int:
        """Say how many persons bear a word."""
        return self._counts.get(word, 0)

    def near(self, word: str) -> tuple[str, ...]:
        """Give the registered words one error away (a letter left out, added, another, two exchanged), not itself.

        At most `MAXIMUM_NEAR`, the most frequent first; none for a word of fewer than three letters.
        """
        if not SHORTEST <= len(word) <= LONGEST:
            return ()
        counts = self._counts
        found = {each for each in _one_away(word) if each in counts}
        found.discard(word)
        return tuple(sorted(found, key=lambda each: (-counts[each], each))[:MAXIMUM_NEAR])


def _one_away(word: str) -> Iterator[str]:
    for place in range(len(word)):
        head, letter, tail = word[:place], word[place], word[place + 1 :]
        yield head + tail
        if tail:
            yield head + tail[0] + letter + tail[1:]
        for other in _LETTERS:
            yield head + other + tail
            yield head + other + letter + tail
    for other in _LETTERS:
        yield word + other
