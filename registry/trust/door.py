"""The trust list over HTTP: `GET /trust/metadata/…` and `/trust/targets/…`, public files that any TUF client reads.

A file that is named by version or digest never changes and may be kept for ever; the timestamp may not. What is not
there is never kept: the next root appears under a name that was asked for before.
"""

import asyncio
from typing import Final

from aiohttp import web

from registry.trust.folder import PATH, TrustFolder

_MOVING: Final = "metadata/timestamp.json"
FOR_EVER: Final = "public, max-age=31536000, immutable"
FOR_SECONDS: Final = "public, max-age=30"


def doors(folder: TrustFolder, prefix: str = "/trust") -> list[web.RouteDef]:
    """Give the routes of a trust list."""

    async def file(request: web.Request) -> web.Response:
        path = request.match_info["path"]
        raw = await asyncio.to_thread(folder.read, path) if PATH.fullmatch(path) else None
        if raw is None:
            raise web.HTTPNotFound
        kind = "application/jwk-set+json" if path.startswith("targets/") else "application/json"
        response = web.Response(body=raw, content_type=kind)
        response.headers["Cache-Control"] = FOR_SECONDS if path == _MOVING else FOR_EVER
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    return [web.get(f"{prefix}/{{path:.+}}", file)]
