"""Signed documents of what belongs to an order: representations, answers to hits, links of parties."""

from base64 import urlsafe_b64decode
from dataclasses import replace
from uuid import UUID

import orjson
import pytest

from registry.ledger.proof.checks import Outcome
from registry.ledger.proof.evidence import Trusted, read_evidence, verify_evidence, with_document, write_evidence
from registry.ledger.proof.handed_in import OF_THIS_ACT, SIGNED_DOCUMENT
from registry.ledger.proof.policy import parse_policy
from registry.views.police import DOCUMENT, ORDER
from tests.http.given import ROLES, a_registry, an_order, day
from tests.http.test_erasing import erase, long_over
from tests.http.test_evidence import COURT, pack_of
from tests.http.test_handed_in import documents
from tests.http.test_hits import asked
from tests.http.test_looks import ADVOCATE

FRANCE, BERLIN = "fr-tj-lille", "de-ag-mitte"
NOWHERE = "7d444840-9dc0-11d1-b245-5ffdce74fad2"


@pytest.fixture
async def registry(tmp_path):
    async with a_registry(tmp_path, roles=ROLES | {ADVOCATE: (["ADVOCATE"], ["FR"])}, recorded=True) as made:
        yield made


async def entered(registry, client=FRANCE, **changes):
    answer = await registry.post(client, "/v1/orders", an_order(**changes))
    assert answer.status == 201, answer.body
    return answer.json


def paper(order, **more):
    said = {"organisation": ADVOCATE, "authorisation": "POWER_OF_ATTORNEY", "given_by": "PARTY"}
    return said | {"party_ref": order["parties"][0]["party_ref"], "until": day("2026-12-31")} | more


def sides(one, other):
    refs = [{"order_ref": each["order_ref"], "party_ref": each["parties"][1]["party_ref"]} for each in (one, other)]
    return {"one": refs[0], "other": refs[1]}


async def represented(registry):
    order = await entered(registry)
    path = f"/v1/orders/{order['order_ref']}/representations"
    return order, path, paper(order), await registry.post(FRANCE, path, paper(order))


async def no_more_represented(registry):
    order, _, _, made = await represented(registry)
    path, body = f"/v1/representations/{made.json['representation_ref']}/end", {"reason": "RENOUNCED"}
    return order, path, body, await registry.post(FRANCE, path, body)


async def answered(registry):
    hit, _ = await asked(registry)
    (row,) = registry.ledger.reader.rows(ORDER, {})
    order = {"order_ref": str(UUID(bytes=row["order_ref"]))}
    path, body = f"{hit}/answer", {"answer": "CONFIRMED"}
    return order, path, body, await registry.post(FRANCE, path, body)


async def linked(registry):
    order, other = await entered(registry), await entered(registry, number="RG 26/8")
    body = sides(order, other) | {"basis": "COURT_FINDING"}
    return order, "/v1/party-links", body, await registry.post(FRANCE, "/v1/party-links", body)


async def unlinked(registry):
    order, _, _, made = await linked(registry)
    path, body = f"/v1/party-links/{made.json['link_ref']}/retraction", {"reason": "ENTERED_IN_ERROR"}
    return order, path, body, await registry.post(FRANCE, path, body)


def decoded(text):
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.mark.parametrize("act", [represented, no_more_represented, answered, linked, unlinked])
async def test_a_court_is_held_to_what_it_signed_by_both_verifiers(registry, act):
    order, _, body, made = await act(registry)
    assert made.status in {200, 201}, made.body
    (fact,) = made.json["facts"]
    kept = documents(registry)[-1].fact.event
    assert ([str(each) for each in kept.facts], str(kept.order_ref)) == ([fact], order["order_ref"])
    given = (await registry.get(FRANCE, f"/v1/facts/{fact}/document")).json
    assert orjson.loads(decoded(given["document"])) == body
    pack = with_document(
        read_evidence(await pack_of(registry, FRANCE, fact)), document=given["document"], signature=given["signature"]
    )
    key, policy = dict(registry.keys[FRANCE].as_dict(private=False)), registry.services.log_policy
    trusted = Trusted(document_key=key, policy=parse_policy(policy.encode()))
    ours = {each.name: each.outcome for each in verify_evidence(pack, trusted)}
    assert (ours[SIGNED_DOCUMENT], ours[OF_THIS_ACT]) == (Outcome.HOLDS, Outcome.HOLDS)
    logs = [line.split()[1] for line in policy.splitlines() if line.startswith("log")]
    found = COURT.verify(COURT.parsed(write_evidence(pack)), log_keys=logs, document_key=key)
    theirs = {name: said for said, name, _ in found}
    assert (theirs[SIGNED_DOCUMENT], theirs[OF_THIS_ACT]) == ("HOLDS", "HOLDS")


