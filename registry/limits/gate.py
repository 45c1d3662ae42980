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
        parts, peers = holder.of(budget.per), budget.per is Per.PEER
        admitted = await self._limiters[peers].hit(budget.hard, *parts)
        windows, key = self._windows[peers], budget.hard.key_for(*parts)
        used = windows.used(key, budget.seconds)
        if not admitted:
            self._tell("refused", budget, holder)
            raise OverBudget(_left(budget, used, windows.wait(key, budget.ceiling, budget.seconds)))
        if budget.ceiling > budget.limit.amount < used:
            self._tell("beyond", budget, holder)
        wait = windows.wait(key, budget.limit.amount, budget.seconds) if used >= budget.limit.amount else 0
        return _left(budget, used, wait)

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


def _left(budget: Budget, used: int, wait: int) -> Left:
    limit = budget.limit.amount
    return Left(name=budget.name, limit=limit, window=budget.seconds, remaining=max(0, limit - used), wait=wait)
