"""The way out leads to public addresses and to what an operator named, and nowhere else, however it is spelled."""

import asyncio
import re
import socket
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from registry.limits.outgoing import Forbidden, Rule, outgoing
from registry.limits.peers import networks_of
from tests.test_house import files, name

HTTP = frozenset({"http", "https"})
PUBLIC = Rule(schemes=HTTP)
HERE = Rule(schemes=HTTP, networks=networks_of("127.0.0.1,::1", "NETWORKS"))

LOOPBACK_SPELLINGS = [
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001", "0",
    "0.0.0.0", "127.255.255.254", "localhost", "LOCALHOST", "localhost.", "[::1]", "[::]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]", "[2002:7f00:0001::1]", "\uff11\uff12\uff17.\uff10.\uff10.\uff11", "127\u30020\u30020\u30021",
    "%31%32%37.0.0.1",
]  # fmt: skip
NETWORK_SPELLINGS = [
    "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "2852039166", "0xa9fea9fe", "198.18.0.1",
    "192.0.2.1", "203.0.113.7", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.0.8", "100.100.100.200",
    "[fe80::1]", "[fe80::1%25lo]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]", "[2001:db8::1]", "[::ffff:10.0.0.1]",
    "[::ffff:169.254.169.254]", "[64:ff9b::a9fe:a9fe]", "[2002:a9fe:a9fe::]", "[2002:0a00:0001::]", "[::10.0.0.1]",
    "[2001:0:4136:e378:8000:63bf:f5ff:fffe]",
]  # fmt: skip


@asynccontextmanager
async def a_trap():
    """Listen on the loopback; gives the port and the list of those who connected."""
    seen: list[object] = []

    async def connected(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(writer.get_extra_info("peername"))
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], seen
    finally:
        server.close()
        await server.wait_closed()


@asynccontextmanager
async def serving(*routes: web.RouteDef):
    """Serve these routes; gives the address without a path."""
    app = web.Application()
    app.add_routes(routes)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_no_spelling_of_the_own_machine_reaches_it():
    async with a_trap() as (port, seen), outgoing(PUBLIC) as way:
        for host in LOOPBACK_SPELLINGS:
            with pytest.raises(OSError, match=r"^[A-Za-z ,-]*$") as refusal:
                await way.exchange("GET", f"http://{host}:{port}/", seconds=2)
            assert str(port) not in str(refusal.value)
        assert seen == []
    async with a_trap() as (port, seen), outgoing(HERE) as way:
        with pytest.raises(OSError, match=r"Client|Disconnected"):
            await way.exchange("GET", f"http://127.0.0.1:{port}/", seconds=2)
        assert seen  # the trap would have noticed


@pytest.mark.parametrize("host", NETWORK_SPELLINGS)
async def test_no_spelling_of_a_network_that_is_not_public_is_asked(host):
    async with outgoing(PUBLIC) as way:
        with pytest.raises(Forbidden):
            await way.exchange("GET", f"http://{host}/latest/meta-data/", seconds=2)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "gopher://127.0.0.1/", "ftp://192.0.2.1/", "//127.0.0.1/", "127.0.0.1", "", "http://",
        "http://user@198.51.100.1/", "http://user:word@198.51.100.1/", "http://[::1", "http:///x", "data:,x",
        "unix:/run/x", "http://a\x00b/", "http://198.51.100.1:99999/",
    ],
)  # fmt: skip
async def test_only_a_plain_url_of_a_scheme_of_the_list_is_asked(url):
    async with outgoing(PUBLIC) as way:
        with pytest.raises(Forbidden) as refusal:
            await way.exchange("GET", url, seconds=2)
    assert "198.51" not in str(refusal.value)
    with pytest.raises(Forbidden):
        Rule().permit_url("http://example.org/")
    assert Rule().permit_url("https://example.org/").host == "example.org"


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::"]
)
def test_public_addresses_are_asked(address):
    PUBLIC.permit(address)


def test_an_operator_opens_a_network_and_never_that_of_the_machines_secrets():
    rule = Rule(networks=networks_of("10.20.0.0/16, 169.254.0.0/16, fc00::/7, 0.0.0.0/0", "NETWORKS"))
    for address in ("10.20.0.9", "::ffff:10.20.0.9", "fd12::1", "127.0.0.1"):
        rule.permit(address)
    for address in (
        "169.254.169.254",
        "::ffff:169.254.169.254",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%lo",
        "100.100.100.200",
    ):
        with pytest.raises(Forbidden):
            rule.permit(address)
    with pytest.raises(Forbidden):
        rule.permit("no address")


