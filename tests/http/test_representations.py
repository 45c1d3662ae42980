"""Representations over HTTP: an advocates' organisation asks who looked for whom it acts for, and for nothing else."""

import orjson
import pytest
from joserfc.jwk import OKPKey

from registry.values.look import FieldClass, LookPurpose
from registry.values.time import DAY, SECOND
from tests.http.given import ROLES, a_registry, an_order, day
from tests.http.test_erasing import erase, long_over
from tests.http.test_looks import ADVOCATE, FRANCE, POLICE, SECRETS, acting_for, looks
from tests.http.test_who_looked import DELAY, as_officer, checks, told

OTHER, MIXED = "de-advocate", "fr-mixed"
EVERYBODY = ROLES | {
    ADVOCATE: (["ADVOCATE"], ["FR"]),
    OTHER: (["ADVOCATE"], ["DE"]),
    MIXED: (["ADVOCATE", "POLICE"], ["FR"]),
    "xx-operator": (["OPERATOR"], ["FR", "DE"]),
    "xx-supervisor": (["SUPERVISOR"], ["FR", "DE"]),
}
ABSENT = (404, "no-such-representation")
NOWHERE = "7d444840-9dc0-11d1-b245-5ffdce74fad2"


@pytest.fixture
async def registry(tmp_path):
    async with a_registry(tmp_path, roles=EVERYBODY, recorded=True) as made:
        for name, client in (("ann", "xx-operator"), ("bob", "xx-supervisor")):
            made.tokens[name] = await made.sign_in(client, on_behalf_of=name)
            made.keys[name] = made.keys[client]
        made.keys["second"] = OKPKey.generate_key("Ed25519", parameters={"kid": "second"})
        yield made


async def entered(registry, **changes):
    return (await registry.post(FRANCE, "/v1/orders", an_order(**changes))).json


async def asked(registry, ref, *, client=ADVOCATE, query=""):
    registry.tokens.pop(client, None)
    answer = await registry.get(client, f"/v1/representations/{ref}/looks{query}")
    return answer.json if answer.status == 200 else (answer.status, answer.json["code"])


async def ended(registry, ref, *, client=FRANCE):
    answer = await registry.post(client, f"/v1/representations/{ref}/end", {"reason": "REVOKED_BY_PARTY"})
    return answer.status if answer.status == 200 else (answer.status, answer.json["code"])


async def test_an_organisation_is_told_what_the_court_is_told_and_its_own_look_is_a_fact(registry):
    order = await entered(registry)
    path = f"/v1/orders/{order['order_ref']}"
    await checks(registry, path)
    ref = await acting_for(registry, order)
    (check,) = (await asked(registry, ref))["items"]
    assert (check["institution"], check["way"], check["purpose"]) == (POLICE, "CHECK", "INVESTIGATION")
    look = looks(registry)[-1]
    assert (look.actor.institution, look.event.purpose) == (ADVOCATE, LookPurpose.ACCOUNT_OF_LOOKS)
    assert (look.event.classes, look.event.parties) == ((FieldClass.ORDER_FACTS,), ())
    court = (await told(registry, path))["items"]
    assert court[0] == check
    assert court[1]["institution"] == ADVOCATE
    assert "o-77" not in str(court)


async def test_it_comes_in_pages(registry):
    order = await entered(registry)
    for _ in range(2):
        await checks(registry, f"/v1/orders/{order['order_ref']}")
    ref = await acting_for(registry, order)
    page = await asked(registry, ref, query="?limit=1")
    assert (len(page["items"]), page["items"][0]["way"]) == (1, "CHECK")
    rest = await asked(registry, ref, query=f"?after={page['next']}")
    assert [each["way"] for each in rest["items"]] == ["CHECK", "READ"]


