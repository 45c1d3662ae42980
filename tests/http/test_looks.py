"""Every look is recorded: one fact a request that shows data of an order, before the answer leaves, and no values."""

import orjson
import pytest

from registry.answers import Spool
from registry.api.routes import ROUTES
from registry.errors import Unavailable
from registry.events.check import AnswerGiven
from registry.events.look import LookTaken
from registry.values.look import FieldClass, LookGround, LookPurpose
from registry.vault.audit import open_query
from tests.http.given import ROLES, a_registry, an_order, day
from tests.http.test_between_authorities import notice
from tests.http.test_erasing import entered, erase, long_over
from tests.http.test_hits import asked as asked_hit

FRANCE, POLICE, ADVOCATE = "fr-tj-lille", "fr-police", "fr-advocate"
CASE = LookPurpose.CASE_HANDLING
SECRETS = (b"Martinsecret", b"Adasecret", b"Hidden", b"1990-02-03", "Müller".encode(), b"1985-04-12")

REFERENCES_ALONE = {
    "/v1/inbox",
    "/v1/alerts",
    "/v1/deadlines",
    "/v1/doubts",
    "/v1/representations",
}
"""Lists of what was sent to the reader: references and dates, each told by a fact of its own when it was sent."""
OWN_RECORDS = {"/v1/receipts/{fact_id}", "/v1/receipts/{fact_id}/evidence"}
"""Receipts: digests of what the reader itself recorded."""
SUPERVISION = {"/v1/supervision/looks", "/v1/supervision/break-glass", "/v1/conflicts/{conflict_ref}"}
"""Facts by their ids, orders and officers by their references: nothing of any order."""
GOVERNING = {
    "/v1/sign-in-locks",
    "/v1/key-withdrawals/{key_ref}",
    "/v1/accounts",
    "/v1/institutions",
    "/v1/institutions/{institution}",
    "/v1/institution-changes",
}
"""The institutions' own affairs: nothing of any order."""
LOG = {"/tile/entries/{bundle}", "/proof/{index}"}
"""The log: digests of records."""


def looks(registry) -> list:
    return [each.fact for each in registry.ledger.reader.after(0, limit=500) if isinstance(each.fact.event, LookTaken)]


def test_every_route_that_is_read_says_what_for_or_shows_references_alone():
    silent = {route.path for route in ROUTES if route.method == "GET" and route.action and route.look is None}
    assert silent == REFERENCES_ALONE | OWN_RECORDS | SUPERVISION | GOVERNING | LOG


async def acting_for(registry, order, **more) -> str:
    """Have the court record that an organisation acts for the first party of an order."""
    paper = {"organisation": ADVOCATE, "authorisation": "WRITTEN_AUTHORISATION", "until": day("2026-12-31")}
    paper |= {"party_ref": order["parties"][0]["party_ref"], "given_by": "PARTY"} | more
    made = await registry.post(FRANCE, f"/v1/orders/{order['order_ref']}/representations", paper)
    assert made.status == 201, made.body
    return made.json["representation_ref"]


@pytest.fixture
async def registry(tmp_path):
    async with a_registry(tmp_path, roles=ROLES | {ADVOCATE: (["ADVOCATE"], ["FR"])}, recorded=True) as made:
        yield made


@pytest.fixture
async def ways(registry):
    """Every route of a look, and how it is asked: by whom, and where."""
    path, parties = await entered(registry, long_over(number="RG 16/1"))
    await erase(registry, path, parties["ben"])
    hit_path, _ = await asked_hit(registry)
    order = (await registry.post(FRANCE, "/v1/orders", an_order(number="RG 26/777"))).json
    report = {"order_ref": order["order_ref"], "breaches": ["CONTACT_ONLINE"], "occurred": day("2026-06-01")}
    breach = (await registry.post(POLICE, "/v1/violations", report)).json
    notice_ref, violation_ref = await notice(registry, order), breach["violation_ref"]
    acting = f"/v1/representations/{await acting_for(registry, order)}/looks"
    path_of_order = f"/v1/orders/{order['order_ref']}"
    return {
        "/v1/orders/{order_ref}/representations": (FRANCE, f"{path_of_order}/representations", CASE),
        "/v1/representations/{representation_ref}/looks": (ADVOCATE, acting, LookPurpose.ACCOUNT_OF_LOOKS),
        "/v1/orders/{order_ref}": (FRANCE, path, LookPurpose.CASE_HANDLING),
        "/v1/orders/{order_ref}/history": (FRANCE, f"{path}/history", LookPurpose.CASE_HANDLING),
        "/v1/orders/{order_ref}/erasability": (FRANCE, f"{path}/erasability", LookPurpose.ERASURE),
        "/v1/orders/{order_ref}/erasures": (FRANCE, f"{path}/erasures", LookPurpose.ERASURE),
        "/v1/orders/{order_ref}/erasure": (FRANCE, f"{path}/erasure?party={parties['ben']}", LookPurpose.ERASURE),
        "/v1/orders/{order_ref}/looks": (FRANCE, f"{path}/looks", LookPurpose.ACCOUNT_OF_LOOKS),
        "/v1/facts/{fact_ref}/document": (FRANCE, f"/v1/facts/{order['facts'][0]}/document", LookPurpose.CASE_HANDLING),
        "/v1/notices/{notice_ref}": (FRANCE, f"/v1/notices/{notice_ref}", LookPurpose.NOTICE_HANDLING),
        "/v1/hits/{hit_ref}": (POLICE, hit_path, LookPurpose.HIT_CONFIRMATION),
        "/v1/violations/{violation_ref}": (POLICE, f"/v1/violations/{violation_ref}", LookPurpose.BREACH_HANDLING),
        "/v1/orders/{order_ref}/cards": (FRANCE, f"/v1/orders/{order['order_ref']}/cards", LookPurpose.CARD_ISSUE),
    }


