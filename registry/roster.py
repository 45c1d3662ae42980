"""Who is enrolled, as it is now: the fold of the directory, kept at the ledger's head.

A process that records a change reads it back before it answers, so that the very next request meets it; what another
process records counts here within half a second. The institutions of a ledger are nowhere else.
"""

from collections.abc import Callable
from threading import Lock
from typing import Final
from uuid import UUID

from registry.access import doubt, roll
from registry.access.actors import Directory
from registry.access.directory import Enrolment
from registry.access.doubt import NO_DOUBTS, Doubts
from registry.access.roll import NOBODY, Roll, enrolment_at
from registry.events.catalogue import EVENT_TYPES
from registry.ledger.port import Reader, Recorded
from registry.values.identifiers import Position
from registry.values.institution import directory_stream
from registry.values.time import BEGINNING_OF_TIME, Instant
from registry.views.engine import POLL_FLOOR_SECONDS
from registry.views.supervised import Pulse, Supervised

TOPICS: Final = tuple(kind.TOPIC for kind in EVENT_TYPES if kind.TOPIC.startswith("institution."))
BATCH: Final = 500


class Roster:
    """The directory of one ledger in one process. Any thread may ask."""

    def __init__(self, *, reader: Reader, ledger_id: UUID) -> None:
        """Read the directory's stream as it stands."""
        self._reader = reader
        self._lock = Lock()
        self._roll: Roll = NOBODY
        self._doubts: Doubts = NO_DOUBTS
        self._recorded = BEGINNING_OF_TIME
        self._made: tuple[Roll, Instant, Instant, Enrolment] | None = None
        self.stream = directory_stream(ledger_id)
        # Asked before the facts: whatever is found missing among them below this head is not there to come.
        self._position: Position = reader.head()
        for recorded in reader.stream(self.stream, upto=self._position):
            self._take(recorded)
        self._process = Supervised("roster", step=self.catch_up, idle=self._idle)

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
    def roll(self) -> Roll:
        """Give all institutions and proposals, up to where was read."""
        return self._roll

    @property
    def doubts(self) -> Doubts:
        """Give from where on which keys are not trusted."""
        return self._doubts

    @property
    def founded(self) -> bool:
        """Say whether the ledger was ever told who takes part."""
        return self._roll.version > 0

    def enrolment(self, now: Instant) -> Enrolment:
        """Give who takes part and signs in at an instant; made anew only when a fact or a time has changed it.

        A clock that is behind the ledger's is taken to where the last change was: what was taken away then is gone.
        """
        made, now = self._made, Instant(max(now, self._recorded))
        if made is None or made[0] is not self._roll or not made[1] <= now < made[2]:
            known = self._roll
            enrolment, until = enrolment_at(known, now)
            made = self._made = (known, now, until, enrolment)
        return made[3]

    def directory(self, clock: Callable[[], Instant]) -> Callable[[], Directory]:
        """Give what tells who takes part whenever it is asked."""
        return lambda: self.enrolment(clock()).directory

    def catch_up(self) -> bool:
        """Take in what was recorded since; say whether there was anything."""
        with self._lock:
            head = self._reader.head()
            found = self._reader.after(self._position, limit=BATCH, topics=TOPICS) if head > self._position else ()
            for recorded in found:
                self._take(recorded)
                self._position = recorded.position
            if len(found) < BATCH:
                self._position = max(self._position, head)
            return bool(found)

    def _take(self, recorded: Recorded) -> None:
        self._recorded = Instant(max(self._recorded, recorded.fact.recorded_at))
        self._doubts = doubt.evolve(self._doubts, recorded.fact, recorded.position)
        self._roll = roll.evolve(self._roll, recorded.fact) or self._roll

    def _idle(self) -> None:
        self._reader.wait_changed(self._position, timeout=POLL_FLOOR_SECONDS)
