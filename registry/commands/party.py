"""Commands of parties of several orders: say that two are one person, take it back."""

from dataclasses import dataclass
from typing import TypeAlias

from registry.values.identifiers import LinkRef
from registry.values.party import LinkBasis, PartyOfOrder, UnlinkReason


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkParties:
    """Say that a party of one order and a party of another are one person.

    `link_ref` is that of `values.party.link_ref`.
    """

    link_ref: LinkRef
    one: PartyOfOrder
    other: PartyOfOrder
    basis: LinkBasis


@dataclass(frozen=True, kw_only=True, slots=True)
class UnlinkParties:
    """Take back what was said."""

    link_ref: LinkRef
    reason: UnlinkReason


PartyCommand: TypeAlias = LinkParties | UnlinkParties
