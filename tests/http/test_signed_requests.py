"""Machines sign what records something: refused by its code, logged without a name, and answered with a signature."""

import logging
import re
from threading import current_thread

import orjson
import pytest
from joserfc.jwk import OKPKey

from registry.access.actors import Role
from registry.access.directory import PublicKey
from registry.access.permissions import TABLE
from registry.api.routes import ROUTES
from registry.ledger.nonces import Nonces
from registry.messages.answer import hold_answer
from registry.values.identifiers import KeyId
from tests.http.given import ISSUER, an_order, entry

WHO = "fr-tj-lille"
QUESTION = {"purpose": "AT_THE_SCENE", "identity": {"name": {"family": "Nobody"}, "birth_date": "1985-04-12"}}
BODY = orjson.dumps(an_order())


async def sent(registry, headers, *, path="/v1/orders", body=BODY, method="POST"):
    async with registry.session.request(method, registry.url + path, data=body, headers=headers) as response:
        return response.status, response.headers, await response.read()


async def code_of(registry, headers, **more) -> str:
    status, _, body = await sent(registry, headers, **more)
    answered = orjson.loads(body)
    assert (status, answered["status"]) == (403, 403), answered
    return answered["code"]


async def headers_of(registry, client=WHO, path="/v1/orders", body=BODY, **changes):
    headers = await registry.headers(client)
    return headers | registry.signature(client, path, headers, body, **changes)


def test_every_route_that_records_something_is_signed():
    signed = {(route.method, route.path) for route in ROUTES if route.signed}
    assert signed == {(route.method, route.path) for route in ROUTES if route.method == "POST"} - {
        ("POST", "/v1/token")
    }
    assert ("POST", "/v1/checks") in signed


async def test_a_signed_request_is_recorded_under_the_key_that_signed(registry):
    second = OKPKey.generate_key("Ed25519", parameters={"kid": "k2"})
    (own,) = [each for each in registry.entries if each["institution"] == WHO]
    own["keys"] = [*own["keys"], dict(second.as_dict(private=False))]
    registry.entries = [*registry.entries, entry("xx-more", OKPKey.generate_key("Ed25519", parameters={"kid": "k1"}))]
    status, _, body = await sent(registry, await headers_of(registry, key=second, kid="k2"))
    assert status == 201
    recorded, _document = registry.services.reader.after(0, limit=5)
    assert (recorded.fact.actor.institution, recorded.fact.actor.key_id) == (WHO, "k2")
    assert str(recorded.fact.stream) == orjson.loads(body)["order_ref"]


async def test_what_is_not_signed_is_refused_before_its_body_is_read(registry):
    plain = await registry.headers(WHO)
    for route in ROUTES:
        if route.signed and registry_may(route):
            path = re.sub(r"\{[a-z]+_ref\}", "7d444840-9dc0-11d1-b245-5ffdce74fad2", route.path)
            path = re.sub(r"\{[a-z_]+\}", "k1", path)
            status, _, body = await sent(registry, {**plain, "If-Match": '"1"'}, path=path, body=b"{")
            assert (status, orjson.loads(body)["code"]) == (403, "signature-missing"), path
    assert registry.head() == 0


def registry_may(route) -> bool:
    return Role.COURT in TABLE[route.action].roles


async def test_a_replayed_request_is_refused_and_recorded_once(registry):
    headers = await headers_of(registry)
    assert (await sent(registry, headers))[0] == 201
    assert await code_of(registry, headers) == "signature-replayed"
    assert registry.head() == 2  # the order, and that its document was signed


async def test_a_replayed_check_is_refused_and_answered_once(registry):
    body = orjson.dumps(QUESTION)
    headers = await registry.headers("fr-police", key=None)
    headers |= registry.signature("fr-police", "/v1/checks", headers, body)
    assert (await sent(registry, headers, path="/v1/checks", body=body))[0] == 200
    assert await code_of(registry, headers, path="/v1/checks", body=body) == "signature-replayed"
    assert registry.head() == 1


async def test_a_request_whose_signature_is_wrong_spends_no_nonce(registry):
    headers = await headers_of(registry)
    assert await code_of(registry, headers, body=BODY + b" ") == "content-digest-wrong"
    assert await code_of(registry, headers | {"Idempotency-Key": "another-one"}) == "signature-invalid"
    assert (await sent(registry, headers))[0] == 201


async def test_the_same_nonce_of_another_institution_is_another(registry):
    for client in (WHO, "de-ag-mitte"):
        answer = await sent(registry, await headers_of(registry, client, nonce="the-same-nonce-twice"))
        assert orjson.loads(answer[2])["code" if answer[0] > 400 else "version"] in {1, "already-taken"}
    assert await code_of(registry, await headers_of(registry, nonce="the-same-nonce-twice")) == "signature-replayed"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"target_uri": ISSUER + "/v1/orders/"}, "signature-invalid"),
        ({"target_uri": "https://other.example/v1/orders"}, "signature-invalid"),
        ({"method": "PUT"}, "signature-invalid"),
        ({"kid": "k9"}, "signature-key-unknown"),
        ({"key": OKPKey.generate_key("Ed25519", parameters={"kid": "k1"})}, "signature-invalid"),
        ({"key": OKPKey.generate_key("Ed25519", parameters={"kid": "k9"})}, "signature-key-unknown"),
    ],
)
async def test_a_signature_of_something_else_is_refused(registry, changes, code):
    assert await code_of(registry, await headers_of(registry, **changes)) == code
    assert registry.head() == 0


