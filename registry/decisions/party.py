"""Decide whether a party of one order and a party of another are one person: said, and taken back."""

from dataclasses import dataclass
from typing import Final, assert_never

from registry.commands.party import LinkParties, PartyCommand, UnlinkParties
from registry.errors import Conflict, NotFound, Refused
from registry.events.base import Fact
from registry.events.catalogue import AnyEvent
from registry.events.party import PartiesLinked, PartiesUnlinked, PartyEvent
from registry.law.standing import Standing
from registry.values.identifiers import LinkRef
from registry.values.issuance import PartyRole
from registry.values.party import PartyOfOrder, link_ref

MAXIMUM_LINKS: Final = 200
"""Links of one order. An answer rests on every one of them, so there may be no more than it can read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """What was said of two parties, and whether it counts now."""

    link_ref: LinkRef
    one: PartyOfOrder
    other: PartyOfOrder
    linked: bool


def decide(
    command: PartyCommand,
    link: Link | None,
    *,
    one: Standing | None = None,
    other: Standing | None = None,
    links: int = 0,
) -> tuple[PartyEvent, ...]:
    """Answer the command with facts, or raise `Refused`.

    `one` and `other` are the orders that `LinkParties` names, `links` the most links that either has; a
    decision fetches nothing itself.
    """
    match command:
        case LinkParties():
            return _link(command, link, one, other, links)
        case UnlinkParties():
            if link is None:
                raise NotFound("no-such-link")
            if not link.linked:
                return ()
            return (PartiesUnlinked(link_ref=link.link_ref, one=link.one, other=link.other, reason=command.reason),)
        case _:
            assert_never(command)


def _link(
    command: LinkParties, link: Link | None, one: Standing | None, other: Standing | None, links: int
) -> tuple[PartyEvent, ...]:
    if one is None or other is None:
        raise NotFound("no-such-order", field="/one/order_ref" if one is None else "/other/order_ref")
    if one.order_ref == other.order_ref:
        raise Refused("parties-of-one-order", field="/other/order_ref")
    if _side(one, command.one, "/one/party_ref") is not _side(other, command.other, "/other/party_ref"):
        raise Refused("parties-on-different-sides", field="/other/party_ref")
    if command.link_ref != link_ref(command.one, command.other, command.basis):
        raise Conflict("reference-in-use")
    if link is not None and link.linked:
        return ()
    if link is None and links >= MAXIMUM_LINKS:
        raise Refused("too-many", field="/other")
    return (PartiesLinked(link_ref=command.link_ref, one=command.one, other=command.other, basis=command.basis),)


def _side(order: Standing, party: PartyOfOrder, field: str) -> PartyRole:
    """Give the side on which a party stands in its order; raises `Refused` where it is no party of it."""
    for each in order.details.parties:
        if each.party_ref == party.party_ref:
            return each.role
    raise Refused("no-such-party", field=field)


def evolve(link: Link | None, fact: Fact[AnyEvent]) -> Link | None:
    """Give the link after the fact; None for a stream that is of another noun."""
    match fact.event:
        case PartiesLinked() as event:
            return Link(link_ref=event.link_ref, one=event.one, other=event.other, linked=True)
        case PartiesUnlinked() as event:
            return Link(link_ref=event.link_ref, one=event.one, other=event.other, linked=False)
        case _:
            return link
