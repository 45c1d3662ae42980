"""What a court is shown before it enters an order: what crosses it, and no more than it may see."""

from dataclasses import replace

import orjson
import pytest

from registry import crosschecks
from registry import looks as lookbook
from registry.answers import Given, Spool
from registry.crosschecks import CrossChecker
from registry.events.conflict import ConflictMet
from registry.events.look import PreviewGiven
from registry.values.look import FieldClass, LookGround, LookPurpose
from registry.values.time import Instant
from registry.vault.audit import audit_subject, open_query
from tests.http.given import a_registry, an_order, day
from tests.http.test_break_glass import events
from tests.http.test_erasing import entered as an_old_one
from tests.http.test_erasing import erase, long_over
from tests.http.test_looks import FRANCE, looks
from tests.http.test_officers import BEN
from tests.http.test_who_looked import as_officer

UTAH, NEVADA, FORCE = "ut-court", "nv-court", "fr-gendarmerie"
ROLES = {
    UTAH: (["COURT"], ["US-UT"]),
    NEVADA: (["COURT"], ["US-NV"]),
    FORCE: (["POLICE", "COURT"], ["FR"]),
    FRANCE: (["COURT"], ["FR"]),
    "fr-igpn": (["SUPERVISOR"], ["FR"]),
}
SECRETS = (b"Martinsecret", b"Adasecret", b"Hidden", b"1990-02-03", "Müller".encode(), b"1985-04-12", b"RG 26")


@pytest.fixture
async def registry(tmp_path):
    async with a_registry(tmp_path, roles=ROLES) as made:
        yield made


def person(label, role, family="Martin", born="1985-04-12"):
    return {
        "label": label,
        "role": role,
        "identity": {"name": {"family": family, "given": label.title()}, "birth_date": born},
    }


def hers(*kinds, **more):
    """Ada is protected from Ben."""
    order = an_order(parties=[person("ada", "PROTECTED"), person("ben", "RESPONDENT")], number=None)
    return order | {"conditions": [{"kind": kind} for kind in kinds or ("NO_CONTACT",)]} | more


def his(*kinds, **more):
    """Ben is protected from Ada."""
    return hers(*kinds, **more) | {"parties": [person("ben", "PROTECTED"), person("ada", "RESPONDENT")]}


def previews(registry):
    return [each for each in facts(registry) if isinstance(each.event, PreviewGiven)]


def facts(registry):
    return [each.fact for each in registry.ledger.reader.after(0, limit=500)]


async def entered(registry, client, order):
    answer = await registry.post(client, "/v1/orders", order)
    assert answer.status == 201, answer.body
    return answer.json


async def previewed(registry, client, *orders):
    answer = await registry.post(client, "/v1/orders/preview", {"orders": list(orders)}, key=None)
    assert answer.status == 200, answer.body
    return answer.json["orders"]


async def crossing(registry, client, order):
    """Give how each order found crosses one that is about to be entered."""
    (shown,) = await previewed(registry, client, order)
    return {(each["order_ref"], each["crossing"], each["reason"]) for each in shown["crossings"]}


async def test_an_order_of_the_same_parties_and_kind_is_shown_and_nothing_is_entered(registry):
    there = (await entered(registry, NEVADA, hers()))["order_ref"]
    head = registry.head()
    assert await crossing(registry, UTAH, hers()) == {(there, "DUPLICATE", "SAME_PARTIES_AND_KIND")}
    (look,) = looks(registry)
    assert registry.head() == head + 2, "what was asked, the look, and nothing else"
    assert (str(look.event.order_ref), look.actor.institution) == (there, UTAH)
    assert (look.event.purpose, look.event.classes) == (LookPurpose.REGISTRATION, (FieldClass.ORDER_FACTS,))
    assert look.event.parties == ()


@pytest.mark.parametrize(("first", "second"), [(hers, his), (his, hers)])
async def test_a_mutual_order_is_found_whichever_is_entered_first(registry, first, second):
    there = (await entered(registry, NEVADA, first()))["order_ref"]
    (shown,) = await previewed(registry, UTAH, second())
    (found,) = shown["crossings"]
    assert (found["order_ref"], found["crossing"], found["reason"]) == (there, "MUTUAL", "ROLES_EXCHANGED")
    assert found["legal_basis"] == {"text": "18 USC 2265 (c)", "verified": True}
    assert found["parties"] == ["ada", "ben"]


