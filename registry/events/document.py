"""Facts of source documents: one was supplied after the order was entered."""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from registry.values.identifiers import OrderRef, SealedBlock
from registry.values.parties import Document


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentSupplied:
    """The source document that was missing is there now."""

    TOPIC: ClassVar[str] = "order.document_supplied.1"

    order_ref: OrderRef
    document: Document[SealedBlock]


DocumentEvent: TypeAlias = DocumentSupplied
