"""Whether the index finds whom looking at everybody would find: a sample of a registry, judged without the index."""

from itertools import islice
from typing import Any, Final

from registry.core import Core
from registry.errors import Malformed
from registry.values.check import Band
from registry.values.parties import Identity
from scripts.benches._index import search
from scripts.benches._people import people, questions
from scripts.benches.seed import respondent_ref

_LOOKED_AT: Final = 4_000
"""Respondents of a registry who are compared with each question, spread over all of it."""
_QUESTIONS: Final = 16
_SURE: Final = frozenset({Band.IDENTICAL, Band.STRONG})


def compared_with_everybody(opened: Core, orders: int) -> dict[str, Any]:
    """Judge every person of a sample for each question, and count those at or above strong whom the search missed.

    The questions are about people of the sample. The judge is the search's own, of a registry of the same size.
    """
    step = max(1, orders // _LOOKED_AT)
    sample: dict[int, Identity] = dict(
        zip(range(0, orders, step), islice(people(), 0, 2 * orders, 2 * step), strict=True)
    )
    numbers = list(sample)[:: max(1, len(sample) // _QUESTIONS)][:_QUESTIONS]
    words = opened.checker.searching.lexicon.as_of(opened.ledger.reader.head(), newest=True)
    strong, missed, judged, refused = 0, 0, 0, 0
    for asked in questions(numbers, sample):
        judge = opened.checker.scorer(asked.identity, words)
        sure = {respondent_ref(number) for number, who in sample.items() if judge(who).band in _SURE}
        judged += len(sample)
        try:
            found = {each.party_ref for each in search(opened, asked.identity).meant if each.band in _SURE}
        except Malformed:
            refused += 1
            continue
        strong, missed = strong + len(sure), missed + len(sure - found)
    return {"judged": judged, "at_or_above_strong": strong, "missed_by_the_index": missed, "too_many": refused}
