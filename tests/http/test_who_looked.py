"""Who looked, over HTTP: told to the protected person's court, held back for a time, seen by a supervisor."""

from registry.values.time import DAY, SECOND
from tests.http.given import an_order
from tests.http.test_looks import FRANCE, POLICE, looks

SUPERVISOR = "fr-igpn"
DELAY = {"reason": "ONGOING_INVESTIGATION"}


async def an_entered(registry) -> str:
    entered = (await registry.post(FRANCE, "/v1/orders", an_order())).json
    return f"/v1/orders/{entered['order_ref']}"


async def as_officer(registry, client: str, officer: str) -> None:
    """Sign in anew, for an officer."""
    registry.tokens[client] = await registry.sign_in(client, on_behalf_of=officer)


async def checks(registry, path, *, officer="o-77", client=POLICE, **more):
    await as_officer(registry, client, officer)
    question = {"purpose": "INVESTIGATION", "order_ref": path.rpartition("/")[2]} | more
    assert (await registry.post(client, "/v1/checks", question, key=None)).status == 200


async def told(registry, path, query=""):
    registry.tokens.pop(FRANCE, None)
    answer = await registry.get(FRANCE, f"{path}/looks{query}")
    assert answer.status == 200, answer.body
    return answer.json


async def test_the_court_is_told_who_looked_when_why_and_at_what_kind_of_thing(registry):
    path = await an_entered(registry)
    await checks(registry, path)
    await registry.get(FRANCE, path)
    check, read = (await told(registry, path))["items"]
    assert (check["institution"], check["way"], check["purpose"]) == (POLICE, "CHECK", "INVESTIGATION")
    assert check["name"] == f"Name of {POLICE}"
    assert check["classes"] == ["IDENTITY", "ORDER_FACTS"]
    assert (read["institution"], read["way"], read["purpose"]) == (FRANCE, "READ", "CASE_HANDLING")
    assert (read["officer"], read["classes"]) == (None, ["IDENTITY", "ORDER_FACTS"])
    again = (await told(registry, path))["items"]
    assert [each["purpose"] for each in again[2:]] == ["ACCOUNT_OF_LOOKS"]


async def test_an_officer_is_a_pseudonym_that_holds_in_one_order_alone(registry):
    path = await an_entered(registry)
    other = (await registry.post(FRANCE, "/v1/orders", an_order(number="RG 26/9"))).json["order_ref"]
    for officer in ("o-77", "o-77", "o-78"):
        await checks(registry, path, officer=officer)
    await checks(registry, f"/v1/orders/{other}")
    first, second, third = [each["officer"] for each in (await told(registry, path))["items"]]
    (elsewhere,) = [each["officer"] for each in (await told(registry, f"/v1/orders/{other}"))["items"]]
    assert first == second
    assert len({first, third, elsewhere, "o-77", "o-78"}) == 5


async def test_a_court_elsewhere_the_police_and_a_supervisor_are_told_nothing(registry):
    path = await an_entered(registry)
    assert (await registry.get("de-ag-mitte", f"{path}/looks")).json["code"] == "no-such-order"
    for client in (POLICE, SUPERVISOR):
        assert (await registry.get(client, f"{path}/looks")).status == 403
    nowhere = "/v1/orders/7d444840-9dc0-11d1-b245-5ffdce74fad2/looks"
    assert (await registry.get(FRANCE, nowhere)).json["code"] == "no-such-order"
    assert looks(registry) == []


async def test_looks_come_in_pages(registry):
    path = await an_entered(registry)
    for _ in range(3):
        await checks(registry, path)
    page = await told(registry, path, "?limit=2")
    assert len(page["items"]) == 2
    rest = await told(registry, path, f"?limit=2&after={page['next']}")
    assert [each["way"] for each in rest["items"]] == ["CHECK", "READ"]
    assert rest["next"] is None


async def delays(registry, path, officer, body=None, way="look-delays"):
    await as_officer(registry, POLICE, officer)
    return await registry.post(POLICE, f"{path}/{way}", body or DELAY)


