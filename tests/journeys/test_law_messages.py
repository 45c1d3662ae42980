"""The cases of messages and deliveries, each by its own commands through the doors."""

from base64 import b64encode

import pytest

from adapters.containers.asic_s import CONTAINER
from registry.boundary import SUPPLIED_BLOCK
from registry.events.notice import ContainerReceived
from registry.values.time import HOUR, MINUTE, Instant, iso
from registry.vault.block import Place
from registry.vault.documents import open_document
from registry.views.police import DOCUMENT
from tests.containers import a_container
from tests.given import at
from tests.http.given import a_registry
from tests.journeys.following import follow
from tests.law.test_cases import STORIES

PLAYED = {"MSG-01", "MSG-04", "MSG-05", "DQ-02"}
"""The stories without a question of the law that this file plays."""
SENT = at("2024-01-15T12:00:00+01:00")
ROLES = {
    "court-es": (["COURT"], ["ES"]),
    "court-de": (["COURT", "EXECUTING_AUTHORITY"], ["DE"]),
    "connector-es": (["OPERATOR"], ["ES"]),
    "connector-de": (["OPERATOR"], ["DE"]),
    "connector-fr": (["OPERATOR"], ["FR"]),
    "police-de": (["POLICE"], ["DE"]),
}
MADRID = "Europe/Madrid"
ORDER = {
    "court": {"code": "STORY"},
    "kind": "EUROPEAN_PROTECTION_ORDER",
    "nature": "CRIMINAL",
    "issued": {"date": "2024-01-10", "zone": MADRID},
    "expiry": {"kind": "NONE"},
    "parties": [
        {"label": "p", "role": "PROTECTED", "identity": {"name": {"family": "Storyperson P"}}},
        {"label": "r", "role": "RESPONDENT", "identity": {"name": {"family": "Storyperson R"}}},
    ],
    "conditions": [{"kind": "NO_CONTACT"}],
}


def test_the_cases_are_those_of_the_stories():
    assert {story.name for story in STORIES if not story.questions} >= PLAYED


@pytest.fixture
async def registry(tmp_path):
    async with a_registry(tmp_path, roles=ROLES, start=Instant(SENT - HOUR)) as registry:
        yield registry


async def sent(registry, folder):
    """A request for recognition on its way from Spain to Germany; gives the path of its notice."""
    order = await registry.post("court-es", "/v1/orders", ORDER)
    assert order.status == 201, order.json
    asked = {
        "jurisdiction": "DE",
        "asked": {"date": "2024-01-15", "zone": MADRID},
        "requested_by_protected_person": True,
    }
    path = f"/v1/orders/{order.json['order_ref']}/recognitions"
    assert (await registry.post("court-es", path, asked)).status == 201
    registry.clock.now = SENT
    registry.tokens.clear()
    await follow(folder, registry, "court-de")
    (notice,) = (await registry.get("court-de", "/v1/inbox")).json["items"]
    assert notice["kind"] == "RECOGNITION_ASKED"
    return f"/v1/notices/{notice['notice_ref']}"


async def evidence(registry, path, *kinds, after=0, by="connector-es"):
    """Record evidence, one a minute, from so many hours after the sending."""
    for number, kind in enumerate(kinds):
        moment = iso(Instant(SENT + after * HOUR + number * MINUTE))
        answer = await registry.post(by, path + "/evidence", {"evidence": kind, "at": moment})
        assert answer.status == 200, answer.json


async def shown(registry, path, by="court-es"):
    answer = await registry.get(by, path)
    assert answer.status == 200, answer.json
    return answer.json


async def pass_hours(registry, folder, hours):
    registry.clock.now = Instant(SENT + hours * HOUR)
    registry.tokens.clear()
    await follow(folder, registry, "court-es")


# ------------------------------------------------------------------ MSG-01


async def test_a_delivered_message_is_acknowledged_only_once_it_was_fetched(registry, tmp_path):
    path = await sent(registry, tmp_path)
    assert (await shown(registry, path))["transport"]["state"] == "NOT_SENT"
    await evidence(registry, path, "SUBMISSION_ACCEPTANCE", "RELAY_REMMD_ACCEPTANCE", "DELIVERY")
    delivered = await shown(registry, path)
    assert (delivered["transport"]["state"], delivered["acknowledged"]) == ("DELIVERED", False)
    await follow(tmp_path, registry, "court-de")
    assert [due["kind"] for due in (await registry.get("court-de", "/v1/deadlines")).json["items"]] == [
        "NOTICE_ACKNOWLEDGMENT"
    ]
    await evidence(registry, path, "RETRIEVAL", by="connector-de")
    fetched = await shown(registry, path, by="court-de")
    assert (fetched["transport"]["state"], fetched["acknowledged"]) == ("RETRIEVED", True)
    await follow(tmp_path, registry, "court-de")
    assert (await registry.get("court-de", "/v1/deadlines")).json["items"] == []


