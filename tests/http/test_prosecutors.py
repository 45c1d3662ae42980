"""A breach that is reported to the prosecutor reaches one, over HTTP: alerted, read, taken in hand."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from registry.values.check import CheckPurpose
from tests.http.given import ROLES, a_registry, an_order, day
from tests.journeys.following import follow

COURT, POLICE, PARQUET, ABROAD = "fr-tj-lille", "fr-police", "fr-parquet", "de-sta"


@pytest.fixture
async def registry(tmp_path) -> AsyncGenerator[Any, None]:
    offices = {PARQUET: (["PROSECUTOR"], ["FR"]), ABROAD: (["PROSECUTOR"], ["DE"])}
    async with a_registry(tmp_path, roles=ROLES | offices, recorded=True) as made:
        yield made


async def closed(registry, tmp_path, outcome: str) -> str:
    """Let the police report a breach, take it in hand and close it; gives where it is read."""
    order = (await registry.post(COURT, "/v1/orders", an_order())).json["order_ref"]
    report = {"order_ref": order, "breaches": ["CONTACT_ONLINE"], "occurred": day("2026-06-01")}
    path = f"/v1/violations/{(await registry.post(POLICE, '/v1/violations', report)).json['violation_ref']}"
    await follow(tmp_path, registry, COURT)
    (alert,) = (await registry.get(COURT, "/v1/alerts")).json["items"]
    assert (await registry.get(PARQUET, path)).status == 404
    assert (await registry.post(COURT, f"/v1/alerts/{alert['alert_ref']}/acknowledgment", {})).status == 200
    assert (await registry.post(COURT, f"{path}/resolution", {"outcome": outcome})).status == 200
    await follow(tmp_path, registry, PARQUET)
    return path


async def test_a_breach_reported_to_the_prosecutor_is_read_and_taken_in_hand_by_one_of_the_place(registry, tmp_path):
    path = await closed(registry, tmp_path, "REPORTED_TO_PROSECUTOR")
    (alert,) = (await registry.get(PARQUET, "/v1/alerts")).json["items"]
    breach = (await registry.get(PARQUET, path)).json
    assert (breach["outcome"], breach["breaches"]) == ("REPORTED_TO_PROSECUTOR", ["CONTACT_ONLINE"])
    (owed,) = (await registry.get(PARQUET, "/v1/deadlines")).json["items"]
    assert owed["kind"] == "ALERT_ACKNOWLEDGMENT"
    assert (await registry.get(ABROAD, path)).json["code"] == "no-such-violation"
    assert (await registry.post(PARQUET, f"/v1/alerts/{alert['alert_ref']}/acknowledgment", {})).status == 200
    await follow(tmp_path, registry, PARQUET)
    assert (await registry.get(PARQUET, "/v1/alerts")).json["items"] == []
    await follow(tmp_path, registry, ABROAD)
    assert (await registry.get(ABROAD, "/v1/alerts")).json["items"] == []


@pytest.mark.parametrize("outcome", ["ARREST", "UNFOUNDED"])
async def test_a_breach_that_was_closed_in_another_way_reaches_no_prosecutor(registry, tmp_path, outcome):
    path = await closed(registry, tmp_path, outcome)
    assert (await registry.get(PARQUET, "/v1/alerts")).json["items"] == []
    assert (await registry.get(PARQUET, path)).json["code"] == "no-such-violation"


@pytest.mark.parametrize("purpose", CheckPurpose)
async def test_a_prosecutor_checks_and_is_told_of_whom_the_order_is_in_an_investigation_alone(registry, purpose):
    order = (await registry.post(COURT, "/v1/orders", an_order())).json["order_ref"]
    question = {"purpose": purpose.value, "order_ref": order, "incident": "7"}
    answer = await registry.post(PARQUET, "/v1/checks", question, key=None)
    (shown,) = answer.json["orders"]
    assert ("identity" in shown["respondents"][0]) is (purpose is CheckPurpose.INVESTIGATION)


async def test_a_prosecutor_reports_closes_and_enters_nothing_and_breaks_no_glass(registry, tmp_path):
    path = await closed(registry, tmp_path, "REPORTED_TO_PROSECUTOR")
    order = (await registry.get(PARQUET, path)).json["order_ref"]
    report = {"order_ref": order, "breaches": ["VIOLENCE"], "occurred": day("2026-06-01")}
    refused = [
        await registry.post(PARQUET, "/v1/violations", report),
        await registry.post(PARQUET, f"{path}/resolution", {"outcome": "UNFOUNDED"}),
        await registry.post(PARQUET, "/v1/orders", an_order()),
        await registry.post(PARQUET, f"/v1/orders/{order}/break-glass", {}),
        await registry.get(PARQUET, f"/v1/orders/{order}"),
    ]
    assert [answer.status for answer in refused] == [403] * 5
