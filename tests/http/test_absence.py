"""What is not there and what is not yours are one answer, at every route that takes a reference."""

import re
from functools import partial
from uuid import UUID

import orjson
import pytest
from joserfc.jwk import OKPKey

from registry.access.permissions import TABLE, Action
from registry.alerts.reactor import REGISTRY
from registry.api.concealment import LISTED, OPEN
from registry.api.routes import ROUTES
from registry.api.services import Limits
from registry.card.pack import CARD_USE
from registry.commands.account import NewCredential, OpenAccount
from registry.commands.conflict import NoteConflict
from registry.values.account import AccountRef, CredentialKind, CredentialRef
from registry.values.conflict import ConflictRef, Met
from registry.values.identifiers import InstitutionId, OrderRef
from registry.values.jurisdiction import Jurisdiction
from tests.http import test_between_authorities as between
from tests.http import test_duties as duties
from tests.http import test_key_withdrawals as withdrawals
from tests.http.given import ROLES, a_registry, an_order, day

NOWHERE = UUID("7d444840-9dc0-11d1-b245-5ffdce74fad2")
STRANGERS = {
    "es-court": (["COURT", "EXECUTING_AUTHORITY"], ["ES"]),
    "es-huissier": (["SERVING_AUTHORITY"], ["ES"]),
    "es-policia": (["POLICE"], ["ES"]),
    "es-import": (["OPERATOR"], ["ES"]),
    "es-advocate": (["ADVOCATE"], ["ES"]),
}
"""Enrolled, with every role there is, and with nothing to do with any order of the test."""
ADVOCATE = {"fr-advocate": (["ADVOCATE"], ["FR"])}
REFERENCED = [route for route in ROUTES if route.reference is not None and route.action is not None]
PARTY = {"order_ref": str(NOWHERE), "party_ref": str(NOWHERE)}
BODIES = {
    "variation": {"made": day("2026-06-01"), "conditions": [{"kind": "NO_CONTACT"}]},
    "extension": {"made": day("2026-06-01"), "expiry": {"kind": "GIVEN", "at": day("2028-04-30")}},
    "suspension": {"from": day("2026-06-01")},
    "reinstatement": {"from": day("2026-06-01")},
    "revocation": {"from": day("2026-06-01"), "reason": "WITHDRAWN"},
    "correction": {"corrects": str(NOWHERE), "issued": day("2026-05-02")},
    "document": {"document": {"media_type": "application/pdf", "content": "JVBERi0="}},
    "certificate": {"form": "ARTICLE_5", "issued": day("2026-05-02")},
    "certificate-withdrawal": {"certificate_ref": str(NOWHERE), "from": day("2026-06-01")},
    "recognitions": {"jurisdiction": "DE", "asked": day("2026-05-02"), "requested_by_protected_person": True},
    "cards": {},
    "supplement-request": {"missing": ["f"], "due": day("2026-05-20")},
    "supplement": {"supplied": ["f"]},
    "decision": {"outcome": "RECOGNISED", "decided": day("2026-05-21")},
    "discontinuation": {"from": day("2026-06-01"), "ground": "PROTECTED_PERSON_LEFT"},
    "notices/acknowledgment": {"answer": "ACCEPT"},
    "alerts/acknowledgment": {},
    "evidence": {"evidence": "SUBMISSION_ACCEPTANCE", "at": "2026-09-22T10:00:00Z"},
    "container": {"container": {"media_type": "application/vnd.etsi.asic-s+zip", "content": "UEs="}},
    "answer": {"answer": "CONFIRMED"},
    "retraction": {"reason": "ENTERED_IN_ERROR"},
    "resolution": {"outcome": "ARREST"},
    "cards/withdrawal": {"reason": "LOST"},
    "key-withdrawals/confirmation": {"since": "2026-06-01T00:00:00Z", "ground": "REPLACED"},
    "break-glass/acknowledgment": {},
    "conflicts/acknowledgment": {},
    "lock": {},
    "unlock": {},
    "accounts/end": {},
    "representations/end": {"reason": "RENOUNCED"},
    "representations": {
        "party_ref": str(NOWHERE),
        "organisation": "fr-advocate",
        "authorisation": "POWER_OF_ATTORNEY",
        "given_by": "PARTY",
        "until": day("2026-12-31"),
    },
    "discharge": duties.TOLD,
    "look-delays": {"reason": "ONGOING_INVESTIGATION"},
    "lift": {"reason": "WRONGLY_SET"},
    "erasure": {"party_ref": str(NOWHERE), "ground": "UNLAWFUL"},
}


