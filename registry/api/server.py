"""The aiohttp application, from the route table; and a runner whose every error is a problem."""

import logging
from time import monotonic
from typing import Any, Final, cast

from aiohttp import web

from registry.api.admission import admit, budgets_of_door
from registry.api.connections import Connections, Protocol
from registry.api.endpoint import endpoint
from registry.api.middleware import Next, dress, observed
from registry.api.refusals import REFUSED
from registry.api.routes import ROUTES
from registry.api.services import Services
from registry.api.sign_in_guard import FAILED
from registry.limits.pace import answer_at

_SILENT: Final = logging.getLogger("registry.api.protocol")
"""What the protocol has to say quotes requests; nobody listens."""
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False
_SHUTDOWN_SECONDS: Final = 10.0


def application(services: Services) -> web.Application:
    """Give the application. `Runner` runs it; no other runner answers broken requests with problems."""
    app = web.Application(middlewares=[observed(services.entropy, services)])
    for route in ROUTES:
        app.router.add_route(route.method, route.pattern, endpoint(route, services))
    app.add_routes([_counted(door, services) for door in services.doors])
    app.on_response_prepare.append(dress)

    async def close_streams(_: web.Application) -> None:
        services.streams.closing = True

    app.on_shutdown.append(close_streams)
    return app


def _counted(door: web.RouteDef, services: Services) -> web.RouteDef:
    """Give a door whose requests are counted like those of every other public one.

    People who are not signed in are told so at a set time, as machines are: not sooner for a name that nobody has.
    """
    inner, budgets = cast("Next", door.handler), budgets_of_door(door.method, door.path)

    async def handle(request: web.Request) -> web.StreamResponse:
        await admit(request, services, budgets)
        started = monotonic()
        response = await inner(request)
        if request.get(REFUSED) == FAILED:
            await answer_at(started, services.limits.failed_sign_in_seconds)
        return response

    return web.RouteDef(door.method, door.path, handle, door.kwargs)


class _Server(web.Server):
    """Makes our protocol in place of aiohttp's."""

    held: Connections

    def __call__(self) -> Protocol:
        return Protocol(self.held, self, loop=self._loop, **self._kwargs)


class Runner(web.AppRunner):
    """Runs the application, with logs, connections and broken requests in our own hands."""

    def __init__(self, app: web.Application, connections: Connections | None = None, **settings: Any) -> None:  # noqa: ANN401  # as aiohttp takes them
        """Take the application and what its connections are held to; `settings` go to aiohttp."""
        self.connections = connections or Connections()
        super().__init__(
            app,
            access_log=None,
            logger=_SILENT,
            shutdown_timeout=_SHUTDOWN_SECONDS,
            **cast("dict[str, Any]", self.connections.bounds.settings() | settings),
        )

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        server = _Server(
            made.request_handler,
            request_factory=made.request_factory,
            handler_cancellation=made.handler_cancellation,
            **made._kwargs,  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # aiohttp names no protocol
        )
        server.held = self.connections
        return server
