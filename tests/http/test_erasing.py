"""Erasing over HTTP: asked first, refused with its law, done once, gone everywhere, and proved offline."""

from uuid import UUID

import orjson
import pytest

from registry.alerts.reactor import REGISTRY
from registry.commands.notice import IssueNotice
from registry.ledger.proof.checks import Outcome
from registry.ledger.proof.evidence import Trusted, read_evidence, verify_evidence
from registry.ledger.proof.policy import parse_policy
from registry.values.identifiers import FactId, InstitutionId, NoticeRef, OrderRef
from registry.values.jurisdiction import Jurisdiction
from registry.values.notice import NoticeKind
from tests.http.given import an_order, day
from tests.http.test_evidence import COURT, refused_by_court, refused_by_folder, told
from tests.journeys.following import follow
from tests.transparency import flipped

FRANCE, GERMANY, POLICE = "fr-tj-lille", "de-ag-mitte", "fr-police"
RETAINED = "RETENTION_OVER"
SECRETS = (b"Martinsecret", b"Adasecret", b"Hidden", b"1990-02-03")


def long_over(**changes) -> dict:
    """An order of 2016 that ended in 2017: every period of French law is over."""
    return an_order(issued=day("2016-02-01"), expiry={"kind": "GIVEN", "at": day("2017-08-01")}, **changes)


async def entered(registry, order=None):
    made = (await registry.post(FRANCE, "/v1/orders", order or long_over())).json
    parties = {each["label"]: each["party_ref"] for each in made["parties"]}
    return f"/v1/orders/{made['order_ref']}", parties


async def erase(registry, path, party, *, by=FRANCE, ground=RETAINED, version=1, key="fresh"):
    body = {"party_ref": party, "ground": ground}
    return await registry.post(by, f"{path}/erasure", body, key=key, if_match=f'"{version}"')


async def shown(registry, path, label):
    state = (await registry.get(FRANCE, path)).json
    return next(each for each in state["parties"] if each["role"] == label)


async def test_a_person_is_asked_about_erased_and_shown_no_more(registry):
    path, parties = await entered(registry)
    asked = await registry.get(FRANCE, f"{path}/erasability")
    assert (asked.json["erasable"], asked.json["stands_against"], asked.headers["ETag"]) == (True, [], '"1"')
    assert asked.json["erasable_from"] is not None
    assert [each["anything_to_erase"] for each in asked.json["parties"]] == [True, True]
    assert (await shown(registry, path, "RESPONDENT"))["identity"]["name"]["family"] == "Müller"
    answer = await erase(registry, path, parties["ben"])
    assert answer.status == 200, answer.body
    assert answer.json["subjects"] == [parties["ben"]]
    assert answer.json["signed"]
    respondent = await shown(registry, path, "RESPONDENT")
    assert (respondent["identity_missing"], "identity" in respondent) == ("erased", False)
    person = {"name": {"family": "Müller", "given": "Ben"}, "birth_date": "1985-04-12"}
    question = {"purpose": "AT_THE_SCENE", "identity": person, "jurisdiction": "FR"}
    assert (await registry.post(POLICE, "/v1/checks", question, key=None)).json["orders"] == []
    left = (await registry.get(FRANCE, f"{path}/erasability")).json["parties"]
    assert [(each["role"], each["anything_to_erase"], each["order_itself_goes_too"]) for each in left] == [
        ("PROTECTED", True, True),
        ("RESPONDENT", False, False),
    ]


async def test_the_same_request_twice_is_one_erasure_and_another_finds_nothing_left(registry):
    path, parties = await entered(registry)
    first = await erase(registry, path, parties["ada"], key="erase-ada-1")
    again = await erase(registry, path, parties["ada"], key="erase-ada-1")
    assert (again.status, again.json["replayed"]) == (200, True)
    assert (again.json["facts"], again.json["subjects"]) == (first.json["facts"], first.json["subjects"])
    late = await erase(registry, path, parties["ada"], version=2)
    assert (late.status, late.json["facts"], late.json["subjects"], late.json["signed"]) == (200, [], [], None)
    stale = await erase(registry, path, parties["ben"], version=1)
    assert (stale.status, stale.json["code"]) == (412, "order-has-changed")


async def test_the_last_party_takes_the_order_itself_along(registry):
    path, parties = await entered(registry)
    await erase(registry, path, parties["ada"])
    last = await erase(registry, path, parties["ben"], version=2)
    order_ref = path.rpartition("/")[2]
    assert last.json["subjects"] == [parties["ben"], order_ref]
    stated = await registry.get(FRANCE, f"{path}/erasure?party={order_ref}")
    assert stated.json["subject"] == order_ref


