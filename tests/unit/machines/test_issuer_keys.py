"""Keys of issuers are fetched beside the requests, seldom, and are not believed for ever."""

import asyncio
import logging

import orjson

from registry.errors import NotTrusted
from registry.machines.issuer_keys import MAXIMUM_AGE, REFRESH, RETRY, IssuerKeys
from registry.values.time import SECOND, Instant
from tests.unit.machines.given import KEY, NOW, OTHER, issuer, jwks

AT = "https://login.example/jwks"
FETCHED = issuer(jwks=None, jwks_uri=AT)
PINNED = issuer(issuer="https://pinned.example")


class Server:
    """The issuer's server, which a test lets answer as it likes."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.was_asked = asyncio.Event()
        self.answer: object = orjson.dumps(jwks(KEY))

    async def get(self, address: str, /) -> bytes:
        self.asked.append(address)
        self.was_asked.set()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


async def refreshed(keys: IssuerKeys, after: int) -> None:
    await keys.refresh(lambda: Instant(NOW + after))


def found(keys: IssuerKeys, kid: str = "i1", after: int = 0) -> bool:
    return keys.find(FETCHED, kid, Instant(NOW + after)) is not None


async def test_nothing_is_believed_before_it_was_fetched():
    server = Server()
    keys = IssuerKeys([FETCHED, PINNED], server)
    assert not found(keys)
    assert keys.find(PINNED, "i1", NOW) is not None
    assert keys.find(PINNED, "i9", NOW) is None
    await refreshed(keys, 0)
    assert found(keys)
    assert server.asked == [AT]


async def test_keys_are_fetched_every_ten_minutes_and_one_that_is_gone_counts_no_more():
    server = Server()
    keys = IssuerKeys([FETCHED], server)
    await refreshed(keys, 0)
    server.answer = orjson.dumps(jwks(OTHER))
    await refreshed(keys, REFRESH - 1)
    assert found(keys, after=REFRESH - 1)
    await refreshed(keys, REFRESH)
    assert not found(keys, after=REFRESH)
    assert found(keys, "i2", after=REFRESH)
    assert len(server.asked) == 2


async def test_an_unknown_key_has_them_fetched_once_a_minute_at_most():
    server = Server()
    keys = IssuerKeys([FETCHED], server)
    await refreshed(keys, 0)
    for _ in range(50):
        assert not found(keys, "i2")
        await refreshed(keys, RETRY - 1)
    assert len(server.asked) == 1
    server.answer = orjson.dumps(jwks(KEY, OTHER))
    await refreshed(keys, RETRY)
    assert len(server.asked) == 2
    assert found(keys, "i2", after=RETRY)
    await refreshed(keys, 2 * RETRY)
    assert len(server.asked) == 2


async def test_a_server_that_fails_is_asked_again_in_a_minute_and_believed_for_a_day(caplog):
    server = Server()
    keys = IssuerKeys([FETCHED], server)
    await refreshed(keys, 0)
    for number, fault in enumerate((OSError("secret"), NotTrusted("secret"), ValueError("secret"))):
        server.answer = fault
        await refreshed(keys, REFRESH + number * RETRY)
        await refreshed(keys, REFRESH + number * RETRY + SECOND)
    server.answer = b'{"keys": "secret"}'
    await refreshed(keys, REFRESH + 3 * RETRY)
    assert len(server.asked) == 5
    assert found(keys, after=MAXIMUM_AGE - 1)
    assert not found(keys, after=MAXIMUM_AGE)
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 4
    assert "secret" not in caplog.text


async def test_a_registry_without_such_issuers_asks_nobody():
    server = Server()
    await IssuerKeys([PINNED], server).run(lambda: NOW)
    assert server.asked == []


async def test_it_goes_on_until_it_is_stopped():
    server = Server()
    keys = IssuerKeys([FETCHED], server)
    running = asyncio.create_task(keys.run(lambda: NOW))
    await server.was_asked.wait()
    await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert found(keys)
