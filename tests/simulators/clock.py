"""A clock that a test sets: it stands still, goes on, and, as real ones do, goes back."""

from dataclasses import dataclass
from threading import Lock

from registry.values.time import SECOND, Instant


@dataclass
class SimulatedClock:
    """Call it for the time. `ticking` microseconds pass with each call."""

    now: Instant
    ticking: int = 0

    def __post_init__(self) -> None:
        self._lock = Lock()

    def __call__(self) -> Instant:
        with self._lock:
            told = self.now
            self.now = Instant(self.now + self.ticking)
            return told

    def advance(self, seconds: int) -> None:
        """Let seconds pass; negative ones set it back."""
        with self._lock:
            self.now = Instant(self.now + seconds * SECOND)

    def set(self, at: Instant) -> None:
        with self._lock:
            self.now = at
