"""Documents that a court hands in signed: kept with what they led to, given back, erased; all else is refused."""

import asyncio
import logging
import subprocess
import sys
from base64 import urlsafe_b64decode
from dataclasses import replace
from datetime import date
from hashlib import sha256
from uuid import UUID

import orjson
import pytest
from click.testing import CliRunner
from joserfc.jwk import OKPKey

from registry import handing_in
from registry.api.routes import ROUTES
from registry.cli import main
from registry.commands.erasure import EraseFormer
from registry.commands.issuance import RevokeOrder
from registry.events.catalogue import TOPICS
from registry.events.document import DocumentSigned
from registry.events.erasure import SubjectErased
from registry.events.look import LookTaken
from registry.handing_in import PARTING, HandedIn
from registry.law.erasable import WAITING
from registry.ledger import codec
from registry.ledger.leaf import base64url
from registry.ledger.proof.acts import ACTS
from registry.ledger.proof.checks import Outcome
from registry.ledger.proof.errors import NotVerified
from registry.ledger.proof.evidence import Trusted, read_evidence, verify_evidence, with_document, write_evidence
from registry.ledger.proof.handed_in import OF_THIS_ACT, SIGNED_DOCUMENT
from registry.ledger.proof.policy import parse_policy
from registry.messages.document import Bound, weigh_document
from registry.values.erasure import ErasureGround
from registry.values.identifiers import InstitutionId, KeyId, OrderRef
from registry.values.issuance import EndReason
from registry.values.jurisdiction import Jurisdiction
from registry.values.look import FieldClass
from registry.values.time import DAY, SECOND, LegalMoment
from registry.vault.documents import key_ids
from registry.views.police import DOCUMENT, SIGNED
from registry.views.police_rows import project
from tests.http.given import ISSUER, ROLES, a_registry, an_order, day
from tests.http.test_erasing import entered, erase, long_over
from tests.http.test_evidence import ALONE, COURT, pack_of
from tests.unit.messages.documents import header_of, held_document

WHO = "fr-tj-lille"
NAMED = "signature is the one that the log names"


def documents(registry) -> list:
    return [each for each in registry.ledger.reader.after(0, limit=1000) if isinstance(each.fact.event, DocumentSigned)]


async def sent(registry, body: bytes, document: str | None, *, client=WHO, path="/v1/orders", more=()):
    """Send a document under this signature of it, or under none, and the request signed as it goes."""
    headers = await registry.headers(client)
    headers |= {"Document-Signature": document} if document is not None else {}
    signed = registry.signature(client, path, {**headers, "Document-Signature": document or ""}, body)
    if document is None:
        signed["Signature-Input"] = signed["Signature-Input"].replace(' "document-signature"', "")
        bare = registry.signature(client, "/v1/checks", headers, body, target_uri=ISSUER + path)
        signed = bare
    headers |= signed
    lines = [*headers.items(), *more]
    async with registry.session.post(registry.url + path, data=body, headers=lines) as response:
        return response.status, orjson.loads(await response.read())


BODY = orjson.dumps(an_order())


async def test_a_document_is_kept_with_what_was_recorded_of_it(registry):
    compact = registry.document(WHO, "/v1/orders", BODY)
    status, receipt = await sent(registry, BODY, compact)
    assert status == 201
    order, document = registry.ledger.reader.after(0, limit=10)
    event = document.fact.event
    assert event.facts == (order.fact.fact_id,)
    assert (event.key_id, str(event.order_ref)) == ("k1", receipt["order_ref"])
    assert event.signature == base64url(sha256(compact.encode()).digest())
    assert (document.fact.causation, document.fact.actor) == (order.fact.fact_id, order.fact.actor)
    assert order.fact.version == 1  # the order is as if it had come without


async def test_fact_and_document_are_of_one_commit(registry):
    """What is not written with the facts is not acknowledged: a document that is refused takes the order along."""
    await sent(registry, BODY, first := registry.document(WHO, "/v1/orders", BODY))
    head = registry.head()
    other = orjson.dumps(an_order(number="RG 26/9"))
    again = registry.document(WHO, "/v1/orders", other, jti=header_of(first)["jti"])
    status, problem = await sent(registry, other, again)
    assert (status, problem["code"]) == (403, "document-signature-replayed")
    assert registry.head() == head
    assert len(registry.ledger.reader.rows(DOCUMENT, {})) == 1


