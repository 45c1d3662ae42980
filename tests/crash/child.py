"""A writing process for the crash tests: acknowledges each fact on its standard output, until it is killed.

Run with the settings' path or dsn and a number of callers. A line is written only after the answer
came: `fact_id stream claim_id position`.
"""

import asyncio
import os
import sys
from pathlib import Path
from time import time_ns

from registry.ledger.opening import open_ledger
from registry.ledger.settings import LedgerSettings
from registry.values.time import Instant
from tests.ledgers import TABLES, appending, draft, new_claim, new_stream, project


async def _write(where: str, callers: int) -> None:
    settings = (
        LedgerSettings(path=Path(where)) if where.startswith("/") else LedgerSettings(dsn=where, require_fsync=False)
    )
    opened = open_ledger(settings, clock=lambda: Instant(time_ns() // 1000), project=project, tables=TABLES)

    async def call() -> None:
        while True:
            stream, claim = new_stream(), new_claim()
            for version in range(3):
                taken = [claim] if version == 0 else []
                (recorded,) = await opened.writer.submit(appending(stream, draft(claims=taken), expected=version))
                line = f"{recorded.fact.fact_id} {stream} {claim.claim_id} {recorded.position}\n"
                os.write(1, line.encode())

    await asyncio.gather(*(call() for _ in range(callers)))


if __name__ == "__main__":
    asyncio.run(_write(sys.argv[1], int(sys.argv[2])))
