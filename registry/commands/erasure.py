"""Commands of erasure: destroy the key of a party in an order."""

from dataclasses import dataclass
from typing import TypeAlias

from registry.values.erasure import ErasureGround
from registry.values.identifiers import OrderRef, PartyRef


@dataclass(frozen=True, kw_only=True, slots=True)
class EraseParty:
    """Erase what is sealed about a party of an order. With the last party, what is sealed about the order goes too."""

    order_ref: OrderRef
    party: PartyRef
    ground: ErasureGround


ErasureCommand: TypeAlias = EraseParty
