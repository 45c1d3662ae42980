"""The door's last step: what a handler showed is recorded before its answer leaves, or no answer leaves.

A route says of itself what it is read for. One that shows data of an order and does not say so is a fault of ours,
and so is one that says so and shows nothing; neither is answered.
"""

import re
from typing import Final

from aiohttp import web

from registry.access.relations import OF_A_CHECK
from registry.api.conflicts import refuse_party
from registry.api.problems import HttpProblem
from registry.api.route import Call, Route
from registry.looks import Previewed, Reason, device_of
from registry.values.look import LookGround, LookPurpose

GROUND: Final = "Look-Ground"
INCIDENT: Final = "Look-Incident"
_GROUNDS: Final = frozenset(each.value for each in LookGround)
_INCIDENT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_-]{0,63}")


class UnaccountedLook(Exception):  # a fault of a route, never of a request
    """A route showed what it does not say that it shows, or the other way round."""


async def looked(route: Route, call: Call) -> web.StreamResponse:
    """Let the handler answer, and record what it showed before that leaves; raises what either does."""
    ground, incident = _stated(route, call.request)
    response = await route.handler(call)
    seen = call.sight.order_ref is not None and not call.sight.recorded
    if seen != (route.look is not None) and not call.sight.recorded:
        raise UnaccountedLook(route.path)
    if seen and route.look is not None and call.sight.order_ref is not None:
        await refuse_party(route, call, call.sight.order_ref)
        reason = Reason(purpose=route.look, ground=ground, incident=incident, device=_device(call))
        await call.services.looks.record(call.sight, reason, call.principal)
    return response


async def looked_before(call: Call, purpose: LookPurpose, previewed: Previewed) -> None:
    """Record who was asked about, though nothing was found, and a look at each order that is shown; then it may leave.

    Of each its facts alone are shown, as to whoever meets it in a check. Raises `NotGranted`.
    """
    ground, incident = _read(call.request)
    reason = Reason(purpose=purpose, ground=ground, incident=incident, device=_device(call))
    await call.services.looks.record_preview(previewed, reason, call.principal)
    for order_ref in previewed.shown:
        sight = call.sight.another()
        sight.near(OF_A_CHECK)
        sight.show(order_ref)
        await call.services.looks.record(sight, reason, call.principal)
    call.sight.recorded = True


def _stated(route: Route, request: web.Request) -> tuple[LookGround | None, str | None]:
    """Read what the reader states; refused before anything is opened."""
    return (None, None) if route.look is None else _read(request)


def _read(request: web.Request) -> tuple[LookGround | None, str | None]:
    ground, incident = request.headers.get(GROUND), request.headers.get(INCIDENT)
    if ground is not None and ground not in _GROUNDS:
        raise HttpProblem("look-ground-unknown", errors=[(GROUND, "wrong-form")])
    if incident is not None and not _INCIDENT.fullmatch(incident):
        raise HttpProblem("look-incident-malformed", errors=[(INCIDENT, "wrong-form")])
    return LookGround(ground) if ground else None, incident


def _device(call: Call) -> str:
    request = call.request
    return device_of(call.services.executor.index_key, request.remote or "", request.headers.get("User-Agent", ""))
