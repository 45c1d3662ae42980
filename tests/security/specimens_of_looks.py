"""Specimens of looks: who looked, told later, and seen by a supervisor. Like the others, by route."""

from registry.access.actors import Role
from tests.security.estate import Estate, named
from tests.security.specimens import SPECIMENS, Specimen, an_entered, of, specimen

POLICE, SUPERVISOR = named(Role.POLICE, "FR"), named(Role.SUPERVISOR, "FR")
DELAY = {"reason": "ONGOING_INVESTIGATION"}


@specimen("GET", "/v1/orders/{order_ref}/looks")
async def looks(estate: Estate) -> Specimen:
    return Specimen(path=of(await an_entered(estate), "looks"))


@specimen("POST", "/v1/orders/{order_ref}/look-delays")
async def delayed(estate: Estate) -> Specimen:
    return Specimen(path=of(await an_entered(estate), "look-delays"), body=DELAY, client=POLICE)


@specimen("POST", "/v1/orders/{order_ref}/look-delays/lift")
async def lifted(estate: Estate) -> Specimen:
    order = await an_entered(estate)
    await estate.posted(POLICE, of(order, "look-delays"), DELAY)
    return Specimen(path=of(order, "look-delays/lift"), body={"reason": "WRONGLY_SET"}, client=POLICE)


@specimen("GET", "/v1/supervision/looks")
async def supervised(estate: Estate) -> Specimen:  # noqa: ARG001  # the shape of a maker
    return Specimen(path=f"/v1/supervision/looks?institution={POLICE}", client=SUPERVISOR)


EVERY_SPECIMEN = SPECIMENS
