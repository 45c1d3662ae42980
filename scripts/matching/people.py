"""A background of people whose names are borne as often as in a census, drawn by chance that can be drawn again."""

from collections.abc import Iterator
from typing import Any, cast

import numpy as np

from scripts.matching.sets import Known, table

_FIRST, _LAST = 1938, 2008
_MIDDLE, _INITIAL, _DOUBLE = 0.35, 0.10, 0.10


def background(number: int, seed: int = 1) -> list[Known]:
    """Draw so many people: census names of the United States, one in ten with two family names, born 1938 to 2008."""
    return list(_drawn(number, seed))


def _drawn(number: int, seed: int) -> Iterator[Known]:
    chance = np.random.default_rng(seed)
    first, last = table("pop/census_2020_first_names.parquet"), table("pop/census_2020.parquet")
    given, middle = _choose(chance, first, number), _choose(chance, first, number)
    family, second = _choose(chance, last, number), _choose(chance, last, number)
    days = chance.integers(0, (_LAST - _FIRST) * 365, number)
    start = np.datetime64(f"{_FIRST}-01-01")
    how, sure, sexed = chance.random(number), chance.random(number), chance.random(number)
    for place in range(number):
        row = first[given[place]]
        name = row["name"].title()
        if how[place] < _MIDDLE:
            name += " " + first[middle[place]]["name"].title()
        elif how[place] < _MIDDLE + _INITIAL:
            name += " " + first[middle[place]]["name"][0]
        surname = last[family[place]]["name"].title()
        if sure[place] < _DOUBLE:
            surname += " " + last[second[place]]["name"].title()
        yield Known(
            number=place,
            given=name,
            family=surname,
            born=str(start + int(days[place])),
            sex="M" if sexed[place] * 100 < (row["pctmale"] or 0) else "F",
            source="background",
        )


def _choose(chance: np.random.Generator, rows: list[dict[str, Any]], number: int) -> list[int]:
    counts = np.array([row["count"] for row in rows], dtype=float)
    return cast("list[int]", chance.choice(len(rows), size=number, p=counts / counts.sum()).tolist())
