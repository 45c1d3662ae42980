"""Slow and greedy clients, by real sockets: each loses its place, and whoever checks an order does not notice."""

import asyncio
import resource
import socket
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import pytest
from aiohttp import ClientSession, web

from registry.api.connections import Bounds, Connections
from registry.api.server import Runner
from registry.limits.peers import Peers, networks_of
from tests.http.given import a_registry

HEAD = b"GET /livez HTTP/1.1\r\nHost: x\r\n"
QUICK = Bounds(head_seconds=0.2, idle_seconds=0.4, linger_seconds=0.1, stuck_seconds=0.2)
BIG = 8 * 1024 * 1024


@asynccontextmanager
async def a_server(bounds: Bounds = QUICK, proxies: str = ""):
    """Run a small application held to these bounds; gives its port and its connections."""

    async def big(_: web.Request) -> web.Response:
        return web.Response(body=b"x" * BIG)

    async def small(_: web.Request) -> web.Response:
        return web.Response(body=b"alive")

    async def whole(request: web.Request) -> web.Response:
        return web.Response(body=await request.read())

    app = web.Application()
    app.add_routes([web.get("/big", big), web.get("/livez", small), web.post("/whole", whole)])
    connections = Connections(bounds=bounds, peers=Peers(proxies=networks_of(proxies, "PROXIES")))
    runner = Runner(app, connections)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield runner.addresses[0][1], connections
    finally:
        await runner.cleanup()


async def ended(reader: asyncio.StreamReader, seconds: float = 5.0) -> bytes:
    """Give what came until the server ended the connection; fails if it does not."""
    with suppress(ConnectionError):
        return await asyncio.wait_for(reader.read(), seconds)
    return b""


async def moment(seconds: float) -> None:
    """Let a slow client be slow."""
    passed = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(seconds, passed.set_result, None)
    await passed


