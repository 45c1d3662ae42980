"""How an answer leaves: JSON, with the order's strong entity tag where it has one."""

from typing import Any, Final

import orjson
from aiohttp import web

MEDIA_TYPE: Final = "application/json"


def answer(members: dict[str, Any], *, status: int = 200, version: int | None = None) -> web.Response:
    """Answer with JSON; `version` is the order's, for its ETag."""
    response = web.Response(body=orjson.dumps(members), status=status, content_type=MEDIA_TYPE)
    if version is not None:
        response.headers["ETag"] = f'"{version}"'
    return response
