"""What holds for every answer: its headers, its line in the log, and how a fault of ours is told."""

import logging
from uuid import UUID

import orjson
import pytest

from registry.sight import initials
from registry.values.parties import Name
from tests.http.given import an_order

HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


async def test_every_answer_has_the_headers_that_keep_it_from_others(registry):
    answers = [
        await registry.get(None, "/"),
        await registry.get(None, "/nothing"),
        await registry.get(None, "/v1/inbox"),
        await registry.post("fr-tj-lille", "/v1/orders", an_order()),
    ]
    for answer in answers:
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert len(answer.headers["X-Request-Id"]) == 16
        assert "Server" not in answer.headers


async def test_the_log_names_the_route_and_nobody(registry, caplog):
    caplog.set_level(logging.INFO, logger="registry.access")
    entered = (await registry.post("fr-tj-lille", "/v1/orders", an_order())).json
    await registry.get("fr-tj-lille", f"/v1/orders/{entered['order_ref']}/history?limit=7")
    await registry.get(None, "/Adasecret")
    lines = [orjson.loads(record.getMessage()) for record in caplog.records if record.name == "registry.access"]
    assert [line["route"] for line in lines] == ["/v1/token", "/v1/orders", "/v1/orders/{order_ref}/history", "-"]
    assert [line["institution"] for line in lines[1:]] == ["fr-tj-lille", "fr-tj-lille", None]
    for said in ("Adasecret", "limit", entered["order_ref"], "Python", "127.0.0.1"):
        assert said not in caplog.text


@pytest.mark.parametrize("path", ["/v1/token", "/nowhere"])
async def test_what_a_request_expects_is_not_quoted(registry, path):
    async with registry.session.post(registry.url + path, headers={"Expect": "Adasecret"}) as answer:
        assert (answer.status, await answer.read()) == (417, b"")
        assert answer.headers["Cache-Control"] == "no-store"


async def test_a_fault_of_ours_is_told_by_its_number_alone(registry, caplog):
    def broken():
        raise ValueError("Adasecret")

    object.__setattr__(registry.services, "views", broken)
    answer = await registry.get(None, "/readyz")
    assert (answer.status, answer.json["code"]) == (500, "internal")
    assert answer.json["incident"] in caplog.text
    assert "ValueError" in caplog.text
    assert "Adasecret" not in caplog.text + answer.body.decode()


async def test_health_tells_how_far_everything_is(registry):
    await registry.post("fr-tj-lille", "/v1/orders", an_order())
    ready = (await registry.get(None, "/readyz")).json
    log = {"origin": f"registry.test/po/{UUID(int=77)}", "signing": "NEW", "size": 0, "signed_size": 0}
    log |= {"witnessed_size": 0, "witnesses": {}}
    assert ready == {
        "status": "ready",
        "head": registry.head(),
        "view_lag": {"inbox": 0},
        "source_age_seconds": {},
        "spooled": 0,
        "log": log,
    }
    registry.publisher.step()
    ready = (await registry.get(None, "/readyz")).json
    assert ready["log"] == log | {"signing": "SIGNS", "size": 2, "signed_size": 2}
    description = await registry.get(None, "/openapi.json")
    assert description.json["openapi"] == "3.1.0"
    assert (await registry.get(None, "/")).json["description"] == "/openapi.json"


def test_initials_never_tell_a_whole_name():
    assert initials(Name(family="Martin", given="Ada Maria")) == "A. M."
    assert initials(Name(family="Martin")) == "M."
    assert initials(Name(family="Ó", given="Li")) == "L. ·"
    assert initials(Name(family="李", given="明")) == "· ·"
    assert initials(Name(family="김", given="민준")) == "· ·"
    assert initials(Name(family="محمود", given="أحمد")) == "أ. م."
