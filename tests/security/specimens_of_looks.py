"""Specimens of looks and break-glass: who looked, told later, seen by a supervisor, reviewed. By route."""

from typing import Any
from uuid import UUID

from registry.access.actors import Role
from registry.commands.conflict import NoteConflict
from registry.values.conflict import ConflictRef, Met
from registry.values.identifiers import InstitutionId, OrderRef
from registry.values.jurisdiction import Jurisdiction
from tests.security.estate import COURT, Estate, named
from tests.security.specimens import SPECIMENS, Specimen, an_entered, day, of, specimen

POLICE, SUPERVISOR = named(Role.POLICE, "FR"), named(Role.SUPERVISOR, "FR")
ADVOCATE = named(Role.ADVOCATE, "DE")
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


def representing(order: dict[str, Any]) -> dict[str, Any]:
    return {
        "party_ref": order["parties"][0]["party_ref"],
        "organisation": ADVOCATE,
        "authorisation": "WRITTEN_AUTHORISATION",
        "given_by": "PARTY",
        "until": day(-200),
    }


async def a_representation(estate: Estate, word: str = "") -> str:
    order = await an_entered(estate)
    made = await estate.posted(COURT, of(order, "representations"), representing(order))
    return f"/v1/representations/{made['representation_ref']}{word}"


@specimen("POST", "/v1/orders/{order_ref}/representations")
async def represented(estate: Estate) -> Specimen:
    order = await an_entered(estate)
    return Specimen(path=of(order, "representations"), body=representing(order))


@specimen("GET", "/v1/orders/{order_ref}/representations")
async def representations(estate: Estate) -> Specimen:
    order = await an_entered(estate)
    await estate.posted(COURT, of(order, "representations"), representing(order))
    return Specimen(path=of(order, "representations"))


@specimen("POST", "/v1/representations/{representation_ref}/end")
async def representation_ended(estate: Estate) -> Specimen:
    return Specimen(path=await a_representation(estate, "/end"), body={"reason": "REVOKED_BY_PARTY"})


@specimen("GET", "/v1/representations")
async def acting_for(estate: Estate) -> Specimen:
    ref = (await a_representation(estate)).rpartition("/")[2]
    return Specimen(path="/v1/representations?limit=200", client=ADVOCATE, alone=frozenset({ADVOCATE}), holds=ref)


@specimen("GET", "/v1/representations/{representation_ref}/looks")
async def represented_looks(estate: Estate) -> Specimen:
    path = await a_representation(estate, "/looks")
    return Specimen(path=path, client=ADVOCATE, alone=frozenset({ADVOCATE}))


@specimen("GET", "/v1/supervision/looks")
async def supervised(estate: Estate) -> Specimen:  # noqa: ARG001  # the shape of a maker
    return Specimen(path=f"/v1/supervision/looks?institution={POLICE}", client=SUPERVISOR)


BREAK = {
    "ground": "THREAT_TO_LIFE",
    "incident": "VF-2026/77",
    "justification": "A neighbour hears her call for help, and nobody opens.",
    "jurisdiction": "FR",
}


async def broken(estate: Estate) -> str:
    """Break the glass of an order of its own; gives the reference."""
    glass = await estate.posted(POLICE, of(await an_entered(estate), "break-glass"), BREAK)
    return str(glass["glass_ref"])


async def once_broken(estate: Estate) -> str:
    """Give the one that several routes share, and that no route has reviewed."""
    if not estate.glass_refs:
        estate.glass_refs.append(await broken(estate))
    return estate.glass_refs[0]


@specimen("POST", "/v1/orders/{order_ref}/break-glass")
async def breaking(estate: Estate) -> Specimen:
    return Specimen(path=of(await an_entered(estate), "break-glass"), body=BREAK, client=POLICE)


@specimen("GET", "/v1/break-glass/{glass_ref}/order")
async def opened(estate: Estate) -> Specimen:
    path = f"/v1/break-glass/{await once_broken(estate)}/order"
    return Specimen(path=path, client=POLICE, alone=frozenset({POLICE}))


@specimen("POST", "/v1/break-glass/{glass_ref}/acknowledgment")
async def taken(estate: Estate) -> Specimen:
    path = f"/v1/break-glass/{await once_broken(estate)}/acknowledgment"
    return Specimen(path=path, body={}, alone=frozenset({COURT, POLICE, SUPERVISOR}))


@specimen("POST", "/v1/break-glass/{glass_ref}/review")
async def reviewed(estate: Estate) -> Specimen:
    path = f"/v1/break-glass/{await broken(estate)}/review"
    return Specimen(path=path, body={"verdict": "JUSTIFIED", "reason": "LIFE_IN_DANGER"}, client=SUPERVISOR)


@specimen("GET", "/v1/break-glass/{glass_ref}")
async def stated(estate: Estate) -> Specimen:
    return Specimen(path=f"/v1/break-glass/{await once_broken(estate)}", client=SUPERVISOR)


@specimen("GET", "/v1/supervision/break-glass")
async def waiting(estate: Estate) -> Specimen:
    holds = await once_broken(estate)
    return Specimen(path="/v1/supervision/break-glass?limit=200", client=SUPERVISOR, holds=holds)


BEN = {"officer": "o-1", "name": {"family": "Bellwether", "given": "Ben"}, "birth_date": "1981-01-31"}


@specimen("POST", "/v1/officers")
async def enrolled(estate: Estate) -> Specimen:  # noqa: ARG001  # the shape of a maker
    return Specimen(path="/v1/officers", body=BEN, client=POLICE, anywhere=True)


@specimen("POST", "/v1/officers/end")
async def ended(estate: Estate) -> Specimen:
    await estate.posted(POLICE, "/v1/officers", BEN)
    return Specimen(path="/v1/officers/end", body={"officer": "o-1"}, client=POLICE, alone=frozenset({POLICE}))


async def a_conflict(estate: Estate, conflict_ref: ConflictRef) -> str:
    order_ref = OrderRef(UUID(str((await an_entered(estate))["order_ref"])))
    command = NoteConflict(
        conflict_ref=conflict_ref,
        order_ref=order_ref,
        institution=InstitutionId(POLICE),
        officer="o-78",
        jurisdiction=Jurisdiction("FR"),
        met=Met.CHECK,
        recipients=(InstitutionId(SUPERVISOR),),
    )
    await estate.performed(command)
    return f"/v1/conflicts/{conflict_ref}"


@specimen("GET", "/v1/conflicts/{conflict_ref}")
async def conflict(estate: Estate) -> Specimen:
    path = await a_conflict(estate, ConflictRef(UUID(int=40)))
    return Specimen(path=path, client=SUPERVISOR, alone=frozenset({SUPERVISOR}))


@specimen("POST", "/v1/conflicts/{conflict_ref}/acknowledgment")
async def met(estate: Estate) -> Specimen:
    path = f"{await a_conflict(estate, ConflictRef(UUID(int=41)))}/acknowledgment"
    return Specimen(path=path, body={}, client=SUPERVISOR, alone=frozenset({SUPERVISOR}))


EVERY_SPECIMEN = SPECIMENS
