"""A name as words that can be compared: plain letters, without titles, each with the role it has in the name.

    García-López, María del Carmen   ->  garcia lopez (family), maria del* carmen (given); * a particle
    van Dijk, J.                     ->  van* dijk (family), j (given, an initial)

Whatever is written as a name gives tokens in bounded time: a name is read up to `MAXIMUM_CHARACTERS`, cut to
`MAXIMUM_TOKENS` words of at most `MAXIMUM_TOKEN` letters, and what has no letters gives none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import Final
from unicodedata import normalize

from registry.identity.letters import latin
from registry.values.parties import Name
from registry.values.text import without_ignorables


def _words_of(text: str) -> list[str]:
    return text.split()


MAXIMUM_CHARACTERS: Final = 512
"""Of a family name or a given name, read before and after compatibility composition."""
MAXIMUM_TOKENS: Final = 16
"""Of a family name or a given name, each."""
MAXIMUM_TOKEN: Final = 40
_APOSTROPHES: Final = re.compile("[`\u00b4\u02b9\u02bb\u02bc\u02bd\u2018\u2019\u201b\u2032\ua78b\ua78c\uff07]")
_WORDS: Final = re.compile("[a-z0-9]+")
_HONORIFICS: Final = frozenset(
    _words_of(
        """
    mr mrs ms miss mx dr doctor prof professor sir dame rev reverend esq phd mme mlle monsieur madame mademoiselle herr
    frau fraulein senor senora senorita sr sra srta jr ii iii iv sig signor signora hajji haji
    """
    )
)
_PARTICLES: Final = frozenset(
    _words_of(
        """
    af al an ap ar as av bar bat ben bin bint bte da dal dalla das de degli dei del dela dell della delle dello den der
    des di do dos du ed el ibn ibnu ier in la las le les lo los of op oude san te ten ter the tot und ur van vande
    vanden vander ver vom von ze zu zum zur zy
    """
    )
)
"""Words that are a particle before another word: `van` in `van Dijk`, and not in `Van, Nguyen`."""
_LETTERS_OF_FAMILIES: Final = frozenset("eyt")
"""One letter between two words of a family name that is no initial: `Ortega y Gasset`, `van 't Hoff`."""


class Role(StrEnum):
    """Where in a name a word stands. A name that is not written in parts is all family."""

    FAMILY = "family"
    GIVEN = "given"


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a name: lower-case letters a to z and digits, never empty."""

    text: str = field(repr=False)
    role: Role
    order: int
    """Its place among the words of its role, from 0."""
    is_particle: bool = False
    """A word such as `de` or `bin` before another: it is scored, and no key is made of it."""
    is_initial: bool = False
    """One letter that stands for a word; no key is made of it."""


def name_tokens(name: Name) -> tuple[Token, ...]:
    """Give the words of a name, given names first; none where nothing in it is a letter.

    A whole name with one comma is read as family name, given name. Never raises.
    """
    family, given = name.family, name.given
    if not given.strip() and family[:MAXIMUM_CHARACTERS].count(",") == 1:
        family, _, given = family[:MAXIMUM_CHARACTERS].partition(",")
    return (*_tokens(given, Role.GIVEN), *_tokens(family, Role.FAMILY))


def key_tokens(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Give the words that keys are made of: no initials, and particles only where fewer than two others are left."""
    words = tuple(token for token in tokens if not token.is_initial)
    without = tuple(token for token in words if not token.is_particle)
    return without if len(without) > 1 else words


def joined_forms(tokens: tuple[Token, ...]) -> tuple[str, ...]:
    """Give neighbours of one role written as one word: `annemarie`, `garcialopez`, `alrowaiei`."""
    return tuple(
        (one.text + other.text)[:MAXIMUM_TOKEN]
        for one, other in pairwise(tokens)
        if one.role is other.role and not one.is_initial and not other.is_initial
    )


def _tokens(text: str, role: Role) -> Iterator[Token]:
    words = _without_titles(_words(text, role))[:MAXIMUM_TOKENS]
    for order, word in enumerate(words):
        followed, short = order + 1 < len(words), len(word) == 1
        between = short and order > 0 and role is Role.FAMILY and word in _LETTERS_OF_FAMILIES
        yield Token(
            word[:MAXIMUM_TOKEN],
            role,
            order,
            is_particle=followed and (between or word in _PARTICLES),
            is_initial=short,
        )


def _words(text: str, role: Role) -> list[str]:
    """Give the words of a text; prefixes that are written apart or not, `Mc` and the `O` of a family, are joined."""
    text = text[:MAXIMUM_CHARACTERS]
    if not text.isascii():
        composed = normalize("NFKC", without_ignorables(text))[:MAXIMUM_CHARACTERS]
        text = latin(_APOSTROPHES.sub("'", composed))
    words: list[str] = _WORDS.findall(text.replace("'", "").replace("`", "").lower())
    for place in range(len(words) - 2, -1, -1):
        if words[place] == "mc" or (words[place] == "o" and role is Role.FAMILY and place == 0):
            words[place : place + 2] = [words[place] + words[place + 1]]
    return words


def _without_titles(words: list[str]) -> list[str]:
    kept = [word for word in words if word not in _HONORIFICS]
    return kept or words
