"""Two orders of one pair, over HTTP: said to be the same persons, judged together, and taken back."""

from uuid import UUID

import pytest

from registry.commands.notice import IssueNotice
from registry.values.identifiers import FactId, InstitutionId, NoticeRef, OrderRef
from registry.values.jurisdiction import Jurisdiction
from registry.values.notice import NoticeKind
from registry.values.time import iso
from tests.http.given import a_registry, an_order, day
from tests.http.test_between_authorities import ITSELF, LATER

SYDNEY = "Australia/Sydney"
ROLES = {
    "nsw-court": (["COURT"], ["AU-NSW"]),
    "vic-court": (["COURT"], ["AU-VIC"]),
    "qld-court": (["COURT"], ["AU-QLD"]),
    "nsw-police": (["POLICE"], ["AU-NSW"]),
}
BEN = {"name": {"family": "Müller", "given": "Ben"}, "birth_date": "1985-04-12"}
BASIS = "SAME_COURT_RECORD"
NOWHERE = "7d444840-9dc0-11d1-b245-5ffdce74fad2"


@pytest.fixture
async def registry(tmp_path):
    async with a_registry(tmp_path, roles=ROLES) as made:
        yield made


def person(label, role, family):
    identity = {"name": {"family": family, "given": label.title()}, "birth_date": "1985-04-12"}
    return {"label": label, "role": role, "identity": identity}


async def entered(registry, client, date, *protected):
    """Enter an order against Ben, served on the day it was made."""
    people = [person(name, "PROTECTED", "Martin") for name in protected] + [person("ben", "RESPONDENT", "Müller")]
    order = an_order(
        issued=day(date) | {"zone": SYDNEY},
        expiry={"kind": "NONE"},
        parties=people,
        conditions=[{"kind": "NO_CONTACT"}],
        number=None,
    )
    answer = await registry.post(client, "/v1/orders", order)
    assert answer.status == 201, answer.json
    parties = {party["label"]: party["party_ref"] for party in answer.json["parties"]}
    told = {"respondent": parties["ben"], "terms": 1, "state": "SERVED_PERSONAL", "at": day(date) | {"zone": SYDNEY}}
    path = f"/v1/orders/{answer.json['order_ref']}/service"
    served = await registry.post(client, path, told, if_match='"1"')
    assert served.status == 200, served.json
    return answer.json["order_ref"], parties


async def two_orders(registry):
    """Of an earlier order Ada and Bo are protected, of a later one of another State Ada alone."""
    earlier = await entered(registry, "nsw-court", "2026-01-10", "ada", "bo")
    return earlier, await entered(registry, "vic-court", "2026-03-10", "ada")


def joined(one, other, name, basis=BASIS):
    sides = {"one": one, "other": other}
    said = {side: {"order_ref": order, "party_ref": parties[name]} for side, (order, parties) in sides.items()}
    return said | {"basis": basis}


async def say(registry, client, one, other, name, **more):
    answer = await registry.post(client, "/v1/party-links", joined(one, other, name, **more))
    assert answer.status == 201, answer.json
    return answer.json


async def found(registry, **more):
    question = {"purpose": "AT_THE_SCENE", "identity": BEN} | more
    answer = await registry.post("nsw-police", "/v1/checks", question, key=None)
    assert answer.status == 200, answer.json
    return {order["order_ref"]: order for order in answer.json["orders"]}


async def test_a_search_by_person_shows_each_order_with_its_own_verdict(registry):
    earlier, later = await two_orders(registry)
    alone = await found(registry)
    assert [alone[ref]["status"] for ref, _ in (earlier, later)] == ["ENFORCEABLE", "ENFORCEABLE"]
    await say(registry, "vic-court", earlier, later, "ben")
    assert (await found(registry))[earlier[0]]["status"] == "ENFORCEABLE"
    await say(registry, "vic-court", earlier, later, "ada")
    together = await found(registry)
    assert together[later[0]]["status"] == "ENFORCEABLE"
    assert together[earlier[0]]["status"] == "PARTIAL"
    protected = {each["party_ref"]: each for each in together[earlier[0]]["protected"]}
    ada, bo = protected[earlier[1]["ada"]], protected[earlier[1]["bo"]]
    assert (ada["status"], ada["superseded_by"]) == ("SUPERSEDED", later[0])
    assert (bo["status"], bo["superseded_by"]) == ("ENFORCEABLE", None)


