"""Duties to tell somebody, over HTTP: whoever owes it says that it was done, and nobody else."""

import asyncio

from registry.access.actors import Principal, Role
from registry.commands.duty import OpenDuty
from registry.values.duty import DutyCode, Whom
from registry.values.identifiers import DutyRef, FactId, InstitutionId, KeyId, OrderRef
from registry.values.time import DAY, Instant
from tests.http.given import START, an_order, day

ITSELF = Principal(
    institution=InstitutionId("registry"), key_id=KeyId("own"), roles=frozenset({Role.REGISTRY}), jurisdictions=()
)
TOLD = {"at": day("2026-09-22"), "means": "EMAIL"}


async def owed(registry, by="fr-tj-lille"):
    """Open a duty as the registry does; gives its path."""
    order = (await registry.post("fr-tj-lille", "/v1/orders", an_order())).json
    executor = registry.services.executor
    ref = DutyRef(executor.mint())
    command = OpenDuty(
        duty_ref=ref,
        order_ref=OrderRef(order["order_ref"]),
        about=FactId(executor.mint()),
        code=DutyCode.COURT_TELLS_POLICE,
        whom=Whom.POLICE,
        owed_by=InstitutionId(by),
        since=START,
        due=Instant(START + DAY),
        instrument="FPR 2010 Practice Direction 11A",
        provision="para 1.4",
        verified=True,
    )
    await asyncio.to_thread(executor.perform, command, principal=ITSELF)
    return f"/v1/duties/{ref}/discharge"


async def test_who_owes_it_says_that_it_was_done_and_once_is_enough(registry):
    path = await owed(registry)
    done = await registry.post("fr-tj-lille", path, TOLD)
    assert (done.status, len(done.json["facts"])) == (200, 1)
    again = await registry.post("fr-tj-lille", path, TOLD)
    assert (again.status, again.json["facts"]) == (200, [])


async def test_to_all_others_there_is_no_such_duty(registry):
    path = await owed(registry)
    nowhere = path.replace(path.split("/")[3], "7d444840-9dc0-11d1-b245-5ffdce74fad2")
    for client, at in (("gb-court", path), ("de-ag-mitte", path), ("fr-tj-lille", nowhere)):
        answer = await registry.post(client, at, TOLD)
        assert (answer.status, answer.json["code"]) == (404, "no-such-duty")


async def test_a_date_is_neither_ahead_nor_before_there_was_anything_to_tell(registry):
    path = await owed(registry)
    for on, code in (("2026-09-01", "date-before-duty"), ("2027-01-01", "date-in-the-future")):
        answer = await registry.post("fr-tj-lille", path, TOLD | {"at": day(on)})
        assert (answer.status, answer.json["code"]) == (422, code)
        assert answer.json["errors"] == [{"pointer": "/at", "code": code}]


async def test_it_says_by_what_means(registry):
    answer = await registry.post("fr-tj-lille", await owed(registry), TOLD | {"means": "PIGEON"})
    assert answer.json["errors"] == [{"pointer": "/means", "code": "not-in-list"}]
