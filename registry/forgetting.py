"""Forgets keys that another process has erased: one thread that follows the ledger for erasures alone.

The store refuses whatever is sealed under an erased key; this is for what is opened. A process that
holds the key unwrapped lets go of it as soon as it reads the fact, which is within half a second, and
so does whatever else keeps something of the erased in memory.
"""

from collections.abc import Callable
from typing import Final

from registry.events.erasure import QueriesErased, SubjectErased
from registry.ledger.port import Reader
from registry.values.identifiers import Position
from registry.vault.keys import KeyRing
from registry.views.engine import POLL_FLOOR_SECONDS
from registry.views.supervised import Pulse, Supervised

BATCH: Final = 500
TOPICS: Final = (SubjectErased.TOPIC, QueriesErased.TOPIC)


class Forgetting:
    """One thread in each process that opens blocks. It begins where the ledger stood while the ring was empty."""

    def __init__(
        self, *, reader: Reader, ring: KeyRing, since: Position, besides: Callable[[], object] = lambda: None
    ) -> None:
        """Take the ring that is to forget, a position at which it held no key yet, and what else has to forget."""
        self._reader = reader
        self._ring = ring
        self._besides = besides
        self._owed = False
        self._position = since
        self._process = Supervised("forgetting", step=self.step, idle=self._idle)

    def start(self) -> None:
        """Start following."""
        self._process.start()

    def stop(self) -> None:
        """Stop; blocks until the running step is done."""
        self._process.stop()

    def pulse(self) -> Pulse:
        """Say how the thread is."""
        return self._process.pulse()

    @property
    def position(self) -> Position:
        """Say up to where it has read."""
        return self._position

    def step(self) -> bool:
        """Forget what the next facts name; say whether there were any."""
        # Asked before the facts: whatever is found missing among them below this head is not there to come.
        head = self._reader.head()
        found = self._reader.after(self._position, limit=BATCH, topics=TOPICS)
        for recorded in found:
            if isinstance(recorded.fact.event, SubjectErased | QueriesErased):
                event = recorded.fact.event
                self._ring.forget(event.subject, bytes.fromhex(event.key_id))
            self._position = recorded.position
        if len(found) < BATCH:
            self._position = max(self._position, head)
        self._owed = self._owed or bool(found)
        if self._owed:
            self._besides()
            self._owed = False
        return bool(found)

    def _idle(self) -> None:
        self._reader.wait_changed(self._position, timeout=POLL_FLOOR_SECONDS)
