"""A client nobody here wrote audits the running demo's log over HTTP, entry by entry; skipped loudly without Go."""

import asyncio
import os
import re
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession, web

from registry import core
from registry.config import Settings
from registry.demo.cast import LILLE
from registry.demo.client import Desk
from scripts import golang
from scripts.audit_with_go import PROGRAM, ed25519
from tests.journeys.log_house import MEASURE

ROOT = Path(__file__).resolve().parent.parent.parent
SERVING = re.compile(r"serving on\s+(http://127\.0\.0\.1:\d+)")
REGISTRY = (sys.executable, "-m", "registry")


@pytest.fixture
def demo():
    """Give the address of a demo that has told its story and stays up."""
    with subprocess.Popen([*REGISTRY, "demo", "--port", "0"], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        said = ""
        try:
            assert process.stdout is not None
            for line in process.stdout:
                said += line
                if match := SERVING.search(said):
                    yield match[1]
                    break
            else:
                pytest.fail(f"the demo did not start:\n{said}")
        finally:
            process.terminate()


@pytest.fixture
def program(tmp_path: Path) -> Path:
    built = golang.build(PROGRAM, tmp_path / "go")
    if built is None:
        pytest.skip("LOUD: no Go with golang.org/x/mod here; nobody else's client has audited a running log")
    return built


@asynccontextmanager
async def altering(base: str, where: str):
    """Stand between client and log, and turn one bit of what is at one path."""

    async def answer(request: web.Request) -> web.Response:
        token = {name: value for name, value in request.headers.items() if name == "Authorization"}
        async with ClientSession() as session, session.get(base + request.path, headers=token) as found:
            body = bytearray(await found.read())
        if request.path.startswith(where):
            body[40] ^= 1
        return web.Response(status=found.status, body=bytes(body))

    application = web.Application()
    application.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_the_go_client_audits_the_running_demo_and_refuses_what_was_altered(demo, program, tmp_path):
    token = await ran(*REGISTRY, "demo-token", "--url", demo, "de-polizei-berlin")
    environment = {"AUDIT_TOKEN": token[1].strip()}
    async with ClientSession() as session, session.get(f"{demo}/log/keys") as answer:
        vkey = ed25519(await answer.text())

    async def audited(base: str, *more: str) -> tuple[int, str]:
        return await ran(str(program), base, vkey, *more, environment=environment)

    code, said = await audited(demo)
    assert code == 0, said
    found = re.fullmatch(r"(\d+) entries make the signed root\n", said)
    assert found
    assert int(found[1]) > 10
    earlier = tmp_path / "earlier.note"
    earlier.write_bytes(await grown(demo))
    code, said = await audited(demo, str(earlier))
    assert code == 0, said
    assert (
        f"the log of {found[1]} entries is its beginning\n{int(found[1]) + 2} entries make" in said
    )  # the order, and its document

    for where in ("/checkpoint", "/tile/0/", "/tile/entries/"):
        async with altering(demo, where) as elsewhere:
            code, said = await audited(elsewhere)
            assert (code, said[:7]) == (1, "FAILED:"), where
    assert (await ran(str(program), demo, vkey, environment={"AUDIT_TOKEN": "none"}))[0] == 1


async def grown(demo: str) -> bytes:
    """Have an order entered and wait until it is signed; give the checkpoint of before."""
    async with ClientSession() as session, asyncio.timeout(30):
        desk = Desk(player=LILLE, base=demo, issuer=Settings().issuer, session=session, entropy=os.urandom)
        await desk.sign_in(core.clock())

        async def newest() -> bytes:
            async with session.get(f"{demo}/checkpoint") as answer:
                return await answer.read()

        before = await newest()
        await desk.post("/v1/orders", MEASURE)
        while await newest() == before:
            pass
    return before


async def ran(*command: str, environment: dict[str, str] | None = None) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE)
    said, _ = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, said.decode()
