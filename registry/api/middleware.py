"""Around every request: its id, its problem if it has one, its headers, and one line in the log.

The line names the route and never the path: references, queries, addresses and agents stay out of it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

import orjson
from aiohttp import web
from aiohttp.typedefs import Middleware

from registry.api.admission import admit, say_left
from registry.api.connections import HEAD_BYTES
from registry.api.problems import HttpProblem, problem_of, response_of
from registry.api.refusals import PRINCIPAL, REFUSED, note_refusal
from registry.api.services import Services
from registry.api.signed import sign_answer
from registry.journal import frames
from registry.limits.left import OverBudget
from registry.limits.table import DOORS
from registry.vault.keys import Entropy

LOG: Final = logging.getLogger("registry.api")
ACCESS_LOG: Final = logging.getLogger("registry.access")
Next = Callable[[web.Request], Awaitable[web.StreamResponse]]
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_ID_BYTES: Final = 8


def observed(entropy: Entropy, services: Services | None = None) -> Middleware:
    """Give the one middleware there is; without `services` nobody signs, and refusals are not counted."""

    @web.middleware
    async def observe(request: web.Request, handler: Next) -> web.StreamResponse:
        clock = asyncio.get_running_loop().time
        started, request_id = clock(), entropy(_ID_BYTES).hex()
        try:
            _hold_head(request)
            response = await handler(request)
        except Exception as error:  # noqa: BLE001  # whatever it is, the client gets a problem and nothing else
            if services is not None:
                error = await _counted(error, request, services)
                request[REFUSED] = getattr(error, "code", "")
            response = _problem(error, request_id)
        if services is not None:
            note_refusal(request.get(REFUSED), request, services, request_id)
            sign_answer(request, response, services)
        if not response.prepared:
            response.headers["X-Request-Id"] = request_id
        _log(request, response, request_id, clock() - started)
        return response

    return observe


async def _counted(error: Exception, request: web.Request, services: Services) -> Exception:
    """Count what leads nowhere like what leads to a public door; gives the error, or that there were too many."""
    if isinstance(error, web.HTTPNotFound | web.HTTPMethodNotAllowed):
        try:
            await admit(request, services, (DOORS,))
        except OverBudget as over:
            return over
    return error


def _hold_head(request: web.Request) -> None:
    """Hold a head that came in one piece to what one in many pieces is held to; raises `HttpProblem`."""
    if sum(len(name) + len(value) for name, value in request.raw_headers) > HEAD_BYTES:
        raise HttpProblem("head-too-large")


async def dress(request: web.Request, response: web.StreamResponse) -> None:
    """Set the headers that every answer has, and take away the one that names the server."""
    response.headers.pop("Server", None)
    if isinstance(response, web.HTTPExpectationFailed):
        # aiohttp answers by itself before anything of ours is asked, and in words that quote the request.
        response.body, response.headers["Content-Length"] = b"", "0"
    say_left(request, response)
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)


def _problem(error: Exception, request_id: str) -> web.Response:
    problem = problem_of(error, incident=request_id)
    if problem.incident is not None:
        # The error's own words may quote the request: where it happened is enough.
        line = {"event": "incident", "request_id": request_id, "fault": type(error).__name__, "frames": frames(error)}
        LOG.error("%s", orjson.dumps(line).decode())
    response = response_of(problem, request_id=request_id)
    if isinstance(error, web.HTTPMethodNotAllowed):
        response.headers["Allow"] = ", ".join(sorted(error.allowed_methods))
    return response


def _log(request: web.Request, response: web.StreamResponse, request_id: str, seconds: float) -> None:
    resource = request.match_info.route.resource
    principal = request.get(PRINCIPAL)
    line = {
        "event": "request",
        "request_id": request_id,
        "method": request.method if request.method.isalpha() else "-",
        "route": resource.canonical if resource is not None else "-",
        "status": response.status,
        "milliseconds": round(seconds * 1000, 3),
        "institution": principal.institution if principal is not None else None,
    }
    ACCESS_LOG.info("%s", orjson.dumps(line).decode())