def named(monkeypatch, *answers: list[str]) -> list[str]:
    """Have names resolve to these addresses, one answer after another; gives the names that were asked for."""
    asked: list[str] = []

    async def resolve(_self, host, port, **_):
        asked.append(host)
        found = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", resolve)
    return asked


async def test_a_name_that_leads_home_is_not_asked_not_even_if_it_leads_elsewhere_too(monkeypatch):
    async with a_trap() as (port, seen), outgoing(PUBLIC) as way:
        named(monkeypatch, ["198.41.0.4", "127.0.0.1"])
        with pytest.raises(Forbidden):
            await way.exchange("GET", f"http://rebound.example:{port}/", seconds=2)
        assert seen == []


async def test_a_name_is_resolved_once_so_that_it_cannot_change_its_mind(monkeypatch):
    async def here(_: web.Request) -> web.Response:
        return web.Response(text="here")

    async with serving(web.get("/", here)) as url, outgoing(HERE) as way:
        port = url.rpartition(":")[2]
        asked = named(monkeypatch, ["127.0.0.1"], ["10.0.0.1"])
        answered = await way.exchange("GET", f"http://rebound.example:{port}/", seconds=2)
        assert (answered.status, answered.body, answered.media_type) == (200, b"here", "text/plain")
        assert asked == ["rebound.example"]


async def test_a_redirect_is_an_answer_and_not_a_way():
    async with a_trap() as (port, seen):

        async def away(_: web.Request) -> web.Response:
            return web.Response(status=302, headers={"Location": f"http://127.0.0.1:{port}/"})

        async with serving(web.get("/", away)) as url, outgoing(HERE) as way:
            assert (await way.exchange("GET", url + "/")).status == 302
        assert seen == []


async def test_an_answer_is_bounded_in_bytes_head_and_seconds():
    never = asyncio.Event()

    async def large(_: web.Request) -> web.Response:
        return web.Response(body=b"x" * 10_000, headers={"Content-Encoding": "gzip"})

    async def talkative(_: web.Request) -> web.Response:
        return web.Response(headers={f"X-{number}": "x" for number in range(500)})

    async def silent(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"x")
        await never.wait()
        return response

    routes = (web.get("/large", large), web.get("/talkative", talkative), web.get("/silent", silent))
    async with serving(*routes) as url, outgoing(HERE) as way:
        # It says that it is compressed, and is not looked into.
        assert len((await way.exchange("GET", url + "/large", maximum=10_000)).body) == 10_000
        with pytest.raises(OSError, match="too large"):
            await way.exchange("GET", url + "/large", maximum=9_999)
        with pytest.raises(OSError, match=r"^[A-Za-z]+$") as refusal:
            await way.exchange("GET", url + "/talkative")
        assert "X-1" not in str(refusal.value)
        with pytest.raises(TimeoutError):
            await way.exchange("GET", url + "/silent", seconds=0.1)
        never.set()


async def test_neither_cookies_nor_proxies_of_the_environment_are_used(monkeypatch):
    told: list[dict[str, str]] = []

    async def cookies(request: web.Request) -> web.Response:
        told.append(dict(request.headers))
        return web.Response(headers={"Set-Cookie": "a=b"})

    async with a_trap() as (port, seen), serving(web.post("/", cookies)) as url, outgoing(HERE) as way:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")
        for _ in range(2):
            assert (await way.exchange("POST", url + "/", b"{}", headers={"X-A": "b"})).status == 200
        assert seen == []
        assert all("Cookie" not in headers and headers["X-A"] == "b" for headers in told)


GOES_OUT = re.compile(
    r"\b(ClientSession|urlopen|HTTPS?Connection|open_connection|create_connection|sock_connect)\b"
    r"|^\s*(from|import) (requests|httpx|urllib3|urllib\.request|ftplib|xmlrpc)\b",
    re.MULTILINE,
)
HAVE_A_REASON = {
    "registry/limits/outgoing.py": "it is the way out",
    "registry/log_web.py": "a verb of a person at a keyboard, for the URL that they give; bounded, no redirects",
    "registry/demo/__init__.py": "the demo asks itself",
    "registry/demo/client.py": "the demo asks itself",
    "registry/demo/sign_in.py": "the demo asks itself",
}


def test_whatever_leaves_the_registry_leaves_by_the_one_way():
    going = {name(file) for file in files("registry", "adapters", ending=".py") if GOES_OUT.search(file.read_text())}
    assert going == set(HAVE_A_REASON)
