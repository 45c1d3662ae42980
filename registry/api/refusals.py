"""Refusals that tell of an attempt: who is not known, who may not, whose signature does not count. Logged and counted.

The line names the institution only where it has proved itself, and never a value of the request.
"""

import logging
from typing import Final

import orjson
from aiohttp import web

from registry.access.actors import Principal
from registry.api.services import Services
from registry.api.statuses import DOCUMENT_CODES, SIGNATURE_CODES

SECURITY_LOG: Final = logging.getLogger("registry.security")
PRINCIPAL: Final = web.RequestKey("principal", Principal)
TELLING: Final = frozenset(
    {"sign-in-failed", "unauthenticated", "role-not-permitted", *SIGNATURE_CODES, *DOCUMENT_CODES}
)


def note_refusal(error: Exception, request: web.Request, services: Services, request_id: str) -> None:
    """Write a line of the security log and count, if the error is a refusal of that kind."""
    code = getattr(error, "code", None)
    if code not in TELLING:
        return
    services.refusals[code] += 1
    resource = request.match_info.route.resource
    principal = request.get(PRINCIPAL)
    line = {
        "event": "refused",
        "code": code,
        "count": services.refusals[code],
        "request_id": request_id,
        "route": resource.canonical if resource is not None else "-",
        "institution": principal.institution if principal is not None else None,
    }
    SECURITY_LOG.warning("%s", orjson.dumps(line).decode())
