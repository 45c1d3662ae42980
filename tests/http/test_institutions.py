"""Institutions over HTTP: two persons change what one alone cannot, keys turn, a stolen key leaves facts in doubt."""

from datetime import date
from uuid import UUID

import pytest
from joserfc.jwk import OKPKey

from registry.commands.erasure import EraseFormer
from registry.commands.issuance import RevokeOrder
from registry.errors import Conflict, NotPermitted
from registry.values.erasure import ErasureGround
from registry.values.identifiers import InstitutionId, KeyId, OrderRef, PartyRef
from registry.values.issuance import EndReason
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import DAY, SECOND, LegalMoment
from tests.http.given import a_registry, an_order, day
from tests.journeys.following import follow

ROLES = {
    "fr-tj-lille": (["COURT"], ["FR"]),
    "fr-police": (["POLICE"], ["FR"]),
    "xx-operator": (["OPERATOR"], ["FR", "DE"]),
    "xx-supervisor": (["SUPERVISOR"], ["FR", "DE"]),
}
CHANGES = "/v1/institution-changes"


@pytest.fixture
async def founded(tmp_path):
    async with a_registry(tmp_path, roles=ROLES, recorded=True) as registry:
        registry.tokens["ann"] = await registry.sign_in("xx-operator", on_behalf_of="ann")
        registry.tokens["bob"] = await registry.sign_in("xx-supervisor", on_behalf_of="bob")
        registry.keys |= {"ann": registry.keys["xx-operator"], "bob": registry.keys["xx-supervisor"]}
        yield registry


def public(key: OKPKey) -> dict:
    return dict(key.as_dict(private=False)) | {"kid": key.kid}


def fresh(kid: str) -> OKPKey:
    return OKPKey.generate_key("Ed25519", parameters={"kid": kid})


async def propose(registry, **said):
    return await registry.post("ann", CHANGES, {"institution": "fr-tj-lille"} | said)


async def confirm(registry, receipt, by="bob"):
    path = f"{CHANGES}/{receipt['proposal_ref']}/confirmation"
    return await registry.post(by, path, {"digest": receipt["digest"]})


