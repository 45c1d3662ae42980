"""Turns a jurisdiction's epoch: a new key-encryption key, every surviving key under it, the old one destroyed.

1 begin    the keeper makes the next epoch; keys made from now on are wrapped under it
2 close    a row says that nothing wrapped under the old epoch is saved any more
3 rewrap   every key that survives moves under the new epoch, some at a time
4 destroy  the old epoch's key, when no row is left under it; dated once the keeper has it no more

After 4 an old copy of the key table opens nothing: what was erased since is gone from every backup,
and so is everything else in those copies. Each step can be interrupted; the next run goes on from
what it finds. A serving process may run meanwhile: a key it made under the old epoch and has not
saved yet is refused by 2 and made again under the new one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from registry.ledger.port import Reader
from registry.ledger.rows import Amend, Cell, Change, Put
from registry.ledger.store import Session
from registry.ledger.upkeep import Upkeep
from registry.ports import KeyKeeper
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import Instant
from registry.vault.keys import CLOSED, KeyState, WrappedKey, rewrapped
from registry.vault.rows import key_row, wrapped_key
from registry.views.police import KEY_EPOCH, SUBJECT_KEY, epoch_name

BATCH: Final = 200
"""Keys that one transaction moves; the writers' lock is held for no longer than that."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Turned:
    """What a rotation came to."""

    jurisdiction: Jurisdiction
    epoch: int
    """The epoch that keys are wrapped under now."""
    moved: int
    """Keys that were wrapped anew."""
    destroyed: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Rotation:
    """Turns epochs of one ledger. Two at a time would do work twice, to no harm."""

    reader: Reader
    upkeep: Upkeep
    keeper: KeyKeeper
    clock: Callable[[], Instant]
    batch: int = BATCH

    def rotate(self, jurisdiction: Jurisdiction, *, report: Callable[[int], None] = lambda _: None) -> Turned:
        """Finish what an interrupted rotation left, then turn the epoch once. `report` is told each batch's size.

        Raises what the keeper raises, and `Unavailable` while the store is.
        """
        before = self._finish(jurisdiction, report)
        epoch = self.keeper.rotate(jurisdiction)
        after = self._finish(jurisdiction, report)
        return Turned(
            jurisdiction=jurisdiction,
            epoch=epoch,
            moved=before[0] + after[0],
            destroyed=(*before[1], *after[1]),
        )

    def _finish(self, jurisdiction: Jurisdiction, report: Callable[[int], None]) -> tuple[int, tuple[int, ...]]:
        """Steps 2 to 4 for every epoch before the newest."""
        left = self.keeper.unfinished(jurisdiction)
        for epoch in left:
            self.keeper.destroy(jurisdiction, epoch)
        live = self.keeper.epochs(jurisdiction)
        self._note_destroyed(jurisdiction)
        moved = 0
        for epoch in live[:-1]:
            self._close(jurisdiction, epoch)
            while passed := self._rewrap(jurisdiction, epoch, report):
                moved += passed
            self.keeper.destroy(jurisdiction, epoch)
        self._note_destroyed(jurisdiction)
        return moved, (*left, *live[:-1])

    def _close(self, jurisdiction: Jurisdiction, epoch: int) -> None:
        """Step 2. Once this is committed, no further row of the epoch can come to be."""

        def work(session: Session) -> Iterator[Change]:
            name = epoch_name(jurisdiction, epoch)
            if not session.rows(KEY_EPOCH, {"epoch": name}):
                row: dict[str, Cell] = {
                    "epoch": name,
                    "jurisdiction": jurisdiction,
                    "number": epoch,
                    "state": CLOSED,
                    "closed_at": self.clock(),
                    "destroyed_at": None,
                }
                yield Put(table=KEY_EPOCH, row=row)

        self.upkeep.change(work)

    def _rewrap(self, jurisdiction: Jurisdiction, epoch: int, report: Callable[[int], None]) -> int:
        """Step 3, one pass over the table; gives how many rows of the epoch it found."""
        where: dict[str, Cell] = {"jurisdiction": jurisdiction, "epoch": epoch, "state": KeyState.ACTIVE.value}
        after: tuple[Cell, ...] = ()
        found = 0
        while page := self.reader.rows(SUBJECT_KEY, where, order_by=("subject",), after=after, limit=self.batch):
            self._move([wrapped_key(row) for row in page])
            after = (page[-1]["subject"],)
            found += len(page)
            report(len(page))
        return found

    def _move(self, former: list[WrappedKey]) -> None:
        """Wrap some keys anew, outside the transaction; write those whose rows are still as they were."""
        anew = [rewrapped(row, self.keeper) for row in former]

        def work(session: Session) -> Iterator[Change]:
            for old, new in zip(former, anew, strict=True):
                key: dict[str, Cell] = {"subject": old.subject.bytes}
                # Erased meanwhile, or moved by another run: then this row is not ours to write.
                if [wrapped_key(row) for row in session.rows(SUBJECT_KEY, key)] == [old]:
                    cells = key_row(new)
                    yield Amend(
                        table=SUBJECT_KEY, key=key, cells={"epoch": cells["epoch"], "wrapped": cells["wrapped"]}
                    )

        self.upkeep.change(work)

    def _note_destroyed(self, jurisdiction: Jurisdiction) -> None:
        """Date the destruction of epochs whose keys the keeper has no more, also what an earlier run left undated."""
        there = {*self.keeper.epochs(jurisdiction), *self.keeper.unfinished(jurisdiction)}

        def work(session: Session) -> Iterator[Change]:
            where: dict[str, Cell] = {"jurisdiction": jurisdiction, "destroyed_at": None}
            for row in session.rows(KEY_EPOCH, where):
                if row["number"] not in there:
                    yield Amend(table=KEY_EPOCH, key={"epoch": row["epoch"]}, cells={"destroyed_at": self.clock()})

        self.upkeep.change(work)