async def test_evidence_of_a_higher_priority_overrules_whatever_came_first(registry, tmp_path):
    path = await sent(registry, tmp_path)
    await evidence(registry, path, "DELIVERY", "SUBMISSION_ACCEPTANCE", "RELAY_REMMD_ACCEPTANCE")
    transport = (await shown(registry, path))["transport"]
    assert (transport["state"], transport["next_due"]) == ("DELIVERED", None)
    await evidence(registry, path, "DELIVERY")
    assert len((await shown(registry, path))["transport"]["evidence"]) == 3


# ------------------------------------------------------------------ MSG-05


@pytest.mark.parametrize(
    ("had", "failed"),
    [
        (("SUBMISSION_ACCEPTANCE",), ("RELAY_FAILED", "RELAY_REMMD_FAILURE", "RELAY_REMMD_TIMEOUT")),
        (
            ("SUBMISSION_ACCEPTANCE", "RELAY_REMMD_ACCEPTANCE"),
            ("NOT_DELIVERED", "NON_DELIVERY", "DELIVERY_EVIDENCE_TIMEOUT"),
        ),
    ],
)
async def test_evidence_that_is_not_there_in_time_is_a_failure_with_its_reason(registry, tmp_path, had, failed):
    state, missing, reason = failed
    path = await sent(registry, tmp_path)
    await evidence(registry, path, *had)
    await pass_hours(registry, tmp_path, 23)
    assert (await shown(registry, path))["transport"]["state"] != state
    await pass_hours(registry, tmp_path, 25)
    await pass_hours(registry, tmp_path, 26)
    transport = (await shown(registry, path))["transport"]
    assert transport["state"] == state
    assert [(each["evidence"], each["reason"]) for each in transport["evidence"]][len(had) :] == [(missing, reason)]
    told = [notice["kind"] for notice in (await registry.get("court-es", "/v1/inbox")).json["items"]]
    assert told == ["NOTICE_NOT_DELIVERED"]


async def test_evidence_that_was_there_in_time_is_no_failure(registry, tmp_path):
    path = await sent(registry, tmp_path)
    await evidence(registry, path, "SUBMISSION_ACCEPTANCE", "RELAY_REMMD_ACCEPTANCE", "DELIVERY")
    await pass_hours(registry, tmp_path, 48)
    assert (await shown(registry, path))["transport"]["state"] == "DELIVERED"
    assert (await registry.get("court-es", "/v1/inbox")).json["items"] == []


async def test_a_message_that_arrives_after_all_is_delivered(registry, tmp_path):
    path = await sent(registry, tmp_path)
    await evidence(registry, path, "SUBMISSION_ACCEPTANCE")
    await pass_hours(registry, tmp_path, 25)
    await evidence(registry, path, "DELIVERY", after=25)
    assert (await shown(registry, path))["transport"]["state"] == "DELIVERED"


# ------------------------------------------------------------------ MSG-04


async def contained(registry, path, content, by="connector-de"):
    body = {"container": {"media_type": CONTAINER.MEDIA_TYPE, "content": b64encode(content).decode()}}
    answer = await registry.post(by, path + "/container", body)
    assert answer.status == 200, answer.json
    return answer.json


async def test_a_container_whose_content_was_altered_is_rejected_and_kept(registry, tmp_path):
    path = await sent(registry, tmp_path)
    altered = a_container(b"another content", signed=b"the content")
    answered = await contained(registry, path, altered)
    assert (answered["verdict"], answered["fault"]) == ("REJECTED", "DIGEST_MISMATCH")
    (kept,) = (await shown(registry, path))["containers"]
    assert kept == {"verdict": "REJECTED", "fault": "DIGEST_MISMATCH", "size": len(altered)}
    (event,) = [
        recorded.fact
        for recorded in registry.ledger.reader.after(0, limit=100)
        if isinstance(recorded.fact.event, ContainerReceived)
    ]
    (row,) = registry.ledger.reader.rows(DOCUMENT, {"blob": event.event.document.blob.bytes})
    assert b"another content" not in row["sealed"]
    place = Place(
        ledger=str(registry.ledger.ledger_id),
        stream=event.event.order_ref,
        fact_id=event.fact_id,
        name=SUPPLIED_BLOCK,
    )
    assert open_document(row["sealed"], place=place, ring=registry.services.executor.ring).content == altered


async def test_a_container_whose_digest_fits_is_intact_and_no_more(registry, tmp_path):
    path = await sent(registry, tmp_path)
    answered = await contained(registry, path, a_container(b"the content"), by="connector-es")
    assert (answered["verdict"], answered["fault"]) == ("INTACT", None)


async def test_a_container_of_another_kind_or_of_no_notice_is_not_taken(registry, tmp_path):
    path = await sent(registry, tmp_path)
    other = {"container": {"media_type": "application/zip", "content": "UEs="}}
    answer = await registry.post("connector-de", path + "/container", other)
    assert (answer.status, answer.json["code"]) == (422, "container-unknown")
    known = {"container": {"media_type": CONTAINER.MEDIA_TYPE, "content": "UEs="}}
    foreign = await registry.post("connector-fr", path + "/container", known)
    assert (foreign.status, foreign.json["code"]) == (404, "no-such-notice")
    nowhere = "/v1/notices/7d444840-9dc0-11d1-b245-5ffdce74fad2/container"
    assert (await registry.post("connector-de", nowhere, known)).json["code"] == "no-such-notice"