async def test_what_one_allows_and_another_forbids_is_shown(registry):
    there = (await entered(registry, NEVADA, hers("EXCEPTION_VISITATION", kind="INTERIM")))["order_ref"]
    assert await crossing(registry, UTAH, hers()) == {(there, "CONFLICTING", "CONTACT_ALLOWED_AND_FORBIDDEN")}


async def test_what_was_revoked_or_is_over_crosses_nothing(registry):
    there = await entered(registry, NEVADA, hers())
    body = {"from": day("2026-05-02"), "reason": "WITHDRAWN"}
    revoked = await registry.post(NEVADA, f"/v1/orders/{there['order_ref']}/revocation", body, if_match='"1"')
    assert revoked.status == 200, revoked.body
    over = {"issued": day("2020-05-01"), "expiry": {"kind": "GIVEN", "at": day("2021-04-30")}}
    await entered(registry, NEVADA, his(**over))
    assert await crossing(registry, UTAH, hers()) == set()
    assert looks(registry) == []


async def test_strangers_and_whoever_shares_one_person_alone_find_nothing(registry):
    await entered(registry, NEVADA, hers())
    for parties in (
        [person("cleo", "PROTECTED"), person("ben", "RESPONDENT")],
        [person("ada", "PROTECTED", born="1985-04-13"), person("ben", "RESPONDENT")],
    ):
        assert await crossing(registry, UTAH, hers(parties=parties)) == set()
    assert looks(registry) == []


async def test_of_a_foreign_order_its_facts_are_told_and_not_who_or_which_case(registry):
    there = await entered(registry, FRANCE, an_order())
    answer = await registry.post(UTAH, "/v1/orders/preview", {"orders": [an_order()]}, key=None)
    (shown,) = answer.json["orders"]
    (found,) = [each for each in shown["crossings"] if each["reason"] == "SAME_PARTIES_AND_KIND"]
    assert (found["order_ref"], found["jurisdiction"], found["court"]) == (there["order_ref"], "FR", "TJ59350")
    assert not [secret for secret in SECRETS if secret in answer.body]
    assert (await registry.get(UTAH, f"/v1/orders/{there['order_ref']}")).status == 404


async def test_who_was_asked_about_is_recorded_though_nothing_is_found(registry):
    more = {"headers": {"Look-Ground": "OWN_CASE", "Look-Incident": "FV-2026-17"}}
    known = person("ben", "RESPONDENT")
    known["identity"] |= {"description": "a scar", "documents": ["C01X00T47"]}
    body = {"orders": [hers(parties=[person("ada", "PROTECTED"), known]), his()]}
    answer = await registry.post(UTAH, "/v1/orders/preview", body, key=None, **more)
    assert [each["crossings"] for each in answer.json["orders"]] == [[], []]
    (fact,) = previews(registry)
    event = fact.event
    assert (fact.actor.institution, event.orders, event.shown) == (UTAH, 2, ())
    assert (event.purpose, event.ground) == (LookPurpose.REGISTRATION, LookGround.OWN_CASE)
    executor = registry.services.executor
    content, commitment = open_query(
        event.query, ledger=executor.ledger_id, stream=fact.stream, fact_id=fact.fact_id, ring=executor.ring
    )
    said = orjson.loads(content)
    assert (commitment, said["incident"], len(said["device"])) == (event.commitment, "FV-2026-17", 32)
    names = [[each["name"]["given"] for each in order] for order in said["orders"]]
    assert names == [["Ada", "Ben"], ["Ben", "Ada"]]
    name = {"family": "Martin", "given": "Ben"}
    assert said["orders"][0][1] == {"name": name, "other_names": [], "birth_date": "1985-04-12"}, "and no more of him"
    (looked,) = registry.services.looks_by(UTAH, (Instant(0), 0))
    assert (looked.look.fact_id, looked.look.order_ref, looked.look.purpose) == (fact.fact_id, None, "REGISTRATION")


async def test_what_is_shown_is_told_once_and_what_was_asked_for_it_as_well(registry):
    there = (await entered(registry, NEVADA, hers()))["order_ref"]
    await crossing(registry, UTAH, hers())
    (fact,) = previews(registry)
    assert [str(ref) for ref in fact.event.shown] == [there]
    looked = registry.services.looks_by(UTAH, (Instant(0), 0))
    assert [str(each.look.order_ref) for each in looked] == [there]


