"""Short and pet forms of given names, from the package `nicknames`: English names, as borne in the United States."""

from collections import defaultdict
from functools import cache
from typing import Final

from nicknames import name_triplets

_NOTHING: Final[frozenset[str]] = frozenset()


def variants_of(token: str) -> frozenset[str]:
    """Give the forms that a name is a short form of, or that are short forms of it; lower case."""
    return _table().get(token, _NOTHING)


def same_by_nickname(one: str, other: str) -> bool:
    """Say whether one name is a short form of the other, or both of a third: `bill`, `will` of `william`."""
    if other in _table().get(one, _NOTHING):
        return True
    full = _full_forms()
    return one in full and not full[one].isdisjoint(full.get(other, _NOTHING))


@cache
def _table() -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for full, _, short in name_triplets():
        found[full].add(short)
        found[short].add(full)
    return {name: frozenset(forms) for name, forms in found.items()}


@cache
def _full_forms() -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for full, _, short in name_triplets():
        found[short].add(full)
    return {name: frozenset(forms) for name, forms in found.items()}
