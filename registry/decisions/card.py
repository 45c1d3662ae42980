"""Decide cards: of which order one may be made, when one is taken back, and what a status list is of."""

from dataclasses import dataclass, replace
from typing import Final, assert_never

from registry.commands.card import CardCommand, IssueCard, OpenStatusList, PublishStatusList, WithdrawCard
from registry.decisions.life import alive
from registry.errors import Conflict, NotFound, Refused, StaleVersion
from registry.events.base import Fact
from registry.events.card import CardEvent, CardIssued, CardWithdrawn, StatusListIssued, StatusListOpened
from registry.events.catalogue import AnyEvent
from registry.law.standing import Standing
from registry.values.identifiers import OrderRef
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import DAY, Instant

LONGEST_LIFE: Final = 366 * DAY
"""A card is of paper: after a year it is made anew, whatever the order's end."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CardState:
    """A card as its facts have it."""

    order_ref: OrderRef
    withdrawn: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ListState:
    """A status list as its facts have it."""

    jurisdiction: Jurisdiction
    entries: int
    issued: Instant | None = None
    content: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """What a card is decided on, besides its own stream."""

    order: Standing | None = None
    order_version: int = 0
    listed: ListState | None = None
    taken: bool = False
    """Another card holds this place in the list."""
    replaced: CardState | None = None


NOTHING: Final = Surroundings()


def decide(
    command: CardCommand, state: CardState | ListState | None, *, now: Instant, around: Surroundings = NOTHING
) -> tuple[CardEvent, ...]:
    """Answer the command with facts, or raise `Refused` kinds; an empty answer means that it holds already."""
    match command:
        case OpenStatusList():
            return _open(command, state)
        case IssueCard():
            return _issue(command, state, now, around)
        case WithdrawCard():
            return _withdraw(command, state)
        case PublishStatusList():
            return _publish(command, state)
        case _:
            assert_never(command)


def _open(command: OpenStatusList, state: CardState | ListState | None) -> tuple[CardEvent, ...]:
    if state is not None:
        return ()
    return (
        StatusListOpened(
            list_ref=command.list_ref,
            jurisdiction=command.jurisdiction,
            number=command.number,
            entries=command.entries,
            seed=command.seed,
        ),
    )


def _issue(
    command: IssueCard, state: CardState | ListState | None, now: Instant, around: Surroundings
) -> tuple[CardEvent, ...]:
    order = around.order
    if order is None:
        raise NotFound("no-such-order")
    if state is not None:
        raise Conflict("reference-in-use")
    alive(order)
    ends = order.expiry.ends()
    if ends is not None and ends <= now:
        raise Conflict("order-ended")
    if around.order_version != command.order_version:
        # The card says what the order was, and not what it is.
        raise StaleVersion("order-has-changed")
    if around.listed is None or around.listed.jurisdiction != order.details.court.jurisdiction:
        raise NotFound("no-such-status-list")
    if around.taken or command.index not in range(around.listed.entries):
        raise Conflict("place-in-list-taken")
    if not command.issued <= now or not command.issued < command.expires <= command.issued + LONGEST_LIFE:
        raise Refused("card-of-another-time")
    if command.replaces is not None and (around.replaced is None or around.replaced.order_ref != command.order_ref):
        raise Refused("no-such-card-to-replace", field="/replaces")
    return (
        CardIssued(
            card_ref=command.card_ref,
            order_ref=command.order_ref,
            list_ref=command.list_ref,
            index=command.index,
            digest=command.digest,
            kid=command.kid,
            form=command.form,
            order_version=command.order_version,
            terms=command.terms,
            issued=command.issued,
            expires=command.expires,
            respondent=command.respondent,
            states=command.states,
            replaces=command.replaces,
        ),
    )


def _withdraw(command: WithdrawCard, state: CardState | ListState | None) -> tuple[CardEvent, ...]:
    if not isinstance(state, CardState):
        raise NotFound("no-such-card")
    if state.withdrawn:
        return ()
    return (CardWithdrawn(card_ref=command.card_ref, order_ref=state.order_ref, reason=command.reason),)


def _publish(command: PublishStatusList, state: CardState | ListState | None) -> tuple[CardEvent, ...]:
    if not isinstance(state, ListState):
        raise NotFound("no-such-status-list")
    if state.issued is not None and command.issued <= state.issued:
        # Two lists of one instant, or one of the past, could be held against each other.
        raise Conflict("list-of-another-time")
    return (
        StatusListIssued(
            list_ref=command.list_ref,
            upto=command.upto,
            issued=command.issued,
            content=command.content,
            cwt=command.cwt,
            jwt=command.jwt,
        ),
    )


def evolve_card(card: CardState | None, fact: Fact[AnyEvent]) -> CardState | None:
    """Give the card after the fact; None for a stream of another noun."""
    match fact.event:
        case CardIssued() as event:
            return CardState(order_ref=event.order_ref)
        case CardWithdrawn() if card is not None:
            return replace(card, withdrawn=True)
        case _:
            return card


def evolve_list(listed: ListState | None, fact: Fact[AnyEvent]) -> ListState | None:
    """Give the status list after the fact; None for a stream of another noun."""
    match fact.event:
        case StatusListOpened() as event:
            return ListState(jurisdiction=event.jurisdiction, entries=event.entries)
        case StatusListIssued() as event if listed is not None:
            return replace(listed, issued=event.issued, content=event.content)
        case _:
            return listed
