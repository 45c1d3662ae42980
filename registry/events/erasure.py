"""Facts of erasure: a key was destroyed, of a party in an order or of queries. References and key ids only."""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias
from uuid import UUID

from registry.values.erasure import ErasureGround
from registry.values.identifiers import InstitutionId, OrderRef, PartyRef, SubjectId


@dataclass(frozen=True, kw_only=True, slots=True)
class SubjectErased:
    """What was sealed about a party of an order, or about the order itself, can be opened by nobody any more."""

    TOPIC: ClassVar[str] = "subject.erased.1"

    order_ref: OrderRef
    subject: SubjectId
    key_id: str
    """The id of the destroyed key, 16 bytes as hexadecimal text: every block sealed under it names it."""
    ground: ErasureGround
    documents: tuple[UUID, ...] = ()
    """The sealed source documents that went with it, since they open only with this key too."""
    former_of: PartyRef | None = None
    """The party whose former key it was: of what was recorded before a correction. The party's own key stands."""


@dataclass(frozen=True, kw_only=True, slots=True)
class QueriesErased:
    """What an institution asked in a month, kept for the supervision of searches, can be opened by nobody any more."""

    TOPIC: ClassVar[str] = "queries.erased.1"

    subject: SubjectId
    institution: InstitutionId
    month: str
    """The calendar month of its place, such as `2026-11`; the last one, where the key sealed earlier ones as well."""
    key_id: str
    """The id of the destroyed key, 16 bytes as hexadecimal text."""
    basis: str
    """The rule by which they need be kept no longer."""


ErasureEvent: TypeAlias = SubjectErased | QueriesErased