async def test_a_link_taken_back_counts_no_more_but_did_when_it_was_known(registry):
    earlier, later = await two_orders(registry)
    await say(registry, "nsw-court", earlier, later, "ben")
    link = await say(registry, "nsw-court", earlier, later, "ada")
    registry.clock.pass_seconds(60)
    before = instant_of(registry)
    registry.clock.pass_seconds(60)
    path = f"/v1/party-links/{link['link_ref']}/retraction"
    taken = await registry.post("vic-court", path, {"reason": "DIFFERENT_PERSONS"})
    assert (taken.status, len(taken.json["facts"])) == (200, 1)
    again = await registry.post("nsw-court", path, {"reason": "ENTERED_IN_ERROR"})
    assert (again.status, again.json["facts"]) == (200, [])
    assert (await found(registry))[earlier[0]]["status"] == "ENFORCEABLE"
    assert (await found(registry, known_at=before))[earlier[0]]["status"] == "PARTIAL"
    registry.clock.pass_seconds(60)
    between = instant_of(registry)
    registry.clock.pass_seconds(60)
    said = await say(registry, "nsw-court", earlier, later, "ada")
    assert (said["link_ref"], said["version"]) == (link["link_ref"], 3)
    assert (await found(registry))[earlier[0]]["status"] == "PARTIAL"
    assert (await found(registry, known_at=between))[earlier[0]]["status"] == "ENFORCEABLE"
    assert (await found(registry, known_at=before))[earlier[0]]["status"] == "PARTIAL"


def instant_of(registry):
    return iso(registry.clock())


async def test_said_twice_is_true_once_and_on_another_basis_it_is_another_link(registry):
    earlier, later = await two_orders(registry)
    first = await say(registry, "nsw-court", earlier, later, "ben")
    again = await say(registry, "vic-court", later, earlier, "ben")
    assert (again["link_ref"], again["facts"], again["version"]) == (first["link_ref"], [], 1)
    other = await say(registry, "vic-court", earlier, later, "ben", basis="FINGERPRINT")
    assert other["link_ref"] != first["link_ref"]


async def test_only_who_made_one_of_the_orders_says_whose_they_are(registry):
    earlier, later = await two_orders(registry)
    link = joined(earlier, later, "ben")
    nowhere = link | {"one": {"order_ref": NOWHERE, "party_ref": NOWHERE}}
    for body in (link, nowhere):
        foreign = await registry.post("qld-court", "/v1/party-links", body)
        assert (foreign.status, foreign.json["code"]) == (404, "no-such-order")
    missing = await registry.post("vic-court", "/v1/party-links", nowhere)
    assert (missing.status, missing.json["code"]) == (404, "no-such-order")
    said = await say(registry, "vic-court", earlier, later, "ben")
    path = f"/v1/party-links/{said['link_ref']}/retraction"
    foreign = await registry.post("qld-court", path, {"reason": "ENTERED_IN_ERROR"})
    assert (foreign.status, foreign.json["code"]) == (404, "no-such-link")
    police = await registry.post("nsw-police", path, {"reason": "ENTERED_IN_ERROR"})
    assert (police.status, police.json["code"]) == (403, "role-not-permitted")


async def test_a_link_is_of_two_parties_of_two_orders(registry):
    earlier, later = await two_orders(registry)
    await say(registry, "nsw-court", earlier, later, "ada")
    second = joined(earlier, later, "ben") | {"one": {"order_ref": earlier[0], "party_ref": earlier[1]["bo"]}}
    second |= {"other": {"order_ref": later[0], "party_ref": later[1]["ada"]}}
    stranger = joined(earlier, later, "ben") | {"other": {"order_ref": later[0], "party_ref": earlier[1]["ben"]}}
    codes = {}
    for name, body in {"second": second, "one": joined(earlier, earlier, "ben"), "stranger": stranger}.items():
        answer = await registry.post("nsw-court", "/v1/party-links", body)
        assert answer.status == 422
        codes[name] = answer.json["code"]
    assert codes == {
        "second": "parties-of-one-order",
        "one": "parties-of-one-order",
        "stranger": "no-such-party",
    }
    unknown = await registry.post("nsw-court", "/v1/party-links", joined(earlier, later, "ben", "HEARSAY"))
    assert (unknown.status, unknown.json["code"]) == (422, "does-not-fit")


