"""Break-glass over HTTP: it opens one order for an hour, it is loud, and a second person reviews it."""

import logging

import orjson
import pytest

from registry.alerts.reactor import REGISTRY
from registry.commands.erasure import EraseQueries
from registry.events.glass import GlassAlerted, GlassBroken
from registry.values.glass import GlassAlertReason
from registry.values.identifiers import InstitutionId
from registry.values.look import FieldClass, LookGround, LookPurpose
from registry.values.time import DAY, HOUR, SECOND
from registry.vault.audit import audit_month, audit_subject
from tests.http.given import a_registry, an_order
from tests.http.test_looks import FRANCE, looks
from tests.http.test_who_looked import as_officer, told

AWAY, SUPERVISOR, GERMANY = "de-polizei", "fr-igpn", "de-ag-mitte"
BREAK = {
    "ground": "THREAT_TO_LIFE",
    "incident": "VF-2026/77",
    "justification": "He says on the telephone that he is at her door with a knifesecret.",
}
ADDRESSES = (b"12 Hidden Lane", b"ada@hidden.example")
SECRETS = (b"Martinsecret", b"knifesecret", b"VF-2026/77", *ADDRESSES)
ROLES = {
    "fr-tj-lille": (["COURT"], ["FR"]),
    "fr-huissier": (["SERVING_AUTHORITY"], ["FR"]),
    "de-ag-mitte": (["COURT", "EXECUTING_AUTHORITY"], ["DE"]),
    "de-polizei": (["POLICE"], ["DE"]),
    "fr-police": (["POLICE"], ["FR"]),
    "fr-gendarmerie": (["POLICE", "SUPERVISOR"], ["FR"]),
    "fr-igpn": (["SUPERVISOR"], ["FR"]),
    "de-aufsicht": (["SUPERVISOR"], ["DE"]),
    "de-aufsicht-zwei": (["SUPERVISOR"], ["DE"]),
    "xx-import": (["OPERATOR"], ["FR", "DE"]),
}


@pytest.fixture
async def registry(tmp_path):
    async with a_registry(tmp_path, roles=ROLES) as found:
        yield found


async def entered(registry, **changes) -> str:
    return f"/v1/orders/{(await registry.post(FRANCE, '/v1/orders', an_order(**changes))).json['order_ref']}"


async def broken(registry, path, *, client=AWAY, officer="o-77", **more):
    await as_officer(registry, client, officer)
    return await registry.post(client, f"{path}/break-glass", BREAK | more)


async def opened(registry, glass, *, client=AWAY, officer="o-77"):
    await as_officer(registry, client, officer)
    return await registry.get(client, f"/v1/break-glass/{glass}/order")


async def review(registry, glass, *, client="de-aufsicht", officer="s-1", verdict="JUSTIFIED", reason="LIFE_IN_DANGER"):
    await as_officer(registry, client, officer)
    return await registry.post(client, f"/v1/break-glass/{glass}/review", {"verdict": verdict, "reason": reason})


def events(registry, kind):
    return [each.fact.event for each in registry.ledger.reader.after(0, limit=900) if isinstance(each.fact.event, kind)]


async def test_police_elsewhere_read_an_order_in_danger_to_life_and_a_look_says_so(registry):
    path = await entered(registry)
    assert (await registry.get(GERMANY, path)).status == 404
    receipt = await broken(registry, path)
    assert receipt.status == 201, receipt.body
    assert looks(registry) == []
    answer = await opened(registry, receipt.json["glass_ref"])
    assert answer.status == 200, answer.body
    families = {party["identity"]["name"]["family"] for party in answer.json["order"]["parties"]}
    assert families == {"Martinsecret", "Müller"}
    assert answer.json["whereabouts"] == []
    assert not [each for each in ADDRESSES if each in answer.body]
    (look,) = looks(registry)
    assert (look.event.purpose, look.event.ground) == (LookPurpose.BREAK_GLASS, LookGround.THREAT_TO_LIFE)
    assert (str(look.event.glass_ref), look.event.incident_stated) == (receipt.json["glass_ref"], True)
    assert (look.actor.institution, look.actor.on_behalf_of) == (AWAY, "o-77")


async def test_where_somebody_is_opens_only_if_it_was_stated_to_save_a_life(registry):
    withheld = an_order()["parties"]
    withheld[0] = withheld[0] | {"withheld": ["address"]}
    path = await entered(registry, parties=withheld)
    glass = (await broken(registry, path, whereabouts=True)).json["glass_ref"]
    ada, ben = (await opened(registry, glass)).json["whereabouts"]
    assert ada["address"] == {"lines": ["12 Hidden Lane"], "postcode": "59000", "country": "FR"}
    assert ada["contact"]["address"] == "ada@hidden.example"
    assert (ben["address"]["lines"], ben["contact"]) == (["9 Open Street"], None)
    (look,) = looks(registry)
    assert FieldClass.ADDRESS in look.event.classes


