"""Decide whether a party of one order and a party of another are one person: said, and taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from registry.commands.party import LinkParties, PartyCommand, UnlinkParties
from registry.errors import Conflict, NotFound, Refused
from registry.events.base import Fact
from registry.events.catalogue import AnyEvent
from registry.events.party import PartiesLinked, PartiesUnlinked, PartyEvent
from registry.law.dossier import MAXIMUM_LINKS
from registry.law.links import contradicts
from registry.law.standing import Standing
from registry.values.identifiers import LinkRef
from registry.values.party import PartyOfOrder, link_ref


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
    kin: Sequence[Link] = (),
) -> tuple[PartyEvent, ...]:
    """Answer the command with facts, or raise `Refused`.

    `one` and `other` are the orders that `LinkParties` names, `kin` every link that leads on from either,
    current or taken back; a decision fetches nothing itself.
    """
    match command:
        case LinkParties():
            return _link(command, link, one, other, kin)
        case UnlinkParties():
            if link is None:
                raise NotFound("no-such-link")
            if not link.linked:
                return ()
            return (PartiesUnlinked(link_ref=link.link_ref, one=link.one, other=link.other, reason=command.reason),)
        case _:
            assert_never(command)


def _link(
    command: LinkParties, link: Link | None, one: Standing | None, other: Standing | None, kin: Sequence[Link]
) -> tuple[PartyEvent, ...]:
    if one is None or other is None:
        raise NotFound("no-such-order", field="/one/order_ref" if one is None else "/other/order_ref")
    if one.order_ref == other.order_ref:
        raise Refused("parties-of-one-order", field="/other/order_ref")
    # They may stand on different sides: of two orders against one another each protects whom the other binds.
    _is_party(one, command.one, "/one/party_ref")
    _is_party(other, command.other, "/other/party_ref")
    if command.link_ref != link_ref(command.one, command.other, command.basis):
        raise Conflict("reference-in-use")
    if link is not None and link.linked:
        return ()
    if link is None and len(kin) >= MAXIMUM_LINKS:
        raise Refused("too-many", field="/other")
    said = [(each.one, each.other) for each in kin if each.linked]
    if contradicts([*said, (command.one, command.other)]) and not contradicts(said):
        raise Refused("parties-of-one-order", field="/other/party_ref")
    return (PartiesLinked(link_ref=command.link_ref, one=command.one, other=command.other, basis=command.basis),)


def _is_party(order: Standing, party: PartyOfOrder, field: str) -> None:
    if all(each.party_ref != party.party_ref for each in order.details.parties):
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