async def test_the_same_request_again_gives_the_same_receipt_and_keeps_the_first_signature(registry):
    first = await registry.post(WHO, "/v1/orders", an_order(), key="one-and-the-same")
    again = await registry.post(WHO, "/v1/orders", an_order(), key="one-and-the-same")
    assert (again.json["replayed"], again.json["facts"]) == (True, first.json["facts"])
    assert len(documents(registry)) == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"institution": "de-ag-mitte"}, "document-signature-elsewhere"),
        ({"ledger": "urn:uuid:7d444840-9dc0-11d1-b245-5ffdce74fad2"}, "document-signature-elsewhere"),
        ({"target_uri": ISSUER + "/v1/violations"}, "document-signature-elsewhere"),
        ({"method": "PUT"}, "document-signature-elsewhere"),
        ({"kid": "k9"}, "document-signature-key-unknown"),
        ({"key": OKPKey.generate_key("Ed25519", parameters={"kid": "k1"})}, "document-signature-invalid"),
        ({"now": 1_789_900_000_000_000}, "document-signature-time"),
        ({"jti": "short"}, "document-signature-malformed"),
    ],
)
async def test_what_is_signed_otherwise_is_refused_logged_and_not_recorded(registry, caplog, changes, code):
    with caplog.at_level(logging.WARNING, "registry.security"):
        status, problem = await sent(registry, BODY, registry.document(WHO, "/v1/orders", BODY, **changes))
    assert (status, problem["code"]) == (403, code)
    assert problem["errors"] == [{"pointer": "Document-Signature", "code": code}]
    assert registry.head() == 0
    assert orjson.loads(caplog.records[-1].getMessage())["code"] == code


async def test_a_machine_does_not_come_without(registry):
    status, problem = await sent(registry, BODY, None)
    assert (status, problem["code"]) == (403, "document-signature-missing")
    assert registry.head() == 0


async def test_the_field_is_covered_by_the_signature_of_the_request(registry):
    headers = await registry.headers(WHO)
    headers |= registry.signature(WHO, "/v1/orders", headers, BODY)
    headers["Document-Signature"] = registry.document(WHO, "/v1/orders", BODY)
    async with registry.session.post(registry.url + "/v1/orders", data=BODY, headers=headers) as response:
        assert orjson.loads(await response.read())["code"] == "signature-invalid"


async def test_two_fields_are_refused(registry):
    compact = registry.document(WHO, "/v1/orders", BODY)
    status, problem = await sent(registry, BODY, compact, more=[("Document-Signature", compact)])
    assert (status, problem["code"]) == (403, "signature-coverage")


async def test_where_nothing_is_kept_no_signature_is_taken(registry):
    body, path = orjson.dumps({"reason": "LOST"}), "/v1/cards/7d444840-9dc0-11d1-b245-5ffdce74fad2/withdrawal"
    compact = registry.document(WHO, path, body)
    status, problem = await sent(registry, body, compact, path=path)
    assert (status, problem["code"]) == (403, "document-signature-not-taken")


FLAGGED = [route for route in ROUTES if route.document]


@pytest.mark.parametrize("route", FLAGGED, ids=lambda route: route.operation)
async def test_no_such_route_takes_a_document_under_a_wrong_signature(registry, route):
    """Before the body is even read as what it should be: so any body will do here."""
    path = route.path
    if route.reference:
        path = path.replace(f"{{{route.reference}}}", "7d444840-9dc0-11d1-b245-5ffdce74fad2")
    compact = registry.document(WHO, path, BODY)
    for wrong, code in (
        (registry.document(WHO, path, BODY + b" "), "document-signature-invalid"),
        (registry.document(WHO, path + "x", BODY), "document-signature-elsewhere"),
        (compact[:-4] + ("AAAA" if compact[-4:] != "AAAA" else "BBBA"), "document-signature-invalid"),
        (None, "document-signature-missing"),
    ):
        headers = await registry.headers(WHO, if_match='"1"')
        headers |= {"Document-Signature": wrong} if wrong else {}
        # Under the name of an address where no document is signed, the helper signs none.
        headers |= registry.signature(WHO, "/v1/checks", headers, BODY, target_uri=ISSUER + path)
        async with registry.session.post(registry.url + path, data=BODY, headers=headers) as response:
            said = orjson.loads(await response.read())
        assert (response.status, said["code"]) == (403, code), path
    assert registry.head() == 0


