"""A name made ready to be compared with many: its words with their skeletons, and whether it is in another script."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from registry.identity.skeletons import coarsened, skeleton
from registry.identity.tokens import MAXIMUM_CHARACTERS, Role, Token, name_tokens
from registry.values.parties import Name

Rarity: TypeAlias = Callable[[str], float]
"""How rare a word is among the names of the registry: bits, the negative binary logarithm of the share of persons."""

MAXIMUM_WORDS: Final = 12
"""Words of a name that are compared; what stands behind them in a longer name is not."""
_READ: Final = 2 * MAXIMUM_CHARACTERS
_FIRST_BEYOND_LATIN: Final = 0x0250


class Word:
    """One word of a name. Two words are the same object or different ones, whatever their letters.

    How it sounds is found out when it is asked: most words of most names are the same or far apart.
    """

    __slots__ = ("_coarse", "_skeleton", "family", "initial", "particle", "place", "text")

    def __init__(self, text: str, place: int, *, family: bool, particle: bool, initial: bool) -> None:
        """Take a word, its place in the name, and what it is."""
        self.text: Final = text
        self.place: Final = place
        self.family: Final = family
        self.particle: Final = particle
        self.initial: Final = initial
        self._skeleton: str | None = None
        self._coarse: str | None = None

    @staticmethod
    def of(text: str, like: "Word") -> "Word":
        """Give a word made of several, which stands where `like` stands; it sounds like nothing."""
        made = Word(text, like.place, family=like.family, particle=False, initial=False)
        made._skeleton = made._coarse = ""
        return made

    @property
    def skeleton(self) -> str:
        """Give its consonants."""
        if self._skeleton is None:
            self._skeleton = skeleton(self.text)
        return self._skeleton

    @property
    def coarse(self) -> str:
        """Give what is left of its skeleton where sounds that are confused are one."""
        if self._coarse is None:
            self._coarse = coarsened(self.skeleton)
        return self._coarse


@dataclass(frozen=True, slots=True, repr=False)
class Words:
    """The words of one name, given names first."""

    words: tuple[Word, ...]
    whole: bool
    """The name is not written in parts: no word is known to be a family name or a given one."""
    foreign: bool
    """The name is written in another script than Latin."""


def words_of(name: Name) -> Words:
    """Make a name ready."""
    written = name.family + name.given
    foreign = not written.isascii() and any(
        ord(letter) > _FIRST_BEYOND_LATIN and letter.isalpha() for letter in written[:_READ]
    )
    return prepared(name_tokens(name), foreign=foreign)


def prepared(tokens: tuple[Token, ...], *, foreign: bool) -> Words:
    """Make the words of a name ready that were read before."""
    words = tuple(_word(token, place) for place, token in enumerate(tokens[:MAXIMUM_WORDS]))
    return Words(words, whole=len({word.family for word in words}) < 2, foreign=foreign)  # noqa: PLR2004  # two roles


def _word(token: Token, place: int) -> Word:
    return Word(
        token.text,
        place,
        family=token.role is Role.FAMILY,
        particle=token.is_particle,
        initial=token.is_initial,
    )
