"""Around a sign-in: who failed too often stays out, and every failure is the same answer after the same time.

The time is that of a clock and not of the work: an answer that says no leaves at a set moment after the request came,
or at the next multiple of it, so that neither a lock nor a client that does not exist answers sooner than a signature
that is wrong.
"""

from base64 import urlsafe_b64decode
from time import monotonic
from typing import Final, cast

import jiter
from aiohttp import web

from registry.api.admission import peer_of
from registry.api.problems import HttpProblem
from registry.api.route import Call, Handler
from registry.api.sign_in_form import TokenRequest
from registry.api.tokens import KeyHeld
from registry.limits.lock_out import Place, machine_places
from registry.limits.pace import answer_at
from registry.values.identifiers import InstitutionId

FAILED: Final = "sign-in-failed"
_MAXIMUM_NAME: Final = 128


def claimed_client(assertion: str) -> str:
    """Give whom an assertion names, unverified; empty where it names nobody as a client may be called."""
    payload = assertion.partition(".")[2].partition(".")[0]
    try:
        claims = jiter.from_json(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except ValueError:
        return ""
    named = cast("dict[str, object]", claims).get("sub") if isinstance(claims, dict) else None
    return named if isinstance(named, str) and len(named) <= _MAXIMUM_NAME else ""


def guarded(sign_in: Handler) -> Handler:
    """Give a sign-in of machines that locks out, around one that only says yes or no."""

    async def handle(call: Call) -> web.StreamResponse:
        started = monotonic()
        try:
            return await _unless_locked(call, sign_in)
        except HttpProblem as fault:
            if fault.code == FAILED:
                await answer_at(started, call.services.limits.failed_sign_in_seconds)
            raise

    return handle


async def _unless_locked(call: Call, sign_in: Handler) -> web.StreamResponse:
    services = call.services
    lock_out, places = services.lock_out, _places(call)
    if await lock_out.locked(places):
        lock_out.tally["sign-in while locked"] += 1
        raise HttpProblem(FAILED)
    try:
        answered = await sign_in(call)
    except KeyHeld:
        # Whoever signed it holds the client's key: a clock that is wrong, or an assertion sent twice. Nobody guessed.
        lock_out.tally["sign-in failed with the right key"] += 1
        raise
    except HttpProblem as fault:
        if fault.code == FAILED:
            await lock_out.failed(places)
        raise
    await lock_out.succeeded(places)
    return answered


def _places(call: Call) -> tuple[Place, ...]:
    client = claimed_client(cast("TokenRequest", call.model).client_assertion)
    enrolled = InstitutionId(client) in call.services.enrolment().institutions
    return machine_places(client, peer_of(call.request, call.services), enrolled=enrolled)