async def test_what_is_held_back_takes_no_place_for_it_either(registry):
    order = await entered(registry)
    path = f"/v1/orders/{order['order_ref']}"
    await checks(registry, path)
    ref = await acting_for(registry, order)
    for officer in ("o-1", "o-2"):
        await as_officer(registry, POLICE, officer)
        await registry.post(POLICE, f"{path}/look-delays", DELAY)
    assert await asked(registry, ref) == {"items": [], "next": None}
    registry.clock.pass_seconds(91 * DAY // SECOND)
    assert (await asked(registry, ref))["items"][0]["institution"] == POLICE


async def test_to_whom_it_does_not_name_it_is_not_there(registry):
    order = await entered(registry)
    ref = await acting_for(registry, order)
    before = registry.head()
    for client in (OTHER, MIXED):
        assert await asked(registry, ref, client=client) == ABSENT
    assert await asked(registry, NOWHERE) == ABSENT
    for client in (FRANCE, POLICE):
        assert await asked(registry, ref, client=client) == (403, "role-not-permitted")
    assert registry.head() == before


async def test_nothing_else_of_the_order_is_shown_to_it(registry):
    order = await entered(registry)
    await acting_for(registry, order)
    path = f"/v1/orders/{order['order_ref']}"
    for way in ("", "/history", "/looks", "/representations", "/erasability"):
        assert (await registry.get(ADVOCATE, path + way)).json["code"] == "role-not-permitted"
    listed = (await registry.get(ADVOCATE, "/v1/representations")).json["items"]
    assert [set(each) for each in listed] == [{"representation_ref", "authorisation", "recorded_at", "until"}]
    assert order["order_ref"] not in str(listed)
    assert (await registry.get(OTHER, "/v1/representations")).json == {"items": [], "next": None}


async def test_the_court_sees_who_acts_for_whom_and_a_court_elsewhere_sees_no_order(registry):
    order = await entered(registry)
    first, second = await acting_for(registry, order), await acting_for(registry, order, organisation=OTHER)
    path = f"/v1/orders/{order['order_ref']}/representations"
    page = (await registry.get(FRANCE, f"{path}?limit=1")).json
    (one,) = page["items"]
    assert (one["representation_ref"], one["organisation"]) == (first, ADVOCATE)
    assert (one["party_ref"], one["name"]) == (order["parties"][0]["party_ref"], f"Name of {ADVOCATE}")
    (two,) = (await registry.get(FRANCE, f"{path}?after={page['next']}")).json["items"]
    assert two["representation_ref"] == second
    for client, where in (("de-ag-mitte", path), (FRANCE, f"/v1/orders/{NOWHERE}/representations")):
        answer = await registry.get(client, where)
        assert (answer.status, answer.json["code"]) == (404, "no-such-order")


async def test_the_court_ends_it_and_it_opens_nothing_from_then_on(registry):
    ref = await acting_for(registry, await entered(registry))
    assert await ended(registry, ref, client="de-ag-mitte") == ABSENT
    assert await ended(registry, NOWHERE) == ABSENT
    assert await ended(registry, ref) == 200
    assert await asked(registry, ref) == ABSENT
    assert await ended(registry, ref) == (409, "representation-ended")


async def test_it_ends_with_its_last_day_and_may_be_recorded_anew(registry):
    order = await entered(registry)
    ref = await acting_for(registry, order, until=day("2026-09-30"))
    registry.clock.pass_seconds(20 * DAY // SECOND)
    assert await asked(registry, ref) == ABSENT
    registry.tokens.clear()
    assert await ended(registry, ref) == (409, "representation-ended")
    assert (await registry.get(FRANCE, f"/v1/orders/{order['order_ref']}/representations")).json["items"] == []
    anew = await acting_for(registry, order)
    assert (await asked(registry, anew))["items"] != []


async def test_it_ends_when_the_party_is_erased(registry):
    order = await entered(registry, **long_over(number="RG 16/1"))
    ref, path = await acting_for(registry, order), f"/v1/orders/{order['order_ref']}"
    assert (await erase(registry, path, order["parties"][0]["party_ref"])).status == 200
    assert await asked(registry, ref) == ABSENT
    paper = {"organisation": OTHER, "authorisation": "POWER_OF_ATTORNEY", "until": day("2026-12-31")}
    paper |= {"party_ref": order["parties"][0]["party_ref"], "given_by": "PARTY"}
    answer = await registry.post(FRANCE, f"{path}/representations", paper)
    assert (answer.status, answer.json["code"]) == (409, "personal-data-erased")


async def test_a_suspension_ends_it_and_its_end_brings_nothing_back(registry):
    ref = await acting_for(registry, await entered(registry))
    said = {"institution": ADVOCATE, "reason": "MISUSE"}
    proposal = (await registry.post("ann", "/v1/emergency-suspensions", said)).json["proposal_ref"]
    lifted = await registry.post("ann", f"/v1/institution-changes/{proposal}/withdrawal", {})
    assert lifted.status == 200, lifted.body
    assert await asked(registry, ref) == ABSENT
    assert (await registry.get(ADVOCATE, "/v1/representations")).json["items"] == []


async def test_what_a_stolen_key_of_the_court_recorded_opens_nothing(registry):
    order = await entered(registry)
    before = registry.head()
    ref = await acting_for(registry, order)
    await lost_key(registry, before + 1)
    assert await asked(registry, ref) == ABSENT


async def test_what_a_stolen_key_recorded_is_listed_to_the_court_as_doubted_and_bars_nobody(registry):
    order = await entered(registry)
    path = f"/v1/orders/{order['order_ref']}/representations"
    added = {"key": registry.keys["second"].as_dict(private=False) | {"kid": "second"}}
    assert (await registry.post(FRANCE, "/v1/keys", added)).status == 201
    before = registry.head()
    doubted = await acting_for(registry, order)
    await lost_key(registry, before + 1)
    registry.keys[FRANCE] = registry.keys["second"]
    registry.tokens[FRANCE] = await registry.sign_in(FRANCE, kid="second")
    anew = await acting_for(registry, order)
    page = (await registry.get(FRANCE, path)).json["items"]
    assert [(each["representation_ref"], each["in_doubt"]) for each in page] == [(doubted, True), (anew, False)]
    (own,) = (await registry.get(ADVOCATE, "/v1/representations")).json["items"]
    assert own["representation_ref"] == anew
    assert await asked(registry, doubted) == ABSENT
    assert await ended(registry, doubted) == 200
    assert (await asked(registry, anew))["items"] != []


TWO_PROTECTED = [
    *an_order()["parties"],
    {"label": "child", "role": "PROTECTED", "identity": {"name": {"family": "Martin", "given": "Noa"}}},
]


async def test_who_helps_the_other_protected_party_is_not_told(registry):
    """Where one of them is helped says where she is; and the other's authorisation may come from whom she fled."""
    order = await entered(registry, parties=TWO_PROTECTED)
    ada, child = order["parties"][0], order["parties"][2]
    of_child = {"party_ref": child["party_ref"], "given_by": "COURT_APPOINTED"}
    hers = await acting_for(registry, order)
    childs = await acting_for(registry, order, organisation=OTHER, **of_child)
    await asked(registry, hers)
    await asked(registry, childs, client=OTHER)
    told_child = (await asked(registry, childs, client=OTHER))["items"]
    assert ADVOCATE not in str(told_child)
    assert {each["institution"] for each in told_child} == {OTHER}
    assert await ended(registry, hers) == 200
    assert ADVOCATE not in str(await asked(registry, childs, client=OTHER))
    court = (await told(registry, f"/v1/orders/{order['order_ref']}"))["items"]
    assert {each["institution"] for each in court} == {ADVOCATE, OTHER}
    assert ada["party_ref"] != child["party_ref"]


async def test_whoever_asks_in_the_same_partys_name_is_told_of(registry):
    order = await entered(registry, parties=TWO_PROTECTED)
    hers, also = await acting_for(registry, order), await acting_for(registry, order, organisation=OTHER)
    await asked(registry, also, client=OTHER)
    assert await ended(registry, also) == 200
    assert [each["institution"] for each in (await asked(registry, hers))["items"]] == [OTHER]


async def test_who_is_bound_by_the_same_order_has_nobody_act_for_them(registry):
    ben = {key: value for key, value in an_order()["parties"][1].items() if key != "address"}
    both = [*an_order()["parties"], ben | {"label": "ben-too", "role": "PROTECTED"}]
    order = await entered(registry, parties=both)
    paper = {"organisation": ADVOCATE, "authorisation": "WRITTEN_AUTHORISATION", "until": day("2026-12-31")}
    paper |= {"party_ref": order["parties"][2]["party_ref"], "given_by": "PARTY"}
    answer = await registry.post(FRANCE, f"/v1/orders/{order['order_ref']}/representations", paper)
    assert (answer.status, answer.json["code"]) == (422, "respondent-not-represented")


async def test_who_is_found_to_be_bound_as_well_is_told_no_more(registry):
    order = await entered(registry)
    ref, path = await acting_for(registry, order), f"/v1/orders/{order['order_ref']}"
    same = {"party_ref": order["parties"][1]["party_ref"], "identity": an_order()["parties"][0]["identity"]}
    said = {"corrects": order["facts"][0], "parties": [same]}
    assert (await registry.post(FRANCE, f"{path}/correction", said, if_match='"1"')).status == 200
    assert await asked(registry, ref) == ABSENT
    assert (await registry.get(ADVOCATE, "/v1/representations")).json["items"] == []


async def test_what_is_over_by_its_time_is_not_read_to_be_listed(registry):
    order = await entered(registry)
    await acting_for(registry, order, until=day("2026-09-30"))
    registry.clock.pass_seconds(20 * DAY // SECOND)
    registry.tokens.clear()
    standing = await acting_for(registry, order)
    read = []
    reader = registry.services.reader
    stream = type(reader).stream
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(reader), "stream", lambda self, ref: read.append(ref) or stream(self, ref))
        listed = (await registry.get(ADVOCATE, "/v1/representations?limit=1")).json
    assert [each["representation_ref"] for each in listed["items"]] == [standing]
    assert len(set(read)) == 2  # that one, and its order


async def lost_key(registry, position: int) -> None:
    """Have two persons mark the court's key as in wrong hands from a position on."""
    marked = {"key_id": key_of(registry), "compromise": {"position": position}}
    said = {"kind": "MARK_KEY_COMPROMISED", "institution": FRANCE} | marked
    change = await registry.post("ann", "/v1/institution-changes", said)
    assert change.status == 201, change.body
    confirm = f"/v1/institution-changes/{change.json['proposal_ref']}/confirmation"
    assert (await registry.post("bob", confirm, {"digest": change.json["digest"]})).status == 200


def key_of(registry) -> str:
    return next(entry["keys"][0]["kid"] for entry in registry.entries if entry["institution"] == FRANCE)


@pytest.mark.parametrize(
    ("changes", "code", "status"),
    [
        ({"organisation": "fr-police"}, "not-an-advocate", 422),
        ({"organisation": MIXED}, "not-an-advocate", 422),
        ({"organisation": "fr-nobody"}, "no-such-institution", 422),
        ({"party_ref": NOWHERE}, "no-such-party", 422),
        ({"party_ref": "the respondent's"}, "respondent-not-represented", 422),
        ({"given_by": "PROTECTED_PARTY"}, "no-other-protected-party", 422),
        ({"until": day("2026-09-01")}, "representation-over", 422),
        ({"until": day("2027-09-29")}, "representation-too-long", 422),
        ({}, "represented-already", 409),
    ],
)
async def test_what_is_refused(registry, changes, code, status):
    order = await entered(registry)
    await acting_for(registry, order)
    if "party_ref" in changes and changes["party_ref"] != NOWHERE:
        changes = {"party_ref": order["parties"][1]["party_ref"]}
    paper = {"organisation": ADVOCATE, "authorisation": "WRITTEN_AUTHORISATION", "until": day("2026-12-31")}
    paper |= {"party_ref": order["parties"][0]["party_ref"], "given_by": "PARTY"} | changes
    before = registry.head()
    answer = await registry.post(FRANCE, f"/v1/orders/{order['order_ref']}/representations", paper)
    assert (answer.status, answer.json["code"]) == (status, code)
    away = await registry.post("gb-court", f"/v1/orders/{order['order_ref']}/representations", paper)
    assert (away.status, away.json["code"]) == (404, "no-such-order")
    assert registry.head() == before


async def test_no_name_is_in_any_fact_of_it(registry):
    await acting_for(registry, await entered(registry))
    recorded = registry.ledger.reader.after(registry.head() - 2, limit=2)
    assert [each.fact.event.TOPIC for each in recorded] == ["representation.recorded.1", "document.signed.1"]
    said = b"".join(orjson.dumps(each.fact) for each in recorded)
    assert not [secret for secret in SECRETS if secret in said]
