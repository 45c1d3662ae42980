"""The route table: every path there is, by hand. Router, OpenAPI document and reference are made from it."""

from functools import cache
from typing import Final

from aiohttp import web

from registry.api import asking, list_models, receipt_models
from registry.api.account_routes import ACCOUNT_ROUTES
from registry.api.authority_routes import AUTHORITY_ROUTES
from registry.api.card_routes import CARD_ROUTES
from registry.api.document_routes import DOCUMENT_ROUTES
from registry.api.erasure_routes import ERASURE_ROUTES
from registry.api.glass_routes import GLASS_ROUTES
from registry.api.institution_routes import INSTITUTION_ROUTES
from registry.api.key_routes import KEY_ROUTES
from registry.api.lines import read
from registry.api.lock_routes import LOCK_ROUTES
from registry.api.log_routes import LOG_ROUTES
from registry.api.look_routes import LOOK_ROUTES
from registry.api.models import Model
from registry.api.officer_routes import OFFICER_ROUTES
from registry.api.openapi import document_bytes
from registry.api.order_routes import ORDER_ROUTES
from registry.api.reading import know
from registry.api.representation_routes import REPRESENTATION_ROUTES
from registry.api.route import Call, Route
from registry.api.sign_in_form import TokenRequest
from registry.api.sign_in_guard import guarded


@cache
def _document() -> bytes:
    return document_bytes(ROUTES)


async def _openapi(call: Call) -> web.StreamResponse:  # noqa: ARG001  # the shape of a handler
    return web.Response(body=_document(), content_type="application/json")


_TOKEN: Final = Route(
    method="POST",
    path="/v1/token",
    action=None,
    form=TokenRequest,
    handler=guarded(asking.sign_in),
    response=receipt_models.Token,
    summary="Sign in: an access token for a signed assertion.",
    problems=("sign-in-failed",),
)
ROUTES: Final[tuple[Route, ...]] = (
    _TOKEN,
    *ORDER_ROUTES,
    *DOCUMENT_ROUTES,
    *ERASURE_ROUTES,
    *AUTHORITY_ROUTES,
    *LOG_ROUTES,
    *CARD_ROUTES,
    *LOOK_ROUTES,
    *REPRESENTATION_ROUTES,
    *GLASS_ROUTES,
    *OFFICER_ROUTES,
    *INSTITUTION_ROUTES,
    *LOCK_ROUTES,
    read("/v1/keys", asking.keys, list_models.Keys, "The key that answers to signed requests are signed with."),
    *KEY_ROUTES,
    *ACCOUNT_ROUTES,
    read("/openapi.json", _openapi, None, "This description, as OpenAPI 3.1."),
    read("/livez", asking.live, list_models.Live, "The process answers."),
    read("/readyz", asking.ready, list_models.Ready, "How far ledger, views and sources are."),
    read("/", asking.index, list_models.Index, "What this is."),
)

for _route in ROUTES:
    if _route.request or _route.form:
        know(_route.request or _route.form or Model)
