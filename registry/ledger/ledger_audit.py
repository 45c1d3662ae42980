"""Every fact of the ledger held against its entry: made anew from the stored bytes, in ledger order, exactly once.

record     the digest of the stored record is the entry's `d`
fact       the entry names the fact: id, kind, time, and who spoke
position   the entry has the fact's position: so none is skipped and none stands elsewhere
chain      stream, version and the stream's former entry
form       whatever else the entry says is, byte for byte, what the fact makes
index      the row by which the entry is found when a receipt or a proof is asked for
once       as many entries as facts, and no entry without one
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast
from uuid import UUID

import orjson

from registry.errors import Unreadable
from registry.ledger.codec import StoredFact
from registry.ledger.findings import Finding, Result
from registry.ledger.leaf import NONE, entry
from registry.ledger.log_store import LeafRow
from registry.ledger.publisher import StoredReader
from registry.values.identifiers import Position

MEMBERS: Final[dict[str, tuple[str, ...]]] = {
    "record": ("d",),
    "fact": ("at", "by", "f", "k"),
    "position": ("n",),
    "chain": ("o", "ov", "p"),
}
CHECKS: Final = (*MEMBERS, "form", "index", "once")
_PAGE: Final = 1_000

Index = Callable[[int, int], Sequence[LeafRow]]
"""Gives rows of the log's index: from this leaf, so many."""


@dataclass(kw_only=True)
class LedgerAudit:
    """Is shown every entry in order, and holds it against the ledger's next fact."""

    reader: StoredReader
    index: Index
    entries: int = 0
    waiting: int = 0
    """Facts that no entry is signed for yet."""
    _wrong: dict[str, list[int]] = field(default_factory=dict[str, list[int]], init=False)
    _last: dict[UUID, int] = field(default_factory=dict[UUID, int], init=False)
    _facts: Iterator[StoredFact] = field(init=False)

    def __post_init__(self) -> None:
        """Begin with the ledger's first fact."""
        self._facts = self._stored()

    def visit(self, first: int, entries: list[bytes]) -> None:
        """Hold a bundle of entries against as many facts. The shape of `proof.audit.Visit`."""
        rows = {row.leaf: row for row in self.index(first, len(entries))}
        for leaf, found in enumerate(entries, first):
            self.entries += 1
            stored = next(self._facts, None)
            if stored is None:
                self._note("once", leaf)
            else:
                self._hold(leaf, found, stored, rows.get(leaf))

    def finish(self) -> None:
        """Count the facts that wait for an entry; after the last bundle."""
        self.waiting = sum(1 for _ in self._facts)

    def findings(self) -> list[Finding]:
        """Say what came of each check."""
        return [self._finding(check) for check in CHECKS]

    def _finding(self, check: str) -> Finding:
        wrong = self._wrong.get(check)
        if not wrong:
            return Finding(check=check, result=Result.OK, said=f"{self.entries} entries")
        return Finding(
            check=check,
            result=Result.FAILED,
            said=f"{len(wrong)} of {self.entries} entries, the first at index {wrong[0]}",
            advice="keep the data folder as it is, and compare it with a backup and with a mirror of the log",
        )

    def _stored(self) -> Iterator[StoredFact]:
        after = Position(0)
        while page := self.reader.stored_after(after, limit=_PAGE):
            yield from page
            after = Position(page[-1][0])

    def _hold(self, leaf: int, found: bytes, stored: StoredFact, row: LeafRow | None) -> None:
        position, stream, version = stored[0], stored[1], stored[2]
        try:
            fact_id, made = entry(stored, former=self._last.get(stream, NONE))
        except Unreadable:
            self._note("record", leaf)
            fact_id, made = None, found
        self._last[stream] = leaf
        if found != made:
            for check in differences(found, made):
                self._note(check, leaf)
        seen = None if row is None else (row.position, row.stream, row.version, row.fact_id)
        if seen != (position, stream, version, fact_id):
            self._note("index", leaf)

    def _note(self, check: str, leaf: int) -> None:
        self._wrong.setdefault(check, []).append(leaf)


def differences(found: bytes, made: bytes) -> list[str]:
    """Name the checks by which an entry is not the one that its fact makes; not empty for different bytes."""
    try:
        theirs: Any = orjson.loads(found)
    except orjson.JSONDecodeError:
        return ["form"]
    if not isinstance(theirs, dict):
        return ["form"]
    said, ours = cast("dict[str, Any]", theirs), cast("dict[str, Any]", orjson.loads(made))
    wrong = [check for check, members in MEMBERS.items() if any(said.get(name) != ours[name] for name in members)]
    return wrong or ["form"]