async def test_every_such_route_leaves_exactly_one_look_and_no_name_in_it(registry, ways):
    elsewhere = {
        "/v1/orders/{order_ref}/erasure/evidence",  # asked in tests/http/test_erasing.py, of a published log
        *("/v1/break-glass/{glass_ref}", "/v1/break-glass/{glass_ref}/order"),  # in tests/http/test_break_glass.py
    }
    assert {route.path for route in ROUTES if route.look} == set(ways) | elsewhere
    for route, (client, path, purpose) in ways.items():
        before = len(looks(registry))
        answer = await (registry.post(client, path, {}) if route.endswith("cards") else registry.get(client, path))
        assert answer.status in {200, 201}, (route, answer.body)
        new = looks(registry)[before:]
        assert [(look.actor.institution, look.event.purpose) for look in new] == [(client, purpose)], route
        assert FieldClass.ORDER_FACTS in new[0].event.classes
    said = b"".join(orjson.dumps(each.fact) for each in registry.ledger.reader.after(0, limit=500))
    assert not [secret for secret in SECRETS if secret in said]


async def test_a_look_says_whose_data_by_reference_and_what_kind(registry):
    path, parties = await entered(registry, an_order())
    await registry.get(FRANCE, path)
    (look,) = looks(registry)
    assert (look.event.ground, look.event.incident_stated) == (None, False)
    assert look.event.classes == (FieldClass.IDENTITY, FieldClass.ORDER_FACTS)
    assert {str(each.party_ref): each.classes for each in look.event.parties} == {
        parties["ada"]: (FieldClass.IDENTITY,),
        parties["ben"]: (FieldClass.IDENTITY,),
    }


async def test_ground_and_incident_are_stated_and_the_incident_and_the_device_are_sealed(registry):
    path, _ = await entered(registry, an_order())
    headers = await registry.headers(FRANCE, key=None) | {"Look-Ground": "COMPLAINT", "Look-Incident": "VF-2026/77"}
    async with registry.session.get(registry.url + path, headers=headers) as response:
        assert response.status == 200
    (look,) = looks(registry)
    assert (look.event.ground, look.event.incident_stated) == (LookGround.COMPLAINT, True)
    executor = registry.services.executor
    opened, commitment = open_query(
        look.event.query, ledger=executor.ledger_id, stream=look.stream, fact_id=look.fact_id, ring=executor.ring
    )
    assert commitment == look.event.commitment
    said = orjson.loads(opened)
    assert said["incident"] == "VF-2026/77"
    assert len(said["device"]) == 32
    assert "127.0.0.1" not in opened.decode()


@pytest.mark.parametrize(
    ("header", "code"),
    [({"Look-Ground": "CURIOSITY"}, "look-ground-unknown"), ({"Look-Incident": "a b"}, "look-incident-malformed")],
)
async def test_a_ground_that_is_none_is_refused_before_anything_is_opened(registry, header, code):
    path, _ = await entered(registry, an_order())
    headers = await registry.headers(FRANCE, key=None) | header
    async with registry.session.get(registry.url + path, headers=headers) as response:
        answer = await response.json()
    assert (response.status, answer["code"]) == (400, code)
    assert looks(registry) == []


async def test_who_may_not_read_leaves_no_look_and_a_check_leaves_its_answer_alone(registry):
    path, _ = await entered(registry, an_order())
    assert (await registry.get("de-ag-mitte", path)).status == 404
    question = {"purpose": "AT_THE_SCENE", "order_ref": path.rpartition("/")[2]}
    assert (await registry.post(POLICE, "/v1/checks", question | {"incident": "7"}, key=None)).status == 200
    assert looks(registry) == []
    facts = [each.fact.event for each in registry.ledger.reader.after(0, limit=50)]
    (given,) = [each for each in facts if isinstance(each, AnswerGiven)]
    assert given.incident_stated is True


class Away:
    """A writer whose store is down; implements the port."""

    def submit(self, work, /, *, urgent=True, prepare=None):  # noqa: ARG002  # the shape of the port
        raise Unavailable("store-unavailable")


async def test_without_store_and_spool_no_answer_leaves_and_with_a_spool_it_is_folded_in(registry, tmp_path):
    path, _ = await entered(registry, an_order())
    await registry.get(FRANCE, path)
    executor, checker = registry.services.executor, registry.services.checker
    writer = executor.writer
    object.__setattr__(executor, "writer", Away())
    answer = await registry.get(FRANCE, path)
    assert (answer.status, answer.json["code"]) == (503, "store-unavailable")
    spool = Spool(path=tmp_path / "answers.spool")
    object.__setattr__(checker, "spool", spool)
    question = {"purpose": "AT_THE_SCENE", "order_ref": path.rpartition("/")[2]}
    assert (await registry.get(FRANCE, path)).status == 200
    assert (await registry.post(POLICE, "/v1/checks", question, key=None)).status == 200
    assert [type(each.event) for each in spool.waiting()] == [LookTaken, AnswerGiven]
    object.__setattr__(executor, "writer", writer)
    assert await checker.fold_spool() == 2
    assert [look.event.spooled for look in looks(registry)] == [False, True]


async def test_a_route_that_shows_what_it_does_not_say_answers_nobody(registry):
    path, _ = await entered(registry, an_order())
    route = next(each for each in ROUTES if each.path == "/v1/orders/{order_ref}" and each.method == "GET")
    object.__setattr__(route, "look", None)
    try:
        answer = await registry.get(FRANCE, path)
    finally:
        object.__setattr__(route, "look", LookPurpose.CASE_HANDLING)
    assert (answer.status, b"secret" in answer.body) == (500, False)
    assert looks(registry) == []