@pytest.mark.parametrize(
    ("client", "more"),
    [
        ("fr-huissier", {"whereabouts": True}),
        (GERMANY, {"whereabouts": True, "jurisdiction": "DE"}),
        (AWAY, {"whereabouts": True, "ground": "MISSING_PERSON"}),
    ],
)
async def test_where_somebody_is_opens_to_police_alone_and_never_to_find_a_missing_person(registry, client, more):
    path = await entered(registry)
    refused = await broken(registry, path, client=client, **more)
    assert (refused.status, refused.json["code"]) == (422, "whereabouts-not-opened")
    more = more | {"whereabouts": False}
    assert (await broken(registry, path, client=client, **more)).status == 201


@pytest.mark.parametrize("client", ["xx-import", SUPERVISOR])
async def test_operators_and_supervisors_break_no_glass(registry, client):
    path = await entered(registry)
    refused = await broken(registry, path, client=client)
    assert (refused.status, refused.json["code"]) == (403, "role-not-permitted")
    assert events(registry, GlassBroken) == []


async def test_it_needs_a_named_officer_danger_to_life_and_words_of_ones_own(registry):
    path = await entered(registry)
    registry.tokens.pop(AWAY, None)
    assert (await registry.post(AWAY, f"{path}/break-glass", BREAK)).json["code"] == "person-needed"
    assert (await broken(registry, path, ground="OWN_CASE")).json["code"] == "no-danger-to-life"
    for bad in ({"justification": "urgent"}, {"incident": "a b"}, {"justification": "x" * 2001}):
        assert (await broken(registry, path, **bad)).json["code"] == "does-not-fit"
    nowhere = "/v1/orders/7d444840-9dc0-11d1-b245-5ffdce74fad2"
    assert (await broken(registry, nowhere)).json["code"] == "no-such-order"
    assert events(registry, GlassBroken) == []


