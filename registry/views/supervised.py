"""A thread that does one step after another and outlives its failures: back-off, restart, and says how it is."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from threading import Event, Thread
from typing import Final

from registry.errors import StaleVersion

FIRST_PAUSE_MILLISECONDS: Final = 100
LONGEST_PAUSE_MILLISECONDS: Final = 30_000


class Life(StrEnum):
    """How a supervised process is."""

    NEW = "NEW"
    RUNNING = "RUNNING"
    FAILING = "FAILING"
    """The last step failed; it is tried again, ever less often, and never given up."""
    STOPPED = "STOPPED"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pulse:
    """How a supervised process is, for health. `error` is a class name, never a message."""

    name: str
    life: Life
    failures: int
    error: str | None


def pause_milliseconds(failures: int) -> int:
    """Give how long to wait after so many failures in a row: doubled each time, up to the longest."""
    return min(LONGEST_PAUSE_MILLISECONDS, FIRST_PAUSE_MILLISECONDS << min(max(failures, 1) - 1, 20))


class Supervised:
    """Runs `step` again and again in a thread of its own.

    When there was nothing to do it waits: by `idle`, bounded, if given, else for `period_milliseconds`.
    """

    def __init__(
        self,
        name: str,
        *,
        step: Callable[[], bool],
        idle: Callable[[], None] | None = None,
        period_milliseconds: int = 1_000,
    ) -> None:
        """Take the step, which says whether it did anything, and the wait."""
        self._name = name
        self._step = step
        self._idle = idle or (lambda: self._rest(period_milliseconds))
        self._stopping = Event()
        self._thread: Thread | None = None
        self._failures = 0
        self._error: str | None = None

    def start(self) -> None:
        """Start the thread; once."""
        if self._thread is not None:
            message = "a process is started once"
            raise RuntimeError(message)
        self._thread = Thread(target=self._run, name=self._name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Let the running step end, then stop. Blocks, for a step and a wait at most."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def pulse(self) -> Pulse:
        """Say how it is; from any thread."""
        return Pulse(name=self._name, life=self._life(), failures=self._failures, error=self._error)

    def _life(self) -> Life:
        if self._stopping.is_set():
            return Life.STOPPED
        if self._thread is None:
            return Life.NEW
        return Life.FAILING if self._failures else Life.RUNNING

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                if not self._step():
                    self._idle()
            except StaleVersion:
                # Another process was quicker and has done this share; the next step sees where things are.
                continue
            except Exception as fault:  # noqa: BLE001  # whatever it is, the process must not end in silence
                self._failures += 1
                self._error = type(fault).__name__
                self._rest(pause_milliseconds(self._failures))
            else:
                self._failures = 0
                self._error = None

    def _rest(self, milliseconds: int) -> None:
        self._stopping.wait(milliseconds / 1000)