async def test_what_stands_against_it_is_told_with_its_law_and_its_end(registry):
    path, parties = await entered(registry, an_order())
    asked = (await registry.get(FRANCE, f"{path}/erasability")).json
    assert not asked["erasable"]
    assert {each["code"] for each in asked["stands_against"]} == {
        "ORDER_IN_FORCE",
        "RETENTION_PERIOD",
        "LIMITATION_PERIOD",
    }
    assert all(each["legal_basis"] and each["until"] for each in asked["stands_against"])
    assert asked["erasable_from"].startswith("2033-05-01")  # the day it ends in Paris, and six years
    refused = await erase(registry, path, parties["ada"])
    assert (refused.status, refused.json["code"]) == (409, "order-in-force")
    assert refused.json["legal_basis"]
    ordered = await registry.get(FRANCE, f"{path}/erasability?ground=COURT_ORDERED")
    assert {each["code"] for each in ordered.json["stands_against"]} == {"ORDER_IN_FORCE"}
    assert "identity" in await shown(registry, path, "RESPONDENT")


async def test_a_ground_that_erases_no_party_is_not_asked_for(registry):
    path, _ = await entered(registry)
    asked = await registry.get(FRANCE, f"{path}/erasability?ground=RECTIFIED")
    assert (asked.status, asked.json["code"]) == (400, "bad-parameter")


@pytest.mark.parametrize("order_ends", [{"kind": "NONE"}, {"kind": "UNKNOWN"}])
async def test_of_an_order_without_a_known_end_nobody_knows_from_when(registry, order_ends):
    path, _ = await entered(registry, an_order(expiry=order_ends))
    assert (await registry.get(FRANCE, f"{path}/erasability")).json["erasable_from"] is None


async def test_whoever_does_not_answer_for_the_record_neither_asks_nor_erases(registry):
    path, parties = await entered(registry)
    for answer in (
        await registry.get(GERMANY, f"{path}/erasability"),
        await erase(registry, path, parties["ada"], by=GERMANY),
        await registry.get(GERMANY, f"{path}/erasure?party={parties['ada']}"),
    ):
        assert (answer.status, answer.json["code"]) == (404, "no-such-order")
    for answer in (
        await registry.get(POLICE, f"{path}/erasability"),
        await erase(registry, path, parties["ada"], by=POLICE),
    ):
        assert (answer.status, answer.json["code"]) == (403, "role-not-permitted")
    nobody = await erase(registry, path, parties["ada"].replace(parties["ada"][:4], "0000"))
    assert (nobody.status, nobody.json["code"]) == (422, "no-such-party")


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("erasure", 400, "bad-parameter"),
        ("erasure?party=x", 400, "bad-parameter"),
        ("erasure?who=x", 400, "unknown-parameter"),
        ("erasability?ground=BECAUSE", 400, "bad-parameter"),
        ("erasure?party=7d444840-9dc0-41d1-b245-5ffdce74fad2", 404, "not-erased"),
        ("erasure/evidence?party=7d444840-9dc0-41d1-b245-5ffdce74fad2", 404, "not-erased"),
    ],
)
async def test_what_is_asked_wrongly_is_said(registry, query, status, code):
    path, _ = await entered(registry)
    answer = await registry.get(FRANCE, f"{path}/{query}")
    assert (answer.status, answer.json["code"]) == (status, code)


async def certified(registry):
    path, parties = await entered(registry)
    answer = await erase(registry, path, parties["ada"])
    way = f"{path}/erasure/evidence?party={parties['ada']}"
    early = await registry.get(FRANCE, way)
    assert (early.status, early.json["code"]) == (503, "no-checkpoint-yet")
    registry.publisher.step()
    return path, parties["ada"], answer.json, (await registry.get(FRANCE, way)).body


async def test_the_certificate_is_proved_offline_by_both_verifiers(registry):
    path, party, receipt, pack = await certified(registry)
    stated = (await registry.get(FRANCE, f"{path}/erasure?party={party}")).json
    assert (stated["fact_id"], stated["subject"], stated["by"]) == (receipt["facts"][0], party, FRANCE)
    assert stated["signed"] == orjson.loads(pack)["signed"]
    services = registry.services
    trusted = Trusted(
        receipt_key=services.checker.signer.public_jwk["x"], policy=parse_policy(services.log_policy.encode())
    )
    checks = {check.name: check for check in verify_evidence(read_evidence(pack), trusted)}
    open_ = {name for name, check in checks.items() if check.outcome is Outcome.NOT_CHECKED}
    assert open_ == {
        "older copies of the key",
        "question is the one that was answered",
        "entry 1 was seen by witnesses",
    }
    assert not [check for check in checks.values() if check.outcome is Outcome.FAILS]
    detail = checks["record in the log says who was erased"].detail
    order_ref = path.rpartition("/")[2]
    assert all(each in detail for each in (party, order_ref, RETAINED, FRANCE, stated["erased_at"]))
    assert f"position {stated['position']} of the ledger" in detail
    logs = [line.split()[1] for line in services.log_policy.splitlines() if line.startswith("log")]
    theirs = told(pack, log_keys=logs)
    assert theirs["record in the log says who was erased"] == "HOLDS"
    assert "FAILS" not in theirs.values()
    decoded = pack + b"".join(COURT.octets(each) for each in record_and_claims(pack))
    assert not [each for each in SECRETS if each in decoded]


