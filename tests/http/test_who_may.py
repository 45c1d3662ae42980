"""Every route, asked by nobody and by every role that may not: made from the route table."""

import pytest

from registry.access.actors import Role
from registry.access.permissions import TABLE
from registry.api.routes import ROUTES
from tests.http.given import ROLES, an_order, day

REFERENCE = "7d444840-9dc0-11d1-b245-5ffdce74fad2"
GUARDED = [route for route in ROUTES if route.action is not None]
ONE_OF_EACH = {
    Role.COURT: "fr-tj-lille",
    Role.SERVING_AUTHORITY: "fr-huissier",
    Role.POLICE: "fr-police",
    Role.OPERATOR: "xx-import",
}


def path_of(route) -> str:
    return route.path.replace("{" + (route.reference or "") + "}", REFERENCE)


async def asked(registry, client, route):
    if route.method == "GET":
        return await registry.get(client, path_of(route))
    return await registry.post(client, path_of(route), b"{}")


def test_only_these_routes_are_public():
    public = [route.path for route in ROUTES if route.action is None]
    hashes = ["/checkpoint", "/log/keys", "/tile/{tile}", "/proof/consistency"]
    cards = ["/status/pack", "/status/keys", "/status/{list_ref}", "/card"]
    assert public == ["/v1/token", *hashes, *cards, "/v1/keys", "/openapi.json", "/livez", "/readyz", "/"]


async def test_nobody_may_do_anything_without_a_token(registry):
    for route in GUARDED:
        answer = await asked(registry, None, route)
        assert (answer.status, answer.json["code"]) == (401, "unauthenticated"), route.path
        assert answer.headers["WWW-Authenticate"]
    assert registry.head() == 0


@pytest.mark.parametrize("role", ONE_OF_EACH)
async def test_a_role_that_may_not_is_refused_before_its_body_is_read(registry, role):
    client = ONE_OF_EACH[role]
    assert ROLES[client][0] == [role.value]
    for route in GUARDED:
        answer = await asked(registry, client, route)
        if role in TABLE[route.action].roles:
            assert answer.status in {200, 404, 422, 428}, (route.path, answer.body)
        else:
            assert (answer.status, answer.json["code"]) == (403, "role-not-permitted"), route.path
    assert registry.head() == 0


async def test_an_order_of_others_is_not_told_from_one_that_is_not_there(registry):
    entered = (await registry.post("fr-tj-lille", "/v1/orders", an_order())).json
    for way in ("", "/history"):
        there = await registry.get("de-ag-mitte", f"/v1/orders/{entered['order_ref']}{way}")
        nowhere = await registry.get("de-ag-mitte", f"/v1/orders/{REFERENCE}{way}")
        malformed = await registry.get("de-ag-mitte", f"/v1/orders/Zwetschgenkern{way}")
        bodies = []
        for answer in (there, nowhere, malformed):
            assert answer.status == 404
            body = answer.json
            body.pop("request_id")
            bodies.append(body)
        assert bodies[0] == bodies[1] == bodies[2]


async def test_a_foreign_court_changes_nothing(registry):
    entered = (await registry.post("fr-tj-lille", "/v1/orders", an_order())).json
    before = registry.head()
    path = f"/v1/orders/{entered['order_ref']}"
    away = {"from": day("2026-06-01"), "reason": "WITHDRAWN"}
    own = await registry.post("de-ag-mitte", path + "/revocation", away, if_match='"1"')
    assert (own.status, own.json["code"]) == (404, "no-such-order")
    named = await registry.post("de-ag-mitte", path + "/revocation", away | {"jurisdiction": "FR"}, if_match='"1"')
    assert (named.status, named.json["code"]) == (404, "no-such-order")
    correction = {"corrects": entered["facts"][0], "issued": day("2026-05-02")}
    corrected = await registry.post("de-ag-mitte", path + "/correction", correction, if_match='"1"')
    assert (corrected.status, corrected.json["code"]) == (404, "no-such-order")
    certificate = {"form": "ARTICLE_5", "issued": day("2026-05-02")}
    certified = await registry.post("de-ag-mitte", path + "/certificate", certificate, if_match='"1"')
    assert certified.status == 404
    assert registry.head() == before


async def test_the_police_ask_in_their_own_jurisdiction(registry):
    question = {"purpose": "AT_THE_SCENE", "order_ref": REFERENCE, "jurisdiction": "FR"}
    answer = await registry.post("de-polizei", "/v1/checks", question, key=None)
    assert (answer.status, answer.json["code"]) == (403, "outside-own-jurisdiction")


async def test_a_search_by_protected_person_needs_an_incident(registry):
    person = {"name": {"family": "Martinsecret", "given": "Adasecret"}, "birth_date": "1990-02-03"}
    question = {"purpose": "PROTECTED_PERSON_SAFETY", "identity": person}
    answer = await registry.post("fr-police", "/v1/checks", question, key=None)
    assert (answer.status, answer.json["code"]) == (403, "incident-needed")
    assert b"secret" not in answer.body
