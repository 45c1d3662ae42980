"""The journal of a process that serves: every line one JSON object on stderr, written by a thread of its own.

    {"at":"2026-11-22T19:00:00.000000Z","level":"WARNING","log":"registry.security","event":"refused","code":"…"}

What the registry itself logs is JSON already and becomes part of the line. What a library logs may quote whatever it
met: of that the line says the logger, the kind of fault and where it was, and none of the words. What is said to the
people who started the process (`registry: serving on …`) stands between the lines as it is.

Whoever reads stderr may stop reading. No request waits for them: lines wait in a queue of bounded length, what does not
fit is counted, and the next line that is written says how many were lost.
"""

import logging
import os
import traceback
from collections.abc import Generator
from contextlib import contextmanager
from queue import Full, Queue
from threading import Lock, Thread
from typing import Any, Final, cast

import orjson

from registry.values.time import Instant, iso

WAITING: Final = 10_000
"""Lines that may wait: some three megabytes."""
OWN: Final = "registry"
ACCESS: Final = "registry.access"
STDERR: Final = 2
_MICROSECONDS: Final = 1_000_000
_CLOSE_SECONDS: Final = 2.0


class Line(logging.Formatter):
    """Writes a record as one line of ASCII: nothing in it ends the line, or turns the direction of what is read."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line, without its end."""
        head = {
            "at": iso(Instant(int(record.created * _MICROSECONDS))),
            "level": record.levelname,
            "log": record.name,
        }
        return orjson.dumps(head | _members(record)).decode().encode("ascii", "replace").decode("ascii")


def _members(record: logging.LogRecord) -> dict[str, Any]:
    own = record.name == OWN or record.name.startswith(f"{OWN}.")
    fault = record.exc_info[1] if record.exc_info else None
    where = {"fault": type(fault).__name__, "frames": frames(fault)} if fault is not None else {}
    if not own:
        return {"event": "library", **where}
    said = record.getMessage()
    try:
        members: Any = orjson.loads(said)
    except orjson.JSONDecodeError:
        members = None
    if not isinstance(members, dict):
        return {"event": "said", "text": said, **where}
    return {**cast("dict[str, Any]", members), **where}


def frames(fault: BaseException) -> list[str]:
    """Say where a fault was, the innermost place first; its own words may quote what it met, and are not said."""
    found = traceback.extract_tb(fault.__traceback__)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(found)]


class Journal(logging.Handler):
    """Takes lines from any thread, and writes them from one."""

    def __init__(self, file: int, waiting: int = WAITING) -> None:
        """Take the number of an open file, and how many lines may wait."""
        super().__init__()
        self.setFormatter(Line())
        self._file = file
        self._lines: Queue[bytes | None] = Queue(waiting)
        self._lost = 0
        self._counting = Lock()
        # A daemon: a reader who stopped reading must not keep the process from ending.
        self._thread = Thread(target=self._write, name="journal", daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Lay a record's line in the queue, or count it as lost."""
        self.say(self.format(record))

    def say(self, line: str) -> None:
        """Lay a line in the queue as it is: the people who started the process are told so, and keep nobody waiting."""
        try:
            self._lines.put_nowait(line.encode() + b"\n")
        except Full:
            with self._counting:
                self._lost += 1

    def close(self) -> None:
        """Write what waits, for two seconds at most."""
        try:
            self._lines.put(None, timeout=_CLOSE_SECONDS)
        except Full:
            return
        finally:
            super().close()
        self._thread.join(_CLOSE_SECONDS)

    def _write(self) -> None:
        while (line := self._lines.get()) is not None:
            try:
                self._put(line)
                self._tell_lost()
            except OSError:  # nobody has the other end any more: the registry goes on
                continue

    def _tell_lost(self) -> None:
        with self._counting:
            lost, self._lost = self._lost, 0
        if lost:
            self._put(orjson.dumps({"level": "ERROR", "log": "registry.journal", "event": "lines-lost", "count": lost}))
            self._put(b"\n")

    def _put(self, line: bytes) -> None:
        while line:
            line = line[os.write(self._file, line) :]


@contextmanager
def kept(*, access: bool, file: int = STDERR) -> Generator[Journal, None, None]:
    """Keep a journal for the length of a block; `access`: also one line for each request that was answered."""
    journal, root = Journal(file), logging.getLogger()
    own, requests = logging.getLogger(OWN), logging.getLogger(ACCESS)
    before = own.level, requests.level
    own.setLevel(logging.INFO)
    requests.setLevel(logging.INFO if access else logging.WARNING)
    root.addHandler(journal)
    try:
        yield journal
    finally:
        root.removeHandler(journal)
        own.setLevel(before[0])
        requests.setLevel(before[1])
        journal.close()
