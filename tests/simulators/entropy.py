"""Randomness that can be repeated: the same seed gives the same bytes. Any thread may ask."""

from random import Random
from threading import Lock


class SimulatedEntropy:
    """Call it for that many bytes."""

    def __init__(self, seed: int = 0) -> None:
        self._random = Random(seed)
        self._lock = Lock()

    def __call__(self, count: int) -> bytes:
        with self._lock:
            return self._random.randbytes(count)
