"""The word for the officer: one table of legal status by state of the source.

IN FORCE and NOT IN FORCE are said only of a current source. A stale or unreachable source may have
changed what it said: then the word is CANNOT TELL, and the legal status of the last known facts is
shown beside it with its age. What no newer fact of the source can undo stays NOT IN FORCE.

Of a doubtful source nothing is said either way: a thief may have entered the order as well as ended it. An end
that was recorded beyond doubt is not doubtful for what else there is (registry/doubts.py).
"""

from collections.abc import Collection, Iterable
from typing import Final

from registry.law.verdict import ENFORCEABLE_STATUSES, JURISDICTION_NOT_STATED
from registry.values.check import EnforcementStatus, SourceState, Word

_NEVER_TOLD: Final = frozenset({EnforcementStatus.NO_RECORD, EnforcementStatus.CONFLICTING_SOURCES})
_FINAL: Final = frozenset({EnforcementStatus.REVOKED, EnforcementStatus.DISCONTINUED})


def word(status: EnforcementStatus, source: SourceState, notes: Collection[str] = ()) -> Word:
    """Give the word for a legal status, the state of its source, and what the verdict notes of the record.

    A record that does not say whose court made the order is never enough for a word of its own.
    """
    if status in _NEVER_TOLD or JURISDICTION_NOT_STATED in notes:
        return Word.CANNOT_TELL
    if status in _FINAL and source is not SourceState.DOUBTFUL:
        return Word.NOT_IN_FORCE
    if source is not SourceState.CURRENT:
        return Word.CANNOT_TELL
    return Word.IN_FORCE if status in ENFORCEABLE_STATUSES else Word.NOT_IN_FORCE


WORD_TABLE: Final = {(status, source): word(status, source) for status in EnforcementStatus for source in SourceState}
"""The whole table, as documentation and tests print it."""


def overall(words: Iterable[Word], *, settled: bool = True) -> Word:
    """Give the word for a whole answer: in force if any is; cannot tell if any cannot be told, or none is there.

    `settled` says that nobody else may be meant: as long as somebody may, that one's order may be the one in force.
    """
    said = set(words)
    if Word.IN_FORCE in said:
        return Word.IN_FORCE
    if Word.CANNOT_TELL in said or not said or not settled:
        return Word.CANNOT_TELL
    return Word.NOT_IN_FORCE
