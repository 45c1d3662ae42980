"""What each thing that is seen is worth, in hundredths of a bit: a table with a version, learned and then frozen.

`scripts/weigh` learns the table and writes the file `learned.py`; nothing else writes it. An answer names the version.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log2
from types import MappingProxyType
from typing import Final

from registry.identity.evidence import Feature
from registry.identity.learned import BITS, VERSION

_RARITIES: Final = frozenset({"exact_rarity", "near_rarity", "far_rarity"})
RARITY: Final = 100
"""A rarity is given in hundredths of a bit, and its weight for each bit."""
SETTLED: Final = MappingProxyType({"identifier": 4000, "identifier_slip": 1200, "attribute": 900})
"""What no set teaches, set by hand: who shares a number of a document is the same person but for errors of writing; a
plate or an address is shared by few of a registry."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A table of weights. What is not in it weighs nothing."""

    version: str
    bits: Mapping[str, int]

    def of(self, feature: Feature) -> int:
        """Give the hundredths of a bit that a feature is worth."""
        weight = self.bits.get(feature.name, 0) * feature.value
        return round(weight / RARITY) if feature.name in _RARITIES else weight

    def prior(self, persons: int) -> int:
        """Give what stands before the evidence in a registry of so many persons: one of them is it, if anybody."""
        return -round(100 * log2(max(persons, 1)))


LEARNED: Final = Weights(version=VERSION, bits=MappingProxyType({**BITS, **SETTLED}))
"""The weights that the registry uses."""
