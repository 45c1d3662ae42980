"""Specimens of withdrawing a key: one proposes, another institution confirms. Like the others, by route."""

from itertools import count
from typing import Any

from registry.access.actors import Role
from registry.core import clock
from registry.values.time import SECOND, Instant, iso
from tests.security.estate import COURT, Estate, named
from tests.security.specimens import SPECIMENS, Specimen, specimen

OPERATOR = named(Role.OPERATOR, "FR")
_NUMBERS = count(10)


def proposal() -> dict[str, Any]:
    """Say of a key of cards, each time another, that it counts no more."""
    since = iso(Instant(clock() // SECOND * SECOND))
    said = {"use": "CARD", "ground": "COMPROMISED", "since": since, "jurisdiction": "FR"}
    return said | {"kid": f"AAAAAAAAA{next(_NUMBERS)}"}


@specimen("POST", "/v1/key-withdrawals")
async def proposing(_: Estate) -> Specimen:
    return Specimen(path="/v1/key-withdrawals", body=proposal(), client=OPERATOR)


async def proposed(estate: Estate) -> tuple[str, dict[str, Any]]:
    said = proposal()
    made = await estate.posted(OPERATOR, "/v1/key-withdrawals", said)
    return f"/v1/key-withdrawals/{made['key_ref']}", {"since": said["since"]}


@specimen("POST", "/v1/key-withdrawals/{key_ref}/confirmation")
async def confirming(estate: Estate) -> Specimen:
    path, body = await proposed(estate)
    return Specimen(path=f"{path}/confirmation", body=body, client=COURT)


@specimen("GET", "/v1/key-withdrawals/{key_ref}")
async def read_back(estate: Estate) -> Specimen:
    path, _ = await proposed(estate)
    return Specimen(path=path, client=COURT)


EVERY_SPECIMEN = SPECIMENS
"""All there are, once this is imported."""
