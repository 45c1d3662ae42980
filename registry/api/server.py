"""The aiohttp application, from the route table; and a runner whose every error is a problem."""

import logging
from typing import Any, Final

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from registry.api.endpoint import endpoint
from registry.api.middleware import dress, observed
from registry.api.problems import Problem, response_of
from registry.api.routes import ROUTES
from registry.api.services import Services
from registry.api.statuses import HTTP_STATUS

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
    app.add_routes(services.doors)
    app.on_response_prepare.append(dress)

    async def close_streams(_: web.Application) -> None:
        services.streams.closing = True

    app.on_shutdown.append(close_streams)
    return app


class _Protocol(RequestHandler):
    """Answers what is not HTTP with a problem. aiohttp's own answer would quote the request."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,  # noqa: ARG002  # as aiohttp calls it
        message: str | None = None,  # noqa: ARG002  # as aiohttp calls it
    ) -> web.StreamResponse:
        if request.writer.output_size > 0:
            fault = "an answer is under way; another one cannot follow"
            raise ConnectionError(fault)
        code = "internal" if status >= HTTP_STATUS["internal"] else "bad-request"
        response = response_of(Problem(status=HTTP_STATUS[code], code=code))
        response.headers["Server"] = ""
        response.force_close()
        return response


class _Server(web.Server):
    """Makes our protocol in place of aiohttp's."""

    def __call__(self) -> RequestHandler:
        return _Protocol(self, loop=self._loop, **self._kwargs)


class Runner(web.AppRunner):
    """Runs the application, with logs and broken requests in our own hands."""

    def __init__(self, app: web.Application, **settings: Any) -> None:  # noqa: ANN401  # as aiohttp takes them
        """Take the application; `settings` go to aiohttp."""
        super().__init__(app, access_log=None, logger=_SILENT, shutdown_timeout=_SHUTDOWN_SECONDS, **settings)

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        return _Server(
            made.request_handler,
            request_factory=made.request_factory,
            handler_cancellation=made.handler_cancellation,
            **made._kwargs,  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # aiohttp names no protocol
        )
