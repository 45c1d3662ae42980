"""Keeps the words of all names sealed beside the ledger: one thread that looks now and then whether that is due.

It is when many persons were filed since, and after every erasure, which takes the kept words' key away. At the end of
a process whatever is new is kept, so that the next start has little to read.
"""

from contextlib import suppress
from typing import Final

from registry.lexicon import Lexicon
from registry.views.supervised import Pulse, Supervised

EVERY_MILLISECONDS: Final = 120_000
"""How long a crash may leave the next start to learn anew after an erasure."""


class KeepingWords:
    """One thread in each process that serves."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Take what knows the words."""
        self._lexicon = lexicon
        self._process = Supervised("keeping-words", step=lexicon.keep, period_milliseconds=EVERY_MILLISECONDS)

    def start(self) -> None:
        """Start looking."""
        self._process.start()

    def stop(self) -> None:
        """Stop, and keep what is new; blocks until it is written."""
        self._process.stop()
        with suppress(Exception):  # what is not kept now is read again at the next start
            self._lexicon.keep(now=True)

    def pulse(self) -> Pulse:
        """Say how the thread is."""
        return self._process.pulse()