async def test_more_names_than_a_record_holds_are_refused_and_nobody_is_told_anything(registry, monkeypatch):
    await entered(registry, NEVADA, hers())
    monkeypatch.setattr(lookbook, "MAXIMUM_CONTENT", 1100)
    monkeypatch.setattr(CrossChecker, "check", None)  # nobody is sought: how long that takes would tell
    refused = await registry.post(UTAH, "/v1/orders/preview", {"orders": [hers()]}, key=None)
    assert (refused.status, refused.json["errors"]) == (422, [{"pointer": "/orders", "code": "too-long"}])
    assert (previews(registry), looks(registry)) == ([], [])


async def test_a_preview_that_waits_in_the_spool_is_read_back_as_what_it_was(registry, tmp_path):
    await crossing(registry, UTAH, hers())
    (fact,) = previews(registry)
    spool = Spool(path=tmp_path / "answers.spool")
    subject = audit_subject(UTAH, "2026-09")
    spool.keep(Given(stream=fact.stream, fact_id=fact.fact_id, actor=fact.actor, event=fact.event, subject=subject))
    (waiting,) = spool.waiting()
    assert waiting.event == replace(fact.event, spooled=True)


async def test_the_court_of_the_order_that_was_found_is_told_who_looked(registry):
    there = (await entered(registry, NEVADA, hers()))["order_ref"]
    await crossing(registry, UTAH, hers())
    (told,) = (await registry.get(NEVADA, f"/v1/orders/{there}/looks")).json["items"]
    assert (told["institution"], told["purpose"], told["classes"]) == (UTAH, "REGISTRATION", ["ORDER_FACTS"])


async def test_the_same_case_number_is_shown_at_the_own_court_and_elsewhere_beside_the_persons_alone(registry):
    number = {"number": "FV-2026-17"}
    there = (await entered(registry, NEVADA, hers(kind="INTERIM", **number)))["order_ref"]
    strangers = [person("cleo", "PROTECTED"), person("dan", "RESPONDENT")]
    same = (there, "DUPLICATE", "SAME_CASE_NUMBER")
    assert await crossing(registry, UTAH, hers(number="fv-2026-17")) == {same}
    assert await crossing(registry, UTAH, hers(parties=strangers, **number)) == set()
    assert await crossing(registry, NEVADA, hers(parties=strangers, **number)) == {same}
    elsewhere = {"court": {"code": "ANOTHER"}}
    assert await crossing(registry, NEVADA, hers(parties=strangers, **number, **elsewhere)) == set()


async def test_whoever_was_said_to_be_the_same_person_under_another_name_is_found(registry):
    first = await entered(registry, NEVADA, hers())
    other = [person("ada", "PROTECTED"), person("ben", "RESPONDENT", family="Other")]
    second = await entered(registry, NEVADA, hers(parties=other, kind="INTERIM"))
    assert {each[0] for each in await crossing(registry, UTAH, hers())} == {first["order_ref"]}
    sides = {
        side: {"order_ref": order["order_ref"], "party_ref": order["parties"][1]["party_ref"]}
        for side, order in (("one", first), ("other", second))
    }
    link = await registry.post(NEVADA, "/v1/party-links", sides | {"basis": "COURT_FINDING"})
    assert link.status == 201, link.body
    found = {(each[0], each[1]) for each in await crossing(registry, UTAH, his())}
    assert found == {(order["order_ref"], "MUTUAL") for order in (first, second)}
    path = f"/v1/party-links/{link.json['link_ref']}/retraction"
    assert (await registry.post(NEVADA, path, {"reason": "DIFFERENT_PERSONS"})).status == 200
    assert {each[0] for each in await crossing(registry, UTAH, his())} == {first["order_ref"]}


