"""Recognition, notices, breaches, alerts, deadlines: institutions among themselves, over HTTP."""

import asyncio
from uuid import UUID

import orjson
import pytest

from registry.access.actors import Principal, Role
from registry.api.services import AlertRow, DeadlineRow, InboxRow, Limits
from registry.commands.notice import IssueNotice
from registry.commands.violation import RaiseAlert
from registry.values.identifiers import AlertRef, FactId, InstitutionId, KeyId, NoticeRef, OrderRef, ViolationRef
from registry.values.jurisdiction import Jurisdiction
from registry.values.notice import NoticeKind
from registry.values.time import DAY, Instant
from tests.http.given import START, a_registry, an_order, day

ITSELF = Principal(
    institution=InstitutionId("registry"), key_id=KeyId("own"), roles=frozenset({Role.REGISTRY}), jurisdictions=()
)
LATER = Instant(START + 3 * DAY)


async def order_of(registry, **changes):
    answer = await registry.post("fr-tj-lille", "/v1/orders", an_order(**changes))
    assert answer.status == 201, answer.json
    return answer.json


async def asked(registry):
    order = await order_of(registry, kind="EUROPEAN_PROTECTION_ORDER", nature="CRIMINAL")
    asked = {"jurisdiction": "DE", "asked": day("2026-05-02"), "requested_by_protected_person": True}
    answer = await registry.post("fr-tj-lille", f"/v1/orders/{order['order_ref']}/recognitions", asked)
    assert answer.status == 201, answer.json
    return order, f"/v1/recognitions/{answer.json['recognition_ref']}"


async def test_a_recognition_is_asked_for_supplemented_refused_or_granted(registry):
    order, path = await asked(registry)
    missing = {"missing": ["f"], "due": day("2026-05-20")}
    assert (await registry.post("de-ag-mitte", path + "/supplement-request", missing)).status == 200
    assert (await registry.post("fr-tj-lille", path + "/supplement", {"supplied": ["f"]})).status == 200
    asked_for = (await registry.get("de-ag-mitte", f"/v1/orders/{order['order_ref']}")).json
    # Whoever is to adopt a measure of its own has to know whom it is about; where they live it does not learn here.
    assert all("identity" in party for party in asked_for["parties"])
    assert "address" not in str(asked_for["parties"])
    decision = {"outcome": "RECOGNISED", "decided": day("2026-05-21")}
    other = await registry.post("gb-court", path + "/decision", decision)
    assert (other.status, other.json["code"]) == (404, "no-such-recognition")
    assert (await registry.post("de-ag-mitte", path + "/decision", decision)).status == 200
    refusal = {"outcome": "REFUSED", "decided": day("2026-05-22"), "grounds": ["INCOMPLETE"]}
    again = await registry.post("de-ag-mitte", path + "/decision", refusal)
    assert (again.status, again.json["code"]) == (409, "recognition-in-another-state")
    end = {"from": day("2026-06-01"), "ground": "PROTECTED_PERSON_LEFT"}
    assert (await registry.post("de-ag-mitte", path + "/discontinuation", end)).status == 200
    state = (await registry.get("de-ag-mitte", f"/v1/orders/{order['order_ref']}")).json
    assert state["recognitions"][0]["state"] == "DISCONTINUED"
    # Abroad the order is read by its codes: nobody's name is opened there.
    assert "number" not in state
    assert all("identity" not in party and "initials" not in party for party in state["parties"])
    history = (await registry.get("de-ag-mitte", f"/v1/orders/{order['order_ref']}/history")).json
    assert len(history["items"]) == 6


@pytest.mark.parametrize("path", ["/v1/inbox", "/v1/alerts", "/v1/deadlines"])
async def test_a_list_that_is_not_as_far_as_a_receipt_says_so(registry, path):
    reached = await registry.get("de-ag-mitte", f"{path}?min_position={registry.head()}")
    assert reached.status == 200
    ahead = await registry.get("de-ag-mitte", f"{path}?min_position=999999")
    assert (ahead.status, ahead.json["code"]) == (503, "view-behind")


@pytest.mark.parametrize(
    "body",
    [
        {"outcome": "REFUSED"},
        {"outcome": "RECOGNISED", "grounds": ["INCOMPLETE"]},
        {"outcome": "REFUSED", "grounds": ["INCOMPLETE"], "adopted": "7d444840-9dc0-11d1-b245-5ffdce74fad2"},
    ],
)
async def test_a_decision_says_one_thing(registry, body):
    _, path = await asked(registry)
    answer = await registry.post("de-ag-mitte", path + "/decision", {"decided": day("2026-05-21")} | body)
    assert (answer.status, answer.json["errors"]) == (422, [{"pointer": "", "code": "one-of-two"}])


async def test_recognition_is_asked_of_an_enrolled_authority(registry):
    order = await order_of(registry)
    path = f"/v1/orders/{order['order_ref']}/recognitions"
    wish = {"jurisdiction": "DE", "asked": day("2026-05-02"), "requested_by_protected_person": True}
    for changed in ({"jurisdiction": "IT"}, {"authority": "fr-tj-lille"}):
        answer = await registry.post("fr-tj-lille", path, wish | changed)
        assert (answer.status, answer.json["code"]) == (422, "no-executing-authority")