async def things(registry) -> dict[str, UUID]:
    """Make one thing of every kind that a reference names; none of it concerns the strangers."""
    posted = partial(registry.post, "fr-tj-lille")
    european = {"number": "RG 26/776", "kind": "EUROPEAN_PROTECTION_ORDER", "nature": "CRIMINAL"}
    order = (await posted("/v1/orders", an_order(**european))).json
    sent = {"jurisdiction": "DE", "asked": day("2026-05-02"), "requested_by_protected_person": True}
    recognition = (await posted(f"/v1/orders/{order['order_ref']}/recognitions", sent)).json["recognition_ref"]
    number = {"number": "RG 26/777", "kind": "FINAL", "nature": "CIVIL"}
    other = (await posted("/v1/orders", an_order(**number))).json
    card = (await posted(f"/v1/orders/{other['order_ref']}/cards", {})).json
    sides = {
        side: {"order_ref": each["order_ref"], "party_ref": each["parties"][1]["party_ref"]}
        for side, each in (("one", order), ("other", other))
    }
    link = await posted("/v1/party-links", sides | {"basis": "COURT_FINDING"})
    assert link.status == 201, link.json
    report = {"order_ref": other["order_ref"], "breaches": ["CONTACT_ONLINE"], "occurred": day("2026-06-01")}
    violation = (await registry.post("fr-police", "/v1/violations", report)).json["violation_ref"]
    checked = {"purpose": "AT_THE_SCENE", "order_ref": other["order_ref"]}
    check_ref = (await registry.post("fr-police", "/v1/checks", checked, key=None)).json["check_ref"]
    asked = {"check_ref": check_ref, "urgency": "URGENT"}
    hit = (await registry.post("fr-police", f"/v1/orders/{other['order_ref']}/hit-confirmations", asked)).json
    return {
        "order_ref": UUID(other["order_ref"]),
        "recognition_ref": UUID(recognition),
        "notice_ref": await between.notice(registry, order),
        "violation_ref": UUID(violation),
        "alert_ref": await between.alert(registry, violation),
        "hit_ref": UUID(hit["hit_ref"]),
        "link_ref": UUID(link.json["link_ref"]),
        "card_ref": UUID(card["card_ref"]),
        "fact_id": UUID(other["facts"][0]),
        "fact_ref": UUID(other["facts"][0]),
        "duty_ref": UUID((await duties.owed(registry)).split("/")[3]),
        "key_ref": UUID((await a_withdrawal(registry)).json["key_ref"]),
        "account_ref": await an_account(registry),
        "glass_ref": await a_glass(registry, other["order_ref"]),
        "conflict_ref": await a_conflict(registry, other["order_ref"]),
        "representation_ref": await a_representation(registry, other),
    }


async def a_glass(registry, order_ref: str) -> UUID:
    """Give a break-glass by an officer of the police of the place."""
    registry.tokens["fr-police"] = await registry.sign_in("fr-police", on_behalf_of="o-77")
    said = {"ground": "CALL_FOR_HELP", "incident": "7", "justification": "She calls for help and hangs up."}
    answer = await registry.post("fr-police", f"/v1/orders/{order_ref}/break-glass", said)
    assert answer.status == 201, answer.json
    return UUID(answer.json["glass_ref"])


async def a_conflict(registry, order_ref: str) -> UUID:
    """Give what is noted when an officer meets an order of which they are a party."""
    command = NoteConflict(
        conflict_ref=ConflictRef(UUID(int=41)),
        order_ref=OrderRef(UUID(order_ref)),
        institution=InstitutionId("fr-police"),
        officer="o-78",
        jurisdiction=Jurisdiction("FR"),
        met=Met.CHECK,
        recipients=(InstitutionId("fr-igpn"),),
    )
    await registry.services.executor.execute(command, principal=REGISTRY)
    return UUID(int=41)


