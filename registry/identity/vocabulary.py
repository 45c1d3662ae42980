"""The words of all registered names with how many persons bear each, and those one typing error away from a word.

It carries what is fuzzy: the keys at rest agree or do not. A word that nobody bears any more is gone from it, so that
an erased person's rare surname shows nowhere. Pure; whoever shares one between threads keeps a lock around it.
"""

from array import array
from collections.abc import Iterable
from struct import Struct
from typing import Final, Self

from registry.identity.bearers import LONGEST as MOST_WORDS
from registry.identity.bearers import REFERENCE_BYTES, Bearers

MAXIMUM_NEAR: Final = 16
"""Registered words given for a word; the most frequent, for they find the most."""
SHORTEST: Final = 3
"""Letters below which a word has too many neighbours to mean any."""
LONGEST: Final = 24
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_HEAD: Final = Struct("=QQQ")
"""How many persons, words borne, and bytes of words a packed vocabulary has; in this machine's order of bytes."""


class Vocabulary:
    """Words counted by who bears them."""

    __slots__ = ("_bearers", "_counts", "_free", "_numbers", "_words")

    def __init__(self) -> None:
        """Begin with nobody."""
        self._words: list[str] = []
        """By number; a number that no word has any more is empty, and given again."""
        self._counts = array("I")
        self._free: list[int] = []
        self._numbers: dict[str, int] = {}
        self._bearers = Bearers()

    def __len__(self) -> int:
        """Say how many words there are."""
        return len(self._numbers)

    def __repr__(self) -> str:
        """Show how much there is, and no word of it."""
        return f"Vocabulary({len(self)} words of {self.persons} persons)"

    @property
    def persons(self) -> int:
        """Say of how many persons the words are."""
        return len(self._bearers)

    def bear(self, party: bytes, words: Iterable[str]) -> None:
        """Count a person's words, each once; what was counted of the same person before is not any more."""
        self.forget(party)
        numbers = [self._number(word) for word in dict.fromkeys(words)][:MOST_WORDS]
        for number in numbers:
            self._counts[number] += 1
        self._bearers.put(party, tuple(numbers))

    def forget(self, party: bytes) -> None:
        """Count a person's words no more; nothing happens for one who is not there."""
        for number in self._bearers.take(party):
            self._counts[number] -= 1
            if not self._counts[number]:
                del self._numbers[self._words[number]]
                self._words[number] = ""
                self._free.append(number)

    def words_of(self, party: bytes) -> tuple[str, ...]:
        """Give the words that are counted of a person; none for one who is not there."""
        return tuple(self._words[number] for number in self._bearers.get(party))

    def frequency(self, word: str) -> int:
        """Say how many persons bear a word."""
        number = self._numbers.get(word)
        return 0 if number is None else self._counts[number]

    def near(self, word: str) -> tuple[str, ...]:
        """Give the registered words one error away (a letter left out, added, another, two exchanged), not itself.

        At most `MAXIMUM_NEAR`, the most frequent first; none for a word of fewer than three letters.
        """
        if not SHORTEST <= len(word) <= LONGEST:
            return ()
        numbers, counts = self._numbers, self._counts
        found = numbers.keys() & _one_away(word)
        found.discard(word)
        return tuple(sorted(found, key=lambda each: (-counts[numbers[each]], each))[:MAXIMUM_NEAR])

    def settle(self) -> None:
        """Take as little memory as may be, after many were counted."""
        self._bearers.settle()

    def packed(self) -> bytes:
        """Give all of it as bytes, the same ones for the same history; in them stand the words themselves."""
        parties, lengths, numbers = self._bearers.settled()
        words = "\n".join(self._words).encode("ascii")
        head = _HEAD.pack(len(lengths), len(numbers), len(words))
        return b"".join((head, parties, lengths.tobytes(), numbers.tobytes(), self._counts.tobytes(), words))

    @classmethod
    def unpacked(cls, raw: bytes) -> Self:
        """Read what `packed` gave on a machine of this kind. Raises ValueError for what does not agree with itself."""
        persons, borne, written = _HEAD.unpack_from(raw) if len(raw) >= _HEAD.size else (0, 0, -1)
        at = _HEAD.size
        ends = (at := at + persons * REFERENCE_BYTES, at := at + 2 * persons, at := at + 4 * borne)
        if not 0 <= written <= len(raw) - at:
            raise _broken()
        made = cls()
        text = raw[len(raw) - written :].decode("ascii")
        made._words = text.split("\n") if len(raw) - written > at else []
        lengths, numbers = array("H", raw[ends[0] : ends[1]]), array("I", raw[ends[1] : at])
        made._counts = array("I", raw[at : len(raw) - written])
        made._free = [number for number, word in enumerate(made._words) if not word]
        made._numbers = {word: number for number, word in enumerate(made._words) if word}
        counted = (len(made._counts), sum(lengths), sum(made._counts), sum(map(bool, made._counts)))
        if counted != (len(made._words), borne, borne, len(made._numbers)) or max(numbers, default=-1) >= len(
            made._words
        ):
            raise _broken()
        made._bearers = Bearers(raw[_HEAD.size : ends[0]], lengths, numbers)
        return made

    def _number(self, word: str) -> int:
        number = self._numbers.get(word)
        if number is not None:
            return number
        if self._free:
            number = self._free.pop()
            self._words[number] = word
        else:
            number = len(self._words)
            self._words.append(word)
            self._counts.append(0)
        self._numbers[word] = number
        return number


def _broken() -> ValueError:
    return ValueError("a packed vocabulary does not agree with itself")


def _one_away(word: str) -> set[str]:
    parts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    shorter = [head + tail[1:] for head, tail in parts if tail]
    turned = [head + tail[1] + tail[0] + tail[2:] for head, tail in parts if len(tail) > 1]
    other = [head + letter + tail[1:] for head, tail in parts if tail for letter in _LETTERS]
    longer = [head + letter + tail for head, tail in parts for letter in _LETTERS]
    return {*shorter, *turned, *other, *longer}
