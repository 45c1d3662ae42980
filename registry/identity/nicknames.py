"""Short and pet forms of given names, from the package `nicknames`: English names, as borne in the United States."""

from collections import defaultdict
from functools import cache
from typing import Final

from nicknames import name_triplets

_NOTHING: Final[frozenset[str]] = frozenset()


def variants_of(token: str) -> frozenset[str]:
    """Give what may stand for a name: its short forms, what it is short for, and other short forms of that.

    Two names that have short forms of their own are two names, even where one short form stands for both:
    `bill`, `will` and `william` stand for one another, and `robert` for none of them.
    """
    return _table().get(token, _NOTHING)


def same_by_nickname(one: str, other: str) -> bool:
    """Say whether one name may stand for the other. Symmetric."""
    return other in _table().get(one, _NOTHING)


@cache
def _table() -> dict[str, frozenset[str]]:
    shorts: defaultdict[str, set[str]] = defaultdict(set)
    for full, _, short in name_triplets():
        shorts[full].add(short)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for full, forms in shorts.items():
        for short in forms:
            found[full].add(short)
            found[short].add(full)
            found[short] |= {other for other in forms if other not in shorts or short not in shorts}
    return {name: frozenset(forms - {name}) for name, forms in found.items()}
