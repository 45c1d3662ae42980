"""`kill -9` while facts are published: each acknowledged fact is one entry, and no checkpoint is taken back.

An outside client fetches checkpoints all the while, as an auditor or a court would, and keeps every one it was given.
"""

import asyncio
import os
import random
from collections import Counter
from pathlib import Path
from uuid import UUID

import orjson
from aiohttp import ClientError, ClientSession

from registry import app, core, log_findings
from registry.config import Settings
from registry.demo.cast import LILLE, enrolment
from registry.demo.client import Desk
from registry.ledger.findings import Result
from registry.ledger.leaf import base64url
from registry.ledger.proof.audit import audit
from registry.ledger.proof.checkpoint import Checkpoint, parse_checkpoint
from registry.ledger.proof.consistency import verify_consistency
from registry.ledger.proof.reading import ExpandedTiles, TileTree
from registry.ledger.proof.signed_note import parse_note, verify_note
from registry.ledger.proof.vkey import parse_vkey
from registry.ledger.published import Signing
from tests.crash.test_server_kill import CALLERS, PATIENCE, Clerks, free_port, serve

KILLS = 3
KILLS_DEEP = 80


class Watcher:
    """Somebody outside, who keeps every checkpoint that the log ever showed."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.keys: list = []
        self.seen: list[bytes] = []

    async def watch(self, session: ClientSession) -> None:
        """Fetch checkpoints until the server is gone."""
        while True:
            try:
                if not self.keys:
                    async with session.get(f"{self.base}/log/keys") as response:
                        self.keys = [parse_vkey(line) for line in (await response.text()).splitlines()]
                async with session.get(f"{self.base}/checkpoint") as response:
                    note = await response.read() if response.status == 200 else b""
            except (ClientError, OSError, TimeoutError):
                return
            if note and (not self.seen or self.seen[-1] != note):
                self.seen.append(note)

    def checkpoints(self) -> list[Checkpoint]:
        notes = [parse_note(raw) for raw in self.seen]
        assert all(len(verify_note(note, self.keys)) == 2 for note in notes)
        return [parse_checkpoint(note.text) for note in notes]


async def run_until_killed(data: Path, clerks: Clerks, watcher: Watcher, port: int, more: int) -> None:
    """Serve, let clerks write and the watcher watch until so much more was acknowledged; kill without warning."""
    process = await serve(data, port)
    clerks.wanted, clerks.enough = len(clerks.acknowledged) + more, asyncio.Event()
    async with ClientSession(timeout=PATIENCE) as session:
        desk = Desk(player=LILLE, base=clerks.base, issuer=Settings().issuer, session=session, entropy=os.urandom)
        await desk.sign_in(core.clock())
        working = [asyncio.create_task(clerks.work(session, desk)) for _ in range(CALLERS)]
        working.append(asyncio.create_task(watcher.watch(session)))
        await asyncio.wait_for(clerks.enough.wait(), 60)
        process.kill()
        await asyncio.gather(*working)
    await process.wait()


async def test_a_killed_server_has_published_each_fact_once_and_takes_no_checkpoint_back(tmp_path: Path) -> None:
    chance = random.Random(int(os.environ.get("TEST_SEED", "11")))
    data, port = tmp_path / "data", free_port()
    settings = Settings(data=data)
    core.create(settings, enrolment(), demo=True)
    clerks, watcher = Clerks(f"http://127.0.0.1:{port}"), Watcher(f"http://127.0.0.1:{port}")
    for _ in range(KILLS_DEEP if os.environ.get("TEST_DEEP") else KILLS):
        await run_until_killed(data, clerks, watcher, port, chance.randrange(1, 300))

    with core.opened(settings) as opened:  # the next start publishes what a kill left
        publisher = app.log_publisher(opened, core.clock)
        while publisher.step():
            pass
        published = publisher.published()
        assert published.signing is Signing.SIGNS
        newest = published.checkpoint
        facts: Counter[str] = Counter()
        audit(newest, opened.log.read, lambda _, entries: facts.update(orjson.loads(each)["f"] for each in entries))
        told = [UUID(receipt["facts"][0]) for receipt in clerks.acknowledged.values()]
        assert [fact for fact in told if facts[base64url(fact.bytes)] != 1] == []
        assert max(facts.values()) == 1

        seen = [*watcher.checkpoints(), newest]
        assert len(seen) > 2
        assert [each.size for each in seen] == sorted(each.size for each in seen)
        tiles = ExpandedTiles(opened.log.read)
        for at, new in enumerate(seen):
            tree = TileTree(new.size, tiles) if new.size else None
            for old in (each for each in seen[:at] if each.size and tree):
                path = tree.consistency(old.size)
                verify_consistency(old=old.size, new=new.size, old_root=old.root, new_root=new.root, proof=path)
    assert {each.result for each in log_findings.verify(settings).findings} == {Result.OK}
    looked = log_findings.fsck(settings)
    # The heads are in the data folder, and nobody was named to witness: nothing else may stay unsaid, nothing be wrong.
    unsaid = [(each.check, each.result) for each in looked if each.result is not Result.OK]
    assert unsaid == [("place of heads", Result.NOT_CHECKED), ("witnesses", Result.NOT_CHECKED)]
