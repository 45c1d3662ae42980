"""Keys at rest under which a person can be nominated: each a truncated keyed hash of two things said together.

    D   whole birth date
    PX  two words of one name, in either order
    PS  their consonant skeletons
    P2  their coarse skeletons and the birth year; of a name of one word, its coarse skeleton and the birth year
    J   a whole name of several words as one coarse skeleton
    ID  an identifier

No key is of one word alone: whoever holds the store without the index key must not count how often a surname stands
in it. Every key is of one role, so a search for respondents never meets a protected person.

Keys of a record and keys of a query are pure functions of an identity, the index key, `INDEX_VERSION` and, for the
query, the registered words near its own. Both are bounded whatever is written as a name. Beside a key stands a hint,
masked for each row anew: the birth date, or a signature of the letters, by which long lists are ranked unopened.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from itertools import combinations, permutations
from typing import Final

from registry.identity.births import Born, near_years, swapped
from registry.identity.exact import MINIMUM_KEY_BYTES
from registry.identity.identifiers import numbers, written
from registry.identity.skeletons import coarse_skeleton, joined_skeleton, skeleton
from registry.identity.tokens import Role, Token, key_tokens, name_tokens
from registry.values.issuance import PartyRole
from registry.values.parties import Identity, Name

INDEX_VERSION: Final = 1
"""Of the keys; another version is another set of keys, and a rebuild."""
KEY_BYTES: Final = 8
SALT_BYTES: Final = 2
MAXIMUM_NAMES: Final = 65
"""The name and the other names of a person that keys are made of."""
MAXIMUM_WORDS: Final = 6
"""Words of one name that pairs are made of: the first given and the first family ones, half each."""
MAXIMUM_PAIRS: Final = 400
"""Pairs of words of one record."""
QUERY_NAMES: Final = 4
"""Names of a query that keys are made of."""
QUERY_PAIRS: Final = 24
QUERY_NEAR: Final = 96
"""Pairs of a query in which one word stands for a registered one near it."""

_SEPARATOR: Final = "\x1f"

Near = Callable[[str], Iterable[str]]
"""Gives registered words near a word, nearest and most frequent first."""


class Family(StrEnum):
    """What a key is made of."""

    DATE = "D"
    PAIR = "PX"
    SKELETONS = "PS"
    YEAR = "P2"
    JOINED = "J"
    IDENTIFIER = "ID"


@dataclass(frozen=True, slots=True)
class Key:
    """A key, and of what family; the store keeps the digest alone."""

    family: Family
    digest: bytes


@dataclass(frozen=True, kw_only=True)
class Blinding:
    """Makes keys and masks under one index key of at least 32 bytes."""

    index_key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Prepare the states that every key begins from."""
        if len(self.index_key) < MINIMUM_KEY_BYTES:
            message = "an index key has at least 32 bytes"
            raise ValueError(message)
        for name, purpose in (("_keys", b"po-index key/v1"), ("_masks", b"po-index mask/v1")):
            secret = blake2b(purpose, key=self.index_key[:64], digest_size=32).digest()
            object.__setattr__(self, name, blake2b(key=secret, digest_size=KEY_BYTES))

    def key(self, family: Family, role: PartyRole, *parts: str) -> Key:
        """Give the key of what is said: words, skeletons and numbers, in which the separator never stands."""
        state = getattr(self, "_keys").copy()  # noqa: B009  # set beside the fields of a frozen record
        state.update(_SEPARATOR.join((family.value, role.value, *parts)).encode())
        return Key(family, state.digest())

    def masked(self, salt: bytes, digest: bytes, party: bytes, hint: bytes) -> bytes:
        """Mask or unmask a hint of at most `KEY_BYTES`; another mask for each salt, key and party."""
        state = getattr(self, "_masks").copy()  # noqa: B009  # as above
        state.update(salt + digest + party)
        size = len(hint)
        return (int.from_bytes(hint) ^ int.from_bytes(state.digest()[:size])).to_bytes(size)


def record_keys(blinding: Blinding, role: PartyRole, identity: Identity) -> tuple[Key, ...]:
    """Give the keys that a person is filed under; at most some 1,300, a dozen for most."""
    born = Born.read(identity.birth_date)
    found: dict[Key, None] = {}
    if born.is_whole:
        found[blinding.key(Family.DATE, role, born.text)] = None
    for number in numbers(identity.documents):
        found[blinding.key(Family.IDENTIFIER, role, number)] = None
    for attribute in written(identity.attributes):
        found[blinding.key(Family.IDENTIFIER, role, *attribute)] = None
    pairs = 0
    for name in _names(identity, MAXIMUM_NAMES):
        tokens = name_tokens(name)
        words = _words(tokens)
        for key in _whole(blinding, role, tokens, words, (born.year,)):
            found[key] = None
        for one, other in combinations(_heard(words), 2):
            pairs += 1
            if pairs > MAXIMUM_PAIRS:
                return tuple(found)
            for key in _of_pair(blinding, role, one, other, (born.year,)):
                found[key] = None
    return tuple(found)


