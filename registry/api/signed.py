"""The signature of a request at the door, and that of its answer; see registry/messages/request.py for what is signed.

1 head    form, time, coverage, key, algorithm: before a byte of the body is read
2 body    its digest, then the signature
3 nonce   spent only by a request whose signature is right, so that strangers spend nothing

A refusal is told by its code, which says what to mend: whoever comes as far has a valid token.
"""

import asyncio
from dataclasses import replace
from hashlib import sha256
from typing import Final

from aiohttp import web

from registry.access.actors import Principal
from registry.api.route import Route
from registry.api.services import Services
from registry.messages.answer import signed_answer
from registry.messages.request import Weighed, weigh
from registry.values.identifiers import KeyId
from registry.values.time import Instant

ASKED: Final = web.RequestKey("asked", str)
"""The signature of a request that was found right: its answer is signed too."""


def sign_answer(request: web.Request, response: web.StreamResponse, services: Services) -> None:
    """Sign the answer to a signed request, a refusal as well as a receipt."""
    asked = request.get(ASKED)
    if asked is None or not isinstance(response, web.Response):
        return
    body = response.body if isinstance(response.body, bytes) else b""
    key, now = services.answer_key, services.clock()
    response.headers.update(signed_answer(key, status=response.status, body=body, asked=asked, now=now))


def weighed(route: Route, request: web.Request, services: Services, principal: Principal) -> Weighed | None:
    """Step 1; None where the route records nothing, or where it is no machine that asks. Raises `NotSigned`."""
    if not route.signed or "Authorization" not in request.headers:
        return None
    keys = services.enrolment().keys
    return weigh(
        request.method,
        services.sign_in.issuer + request.raw_path,
        request.headers,
        key_of=lambda keyid: keys.get((principal.institution, KeyId(keyid))),
        now=services.clock(),
    )


async def held(
    signature: Weighed | None, request: web.Request, body: bytes, services: Services, principal: Principal
) -> Principal:
    """Steps 2 and 3; gives the principal, speaking by the key that signed. Raises `NotSigned`, `Unavailable`."""
    if signature is None:
        return principal
    signature.hold(body)
    await spend(services, f"request|{principal.institution}|{signature.nonce}", signature.until)
    request[ASKED] = request.headers["Signature"]
    return replace(principal, key_id=signature.key.kid)


async def spend(services: Services, what: str, until: Instant) -> None:
    """Spend what may be used once; raises `NotSigned` if it was, `Unavailable` when no more can be remembered."""
    mark, now = sha256(what.encode()).digest(), services.clock()
    if services.nonces.waits:
        await asyncio.to_thread(services.nonces.spend, mark, until, now)
    else:
        services.nonces.spend(mark, until, now)