@pytest.mark.parametrize(("seconds", "code"), [(-361, "signature-time"), (61 + 2, "signature-time")])
async def test_a_clock_that_is_too_far_off_is_refused(registry, seconds, code):
    headers = await headers_of(registry, now=registry.clock() + seconds * 1_000_000)
    assert await code_of(registry, headers) == code


@pytest.mark.parametrize("seconds", [-299, -359, 58])
async def test_a_clock_that_is_a_little_off_is_borne(registry, seconds):
    headers = await headers_of(registry, now=registry.clock() + seconds * 1_000_000)
    assert (await sent(registry, headers))[0] == 201


async def test_the_key_of_another_institution_signs_for_itself_alone(registry):
    headers = await headers_of(registry, key=registry.keys["de-ag-mitte"])
    assert await code_of(registry, headers) == "signature-invalid"


async def test_a_key_that_was_taken_out_of_the_directory_signs_no_more(registry):
    second = OKPKey.generate_key("Ed25519", parameters={"kid": "k2"})
    (own,) = [each for each in registry.entries if each["institution"] == WHO]
    only = own["keys"]
    own["keys"] = [*only, dict(second.as_dict(private=False))]
    registry.entries = [*registry.entries, entry("xx-one", OKPKey.generate_key("Ed25519", parameters={"kid": "k1"}))]
    assert (await sent(registry, await headers_of(registry, key=second, kid="k2")))[0] == 201
    own["keys"] = only
    registry.entries = [*registry.entries, entry("xx-two", OKPKey.generate_key("Ed25519", parameters={"kid": "k1"}))]
    assert await code_of(registry, await headers_of(registry, key=second, kid="k2")) == "signature-key-unknown"


async def test_a_token_of_an_officer_is_bound_to_the_signature(registry):
    headers = await headers_of(registry)
    other = await registry.sign_in(WHO, on_behalf_of="greffe-7")
    assert await code_of(registry, headers | {"Authorization": f"Bearer {other}"}) == "signature-invalid"


class Far:
    """A store of spent nonces behind a network: it must not be asked on the loop."""

    waits = True

    def __init__(self) -> None:
        self.threads: list[str] = []
        self.spent: set[bytes] = set()

    def run(self, sql, parameters, /):
        self.threads.append(current_thread().name)
        if not sql.startswith("INSERT"):
            return 0, [(len(self.spent),)]
        new = parameters[0] not in self.spent
        self.spent.add(parameters[0])
        return int(new), []

    def close(self) -> None:
        return


async def test_a_store_behind_a_network_holds_up_nobody_else(registry):
    far = Far()
    object.__setattr__(registry.services, "nonces", Nonces(far, "%s"))
    headers = await headers_of(registry)
    assert (await sent(registry, headers))[0] == 201
    assert await code_of(registry, headers) == "signature-replayed"
    assert current_thread().name not in far.threads


async def test_a_refusal_is_logged_and_counted_without_a_value(registry, caplog):
    caplog.set_level(logging.INFO)
    headers = await headers_of(registry)
    await sent(registry, headers | {"Idempotency-Key": "adasecret-key"})
    await sent(registry, {name: value for name, value in headers.items() if name != "Signature"})
    await registry.get(None, "/v1/inbox")
    await registry.get("fr-huissier", "/v1/inbox")
    lines = [orjson.loads(each.getMessage()) for each in caplog.records if each.name == "registry.security"]
    assert [(line["code"], line["route"], line["institution"], line["count"]) for line in lines] == [
        ("signature-invalid", "/v1/orders", WHO, 1),
        ("signature-malformed", "/v1/orders", WHO, 1),
        ("unauthenticated", "/v1/inbox", None, 1),
        ("role-not-permitted", "/v1/inbox", "fr-huissier", 1),
    ]
    assert registry.services.refusals["signature-invalid"] == 1
    for secret in ("adasecret", headers["Authorization"][-20:], headers["Signature"][5:-1], "Martin"):
        assert secret not in caplog.text


async def the_key(registry) -> PublicKey:
    (jwk,) = (await registry.get(None, "/v1/keys")).json["keys"]
    return PublicKey(kid=KeyId(jwk["kid"]), curve=jwk["crv"], x=jwk["x"])


async def test_receipt_and_refusal_are_signed_in_answer_to_their_request(registry):
    key = await the_key(registry)
    for body, status in ((BODY, 201), (b'{"court": 7}', 422)):
        headers = await headers_of(registry, body=body)
        answered, fields, read = await sent(registry, headers, body=body)
        assert answered == status
        now = registry.clock()
        hold_answer(key, status=status, headers=fields, body=read, asked=headers["Signature"], now=now)


async def test_nobody_gets_a_signature_for_what_they_did_not_sign(registry):
    _, fields, _ = await sent(registry, await registry.headers(WHO))
    assert "Signature" not in fields
    assert "Signature" not in (await registry.get(WHO, "/v1/inbox")).headers
