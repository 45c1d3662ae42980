"""A registry in a data folder that is served, stopped, copied and restored, with its heads on another disk."""

import asyncio
import os
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from queue import Queue

import orjson
from aiohttp import ClientSession
from click.testing import CliRunner, Result

from registry import core
from registry.access.actors import Principal
from registry.api.models import Asking
from registry.api.order_models import OrderEntry
from registry.api.reading import read_model
from registry.api.route import NIL
from registry.app import Registry, compose, running
from registry.cli import main
from registry.config import Settings
from registry.demo import people
from registry.demo.cast import KEY_NAME, LILLE, PLAYERS, enrolment
from registry.demo.client import Desk
from registry.values.identifiers import InstitutionId, KeyId
from registry.values.jurisdiction import Jurisdiction

PATIENCE = 30
MEASURE = people.french_measure(date(2026, 11, 1) + timedelta(days=14)) | {"number": None}


FOUNDED = 1 + len(PLAYERS)
"""Facts that a ledger begins with: that it was founded, and everybody of the demo."""


@dataclass
class Served:
    """A registry that serves, a court's desk at it, and what it says on standard error."""

    registry: Registry
    desk: Desk
    base: str
    said: "Queue[str]"

    async def enters(self, count: int) -> None:
        """Enter orders, one fact each: as an import does, without a document that would be a fact of its own."""
        opened = self.registry.core
        court = Principal(
            institution=InstitutionId(LILLE.institution),
            key_id=KeyId(KEY_NAME),
            roles=frozenset(LILLE.roles),
            jurisdictions=(Jurisdiction(LILLE.jurisdiction),),
        )
        asking = Asking(
            principal=court,
            reference=NIL,
            mint=opened.executor.mint,
            enrolment=opened.enrolment,
            role_of=lambda _: None,
            jurisdiction_of=lambda: Jurisdiction(LILLE.jurisdiction),
        )
        for _ in range(count):
            command = read_model(OrderEntry, orjson.dumps(MEASURE), depth=16).to_command(asking)
            await opened.executor.execute(command, principal=court)

    async def publishes(self) -> bytes:
        """Wait until everything that is recorded is signed; give the note."""
        count = sum(1 for _ in self.registry.core.ledger.reader.stored_after(0, limit=10_000))
        assert await asyncio.to_thread(self.registry.publisher.wait_size, count, timeout=PATIENCE)
        return await self.raw("/checkpoint")

    async def signs(self) -> None:
        """Wait until this process has signed: before, it may show what was signed and serve none of it."""
        for _ in range(PATIENCE * 10):
            if (await self.state())["signing"] == "SIGNS":
                return
            await asyncio.to_thread(self.registry.publisher.wait_size, 10**9, timeout=0.1)
        raise AssertionError(await self.state())

    async def says(self) -> str:
        return await asyncio.to_thread(self.said.get, timeout=PATIENCE)

    async def raw(self, path: str) -> bytes:
        async with self.desk.session.get(self.base + path) as response:
            assert response.status == 200
            return await response.read()

    async def state(self) -> dict:
        return orjson.loads(await self.raw("/readyz"))["log"]


@dataclass
class LogHouse:
    """Where everything is, and the verbs of an operator."""

    folder: Path
    dsn_file: Path | None = None
    settings: Settings = field(init=False)

    def __post_init__(self) -> None:
        heads = self.folder / "other-disk" / "heads"
        self.settings = Settings(data=self.folder / "data", heads=heads, postgresql_dsn_file=self.dsn_file, port=0)

    def create(self) -> None:
        core.create(self.settings, enrolment(), demo=True)

    @property
    def head_file(self) -> Path:
        return self.folder / "other-disk" / "heads" / "signed-head.note"

    @property
    def ledger(self) -> Path:
        return self.settings.data / "ledger"

    @asynccontextmanager
    async def serves(self):
        said: Queue[str] = Queue()
        with core.opened(self.settings) as opened:
            registry = compose(opened, say=said.put)
            async with running(registry) as port, ClientSession() as session:
                base = f"http://127.0.0.1:{port}"
                desk = Desk(player=LILLE, base=base, issuer=self.settings.issuer, session=session, entropy=os.urandom)
                await desk.sign_in(core.clock())
                yield Served(registry=registry, desk=desk, base=base, said=said)

    def does(self, *arguments: str | Path, told: str | None = None) -> Result:
        """Run a verb of `registry ledger` as an operator does."""
        environment = {
            "REGISTRY_DATA": str(self.settings.data),
            "REGISTRY_HEADS": str(self.settings.heads),
            "REGISTRY_POSTGRESQL_DSN_FILE": str(self.dsn_file or ""),
            "REGISTRY_WITNESSES": str(self.settings.witnesses or ""),
            "REGISTRY_OUTGOING_NETWORKS": "127.0.0.1",
        }
        return CliRunner().invoke(main, ["ledger", *map(str, arguments)], env=environment, input=told)

    def checks(self, *arguments: str | Path) -> tuple[int, dict[str, dict]]:
        """Run a verb with `--json`; give its exit code and its checks by name."""
        done = self.does(*arguments, "--json")
        assert done.stdout, done.stderr
        return done.exit_code, {each["check"]: each for each in orjson.loads(done.stdout)["checks"]}


def failing(checks: dict[str, dict]) -> set[str]:
    return {name for name, each in checks.items() if each["result"] == "FAILED"}