# ------------------------------------------------------------------ DQ-02

PDF = {"document": {"media_type": "application/pdf", "content": "JVBERi0xLjQ="}}


async def entered_without_document(registry):
    answer = await registry.post("court-es", "/v1/orders", ORDER | {"document_missing": True})
    assert answer.status == 201, answer.json
    return f"/v1/orders/{answer.json['order_ref']}", answer.json["order_ref"]


async def test_an_order_whose_document_cannot_be_had_is_entered_with_a_flag_and_never_dropped(registry, tmp_path):
    path, order_ref = await entered_without_document(registry)
    assert (await registry.get("court-es", path)).json["unread"] == ["document"]
    await follow(tmp_path, registry, "court-es")
    (due,) = (await registry.get("court-es", "/v1/deadlines")).json["items"]
    assert (due["kind"], due["order_ref"], due["overdue"]) == ("DOCUMENT", order_ref, False)
    question = {"purpose": "AT_THE_SCENE", "order_ref": order_ref, "jurisdiction": "DE"}
    checked = (await registry.post("police-de", "/v1/checks", question, key=None)).json
    assert "DOCUMENT_MISSING" in checked["orders"][0]["notes"]


async def test_it_is_due_until_it_is_there_however_often_it_fails(registry, tmp_path):
    path, _ = await entered_without_document(registry)
    await pass_hours(registry, tmp_path, 48)
    (due,) = (await registry.get("court-es", "/v1/deadlines")).json["items"]
    assert (due["kind"], due["overdue"]) == ("DOCUMENT", True)
    assert (await registry.post("court-es", path + "/document", {"document": None})).status == 422
    supplied = await registry.post("court-es", path + "/document", PDF)
    assert (supplied.status, len(supplied.json["facts"])) == (200, 1)
    await follow(tmp_path, registry, "court-es")
    assert (await registry.get("court-es", "/v1/deadlines")).json["items"] == []
    assert (await registry.get("court-es", path)).json["unread"] == []
    again = await registry.post("court-es", path + "/document", PDF)
    assert (again.status, again.json["code"]) == (409, "document-there")


async def test_a_document_is_there_or_missing_and_only_the_courts_place_supplies_it(registry):
    both = await registry.post("court-es", "/v1/orders", ORDER | PDF | {"document_missing": True})
    assert both.json["errors"] == [{"pointer": "", "code": "one-of-two"}]
    path, _ = await entered_without_document(registry)
    foreign = await registry.post("court-de", path + "/document", PDF)
    assert (foreign.status, foreign.json["code"]) == (404, "no-such-order")
    nowhere = "/v1/orders/7d444840-9dc0-11d1-b245-5ffdce74fad2/document"
    assert (await registry.post("court-es", nowhere, PDF)).json["code"] == "no-such-order"


# ------------------------------------------------------------------ who may, and what is refused


async def test_a_connector_of_neither_end_finds_no_notice_and_no_court_records_evidence(registry, tmp_path):
    path = await sent(registry, tmp_path)
    body = {"evidence": "DELIVERY", "at": iso(SENT)}
    foreign = await registry.post("connector-fr", path + "/evidence", body)
    assert (foreign.status, foreign.json["code"]) == (404, "no-such-notice")
    court = await registry.post("court-es", path + "/evidence", body)
    assert (court.status, court.json["code"]) == (403, "role-not-permitted")
    for client in ("connector-fr", "police-de"):
        assert (await registry.get(client, path)).json["code"] == "no-such-notice"
    nowhere = "/v1/notices/7d444840-9dc0-11d1-b245-5ffdce74fad2"
    assert (await registry.get("court-es", nowhere)).json["code"] == "no-such-notice"
    assert (await registry.post("connector-es", nowhere + "/evidence", body)).json["code"] == "no-such-notice"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"evidence": "DELIVERY", "at": "2024-01-12T12:00:00Z"}, "date-before-notice"),
        ({"evidence": "DELIVERY", "at": "2024-01-18T12:00:00Z"}, "date-in-the-future"),
        ({"evidence": "DELIVERY", "at": "2024-01-15T12:00:00Z", "reason": "UNREACHABLE"}, "does-not-fit"),
    ],
)
async def test_evidence_is_of_its_time_and_only_a_failure_has_a_reason(registry, tmp_path, body, code):
    path = await sent(registry, tmp_path)
    before = registry.head()
    answer = await registry.post("connector-es", path + "/evidence", body)
    assert (answer.status, answer.json["code"]) == (422, code)
    assert registry.head() == before


async def test_a_failure_that_the_transport_reports_keeps_its_reason(registry, tmp_path):
    path = await sent(registry, tmp_path)
    body = {"evidence": "RELAY_REMMD_REJECTION", "at": iso(SENT), "reason": "UNREACHABLE"}
    assert (await registry.post("connector-es", path + "/evidence", body)).status == 200
    transport = (await shown(registry, path))["transport"]
    assert (transport["state"], transport["evidence"][0]["reason"]) == ("RELAY_REJECTED", "UNREACHABLE")
