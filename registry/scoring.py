"""What judges how likely two descriptions are of one person: a pure scorer with a version, seen from the search."""

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from registry.identity.keys import INDEX_VERSION
from registry.lexicon import Words
from registry.values.check import Band
from registry.values.parties import Identity


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


SCORER: Final[Scorer | None] = None
"""What judges in a registry that serves; without one only those are found whose name and date are written alike."""


def version_of(scorer: Scorer | None) -> str:
    """Name what searches by person, for the record of an answer: exact search, the keys of the index, the weights."""
    return "exact-1" if scorer is None else f"exact-1 index-{INDEX_VERSION} {scorer.version}"
