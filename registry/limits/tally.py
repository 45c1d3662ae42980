"""What limits did, told in the log: one line of counts a minute while there is anything new, and one at the end.

The counts are since the start, so that a reader who missed a line has lost nothing. They name budgets and reasons, and
neither a person nor an address nor an institution.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import orjson

LOG: Final = logging.getLogger("registry.limits")
MINUTE_SECONDS: Final = 60.0


@dataclass(kw_only=True)
class Teller:
    """Tells the counts of those who count. `now_open` says what is open at the moment, such as connections."""

    tallies: Sequence[Counter[str]]
    now_open: Callable[[], Mapping[str, int]] = dict
    _told: Counter[str] = field(default_factory=Counter[str], init=False)

    def tell(self) -> None:
        """Log one line, if any count has moved since the last."""
        counts = sum(self.tallies, Counter[str]())
        if counts != self._told:
            self._told = counts
            line = {"event": "limits", "counts": counts, "open": dict(self.now_open())}
            LOG.info("%s", orjson.dumps(line, option=orjson.OPT_SORT_KEYS).decode())

    async def run(self, seconds: float = MINUTE_SECONDS) -> None:
        """Tell every so many seconds until cancelled, and then once more."""
        try:
            while True:
                await asyncio.sleep(seconds)
                self.tell()
        finally:
            self.tell()
