"""Requests about parties of several orders: they are one person, or it was said wrongly."""

from collections.abc import Callable
from typing import Self
from uuid import UUID

from registry.api.models import Asking, Model
from registry.api.texts import Reference
from registry.commands.party import LinkParties, UnlinkParties
from registry.values.identifiers import LinkRef, OrderRef, PartyRef
from registry.values.party import LinkBasis, PartyOfOrder, UnlinkReason, link_ref


class LinkedParty(Model):
    """A party, and the order that it is a party of."""

    order_ref: Reference
    party_ref: Reference

    def value(self) -> PartyOfOrder:
        """Give the party."""
        return PartyOfOrder(order_ref=OrderRef(self.order_ref), party_ref=PartyRef(self.party_ref))


class PartyLink(Model):
    """Say that a party of one order and a party of another are one person."""

    one: LinkedParty
    other: LinkedParty
    basis: LinkBasis

    def named(self) -> tuple[OrderRef, ...]:
        """Give the orders that it is about: none stands in the path."""
        return OrderRef(self.one.order_ref), OrderRef(self.other.order_ref)

    def about_nothing(self, mint: Callable[[], UUID]) -> Self:
        """Give the same request about orders that nobody has."""
        sides = {name: getattr(self, name).model_copy(update={"order_ref": mint()}) for name in ("one", "other")}
        return self.model_copy(update=sides)

    def to_command(self, asking: Asking) -> LinkParties:  # noqa: ARG002  # the shape of a request
        """Give the command; said again on the same basis it is the same link."""
        one, other = self.one.value(), self.other.value()
        return LinkParties(link_ref=link_ref(one, other, self.basis), one=one, other=other, basis=self.basis)


class PartyLinkRetraction(Model):
    """Take back what was said."""

    reason: UnlinkReason

    def to_command(self, asking: Asking) -> UnlinkParties:
        """Give the command."""
        return UnlinkParties(link_ref=LinkRef(asking.reference), reason=self.reason)
