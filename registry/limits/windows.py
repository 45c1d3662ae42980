"""Counters of sliding windows in memory: a storage for the strategies of `limits`, bounded, by a clock that is given.

The memory storage that comes with `limits` reads the machine's clock, keeps a key for as long as somebody goes on
naming new ones, and walks through all keys at each hit to find those that have run out. This one keeps two counters a
key and never more keys than it was told; the key that was asked of longest ago gives way.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from limits.aio.storage import SlidingWindowCounterSupport, Storage

from registry.values.time import SECOND, Instant

MAXIMUM_KEYS: Final = 100_000
"""About 30 MB at the most."""


class Windows(Storage, SlidingWindowCounterSupport):
    """Counts hits by key in windows of a length; of one event loop."""

    STORAGE_SCHEME = None

    def __init__(self, clock: Callable[[], Instant], maximum: int = MAXIMUM_KEYS) -> None:
        """Take a clock that never goes back."""
        super().__init__()
        self._clock = clock
        self._maximum = maximum
        self._counts: OrderedDict[str, tuple[int, int, int, int]] = OrderedDict()
        """By key: number of the window, its length in seconds, hits in it, hits in the one before."""

    @property
    def base_exceptions(self) -> type[Exception]:
        """Nothing here fails."""
        return ValueError

    async def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count hits, unless there would be more than the limit in the window that ends now."""
        previous, left, current, _ = self._look(key, expiry)
        if previous * left // (expiry * SECOND) + current + amount > limit:
            return False
        self._keep(key, expiry, current + amount, previous)
        return True

    async def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """Give the hits of the window before and the seconds it still counts, and the same of this window."""
        previous, left, current, until = self._look(key, expiry)
        return previous, left / SECOND, current, until / SECOND

    def used(self, key: str, expiry: int) -> int:
        """Give the hits that count now: those of this window, and of the one before what is left of it."""
        previous, left, current, _ = self._look(key, expiry)
        return previous * left // (expiry * SECOND) + current

    def wait(self, key: str, limit: int, expiry: int) -> int:
        """Give the seconds, rounded up, until one more fits under the limit if nobody else asks meanwhile."""
        previous, left, current, until = self._look(key, expiry)
        length = expiry * SECOND
        if previous * left // length + current < limit:
            return 0
        if current < limit:
            # The window before has to fade until this share of it is left.
            return _seconds(left - (limit - current) * length // previous)
        return _seconds(until - limit * length // current)

    async def clear_sliding_window(self, key: str, expiry: int) -> None:  # noqa: ARG002  # as the strategies call it
        """Forget a key."""
        await self.clear(key)

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count hits without a limit; gives those of this window."""
        previous, _, current, _ = self._look(key, expiry)
        self._keep(key, expiry, current + amount, previous)
        return current + amount

    async def get(self, key: str) -> int:
        """Give the hits of a key in its present window."""
        _, expiry, _, _ = self._counts.get(key, (0, 1, 0, 0))
        return self._look(key, expiry)[2]

    async def get_expiry(self, key: str) -> float:
        """Give when, by this storage's clock in seconds, a key's present window is over."""
        _, expiry, _, _ = self._counts.get(key, (0, 1, 0, 0))
        return self._clock() // (expiry * SECOND) * expiry + expiry

    async def check(self) -> bool:
        """Say that it works: there is nothing that could be away."""
        return True

    async def reset(self) -> int | None:
        """Forget everything; gives how many keys there were."""
        known = len(self._counts)
        self._counts.clear()
        return known

    async def clear(self, key: str) -> None:
        """Forget a key."""
        self._counts.pop(key, None)

    def _look(self, key: str, expiry: int) -> tuple[int, int, int, int]:
        """Give hits before, microseconds they still count, hits now, microseconds until those are past too."""
        length = expiry * SECOND
        number, into = divmod(self._clock(), length)
        kept, _, current, previous = self._counts.get(key, (number, expiry, 0, 0))
        if kept == number - 1:
            current, previous = 0, current
        elif kept != number:
            current = previous = 0
        return previous, length - into, current, 2 * length - into

    def _keep(self, key: str, expiry: int, current: int, previous: int) -> None:
        self._counts[key] = (self._clock() // (expiry * SECOND), expiry, current, previous)
        self._counts.move_to_end(key)
        if len(self._counts) > self._maximum:
            self._counts.popitem(last=False)


def _seconds(microseconds: int) -> int:
    return max(1, -(-(microseconds + 1) // SECOND))
