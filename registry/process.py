"""What a process does once to itself: before the first key is read, and before the first request."""

import ctypes
import gc
import resource
import sys
from typing import Final

YOUNG: Final = 50_000
"""Objects that may be made before the youngest are looked through; Python's own 700 is for scripts."""
MIDDLE, OLD = 50, 100
"""How many looks through one generation lead to one through the next."""
_SET_DUMPABLE: Final = 4
"""PR_SET_DUMPABLE of prctl(2)."""


def close_to_others() -> None:
    """Leave no core file, and let no other process of the same user look into this one's memory.

    Keys and opened texts are in it. Children are started with the same limit. Raises `OSError` where it is refused.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux" and ctypes.CDLL(None, use_errno=True).prctl(_SET_DUMPABLE, 0, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "the process cannot be closed to others")


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
