"""Connections held to bounds: how many there are, how long a request's head may take, how fast an answer is taken.

aiohttp ends a connection that sends no whole request within its keep-alive time, bounds each line of a head, and stops
reading from who sends too fast. What it has no bound for is here: the head as a whole, in seconds and in bytes; how
many connections there are, in all and from one peer; and the reader who does not read, for whom an answer would wait
for ever.
"""

import asyncio
import resource
from collections import Counter
from dataclasses import dataclass, field
from typing import Final, cast

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from registry.api.problems import Problem, response_of
from registry.api.statuses import HTTP_STATUS
from registry.limits.peers import LOOPBACK, Peers

_KIBIBYTE: Final = 1024
HEAD_BYTES: Final = 32 * _KIBIBYTE
_FILES_LEFT: Final = 256
"""File descriptors that connections leave to databases, keys and the log."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """What a client may take of the server, beside the bounds on bodies and streams (`Limits`)."""

    connections: int = 4096
    connections_of_a_peer: int = 256
    """Proxies of ours are not held to it: all the world comes through them."""
    head_seconds: float = 10.0
    """From the connection, or the first byte of a further request, to the end of the head."""
    head_bytes: int = HEAD_BYTES
    idle_seconds: float = 75.0
    """Between two requests."""
    linger_seconds: float = 5.0
    """How long the rest of a refused body is read away, so that the client comes to read the refusal."""
    stuck_seconds: float = 10.0
    stuck_bytes: int = 10 * _KIBIBYTE
    """Of an answer that waits to be sent so much has to be taken in `stuck_seconds`, or all of it."""

    def settings(self) -> dict[str, float | int]:
        """Give what aiohttp itself holds connections to."""
        return {"keepalive_timeout": self.idle_seconds, "lingering_time": self.linger_seconds, "max_headers": 64}

    def total(self) -> int:
        """Give how many connections there may be: never so many that no file could be opened beside them."""
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        if files == resource.RLIM_INFINITY:
            return self.connections
        return max(1, min(self.connections, files - _FILES_LEFT))


@dataclass(kw_only=True)
class Connections:
    """Counts the connections of one server."""

    bounds: Bounds = field(default_factory=Bounds)
    peers: Peers = field(default_factory=lambda: Peers(proxies=LOOPBACK))
    tally: Counter[str] = field(default_factory=Counter[str])
    """What was ended for which reason."""
    total: int = field(init=False)
    _open: Counter[str] = field(default_factory=Counter[str], init=False)

    def __post_init__(self) -> None:
        """Learn how many there may be on this machine."""
        self.total = self.bounds.total()

    def open(self) -> int:
        """Say how many are open."""
        return self._open.total()

    def enter(self, remote: str) -> str | None:
        """Count a connection; gives whose it is, or None where there is no place for it."""
        peer = self.peers.of(remote)
        if self.open() >= self.total:
            self.tally["connection refused: too many"] += 1
            return None
        if self._open[peer] >= self.bounds.connections_of_a_peer and not self.peers.is_proxy(remote):
            self.tally["connection refused: too many of a peer"] += 1
            return None
        self._open[peer] += 1
        return peer

    def leave(self, peer: str) -> None:
        """Count a connection no longer."""
        self._open[peer] -= 1
        if not self._open[peer]:
            del self._open[peer]


class Protocol(RequestHandler):
    """One connection. Answers what is not HTTP with a problem: aiohttp's own answer would quote the request."""

    __slots__ = ("_connections", "_head_bytes", "_head_timer", "_peer", "_stuck_timer", "_wire")

    def __init__(self, connections: Connections, manager: web.Server, **settings: object) -> None:
        """Take the count that this connection is one of."""
        super().__init__(manager, **settings)  # type: ignore[arg-type]  # as aiohttp takes them
        self._connections = connections
        self._peer: str | None = None
        self._wire: asyncio.Transport | None = None
        self._head_bytes = 0
        self._head_timer: asyncio.TimerHandle | None = None
        self._stuck_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a connection, or end it at once where there is no place."""
        wire = cast("asyncio.Transport", transport)
        address = wire.get_extra_info("peername")
        self._peer = self._connections.enter(str(cast("tuple[object, ...]", address)[0]) if address else "")
        if self._peer is None:
            self._manager = None  # aiohttp has not begun with it, and must not end it
            wire.abort()
            return
        self._wire = wire
        # Nothing may wait unseen to be sent: what the system does not take at once pauses the writer, and is timed.
        wire.set_write_buffer_limits(high=0)
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Let the place go."""
        for timer in (self._head_timer, self._stuck_timer):
            if timer is not None:
                timer.cancel()
        if self._peer is not None:
            self._connections.leave(self._peer)
            self._peer = None
        self._wire = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; while a head is not whole, it is counted and timed."""
        before, waiting = self._request_count, self._waits()
        super().data_received(data)
        if self._request_count != before:
            self._head_bytes = 0
            if self._head_timer is not None:
                self._head_timer.cancel()
                self._head_timer = None
        elif waiting:
            self._head_bytes += len(data)
            if self._head_bytes > self._connections.bounds.head_bytes:
                self._end("head too large")
            elif self._head_timer is None:
                self._await_head()

    def pause_writing(self) -> None:
        """Time what waits to be sent."""
        super().pause_writing()
        if self._stuck_timer is None and self._wire is not None:
            self._watch(self._wire.get_write_buffer_size())

    def resume_writing(self) -> None:
        """Everything is sent."""
        super().resume_writing()
        if self._stuck_timer is not None:
            self._stuck_timer.cancel()
            self._stuck_timer = None

    def _waits(self) -> bool:
        """Say whether the next thing to come is a head."""
        return self._waiter is not None and not self._waiter.done()

    def _await_head(self) -> None:
        self._head_timer = self._loop.call_later(self._connections.bounds.head_seconds, self._head_is_late)

    def _head_is_late(self) -> None:
        self._head_timer = None
        if self._waits():
            self._end("head too slow")

    def _watch(self, left: int) -> None:
        self._stuck_timer = self._loop.call_later(self._connections.bounds.stuck_seconds, self._is_taken, left)

    def _is_taken(self, left: int) -> None:
        """End a connection whose reader took too little since the last look."""
        self._stuck_timer = None
        if self._wire is None:
            return
        now = self._wire.get_write_buffer_size()
        if left - now < self._connections.bounds.stuck_bytes:
            self._end("answer not read")
        else:
            self._watch(now)

    def _end(self, reason: str) -> None:
        self._connections.tally[f"connection ended: {reason}"] += 1
        if self._wire is not None:
            # Not closed but cut: a close would wait for what is still to be sent.
            self._wire.abort()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,  # noqa: ARG002  # as aiohttp calls it
        message: str | None = None,  # noqa: ARG002  # as aiohttp calls it
    ) -> web.StreamResponse:
        """Answer with a problem, and close."""
        if request.writer.output_size > 0:
            fault = "an answer is under way; another one cannot follow"
            raise ConnectionError(fault)
        code = "internal" if status >= HTTP_STATUS["internal"] else "bad-request"
        response = response_of(Problem(status=HTTP_STATUS[code], code=code))
        response.headers["Server"] = ""
        response.force_close()
        return response
