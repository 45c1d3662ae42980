"""The gate: counts a request against its budgets, refuses what is too much, and says aloud what only nearly is."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic_ns
from typing import Final

import orjson
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from registry.limits.left import Left, OverBudget
from registry.limits.table import TABLE, Budget, Per
from registry.limits.windows import Windows
from registry.values.time import SECOND, Instant

LOG: Final = logging.getLogger("registry.limits")
LOUD_SECONDS: Final = 60
"""At most once in so long is the same budget of the same holder said aloud: a flood must not become one of lines."""


def monotonic() -> Instant:
    """Give a time that only goes forward; it says nothing of the date."""
    return Instant(monotonic_ns() // 1000)


@dataclass(frozen=True, kw_only=True, slots=True)
class Holder:
    """Whose budgets a request is counted against."""

    peer: str
    institution: str | None = None
    officer: str | None = None

    def of(self, per: Per) -> tuple[str, ...]:
        """Give the parts of a counter's key."""
        if per is Per.PEER:
            return (self.peer,)
        institution = self.institution or ""
        return (institution,) if per is Per.INSTITUTION else (institution, self.officer or "")


@dataclass(kw_only=True)
class Gate:
    """Counts requests; of one event loop. Counters of strangers and of institutions never displace each other."""

    table: Mapping[str, Budget] = field(default_factory=lambda: {budget.name: budget for budget in TABLE})
    clock: Callable[[], Instant] = monotonic
    tally: Counter[str] = field(default_factory=Counter[str])
    """What was refused, and what was loud, by budget; `registry/limits/tally.py` tells it."""
    _loud: dict[tuple[str, ...], Instant] = field(default_factory=dict[tuple[str, ...], Instant], init=False)
    _windows: Mapping[bool, Windows] = field(init=False)
    """Of peers, and of institutions and officers."""
    _limiters: Mapping[bool, SlidingWindowCounterRateLimiter] = field(init=False)

    def __post_init__(self) -> None:
        """Make the counters."""
        self._windows = {peers: Windows(self.clock) for peers in (True, False)}
        self._limiters = {peers: SlidingWindowCounterRateLimiter(each) for peers, each in self._windows.items()}

    async def admit(self, budgets: Sequence[Budget], holder: Holder) -> tuple[Left, ...]:
        """Count a request against each of the budgets; raises `OverBudget` at the first that has nothing left."""
        return tuple([await self._admit(self.table[budget.name], holder) for budget in budgets])

    async def _admit(self, budget: Budget, holder: Holder) -> Left:
        key, peers = holder.of(budget.per), budget.per is Per.PEER
        if not await self._limiters[peers].hit(budget.hard, *key):
            self._tell("refused", budget, holder)
            raise OverBudget(self._left(budget, budget.ceiling, key))
        left = self._left(budget, budget.limit.amount, key)
        if budget.ceiling > budget.limit.amount < self._used(budget, key):
            self._tell("beyond", budget, holder)
        return left

    def _used(self, budget: Budget, key: tuple[str, ...]) -> int:
        return self._windows[budget.per is Per.PEER].used(budget.hard.key_for(*key), budget.seconds)

    def _left(self, budget: Budget, limit: int, key: tuple[str, ...]) -> Left:
        wait = self._windows[budget.per is Per.PEER].wait(budget.hard.key_for(*key), limit, budget.seconds)
        remaining = max(0, budget.limit.amount - self._used(budget, key))
        return Left(name=budget.name, limit=budget.limit.amount, window=budget.seconds, remaining=remaining, wait=wait)

    def remembered(self) -> int:
        """Give of how many budgets it is remembered that they were said aloud."""
        return len(self._loud)

    def _tell(self, word: str, budget: Budget, holder: Holder) -> None:
        """Say it once in a while. A peer's address and an officer's number are persons' data: neither is said."""
        self.tally[f"{word} {budget.name}"] += 1
        said, now = (word, budget.name, *holder.of(budget.per)), self.clock()
        if now - self._loud.get(said, Instant(-LOUD_SECONDS * SECOND)) < LOUD_SECONDS * SECOND:
            return
        if len(self._loud) >= MAXIMUM_LOUD:
            self._loud.clear()
        self._loud[said] = now
        line = {"event": f"limit-{word}", "budget": budget.name, "institution": holder.institution}
        LOG.warning("%s", orjson.dumps(line).decode())


MAXIMUM_LOUD: Final = 1_000
"""Of how many it is remembered that they were said."""
