"""An officer who is a party: refused as if the order were not there, and others are told; a check is answered.

Reading, break-glass and every act on the order are refused, by whatever reference it is reached: somebody else of the
institution can do each of them, and whoever is bound by an order does not end it. A check is not: a wrong "nothing in
force" at a door costs a life, and what the officer learns of it the order says to its parties anyway. Nor is a report
of a breach, which can harm nobody but its author. Who is told of a check follows from its fact (alerts/conflicts.py).
What an officer is refused is answered when and as what is not there (concealment.py).
"""

import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import Final

from registry.access.actors import Principal
from registry.access.permissions import Action
from registry.alerts.conflicts import noting
from registry.alerts.reactor import REGISTRY
from registry.alerts.surroundings import Surroundings
from registry.api.institution_models import FactsConfirmation
from registry.api.models import Asking, Model
from registry.api.party_models import PartyLink
from registry.api.route import Call, Route
from registry.api.services import Services
from registry.commands.conflict import AcknowledgeConflict
from registry.errors import NotFound
from registry.execute import off_loop
from registry.officers import is_enrolled, is_party, orders_behind
from registry.values.conflict import ConflictRef, Met
from registry.values.identifiers import OrderRef

LOG: Final = logging.getLogger("registry.security")


class ConflictAcknowledgment(Model):
    """Take in hand that an officer met an order of their own."""

    def to_command(self, asking: Asking) -> AcknowledgeConflict:
        """Give the command."""
        return AcknowledgeConflict(conflict_ref=ConflictRef(asking.reference), by=asking.principal.institution)


async def unless_party(route: Route, call: Call) -> Call:
    """Give the call; for an officer who is a party of what it is about, the same call about what nobody has.

    So whatever else stands against the request is said in either case, and nothing is done or shown. It is durable
    before that who is told.
    """
    own = await _own(route, call)
    for order_ref in own:
        await _note(call.services, call.principal, order_ref, _met(route))
    return _about_nothing(call) if own else call


def _about_nothing(call: Call) -> Call:
    mint, model = call.services.executor.mint, call.model
    if isinstance(model, PartyLink | FactsConfirmation):
        model = model.about_nothing(mint)
    return replace(call, reference=mint(), model=model)


def _met(route: Route) -> Met:
    if route.action is Action.BREAK_GLASS:
        return Met.BREAK_GLASS
    return Met.READING if route.method == "GET" or route.look is not None else Met.ACTING


async def _own(route: Route, call: Call) -> tuple[OrderRef, ...]:
    """Give the orders that the path or the body leads to, of which the officer is a party."""
    if call.principal.on_behalf_of is None:
        return ()
    return await off_loop(call.services.reader, lambda: own_orders(call, lambda: _reached(route, call)))


def _reached(route: Route, call: Call) -> Iterable[OrderRef]:
    if isinstance(call.model, PartyLink):
        return call.model.named()
    if isinstance(call.model, FactsConfirmation):
        doubted = call.services.roster.roll.doubted
        return dict.fromkeys(doubted[each].order_ref for each in call.model.value() if each in doubted)
    return () if route.reference is None else orders_behind(call.services.reader, call.reference)


def own_orders(call: Call, orders: Callable[[], Iterable[OrderRef]]) -> tuple[OrderRef, ...]:
    """Give those of which the officer is a party; for whoever was not enrolled none is sought."""
    reader, officer, institution = call.services.reader, call.principal.on_behalf_of, call.principal.institution
    if officer is None or not is_enrolled(reader, institution, officer):
        return ()
    index_key = call.services.executor.index_key
    return tuple(each for each in orders() if is_party(reader, index_key, institution, officer, each))


async def refuse_party(route: Route, call: Call, order_ref: OrderRef) -> None:
    """Refuse an officer an order of which they are a party, once it is durable who is told; raises `NotFound`."""
    if await _is_party(call.services, call.principal, order_ref):
        await _note(call.services, call.principal, order_ref, Met.READING)
        raise NotFound(route.absent)


async def without_own(call: Call, orders: Collection[OrderRef]) -> frozenset[OrderRef]:
    """Give the orders that an officer may be told of: their own are left out as if not there, and others are told."""
    own = await off_loop(call.services.reader, lambda: own_orders(call, lambda: orders))
    for order_ref in own:
        await _note(call.services, call.principal, order_ref, Met.READING)
    return frozenset(orders) - frozenset(own)


async def _is_party(services: Services, principal: Principal, order_ref: OrderRef) -> bool:
    reader, index_key, officer = services.reader, services.executor.index_key, principal.on_behalf_of
    if officer is None:
        return False
    return await off_loop(reader, lambda: is_party(reader, index_key, principal.institution, officer, order_ref))


async def _note(services: Services, principal: Principal, order_ref: OrderRef, met: Met) -> None:
    directory = services.enrolment().directory
    command = noting(
        Surroundings(reader=services.reader, directory=lambda: directory),
        officer=(principal.institution, principal.on_behalf_of or ""),
        place=principal.jurisdictions[0],
        order_ref=order_ref,
        met=met,
        at=services.clock(),
    )
    await services.executor.execute(command, principal=REGISTRY)
    LOG.warning('{"event":"conflict-met"}')
