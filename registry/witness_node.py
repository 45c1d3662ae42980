"""A witness as a process of its own, beside a registry or without one; and an account of what it holds."""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from registry import core
from registry.api.middleware import dress, observed
from registry.api.server import Runner
from registry.ledger.proof.encoding import to_base64
from registry.values.time import SECOND, Instant, iso
from registry.witness.door import Witness, doors, open_witness


@asynccontextmanager
async def running(witness: Witness, *, host: str, port: int) -> AsyncGenerator[int, None]:
    """Run a witness for the length of a block; gives the port it listens on."""
    app = web.Application(middlewares=[observed(os.urandom)])
    app.add_routes(doors(witness))
    app.on_response_prepare.append(dress)
    runner = Runner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        bound: int = runner.addresses[0][1]
        yield bound
    finally:
        await runner.cleanup()


def serve(folder: Path, *, host: str, port: int, announce: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM. Raises `ConfigurationError`, `NotDurable` before the door opens."""
    witness = open_witness(folder, clock=core.clock)
    try:
        asyncio.run(_serve(witness, host, port, announce))
    finally:
        witness.store.close()


async def _serve(witness: Witness, host: str, port: int, announce: Callable[[str], None]) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with running(witness, host=host, port=port) as bound:
        announce(f"registry: witness {witness.keys.name} of {len(witness.logs)} logs on http://{host}:{bound}")
        await stopped.wait()
        announce("registry: stopping")


def account(folder: Path) -> dict[str, Any]:
    """Say what a witness is and holds: its vkeys, and for each log the size, root and time of its last cosignature."""
    witness = open_witness(folder, clock=core.clock)
    try:
        held = {each.checkpoint.origin: each for each in witness.store.all()}
    finally:
        witness.store.close()
    logs: list[dict[str, Any]] = []
    for origin in sorted({*witness.logs, *held}):
        last = held.get(origin)
        logs.append(
            {
                "origin": origin,
                "followed": origin in witness.logs,
                "size": last and last.checkpoint.size,
                "root": last and to_base64(last.checkpoint.root),
                "cosigned_at": last and iso(Instant(last.cosigned_at * SECOND)),
            }
        )
    return {"name": witness.keys.name, "vkeys": list(witness.keys.vkeys), "logs": logs}
