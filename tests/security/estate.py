"""A whole registry on the loopback, with an institution of every role in each of four jurisdictions.

Requests go through the demo's own client, so that however institutions prove themselves, it is done there.
"""

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from aiohttp import ClientSession

from registry import core
from registry.access.actors import Principal, Role
from registry.app import Registry, compose, running
from registry.config import Settings
from registry.demo.cast import Player, enrolment
from registry.demo.client import Desk, Unexpected
from registry.ledger.reader import MAXIMUM_LIMIT
from registry.values.identifiers import InstitutionId, KeyId

PLACES = ("FR", "DE", "GB-EAW", "AU-VIC")
ROLES = tuple(role for role in Role if role is not Role.REGISTRY)
"""The registry's own processes do not sign in."""
ITSELF = Principal(
    institution=InstitutionId("registry"), key_id=KeyId("own"), roles=frozenset({Role.REGISTRY}), jurisdictions=()
)


def named(role: Role, place: str) -> str:
    """Give the id of the institution of a role in a place."""
    return f"{place}-{role}".lower().replace("_", "-")


EVERYBODY = {
    named(role, place): Player(
        institution=named(role, place),
        name=f"{role} of {place}",
        roles=(role,),
        jurisdiction=place,
        contact="+33 1 99 00 47 11",
    )
    for role in ROLES
    for place in PLACES
}
COURT, POLICE = named(Role.COURT, "FR"), named(Role.POLICE, "FR")
ABROAD = named(Role.EXECUTING_AUTHORITY, "DE")


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What came of a request: no body where it was refused."""

    status: int
    code: str = ""
    body: Any = None

    @property
    def refused(self) -> bool:
        return self.status in {403, 404} or self.code in {"no-power-over-this-order", "not-the-issuing-authority"}


@dataclass(kw_only=True)
class Estate:
    """The registry, and a desk for each institution."""

    registry: Registry
    base: str
    session: ClientSession
    players: dict[str, Player]
    desks: dict[str, Desk] = field(default_factory=dict)
    glass_refs: list[str] = field(default_factory=list)
    """Of what was broken once for several routes: one officer is stopped at five that wait for review."""

    async def desk(self, client: str) -> Desk:
        if client not in self.desks:
            desk = Desk(
                player=self.players[client],
                base=self.base,
                issuer=Settings().issuer,
                session=self.session,
                entropy=os.urandom,
            )
            # What two persons have to do, an institution does by a person.
            await desk.sign_in(core.clock(), on_behalf_of=f"person-of-{client}")
            self.desks[client] = desk
        return self.desks[client]

    async def asked(self, client: str, method: str, path: str, body: Any = None, if_match: str | None = None) -> Heard:
        desk = await self.desk(client)
        try:
            if method == "POST":
                return Heard(status=200, body=await desk.post(path, body, if_match=if_match))
            return Heard(status=200, body=await desk.get(path))
        except Unexpected as refusal:
            return Heard(status=refusal.status, code=refusal.code)
        except orjson.JSONDecodeError:
            return Heard(status=200)  # bytes, such as a tile

    async def posted(self, client: str, path: str, body: Any, if_match: str | None = None) -> Any:
        """Send what has to succeed; gives what was answered."""
        heard = await self.asked(client, "POST", path, body, if_match)
        assert heard.status == 200, (path, heard)
        return heard.body

    async def unsigned(self, method: str, path: str, body: Any, authorization: str | None) -> Heard:
        """Send a request that proves nobody."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": os.urandom(8).hex()}
        if authorization is not None:
            headers["Authorization"] = authorization
        content = None if body is None else orjson.dumps(body)
        async with self.session.request(method, self.base + path, data=content, headers=headers) as response:
            raw = await response.read()
            return Heard(status=response.status, code=orjson.loads(raw)["code"] if response.status >= 400 else "")

    async def performed(self, command: Any) -> Any:
        """Let the registry's own processes do something."""
        return await asyncio.to_thread(self.registry.core.executor.perform, command, principal=ITSELF)

    async def signed(self, position: int) -> None:
        """Wait until the log has signed as far as a fact."""
        async with asyncio.timeout(10):
            # A log of a registry that lost no position is as long as its positions are high.
            while (published := self.registry.publisher.published()) is None or published.size < position:
                await self.unsigned("GET", "/livez", None, None)

    def authors(self, after: int) -> set[str]:
        """Give who recorded anything after a position."""
        return {
            str(each.fact.actor.institution)
            for each in self.registry.core.ledger.reader.after(after, limit=MAXIMUM_LIMIT)
        }


@asynccontextmanager
async def an_estate(folder: Path, *more: Player) -> AsyncGenerator[Estate, None]:
    """Found a registry in a folder and serve it for the length of a block; `more` are enrolled too."""
    players = EVERYBODY | {player.institution: player for player in more}
    settings = Settings(data=folder / "data", port=0)
    await asyncio.to_thread(core.create, settings, enrolment(players.values()), demo=True)
    opened = await asyncio.to_thread(core.open_core, settings)
    try:
        registry = compose(opened)
        async with running(registry) as port, ClientSession() as session:
            yield Estate(registry=registry, base=f"http://127.0.0.1:{port}", session=session, players=players)
    finally:
        await asyncio.to_thread(opened.close)
