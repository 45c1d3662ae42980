"""Pairs of names that are easily confused: how well likeness alone orders them, and what a pair costs."""

from collections.abc import Callable, Iterator
from time import process_time
from typing import Any

from rapidfuzz.distance import JaroWinkler
from rapidfuzz.fuzz import token_sort_ratio

from registry.identity.alignment import align
from registry.identity.evidence import likeness_of
from registry.identity.words import Words, words_of
from registry.values.parties import Name
from scripts.matching.figures import judge
from scripts.matching.sets import pairs_of_names


def figures() -> dict[str, Any]:
    """Measure likeness and, beside it, two measures of whole strings."""
    pairs = pairs_of_names()
    ready = [(words_of(Name(family=one)), words_of(Name(family=other)), same) for one, other, same in pairs]
    begun = process_time()
    ours = [(_likeness(one, other), same) for one, other, same in ready]
    spent = process_time() - begun
    begun = process_time()
    for one, other, _ in pairs:
        words_of(Name(family=one))
        words_of(Name(family=other))
    reading = process_time() - begun
    true = sum(same for _, _, same in pairs)
    rivals: dict[str, Callable[[str, str], float]] = {
        "jaro-winkler": JaroWinkler.similarity,
        "token sort": token_sort_ratio,
    }
    found = {"likeness": ours}
    for name, measure in rivals.items():
        found[name] = [(measure(one.lower(), other.lower()), same) for one, other, same in pairs]
    judged = {name: judge(rows, true) for name, rows in found.items()}
    return {
        "pairs": len(pairs),
        "average precision": {name: row.average_precision for name, row in judged.items()},
        "best F1": {name: row.best_f1 for name, row in judged.items()},
        "µs a pair": 1e6 * spent / len(pairs),
        "µs to read a name": 1e6 * reading / len(pairs) / 2,
    }


def _likeness(one: Words, other: Words) -> float:
    return likeness_of(align(one, other), one, other)


def lines(report: dict[str, Any]) -> Iterator[str]:
    """Write the figures as a table."""
    yield f"{report['pairs']} pairs of names that are easily confused, names alone"
    yield f"{'':<16}{'average precision':>20}{'best F1':>12}"
    for name in report["average precision"]:
        yield f"{name:<16}{report['average precision'][name]:>20.3f}{report['best F1'][name]:>12.3f}"
    yield f"{report['µs a pair']:.0f} µs a pair, {report['µs to read a name']:.0f} µs to read a name"
