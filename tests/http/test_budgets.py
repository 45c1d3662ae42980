"""Budgets over HTTP: 429 with when to come back, headers for who is signed in, and nobody pays for another."""

from contextlib import asynccontextmanager

from registry.limits.gate import Gate
from registry.limits.peers import Peers, networks_of
from registry.limits.table import table_of
from registry.values.time import Instant
from tests.http.browsing import PASSWORD, Browser
from tests.http.given import a_registry, an_order, form

REFERENCE = "7d444840-9dc0-11d1-b245-5ffdce74fad2"
SCENE = {"purpose": "AT_THE_SCENE", "order_ref": REFERENCE}
SEARCH = {
    "purpose": "PROTECTED_PERSON_SAFETY",
    "identity": {"name": {"family": "Martin", "given": "Ada"}, "birth_date": "1990-02-03"},
    "incident": "I-1",
}


@asynccontextmanager
async def limited(folder, *lines: str, proxies: str = ""):
    """Give a registry with these lines in its table, and time that stands still."""
    async with a_registry(folder) as registry:
        gate = Gate(table=table_of("\n".join(lines)), clock=lambda: Instant(3600 * 10**6))
        object.__setattr__(registry.services, "gate", gate)
        object.__setattr__(registry.services, "peers", Peers(proxies=networks_of(proxies, "PROXIES")))
        yield registry


async def test_writes_that_are_too_many_are_refused_and_checks_are_not(tmp_path):
    async with limited(tmp_path, "writes-of-an-institution 1/minute", "reads-of-an-institution 1/minute") as registry:
        first = await registry.post("fr-tj-lille", "/v1/orders", an_order())
        assert first.status == 201
        assert first.headers["RateLimit-Policy"] == '"writes-of-an-institution";q=1;w=60'
        assert first.headers["RateLimit"] == '"writes-of-an-institution";r=0;t=61'
        before = registry.head()
        second = await registry.post("fr-tj-lille", "/v1/orders", b"no JSON at all")
        assert (second.status, second.json["code"], second.headers["Retry-After"]) == (429, "too-many-requests", "61")
        assert second.headers["RateLimit"] == '"writes-of-an-institution";r=0;t=61'
        assert registry.head() == before
        assert (await registry.get("fr-tj-lille", "/v1/inbox")).status == 200
        assert (await registry.get("fr-tj-lille", "/v1/inbox")).status == 429
        assert (await registry.post("fr-tj-lille", "/v1/checks", SCENE, key=None)).status == 200
        assert (await registry.get("de-ag-mitte", "/v1/inbox")).status == 200


async def test_an_officer_asks_so_much_and_in_an_emergency_more(tmp_path):
    async with limited(tmp_path, "checks-of-an-officer 1/minute ceiling 3") as registry:
        registry.tokens["fr-police"] = await registry.sign_in("fr-police", on_behalf_of="b-17")
        answers = [await registry.post("fr-police", "/v1/checks", SCENE, key=None) for _ in range(4)]
        assert [answer.status for answer in answers] == [200, 200, 200, 429]
        assert registry.services.gate.tally["beyond checks-of-an-officer"] == 2
        policies = answers[0].headers["RateLimit-Policy"]
        assert policies == '"checks-of-an-officer";q=1;w=60, "checks-of-an-institution";q=6000;w=60'
        registry.tokens["fr-police"] = await registry.sign_in("fr-police", on_behalf_of="b-18")
        assert (await registry.post("fr-police", "/v1/checks", SCENE, key=None)).status == 200


async def test_a_search_by_protected_person_has_a_budget_that_no_check_uses(tmp_path):
    async with limited(tmp_path, "searches-of-an-officer 1/hour") as registry:
        for _ in range(2):
            assert (await registry.post("fr-police", "/v1/checks", SCENE, key=None)).status == 200
        first = await registry.post("fr-police", "/v1/checks", SEARCH, key=None)
        assert first.status == 200
        assert '"searches-of-an-officer";r=0' in first.headers["RateLimit"]
        before = registry.head()
        second = await registry.post("fr-police", "/v1/checks", SEARCH, key=None)
        assert (second.status, second.json["code"]) == (429, "too-many-requests")
        assert registry.head() == before
        assert (await registry.post("fr-police", "/v1/checks", SCENE, key=None)).status == 200


async def test_strangers_are_counted_by_where_they_come_from(tmp_path):
    lines = ("strangers-of-a-peer 2/minute", "doors-of-a-peer 2/minute", "sign-ins-of-a-peer 3/minute")
    async with limited(tmp_path, *lines, proxies="127.0.0.1") as registry:
        inside = await registry.headers("fr-police", key=None)

        async def asked(path: str, peer: str, **headers: str) -> int:
            url = registry.url + path
            async with registry.session.get(url, headers={"X-Forwarded-For": peer} | headers) as response:
                if not headers and response.status != 429:
                    assert "RateLimit" not in response.headers
                return response.status

        assert [await asked("/v1/inbox", "192.0.2.1") for _ in range(3)] == [401, 401, 429]
        assert await asked("/v1/inbox", "192.0.2.2") == 401
        assert await asked("/v1/inbox", "192.0.2.1", Authorization=inside["Authorization"]) == 200
        assert [await asked("/status/keys", "2001:db8::1") for _ in range(3)] == [200, 200, 429]
        assert await asked("/status/keys", "2001:db8::ffff:2") == 429
        assert await asked("/status/keys", "2001:db8:0:1::1") == 200
        assert [await asked("/livez", "2001:db8::1") for _ in range(3)] == [200] * 3
        statuses = []
        for _ in range(3):
            async with registry.session.post(registry.url + "/v1/token", data=form("x")) as response:
                statuses.append(response.status)
        assert statuses == [401, 401, 429]


async def test_what_the_role_does_not_permit_is_of_the_institutions_budget(tmp_path):
    async with limited(tmp_path, "reads-of-an-institution 2/minute") as registry:
        asked = [(await registry.get("fr-huissier", "/v1/inbox")).status for _ in range(3)]
        assert asked == [403, 403, 429]
        assert (await registry.get("fr-police", "/v1/inbox")).status == 200


async def test_what_leads_nowhere_is_counted_like_a_public_door(tmp_path):
    async with limited(tmp_path, "doors-of-a-peer 3/minute") as registry:
        asked = [(await registry.get(None, path)).status for path in ("/nothing", "/v1/checks", "/v1", "/nothing")]
        assert asked == [404, 405, 404, 429]


async def test_one_peer_does_not_fill_the_queue_of_those_who_sign_in(tmp_path):
    async with limited(tmp_path, "forms-of-a-peer 2/minute") as registry:
        browser = Browser(registry.url)
        statuses = []
        for _ in range(3):
            csrf = (await browser.form("/sign-in"))["csrf"]
            said = {"csrf": csrf, "name": "00000-00000", "password": PASSWORD, "code": "123456"}
            statuses.append((await browser.post("/sign-in", said)).status)
        assert statuses == [401, 401, 429]
        assert (await browser.get("/sign-in")).status == 200
        assert (await browser.post("/sign-in/with/nobody/log-out", {"logout_token": "a"})).status == 404