async def test_the_desk_has_document_and_signature_back_byte_by_byte(registry):
    compact = registry.document(WHO, "/v1/orders", BODY)
    _, receipt = await sent(registry, BODY, compact)
    answer = await registry.get(WHO, f"/v1/facts/{receipt['facts'][0]}/document")
    given = answer.json
    assert (given["institution"], given["key_id"], given["facts"]) == (WHO, "k1", receipt["facts"])
    assert given["signature"] == compact
    assert raw(given["document"]) == BODY
    (look,) = [
        each.fact.event for each in registry.ledger.reader.after(0, limit=100) if isinstance(each.fact.event, LookTaken)
    ]
    everything = {FieldClass.IDENTITY, FieldClass.ADDRESS, FieldClass.EVIDENCE}
    assert set(look.classes) == everything | {FieldClass.ORDER_FACTS}
    assert all(set(each.classes) == everything for each in look.parties)  # who is told of looks is told of the address
    assert {str(each.party_ref) for each in look.parties} == {each["party_ref"] for each in receipt["parties"]}


@pytest.mark.parametrize("client", ["de-ag-mitte", "fr-huissier", "fr-police", "fr-igpn"])
async def test_nobody_else_has_it(registry, client):
    receipt = (await registry.post(WHO, "/v1/orders", an_order())).json
    answer = await registry.get(client, f"/v1/facts/{receipt['facts'][0]}/document")
    assert answer.status in {403, 404}
    assert b"Martinsecret" not in answer.body


async def test_other_desks_of_the_country_have_it_only_where_they_wrote_it(tmp_path):
    """A document holds the protected person's address, which no desk is shown of an order."""
    more = {"fr-desk": (["EXECUTING_AUTHORITY"], ["FR"]), "fr-ta-nice": (["COURT"], ["FR"])}
    async with a_registry(tmp_path, roles=ROLES | more) as registry:
        order = (await registry.post(WHO, "/v1/orders", an_order())).json
        service = {"respondent": order["parties"][1]["party_ref"], "terms": 1, "state": "SERVED_PERSONAL"}
        path = f"/v1/orders/{order['order_ref']}/service"
        served = (await registry.post("fr-desk", path, service | {"at": day("2026-06-02")})).json
        head = registry.head()
        for client, fact in (("fr-desk", order), ("fr-ta-nice", order), ("fr-ta-nice", served)):
            answer = await registry.get(client, f"/v1/facts/{fact['facts'][0]}/document")
            assert (answer.status, answer.json["code"]) == (404, "no-such-document")
        assert registry.head() == head  # nothing was shown
        for client in ("fr-desk", WHO):
            assert (await registry.get(client, f"/v1/facts/{served['facts'][0]}/document")).status == 200


async def test_a_fact_without_a_document_has_none(registry):
    receipt = (await registry.post(WHO, "/v1/orders", an_order())).json
    document = documents(registry)[0].fact.fact_id
    for fact in (document, receipt["order_ref"]):
        answer = await registry.get(WHO, f"/v1/facts/{fact}/document")
        assert (answer.status, answer.json["code"]) == (404, "no-such-document")


