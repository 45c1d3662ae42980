"""What is not there and what is not yours are one answer: the same words, and not one sooner than the other.

A refusal that depends on what was found tells that something was. So whoever may not know of an order is refused as if
there were none, whatever the reason was; only where the law lets any authority act on an order that is shown to it (it
registers, serves, adjusts, reports a breach of it) the reasons stay, for the act itself would tell. A refusal to act on
anything else of somebody else's is the same as that there is none.

The work behind the two differs, by a query or a decision. The answer therefore leaves at a set time after the request
was taken up, or a multiple of it.
"""

from time import monotonic
from typing import Final

from aiohttp import web

from registry.access.actors import Principal
from registry.access.permissions import Action
from registry.api.conflicts import unless_party
from registry.api.looking import looked
from registry.api.route import Call, Route
from registry.errors import NotFound, NotPermitted, Refused
from registry.execute import off_loop
from registry.ledger.port import Reader
from registry.limits.pace import answer_at
from registry.values.identifiers import OrderRef, StreamId
from registry.values.jurisdiction import Jurisdiction
from registry.views.police import INVOLVED, ORDER

OPEN: Final = frozenset(
    {
        Action.ADJUST_ORDER,
        Action.APPLY_FOR_REFUSAL,
        Action.ASK_DISCLOSURE,
        Action.ASK_HIT_CONFIRMATION,
        Action.BREAK_GLASS,
        Action.DECLARE_ORDER,
        Action.RECORD_SERVICE,
        Action.REGISTER_ORDER,
    }
)
"""What an authority does to an order of others that somebody hands it, wherever the order was made.

Break-glass is refused for what its officer and its request are, and never for what the order is."""
LISTED: Final = frozenset({Action.GOVERN_INSTITUTIONS, Action.REVIEW_GLASS})
"""Actions on what everybody who may do them can list: there is nothing to hide of it, and the reason is needed."""


def knows(reader: Reader, principal: Principal, order_ref: OrderRef) -> bool:
    """Say whether an order is there that this principal may know of: its own, sent to it, or acted on by it before.

    All three questions are always asked.
    """
    made = reader.rows(ORDER, {"order_ref": order_ref.bytes})
    involved = reader.rows(INVOLVED, {"order_ref": order_ref.bytes, "institution": principal.institution})
    actors = {each.fact.actor.institution for each in reader.stream(StreamId(order_ref))}
    own = [row for row in made if principal.acts_in(Jurisdiction(str(row["jurisdiction"])))]
    return bool(own or principal.institution in actors or (made and involved))


async def answered(route: Route, call: Call) -> web.StreamResponse:
    """Have a route's handler answer; raises what it raises, or `NotFound` in place of what would tell too much."""
    started = monotonic()
    asked = await unless_party(route, call)
    try:
        response = await looked(route, asked)
        if asked is not call:
            raise NotFound(route.absent)  # as if there were none
    except Refused as refusal:
        shown = await _shown(route, asked, refusal)
        # An officer's refusals wait whatever they say: of their own order it was noted first.
        named = route.reference is not None and call.principal.on_behalf_of is not None
        if route.action is not None and (named or isinstance(shown, NotFound)):
            await answer_at(started, call.services.limits.absent_seconds)
        raise shown from None
    return response


async def _shown(route: Route, call: Call, refusal: Refused) -> Refused:
    if route.reference is None or route.action is None or isinstance(refusal, NotFound):
        return refusal
    if route.action in LISTED:
        return refusal
    if route.reference != "order_ref":
        return NotFound(route.absent) if isinstance(refusal, NotPermitted) else refusal
    if route.action in OPEN:
        return refusal
    reader, principal, order_ref = call.services.reader, call.principal, OrderRef(call.reference)
    known = await off_loop(reader, lambda: knows(reader, principal, order_ref))
    return refusal if known else NotFound(route.absent)
