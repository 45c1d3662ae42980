"""A real Chromium without a screen, driven over the DevTools protocol: one page, expressions in, values out."""

import asyncio
import os
import shutil
import tempfile
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from aiohttp import ClientSession, ClientWebSocketResponse

PROGRAM = shutil.which(os.environ.get("TEST_CHROMIUM", "chromium")) or ""
MISSING = "THERE IS NO CHROMIUM HERE: the page was not opened in a browser (scripts/test installs one where it can)"
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-extensions", "--mute-audio",
    "--disable-dev-shm-usage", "--remote-debugging-port=0",
)  # fmt: skip
_SECONDS = 60


@dataclass
class Page:
    """A page that is open."""

    socket: ClientWebSocketResponse
    requests: list[str] = field(default_factory=list)
    """Every address that the page has asked for."""
    number: int = 0

    async def call(self, method: str, **parameters: Any) -> Any:
        """Say one thing to the browser and give what it answers."""
        self.number += 1
        await self.socket.send_str(orjson.dumps({"id": self.number, "method": method, "params": parameters}).decode())
        while True:
            said = orjson.loads(await self.socket.receive_str(timeout=_SECONDS))
            if said.get("method") == "Network.requestWillBeSent":
                self.requests.append(said["params"]["request"]["url"])
            if said.get("id") == self.number:
                assert "error" not in said, said
                return said["result"]

    async def evaluate(self, expression: str) -> Any:
        """Give the value of an expression, awaited; an exception in the page fails the test."""
        result = await self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    async def run(self, function: str, *arguments: Any) -> Any:
        """Call a function of the page with JSON values."""
        return await self.evaluate(f"({function})({','.join(orjson.dumps(each).decode() for each in arguments)})")

    async def open(self, address: str) -> None:
        """Go to an address, wait for the page, and forget what was asked for before."""
        await self.call("Page.navigate", url=address)
        there = f"document.readyState === 'complete' && location.href === {orjson.dumps(address).decode()}"
        for _ in range(200):
            if await self.evaluate(there):
                return
            await asyncio.sleep(0.05)
        raise AssertionError("the page did not open")


@asynccontextmanager
async def chromium():
    """Start a browser with an empty profile and give its first page; ends it by its own id."""
    folder = Path(tempfile.mkdtemp(prefix="browser-"))
    process = await asyncio.create_subprocess_exec(
        PROGRAM, *_FLAGS, f"--user-data-dir={folder}", "about:blank",
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        port = await _port(folder / "DevToolsActivePort")
        async with ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/json/list") as response:
                pages = [each for each in orjson.loads(await response.read()) if each["type"] == "page"]
            async with session.ws_connect(pages[0]["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                page = Page(socket)
                for domain in ("Page", "Runtime", "Network"):
                    await page.call(f"{domain}.enable")
                yield page
    finally:
        process.terminate()
        await process.wait()
        shutil.rmtree(folder, ignore_errors=True)


async def _port(file: Path) -> int:
    for _ in range(600):
        said = await asyncio.to_thread(lambda: file.read_text() if file.exists() else "")
        if "\n" in said:
            return int(said.split("\n")[0])
        await asyncio.sleep(0.05)
    raise AssertionError("the browser did not start")