def raw(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


async def a_full_pack(registry):
    receipt = (await registry.post(WHO, "/v1/orders", an_order())).json
    pack = await pack_of(registry, WHO, receipt["facts"][0])
    answer = await registry.get(WHO, f"/v1/facts/{receipt['facts'][0]}/document")
    return pack, answer.body, dict(registry.keys[WHO].as_dict(private=False))


async def test_both_verifiers_hold_the_document_to_the_log_and_to_the_courts_key(registry, tmp_path):
    pack, answer, key = await a_full_pack(registry)
    (tmp_path / "pack.json").write_bytes(pack)
    (tmp_path / "answer.json").write_bytes(answer)
    (tmp_path / "key.json").write_bytes(orjson.dumps(key))
    done = CliRunner().invoke(
        main, ["evidence", "add-document", str(tmp_path / "pack.json"), str(tmp_path / "answer.json")]
    )
    assert done.exit_code == 0
    (tmp_path / "full.json").write_text(done.stdout)
    (tmp_path / "policy").write_text(registry.services.log_policy)
    given = ["--document-key", str(tmp_path / "key.json"), "--policy", str(tmp_path / "policy")]
    options = [*given, "--json", str(tmp_path / "full.json")]
    done = CliRunner().invoke(main, ["evidence", "verify", *options])
    found = {each["check"]: each["outcome"] for each in orjson.loads(done.stdout)}
    assert (found[NAMED], found[SIGNED_DOCUMENT], found[OF_THIS_ACT]) == ("HOLDS", "HOLDS", "HOLDS")
    command = [sys.executable, "-I", str(ALONE), "full.json", "--document-key", orjson.dumps(key).decode()]
    for line in registry.services.log_policy.splitlines():
        command += ["--log-key", line.split()[1]] if line.startswith("log") else []
    alone = await asyncio.to_thread(subprocess.run, command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert alone.returncode == 0, alone.stdout + alone.stderr
    assert f"HOLDS        {SIGNED_DOCUMENT}" in alone.stdout
    assert f"HOLDS        {NAMED}" in alone.stdout


async def test_a_police_forces_older_kind_of_key_is_verified_too(registry):
    order = (await registry.post(WHO, "/v1/orders", an_order())).json
    body = orjson.dumps({
        "respondent": order["parties"][1]["party_ref"],
        "terms": 1,
        "state": "SERVED_PERSONAL",
        "at": day("2026-06-02"),
    })  # fmt: skip
    path = f"/v1/orders/{order['order_ref']}/service"
    served = await registry.post("de-polizei", path, body)
    assert served.status == 200, served.body
    pack = await pack_of(registry, "de-polizei", served.json["facts"][0])
    given = (await registry.get(WHO, f"/v1/facts/{served.json['facts'][0]}/document")).json
    full = with_document(read_evidence(pack), document=given["document"], signature=given["signature"])
    key = dict(registry.keys["de-polizei"].as_dict(private=False))
    checks = {each.name: each.outcome for each in verify_evidence(full, Trusted(document_key=key))}
    assert checks[SIGNED_DOCUMENT] is Outcome.HOLDS
    said = {name: outcome for outcome, name, _ in COURT.verify(COURT.parsed(write_evidence(full)), document_key=key)}
    assert said[SIGNED_DOCUMENT] == "HOLDS"


def turned(pack: bytes, way: str, key: dict) -> tuple[bytes, dict]:
    members = orjson.loads(pack)
    found = members["handed_in"]
    if way == "document":
        found["document"] = base64url(raw(found["document"]).replace(b"500", b"501"))
    elif way == "signature":
        head, signature = found["signature"].split("..")
        flipped = bytes([raw(signature)[0] ^ 1]) + raw(signature)[1:]
        found["signature"] = f"{head}..{base64url(flipped)}"
    elif way == "record":
        found["record"] = base64url(raw(found["record"]).replace(b'"key_id":"k1"', b'"key_id":"k2"'))
    elif way == "entry":
        found["entry"] = members["entries"][0]["entry"]
    elif way == "other key":
        key = dict(OKPKey.generate_key("Ed25519").as_dict(private=False))
    elif way == "key of another kind":
        key = {"kty": "EC", "crv": "P-256", "x": key["x"], "y": key["x"]}
    return orjson.dumps(members), key


@pytest.mark.parametrize("way", ["document", "signature", "record", "entry", "other key", "key of another kind"])
async def test_both_verifiers_find_what_was_changed(registry, way):
    pack, answer, key = await a_full_pack(registry)
    given = orjson.loads(answer)
    full = write_evidence(with_document(read_evidence(pack), document=given["document"], signature=given["signature"]))
    assert "FAILS" not in outcomes_of(full, key)
    changed, other = turned(full, way, key)
    both = outcomes_of(changed, other)
    assert both.count("FAILS") >= 2
    ours = [each.outcome.value for each in verify_evidence(read_evidence(changed), Trusted(document_key=other))]
    theirs = [outcome for outcome, _, _ in COURT.verify(COURT.parsed(changed), document_key=other)]
    assert "FAILS" in ours
    assert "FAILS" in theirs


def outcomes_of(pack: bytes, key) -> list[str]:
    ours = [each.outcome.value for each in verify_evidence(read_evidence(pack), Trusted(document_key=key))]
    return ours + [outcome for outcome, _, _ in COURT.verify(COURT.parsed(pack), document_key=key)]


async def test_the_document_of_another_act_does_not_go_into_the_pack(registry):
    pack, _, _ = await a_full_pack(registry)
    other = (await registry.post(WHO, "/v1/orders", an_order(number="RG 26/8"))).json
    given = (await registry.get(WHO, f"/v1/facts/{other['facts'][0]}/document")).json
    with pytest.raises(Exception, match="another than the one that the log names"):
        with_document(read_evidence(pack), document=given["document"], signature=given["signature"])


@pytest.mark.parametrize("whom", ["ada", "ben"])
async def test_erasing_either_party_makes_every_byte_of_it_unreadable_and_leaves_the_proof(registry, whom):
    path, parties = await entered(registry)
    (fact,) = [each.fact.event.facts[0] for each in documents(registry)]
    before = (await registry.get(WHO, f"/v1/facts/{fact}/document")).json
    stored = registry.ledger.reader.rows(DOCUMENT, {})
    assert (await erase(registry, path, parties[whom])).status == 200
    assert not registry.ledger.reader.rows(DOCUMENT, {})
    # Whoever kept the sealed bytes opens nothing with what is left of the keys.
    ring = registry.services.executor.ring
    assert len(key_ids(stored[0]["sealed"])) == 2
    gone = [each for each in key_ids(stored[0]["sealed"]) if not opens(ring, each)]
    assert len(gone) == 1
    answer = await registry.get(WHO, f"/v1/facts/{fact}/document")
    assert (answer.status, answer.json["document"], answer.json["signature"]) == (200, None, None)
    assert (answer.json["key_id"], answer.json["record"]) == (before["key_id"], before["record"])
    # What the court kept still proves what it handed in, and the registry's own pack still holds.
    pack = await pack_of(registry, WHO, fact)
    full = with_document(read_evidence(pack), document=before["document"], signature=before["signature"])
    key = dict(registry.keys[WHO].as_dict(private=False))
    policy = parse_policy(registry.services.log_policy.encode())
    checks = {each.name: each.outcome for each in verify_evidence(full, Trusted(document_key=key, policy=policy))}
    assert (checks[SIGNED_DOCUMENT], checks[NAMED]) == (Outcome.HOLDS, Outcome.HOLDS)
    (erased,) = [
        each.fact.event
        for each in registry.ledger.reader.after(0, limit=100)
        if isinstance(each.fact.event, SubjectErased)
    ]
    assert len(erased.documents) == 1


def opens(ring, key_id) -> bool:
    try:
        ring.to_open(key_id)
    except Exception:  # noqa: BLE001  # whatever it raises, it gives no key
        return False
    return True


async def test_what_is_handed_in_after_an_erasure_is_kept_for_those_who_are_left(registry):
    path, parties = await entered(registry, long_over())
    assert (await erase(registry, path, parties["ben"])).status == 200
    said = {"from": day("2017-07-01"), "reason": "WITHDRAWN"}
    assert (await registry.post(WHO, f"{path}/revocation", said, if_match='"2"')).status == 200
    (row,) = registry.ledger.reader.rows(DOCUMENT, {})
    assert len(key_ids(row["sealed"])) == 1


async def test_where_nobody_is_left_the_fact_stays_without_a_document(registry):
    path, parties = await entered(registry, long_over())
    assert (await erase(registry, path, parties["ben"])).status == 200
    assert (await erase(registry, path, parties["ada"], version=2)).status == 200
    said = {"from": day("2017-07-01"), "reason": "WITHDRAWN"}
    assert (await registry.post(WHO, f"{path}/revocation", said, if_match='"4"')).status == 200
    assert documents(registry)[-1].fact.event.document is None
    assert not registry.ledger.reader.rows(DOCUMENT, {})


async def test_no_clear_word_of_it_stands_in_the_ledger_and_folds_do_not_read_it(registry, monkeypatch):
    receipt = (await registry.post(WHO, "/v1/orders", an_order())).json
    document = documents(registry)[0]
    assert b"Martinsecret" not in orjson.dumps(document.fact)
    sealed = registry.ledger.reader.rows(DOCUMENT, {})[0]["sealed"]
    assert PARTING.join([b"", b"Martinsecret"]) not in sealed
    decoded: list[int] = []
    whole = codec.Codec.recorded

    def counted(self, stored):
        decoded.append(len(stored[4]))
        return whole(self, stored)

    monkeypatch.setattr(codec.Codec, "recorded", counted)
    await registry.get(WHO, f"/v1/orders/{receipt['order_ref']}")
    assert decoded
    assert sum(decoded) < len(sealed) + 4000  # facts alone: the document stands in none of them


async def test_its_row_can_be_made_anew_from_the_fact(registry):
    receipt = (await registry.post(WHO, "/v1/orders", an_order())).json
    (change,) = project(documents(registry)[0])
    (stored,) = registry.ledger.reader.rows(SIGNED, {})
    assert change.row == stored
    assert str(documents(registry)[0].fact.event.facts[0]) == receipt["facts"][0]


async def test_what_the_registry_keeps_verifies_by_the_key_alone(registry):
    compact = registry.document(WHO, "/v1/orders", BODY)
    await sent(registry, BODY, compact)
    fact = documents(registry)[0].fact.event.facts[0]
    given = (await registry.get(WHO, f"/v1/facts/{fact}/document")).json
    enrolment = registry.services.enrolment()
    keys = {kid: key for (who, kid), key in enrolment.keys.items() if who == WHO}
    header = header_of(given["signature"])
    bound = Bound(institution=header["iss"], ledger=header["aud"], method=header["htm"], target_uri=header["htu"])
    held_document(given["signature"], body=raw(given["document"]), bound=bound, now=registry.clock(), directory=keys)


async def test_what_sets_a_party_right_is_kept_under_the_next_key_and_stays_when_what_was_wrong_goes(registry):
    path, parties = await entered(registry, an_order())
    (first,) = [each.fact.event for each in documents(registry)]
    right = {"name": {"family": "Miller", "given": "Ben"}, "birth_date": "1985-04-12"}
    said = {"corrects": str(first.facts[0]), "parties": [{"party_ref": parties["ben"], "identity": right}]}
    assert (await registry.post(WHO, f"{path}/correction", said, if_match='"1"')).status == 200
    _, second = [each.fact.event for each in documents(registry)]
    registry.clock.pass_seconds((WAITING + DAY) // SECOND)
    registry.tokens.clear()
    wanted = EraseFormer(order_ref=first.order_ref, party=UUID(parties["ben"]), ground=ErasureGround.RECTIFIED)
    court = registry.services.enrolment().directory.find(WHO).principal(KeyId("command-line"))
    assert (await registry.services.executor.execute(wanted, principal=court)).recorded
    gone = (await registry.get(WHO, f"/v1/facts/{first.facts[0]}/document")).json
    kept = (await registry.get(WHO, f"/v1/facts/{second.facts[0]}/document")).json
    assert gone["document"] is None
    assert b"Miller" in raw(kept["document"])


async def test_whom_a_variation_brings_in_closes_its_document_and_not_the_one_before(registry):
    path, _ = await entered(registry, an_order())
    child = {"label": "child", "role": "PROTECTED", "identity": {"name": {"family": "M", "given": "Z"}}}
    said = {"conditions": [{"kind": "NO_CONTACT"}], "made": day("2026-06-01"), "added_parties": [child]}
    varied = await registry.post(WHO, f"{path}/variation", said, if_match='"1"')
    assert varied.status == 200, varied.body
    sizes = sorted(len(key_ids(row["sealed"])) for row in registry.ledger.reader.rows(DOCUMENT, {}))
    assert sizes == [2, 3]


async def kept_under(registry, path: str, body: bytes, command) -> str:
    """Let whoever runs the registry record a command with a document that was signed for this path; gives the fact."""
    services, court = registry.services, InstitutionId(WHO)
    keys = services.enrolment().keys
    bound = Bound(institution=court, ledger=services.checker.signer.issuer, method="POST", target_uri=ISSUER + path)
    compact = registry.document(WHO, path, body)
    signature = weigh_document([compact], bound, key_of=lambda kid: keys.get((court, KeyId(kid))), now=registry.clock())
    assert signature is not None
    principal = services.enrolment().directory.find(court).principal(KeyId("k1"))
    handed_in = HandedIn(content=body, signature=signature)
    receipt = await services.executor.execute(command, principal=principal, handed_in=handed_in)
    return str(receipt.facts[0])


@pytest.mark.parametrize(
    ("signed_for", "outcome"),
    [
        ("{own}/revocation", "HOLDS"),
        ("{other}/revocation", "FAILS"),
        ("{own}/extension", "FAILS"),
        ("/v1/violations", "FAILS"),
        ("{own}/unheard-of", "NOT CHECKED"),
    ],
)
async def test_both_verifiers_see_that_it_was_signed_for_another_order_or_another_act(registry, signed_for, outcome):
    own, _ = await entered(registry, an_order())
    other, _ = await entered(registry, an_order(number="RG 26/8"))
    body = orjson.dumps({"from": day("2026-06-01"), "reason": "WITHDRAWN"})
    path = signed_for.format(own=own, other=other)
    command = RevokeOrder(
        order_ref=OrderRef(UUID(own.rpartition("/")[2])),
        from_=LegalMoment(date=date(2026, 6, 1), zone="Europe/Paris"),
        reason=EndReason.WITHDRAWN,
        revoked_in=Jurisdiction("FR"),
    )
    fact = await kept_under(registry, path, body, command)
    given = (await registry.get(WHO, f"/v1/facts/{fact}/document")).json
    pack = read_evidence(await pack_of(registry, WHO, fact))
    (bare,) = [
        each for each in verify_evidence(replace(pack, handed_in=None), Trusted()) if each.name == SIGNED_DOCUMENT
    ]
    assert bare.detail == f"the pack names no document; recorded by {WHO} k1"
    found = replace(pack.handed_in, document=raw(given["document"]), signature=given["signature"])
    full, key = replace(pack, handed_in=found), dict(registry.keys[WHO].as_dict(private=False))
    policy = parse_policy(registry.services.log_policy.encode())
    ours = {each.name: each for each in verify_evidence(full, Trusted(document_key=key, policy=policy))}
    assert (ours[SIGNED_DOCUMENT].outcome.value, ours[OF_THIS_ACT].outcome.value) == ("HOLDS", outcome)
    logs = [line.split()[1] for line in registry.services.log_policy.splitlines() if line.startswith("log")]
    parsed = COURT.parsed(write_evidence(full))
    theirs = {name: said for said, name, _ in COURT.verify(parsed, log_keys=logs, document_key=key)}
    assert theirs[OF_THIS_ACT] == outcome
    if outcome == "FAILS":
        with pytest.raises(NotVerified, match="signed for"):
            with_document(pack, document=given["document"], signature=given["signature"])
    else:
        assert with_document(pack, document=given["document"], signature=given["signature"]) == full


def test_the_verifiers_know_every_act_that_is_signed_for_and_say_the_same_of_it():
    signed_for = {"/".join(route.path.removeprefix("/v1/").split("/")[::2]) for route in FLAGGED}
    assert set(ACTS) == signed_for
    assert {act: set(kinds) for act, kinds in COURT.ACTS.items()} == {act: set(ACTS[act]) for act in ACTS}
    kinds = {topic.rpartition(".")[0] for topic in TOPICS}
    assert set().union(*ACTS.values()) <= kinds


async def test_nothing_is_recorded_of_a_document_that_cannot_be_kept(registry, monkeypatch):
    path, _ = await entered(registry, an_order())
    head = registry.head()
    monkeypatch.setattr(handing_in, "fold", lambda _: None)  # as where the store that is read lags behind
    said = {"from": day("2026-06-01"), "reason": "WITHDRAWN"}
    answer = await registry.post(WHO, f"{path}/revocation", said, if_match='"1"')
    assert (answer.status, answer.json["code"]) == (503, "key-contested")
    assert registry.head() == head
    monkeypatch.undo()
    assert (await registry.post(WHO, f"{path}/revocation", said, if_match='"1"')).status == 200
