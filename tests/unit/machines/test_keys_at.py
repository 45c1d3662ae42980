"""Asking an issuer's server for its keys: at the address of the file alone, in bounds, and following nobody."""

from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from registry.limits.outgoing import Rule
from registry.limits.peers import LOOPBACK
from registry.machines.issuers import MAXIMUM_SET
from registry.machines.keys_at import KeysAt
from tests.unit.machines.given import issuer


@asynccontextmanager
async def server():
    """A server that answers as its path says."""

    async def answer(request: web.Request) -> web.StreamResponse:
        match request.path:
            case "/keys":
                return web.Response(body=b'{"keys": []}')
            case "/long":
                return web.Response(body=b" " * (MAXIMUM_SET + 1))
            case "/endless":
                stream = web.StreamResponse()
                await stream.prepare(request)
                for _ in range(20):
                    await stream.write(b" " * 8192)
                return stream
            case "/elsewhere":
                return web.HTTPFound("/keys")
            case _:
                return web.Response(status=404)

    application = web.Application()
    application.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


def asking(address: str) -> KeysAt:
    return KeysAt(
        [issuer(jwks=None, jwks_uri=address), issuer(issuer="https://pinned.example")],
        Rule(schemes=frozenset({"http"}), networks=LOOPBACK),
    )


async def test_keys_are_given_from_where_the_file_says():
    async with server() as base:
        assert await asking(base + "/keys").get(base + "/keys") == b'{"keys": []}'


@pytest.mark.parametrize("path", ["/long", "/endless", "/elsewhere", "/nothing"])
async def test_something_else_than_keys_is_a_fault(path):
    async with server() as base:
        with pytest.raises(ConnectionError):
            await asking(base + path).get(base + path)


async def test_no_other_address_is_asked_and_a_server_that_is_gone_is_a_fault():
    async with server() as base:
        with pytest.raises(PermissionError):
            await asking(base + "/keys").get(base + "/other")
    with pytest.raises(ConnectionError):
        await asking(base + "/keys").get(base + "/keys")
