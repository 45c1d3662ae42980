"""The door of every route, in one order for all: who, may they, what do they say, and only then the handler.

1 sign-in     an access token, and the directory as it is now
2 permit      the role, by the one table, before a byte of the body is read
3 reference   the one in the path; what is none is answered like one that is not there
4 query       known parameters in their form
5 headers     Idempotency-Key, If-Match
6 body        registry/api/reading.py
7 look        what the handler showed of an order, recorded before it leaves: registry/api/looking.py
"""

import re
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from aiohttp import web

from registry.access.actors import Principal
from registry.access.permissions import permit
from registry.api.looking import answered
from registry.api.problems import HttpProblem
from registry.api.reading import FORM, JSON, read_body, read_form, read_model
from registry.api.route import NIL, Call, IfMatch, Route
from registry.api.services import Services
from registry.api.texts import as_reference
from registry.api.tokens import principal_of
from registry.boundary import Idempotency
from registry.errors import NotFound
from registry.sight import Sight
from registry.values.identifiers import InstitutionId, KeyId

PRINCIPAL: Final = web.RequestKey("principal", Principal)
_KEY: Final = re.compile(r"[A-Za-z0-9._-]{8,128}")
_ETAG: Final = re.compile(r'"([1-9][0-9]{0,8})"')
_BEARER: Final = "bearer "
NOBODY: Final = Principal(institution=InstitutionId(""), key_id=KeyId(""), roles=frozenset(), jurisdictions=())


def endpoint(route: Route, services: Services) -> Any:  # noqa: ANN401  # a handler as aiohttp types it
    """Give the aiohttp handler of a route."""
    patterns = {parameter.name: re.compile(parameter.pattern) for parameter in route.parameters}

    async def handle(request: web.Request) -> web.StreamResponse:
        principal = _principal(route, request, services)
        if principal is not NOBODY:
            request[PRINCIPAL] = principal
        reference = _reference(route, request)
        place = _place(route, request)
        query = _query(request, patterns)
        key = _idempotency_key(route, request)
        expected = _expected_version(route, request)
        body, model = await _body(route, request, services)
        # The key belongs to this request and no other: the path is part of what it came with.
        said = b"\n".join((route.method.encode(), request.path.encode(), body))
        call = Call(
            request=request,
            services=services,
            principal=principal,
            reference=reference,
            path=route.path,
            place=place,
            query=query,
            body=body,
            model=model,
            idempotency=Idempotency(key=key, body=said) if key is not None else None,
            expected_version=expected,
            sight=Sight(services.executor),
            renewed=lambda: _principal(route, request, services),
        )
        return await answered(route, call)

    return handle


def _principal(route: Route, request: web.Request, services: Services) -> Principal:
    if route.action is None:
        return NOBODY
    given = request.headers.getall("Authorization", [])
    if len(given) != 1 or given[0][: len(_BEARER)].lower() != _BEARER:
        raise HttpProblem("unauthenticated")
    speaker = services.sign_in.read(given[0][len(_BEARER) :].strip(), now=services.clock())
    principal = principal_of(speaker, services.enrolment())
    permit(principal, route.action)
    return principal


def _reference(route: Route, request: web.Request) -> UUID:
    if route.reference is None:
        return NIL
    reference = as_reference(request.match_info[route.reference])
    if reference is None:
        raise NotFound(route.absent)
    return reference


def _place(route: Route, request: web.Request) -> str:
    if route.place is None:
        return ""
    found = request.match_info[route.place.name]
    if not re.fullmatch(route.place.pattern, found, re.ASCII):
        raise NotFound(route.absent)
    return found


def _query(request: web.Request, patterns: Mapping[str, re.Pattern[str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in request.query.items():
        if name not in patterns or name in found:
            raise HttpProblem("unknown-parameter")
        if not patterns[name].fullmatch(value):
            raise HttpProblem("bad-parameter", errors=[(f"?{name}", "wrong-form")])
        found[name] = value
    return found


def _idempotency_key(route: Route, request: web.Request) -> str | None:
    if not route.needs_idempotency_key:
        return None
    given = request.headers.getall("Idempotency-Key", [])
    if not given:
        raise HttpProblem("idempotency-key-missing", errors=[("Idempotency-Key", "missing")])
    key = given[0]
    if len(key) > 1 and key[0] == key[-1] == '"':
        # The header's draft makes it a quoted string; many clients send it bare.
        key = key[1:-1]
    if len(given) != 1 or not _KEY.fullmatch(key):
        raise HttpProblem("idempotency-key-malformed", errors=[("Idempotency-Key", "wrong-form")])
    return key


def _expected_version(route: Route, request: web.Request) -> int | None:
    given = request.headers.getall("If-Match", [])
    if route.if_match is IfMatch.NONE:
        return None
    if not given:
        if route.if_match is IfMatch.REQUIRED:
            raise HttpProblem("if-match-missing", errors=[("If-Match", "missing")])
        return None
    found = _ETAG.fullmatch(given[0].strip())
    if found is None or len(given) != 1:
        raise HttpProblem("if-match-malformed", errors=[("If-Match", "wrong-form")])
    return int(found[1])


async def _body(route: Route, request: web.Request, services: Services) -> tuple[bytes, Any]:
    limits = services.limits
    model = route.request or route.form
    if model is None:
        return b"", None
    media_type = JSON if route.form is None else FORM
    body = await read_body(request, media_type=media_type, limit=route.body_limit, seconds=limits.body_seconds)
    if route.form is not None:
        return body, read_form(route.form, body)
    return body, read_model(model, body, depth=limits.depth)
