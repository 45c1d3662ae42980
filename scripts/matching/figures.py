"""How well pairs were told apart, from scores and what is true: precision, recall, and who came first."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pairs:
    """What scores of pairs are worth, at the best threshold and at those of a wanted precision."""

    best_f1: float
    recall_at_99: float
    """Recall where 99 of 100 pairs above the threshold are right."""
    recall_at_999: float
    average_precision: float


def judge(scored: Iterable[tuple[float, bool]], true: int) -> Pairs:
    """Judge scored pairs, of which `true` should be there; pairs of one score stand or fall together."""
    best = at_99 = at_999 = area = 0.0
    right = seen = 0
    rows = sorted(scored, key=lambda row: -row[0])
    before = 0.0
    for place, (score, same) in enumerate(rows):
        right, seen = right + same, seen + 1
        if place + 1 < len(rows) and rows[place + 1][0] == score:
            continue
        precision, recall = right / seen, right / max(true, 1)
        best = max(best, 2 * precision * recall / (precision + recall or 1))
        at_99 = max(at_99, recall if precision >= 0.99 else 0)  # noqa: PLR2004  # as it is called
        at_999 = max(at_999, recall if precision >= 0.999 else 0)  # noqa: PLR2004  # as it is called
        area += precision * (recall - before)
        before = recall
    return Pairs(best, at_99, at_999, area)