async def test_it_opens_to_one_officer_for_an_hour_and_to_nobody_else(registry):
    path = await entered(registry)
    glass = (await broken(registry, path)).json["glass_ref"]
    for client, officer in ((AWAY, "o-78"), (GERMANY, "o-77"), ("fr-police", "o-77")):
        answer = await opened(registry, glass, client=client, officer=officer)
        assert (answer.status, answer.json["code"]) == (404, "no-such-break-glass")
    assert (await registry.get(AWAY, f"/v1/break-glass/{path[-36:]}/order")).json["code"] == "no-such-break-glass"
    registry.clock.pass_seconds(HOUR // SECOND - 60)
    assert (await opened(registry, glass)).status == 200
    registry.clock.pass_seconds(120)
    assert (await opened(registry, glass)).json["code"] == "no-such-break-glass"
    assert len(looks(registry)) == 1


async def test_the_court_the_own_institution_and_the_supervisor_are_alerted_with_the_fact_itself(registry, caplog):
    path = await entered(registry)
    with caplog.at_level(logging.WARNING, logger="registry.security"):
        receipt = await broken(registry, path)
    alerts = events(registry, GlassAlerted)
    assert [each.recipient for each in alerts] == [FRANCE, AWAY, "de-aufsicht"]
    assert {each.reason for each in alerts} == {GlassAlertReason.BROKEN}
    assert len(receipt.json["facts"]) == 4
    (line,) = [record.getMessage() for record in caplog.records if record.name == "registry.security"]
    assert orjson.loads(line) == {"event": "glass-broken", "count": 1, "institution": AWAY}
    assert registry.services.glasses == {AWAY: 1}
    done = await registry.post(FRANCE, f"/v1/break-glass/{receipt.json['glass_ref']}/acknowledgment", {})
    assert done.status == 200
    stranger = await registry.post("fr-police", f"/v1/break-glass/{receipt.json['glass_ref']}/acknowledgment", {})
    assert stranger.json["code"] == "no-such-break-glass"


@pytest.mark.parametrize(
    ("client", "whereabouts", "fields"),
    [
        (AWAY, True, {"number", "names", "where"}),
        (AWAY, False, {"number", "names"}),
        ("fr-huissier", False, {"number", "names"}),
        (GERMANY, False, {"number", "names"}),
        (FRANCE, False, {"number", "names"}),
    ],
)
async def test_an_answer_under_it_holds_what_was_granted_and_no_words_of_the_order(
    registry, client, whereabouts, fields
):
    path = await entered(registry)
    more = {"whereabouts": whereabouts} | ({"jurisdiction": "DE"} if client == GERMANY else {})
    glass = (await broken(registry, path, client=client, **more)).json["glass_ref"]
    body = (await opened(registry, glass, client=client)).body
    words = {
        "number": (b"RG 26/01234",),
        "names": (b"Martinsecret", b"Adasecret", b"1990-02-03", b"1985-04-12"),
        "where": (*ADDRESSES, b"59000", b"9 Open Street"),
        "text": (b"He must not go near",),
    }
    held = {kind for kind, each in words.items() if any(word in body for word in each)}
    assert held == fields
    assert all(word in body for kind in fields for word in words[kind])


async def test_the_same_request_again_opens_nothing_anew(registry):
    path = await entered(registry)
    await as_officer(registry, AWAY, "o-77")
    first = await registry.post(AWAY, f"{path}/break-glass", BREAK, key="one-and-the-same")
    again = await registry.post(AWAY, f"{path}/break-glass", BREAK, key="one-and-the-same")
    assert (again.json["glass_ref"], again.json["replayed"]) == (first.json["glass_ref"], True)
    assert registry.services.glasses == {AWAY: 1}


async def test_no_fact_holds_a_name_an_address_or_a_word_of_the_justification(registry):
    path = await entered(registry)
    glass = (await broken(registry, path, whereabouts=True)).json["glass_ref"]
    await opened(registry, glass)
    await review(registry, glass)
    said = b"".join(orjson.dumps(each.fact) for each in registry.ledger.reader.after(0, limit=500))
    assert not [secret for secret in SECRETS if secret in said]


async def test_a_supervisor_sees_what_waits_reads_why_and_reviews_it(registry):
    path = await entered(registry)
    glass = (await broken(registry, path)).json["glass_ref"]
    await as_officer(registry, "de-aufsicht", "s-1")
    (waiting,) = (await registry.get("de-aufsicht", "/v1/supervision/break-glass")).json["items"]
    assert (waiting["glass_ref"], waiting["officer"], waiting["overdue"]) == (glass, "o-77", False)
    stated = await registry.get("de-aufsicht", f"/v1/break-glass/{glass}")
    assert (stated.json["incident"], stated.json["justification"]) == (BREAK["incident"], BREAK["justification"])
    assert looks(registry)[-1].event.purpose is LookPurpose.BREAK_GLASS_REVIEW
    assert (await review(registry, glass, reason="NO_DANGER")).json["code"] == "reason-of-another-verdict"
    assert (await review(registry, glass)).status == 200
    assert (await registry.get("de-aufsicht", "/v1/supervision/break-glass")).json["items"] == []
    (kept,) = (await registry.get("de-aufsicht", "/v1/supervision/break-glass?state=ALL")).json["items"]
    assert kept["verdict"] == "JUSTIFIED"


async def test_a_supervisor_of_another_place_finds_nothing(registry):
    path = await entered(registry)
    glass = (await broken(registry, path)).json["glass_ref"]
    await as_officer(registry, SUPERVISOR, "s-9")
    assert (await registry.get(SUPERVISOR, "/v1/supervision/break-glass")).json["items"] == []
    assert (await registry.get(SUPERVISOR, f"/v1/break-glass/{glass}")).json["code"] == "no-such-break-glass"
    assert (await review(registry, glass, client=SUPERVISOR)).json["code"] == "no-such-break-glass"
    nothing = await registry.get(SUPERVISOR, f"/v1/break-glass/{path[-36:]}")
    assert nothing.json["code"] == "no-such-break-glass"


async def test_nobody_reviews_their_own_nor_by_the_key_that_broke_it(registry):
    path = await entered(registry)
    own = "fr-gendarmerie"
    glass = (await broken(registry, path, client=own)).json["glass_ref"]
    assert [each.recipient for each in events(registry, GlassAlerted)][1] == own
    for officer in ("o-77", "o-78"):  # another person, but the same key spoke for both
        refused = await review(registry, glass, client=own, officer=officer)
        assert (refused.status, refused.json["code"]) == (403, "second-person-needed")
    registry.tokens.pop(SUPERVISOR, None)
    body = {"verdict": "JUSTIFIED", "reason": "LIFE_IN_DANGER"}
    unnamed = await registry.post(SUPERVISOR, f"/v1/break-glass/{glass}/review", body)
    assert unnamed.json["code"] == "person-needed"
    assert (await review(registry, glass, client=SUPERVISOR)).status == 200


async def test_one_that_was_not_justified_bars_its_officer_closes_at_once_and_a_third_person_may_say_otherwise(
    registry,
):
    path = await entered(registry)
    glass = (await broken(registry, path)).json["glass_ref"]
    wrong = {"verdict": "NOT_JUSTIFIED", "reason": "PRIVATE_INTEREST"}
    assert (await review(registry, glass, **wrong)).status == 200
    assert (await opened(registry, glass)).status == 404
    refused = await broken(registry, path)
    assert (refused.status, refused.json["code"]) == (403, "break-glass-barred")
    nowhere = "/v1/orders/7d444840-9dc0-11d1-b245-5ffdce74fad2"
    assert (await broken(registry, nowhere)).json["code"] == "break-glass-barred"  # and says nothing of any order
    assert (await broken(registry, path, officer="o-78")).status == 201
    assert (await review(registry, glass)).json["code"] == "second-person-needed"
    assert (await review(registry, glass, client="de-aufsicht-zwei", officer="s-2")).status == 200
    assert (await broken(registry, path)).status == 201


async def test_one_that_was_not_justified_closes_what_its_officer_has_open_of_other_orders(registry):
    first, second = await entered(registry), await entered(registry, number="RG 26/2")
    wrong, other = [(await broken(registry, path)).json["glass_ref"] for path in (first, second)]
    assert (await opened(registry, other)).status == 200
    assert (await review(registry, wrong, verdict="NOT_JUSTIFIED", reason="PRIVATE_INTEREST")).status == 200
    assert (await opened(registry, other)).json["code"] == "no-such-break-glass"
    assert (await review(registry, other)).status == 200
    assert (await opened(registry, other)).status == 200


async def test_an_officer_with_five_that_wait_breaks_no_sixth_and_a_colleague_does(registry):
    path = await entered(registry)
    broke = [(await broken(registry, path)).json["glass_ref"] for _ in range(5)]
    assert len(set(broke)) == 5
    assert (await broken(registry, path)).json["code"] == "break-glass-barred"
    assert (await broken(registry, path, officer="o-78")).status == 201
    assert (await review(registry, broke[0])).status == 200
    assert (await broken(registry, path)).status == 201


async def test_an_overdue_review_bars_its_officer_until_it_is_done_and_an_institution_is_only_louder(registry):
    path = await entered(registry)
    first = (await broken(registry, path)).json["glass_ref"]
    registry.clock.pass_seconds(3 * DAY // SECOND)
    assert (await broken(registry, path)).json["code"] == "break-glass-barred"
    for number in range(4):
        assert (await broken(registry, path, officer=f"o-{number}")).status == 201
    told_of = [each.recipient for each in events(registry, GlassAlerted)]
    assert [each.waiting for each in events(registry, GlassBroken)] == [1, 2, 3, 4, 5]
    assert told_of.count("xx-import") == 3
    assert told_of.count("de-aufsicht-zwei") == 3
    assert (await review(registry, first)).status == 200
    assert (await broken(registry, path)).status == 201


async def test_the_list_comes_in_pages(registry):
    path = await entered(registry)
    made = [(await broken(registry, path, officer=f"o-{number}")).json["glass_ref"] for number in range(3)]
    page = (await registry.get("de-aufsicht", "/v1/supervision/break-glass?limit=2")).json
    rest = (await registry.get("de-aufsicht", f"/v1/supervision/break-glass?limit=2&after={page['next']}")).json
    assert [each["glass_ref"] for each in (*page["items"], *rest["items"])] == made
    assert rest["next"] is None


async def test_the_account_of_looks_shows_it_as_what_it_was_and_a_delay_holds_it_back_like_any_other(registry):
    path = await entered(registry)
    glass = (await broken(registry, path, client="fr-police")).json["glass_ref"]
    await opened(registry, glass, client="fr-police")
    (look,) = (await told(registry, path))["items"]
    assert (look["purpose"], look["ground"], look["institution"]) == ("BREAK_GLASS", "THREAT_TO_LIFE", "fr-police")
    for officer in ("o-1", "o-2"):
        await as_officer(registry, "fr-police", officer)
        await registry.post("fr-police", f"{path}/look-delays", {"reason": "ONGOING_INVESTIGATION"})
    assert {each["institution"] for each in (await told(registry, path))["items"]} == {FRANCE}


async def test_what_was_stated_is_gone_with_the_queries_of_its_month(registry):
    path = await entered(registry)
    glass = (await broken(registry, path)).json["glass_ref"]
    await as_officer(registry, "de-aufsicht", "s-1")
    registry.clock.pass_seconds(6 * 366 * DAY // SECOND)
    executor, first = registry.services.executor, events(registry, GlassBroken)[0]
    month = audit_month(first.until, "Europe/Berlin")
    command = EraseQueries(subject=audit_subject(InstitutionId(AWAY), month), institution=AWAY, month=month)
    await executor.execute(command, principal=REGISTRY)
    await as_officer(registry, "de-aufsicht", "s-1")
    stated = await registry.get("de-aufsicht", f"/v1/break-glass/{glass}")
    assert (stated.status, stated.json["justification"], stated.json["ground"]) == (200, None, "THREAT_TO_LIFE")
