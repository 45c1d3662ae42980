"""Which budgets a request is counted against: by its route, by who sends it, and for a search by what it says."""

from typing import Final

from aiohttp import web

from registry.access.actors import Principal
from registry.access.permissions import Action
from registry.api.check_models import CheckRequest
from registry.api.models import Model
from registry.api.preview_models import OrderPreviews
from registry.api.route import Route
from registry.api.services import Services
from registry.api.tokens import TOKEN_PATH
from registry.limits import table
from registry.limits.gate import Holder
from registry.limits.left import Left, OverBudget, policy, state
from registry.limits.table import Budget
from registry.values.check import CheckPurpose

LEFT: Final = web.RequestKey("left", tuple[Left, ...])
_FORWARDED: Final = "X-Forwarded-For"
_FREE: Final = frozenset({"/livez"})
"""Whoever watches the process asks as often as it likes: a limit here would take a good server out of service."""
_PEOPLE: Final = ("/sign-in", "/invitation", "/account/password")
_PREVIEWS: Final = (table.PREVIEWS_OF_AN_OFFICER, table.PREVIEWS_OF_AN_INSTITUTION)
_SEARCHES: Final = (table.SEARCHES_OF_AN_OFFICER, table.SEARCHES_OF_AN_INSTITUTION)


def budgets_of(route: Route) -> tuple[Budget, ...]:
    """Give the budgets of a route, by its line in the table of routes alone."""
    if route.path in _FREE:
        return ()
    if route.action is None:
        return (table.SIGN_INS,) if route.path == TOKEN_PATH else (table.DOORS,)
    if route.action is Action.CHECK:
        return (table.CHECKS_OF_AN_OFFICER, table.CHECKS_OF_AN_INSTITUTION)
    if route.action is Action.PREVIEW_ORDER:
        return _PREVIEWS
    return (table.READS,) if route.method == "GET" else (table.WRITES,)


def budgets_of_door(method: str, path: str) -> tuple[Budget, ...]:
    """Give the budgets of a door that is in no table of routes: a page, a list, a witness."""
    people = method == "POST" and path.startswith(_PEOPLE) and not path.endswith("/log-out")
    return (table.FORMS, table.DOORS) if people else (table.DOORS,)


def budgets_of_model(model: Model | None) -> tuple[Budget, ...]:
    """Give the budgets that a request has only by what it says: a search by protected person, a list of orders."""
    if isinstance(model, CheckRequest) and model.purpose is CheckPurpose.PROTECTED_PERSON_SAFETY:
        return _SEARCHES
    if isinstance(model, OrderPreviews):
        # Each order is looked for by itself; the request was counted as the first.
        return _PREVIEWS * (len(model.orders) - 1)
    return ()


def peer_of(request: web.BaseRequest, services: Services) -> str:
    """Give whom a request comes from."""
    return services.peers.of(request.remote, request.headers.getall(_FORWARDED, ()))


async def admit(
    request: web.Request, services: Services, budgets: tuple[Budget, ...], principal: Principal | None = None
) -> None:
    """Count a request; raises `OverBudget`. What is left is kept with the request, for its headers."""
    holder = Holder(
        peer=peer_of(request, services),
        institution=principal.institution if principal else None,
        officer=principal.on_behalf_of if principal else None,
    )
    try:
        left = await services.gate.admit(budgets, holder)
    except OverBudget as over:
        request[LEFT] = (over.left,)
        raise
    # What the public doors answer is kept by caches for others, whom one peer's budget does not concern.
    if principal is not None:
        newest = {each.name: each for each in (*request.get(LEFT, ()), *left)}
        request[LEFT] = tuple(newest.values())


def say_left(request: web.Request, response: web.StreamResponse) -> None:
    """Set the headers that tell how much is left."""
    left = request.get(LEFT)
    if left:
        response.headers["RateLimit-Policy"] = policy(left)
        response.headers["RateLimit"] = state(left)