@asynccontextmanager
async def a_client(port: int):
    """Connect by a plain socket, and cut the connection at the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def alive(port: int) -> bool:
    async with ClientSession() as session, session.get(f"http://127.0.0.1:{port}/livez") as response:
        return response.status == 200


@pytest.mark.parametrize("said", [b"", HEAD, b"\r\n", HEAD + b"X: " + b"a" * 4000])
async def test_a_head_that_does_not_come_ends_the_connection(said):
    async with a_server() as (port, connections), a_client(port) as (reader, writer):
        writer.write(said)
        assert await ended(reader) == b""
        assert connections.tally == {"connection ended: head too slow": 1}
        assert connections.open() == 0
        assert await alive(port)


async def test_a_head_that_drips_gains_no_time():
    async with a_server(Bounds(head_seconds=0.3)) as (port, connections), a_client(port) as (reader, writer):
        loop = asyncio.get_running_loop()
        started = loop.time()
        writer.write(HEAD)
        while not connections.tally:
            writer.write(b"X: a\r\n")
            await moment(0.02)
            assert loop.time() - started < 5
        assert connections.tally == {"connection ended: head too slow": 1}
        assert await ended(reader) == b""


async def test_a_further_request_is_timed_from_its_first_byte_and_idleness_apart():
    async with a_server() as (port, connections):
        async with a_client(port) as (reader, writer):
            writer.write(HEAD + b"\r\n")
            assert b"alive" in await reader.readuntil(b"alive")
            writer.write(b"GET /li")
            assert await ended(reader) == b""
            assert connections.tally == {"connection ended: head too slow": 1}
        async with a_client(port) as (reader, writer):
            writer.write(HEAD + b"\r\n")
            assert b"alive" in await reader.readuntil(b"alive")
            assert await ended(reader) == b""
        assert connections.tally == {"connection ended: head too slow": 1}
        assert connections.open() == 0


async def test_a_head_is_no_longer_than_its_bound_in_many_pieces_or_in_one(tmp_path):
    async with a_server(Bounds(head_seconds=5)) as (port, connections), a_client(port) as (reader, writer):
        writer.write(HEAD)
        for number in range(60):
            if not connections.tally:
                writer.write(b"X-%d: " % number + b"a" * 1000 + b"\r\n")
                await moment(0.001)
        assert connections.tally == {"connection ended: head too large": 1}
        assert await ended(reader) == b""
    async with a_registry(tmp_path) as registry:
        headers = {f"X-{number}": "a" * 4000 for number in range(10)}
        async with registry.session.get(registry.url + "/livez", headers=headers) as response:
            assert (response.status, (await response.json(content_type=None))["code"]) == (431, "head-too-large")
        assert (await registry.get(None, "/livez")).status == 200


async def test_a_body_that_does_not_come_gives_its_place_up():
    async with a_server() as (port, connections), a_client(port) as (reader, writer):
        writer.write(b"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nabc")
        assert (await ended(reader)).startswith(b"HTTP/1.1 404")
        assert connections.open() == 0


async def test_an_answer_that_is_not_read_gives_its_place_up():
    async with a_server() as (port, connections):
        loop = asyncio.get_running_loop()
        with socket.socket() as greedy:
            greedy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            greedy.settimeout(0)
            await loop.sock_connect(greedy, ("127.0.0.1", port))
            await loop.sock_sendall(greedy, b"GET /big HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            started = loop.time()
            while not connections.tally:
                assert await alive(port)
                assert loop.time() - started < 5
            assert connections.tally == {"connection ended: answer not read": 1}
        # Whoever reads, however large it is, reads to its end.
        async with ClientSession() as session, session.get(f"http://127.0.0.1:{port}/big") as response:
            assert len(await response.read()) == BIG
        assert connections.tally.total() == 1


async def test_a_reader_who_is_slow_and_steady_reads_to_the_end():
    bounds = Bounds(stuck_seconds=0.3, stuck_bytes=1)
    async with a_server(bounds) as (port, connections), a_client(port) as (reader, writer):
        writer.write(b"GET /big HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        got = 0
        loop = asyncio.get_running_loop()
        started = loop.time()
        while part := await reader.read(64 * 1024):
            got += len(part)
            if loop.time() - started < 0.5:
                await moment(0.01)
        assert got > BIG
        assert not connections.tally


async def test_a_peer_holds_so_many_connections_and_the_world_so_many():
    async with AsyncExitStack() as stack:
        server = a_server(Bounds(connections=5, connections_of_a_peer=3))
        port, connections = await stack.enter_async_context(server)
        held = [await stack.enter_async_context(a_client(port)) for _ in range(3)]
        refused, _ = await stack.enter_async_context(a_client(port))
        assert await ended(refused) == b""
        assert connections.tally == {"connection refused: too many of a peer": 1}
        held[0][1].transport.abort()
        while connections.open() == 3:
            await moment(0.01)
        assert await alive(port)
    async with AsyncExitStack() as stack:
        server = a_server(Bounds(connections=5, connections_of_a_peer=3), "127.0.0.1")
        port, connections = await stack.enter_async_context(server)
        for _ in range(5):
            await stack.enter_async_context(a_client(port))
        refused, _ = await stack.enter_async_context(a_client(port))
        assert await ended(refused) == b""
        assert connections.tally == {"connection refused: too many": 1}


async def test_checks_are_answered_while_a_thousand_sockets_idle(tmp_path):
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    sockets = 1000 if files == resource.RLIM_INFINITY else max(100, min(1000, files // 4))
    async with AsyncExitStack() as stack:
        registry = await stack.enter_async_context(a_registry(tmp_path))
        registry.connections.peers = Peers(proxies=networks_of("127.0.0.1", "PROXIES"))
        # However long a busy machine takes to open them: that slow heads are ended is another test's.
        registry.connections.bounds = Bounds(head_seconds=600.0)
        question = {"purpose": "AT_THE_SCENE", "order_ref": "7d444840-9dc0-11d1-b245-5ffdce74fad2"}
        await registry.headers("fr-police")
        address = ("127.0.0.1", int(registry.url.rpartition(":")[2]))
        for number in range(sockets):
            idle = stack.enter_context(socket.socket())
            idle.settimeout(0)
            await asyncio.get_running_loop().sock_connect(idle, address)
            idle.send(HEAD[: number % len(HEAD)])
        for _ in range(20):
            answer = await registry.post("fr-police", "/v1/checks", question, key=None)
            assert answer.status == 200
        assert registry.connections.open() >= sockets


def test_there_are_never_more_connections_than_files(monkeypatch):
    monkeypatch.setattr(resource, "getrlimit", lambda _: (300, 300))
    assert Connections().total == 44
    monkeypatch.setattr(resource, "getrlimit", lambda _: (100, 100))
    assert Connections().total == 1
    monkeypatch.setattr(resource, "getrlimit", lambda _: (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert Connections().total == 4096