async def a_representation(registry, order) -> UUID:
    """Give a representation of the order's protected party."""
    said = BODIES["representations"] | {"party_ref": order["parties"][0]["party_ref"]}
    answer = await registry.post("fr-tj-lille", f"/v1/orders/{order['order_ref']}/representations", said)
    assert answer.status == 201, answer.json
    return UUID(answer.json["representation_ref"])


async def a_withdrawal(registry):
    kid = withdrawals.kid_of(registry, CARD_USE)
    body = BODIES["key-withdrawals/confirmation"] | {"kid": kid, "use": "CARD"}
    answer = await registry.post("xx-import", "/v1/key-withdrawals", body | {"jurisdiction": "FR"})
    assert answer.status == 201, answer.json
    return answer


async def an_account(registry) -> UUID:
    """Give an account that is open: one that is not may be locked by nobody."""
    ref = UUID((await registry.post("fr-tj-lille", "/v1/accounts", {"roles": ["COURT"]})).json["account_ref"])
    passkey = NewCredential(credential_ref=CredentialRef(UUID(int=5)), kind=CredentialKind.PASSKEY)
    command = OpenAccount(account_ref=AccountRef(ref), credentials=(passkey,))
    records = registry.services.people.house.records
    await records.record(command, institution=InstitutionId("fr-tj-lille"), by=command.account_ref)
    return ref


@pytest.fixture
async def made(tmp_path):
    async with a_registry(
        tmp_path, roles=ROLES | STRANGERS | ADVOCATE, recorded=True, limits=Limits(absent_seconds=0)
    ) as registry:
        yield registry, await things(registry)


async def told(registry, client: str, route, reference: UUID | str, body: bytes, **headers):
    """Give all that an answer tells but its own number and the time: status, headers, body."""
    path = re.sub(r"\{[a-z_]+\}", str(reference), route.path)
    if any(parameter.name == "party" for parameter in route.parameters):
        path += f"?party={NOWHERE}"
    if route.method == "GET":
        answer = await registry.get(client, path)
    else:
        answer = await registry.post(client, path, body, **headers)
    own = {"Date", "X-Request-ID", "RateLimit"}
    # Both are of the body with its number, and of a request with its nonce: that they are there is told, no more.
    bound = {"Content-Digest", "Signature"}
    headers = {name: "" if name in bound else value for name, value in answer.headers.items() if name not in own}
    return answer.status, headers, answer.body.replace(answer.json.get("request_id", "-").encode(), b"")


def word(route) -> str:
    """Give what a route's body is listed under."""
    parts = route.path.split("/")
    shared = parts[-1] in {"acknowledgment", "confirmation", "withdrawal", "end"}
    return f"{parts[2]}/{parts[-1]}" if shared else parts[-1]


def test_every_reference_is_tried():
    assert {route.reference for route in REFERENCED} == {
        "order_ref", "recognition_ref", "notice_ref", "violation_ref", "alert_ref", "hit_ref", "link_ref", "card_ref",
        "fact_id", "fact_ref", "duty_ref", "lock_ref", "proposal_ref", "key_ref", "account_ref", "glass_ref",
        "conflict_ref", "representation_ref",
    }  # fmt: skip
    words = {word(route) for route in REFERENCED if route.method == "POST" and route.request}
    opened = {word(route) for route in REFERENCED if route.action in OPEN | LISTED | {Action.RELEASE_LOCK}}
    assert words - opened == set(BODIES)
    places = {route.place.name for route in ROUTES if route.place is not None and route.action is not None}
    # Institutions and the log are read by whoever signs in; a key is tried below.
    assert places - {"institution", "bundle", "index"} == {"key_id"}


