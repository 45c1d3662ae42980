"""What the registry puts its name to: receipts and answers that verify by a library, and that the log binds."""

from base64 import urlsafe_b64decode
from hashlib import sha256
from hmac import digest

import orjson
from joserfc import jws
from joserfc.jwk import OKPKey

from registry import signing
from registry.events.issuance import OrderIssued
from registry.ledger.codec import Codec, encode
from registry.ledger.leaf import base64url, record_digest
from registry.values.check import Word
from registry.values.identifiers import StreamId
from registry.vault.audit import open_query
from tests.http.given import an_order

WHO = "fr-tj-lille"


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def read(registry, compact: str, kind: str) -> dict:
    """Verify by a library that the registry does not sign with."""
    jwk = registry.services.checker.signer.public_jwk
    found = jws.deserialize_compact(compact, OKPKey.import_key(jwk), algorithms=["Ed25519"])
    assert found.headers() == {"alg": "Ed25519", "kid": jwk["kid"], "typ": kind}
    return orjson.loads(found.payload)


async def entries(registry) -> list[dict]:
    registry.publisher.step()
    size = registry.publisher.published().size
    bundle = (await registry.raw(f"/tile/entries/000.p/{size}", client=WHO)).body
    found = []
    while bundle:
        length = int.from_bytes(bundle[:2])
        found.append(orjson.loads(bundle[2 : 2 + length]))
        bundle = bundle[2 + length :]
    return found


async def test_a_receipt_names_the_records_that_the_log_has_entries_of(registry):
    receipt = (await registry.post(WHO, "/v1/orders", an_order())).json
    said = read(registry, receipt["signed"], "po-receipt+jwt")
    assert said["iss"] == f"urn:uuid:{registry.ledger.ledger_id}"
    assert (said["aud"], said["stream"], said["version"]) == (WHO, receipt["order_ref"], receipt["version"])
    assert [each["fact"] for each in said["facts"]] == receipt["facts"]
    logged = {entry["d"]: entry for entry in await entries(registry)}
    for each in said["facts"]:
        assert logged[each["record"]]["n"] == each["position"]
        assert logged[each["record"]]["k"] == each["kind"]


async def test_a_replayed_request_has_the_same_receipt_to_the_last_byte(registry):
    first = await registry.post(WHO, "/v1/orders", an_order(), key="the-same-key")
    again = await registry.post(WHO, "/v1/orders", an_order(), key="the-same-key")
    assert again.json["replayed"]
    assert again.json["signed"] == first.json["signed"]


async def test_an_answer_is_signed_and_its_digest_is_in_the_log(registry):
    order_ref = (await registry.post(WHO, "/v1/orders", an_order())).json["order_ref"]
    asked = {"jurisdiction": "FR", "purpose": "AT_THE_SCENE", "order_ref": order_ref}
    answer = (await registry.post("fr-police", "/v1/checks", asked)).json
    said = read(registry, answer["signed"], "po-answer+jwt")
    assert (said["aud"], said["jti"], said["word"]) == ("fr-police", answer["check_ref"], answer["word"])
    assert [each["order_ref"] for each in said["orders"]] == [order_ref]
    assert said["known_position"] == answer["known_position"]
    entry = (await entries(registry))[-1]
    assert entry["k"] == "check.answer_given"
    assert entry["r"] == base64url(sha256(answer["signed"].encode()).digest())
    assert entry["q"] == said["query"]


async def test_who_asked_can_show_what_was_asked_and_nobody_else_can(registry):
    asked = {
        "jurisdiction": "FR",
        "purpose": "AT_THE_SCENE",
        "identity": {"name": {"family": "Müller", "given": "Ben"}, "birth_date": "1980-01-02"},
    }
    answer = (await registry.post("fr-police", "/v1/checks", asked)).json
    said = read(registry, answer["signed"], "po-answer+jwt")
    recorded = registry.services.reader.after(0, limit=10)[-1]
    executor = registry.services.executor
    query, _ = open_query(
        recorded.fact.event.query,
        ledger=executor.ledger_id,
        stream=StreamId(recorded.fact.stream),
        fact_id=recorded.fact.fact_id,
        ring=executor.ring,
    )
    assert said["query"] == base64url(digest(decoded(answer["opening"]), query, "sha256"))
    assert "Müller" not in decoded(answer["signed"].split(".")[1]).decode()


