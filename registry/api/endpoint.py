"""The door of every route, in one order for all: who, may they, what do they say, and only then the handler.

1 sign-in     an access token or a person's session, and the directory as it is now
2 permit      the role, by the one table, before a byte of the body is read
3 budget      how much whoever asks may still ask (registry/limits/table.py)
4 reference   the one in the path; what is none is answered like one that is not there
5 query       known parameters in their form
6 headers     Idempotency-Key, If-Match
7 signature   of a machine's request that records something: its head, the body's digest, the nonce; signed.py
              and of the document that it hands in, which is kept: handed_in.py
8 body        registry/api/reading.py
9 budget      a search by protected person has one of its own, and only the body says that it is one
10 look       what the handler showed of an order, recorded before it leaves: looking.py
"""

import re
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from aiohttp import web

from registry.access.actors import Principal
from registry.access.granted import Asks
from registry.access.permissions import permit
from registry.api.admission import admit, budgets_of, budgets_of_model
from registry.api.concealment import answered
from registry.api.handed_in import handed_in
from registry.api.problems import HttpProblem
from registry.api.reading import FORM, JSON, read_body, read_form, read_model
from registry.api.refusals import PRINCIPAL
from registry.api.route import NIL, Call, IfMatch, Route
from registry.api.services import Services
from registry.api.session import SESSION, principal_by_session
from registry.api.signed import held, weighed
from registry.api.texts import as_reference
from registry.api.tokens import principal_of
from registry.boundary import Idempotency
from registry.errors import NotFound, NotPermitted
from registry.limits import table
from registry.limits.table import Budget
from registry.machines.certificates import thumbprint
from registry.sight import Sight
from registry.values.identifiers import InstitutionId, KeyId

_KEY: Final = re.compile(r"[A-Za-z0-9._-]{8,128}")
_ETAG: Final = re.compile(r'"([1-9][0-9]{0,8})"')
_BEARER: Final = "bearer "
NOBODY: Final = Principal(institution=InstitutionId(""), key_id=KeyId(""), roles=frozenset(), jurisdictions=())


def endpoint(route: Route, services: Services) -> Any:  # noqa: ANN401  # a handler as aiohttp types it
    """Give the aiohttp handler of a route."""
    patterns = {parameter.name: re.compile(parameter.pattern) for parameter in route.parameters}
    budgets = budgets_of(route)

    async def handle(request: web.Request) -> web.StreamResponse:
        principal = await _known(route, request, services, budgets)
        known = None if principal is NOBODY else principal
        await admit(request, services, budgets, known)
        reference = _reference(route, request)
        place = _place(route, request)
        query = _query(request, patterns)
        key = _idempotency_key(route, request)
        expected = _expected_version(route, request)
        signature = weighed(route, request, services, principal)
        body = await _body(route, request, services)
        principal = await held(signature, request, body, services, principal)
        document = handed_in(route, request, services, principal, body)
        model = _model(route, body, services)
        await admit(request, services, budgets_of_model(model), known)
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
            handed_in=document,
            expected_version=expected,
            sight=Sight(services.executor, Asks(principal.roles, route.action, route.look)),
            renewed=lambda: _principal(route, request, services, touch=False),
        )
        return await answered(route, call)

    return handle


async def _known(route: Route, request: web.Request, services: Services, budgets: tuple[Budget, ...]) -> Principal:
    """Steps 1 and 2. Whoever comes without a good token or session is counted by where they come from.

    Whoever may not, by the role, has asked all the same: it is of the institution's budget like what it may ask.
    """
    try:
        return await _principal(route, request, services)
    except NotPermitted:
        await admit(request, services, budgets, request[PRINCIPAL])
        raise
    except HttpProblem:
        await admit(request, services, (table.STRANGERS,))
        raise


async def _principal(route: Route, request: web.Request, services: Services, *, touch: bool = True) -> Principal:
    if route.action is None:
        return NOBODY
    given = request.headers.getall("Authorization", [])
    if not given and services.people is not None and SESSION in request.cookies:
        person = await principal_by_session(request, services.people, touch=touch)
        request[PRINCIPAL] = person
        permit(person, route.action)
        return person
    if len(given) != 1 or given[0][: len(_BEARER)].lower() != _BEARER:
        raise HttpProblem("unauthenticated")
    token, certificate = given[0][len(_BEARER) :].strip(), thumbprint(request.transport)
    speaker = services.sign_in.read(token, now=services.clock(), certificate=certificate)
    principal = principal_of(speaker, services.enrolment())
    request[PRINCIPAL] = principal
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


async def _body(route: Route, request: web.Request, services: Services) -> bytes:
    if route.request is None and route.form is None:
        return b""
    media_type = JSON if route.form is None else FORM
    seconds = services.limits.body_seconds
    return await read_body(request, media_type=media_type, limit=route.body_limit, seconds=seconds)


def _model(route: Route, body: bytes, services: Services) -> Any:  # noqa: ANN401  # of the class that the route names
    if route.form is not None:
        return read_form(route.form, body)
    return None if route.request is None else read_model(route.request, body, depth=services.limits.depth)