async def test_no_route_tells_what_is_not_yours_from_what_is_not_there(made):
    registry, known = made
    differing = []
    tried = 0
    for route in REFERENCED:
        if route.action in OPEN | LISTED or route.reference == "lock_ref":
            continue
        body = orjson.dumps(BODIES.get(word(route), {}))
        for client, (roles, _) in STRANGERS.items():
            if not {str(role) for role in TABLE[route.action].roles} & set(roles):
                continue
            for content, tag in ((body, '"1"'), (body, '"7"'), (b"[", None)):
                there = await told(registry, client, route, known[route.reference], content, if_match=tag)
                nowhere = await told(registry, client, route, NOWHERE, content, if_match=tag)
                tried += 1
                if there != nowhere:
                    differing.append((route.operation, client, tag, content, there[0], there[2], nowhere[2]))
                if content == body and tag == '"1"' and there[0] != 404:
                    differing.append((route.operation, client, "not 404", there[0], there[2]))
    assert not differing, "\n".join(map(str, differing))
    assert tried > 90


async def test_an_authority_that_is_handed_an_order_hears_why_it_may_not_act_on_it(made):
    """Where the law opens an order to whoever it is shown to, a reason is worth more than silence."""
    registry, known = made
    body = {"respondent": str(NOWHERE), "terms": 1, "state": "SERVED_PERSONAL", "at": day("2026-05-02")}
    refused = await registry.post("es-huissier", f"/v1/orders/{known['order_ref']}/service", body)
    assert (refused.status, refused.json["code"]) == (422, "no-such-respondent")
    involved = f"/v1/orders/{known['order_ref']}/revocation"
    own = await registry.post("fr-tj-lille", involved, BODIES["revocation"], if_match='"7"')
    assert (own.status, own.json["code"]) == (412, "order-has-changed")


async def test_whose_they_are_finds_what_strangers_are_told_is_not_there(made):
    """Otherwise the two answers above were one because nothing was there."""
    registry, known = made
    said = BODIES["key-withdrawals/confirmation"]
    path = f"/v1/key-withdrawals/{known['key_ref']}"
    assert (await registry.get("fr-tj-lille", path)).status == 200
    assert (await registry.post("fr-tj-lille", path + "/confirmation", said)).status == 200
    assert (await registry.get("fr-police", f"/v1/break-glass/{known['glass_ref']}/order")).status == 200
    taken = f"/v1/break-glass/{known['glass_ref']}/acknowledgment"
    assert (await registry.post("fr-tj-lille", taken, {})).json["facts"]
    known_by = f"/v1/conflicts/{known['conflict_ref']}/acknowledgment"
    assert (await registry.post("fr-igpn", known_by, {})).json["facts"]
    for verb in ("lock", "unlock", "end"):
        path = f"/v1/accounts/{known['account_ref']}/{verb}"
        assert (await registry.post("fr-tj-lille", path, {})).json["facts"], verb


async def test_a_key_of_another_institution_is_answered_as_none(tmp_path):
    roles = {name: (ROLES | STRANGERS)[name] for name in ("fr-tj-lille", "es-court")}
    second = OKPKey.generate_key("Ed25519", parameters={"kid": "second"})
    async with a_registry(tmp_path, roles=roles, recorded=True, limits=Limits(absent_seconds=0)) as registry:
        added = {"key": dict(second.as_dict(private=False)) | {"kid": "second"}}
        assert (await registry.post("fr-tj-lille", "/v1/keys", added)).status == 201
        routes = [route for route in ROUTES if route.place is not None and route.place.name == "key_id"]
        bodies = {"retirement": {}, "compromise": {"position": 1}}
        assert {word(route) for route in routes} == set(bodies)
        for route in routes:
            for body in (orjson.dumps(bodies[word(route)]), b"["):
                there = await told(registry, "es-court", route, "second", body)
                assert there == await told(registry, "es-court", route, "nowhere", body)
                assert body == b"[" or there[0] == 404
        assert (await registry.post("fr-tj-lille", "/v1/keys/second/retirement", {})).status == 200


async def test_a_link_of_orders_of_others_tells_nothing_of_them(made):
    registry, known = made
    answers = set()
    for ref in (known["order_ref"], NOWHERE):
        sides = {side: {"order_ref": str(ref), "party_ref": str(NOWHERE)} for side in ("one", "other")}
        sides["other"]["order_ref"] = str(known["order_ref"])
        answer = await registry.post("es-court", "/v1/party-links", sides | {"basis": "COURT_FINDING"})
        answers.add((answer.status, answer.json["code"]))
    assert answers == {(404, "no-such-order")}