def query_keys(blinding: Blinding, role: PartyRole, identity: Identity, near: Near) -> tuple[Key, ...]:
    """Give the keys to look up; at most some 700, less than a hundred for most. `near` carries the typing errors.

    With a whole birth date, the day of birth and every year a digit away; with a year, the years beside it.
    """
    born = Born.read(identity.birth_date)
    found: dict[Key, None] = {}
    for day in (born, *swapped(born)) if born.is_whole else ():
        found[blinding.key(Family.DATE, role, day.text)] = None
    years = near_years(born)
    pairs: list[tuple[str, str]] = []
    for name in _names(identity, QUERY_NAMES):
        tokens = name_tokens(name)
        words = _words(tokens)
        for key in _whole(blinding, role, tokens, words, years):
            found[key] = None
        if len(words) == 1:
            found[blinding.key(Family.JOINED, role, coarse_skeleton(words[0]))] = None
        pairs += combinations(words, 2)
    for heard in map(_heard, pairs[:QUERY_PAIRS]):
        for key in _of_pair(blinding, role, heard[0], heard[1], years, skeletons=not born.is_whole):
            found[key] = None
    for one, other in _near_pairs(pairs[:QUERY_PAIRS], near):
        found[_pair(blinding, role, one, other)] = None
    return tuple(found)


def identifier_keys(blinding: Blinding, role: PartyRole, identity: Identity) -> tuple[Key, ...]:
    """Give the keys of the identifiers of a query: what is looked up first, and nominates alone."""
    asked = (*((number,) for number in numbers(identity.documents)), *written(identity.attributes))
    return tuple(blinding.key(Family.IDENTIFIER, role, *parts) for parts in asked)


def words_of(identity: Identity) -> tuple[str, ...]:
    """Give the words that keys of a person are made of, each once: what a vocabulary counts."""
    found = {word: None for name in _names(identity, MAXIMUM_NAMES) for word in _words(name_tokens(name))}
    return tuple(found)


def _names(identity: Identity, most: int) -> tuple[Name, ...]:
    return (identity.name, *identity.other_names[: most - 1])


def _words(tokens: tuple[Token, ...]) -> list[str]:
    """Give the words of a name that pairs are made of, each once.

    The first given one is among them though it may be a particle elsewhere: `Ben` in `Ben Michael Smith`.
    """
    first = tuple(token for token in tokens[:1] if token.is_particle and token.role is Role.GIVEN)
    kept = (*first, *(token for token in key_tokens(tokens) if token not in first))
    if len(kept) > MAXIMUM_WORDS:
        sides = ([each for each in kept if each.role is role] for role in (Role.GIVEN, Role.FAMILY))
        kept = tuple(each for side in sides for each in side[: MAXIMUM_WORDS // 2])
    return list(dict.fromkeys(token.text for token in kept))


@dataclass(frozen=True, slots=True)
class _Heard:
    """A word, and how it sounds."""

    text: str
    skeleton: str
    coarse: str


def _heard(words: Iterable[str]) -> list[_Heard]:
    return [_Heard(word, skeleton(word), coarse_skeleton(word)) for word in words]


def _of_pair(
    blinding: Blinding, role: PartyRole, one: _Heard, other: _Heard, years: Iterable[str], *, skeletons: bool = True
) -> Iterator[Key]:
    yield _pair(blinding, role, one.text, other.text)
    if skeletons:
        yield blinding.key(Family.SKELETONS, role, *sorted((one.skeleton, other.skeleton)))
    coarse = sorted((one.coarse, other.coarse))
    for year in years:
        if year:
            yield blinding.key(Family.YEAR, role, year, *coarse)


def _pair(blinding: Blinding, role: PartyRole, one: str, other: str) -> Key:
    return blinding.key(Family.PAIR, role, *sorted((one, other)))


def _whole(
    blinding: Blinding, role: PartyRole, tokens: tuple[Token, ...], words: list[str], years: Iterable[str]
) -> Iterator[Key]:
    """Give the keys of a name as a whole: joined where it has several words, with the year where it has one."""
    if len(words) == 1:
        for year in years:
            if year:
                yield blinding.key(Family.YEAR, role, year, coarse_skeleton(words[0]))
    elif words:
        sides = [tuple(each for each in tokens if each.role is side) for side in (Role.GIVEN, Role.FAMILY)]
        for order in permutations(side for side in sides if side):
            joined = joined_skeleton(tuple(token for side in order for token in side))
            yield blinding.key(Family.JOINED, role, joined)


def _near_pairs(pairs: list[tuple[str, str]], near: Near) -> Iterator[tuple[str, str]]:
    """Give pairs in which one word stands for a registered one near it, in turns, so that no pair takes all."""
    turns = [
        iter([*((each, other) for each in near(one)), *((one, each) for each in near(other))]) for one, other in pairs
    ]
    given = 0
    while turns:
        for turn in tuple(turns):
            found = next(turn, None)
            if found is None:
                turns.remove(turn)
                continue
            yield found
            given += 1
            if given == QUERY_NEAR:
                return
