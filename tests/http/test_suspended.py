"""A suspended institution is spoken for by nobody: not by its keys, its people, or machines that sign in elsewhere."""

import orjson
import pytest

from registry.machines.access_tokens import AccessTokens
from registry.machines.issuer_keys import IssuerKeys
from registry.values.time import DAY, SECOND
from tests.http.browsing import Browser, hidden, opened, signed_in
from tests.http.given import ISSUER, a_registry, an_order
from tests.http.test_institutions import ROLES
from tests.unit.machines import given as elsewhere

SUSPENSIONS = "/v1/emergency-suspensions"


class NothingIsFetched:
    async def get(self, address: str, /) -> bytes:
        raise AssertionError(address)


@pytest.fixture
async def registry(tmp_path):
    issuer = elsewhere.issuer(audience=ISSUER)
    others = AccessTokens(issuers={issuer.issuer: issuer}, keys=IssuerKeys((issuer,), NothingIsFetched()))
    async with a_registry(tmp_path, roles=ROLES, recorded=True, others=others) as made:
        made.tokens["ann"] = await made.sign_in("xx-operator", on_behalf_of="ann")
        made.keys["ann"] = made.keys["xx-operator"]
        yield made


async def suspended(registry) -> str:
    said = {"institution": "fr-tj-lille", "reason": "MISUSE"}
    answer = await registry.post("ann", SUSPENSIONS, said)
    assert answer.status == 201, answer.body
    return answer.json["proposal_ref"]


async def test_its_people_are_stopped_at_once_and_go_on_once_it_is_back(registry):
    browser = Browser(registry.url)
    held = await opened(registry, browser)
    await signed_in(registry, browser, held)
    csrf = hidden((await browser.get("/account")).body)["csrf"]
    written = {"X-CSRF-Token": csrf, "Idempotency-Key": "while-suspended-1"}
    proposal = await suspended(registry)
    before = registry.head()
    assert (await browser.get("/v1/inbox")).status == 401
    assert (await browser.send("/v1/orders", orjson.dumps(an_order()), **written)).status == 401
    assert (await browser.get("/account")).headers["Location"] == "/sign-in"
    changed = await browser.post("/account/recovery-codes", {"csrf": csrf})
    assert (changed.status, changed.headers["Location"]) == (303, "/sign-in")
    for _ in range(6):  # more often than a guesser may: whoever proves themselves is not locked out for it
        assert (await signed_in(registry, Browser(registry.url), held)).status == 401
    assert registry.head() == before
    registry.tokens["ann"] = await registry.sign_in("xx-operator", on_behalf_of="ann")
    lifted = await registry.post("ann", f"/v1/institution-changes/{proposal}/withdrawal", {})
    assert lifted.status == 200, lifted.body
    assert (await signed_in(registry, browser, held)).status == 303
    assert (await browser.get("/v1/inbox")).status == 200


async def test_a_token_of_another_issuer_is_refused_until_the_emergency_has_lapsed(registry):
    def token() -> str:
        now = registry.clock() // SECOND
        return elsewhere.token(aud=ISSUER, iat=now - 5, exp=now + 500)

    registry.tokens["fr-tj-lille"] = token()
    assert (await registry.get("fr-tj-lille", "/v1/inbox")).status == 200
    await suspended(registry)
    assert (await registry.get("fr-tj-lille", "/v1/inbox")).status == 401
    registry.clock.pass_seconds(3 * DAY / SECOND)
    registry.tokens["fr-tj-lille"] = token()
    assert (await registry.get("fr-tj-lille", "/v1/inbox")).status == 200


async def test_an_officer_still_finds_its_telephone(registry):
    await suspended(registry)
    shown = (await registry.get("fr-police", "/v1/institutions/fr-tj-lille")).json
    assert (shown["state"], shown["contact"]) == ("SUSPENDED", "+33 3 20 00 00 00")
