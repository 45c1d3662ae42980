"""Alerts as they are raised: server-sent events whose id is the ledger position, so that nothing is missed.

A stream ends when its token does, when the institution is removed, when the registry shuts down, or when
the client does not take what it is sent. The client comes back with `Last-Event-ID` and goes on from there.
"""

import asyncio
import re
from typing import Final

import orjson
from aiohttp import web

from registry.api.asking import alerts, shown_alert
from registry.api.problems import HttpProblem
from registry.api.route import Call
from registry.errors import NotPermitted
from registry.values.identifiers import Position

EVENT_STREAM: Final = "text/event-stream"
_POSITION: Final = re.compile(r"[0-9]{1,18}")
_BATCH: Final = 100
_WRITE_SECONDS: Final = 10.0


async def alerts_listed_or_streamed(call: Call) -> web.StreamResponse:
    """Answer with a list, or, where the client accepts an event stream, with one."""
    if EVENT_STREAM not in call.request.headers.get("Accept", ""):
        return await alerts(call)
    position = _start(call)
    with call.services.streams.place(call.principal.institution, call.services.limits):
        response = web.StreamResponse(headers={"Content-Type": EVENT_STREAM, "X-Accel-Buffering": "no"})
        await response.prepare(call.request)
        try:
            await _send(response, b"retry: 2000\n\n")
            await _follow(call, response, position)
        except (ConnectionError, TimeoutError):
            # The client is gone, or takes nothing: it will come back with the last position it saw.
            response.force_close()
        return response


def _start(call: Call) -> Position:
    given = call.request.headers.get("Last-Event-ID", call.query.get("after", "0"))
    if not _POSITION.fullmatch(given):
        raise HttpProblem("bad-parameter")
    return Position(int(given))


async def _follow(call: Call, response: web.StreamResponse, position: Position) -> None:
    services, clock = call.services, asyncio.get_running_loop().time
    limits, spoken = services.limits, clock()
    while await _may_go_on(call):
        rows = services.alerts(call.principal.institution, position, _BATCH)
        if rows:
            lines = (
                f"id: {row.position}\nevent: alert\ndata: {orjson.dumps(shown_alert(row)).decode()}\n\n" for row in rows
            )
            await _send(response, "".join(lines).encode())
            position, spoken = rows[-1].position, clock()
        elif clock() - spoken >= limits.heartbeat_seconds:
            await _send(response, b": heartbeat\n\n")
            spoken = clock()
        if len(rows) < _BATCH:
            await asyncio.sleep(limits.poll_seconds)


async def _may_go_on(call: Call) -> bool:
    if call.services.streams.closing:
        return False
    try:
        await call.renewed()
    except (HttpProblem, NotPermitted):
        return False
    return True


async def _send(response: web.StreamResponse, content: bytes) -> None:
    async with asyncio.timeout(_WRITE_SECONDS):
        await response.write(content)
