"""Sweeps the store's files after erasures while the registry runs: one thread that follows the ledger for them alone.

Destroying a key deletes rows; what a store keeps of deleted rows in its files goes with a sweep (ledger/upkeep.py). It
happens after the commit, in nobody's way, and is tried again until the store leaves room for it. On a file it is owed
at every start as well: a crash may have come between an erasure and its sweep. A server's own housekeeping does that.
"""

from collections.abc import Callable
from time import monotonic
from typing import Final

from registry.events.erasure import QueriesErased, SubjectErased
from registry.ledger.port import Reader
from registry.ledger.settings import LedgerSettings
from registry.ledger.upkeep import Upkeep
from registry.values.identifiers import Position
from registry.views.engine import POLL_FLOOR_SECONDS
from registry.views.persons import PERSON_TABLES, WORDS_SEAL
from registry.views.police import DOCUMENT, FINDING, OUTBOX, SUBJECT_KEY
from registry.views.supervised import Pulse, Supervised

SWEPT: Final = (SUBJECT_KEY, FINDING, OUTBOX, DOCUMENT, *PERSON_TABLES, WORDS_SEAL)
"""The tables that erasing deletes from."""
BATCH: Final = 500
BETWEEN_SECONDS: Final = 5.0
"""The least time from one sweep to the next: many erasures share one."""
TOPICS: Final = (SubjectErased.TOPIC, QueriesErased.TOPIC)


def sweep(settings: LedgerSettings) -> None:
    """Empty the store's logs of what was deleted; raises `Unavailable` while others leave no room for it."""
    upkeep = Upkeep(settings)
    try:
        upkeep.sweep(SWEPT, compact=False)
    finally:
        upkeep.close()


class Sweeping:
    """One thread in each process that serves; several sweep the same tables more than once, to no harm."""

    def __init__(self, *, reader: Reader, act: Callable[[], None], seconds: Callable[[], float] = monotonic) -> None:
        """Take what sweeps, and a clock that counts seconds."""
        self._reader = reader
        self._act = act
        self._seconds = seconds
        self._position: Position = reader.head()
        self._owed = not reader.waits
        self._next = seconds()
        self._process = Supervised("sweeping", step=self.step, idle=self._idle)

    def start(self) -> None:
        """Start following."""
        self._process.start()

    def stop(self) -> None:
        """Stop; blocks until the running step is done."""
        self._process.stop()

    def pulse(self) -> Pulse:
        """Say how the thread is."""
        return self._process.pulse()

    def settled(self, head: Position) -> bool:
        """Say whether whatever was erased up to a position is swept."""
        return self._position >= head and not self._owed

    def step(self) -> bool:
        """Read on, and sweep if it is owed and time for it; say whether it swept. Raises `Unavailable`."""
        # Asked before the facts: whatever is found missing among them below this head is not there to come.
        head = self._reader.head()
        found = self._reader.after(self._position, limit=BATCH, topics=TOPICS)
        self._owed = self._owed or bool(found)
        self._position = found[-1].position if len(found) == BATCH else max(self._position, head)
        if not self._owed or self._seconds() < self._next:
            return False
        self._act()
        self._owed, self._next = False, self._seconds() + BETWEEN_SECONDS
        return True

    def _idle(self) -> None:
        self._reader.wait_changed(self._position, timeout=POLL_FLOOR_SECONDS)
