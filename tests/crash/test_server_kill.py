"""`kill -9` of a serving registry during 64-way writes: every acknowledged command is there afterwards, once.

Five times, two hundred in a deep run, or as often as TEST_KILLS says.
"""

import asyncio
import os
import random
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from aiohttp import ClientError, ClientSession, ClientTimeout

from registry import core
from registry.config import Settings
from registry.demo import people
from registry.demo.cast import LILLE, enrolment
from registry.demo.client import Desk
from registry.ledger.opening import open_reader
from registry.ledger.port import Recorded
from registry.ledger.reader import LedgerReader
from registry.values.identifiers import Position
from tests.amounts import DEEP
from tests.crash.unmeasured import environment

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("TEST_KILLS", "200" if DEEP else "5"))
CALLERS = 64
PATIENCE = ClientTimeout(total=20)
BODY = orjson.dumps(people.french_measure(date(2026, 11, 1) + timedelta(days=14)) | {"number": None})


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Clerks:
    """64 callers who enter orders, each request under a key of its own; they keep what they were told."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.acknowledged: dict[str, dict[str, Any]] = {}
        self.doubtful: set[str] = set()
        self.enough = asyncio.Event()
        self.wanted = 0

    async def work(self, session: ClientSession, desk: Desk) -> None:
        """Enter orders until the server is gone; first those that no answer came to, under their old keys."""
        while True:
            key = self.doubtful.pop() if self.doubtful else str(uuid4())
            token = f"Bearer {desk.token}"
            headers = {"Authorization": token, "Idempotency-Key": key, "Content-Type": "application/json"}
            headers |= desk.signature("POST", "/v1/orders", headers, BODY)
            try:
                async with session.post(f"{self.base}/v1/orders", data=BODY, headers=headers) as response:
                    receipt = orjson.loads(await response.read())
                    assert response.status in {200, 201}, receipt.get("code")
            except (ClientError, OSError, TimeoutError, orjson.JSONDecodeError):
                self.doubtful.add(key)
                return
            self.acknowledged[key] = receipt
            if len(self.acknowledged) >= self.wanted:
                self.enough.set()


async def serve(data: Path, port: int) -> Process:
    told = environment(REGISTRY_DATA=str(data), REGISTRY_PORT=str(port))
    command = (sys.executable, "-m", "registry", "serve")
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=told, stderr=PIPE)
    assert process.stderr is not None
    said = b""
    while b"serving on" not in said:  # a demo's own data folder makes it warn first
        line = await asyncio.wait_for(process.stderr.readline(), 30)
        if not line:
            pytest.fail(said.decode())
        said += line
    return process


async def run_until_killed(data: Path, clerks: Clerks, port: int, more: int) -> None:
    """Serve, let 64 clerks work until so many more were acknowledged, and kill without warning."""
    process = await serve(data, port)
    clerks.wanted, clerks.enough = len(clerks.acknowledged) + more, asyncio.Event()
    async with ClientSession(timeout=PATIENCE) as session:
        desk = Desk(player=LILLE, base=clerks.base, issuer=Settings().issuer, session=session, entropy=os.urandom)
        await desk.sign_in(core.clock())
        working = [asyncio.create_task(clerks.work(session, desk)) for _ in range(CALLERS)]
        await asyncio.wait_for(clerks.enough.wait(), 60)
        process.kill()
        await asyncio.gather(*working)
    await process.wait()


def everything(reader: LedgerReader) -> list[Recorded]:
    facts: list[Recorded] = []
    while more := reader.after(facts[-1].position if facts else Position(0), limit=1000):
        facts += more
    return facts


async def test_a_killed_server_has_kept_every_acknowledged_command_once(tmp_path: Path) -> None:
    chance = random.Random(int(os.environ.get("TEST_SEED", "7")))
    data, port = tmp_path / "data", free_port()
    settings = Settings(data=data)
    core.create(settings, enrolment(), demo=True)
    clerks = Clerks(f"http://127.0.0.1:{port}")
    for _ in range(KILLS):
        await run_until_killed(data, clerks, port, chance.randrange(1, 120))
    await run_until_killed(data, clerks, port, CALLERS * 2)  # the doubtful ones are asked again
    reader = open_reader(core.ledger_settings(settings))
    facts = everything(reader)
    reader.close()
    places = {(str(each.fact.fact_id), str(each.fact.stream), each.position) for each in facts}
    told = [(r["facts"][0], r["order_ref"], r["position"]) for r in clerks.acknowledged.values()]
    assert [each for each in told if each not in places] == []
    assert len(set(told)) == len(told) == len(clerks.acknowledged)
    claims = Counter(claim.claim_id for each in facts for claim in each.fact.claims)
    assert max(claims.values()) == 1
    assert len({UUID(str(each.fact.fact_id)) for each in facts}) == len(facts)
    assert len(told) >= KILLS
