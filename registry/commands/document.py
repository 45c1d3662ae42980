"""Commands of source documents: supply one that could not be had when the order was entered."""

from dataclasses import dataclass
from typing import Generic, TypeAlias

from registry.values.identifiers import OrderRef, SealedBlock
from registry.values.parties import Block, Document


@dataclass(frozen=True, kw_only=True, slots=True)
class SupplyDocument(Generic[Block]):
    """Supply the source document of an order that was entered without it.

    The document itself goes beside the command and is sealed at the boundary, which fills `document`.
    """

    order_ref: OrderRef
    document: Document[Block] | None = None


DocumentCommand: TypeAlias = SupplyDocument[SealedBlock]
