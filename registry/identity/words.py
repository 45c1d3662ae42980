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


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Word:
    """One word of a name. Two words are the same object or different ones, whatever their letters."""

    text: str
    place: int
    family: bool
    particle: bool
    initial: bool
    skeleton: str
    coarse: str

    @staticmethod
    def of(text: str, like: "Word") -> "Word":
        """Give a word made of several, which stands where `like` stands."""
        return Word(text, like.place, like.family, particle=False, initial=False, skeleton="", coarse="")


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
    consonants = skeleton(token.text)
    return Word(
        token.text,
        place,
        family=token.role is Role.FAMILY,
        particle=token.is_particle,
        initial=token.is_initial,
        skeleton=consonants,
        coarse=coarsened(consonants),
    )
