"""FEBRL 4 as a closed world: 5,000 people, each asked about once with errors, with a number of theirs or without."""

from collections.abc import Iterator
from dataclasses import replace
from time import process_time
from typing import Any

from registry.identity.matching import Band, match
from scripts.matching.figures import judge
from scripts.matching.sets import Known, Query, febrl
from scripts.matching.world import World


def figures() -> dict[str, Any]:
    """Measure both, on the people that nothing was learned from."""
    known, asked = febrl()
    trains = {one.number: one.trains for one in known}
    report = [query for query in asked if query.truth is not None and not trains[query.truth]]
    plain = [replace(one, document="") for one in known]
    without = [replace(query, asked=replace(query.asked, document="")) for query in report]
    return {
        "people": len(known),
        "queries": len(report),
        "name and birth date": _measured(plain, without),
        "with a number": _measured(known, report),
    }


def _measured(known: list[Known], asked: list[Query]) -> dict[str, float]:
    world = World(known, generous=True)
    rarity = world.rarity
    scored: list[tuple[float, bool]] = []
    first = pairs = identical = wrongly = 0
    best_of: list[tuple[float, bool]] = []
    begun = process_time()
    for query in asked:
        person = query.asked.person()
        rows: list[tuple[int, bool]] = []
        for number in world.candidates(person):
            found = match(person, world.persons[number], persons=len(world), rarity=rarity)
            rows.append((found.score, number == query.truth))
            identical += found.band is Band.IDENTICAL and number == query.truth
            wrongly += found.band is Band.IDENTICAL and number != query.truth
        scored += rows
        pairs += len(rows)
        if rows:
            best = max(rows, key=lambda row: (row[0], not row[1]))  # of equals, the wrong one
            best_of.append(best)
            first += best[1]
    spent = process_time() - begun
    judged, each = judge(scored, len(asked)), judge(best_of, len(asked))
    return {
        "best F1": judged.best_f1,
        "recall at precision .99": judged.recall_at_99,
        "recall at precision .999": judged.recall_at_999,
        "best F1 of first answers": each.best_f1,
        "first is right": first / len(asked),
        "identical and right": identical / len(asked),
        "identical and wrong": wrongly / len(asked),
        "pairs": pairs,
        "µs a pair": 1e6 * spent / max(pairs, 1),
    }


def lines(report: dict[str, Any]) -> Iterator[str]:
    """Write the figures as a table."""
    yield f"FEBRL 4, {report['people']:,} people, {report['queries']:,} of them asked about (none learned from)"
    kinds = ("name and birth date", "with a number")
    yield f"{'':<28}" + "".join(f"{kind:>22}" for kind in kinds)
    for name in report[kinds[0]]:
        yield f"{name:<28}" + "".join(f"{report[kind][name]:>22,.4f}" for kind in kinds)