async def notice(registry, order):
    notice_ref = NoticeRef(registry.services.executor.mint())
    command = IssueNotice(
        notice_ref=notice_ref,
        order_ref=OrderRef(UUID(order["order_ref"])),
        about=FactId(UUID(order["facts"][0])),
        kind=NoticeKind.CERTIFICATE_ISSUED,
        recipient=InstitutionId("de-ag-mitte"),
        jurisdiction=Jurisdiction("DE"),
        due=LATER,
        basis="registry rule",
    )
    receipt = await registry.services.executor.execute(command, principal=ITSELF)
    row = InboxRow(
        position=receipt.position,
        notice_ref=notice_ref,
        order_ref=command.order_ref,
        about=command.about,
        kind=command.kind,
        issued_at=receipt.recorded_at,
        due=command.due,
        basis=command.basis,
    )
    registry.rows.inbox.append(row)
    return notice_ref


async def test_a_notice_is_acknowledged_by_its_recipient_alone(registry):
    order = await order_of(registry)
    path = f"/v1/notices/{await notice(registry, order)}/acknowledgment"
    (waiting,) = (await registry.get("de-ag-mitte", "/v1/inbox")).json["items"]
    assert waiting["kind"] == "CERTIFICATE_ISSUED"
    assert (await registry.get("de-ag-mitte", f"/v1/orders/{order['order_ref']}")).status == 200
    assert (await registry.post("fr-tj-lille", path, {"answer": "ACCEPT"})).status == 404
    assert (await registry.post("de-ag-mitte", path, {"answer": "REJECT"})).status == 422
    assert (await registry.post("de-ag-mitte", path, {"answer": "ACCEPT"})).status == 200
    rejected = await registry.post("de-ag-mitte", path, {"answer": "REJECT", "reason": "DUPLICATE"})
    assert (rejected.status, rejected.json["code"]) == (409, "notice-acknowledged")


async def test_a_notice_can_be_sent_back(registry):
    path = f"/v1/notices/{await notice(registry, await order_of(registry))}/acknowledgment"
    assert (await registry.post("de-ag-mitte", path, {"answer": "REJECT", "reason": "UNREADABLE"})).status == 200


async def alert(registry, violation_ref, recipient="fr-police"):
    alert_ref = AlertRef(registry.services.executor.mint())
    command = RaiseAlert(
        violation_ref=ViolationRef(UUID(violation_ref)),
        alert_ref=alert_ref,
        recipient=InstitutionId(recipient),
        due=LATER,
        basis="registry rule",
    )
    receipt = await registry.services.executor.execute(command, principal=ITSELF)
    row = AlertRow(
        position=receipt.position,
        alert_ref=alert_ref,
        violation_ref=command.violation_ref,
        order_ref=OrderRef(alert_ref),
        raised_at=receipt.recorded_at,
        due=LATER,
        basis="registry rule",
    )
    registry.rows.alerts.setdefault(recipient, []).append(row)
    return alert_ref


async def reported(registry):
    order = await order_of(registry)
    report = {
        "order_ref": order["order_ref"],
        "breaches": ["CONTACT_ONLINE"],
        "conditions": [order["conditions"][0]["condition_ref"]],
        "occurred": day("2026-06-01", time="22:14"),
        "description": "He wrote to Adasecret again.",
    }
    answer = await registry.post("fr-police", "/v1/violations", report)
    assert answer.status == 201, answer.json
    return answer.json["violation_ref"]


async def test_a_breach_is_reported_taken_in_hand_and_closed(registry):
    violation_ref = await reported(registry)
    alert_ref = await alert(registry, violation_ref)
    (row,) = (await registry.get("fr-police", "/v1/alerts")).json["items"]
    assert row["alert_ref"] == str(alert_ref)
    for client, status in (("de-polizei", 404), ("fr-police", 200)):
        answer = await registry.post(client, f"/v1/alerts/{alert_ref}/acknowledgment", {})
        assert answer.status == status
    unknown = await registry.post("fr-police", f"/v1/alerts/{violation_ref}/acknowledgment", {})
    assert unknown.json["code"] == "no-such-alert"
    path = f"/v1/violations/{violation_ref}/resolution"
    assert (await registry.post("de-polizei", path, {"outcome": "ARREST"})).status == 404
    assert (await registry.post("fr-police", path, {"outcome": "ARREST"})).status == 200