async def test_whoever_was_erased_is_nobody_though_a_link_leads_to_them_still(registry):
    path, parties = await an_old_one(registry, long_over(number="RG 16/1"))
    renamed = [dict(each) for each in an_order()["parties"]]
    renamed[1] |= {"identity": {"name": {"family": "Other"}, "birth_date": "1985-04-12"}}
    second = await entered(registry, FRANCE, long_over(parties=renamed, number="RG 16/2"))
    other = {"order_ref": second["order_ref"], "party_ref": second["parties"][1]["party_ref"]}
    one = {"order_ref": path[-36:], "party_ref": parties["ben"]}
    link = await registry.post(FRANCE, "/v1/party-links", {"one": one, "other": other, "basis": "COURT_FINDING"})
    assert link.status == 201, link.body
    asked = an_order(parties=renamed, number="RG 16/1", kind="INTERIM")
    assert await crossing(registry, UTAH, asked) == {(path[-36:], "DUPLICATE", "SAME_CASE_NUMBER")}
    assert (await erase(registry, path, parties["ben"])).status == 200
    assert await crossing(registry, UTAH, asked) == set()


async def test_a_party_nobody_can_be_sought_for_is_named_and_never_taken_for_nothing_found(registry, monkeypatch):
    nameless = {"label": "eve", "role": "PROTECTED"}
    half = person("ben", "RESPONDENT", born="1985")
    (shown,) = await previewed(registry, UTAH, hers(parties=[nameless, person("ada", "PROTECTED"), half]))
    assert (shown["crossings"], shown["unsearched"]) == ([], ["eve", "ben"])
    for _ in range(2):
        await entered(registry, NEVADA, hers())
    monkeypatch.setattr(crosschecks, "MAXIMUM_LIKE", 1)
    (shown,) = await previewed(registry, UTAH, hers())
    assert (shown["crossings"], shown["unsearched"]) == ([], ["ada", "ben"])
    monkeypatch.setattr(crosschecks, "MAXIMUM_LIKE", 2)
    monkeypatch.setattr(crosschecks, "MAXIMUM_ORDERS", 1)
    (shown,) = await previewed(registry, UTAH, hers())
    assert (shown["crossings"], shown["unsearched"]) == ([], ["ada", "ben"])


async def test_several_are_looked_for_at_once_and_a_fault_names_its_place_in_the_list(registry):
    there = (await entered(registry, NEVADA, hers()))["order_ref"]
    first, second, third = await previewed(registry, UTAH, hers(), his(), hers(parties=[person("dan", "RESPONDENT")]))
    assert [each["crossing"] for each in (*first["crossings"], *second["crossings"])] == ["DUPLICATE", "MUTUAL"]
    assert third["crossings"] == []
    assert [str(look.event.order_ref) for look in looks(registry)] == [there], "one look for one request"
    wrong = hers(parties=[person("ada", "PROTECTED"), person("ada", "RESPONDENT")])
    ancient = hers(parties=[person("ada", "PROTECTED"), person("ben", "RESPONDENT", born="1085-04-12")])
    for orders, pointer in (
        ([hers(), wrong], "/orders/1/parties"),
        ([ancient], "/orders/0/parties/1/identity/birth_date"),
        ([hers(court={"code": "C", "jurisdiction": "US-NV"})], "/orders/0/court/jurisdiction"),
        ([hers()] * 51, "/orders"),
        ([], "/orders"),
    ):
        refused = await registry.post(UTAH, "/v1/orders/preview", {"orders": orders}, key=None)
        assert (refused.status in {400, 403, 422}, refused.json["errors"][0]["pointer"]) == (True, pointer)


async def test_each_order_of_a_list_counts_and_what_is_left_is_said_once(registry):
    answer = await registry.post(UTAH, "/v1/orders/preview", {"orders": [hers()] * 3}, key=None)
    assert answer.headers["RateLimit"].count("previews-of-an-officer") == 1
    assert '"previews-of-an-officer";r=1197;' in answer.headers["RateLimit"]
    assert '"previews-of-an-institution";r=11997;' in answer.headers["RateLimit"]


async def test_an_officer_is_not_told_of_an_order_of_their_own_and_others_are_told_of_that(registry):
    order = an_order(number=None)
    await entered(registry, FRANCE, order)
    await as_officer(registry, FORCE, "o-77")
    assert len(await crossing(registry, FORCE, order)) == 1
    registry.tokens.pop(FORCE, None)
    assert (await registry.post(FORCE, "/v1/officers", BEN)).status == 200
    await as_officer(registry, FORCE, "o-77")
    before = len(looks(registry))
    assert await crossing(registry, FORCE, order) == set()
    assert len(looks(registry)) == before
    (met,) = events(registry, ConflictMet)
    assert (met.institution, met.officer) == (FORCE, "o-77")
