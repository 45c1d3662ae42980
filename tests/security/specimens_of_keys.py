"""Specimens of withdrawing a key and of releasing a locked sign-in. Like the others, by route."""

import os
from contextlib import suppress
from itertools import count
from typing import Any

from registry.access.actors import Role
from registry.config import Settings
from registry.core import clock
from registry.demo.cast import Player
from registry.demo.client import Desk, Unexpected
from registry.limits.lock_out import FAILURES
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
    return f"/v1/key-withdrawals/{made['key_ref']}", {name: said[name] for name in ("since", "ground")}


@specimen("POST", "/v1/key-withdrawals/{key_ref}/confirmation")
async def confirming(estate: Estate) -> Specimen:
    path, body = await proposed(estate)
    return Specimen(path=f"{path}/confirmation", body=body, client=COURT)


@specimen("GET", "/v1/key-withdrawals/{key_ref}")
async def read_back(estate: Estate) -> Specimen:
    path, _ = await proposed(estate)
    return Specimen(path=path, client=COURT)


async def locked(estate: Estate) -> str:
    """Fail to sign in under a name of nobody until that is locked; gives the lock."""
    stranger = Player(
        institution=f"nobody-{next(_NUMBERS)}", name="Nobody", roles=(Role.COURT,), jurisdiction="FR", contact="-"
    )
    desk = Desk(player=stranger, base=estate.base, issuer=Settings().issuer, session=estate.session, entropy=os.urandom)
    for _ in range(FAILURES):
        with suppress(Unexpected):
            await desk.sign_in(clock())
    return str((await estate.registry.services.lock_out.locks())[0].lock_ref)


@specimen("GET", "/v1/sign-in-locks")
async def lock_list(estate: Estate) -> Specimen:
    return Specimen(path="/v1/sign-in-locks", client=OPERATOR, anywhere=True, holds=await locked(estate))


@specimen("POST", "/v1/sign-in-locks/{lock_ref}/release")
async def lock_release(estate: Estate) -> Specimen:
    path = f"/v1/sign-in-locks/{await locked(estate)}/release"
    return Specimen(path=path, body={}, client=OPERATOR, anywhere=True)


EVERY_SPECIMEN = SPECIMENS
"""All there are, once this is imported."""
