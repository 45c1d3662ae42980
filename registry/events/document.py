"""Facts of documents: one was supplied after the order was entered; one that was handed in bears a signature."""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from registry.values.identifiers import DocumentRef, FactId, KeyId, OrderRef, SealedBlock
from registry.values.parties import Document
from registry.values.time import Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentSupplied:
    """The source document that was missing is there now."""

    TOPIC: ClassVar[str] = "order.document_supplied.1"

    order_ref: OrderRef
    document: Document[SealedBlock]


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentSigned:
    """The document that facts of the same transaction were recorded from bears its institution's signature (RFC 7515).

    Of the signature the digest stands here, of the document a salted commitment: a digest of names and dates would
    be something to try guesses against after they were erased. Both are kept sealed, under the keys of everybody
    that the document is about.
    """

    TOPIC: ClassVar[str] = "document.signed.1"

    document_ref: DocumentRef
    order_ref: OrderRef
    """The order that it is about."""
    facts: tuple[FactId, ...]
    """What was recorded of it, in their order."""
    key_id: KeyId
    """The key that signed the document; `actor` names the one that signed the request."""
    signed_at: Instant
    """As the signature says, to the second."""
    signature: str
    """SHA-256 of the JWS in its compact form, base64url."""
    document: Document[SealedBlock] | None
    """None where everybody whom it is about was erased before: then nothing of it is kept."""


DocumentEvent: TypeAlias = DocumentSupplied | DocumentSigned
