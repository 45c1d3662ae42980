"""The OpenAPI 3.1 document, made from the route table and nothing else."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, Literal, TypeAlias

import orjson
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from registry.api.admission import budgets_of
from registry.api.list_models import ProblemDetails
from registry.api.problems import MEDIA_TYPE
from registry.api.reading import FORM, JSON
from registry.api.route import IfMatch, Parameter, Route
from registry.api.statuses import DOCUMENT_CODES, SIGNATURE_CODES, status_of
from registry.api.stream import EVENT_STREAM
from registry.values.look import LookGround

VERSION: Final = "1"
Object: TypeAlias = "dict[str, Any]"
Mode: TypeAlias = Literal["validation", "serialization"]
_EVERYWHERE: Final = ("internal", "store-unavailable")
_SIGNED_IN: Final = ("unauthenticated", "role-not-permitted")
_WITH_BODY: Final = (
    "unreadable-json",
    "does-not-fit",
    "body-too-large",
    "body-too-slow",
    "content-type-unsupported",
    "content-encoding-unsupported",
)
_HEADERS: Final[Object] = {
    "idempotency": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "description": "The same key with the same request gives the same receipt.",
        "schema": {"type": "string", "pattern": '^"?[A-Za-z0-9._-]{8,128}"?$'},
    },
    "look-ground": {
        "name": "Look-Ground",
        "in": "header",
        "required": False,
        "description": "On what ground the reader looks; kept with the look.",
        "schema": {"type": "string", "enum": [ground.value for ground in LookGround]},
    },
    "look-incident": {
        "name": "Look-Incident",
        "in": "header",
        "required": False,
        "description": "The incident that the look is for; kept sealed, under the institution's own key.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9./_-]{0,63}$"},
    },
    "if-match": {
        "name": "If-Match",
        "in": "header",
        "description": "The ETag that the order was read with.",
        "schema": {"type": "string", "pattern": '^"[1-9][0-9]{0,8}"$'},
    },
}
_SIGNATURE: Final[Object] = {
    "content-digest": {
        "name": "Content-Digest",
        "in": "header",
        "required": True,
        "description": "SHA-256 of the body (RFC 9530).",
        "schema": {"type": "string", "pattern": "^sha-256=:[A-Za-z0-9+/]{43}=:$"},
    },
    "signature-input": {
        "name": "Signature-Input",
        "in": "header",
        "required": True,
        "description": "What is signed, for how long, by which key (RFC 9421); one signature.",
        "schema": {"type": "string", "maxLength": 2048},
    },
    "signature": {
        "name": "Signature",
        "in": "header",
        "required": True,
        "description": "The signature itself (RFC 9421).",
        "schema": {"type": "string", "maxLength": 2048},
    },
}

_DOCUMENT: Final = "document-signature"
_COMPONENTS: Final[Object] = {
    **_SIGNATURE,
    _DOCUMENT: {
        "name": "Document-Signature",
        "in": "header",
        "required": False,
        "description": "The institution's signature of the body, kept with it as evidence: a detached JWS "
        "(RFC 7515 Appendix F, RFC 7797). Every machine sends it; a person's session does not.",
        "schema": {"type": "string", "maxLength": 2048, "pattern": r"^[A-Za-z0-9_-]+\.\.[A-Za-z0-9_-]{86}$"},
    },
}


_TOO_MANY: Final = "429"
_LEFT: Final[Object] = {
    "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds until one more is answered."},
    "RateLimit-Policy": {
        "schema": {"type": "string"},
        "description": "Budgets: quota `q` in `w` seconds.",
    },
    "RateLimit": {"schema": {"type": "string"}, "description": "What remains, `r`, and in `t` seconds there is more."},
}
"""draft-ietf-httpapi-ratelimit-headers. Answers to whoever is signed in carry the latter two as well."""


def document_bytes(routes: Sequence[Route]) -> bytes:
    """Give the document as JSON, the same bytes for the same table."""
    return orjson.dumps(document(routes), option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)


def document(routes: Sequence[Route]) -> Object:
    """Give the document."""
    models = _models(routes)
    refs, schemas = models_json_schema(models, ref_template="#/components/schemas/{model}")
    paths: defaultdict[str, Object] = defaultdict(dict)
    for route in routes:
        paths[route.path][route.method.lower()] = _operation(route, refs)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Registry of protective orders",
            "version": VERSION,
            "description": "One record of protective orders for courts, authorities and police of many jurisdictions.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": dict(paths),
        "components": {
            "schemas": schemas["$defs"],
            "parameters": _COMPONENTS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "at+jwt"}},
        },
    }


def _models(routes: Iterable[Route]) -> list[tuple[type[BaseModel], Mode]]:
    found: dict[tuple[type[BaseModel], Mode], None] = {(ProblemDetails, "serialization"): None}
    for route in routes:
        for model in (route.request, route.form):
            if model is not None:
                found[model, "validation"] = None
        if route.response is not None:
            found[route.response, "serialization"] = None
    return list(found)


def _operation(route: Route, refs: Mapping[Any, Object]) -> Object:
    operation: Object = {
        "operationId": route.operation,
        "summary": route.summary,
        "parameters": [*_parameters(route)],
        "responses": _responses(route, refs),
    }
    if route.action is None:
        operation["security"] = []
    else:
        operation["x-action"] = route.action.value
    model, media_type = route.request or route.form, JSON if route.form is None else FORM
    if model is not None:
        content = {media_type: {"schema": refs[model, "validation"]}}
        operation["requestBody"] = {"required": True, "content": content, "x-maximum-bytes": route.body_limit}
    return operation


def _parameters(route: Route) -> Iterable[Object]:
    if route.reference is not None:
        schema = {"type": "string", "format": "uuid"}
        yield {"name": route.reference, "in": "path", "required": True, "schema": schema}
    if route.place is not None:
        yield _parameter(route.place, "path")
    for parameter in route.parameters:
        yield _parameter(parameter, "query")
    if route.needs_idempotency_key:
        yield _HEADERS["idempotency"]
    if route.look is not None:
        yield from (_HEADERS["look-ground"], _HEADERS["look-incident"])
    if route.signed:
        yield from ({"$ref": f"#/components/parameters/{name}"} for name in _SIGNATURE)
    if route.document:
        yield {"$ref": f"#/components/parameters/{_DOCUMENT}"}
    if route.if_match is not IfMatch.NONE:
        yield {**_HEADERS["if-match"], "required": route.if_match is IfMatch.REQUIRED}


def _parameter(parameter: Parameter, stands: str) -> Object:
    found: Object = {
        "name": parameter.name,
        "in": stands,
        "description": parameter.description,
        "schema": {"type": "string", "pattern": f"^{parameter.pattern}$", "examples": [parameter.example]},
    }
    return {**found, "required": True} if stands == "path" else found


def _responses(route: Route, refs: Mapping[Any, Object]) -> Object:
    other = {"type": "object"} if route.produces.endswith("json") else {"type": "string"}
    schema = refs[route.response, "serialization"] if route.response is not None else other
    content: Object = {media_type: {"schema": schema} for media_type in (route.produces, *route.also)}
    if route.stream:
        content[EVENT_STREAM] = {"schema": {"type": "string"}}
    success: Object = {"description": HTTPStatus(route.status).phrase, "content": content}
    if route.etag:
        tag = {"schema": {"type": "string"}, "description": "The order's version, for If-Match."}
        success["headers"] = {"ETag": tag}
    by_status: defaultdict[int, list[str]] = defaultdict(list)
    for code in problems_of(route):
        by_status[status_of(code)].append(code)
    problem = {MEDIA_TYPE: {"schema": refs[ProblemDetails, "serialization"]}}
    failures: Object = {
        str(status): {"description": ", ".join(f"`{code}`" for code in sorted(set(codes))), "content": problem}
        for status, codes in sorted(by_status.items())
    }
    if _TOO_MANY in failures:
        failures[_TOO_MANY]["headers"] = _LEFT
    return {str(route.status): success, **failures}


def problems_of(route: Route) -> tuple[str, ...]:
    """Give the codes that a route may answer with: its own, and those of the door."""
    codes = [*route.problems, *_EVERYWHERE]
    if route.action is not None:
        codes += _SIGNED_IN
    if route.request or route.form:
        codes += _WITH_BODY
    if route.signed:
        codes += SIGNATURE_CODES
    if route.document:
        codes += DOCUMENT_CODES
    if route.needs_idempotency_key:
        codes += ["idempotency-key-missing", "idempotency-key-malformed", "idempotency-key-reused"]
    if route.if_match is not IfMatch.NONE:
        codes += ["if-match-malformed", "order-has-changed"]
    if route.if_match is IfMatch.REQUIRED:
        codes += ["if-match-missing"]
    if route.look is not None:
        codes += ["look-ground-unknown", "look-incident-malformed"]
    if route.parameters:
        codes += ["bad-parameter", "unknown-parameter"]
    if route.stream:
        codes += ["too-many-streams"]
    if route.place is not None or route.reference is not None:
        codes += [route.absent]
    if budgets_of(route):
        codes += ["too-many-requests"]
    return tuple(dict.fromkeys(codes))
