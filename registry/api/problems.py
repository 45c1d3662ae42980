"""Errors as RFC 9457 problems: the one table of status codes. A problem names places, never values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from aiohttp import web

from registry.api.codes import MEANINGS
from registry.api.statuses import HTTP_STATUS
from registry.errors import (
    Conflict,
    KeyErased,
    KeyLost,
    KeyReused,
    Malformed,
    NotFound,
    NotPermitted,
    NotSigned,
    Refused,
    RegistryError,
    StaleVersion,
    TooMany,
    Unavailable,
)

MEDIA_TYPE: Final = "application/problem+json"
TYPE_PREFIX: Final = "urn:protective-order-registry:problem:"

STATUS: Final[Mapping[type[RegistryError], int]] = {
    NotPermitted: 403,
    NotSigned: 403,
    NotFound: 404,
    StaleVersion: 412,
    KeyReused: 422,
    Conflict: 409,
    Malformed: 422,
    Refused: 422,
    Unavailable: 503,
    KeyLost: 503,
    KeyErased: 409,
}
"""Read from the top: the first class that fits gives the status. `AlreadyTaken` is a `Conflict`."""

_OF_STATUS: Final = {400: "bad-request", 404: "not-found", 405: "method-not-allowed", 413: "body-too-large"}


class HttpProblem(RegistryError):
    """A problem of the HTTP interface itself. `code` is one of `HTTP_STATUS`; `errors` names fields."""

    def __init__(self, code: str, *, errors: Sequence[tuple[str, str]] = ()) -> None:
        """Keep the code, and pairs of a JSON pointer and a field's code."""
        super().__init__(code)
        self.code = code
        self.errors = tuple(errors)


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """What is answered instead of what was asked for."""

    status: int
    code: str
    errors: tuple[tuple[str, str], ...] = ()
    cite: str | None = None
    incident: str | None = None
    retry_after: int | None = None


def problem_of(error: Exception, *, incident: str) -> Problem:
    """Give the problem of an error; `incident` names what nobody expected, for the log."""
    match error:
        case HttpProblem():
            retry = 5 if HTTP_STATUS[error.code] == web.HTTPTooManyRequests.status_code else None
            return Problem(status=HTTP_STATUS[error.code], code=error.code, errors=error.errors, retry_after=retry)
        case TooMany():
            return Problem(status=HTTP_STATUS[error.code], code=error.code, retry_after=error.wait)
        case Unavailable():
            # A store's own fault codes are many; what a caller can do is the same for all of them.
            code = error.code if error.code in MEANINGS else "store-unavailable"
            return Problem(status=503, code=code, retry_after=error.retry_after)
        case Refused():
            errors = tuple((place, error.code) for place in (error.field, *error.also) if place is not None)
            return Problem(status=_status(error), code=error.code, errors=errors, cite=error.cite)
        case KeyLost():
            return Problem(status=_status(error), code="keys-unavailable")
        case KeyErased():
            return Problem(status=_status(error), code="personal-data-erased")
        case web.HTTPException() if error.status in _OF_STATUS:
            return Problem(status=error.status, code=_OF_STATUS[error.status])
        case _:
            return Problem(status=500, code="internal", incident=incident)


def _status(error: RegistryError) -> int:
    return next(status for kind, status in STATUS.items() if isinstance(error, kind))


def body_of(problem: Problem, *, request_id: str | None = None) -> bytes:
    """Write a problem as JSON."""
    members: dict[str, Any] = {
        "type": f"{TYPE_PREFIX}{problem.code}",
        "title": MEANINGS.get(problem.code, "The request was refused."),
        "status": problem.status,
        "code": problem.code,
    }
    if problem.errors:
        members["errors"] = [{"pointer": pointer, "code": code} for pointer, code in problem.errors]
    if problem.cite is not None:
        members["legal_basis"] = problem.cite
    if problem.incident is not None:
        members["incident"] = problem.incident
    if request_id is not None:
        members["request_id"] = request_id
    if problem.code == "sign-in-failed":
        members["error"] = "invalid_client"  # what an OAuth 2.0 client looks for (RFC 6749, 5.2)
    return orjson.dumps(members)


def response_of(problem: Problem, *, request_id: str | None = None) -> web.Response:
    """Answer with a problem."""
    response = web.Response(body=body_of(problem, request_id=request_id), status=problem.status)
    response.content_type = MEDIA_TYPE
    if problem.retry_after is not None:
        response.headers["Retry-After"] = str(problem.retry_after)
    if problem.status == web.HTTPUnauthorized.status_code:
        response.headers["WWW-Authenticate"] = 'Bearer realm="registry"'
    return response
