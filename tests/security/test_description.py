"""Every answer of a served registry is as its description says, whatever schemathesis sends: no fault, no surprise.

The bounds of every parameter and field are tried and overstepped, of the largest body in a deep run alone; then it goes
on at random, for seconds or, in a deep run, for long. What it came to is printed at the end. TEST_SEED starts it
elsewhere.
"""

import asyncio
import os
from pathlib import Path

import pytest

from registry.api.routes import ROUTES
from tests.closing import CAMPAIGN
from tests.security.campaign import EVERY_ROLE, Campaign
from tests.security.estate import Estate, an_estate

DEEP = bool(os.environ.get("TEST_DEEP"))
SECONDS, EXAMPLES = (1200, 400) if DEEP else (3, 8)


async def a_campaign(estate: Estate, seconds: int, examples: int) -> Campaign:
    made = Campaign(
        estate=estate,
        desk=await estate.desk(EVERY_ROLE.institution),
        seconds=seconds,
        examples=examples,
        thorough=DEEP,
        seed=int(os.environ.get("TEST_SEED", "7")),
    )
    await made.prepare()
    return made


@pytest.mark.filterwarnings("default")  # what it warns of is its own affair
async def test_no_request_meets_a_fault_or_an_answer_that_is_not_described(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    async with an_estate(tmp_path, EVERY_ROLE) as estate:
        campaign = await a_campaign(estate, SECONDS, EXAMPLES)
        await asyncio.to_thread(campaign.run)
    request.node.user_properties.append((CAMPAIGN, campaign.summary()))
    assert campaign.faults == {}
    assert len(campaign.operations) == len(ROUTES)
    assert {200, 400, 401, 404, 422} <= set(campaign.statuses)


@pytest.mark.filterwarnings("default")
async def test_a_planted_fault_and_a_planted_surprise_are_found(tmp_path: Path) -> None:
    async with an_estate(tmp_path, EVERY_ROLE) as estate:

        def broken() -> dict[str, int]:
            raise ValueError("planted")

        object.__setattr__(estate.registry.services, "views", broken)
        campaign = await a_campaign(estate, 1, 1)
        paths = campaign.description["paths"]
        paths["/tile/{tile}"]["get"]["responses"].pop("404")
        paths["/log/keys"]["get"]["responses"]["200"]["content"] = {"text/html": {}}
        paths["/livez"]["get"]["responses"]["200"]["content"]["application/json"]["schema"] = {"type": "array"}
        campaign.description["paths"] = {
            path: paths[path] for path in ("/readyz", "/tile/{tile}", "/log/keys", "/livez")
        }
        await asyncio.to_thread(campaign.run)
    assert set(campaign.faults) == {
        "GET /readyz: ServerError",
        "GET /tile/{tile}: UndefinedStatusCode",
        "GET /log/keys: UndefinedContentType",
        "GET /livez: JsonSchemaError",
    }
