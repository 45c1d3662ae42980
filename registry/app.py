"""The composition root: an open core, its processes, its doors; started and stopped in order.

start   views and the reactor follow the ledger, the outbox and escalation wait, then the doors open
stop    the doors close, what is under way is finished, processes stop, the ledger closes
"""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final, Protocol, cast
from zoneinfo import reset_tzpath

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.jwk import OKPKey

from registry import core
from registry.alerts.contact import Contacts
from registry.alerts.escalation import Escalation
from registry.alerts.outbox import Outbox
from registry.alerts.reactor import Reactor
from registry.alerts.surroundings import Surroundings
from registry.api.server import Runner, application
from registry.api.services import Services
from registry.api.tokens import SignIn
from registry.config import Settings
from registry.core import Core
from registry.desks import Desks
from registry.errors import Unavailable
from registry.forgetting import Forgetting
from registry.ports import Channel
from registry.process import settle_memory
from registry.processes import VIEWS
from registry.shelf import shelf
from registry.values.identifiers import Position
from registry.values.time import Instant
from registry.vault.block import encoded
from registry.vault.keys import Entropy
from registry.views.engine import Projector

SPOOL_SECONDS: Final = 2.0
CAUGHT_UP_SECONDS: Final = 2.0
_TLS: Final = {"STARTTLS": "starttls", "TLS": "implicit", "NONE": "none"}


class ChannelKind(Protocol):
    """A kind of channel, as its shelf offers it."""

    def open(self, settings: Mapping[str, str], /, *, clock: Callable[[], Instant]) -> Channel:
        """Make the channel from its settings."""
        ...


@dataclass(kw_only=True)
class Registry:
    """An open registry with its processes."""

    core: Core
    services: Services
    projector: Projector
    reactor: Reactor
    escalation: Escalation
    outbox: Outbox
    forgetting: Forgetting


def compose(opened: Core, *, clock: Callable[[], Instant] = core.clock, entropy: Entropy = os.urandom) -> Registry:
    """Put a registry together; nothing runs yet."""
    reader, store = opened.ledger.reader, opened.views
    directory = opened.enrolment.directory
    projector = Projector(reader=reader, store=store, views=VIEWS, clock=clock)
    surroundings = Surroundings(reader=reader, directory=directory)
    contacts = Contacts(reader=reader, ring=opened.executor.ring, ledger_id=opened.executor.ledger_id)
    return Registry(
        core=opened,
        services=_services(opened, projector, clock, entropy),
        projector=projector,
        reactor=Reactor(reader=reader, store=store, executor=opened.executor, around=surroundings.of),
        escalation=Escalation(reader=reader, store=store, executor=opened.executor, directory=directory, clock=clock),
        outbox=Outbox(
            reader=reader,
            executor=opened.executor,
            contacts=contacts,
            channels=channels(opened.settings, clock),
            clock=clock,
        ),
        forgetting=Forgetting(reader=reader, ring=opened.executor.ring),
    )


def _services(opened: Core, projector: Projector, clock: Callable[[], Instant], entropy: Entropy) -> Services:
    desks = Desks(store=opened.views, reader=opened.ledger.reader)
    return Services(
        executor=opened.executor,
        checker=opened.checker,
        reader=opened.ledger.reader,
        enrolment=lambda: opened.enrolment,
        sign_in=SignIn(issuer=opened.settings.issuer, key=token_key(opened)),
        clock=clock,
        entropy=entropy,
        inbox=desks.inbox,
        alerts=desks.alerts,
        deadlines=lambda institution, after, limit: desks.deadlines(institution, after, limit, clock()),
        history=desks.history,
        views=lambda: {health.view: Position(health.position) for health in projector.health()},
        caught_up=lambda view, position: asyncio.to_thread(
            projector.wait_for, view, position, timeout=CAUGHT_UP_SECONDS
        ),
        zone_rules=version("tzdata"),
    )


def token_key(opened: Core) -> OKPKey:
    """Make the Ed25519 key that signs access tokens from the ledger's `token` secret."""
    secret = opened.keeper.secret("token")
    public = Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
    members = {"kty": "OKP", "crv": "Ed25519", "d": encoded(secret), "x": encoded(public), "kid": "token-1"}
    return OKPKey.import_key(cast("Any", members))


def channels(settings: Settings, clock: Callable[[], Instant]) -> dict[str, Channel]:
    """Open the channels that are set up; without a mail server messages wait in the outbox."""
    if not settings.smtp_host:
        return {}
    kinds = cast("dict[str, ChannelKind]", shelf("channels", "CHANNEL", default="adapters.channels"))
    given = {
        "host": settings.smtp_host,
        "port": str(settings.smtp_port),
        "sender": settings.smtp_sender,
        "tls": _TLS[settings.smtp_security],
    }
    return {"email": kinds["email"].open(given, clock=clock)}


@asynccontextmanager
async def running(registry: Registry) -> AsyncGenerator[int, None]:
    """Run a registry for the length of a block; gives the port it listens on."""
    settings = registry.core.settings
    threads = (registry.forgetting, registry.projector, registry.reactor, registry.escalation)
    for thread in threads:
        thread.start()
    tasks = (asyncio.create_task(registry.outbox.run()), asyncio.create_task(_fold_spool(registry)))
    runner = Runner(application(registry.services))
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.host, settings.port)
        await site.start()
        port: int = runner.addresses[0][1]
        yield port
    finally:
        await runner.cleanup()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for thread in reversed(threads):
            await asyncio.to_thread(thread.stop)


async def _fold_spool(registry: Registry) -> None:
    """Fold answers given while the store was down into the ledger, as soon as it takes them."""
    while True:
        with suppress(Unavailable):
            await registry.core.checker.fold_spool()
        await asyncio.sleep(SPOOL_SECONDS)


def serve(settings: Settings, *, announce: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM. Raises `ConfigurationError`, `LedgerError` kinds before the doors open."""
    reset_tzpath(())  # zone rules come from the pinned package, on every machine the same
    if (settings.data / core.DEMO_MARK).exists():
        announce("registry: this data folder was made by the demo; its keys are known to everybody")
    with core.opened(settings) as opened:
        asyncio.run(_serve(compose(opened), announce))


async def _serve(registry: Registry, announce: Callable[[str], None]) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    settle_memory()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with running(registry) as port:
        announce(f"registry: serving on http://{registry.core.settings.host}:{port}")
        await stopped.wait()
        announce("registry: stopping")
