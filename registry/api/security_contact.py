"""Whom to tell of a weakness, over HTTP: `/.well-known/security.txt` (RFC 9116), the operator's own file as it is.

It is read at the start and held to the two fields that the RFC demands. Once its `Expires` has passed it is not given
any more (section 2.5.5), for nobody may use it then; the registry goes on.
"""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from aiohttp import web

from registry.errors import ConfigurationError
from registry.values.time import Instant, instant

PATH: Final = "/.well-known/security.txt"
MAXIMUM: Final = 32_000
"""Bytes; what readers take at least (RFC 9116, section 5.4)."""
_CONTACT: Final = re.compile(r"(?im)^contact:[ ]*(mailto:|https://|tel:)\S+$")
_EXPIRES: Final = re.compile(r"(?im)^expires:[ ]*(?P<at>\S+)$")
_KEPT: Final = "public, max-age=3600"


def doors(path: Path | None, clock: Callable[[], Instant]) -> list[web.RouteDef]:
    """Give the route of the file, if one is set. Raises `ConfigurationError` for one that is not as the RFC has it."""
    if path is None:
        return []
    content = _read(path)
    expires = _expiry(content)

    async def contact(_: web.Request) -> web.Response:
        if clock() >= expires:
            raise web.HTTPNotFound
        response = web.Response(body=content, content_type="text/plain", charset="utf-8")
        response.headers["Cache-Control"] = _KEPT
        return response

    return [web.get(PATH, contact)]


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MAXIMUM + 1)
    except OSError:
        raise ConfigurationError("the file of security contacts cannot be read") from None
    if len(content) > MAXIMUM:
        raise ConfigurationError("the file of security contacts is too long")
    return content


def _expiry(content: bytes) -> Instant:
    """Give when the file expires; raises `ConfigurationError` unless there is a contact and one expiry in RFC 3339."""
    text = content.decode("utf-8", "replace").replace("\r\n", "\n")
    found = _EXPIRES.findall(text)
    if not _CONTACT.search(text) or len(found) != 1:
        raise ConfigurationError("the file of security contacts needs a Contact and one Expires (RFC 9116)")
    try:
        return instant(datetime.fromisoformat(found[0]))
    except ValueError:
        raise ConfigurationError("the file of security contacts has an Expires that is no RFC 3339 instant") from None
