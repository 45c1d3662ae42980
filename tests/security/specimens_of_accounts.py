"""Specimens of an institution looking after its people's accounts. Like the others, by route."""

from typing import Any

from registry.access.actors import Role
from registry.people import codes, enrolling
from registry.values.time import SECOND
from tests.security import specimens_of_keys
from tests.security.estate import COURT, PLACES, Estate, named
from tests.security.specimens import Specimen, specimen

INVITATION = {"roles": [Role.COURT.value]}
COURTS = [named(Role.COURT, place) for place in PLACES]
OWN = frozenset({COURT})
PASSWORD = "wandering otters knit 42 scarves"  # of nobody


async def invited(estate: Estate) -> str:
    made: dict[str, Any] = await estate.posted(COURT, "/v1/accounts", INVITATION)
    return str(made["account_ref"])


async def opened(estate: Estate) -> str:
    """Open an invited account, as its person does."""
    made = await estate.posted(COURT, "/v1/accounts", INVITATION)
    people = estate.registry.services.people
    assert people is not None
    setup = await enrolling.prepared(people.house, made["invitation"])
    code = codes.code_at(setup.secret, people.house.clock() // (codes.STEP_SECONDS * SECOND))
    await enrolling.open_with_password(people.house, made["invitation"], setup.ticket, PASSWORD, code)
    return str(made["account_ref"])


@specimen("POST", "/v1/accounts")
async def inviting(_: Estate) -> Specimen:
    """Everybody who signs in invites people of their own, and only into roles of their own."""
    return Specimen(path="/v1/accounts", body=INVITATION, alone=frozenset(COURTS))


@specimen("GET", "/v1/accounts")
async def account_list(estate: Estate) -> Specimen:
    return Specimen(path="/v1/accounts", alone=OWN, holds=await invited(estate))


@specimen("POST", "/v1/accounts/{account_ref}/lock")
async def locking(estate: Estate) -> Specimen:
    return Specimen(path=f"/v1/accounts/{await opened(estate)}/lock", body={}, alone=OWN)


@specimen("POST", "/v1/accounts/{account_ref}/unlock")
async def unlocking(estate: Estate) -> Specimen:
    account = await opened(estate)
    await estate.posted(COURT, f"/v1/accounts/{account}/lock", {})
    return Specimen(path=f"/v1/accounts/{account}/unlock", body={}, alone=OWN)


@specimen("POST", "/v1/accounts/{account_ref}/end")
async def ending(estate: Estate) -> Specimen:
    return Specimen(path=f"/v1/accounts/{await invited(estate)}/end", body={}, alone=OWN)


EVERY_SPECIMEN = specimens_of_keys.EVERY_SPECIMEN
"""All there are, once this is imported."""