async def test_a_breach_is_read_by_its_reporter_and_by_those_alerted_and_by_nobody_else(registry):
    violation_ref = await reported(registry)
    await alert(registry, violation_ref, recipient="de-ag-mitte")
    path = f"/v1/violations/{violation_ref}"
    mine = (await registry.get("fr-police", path)).json
    assert mine["reported_by"] == "fr-police"
    assert mine["outcome"] is None
    assert "Adasecret" not in str(mine)
    # Contact online breaks no ban of a place, whatever the report names.
    assert (mine["breach"]["breaks"], mine["breach"]["annex_ii"]) == ([], ["contact"])
    assert (await registry.get("de-ag-mitte", path)).json == mine
    stranger = await registry.get("de-polizei", path)
    order = await order_of(registry, number="RG 26/01235")
    nothing = await registry.get("fr-police", f"/v1/violations/{order['order_ref']}")
    assert (
        (stranger.status, stranger.json["code"]) == (nothing.status, nothing.json["code"]) == (404, "no-such-violation")
    )
    closed = await registry.post("de-ag-mitte", path + "/resolution", {"outcome": "WARNING"})
    assert closed.status == 200
    assert (await registry.get("fr-police", path)).json["outcome"] == "WARNING"


async def test_the_conditions_that_an_act_breaks_come_with_their_parameters(registry):
    order = await order_of(registry)
    report = {"order_ref": order["order_ref"], "breaches": ["PLACE_ENTRY", "DISTANCE"], "occurred": day("2026-06-01")}
    body = report | {"conduct": {"acted_in": ["FR"], "stays_in": "DE"}}
    answer = (await registry.post("fr-police", "/v1/violations", body)).json["breach"]
    (broken,) = answer["breaks"]
    assert (broken["kind"], broken["metres"], broken["place"], broken["by"]) == (
        "STAY_AWAY_PLACE",
        500,
        "HOME",
        ["PLACE_ENTRY"],
    )
    assert [claim["test"] for claim in answer["claims_to_act"]] == [
        "PROTECTED_PERSON_STAYS_THERE",
        "CONDUCT_TOOK_PLACE_THERE",
    ]
    wrong = await registry.post("fr-police", "/v1/violations", report | {"conduct": {"felt_in": ["QQ"]}})
    assert (wrong.status, wrong.json["code"]) == (422, "jurisdiction-unknown")
    assert wrong.json["errors"] == [{"pointer": "/conduct", "code": "jurisdiction-unknown"}]


async def test_deadlines_come_in_pages(registry):
    ref = OrderRef(registry.services.executor.mint())
    registry.rows.deadlines += [
        DeadlineRow(
            key=f"{n}.a", kind="NOTICE", due=LATER, order_ref=ref, subject=ref, basis="Art 9(1)", overdue=n == 0
        )
        for n in range(3)
    ]
    first = (await registry.get("fr-tj-lille", "/v1/deadlines?limit=2")).json
    assert [row["overdue"] for row in first["items"]] == [True, False]
    rest = (await registry.get("fr-tj-lille", f"/v1/deadlines?after={first['next']}")).json
    assert (len(rest["items"]), rest["next"]) == (1, None)


async def events(response, count):
    """Read so many events or comments of a stream."""
    found = []
    while len(found) < count:
        event = (await asyncio.wait_for(response.content.readuntil(b"\n\n"), 5)).decode()
        if not event.startswith("retry"):
            found.append(event)
    return found


QUICK = Limits(poll_seconds=0.01, heartbeat_seconds=0.02, streams_an_institution=1)


async def stream(registry, **headers):
    asked = {"Accept": "text/event-stream", **await registry.headers("fr-police", key=None), **headers}
    return registry.session.get(registry.url + "/v1/alerts", headers=asked)


async def test_alerts_are_streamed_from_where_the_client_was(tmp_path):
    async with a_registry(tmp_path, limits=QUICK) as registry:
        violation_ref = await reported(registry)
        first = await alert(registry, violation_ref)
        async with await stream(registry) as response:
            assert response.headers["Cache-Control"] == "no-store"
            (event,) = await events(response, 1)
            assert f'"alert_ref":"{first}"' in event
            assert (await events(response, 1)) == [": heartbeat\n\n"]
            async with await stream(registry) as another:
                assert (another.status, another.headers["Retry-After"]) == (429, "5")
        position = event.splitlines()[0].removeprefix("id: ")
        second = await alert(registry, violation_ref)
        await freed(registry)
        async with await stream(registry, **{"Last-Event-ID": position}) as response:
            (event,) = await events(response, 1)
            assert orjson.loads(event.splitlines()[2].removeprefix("data: "))["alert_ref"] == str(second)
            registry.clock.pass_seconds(601)
            # The token has run out: the stream ends.
            await asyncio.wait_for(response.content.read(), 5)


async def freed(registry):
    """Wait until the server has seen that the client is gone."""
    async with asyncio.timeout(5):
        while registry.services.streams.open():
            await registry.get(None, "/livez")


async def test_a_stream_begins_at_a_position(registry):
    async with await stream(registry, **{"Last-Event-ID": "yesterday"}) as response:
        assert response.status == 400


async def test_streams_end_when_the_registry_does(tmp_path):
    async with a_registry(tmp_path, limits=QUICK) as registry, await stream(registry) as response:
        await events(response, 1)
        registry.services.streams.closing = True
        await asyncio.wait_for(response.content.read(), 5)