def record_and_claims(pack):
    members = orjson.loads(pack)
    return members["record"], members["signed"].split(".")[1]


async def test_any_bit_that_turns_in_a_certificate_is_found_by_both(registry):
    _, _, _, pack = await certified(registry)
    members = orjson.loads(pack)
    for name in ("signed", "record"):
        for at in range(0, len(members[name]), max(1, len(members[name]) // 40)):
            turned = flipped(members[name].encode(), at * 8 + 1).decode("latin-1")
            changed = members | {name: turned}
            assert refused_by_folder(changed), (name, at)
            assert refused_by_court(changed), (name, at)


async def test_whoever_was_told_of_the_order_sees_the_certificate(registry):
    path, parties = await entered(registry)
    told_of = IssueNotice(
        notice_ref=NoticeRef(registry.services.executor.mint()),
        order_ref=OrderRef(UUID(path.rpartition("/")[2])),
        about=FactId(registry.services.executor.mint()),
        kind=NoticeKind.CERTIFICATE_ISSUED,
        recipient=InstitutionId("de-polizei"),
        jurisdiction=Jurisdiction("DE"),
        due=registry.clock(),
        basis="registry rule",
    )
    await erase(registry, path, parties["ada"])
    way = f"{path}/erasure?party={parties['ada']}"
    assert (await registry.get("de-polizei", way)).json["code"] == "no-such-order"
    await registry.services.executor.execute(told_of, principal=REGISTRY)
    assert (await registry.get("de-polizei", way)).json["subject"] == parties["ada"]


async def asks(registry, who, jurisdiction, path):
    question = {"purpose": "AT_THE_SCENE", "order_ref": path.rpartition("/")[2], "jurisdiction": jurisdiction}
    answer = await registry.post(who, "/v1/checks", question, key=None)
    assert answer.json["orders"], answer.body


async def test_whoever_was_shown_the_order_is_told_that_copies_go_and_sees_what_proves_it(registry, tmp_path):
    path, parties = await entered(registry)
    await asks(registry, POLICE, "FR", path)
    await asks(registry, GERMANY, "DE", path)
    receipt = (await erase(registry, path, parties["ada"])).json
    for who in (POLICE, GERMANY):
        await follow(tmp_path, registry, who)
        (notice,) = (await registry.get(who, "/v1/inbox")).json["items"]
        assert (notice["kind"], notice["about"]) == ("PERSON_ERASED", receipt["facts"][0])
        listed = (await registry.get(who, f"{path}/erasures")).json["items"]
        assert [(each["subject"], each["fact_id"]) for each in listed] == [(parties["ada"], notice["about"])]
        assert (await registry.get(who, f"{path}/erasure?party={parties['ada']}")).json == listed[0]
        done = await registry.post(who, f"/v1/notices/{notice['notice_ref']}/acknowledgment", {"answer": "ACCEPT"})
        assert done.status == 200, done.body
        assert not [each for each in SECRETS if each in orjson.dumps([notice, listed])]
    nobody = await registry.get("de-polizei", f"{path}/erasures")
    assert (nobody.status, nobody.json["code"]) == (404, "no-such-order")
    # To be told so opens the order to nobody.
    assert (await registry.get(GERMANY, path)).json["code"] == "no-such-order"


async def test_whoever_was_shown_what_was_wrong_is_told_that_it_was_set_right(registry, tmp_path):
    path, parties = await entered(registry)
    await asks(registry, POLICE, "FR", path)
    facts = (await registry.get(FRANCE, f"{path}/history")).json["items"]
    right = {"name": {"family": "Miller", "given": "Ben"}, "birth_date": "1985-04-12"}
    correction = {"corrects": facts[0]["fact_id"], "parties": [{"party_ref": parties["ben"], "identity": right}]}
    done = await registry.post(FRANCE, f"{path}/correction", correction, if_match='"1"')
    assert done.status == 200, done.body
    await follow(tmp_path, registry, POLICE)
    (notice,) = (await registry.get(POLICE, "/v1/inbox")).json["items"]
    assert (notice["kind"], notice["about"]) == ("PERSON_CORRECTED", done.json["facts"][0])
