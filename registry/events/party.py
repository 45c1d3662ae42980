"""Facts of parties of several orders: that two of them are one person, and that this was said wrongly."""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from registry.values.identifiers import LinkRef
from registry.values.party import LinkBasis, PartyOfOrder, UnlinkReason


@dataclass(frozen=True, kw_only=True, slots=True)
class PartiesLinked:
    """A party of one order and a party of another are one person, as the actor says on this basis."""

    TOPIC: ClassVar[str] = "party.linked.1"

    link_ref: LinkRef
    one: PartyOfOrder
    other: PartyOfOrder
    basis: LinkBasis


@dataclass(frozen=True, kw_only=True, slots=True)
class PartiesUnlinked:
    """What was said is taken back; that it was said, and counted until now, stays."""

    TOPIC: ClassVar[str] = "party.unlinked.1"

    link_ref: LinkRef
    one: PartyOfOrder
    other: PartyOfOrder
    reason: UnlinkReason


PartyEvent: TypeAlias = PartiesLinked | PartiesUnlinked
