"""Lock-out over HTTP: one answer for every failure, after one time; an operator lets the client in again."""

import asyncio

import pytest

from registry.api.services import Limits
from registry.api.sign_in_guard import claimed_client
from registry.limits.lock_out import FAILURES, LockOut
from registry.limits.peers import Peers, networks_of
from tests.http.given import a_registry, form, new_key

FLOOR = 0.1


@pytest.fixture
async def registry(tmp_path):
    async with a_registry(tmp_path, limits=Limits(failed_sign_in_seconds=FLOOR)) as made:
        object.__setattr__(made.services, "lock_out", LockOut(clock=made.clock))
        object.__setattr__(made.services, "peers", Peers(proxies=networks_of("127.0.0.1", "PROXIES")))
        yield made


async def attempt(registry, assertion: str, peer: str = "192.0.2.1"):
    """Give status, body without its id, headers without what each answer has of its own, and the seconds it took."""
    loop = asyncio.get_running_loop()
    started = loop.time()
    headers = {"X-Forwarded-For": peer}
    async with registry.session.post(registry.url + "/v1/token", data=form(assertion), headers=headers) as response:
        body = await response.json(content_type=None)
        took = loop.time() - started
        body.pop("request_id", None)
        told = {name: value for name, value in response.headers.items() if name not in {"X-Request-ID", "Date"}}
        return response.status, body, told, took


async def test_a_lock_is_answered_as_a_wrong_signature_and_as_a_client_that_is_not_there(registry):
    guess = new_key("guess")
    wrong = [await attempt(registry, registry.assertion("fr-police", key=guess)) for _ in range(FAILURES)]
    locked = await attempt(registry, registry.assertion("fr-police"))
    nobody = await attempt(registry, registry.assertion("Adasecret", key=guess), peer="192.0.2.2")
    nothing = await attempt(registry, "no assertion", peer="192.0.2.2")
    assert locked[0] == 401
    assert registry.services.lock_out.tally["sign-in while locked"] == 1
    for answered in [*wrong, nobody, nothing]:
        assert answered[:3] == locked[:3]
        assert answered[3] >= FLOOR
    assert locked[3] >= FLOOR
    # Elsewhere the same client signs in, and at once.
    assert (await attempt(registry, registry.assertion("fr-police"), peer="192.0.2.3"))[0] == 200
    assert (await attempt(registry, registry.assertion("de-polizei"), peer="192.0.2.1"))[0] == 200


async def test_whoever_holds_the_key_is_not_locked_out_by_a_clock_that_is_wrong(registry):
    now = registry.clock() // 10**6
    for _ in range(2 * FAILURES):
        assert (await attempt(registry, registry.assertion("fr-police", exp=now - 600)))[0] == 401
    used = registry.assertion("fr-police")
    assert (await attempt(registry, used))[0] == 200
    for _ in range(FAILURES):
        assert (await attempt(registry, used))[0] == 401
        assert (await attempt(registry, registry.assertion("fr-police", exp="soon")))[0] == 401
    assert (await attempt(registry, registry.assertion("fr-police")))[0] == 200
    assert registry.services.lock_out.tally["sign-in failed with the right key"] == 4 * FAILURES


async def test_an_operator_sees_a_lock_and_releases_it(registry):
    for _ in range(FAILURES):
        await attempt(registry, registry.assertion("fr-police", key=new_key("guess")))
    (lock,) = (await registry.get("xx-import", "/v1/sign-in-locks")).json["items"]
    assert (lock["kind"], lock["client"]) == ("client-at-peer", "fr-police")
    path = f"/v1/sign-in-locks/{lock['lock_ref']}/release"
    assert (await registry.post("fr-tj-lille", path, {}, key=None)).status == 403
    assert (await attempt(registry, registry.assertion("fr-police")))[0] == 401
    released = await registry.post("xx-import", path, {}, key=None)
    assert (released.status, released.json) == (200, {"lock_ref": lock["lock_ref"]})
    again = await registry.post("xx-import", path, {}, key=None)
    assert (again.status, again.json["code"]) == (404, "no-such-lock")
    assert (await attempt(registry, registry.assertion("fr-police")))[0] == 200
    assert (await registry.get("xx-import", "/v1/sign-in-locks")).json == {"items": []}


async def test_a_sign_in_that_cannot_be_remembered_is_no_failure_of_the_client(registry, monkeypatch):
    await registry.headers("xx-import")
    monkeypatch.setattr(registry.services.nonces, "_maximum", 0)
    for _ in range(FAILURES):
        status, body, headers, _ = await attempt(registry, registry.assertion("fr-police"))
        assert (status, body["code"], headers["Retry-After"]) == (503, "queue-full", "30")
    monkeypatch.undo()
    assert (await registry.get("xx-import", "/v1/sign-in-locks")).json == {"items": []}
    assert (await attempt(registry, registry.assertion("fr-police")))[0] == 200


def test_whom_an_assertion_names_is_read_without_believing_it():
    def naming(payload: str) -> str:
        return claimed_client(f"e30.{payload}.c2ln")

    assert naming("eyJzdWIiOiJmci1wb2xpY2UifQ") == "fr-police"
    for nobody in ("", "====", "W10", "eyJzdWIiOjd9", "e30", "eyJzdWIiOiJ4", "Zwetschgenkern", "\x00"):
        assert naming(nobody) == ""
    assert claimed_client("") == ""
    assert claimed_client("a." + "eyJzdWIiOiI" + "YWFh" * 60 + "In0") == ""