@pytest.mark.parametrize("act", [represented, no_more_represented, answered, linked, unlinked])
async def test_a_machine_does_not_come_without(registry, act, monkeypatch):
    monkeypatch.setattr("tests.http.given.takes_document", lambda _, path: path == "/v1/orders")
    if act in {no_more_represented, unlinked}:
        # What it ends is made with a document, and ended without.
        monkeypatch.setattr(
            "tests.http.given.takes_document", lambda _, path: not path.endswith(("/end", "/retraction"))
        )
    _, _, _, made = await act(registry)
    assert (made.status, made.json["code"]) == (403, "document-signature-missing")


async def test_a_link_is_kept_for_the_order_of_whoever_says_it_on_whichever_side_it_stands(registry):
    theirs = await entered(registry, client=BERLIN, court={"code": "F1103"}, number="3 F 1/26")
    own = await entered(registry)
    body = sides(theirs, own) | {"basis": "COURT_FINDING"}
    made = await registry.post(FRANCE, "/v1/party-links", body)
    assert made.status == 201, made.body
    kept = documents(registry)[-1].fact.event
    assert str(kept.order_ref) == own["order_ref"]
    assert (await registry.get(FRANCE, f"/v1/facts/{made.json['facts'][0]}/document")).status == 200
    assert (await registry.get(BERLIN, f"/v1/facts/{made.json['facts'][0]}/document")).status == 404


@pytest.mark.parametrize("path", ["/v1/party-links", f"/v1/party-links/{NOWHERE}/retraction"])
async def test_of_a_link_of_nobodys_orders_nothing_is_kept(registry, path):
    nobodys = {"order_ref": NOWHERE, "party_ref": NOWHERE}
    link = {"one": nobodys, "other": nobodys | {"order_ref": str(UUID(int=9))}, "basis": "COURT_FINDING"}
    body = link if path.endswith("links") else {"reason": "ENTERED_IN_ERROR"}
    before = registry.head()
    assert (await registry.post(FRANCE, path, body)).status == 404
    assert registry.head() == before


async def test_erasing_the_party_makes_the_paper_of_who_acted_for_them_unreadable(registry):
    order = await entered(registry, **long_over(number="RG 16/1"))
    path = f"/v1/orders/{order['order_ref']}"
    made = await registry.post(FRANCE, f"{path}/representations", paper(order))
    fact = made.json["facts"][0]
    assert (await registry.get(FRANCE, f"/v1/facts/{fact}/document")).status == 200
    assert (await erase(registry, path, order["parties"][0]["party_ref"])).status == 200
    left = (await registry.get(FRANCE, f"/v1/facts/{fact}/document")).json
    assert (left["document"], left["signature"], left["key_id"]) == (None, None, "k1")
    assert registry.ledger.reader.rows(DOCUMENT, {"order_ref": UUID(order["order_ref"]).bytes}) == []


async def test_a_representation_signed_for_another_order_is_seen(registry):
    """Whoever runs the registry has a court's paper for one order, and shows it as that of another."""
    _, _, _, one = await represented(registry)
    other = await entered(registry, number="RG 26/8")
    two = await registry.post(FRANCE, f"/v1/orders/{other['order_ref']}/representations", paper(other))
    given = (await registry.get(FRANCE, f"/v1/facts/{one.json['facts'][0]}/document")).json
    pack = read_evidence(await pack_of(registry, FRANCE, two.json["facts"][0]))
    swapped = replace(
        pack, handed_in=replace(pack.handed_in, document=decoded(given["document"]), signature=given["signature"])
    )
    trusted = Trusted(document_key=dict(registry.keys[FRANCE].as_dict(private=False)))
    ours = {each.name: each.outcome for each in verify_evidence(swapped, trusted)}
    assert Outcome.FAILS in {ours[OF_THIS_ACT], *ours.values()}
    assert ours[OF_THIS_ACT] is Outcome.FAILS
