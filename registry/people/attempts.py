"""How often somebody may try: a small port, and the registry's own answer to it for one process.

Five wrong passwords for a name within a quarter of an hour close it (CJIS Security Policy AC-7). Names that do not
exist are counted like those that do, so that counting tells nobody which is which. What is remembered here is
forgotten at a restart; the lock that follows is a fact of the ledger and is not.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from registry.values.time import MINUTE, Instant

ALLOWED: Final = 5
PERIOD: Final = 15 * MINUTE
REMEMBERED: Final = 100_000
"""Names whose tries are remembered; beyond it the oldest are forgotten, which favours nobody's password."""


class Attempts(Protocol):
    """Counts tries by a mark that says nothing of a person."""

    def tried(self, mark: bytes, /) -> bool:
        """Count a try, before it is looked at; says whether it is still one of those that are allowed.

        Counted first, so that a hundred tries sent at once are no more than a hundred sent in turn.
        """
        ...

    def exhausted(self, mark: bytes, /) -> bool:
        """Say whether no further try is allowed for now."""
        ...

    def succeeded(self, mark: bytes, /) -> None:
        """Forget the tries of a mark."""
        ...


@dataclass(kw_only=True)
class AttemptsHere:
    """Counts within this process. One event loop uses it."""

    clock: Callable[[], Instant]
    _tries: OrderedDict[bytes, list[Instant]] = field(
        default_factory=OrderedDict[bytes, list[Instant]], init=False, repr=False
    )

    def tried(self, mark: bytes, /) -> bool:
        """Count a try."""
        recent = self._recent(mark)
        if len(recent) >= ALLOWED:
            return False
        self._tries[mark] = [*recent, self.clock()]
        self._tries.move_to_end(mark)
        while len(self._tries) > REMEMBERED:
            self._tries.popitem(last=False)
        return True

    def exhausted(self, mark: bytes, /) -> bool:
        """Say whether the last period saw as many tries as are allowed."""
        return len(self._recent(mark)) >= ALLOWED

    def succeeded(self, mark: bytes, /) -> None:
        """Forget the tries of a mark."""
        self._tries.pop(mark, None)

    def _recent(self, mark: bytes) -> list[Instant]:
        since = self.clock() - PERIOD
        return [at for at in self._tries.get(mark, ()) if at > since]