async def test_looks_are_held_back_by_two_persons_for_a_time_and_then_told(registry):
    path = await an_entered(registry)
    await checks(registry, path)
    asked = await delays(registry, path, "o-1")
    assert (asked.status, asked.json["state"], asked.json["until"]) == (201, "ASKED", None)
    assert len((await told(registry, path))["items"]) == 1
    assert (await delays(registry, path, "o-1")).json["code"] == "second-person-needed"
    agreed = (await delays(registry, path, "o-2")).json
    assert (agreed["state"], agreed["legal_basis"], agreed["verified"]) == ("SET", "Loi n° 78-17 Art 107", False)
    await checks(registry, path)
    assert {each["institution"] for each in (await told(registry, path))["items"]} == {FRANCE}
    registry.clock.pass_seconds(91 * DAY // SECOND)
    items = (await told(registry, path))["items"]
    assert [each["institution"] for each in items].count(POLICE) == 2


async def test_a_delay_is_lifted_by_one_person_and_no_other_institution_is_held_back(registry):
    path = await an_entered(registry)
    await checks(registry, path)
    for officer in ("o-1", "o-2"):
        await delays(registry, path, officer)
    lift = {"reason": "INVESTIGATION_CLOSED"}
    lifted = await delays(registry, path, "o-3", lift, "look-delays/lift")
    assert (lifted.status, lifted.json["state"]) == (200, "LIFTED")
    assert POLICE in {each["institution"] for each in (await told(registry, path))["items"]}
    assert (await delays(registry, path, "o-3", lift, "look-delays/lift")).json["code"] == "no-such-delay"
    registry.tokens.pop(POLICE)
    assert (await registry.post(POLICE, f"{path}/look-delays", DELAY)).json["code"] == "person-needed"
    nowhere = "/v1/orders/7d444840-9dc0-11d1-b245-5ffdce74fad2"
    assert (await delays(registry, nowhere, "o-1")).json["code"] == "no-such-order"


async def test_police_elsewhere_delay_what_they_were_shown_and_learn_of_nothing_else(registry):
    path = await an_entered(registry)
    await as_officer(registry, "de-polizei", "o-1")
    assert (await registry.post("de-polizei", f"{path}/look-delays", DELAY)).json["code"] == "no-such-order"
    await checks(registry, path, client="de-polizei", jurisdiction="DE")
    assert (await registry.post("de-polizei", f"{path}/look-delays", DELAY)).json["state"] == "ASKED"


async def findings(registry, query=f"?institution={POLICE}"):
    registry.tokens.pop(SUPERVISOR, None)
    answer = await registry.get(SUPERVISOR, f"/v1/supervision/looks{query}")
    return answer.json if answer.status == 200 else (answer.status, answer.json["code"])


async def test_a_supervisor_sees_a_pattern_with_its_rule_its_officer_and_its_facts(registry):
    path = await an_entered(registry)
    for _ in range(3):
        await checks(registry, path, incident="2026/7")
    seen = await findings(registry)
    assert (seen["looks"], seen["institution"]) == (3, POLICE)
    found = {each["rule"]: each for each in seen["findings"]}
    assert found["REPEATED_WITHOUT_FOLLOW_UP"]["officer"] == "o-77"
    assert len(found["REPEATED_WITHOUT_FOLLOW_UP"]["facts"]) == 3
    assert "WITHOUT_INCIDENT" not in found
    report = {"order_ref": path.rpartition("/")[2], "breaches": ["CONTACT_ONLINE"]}
    occurred = {"date": "2026-06-01", "zone": "Europe/Paris"}
    assert (await registry.post(POLICE, "/v1/violations", report | {"occurred": occurred})).status == 201
    rules = [each["rule"] for each in (await findings(registry))["findings"]]
    assert "REPEATED_WITHOUT_FOLLOW_UP" not in rules


async def test_a_check_that_found_nothing_counts_and_old_looks_do_not(registry):
    await checks(registry, "/7d444840-9dc0-11d1-b245-5ffdce74fad2")
    (finding,) = [each for each in (await findings(registry))["findings"] if each["rule"] == "WITHOUT_INCIDENT"]
    assert finding["found"] == "1 checks named no incident"
    registry.clock.pass_seconds(8 * DAY // SECOND)
    assert (await findings(registry))["looks"] == 0
    assert (await findings(registry, f"?institution={POLICE}&days=9"))["looks"] == 1


async def test_a_supervisor_sees_institutions_of_the_own_jurisdiction_alone(registry):
    assert await findings(registry, "?institution=de-polizei") == (404, "not-supervised")
    assert await findings(registry, "?institution=fr-nobody") == (404, "not-supervised")
    assert await findings(registry, "") == (400, "bad-parameter")
