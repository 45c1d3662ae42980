"""Signs in to a demo that runs on this machine and signs what is sent to it, for people who try it by hand."""

import asyncio
import os
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

from aiohttp import ClientError, ClientSession

from registry import core
from registry.config import Settings
from registry.demo.cast import PLAYERS, Player
from registry.demo.client import TIMEOUT, Desk, Unexpected
from registry.errors import ConfigurationError

_OFFICER: Final = "demo-hand-1"
Given = TypeVar("Given")


def token(base: str, institution: str) -> str:
    """Give an access token of a running demo for one of its institutions; it is good for ten minutes.

    `base` is the demo's address without a trailing slash. Raises `ConfigurationError` for an
    institution that the demo does not have, and where no demo answers at the address.
    """
    player = _player(institution)
    return _asked(lambda: _token(base.rstrip("/"), player))


def _player(institution: str) -> Player:
    player = next((player for player in PLAYERS if player.institution == institution), None)
    if player is None:
        known = ", ".join(player.institution for player in PLAYERS)
        raise ConfigurationError(f"the demo has no such institution; it has: {known}")
    return player


def _asked(ask: Callable[[], Coroutine[Any, Any, Given]]) -> Given:
    try:
        return asyncio.run(ask())
    except Unexpected:
        raise ConfigurationError("what answers at --url did not accept the demo key: is it a demo?") from None
    except (ClientError, TimeoutError, ValueError):
        raise ConfigurationError("no demo answers at --url; `registry demo` starts one") from None


def send(base: str, institution: str, path: str, body: bytes, *, headers: Mapping[str, str]) -> tuple[bool, bytes]:
    """Send a signed request to a running demo as one of its institutions; says whether it was taken, and the answer.

    Raises `ConfigurationError` as `token` does.
    """
    player = _player(institution)
    return _asked(lambda: _sent(base.rstrip("/"), player, path, body, headers))


async def _sent(base: str, player: Player, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[bool, bytes]:
    async with _signed_in(base, player) as desk:
        given = {"Authorization": f"Bearer {desk.token}", "Content-Type": "application/json", **headers}
        given |= desk.signature("POST", path, given, body)
        async with desk.session.post(base + path, data=body, headers=given, timeout=TIMEOUT) as response:
            return response.ok, await response.read()


async def _token(base: str, player: Player) -> str:
    async with _signed_in(base, player) as desk:
        return desk.token


@asynccontextmanager
async def _signed_in(base: str, player: Player) -> AsyncGenerator[Desk, None]:
    async with ClientSession() as session:
        desk = Desk(player=player, base=base, issuer=Settings().issuer, session=session, entropy=os.urandom)
        await desk.sign_in(core.clock(), on_behalf_of=_OFFICER)
        yield desk