async def test_an_entry_s_digest_can_be_made_again_from_the_record(registry):
    await registry.post(WHO, "/v1/orders", an_order())
    recorded = registry.services.reader.after(0, limit=10)
    made = [base64url(record_digest(*encode(each.fact))) for each in recorded]
    assert [entry["d"] for entry in await entries(registry)] == made


async def test_nothing_is_signed_where_nothing_was_recorded(registry):
    order_ref = (await registry.post(WHO, "/v1/orders", an_order())).json["order_ref"]
    revocation = {"from": {"date": "2026-06-01", "zone": "Europe/Paris"}, "reason": "WITHDRAWN"}
    first = await registry.post(WHO, f"/v1/orders/{order_ref}/revocation", revocation, if_match='"1"')
    assert first.status == 200
    again = await registry.post(WHO, f"/v1/orders/{order_ref}/revocation", revocation, if_match='"2"')
    assert (again.json["facts"], again.json["signed"]) == ([], None)


async def test_a_receipt_can_be_asked_how_far_it_is(registry):
    receipt = (await registry.post(WHO, "/v1/orders", an_order())).json
    fact = receipt["facts"][0]
    early = await registry.get(WHO, f"/v1/receipts/{fact}")
    assert (early.status, early.json["code"]) == (404, "no-such-receipt")
    registry.publisher.step()
    found = (await registry.get(WHO, f"/v1/receipts/{fact}")).json
    assert found["state"] == "PUBLISHED"
    assert found["index"] == 0
    assert found["signed_size"] == registry.publisher.published().size
    assert found["signed"] == receipt["signed"]
    assert orjson.loads(decoded(found["entry"]))["n"] == receipt["position"]
    another = await registry.get("de-polizei", f"/v1/receipts/{fact}")
    assert (another.status, another.json["code"]) == (404, "no-such-receipt")


async def test_an_answer_given_long_ago_is_signed_again_to_the_same_bytes(registry):
    order_ref = (await registry.post(WHO, "/v1/orders", an_order())).json["order_ref"]
    asked = {"jurisdiction": "FR", "purpose": "AT_THE_SCENE", "order_ref": order_ref}
    answer = (await registry.post("fr-police", "/v1/checks", asked)).json
    registry.publisher.step()
    fact = registry.services.reader.after(0, limit=10)[-1].fact
    found = (await registry.get("fr-police", f"/v1/receipts/{fact.fact_id}")).json
    assert found["signed"] == answer["signed"]
    assert found["kind"] == "check.answer_given"


async def test_a_receipt_is_the_same_after_its_facts_are_read_by_a_later_schema(registry):
    """As stored before a member was added, and as stored under a topic that another took the place of."""
    receipt = (await registry.post(WHO, "/v1/orders", an_order())).json
    (position, stream, version, topic, body, recorded_at) = registry.services.reader.stored_after(0, limit=1)[0]
    signer = registry.services.checker.signer
    lifting = Codec(
        topics={"order.issued.2": OrderIssued}, upcasts={topic: lambda event: ("order.issued.2", event | {"later": 1})}
    )
    lifted = lifting.recorded((position, stream, version, topic, body, recorded_at))
    assert signer.receipt([lifted]) == receipt["signed"]
    older = orjson.loads(body)
    del older["causation"]
    older = orjson.dumps(older)
    recorded = Codec().recorded((position, stream, version, topic, older, recorded_at))
    (said,) = read(registry, signer.receipt([recorded]), "po-receipt+jwt")["facts"]
    assert said["record"] == base64url(record_digest(topic, older))


async def test_an_answer_that_would_come_out_otherwise_than_it_was_given_is_not_signed_again(registry, monkeypatch):
    order_ref = (await registry.post(WHO, "/v1/orders", an_order())).json["order_ref"]
    asked = {"jurisdiction": "FR", "purpose": "AT_THE_SCENE", "order_ref": order_ref}
    await registry.post("fr-police", "/v1/checks", asked)
    registry.publisher.step()
    fact = registry.services.reader.after(0, limit=10)[-1].fact.fact_id
    paths = (f"/v1/receipts/{fact}", f"/v1/receipts/{fact}/evidence")
    monkeypatch.setattr(signing, "overall", lambda *_, **__: Word.NOT_IN_FORCE)  # it was said already
    before = [(await registry.get("fr-police", path)).json["signed"] for path in paths]
    assert before[0] == before[1]
    monkeypatch.setattr(signing, "iso", lambda _: "another form of a time")
    for path in paths:
        refused = await registry.get("fr-police", path)
        assert refused.status == 500
        assert b"signed" not in refused.body
