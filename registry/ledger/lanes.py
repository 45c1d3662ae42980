"""The two lanes of work that waits for the writer: urgent goes ahead, imports never starve."""

from collections import deque
from collections.abc import Iterable
from threading import Condition
from typing import Generic, TypeVar

from registry.errors import Unavailable

Item = TypeVar("Item")


class Lanes(Generic[Item]):
    """A bounded queue of two lanes; any thread puts, one thread takes."""

    def __init__(self, *, bound: int, cap: int) -> None:
        """Take how many may wait in each lane and how many are taken at once."""
        self._bound = bound
        self._cap = cap
        self._urgent: deque[Item] = deque()
        self._patient: deque[Item] = deque()
        self._ready = Condition()
        self._closed = False
        self._waiting = False

    def put(self, item: Item, *, urgent: bool) -> None:
        """Add an item; raises `Unavailable` if its lane is full or the queue is closed."""
        lane = self._urgent if urgent else self._patient
        with self._ready:
            if self._closed:
                raise Unavailable("closing")
            if len(lane) >= self._bound:
                raise Unavailable("queue-full")
            lane.append(item)
            if self._waiting:
                self._ready.notify()

    def take(self) -> list[Item]:
        """Wait for work and take all that waits, up to the cap; nothing once closed and drained.

        Urgent items come first. An eighth of the places is kept for imports if any wait, so that
        a long rush delays them and does not stop them.
        """
        with self._ready:
            while not self._urgent and not self._patient:
                if self._closed:
                    return []
                self._waiting = True
                self._ready.wait()
            self._waiting = False
            kept = min(len(self._patient), max(1, self._cap // 8)) if self._cap > 1 else 0
            taken = _taken(self._urgent, self._cap - kept)
            return taken + _taken(self._patient, self._cap - len(taken))

    def close(self) -> None:
        """Take no more in; what waits is still given out."""
        with self._ready:
            self._closed = True
            self._ready.notify_all()

    def __len__(self) -> int:
        """Give how many wait."""
        return len(self._urgent) + len(self._patient)


def _taken(lane: deque[Item], most: int) -> list[Item]:
    count = min(len(lane), most)
    taken: Iterable[Item] = (lane.popleft() for _ in range(count))
    return list(taken)
