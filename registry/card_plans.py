"""What the commands of the card read in their transaction, who may give them, who decides; for `plans.py`."""

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias
from uuid import UUID

from registry.access.actors import Principal
from registry.access.permissions import Action, permit, permit_in
from registry.commands.card import IssueCard, OpenStatusList, PublishStatusList, WithdrawCard
from registry.decisions import card
from registry.errors import NotFound
from registry.events.catalogue import AnyEvent
from registry.law.standing import Standing
from registry.ledger.port import Fold, Unit
from registry.values.identifiers import OrderRef, StreamId
from registry.views.police import CARD

CARDS: Final[Fold[card.CardState]] = Fold(name="card", evolve=card.evolve_card)
LISTS: Final[Fold[card.ListState]] = Fold(name="statuslist", evolve=card.evolve_list)
OrderOf: TypeAlias = Callable[[OrderRef], tuple[int, Standing | None]]
Planned: TypeAlias = tuple[UUID, int, Sequence[AnyEvent]]
CardPlan: TypeAlias = Callable[[Any, Unit, Principal, OrderOf], Planned]


def _issue(command: IssueCard, unit: Unit, principal: Principal, order_of: OrderOf) -> Planned:
    order_version, order = order_of(command.order_ref)
    if order is not None:
        permit_in(principal, Action.ISSUE_CARD, order.details.court.jurisdiction)
    loaded = unit.state(StreamId(command.card_ref), CARDS)
    version, state = loaded
    around = card.Surroundings(
        order=order,
        order_version=order_version,
        listed=unit.state(StreamId(command.list_ref), LISTS)[1],
        taken=bool(unit.rows(CARD, {"list_ref": command.list_ref.bytes, "place": command.index})),
        replaced=unit.state(StreamId(command.replaces), CARDS)[1] if command.replaces else None,
    )
    return command.card_ref, version, card.decide(command, state, now=unit.now, around=around)


def _withdraw(command: WithdrawCard, unit: Unit, principal: Principal, order_of: OrderOf) -> Planned:
    loaded = unit.state(StreamId(command.card_ref), CARDS)
    version, state = loaded
    order = order_of(state.order_ref)[1] if state else None
    if order is None or not principal.acts_in(order.details.court.jurisdiction):
        # Not there and not yours are one answer.
        raise NotFound("no-such-card")
    permit_in(principal, Action.ISSUE_CARD, order.details.court.jurisdiction)
    return command.card_ref, version, card.decide(command, state, now=unit.now)


def _listing(
    command: OpenStatusList | PublishStatusList, unit: Unit, principal: Principal, order_of: OrderOf
) -> Planned:
    del order_of  # a list is of no one order
    permit(principal, Action.RUN_REGISTRY)
    loaded = unit.state(StreamId(command.list_ref), LISTS)
    version, state = loaded
    return command.list_ref, version, card.decide(command, state, now=unit.now)


CARD_PLANS: Final[dict[type, CardPlan]] = {
    OpenStatusList: _listing,
    IssueCard: _issue,
    WithdrawCard: _withdraw,
    PublishStatusList: _listing,
}