async def test_if_a_is_b_and_b_is_c_then_a_is_c_and_the_last_order_takes_the_first_ones_place(registry):
    first = await entered(registry, "nsw-court", "2026-01-10", "ada")
    middle = await entered(registry, "qld-court", "2026-02-10", "bo", "ada")
    last = await entered(registry, "vic-court", "2026-03-10", "ada")
    for name in ("ben", "ada"):
        await say(registry, "nsw-court", first, middle, name)
    # The middle one supersedes for Ada; that the last one is of the same persons nobody says directly.
    assert (await found(registry))[middle[0]]["status"] == "ENFORCEABLE"
    links = [await say(registry, "vic-court", last, middle, name) for name in ("ben", "ada")]
    together = await found(registry)
    assert [together[ref]["status"] for ref, _ in (first, middle, last)] == ["SUPERSEDED", "PARTIAL", "ENFORCEABLE"]
    path = f"/v1/party-links/{links[1]['link_ref']}/retraction"
    assert (await registry.post("vic-court", path, {"reason": "DIFFERENT_PERSONS"})).status == 200
    assert (await found(registry))[middle[0]]["status"] == "ENFORCEABLE"


async def test_orders_against_one_another_are_joined_and_the_officer_is_told(registry):
    hers = await entered(registry, "nsw-court", "2026-01-10", "ada")
    people = [person("ben", "PROTECTED", "M\u00fcller"), person("ada", "RESPONDENT", "Martin")]
    order = an_order(
        issued=day("2026-02-10") | {"zone": SYDNEY},
        expiry={"kind": "NONE"},
        parties=people,
        conditions=[{"kind": "NO_CONTACT"}],
        number=None,
    )
    entry = (await registry.post("nsw-court", "/v1/orders", order)).json
    his = entry["order_ref"], {party["label"]: party["party_ref"] for party in entry["parties"]}
    assert (await found(registry))[hers[0]]["notes"] == []
    for name in ("ada", "ben"):
        await say(registry, "nsw-court", hers, his, name)
    # Hers is judged as before: nobody knows of his yet, for it is not served.
    assert (await found(registry))[hers[0]]["notes"] == []
    when = day("2026-02-11") | {"zone": SYDNEY}
    told = {"respondent": his[1]["ada"], "terms": 1, "state": "SERVED_PERSONAL", "at": when}
    assert (await registry.post("nsw-court", f"/v1/orders/{his[0]}/service", told)).status == 200
    answer = (await found(registry))[hers[0]]
    assert (answer["status"], answer["notes"]) == ("ENFORCEABLE", ["CROSS_ORDER_IN_FORCE"])


async def test_a_link_to_another_order_is_told_to_desks_of_its_own_places_alone(registry):
    """Whoever was sent one order learns nothing of another one about the same person, page by page."""
    earlier, later = await two_orders(registry)
    notice = IssueNotice(
        notice_ref=NoticeRef(UUID(int=5)),
        order_ref=OrderRef(UUID(earlier[0])),
        about=FactId(UUID(int=6)),
        kind=NoticeKind.CERTIFICATE_ISSUED,
        recipient=InstitutionId("qld-court"),
        jurisdiction=Jurisdiction("AU-QLD"),
        due=LATER,
        basis="registry rule",
    )
    await registry.services.executor.execute(notice, principal=ITSELF)
    for name in ("ada", "ben"):
        await say(registry, "nsw-court", earlier, later, name)
    path, end = f"/v1/orders/{earlier[0]}", {"from": day("2026-06-01") | {"zone": SYDNEY}, "reason": "WITHDRAWN"}
    assert (await registry.post("nsw-court", f"{path}/revocation", end, if_match='"2"')).status == 200
    seen = {}
    for client in ("nsw-court", "qld-court"):
        seen[client], page = [], f"{path}/history?limit=1"
        while page:
            answer = await registry.get(client, page)
            assert answer.status == 200, answer.body
            (item,), following = answer.json["items"], answer.json["next"]
            seen[client].append(item["topic"])
            assert (later[0].encode() in answer.body) == (item["topic"] == "party.linked.1")
            page = following and f"{path}/history?limit=1&after={following}"
    entry, link, end = ["order.issued.1", "service.recorded.1"], ["party.linked.1"] * 2, ["order.revoked.1"]
    assert seen == {"nsw-court": entry + link + end, "qld-court": entry + end}
