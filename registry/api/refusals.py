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
REFUSED: Final = web.RequestKey("refused", str)
"""The code of a refusal that people were told by a page and not by a problem."""
TELLING: Final = frozenset(
    {
        "cross-site-request",
        "invitation-used",
        "role-not-permitted",
        "second-factor-missing",
        "sign-in-failed",
        "unauthenticated",
        *SIGNATURE_CODES,
        *DOCUMENT_CODES,
    }
)


def note_refusal(code: str | None, request: web.Request, services: Services, request_id: str) -> None:
    """Write a line of the security log and count, if the code is that of a refusal of that kind."""
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
