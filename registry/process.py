"""What a process that serves does once to itself, before the first request."""

import gc
from typing import Final

YOUNG: Final = 50_000
"""Objects that may be made before the youngest are looked through; Python's own 700 is for scripts."""
MIDDLE, OLD = 50, 100
"""How many looks through one generation lead to one through the next."""


def settle_memory() -> None:
    """Take what start-up made out of the collector's sight, and let it look less often.

    A full collection visits every live object: with some hundred thousand cached states it stops all
    threads for 50 ms and more, at a random moment, and the police wait. Our records are frozen and
    hold no cycles, so reference counts alone free nearly all there is; the collector stays on for the
    few cycles that exceptions and the event loop make. Called once, when everything is open.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
