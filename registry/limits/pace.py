"""Waiting until a moment, to a small part of a millisecond: what an answer must not tell is how long its work took.

The event loop's own timers wake at whole milliseconds counted from when the wait began, so that the work before it
shows in the fraction. One thread waits here for all, and wakes the loop at the moment itself.
"""

import asyncio
from contextlib import suppress
from heapq import heappop, heappush
from threading import Condition, Thread
from time import monotonic
from typing import Final


class Pace:
    """One thread that wakes event loops; made once in a process, and begun at the first wait."""

    def __init__(self) -> None:
        """Begin nothing yet."""
        self._changed = Condition()
        self._due: list[tuple[float, int, asyncio.AbstractEventLoop, asyncio.Future[None]]] = []
        self._number = 0
        self._thread: Thread | None = None

    async def until(self, moment: float) -> None:
        """Wait for a moment of the monotonic clock, in seconds."""
        loop = asyncio.get_running_loop()
        reached: asyncio.Future[None] = loop.create_future()
        with self._changed:
            self._number += 1
            heappush(self._due, (moment, self._number, loop, reached))
            if self._thread is None:
                self._thread = Thread(target=self._wake, name="pace", daemon=True)
                self._thread.start()
            self._changed.notify()
        await reached

    def _wake(self) -> None:
        while True:
            with self._changed:
                while not self._due or self._due[0][0] > monotonic():
                    self._changed.wait(self._due[0][0] - monotonic() if self._due else None)
                _, _, loop, reached = heappop(self._due)
            with suppress(RuntimeError):  # the loop was closed: nobody waits any more
                loop.call_soon_threadsafe(_reach, reached)


def _reach(reached: "asyncio.Future[None]") -> None:
    if not reached.done():
        reached.set_result(None)


_PACE: Final = Pace()


async def answer_at(started: float, seconds: float) -> None:
    """Wait until a set time after the start has come, or the next multiple of it; both in seconds of that clock."""
    if seconds > 0:
        passed = monotonic() - started
        await _PACE.until(started + seconds * (passed // seconds + 1))
