"""A process whose descriptors or disk run out while it writes; prints what came of it as JSON."""

import os
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path
from time import monotonic

import orjson

from registry.errors import Unavailable
from registry.ledger.opening import Ledger, create_ledger, open_ledger
from registry.ledger.settings import LedgerSettings
from registry.values.identifiers import Position
from tests.ledgers import START, TABLES, Ticking, appending, draft, new_stream, project


def _attempt(opened: Ledger, outcome: dict[str, list[str]], *, size: int = 1) -> bool:
    wanted = [draft() for _ in range(size)]
    try:
        opened.writer.perform(appending(new_stream(), *wanted))
    except Unavailable:
        outcome["failed"] += [str(each.fact_id) for each in wanted]
        return False
    outcome["acknowledged"] += [str(each.fact_id) for each in wanted]
    return True


def _without_descriptors(opened: Ledger, outcome: dict[str, list[str]]) -> float:
    """Use up all descriptors before the writer has its connection, then give them back."""
    taken: list[int] = []
    with suppress(OSError):
        while True:
            taken.append(os.open("/dev/null", os.O_RDONLY))
    for _ in range(5):
        _attempt(opened, outcome)
    for descriptor in taken:
        os.close(descriptor)
    return monotonic()


def _without_disk(opened: Ledger, outcome: dict[str, list[str]]) -> float:
    """Let files grow no further, write until that shows and some more, then let them grow."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, hard))
    for _ in range(2_000):
        if not _attempt(opened, outcome, size=3):
            break
    for _ in range(5):
        _attempt(opened, outcome, size=3)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    return monotonic()


def main() -> None:
    """Open a ledger, bring the fault on, let it pass, and look."""
    fault, path = sys.argv[1], Path(sys.argv[2])
    settings = LedgerSettings(path=path)
    create_ledger(settings, ledger_id=draft().fact_id, inception=START, tables=TABLES)
    if fault == "descriptors":
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    opened = open_ledger(settings, clock=Ticking(), project=project, tables=TABLES)
    outcome: dict[str, list[str]] = {"acknowledged": [], "failed": []}
    healed = (_without_descriptors if fault == "descriptors" else _without_disk)(opened, outcome)
    works_again = _attempt(opened, outcome)
    seconds = monotonic() - healed
    stored: list[str] = []
    position = Position(0)
    while facts := opened.reader.after(position, limit=1000):
        stored += [str(each.fact.fact_id) for each in facts]
        position = facts[-1].position
    opened.close()
    sys.stdout.buffer.write(
        orjson.dumps({**outcome, "stored": stored, "works_again": works_again, "milliseconds": int(seconds * 1000)})
    )


if __name__ == "__main__":
    main()
