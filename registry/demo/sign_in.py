"""Signs in to a demo that runs on this machine, for people who try the interface with their own hands."""

import asyncio
import os
from typing import Final

from aiohttp import ClientError, ClientSession

from registry import core
from registry.config import Settings
from registry.demo.cast import PLAYERS, Player
from registry.demo.client import Desk, Unexpected
from registry.errors import ConfigurationError

_OFFICER: Final = "demo-hand-1"


def token(base: str, institution: str) -> str:
    """Give an access token of a running demo for one of its institutions; it is good for ten minutes.

    `base` is the demo's address without a trailing slash. Raises `ConfigurationError` for an
    institution that the demo does not have, and where no demo answers at the address.
    """
    player = next((player for player in PLAYERS if player.institution == institution), None)
    if player is None:
        known = ", ".join(player.institution for player in PLAYERS)
        raise ConfigurationError(f"the demo has no such institution; it has: {known}")
    try:
        return asyncio.run(_signed_in(base.rstrip("/"), player))
    except Unexpected:
        raise ConfigurationError("what answers at --url did not accept the demo key: is it a demo?") from None
    except (ClientError, TimeoutError, ValueError):
        raise ConfigurationError("no demo answers at --url; `registry demo` starts one") from None


async def _signed_in(base: str, player: Player) -> str:
    async with ClientSession() as session:
        desk = Desk(player=player, base=base, issuer=Settings().issuer, session=session, entropy=os.urandom)
        await desk.sign_in(core.clock(), on_behalf_of=_OFFICER)
        return desk.token
