"""People asked about with errors of every class, in a crowd: who is among the first ten, and who wrongly is found."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from registry.identity.matching import Band, match
from scripts.matching.people import background
from scripts.matching.rivals import Search, by_pg_trgm, by_soundex, by_trigrams
from scripts.matching.sets import Query, planted, queries
from scripts.matching.slips import wrong
from scripts.matching.world import World

_TEN, _SEED = 10, 12


def figures(people: int, each: int, where: str | None) -> dict[str, Any]:
    """Measure in a world of the planted people and so many of a background, so many queries of each class."""
    known = planted()
    crowd = background(people)
    every = [*known, *crowd]
    trains = {one.number: one.trains for one in known}
    asked = [query for query in queries() if not (trains[query.truth] if query.truth is not None else query.trains)]
    asked = [*_some(asked, each), *wrong([one for one in crowd if not one.trains], each, _SEED)]
    world = World(every)
    searches: dict[str, Search] = {"soundex and date": by_soundex(every), "FTS5 trigrams": by_trigrams(every)}
    if where is not None:
        searches["pg_trgm"] = by_pg_trgm(every, where)
    return {"people": len(every), "classes": _measured(world, asked, searches)}


def _some(asked: list[Query], each: int) -> list[Query]:
    taken: defaultdict[str, int] = defaultdict(int)
    found: list[Query] = []
    for query in asked:
        taken[query.kind] += 1
        if taken[query.kind] <= each * (8 if query.truth is None else 1):
            found.append(query)
    return found


def _measured(world: World, asked: list[Query], searches: dict[str, Search]) -> dict[str, dict[str, float]]:
    classes: dict[str, dict[str, float]] = {}
    for query in asked:
        row = classes.setdefault(query.kind, defaultdict(float))
        row["queries"] += 1
        for name, value in _ours(world, query).items():
            row[name] += value
        if query.truth is not None:
            for name, search in searches.items():
                row[name] += query.truth in search(query.asked)
    return {kind: {name: _share(name, value, row) for name, value in row.items()} for kind, row in classes.items()}


def _share(name: str, value: float, row: dict[str, float]) -> float:
    return value if name == "queries" else value / row["queries"]


def _ours(world: World, query: Query) -> dict[str, float]:
    person, rarity = query.asked.person(), world.rarity
    found = [
        (match(person, world.persons[number], persons=len(world), rarity=rarity), number)
        for number in world.candidates(person)
    ]
    found.sort(key=lambda row: -row[0].score)
    if query.truth is None:
        strong = [row for row in found if row[0].band in {Band.IDENTICAL, Band.STRONG}]
        possible = [row for row in found if row[0].band is Band.POSSIBLE]
        return {"strong": bool(strong), "possible": bool(strong or possible)}
    right = {number: place for place, (_, number) in enumerate(found)}
    place = right.get(query.truth)
    strong_and_right = any(number == query.truth and one.band in {Band.IDENTICAL, Band.STRONG} for one, number in found)
    wrong_strong = any(number != query.truth and one.band in {Band.IDENTICAL, Band.STRONG} for one, number in found)
    return {
        "nominated": place is not None,
        "first": place == 0,
        "in ten": place is not None and place < _TEN,
        "strong": strong_and_right,
        "wrong strong": wrong_strong,
    }


def lines(report: dict[str, Any]) -> Iterator[str]:
    """Write the figures as a table."""
    classes: dict[str, dict[str, float]] = report["classes"]
    columns = list(dict.fromkeys(name for row in classes.values() for name in row))
    yield f"{report['people']:,} people; none of those asked about was learned from; shares of the queries"
    yield f"{'':<30}" + "".join(f"{name:>18}" for name in columns)
    for kind, row in classes.items():
        cells = (f"{row[name]:>18,.3f}" if name in row else " " * 18 for name in columns)
        yield f"{kind:<30}" + "".join(cells)
