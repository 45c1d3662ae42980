"""The doors of a registry, for a bench over HTTP, in a process of their own.

What follows the ledger (views, alerts, the log) does not run here: it would take a core of its own.
"""

import asyncio
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

from registry import core
from registry.access.directory import parse_enrolment
from registry.api.connections import Connections
from registry.api.server import Runner, application
from registry.app import compose
from registry.config import Settings
from registry.limits.gate import Gate
from registry.limits.table import TABLE
from registry.process import settle_memory
from scripts.benches._bare import answering
from scripts.benches._house import enrolment

_MANY: Final = 1_000_000_000
"""What a budget allows here: a bench asks more than any institution may."""


def main(arguments: list[str]) -> int:
    """Serve a data folder until the other end of stdin closes."""
    with core.opened(Settings(data=Path(arguments[0]))) as opened:
        core.make_ready(opened)
        known = parse_enrolment(enrolment())
        table = {each.name: replace(each, limit=type(each.limit)(_MANY, 1), ceiling=_MANY) for each in TABLE}
        services = replace(compose(opened).services, enrolment=lambda: known, gate=Gate(table=table))
        settle_memory()
        asyncio.run(answering(Runner(application(services), Connections(peers=services.peers))))
        opened.checker.searching.lexicon.keep(now=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