async def four_weeks_pass(registry, **keys: OKPKey) -> None:
    """Let the time pass in which nothing is erased that has just become erasable; tokens do not hold that long."""
    registry.clock.pass_seconds(28 * DAY // SECOND)
    registry.tokens.clear()
    for who, key in keys.items():
        registry.tokens[who] = await registry.sign_in("fr-tj-lille", key=key, kid=key.kid)


async def test_two_persons_enrol_a_court_and_it_signs_in_at_once(founded):
    registry, key = founded, fresh("d1")
    registry.keys["de-court"] = key
    rights = {"roles": ["COURT"], "jurisdictions": ["DE"], "purposes": ["INVESTIGATION"]}
    said = {"kind": "ENROL", "institution": "de-court", "name": "Amtsgericht", "contact": "+49 1", "rights": rights}
    proposed = (await registry.post("ann", CHANGES, said | {"keys": [{"key": public(key)}]}, key="enrol-de-1")).json
    again = (await registry.post("ann", CHANGES, said | {"keys": [{"key": public(key)}]}, key="enrol-de-1")).json
    assert again == proposed | {"replayed": True, "signed": again["signed"]}
    (shown,) = (await registry.get("bob", CHANGES)).json["items"]
    assert (shown["digest"], shown["proposed_by"]) == (proposed["digest"], "xx-operator")
    assert shown["change"]["rights"]["roles"] == ["COURT"]
    assert (await registry.get("fr-police", "/v1/institutions/de-court")).status == 404
    refused = await confirm(registry, proposed, by="ann")
    assert (refused.status, refused.json["code"]) == (403, "second-person-needed")
    assert (await confirm(registry, proposed)).status == 200
    assert (await registry.get("bob", CHANGES)).json["items"] == []
    await registry.sign_in("de-court", kid="d1")
    found = (await registry.get("fr-police", "/v1/institutions/de-court")).json
    assert (found["state"], found["keys"][0]["state"], found["keys"][0]["kid"]) == ("ENROLLED", "SIGNING", "d1")
    page = (await registry.get("fr-police", "/v1/institutions?limit=2")).json
    assert [each["institution"] for each in page["items"]] == ["de-court", "fr-police"]
    rest = (await registry.get("fr-police", f"/v1/institutions?after={page['next']}")).json
    assert [each["institution"] for each in rest["items"]] == ["fr-tj-lille", "xx-operator", "xx-supervisor"]
    assert rest["next"] is None


async def test_a_right_that_is_taken_away_is_gone_for_the_very_next_request_of_an_open_token(founded):
    registry = founded
    assert (await registry.post("fr-tj-lille", "/v1/orders", an_order())).status == 201
    narrower = {"roles": ["SERVING_AUTHORITY"], "jurisdictions": ["FR"]}
    proposed = (await propose(registry, kind="CHANGE_RIGHTS", rights=narrower)).json
    assert (await confirm(registry, proposed)).status == 200
    refused = await registry.post("fr-tj-lille", "/v1/orders", an_order())
    assert (refused.status, refused.json["code"]) == (403, "role-not-permitted")
    ended = (await propose(registry, kind="END")).json
    assert (await confirm(registry, ended)).status == 200
    assert (await registry.get("fr-tj-lille", "/v1/institutions")).status == 401


def under_way(registry, institution):
    """Give who speaks in a request that is past the door."""
    found = registry.services.enrolment().directory.find(InstitutionId(institution))
    return found.principal(KeyId("k1"))


async def withdrawn(registry, principal, order):
    command = RevokeOrder(
        order_ref=OrderRef(UUID(order["order_ref"])),
        from_=LegalMoment(date=date(2026, 6, 1), zone="Europe/Paris"),
        reason=EndReason.WITHDRAWN,
        revoked_in=Jurisdiction("FR"),
    )
    return await registry.services.executor.execute(command, principal=principal)


@pytest.mark.parametrize("how", ["suspended", "ended", "narrower", "elsewhere", "key retired", "key in wrong hands"])
async def test_a_request_that_is_past_the_door_is_refused_at_the_decision_once_its_right_is_gone(founded, how):
    registry = founded
    order = (await registry.post("fr-tj-lille", "/v1/orders", an_order())).json
    asked = under_way(registry, "fr-tj-lille")
    if how == "suspended":
        said = {"institution": "fr-tj-lille", "reason": "MISUSE"}
        assert (await registry.post("bob", "/v1/emergency-suspensions", said)).status == 201
    elif how.startswith("key"):
        key = fresh("2026-2")
        assert (await registry.post("fr-tj-lille", "/v1/keys", {"key": public(key)})).status == 201
        registry.tokens["new"] = await registry.sign_in("fr-tj-lille", key=key, kid="2026-2")
        registry.keys["new"] = key
        word, body = ("retirement", {}) if how == "key retired" else ("compromise", {"position": registry.head()})
        assert (await registry.post("new", f"/v1/keys/k1/{word}", body)).status == 200
    else:
        rights = {"roles": ["COURT"], "jurisdictions": ["DE"]} if how == "elsewhere" else None
        rights = rights or {"roles": ["SERVING_AUTHORITY"], "jurisdictions": ["FR"]}
        kind = {"kind": "END"} if how == "ended" else {"kind": "CHANGE_RIGHTS", "rights": rights}
        assert (await confirm(registry, (await propose(registry, **kind)).json)).status == 200
    before = registry.head()
    with pytest.raises(NotPermitted):
        await withdrawn(registry, asked, order)
    assert registry.head() == before


async def test_a_proposal_is_withdrawn(founded):
    proposed = (await propose(founded, kind="END")).json
    assert (await founded.post("ann", f"{CHANGES}/{proposed['proposal_ref']}/withdrawal", {})).status == 200
    refused = await confirm(founded, proposed)
    assert (refused.status, refused.json["code"]) == (404, "no-such-proposal")


async def test_an_emergency_counts_at_once_and_lapses_after_three_days(founded):
    registry = founded
    said = {"institution": "fr-tj-lille", "reason": "KEY_IN_WRONG_HANDS"}
    await registry.headers("fr-tj-lille")
    assert (await registry.post("bob", "/v1/emergency-suspensions", said)).status == 201
    assert (await registry.get("fr-tj-lille", "/v1/institutions")).status == 401
    shown = (await registry.get("ann", "/v1/institutions/fr-tj-lille")).json
    assert (shown["state"], shown["suspended_for"]) == ("SUSPENDED", "KEY_IN_WRONG_HANDS")
    registry.clock.pass_seconds(3 * DAY / SECOND)
    await registry.sign_in("fr-tj-lille")
    registry.tokens["ann"] = await registry.sign_in("xx-operator", on_behalf_of="ann")
    assert (await registry.get("ann", "/v1/institutions/fr-tj-lille")).json["state"] == "ENROLLED"


async def test_a_key_turns_with_an_overlap_and_the_old_token_ends_with_the_old_key(founded):
    registry, key = founded, fresh("2026-2")
    added = await registry.post("fr-tj-lille", "/v1/keys", {"key": public(key)})
    assert added.status == 201
    old = dict(await registry.headers("fr-tj-lille"))
    registry.tokens["new"] = await registry.sign_in("fr-tj-lille", key=key, kid="2026-2")
    registry.keys["new"] = key
    assert (await registry.get("fr-tj-lille", "/v1/institutions")).status == 200
    assert (await registry.post("new", "/v1/keys/k1/retirement", {})).status == 200
    assert old["Authorization"]
    assert (await registry.get("fr-tj-lille", "/v1/institutions")).status == 401
    refused = await registry.post("new", "/v1/keys/2026-2/retirement", {"at": "2027-01-01T00:00:00Z"})
    assert (refused.status, refused.json["code"]) == (409, "last-key")
    keys = (await registry.get("new", "/v1/institutions/fr-tj-lille")).json["keys"]
    assert [(each["kid"], each["state"]) for each in keys] == [("k1", "RETIRED"), ("2026-2", "SIGNING")]
    registry.keys["fr-tj-lille"] = key
    assert (await registry.post("new", "/v1/keys/k9/retirement", {})).json["code"] == "no-such-key"


async def test_a_key_is_announced_and_waits(founded):
    said = {"key": public(fresh("later")), "begins": "2027-01-01T00:00:00Z", "ends": "2027-06-01T00:00:00Z"}
    assert (await founded.post("fr-tj-lille", "/v1/keys", said)).status == 201
    keys = (await founded.get("fr-police", "/v1/institutions/fr-tj-lille")).json["keys"]
    assert [each["state"] for each in keys] == ["SIGNING", "WAITING"]


@pytest.mark.parametrize(
    "said",
    [
        {"key": {"kid": "a", "kty": "EC", "crv": "Ed25519", "x": "A" * 43}},
        {"key": {"kid": "a", "kty": "EC", "crv": "P-256", "x": "A" * 43}},
        {"key": {"kid": "a", "kty": "OKP", "crv": "Ed25519", "x": "A" * 43, "d": "A" * 43}},
        {"key": {"kid": "a", "kty": "OKP", "crv": "Ed25519", "x": "A" * 42}},
    ],
)
async def test_what_is_no_public_key_is_not_added(founded, said):
    refused = await founded.post("fr-tj-lille", "/v1/keys", said)
    assert (refused.status, refused.json["code"]) == (422, "does-not-fit")


async def test_a_compromise_has_a_position_or_an_instant(founded):
    for said in ({}, {"position": 1, "since": "2026-05-01T12:00:00Z"}):
        refused = await founded.post("fr-tj-lille", "/v1/keys/k1/compromise", said)
        assert (refused.status, refused.json["code"]) == (422, "does-not-fit")


def order_check(order_ref: str) -> dict:
    return {"order_ref": order_ref, "purpose": "AT_THE_SCENE"}


async def test_what_a_stolen_key_recorded_is_in_doubt_until_the_court_confirms_it(founded, tmp_path):
    registry, key = founded, fresh("2026-2")
    assert (await registry.post("fr-tj-lille", "/v1/keys", {"key": public(key)})).status == 201
    before = (await registry.post("fr-tj-lille", "/v1/orders", an_order(number="RG 1"))).json
    registry.clock.pass_seconds(60)
    stolen = (await registry.post("fr-tj-lille", "/v1/orders", an_order(number="RG 2"))).json
    away = {"from": day("2026-06-01"), "reason": "WITHDRAWN"}
    revoked = await registry.post("fr-tj-lille", f"/v1/orders/{before['order_ref']}/revocation", away, if_match='"1"')
    assert revoked.status == 200
    assert (await registry.post("fr-police", "/v1/checks", order_check(stolen["order_ref"]))).json["word"] == "IN FORCE"
    gone = (await registry.post("fr-police", "/v1/checks", order_check(before["order_ref"]))).json
    assert gone["word"] == "NOT IN FORCE"
    seen = registry.head()

    registry.tokens["court"] = await registry.sign_in("fr-tj-lille", key=key, kid="2026-2")
    registry.keys["court"] = key
    marked = await registry.post("court", "/v1/keys/k1/compromise", {"position": stolen["position"]})
    assert marked.status == 200
    assert (await registry.get("fr-tj-lille", "/v1/institutions")).status == 401
    for order in (stolen, before):
        answer = (await registry.post("fr-police", "/v1/checks", order_check(order["order_ref"]))).json
        assert answer["word"] == "CANNOT TELL"
        (shown,) = answer["orders"]
        assert shown["source"]["state"] == "DOUBTFUL"
        assert len(shown["doubts"]) == 1
    (doubtful,) = (await registry.get("court", f"/v1/orders/{before['order_ref']}")).json["doubts"]
    assert doubtful == revoked.json["facts"][0]
    then = {"known_at": gone["known_at"]}
    as_then = (await registry.post("fr-police", "/v1/checks", order_check(before["order_ref"]) | then)).json
    assert (as_then["word"], seen < registry.head()) == ("NOT IN FORCE", True)

    await follow(tmp_path, registry, "fr-tj-lille")
    registry.services.roster.catch_up()
    due = (await registry.get("court", "/v1/deadlines")).json["items"]
    assert {each["subject"] for each in due if each["kind"] == "FACT_IN_DOUBT"} == {stolen["facts"][0], doubtful}
    waiting = (await registry.get("court", "/v1/doubts")).json["items"]
    assert {each["fact_id"] for each in waiting} == {stolen["facts"][0], doubtful}
    confirmed = await registry.post("court", "/v1/doubts/confirmation", {"facts": [doubtful]})
    assert confirmed.status == 200
    assert (await registry.get("court", f"/v1/orders/{before['order_ref']}")).json["doubts"] == []
    answer = (await registry.post("fr-police", "/v1/checks", order_check(before["order_ref"]))).json
    assert answer["word"] == "NOT IN FORCE"
    await follow(tmp_path, registry, "fr-tj-lille")
    due = (await registry.get("court", "/v1/deadlines")).json["items"]
    assert [each["subject"] for each in due if each["kind"] == "FACT_IN_DOUBT"] == stolen["facts"]
    foreign = await registry.post("ann", "/v1/doubts/confirmation", {"facts": [stolen["facts"][0]]})
    assert (foreign.status, foreign.json["code"]) == (404, "no-such-fact-in-doubt")

    # What the thief entered is revoked by the court; that end is beyond doubt, and so is the word.
    ended = await registry.post("court", f"/v1/orders/{stolen['order_ref']}/revocation", away, if_match='"1"')
    assert ended.status == 200
    answer = (await registry.post("fr-police", "/v1/checks", order_check(stolen["order_ref"]))).json
    assert (answer["word"], answer["orders"][0]["source"]["state"]) == ("NOT IN FORCE", "CURRENT")


async def test_a_false_revocation_is_taken_back_and_the_order_stands(founded):
    registry, key = founded, fresh("2026-2")
    assert (await registry.post("fr-tj-lille", "/v1/keys", {"key": public(key)})).status == 201
    order = (await registry.post("fr-tj-lille", "/v1/orders", an_order())).json
    away = {"from": day("2026-06-01"), "reason": "WITHDRAWN"}
    path = f"/v1/orders/{order['order_ref']}"
    revoked = (await registry.post("fr-tj-lille", path + "/revocation", away, if_match='"1"')).json
    registry.tokens["court"] = await registry.sign_in("fr-tj-lille", key=key, kid="2026-2")
    registry.keys["court"] = key
    since = {"since": order["recorded_at"]}
    assert (await registry.post("court", "/v1/keys/k1/compromise", since)).status == 200
    said = {"corrects": revoked["facts"][0], "retracts": True}
    assert (await registry.post("court", path + "/correction", said, if_match='"2"')).status == 200
    answer = (await registry.post("fr-police", "/v1/checks", order_check(order["order_ref"]))).json
    assert (answer["word"], answer["orders"][0]["doubts"]) == ("IN FORCE", [])


async def test_an_order_whose_end_is_in_doubt_is_not_erased(founded, tmp_path):
    registry, key = founded, fresh("2026-2")
    assert (await registry.post("fr-tj-lille", "/v1/keys", {"key": public(key)})).status == 201
    order = (await registry.post("fr-tj-lille", "/v1/orders", an_order())).json
    away = {"from": day("2026-06-01"), "reason": "WITHDRAWN"}
    path = f"/v1/orders/{order['order_ref']}"
    revoked = (await registry.post("fr-tj-lille", path + "/revocation", away, if_match='"1"')).json
    registry.tokens["court"] = await registry.sign_in("fr-tj-lille", key=key, kid="2026-2")
    registry.keys["court"] = key

    async def asked() -> list[str]:
        found = (await registry.get("court", f"{path}/erasability?ground=UNLAWFUL")).json
        assert found["erasable"] is not bool(found["stands_against"])
        return [each["code"] for each in found["stands_against"]]

    assert await asked() == ["WAITING_PERIOD"]
    since = {"position": revoked["position"]}
    assert (await registry.post("court", "/v1/keys/k1/compromise", since)).status == 200
    assert await asked() == ["WAITING_PERIOD", "FACTS_IN_DOUBT"]
    await four_weeks_pass(registry, court=key)
    assert await asked() == ["FACTS_IN_DOUBT"]
    wanted = {"party_ref": order["parties"][0]["party_ref"], "ground": "UNLAWFUL"}
    refused = await registry.post("court", f"{path}/erasure", wanted, if_match='"2"')
    assert (refused.status, refused.json["code"]) == (409, "facts-in-doubt")
    await follow(tmp_path, registry, "fr-tj-lille")
    registry.services.roster.catch_up()
    confirmed = await registry.post("court", "/v1/doubts/confirmation", {"facts": revoked["facts"]})
    assert confirmed.status == 200
    assert await asked() == []
    assert (await registry.post("court", f"{path}/erasure", wanted, if_match='"2"')).status == 200


@pytest.mark.parametrize("ground", ["UNLAWFUL", "COURT_ORDERED"])
async def test_a_thief_ends_an_order_and_erases_nobody_before_the_key_is_marked(founded, ground):
    """One key that nobody has reported yet, one revocation, two erasures; the court finds it three weeks on."""
    registry, key = founded, fresh("2026-2")
    assert (await registry.post("fr-tj-lille", "/v1/keys", {"key": public(key)})).status == 201
    order = (await registry.post("fr-tj-lille", "/v1/orders", an_order())).json
    path = f"/v1/orders/{order['order_ref']}"
    away = {"from": day("2026-06-01"), "reason": "WITHDRAWN"}
    revoked = (await registry.post("fr-tj-lille", path + "/revocation", away, if_match='"1"')).json

    async def erased(who: str) -> set[tuple[int, str]]:
        wanted = [{"party_ref": each["party_ref"], "ground": ground} for each in order["parties"]]
        tries = [await registry.post(who, f"{path}/erasure", each, if_match='"2"') for each in wanted]
        return {(each.status, each.json["code"]) for each in tries}

    assert await erased("fr-tj-lille") == {(409, "waiting-period-runs")}
    registry.clock.pass_seconds(21 * DAY // SECOND)
    registry.tokens.clear()
    assert await erased("fr-tj-lille") == {(409, "waiting-period-runs")}
    registry.tokens["court"] = await registry.sign_in("fr-tj-lille", key=key, kid="2026-2")
    registry.keys["court"] = key
    since = {"position": revoked["position"]}
    assert (await registry.post("court", "/v1/keys/k1/compromise", since)).status == 200
    await four_weeks_pass(registry, court=key)
    assert await erased("court") == {(409, "facts-in-doubt")}
    said = {"corrects": revoked["facts"][0], "retracts": True}
    assert (await registry.post("court", path + "/correction", said, if_match='"2"')).status == 200
    answer = (await registry.post("fr-police", "/v1/checks", order_check(order["order_ref"]))).json
    assert (answer["word"], answer["orders"][0]["doubts"]) == ("IN FORCE", [])
    left = (await registry.get("court", f"{path}/erasability")).json["parties"]
    assert [each["anything_to_erase"] for each in left] == [True, True]
    (respondent,) = (each for each in (await registry.get("court", path)).json["parties"] if "identity" in each)
    assert respondent["identity"]["name"]["family"] == "Müller"


async def test_what_was_set_right_by_a_stolen_key_is_not_destroyed(founded):
    registry, key = founded, fresh("2026-2")
    assert (await registry.post("fr-tj-lille", "/v1/keys", {"key": public(key)})).status == 201
    order = (await registry.post("fr-tj-lille", "/v1/orders", an_order())).json
    path, party = f"/v1/orders/{order['order_ref']}", order["parties"][1]["party_ref"]
    away = {"party_ref": party, "identity": {"name": {"family": "Nobody", "given": "No"}}}
    said = {"corrects": order["facts"][0], "parties": [away]}
    corrected = await registry.post("fr-tj-lille", path + "/correction", said, if_match='"1"')
    assert corrected.status == 200, corrected.body
    registry.tokens["court"] = await registry.sign_in("fr-tj-lille", key=key, kid="2026-2")
    registry.keys["court"] = key
    since = {"position": corrected.json["position"]}
    assert (await registry.post("court", "/v1/keys/k1/compromise", since)).status == 200
    await four_weeks_pass(registry, court=key)
    wanted = EraseFormer(
        order_ref=OrderRef(UUID(order["order_ref"])), party=PartyRef(UUID(party)), ground=ErasureGround.RECTIFIED
    )
    court = registry.services.roster.enrolment(registry.clock()).directory.find(InstitutionId("fr-tj-lille"))
    principal = court.principal(KeyId("command-line"))
    with pytest.raises(Conflict, match="facts-in-doubt"):
        await registry.services.executor.execute(wanted, principal=principal)
    right = {"party_ref": party, "identity": {"name": {"family": "Müller", "given": "Ben"}}}
    said = {"corrects": order["facts"][0], "parties": [right]}
    assert (await registry.post("court", path + "/correction", said, if_match='"2"')).status == 200
    assert (await registry.services.executor.execute(wanted, principal=principal)).recorded


async def test_a_thief_with_two_keys_does_not_confirm_with_the_one_what_the_other_recorded(founded, tmp_path):
    registry, second, own = founded, fresh("thief"), fresh("own")
    for key in (second, own):
        assert (await registry.post("fr-tj-lille", "/v1/keys", {"key": public(key)})).status == 201
        registry.tokens[key.kid] = await registry.sign_in("fr-tj-lille", key=key, kid=key.kid)
        registry.keys[key.kid] = key
    order = (await registry.post("fr-tj-lille", "/v1/orders", an_order())).json
    away = {"from": day("2026-06-01"), "reason": "WITHDRAWN"}
    path = f"/v1/orders/{order['order_ref']}"
    revoked = (await registry.post("fr-tj-lille", path + "/revocation", away, if_match='"1"')).json

    async def word() -> str:
        return (await registry.post("fr-police", "/v1/checks", order_check(order["order_ref"]))).json["word"]

    async def asked_of() -> list[str]:
        await follow(tmp_path, registry, "fr-tj-lille")
        registry.services.roster.catch_up()
        due = (await registry.get("own", "/v1/deadlines")).json["items"]
        assert {each["subject"] for each in due if each["kind"] == "FACT_IN_DOUBT"} == {
            each["fact_id"] for each in (await registry.get("own", "/v1/doubts")).json["items"]
        }
        return [each["fact_id"] for each in (await registry.get("own", "/v1/doubts")).json["items"]]

    marking = {"position": revoked["position"]}
    assert (await registry.post("own", "/v1/keys/k1/compromise", marking)).status == 200
    assert await asked_of() == revoked["facts"]
    confirmed = await registry.post("thief", "/v1/doubts/confirmation", {"facts": revoked["facts"]})
    assert confirmed.status == 200
    assert (await word(), await asked_of()) == ("NOT IN FORCE", [])
    assert (await registry.post("own", "/v1/keys/thief/compromise", {"position": 1})).status == 200
    assert (await word(), await asked_of()) == ("CANNOT TELL", revoked["facts"])
    # What the court itself says of it counts: here that the false revocation is taken back.
    said = {"corrects": revoked["facts"][0], "retracts": True}
    assert (await registry.post("own", path + "/correction", said, if_match='"2"')).status == 200
    assert await word() == "IN FORCE"


async def test_a_purpose_that_an_institution_was_not_enrolled_with_is_refused(founded):
    registry = founded
    order = (await registry.post("fr-tj-lille", "/v1/orders", an_order())).json
    rights = {"roles": ["POLICE"], "jurisdictions": ["FR"], "purposes": ["INVESTIGATION"]}
    proposed = (await propose(registry, institution="fr-police", kind="CHANGE_RIGHTS", rights=rights)).json
    assert (await confirm(registry, proposed)).status == 200
    refused = await registry.post("fr-police", "/v1/checks", order_check(order["order_ref"]))
    assert (refused.status, refused.json["code"]) == (403, "purpose-not-enrolled")
    asked = order_check(order["order_ref"]) | {"purpose": "INVESTIGATION"}
    assert (await registry.post("fr-police", "/v1/checks", asked)).status == 200


async def test_two_persons_mark_anothers_key(founded):
    proposed = await propose(founded, kind="MARK_KEY_COMPROMISED", key_id="k1", compromise={"position": 1})
    assert (await confirm(founded, proposed.json)).status == 200
    keys = (await founded.get("ann", "/v1/institutions/fr-tj-lille")).json["keys"]
    assert (keys[0]["state"], keys[0]["compromised_from"]) == ("COMPROMISED", 1)
