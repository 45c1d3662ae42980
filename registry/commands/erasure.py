"""Commands of erasure: destroy the key of a party in an order, or of what an institution asked in a month."""

from dataclasses import dataclass
from typing import TypeAlias

from registry.values.erasure import ErasureGround
from registry.values.identifiers import InstitutionId, OrderRef, PartyRef, SubjectId


@dataclass(frozen=True, kw_only=True, slots=True)
class EraseParty:
    """Erase what is sealed about a party of an order. With the last party, what is sealed about the order goes too."""

    order_ref: OrderRef
    party: PartyRef
    ground: ErasureGround


@dataclass(frozen=True, kw_only=True, slots=True)
class EraseQueries:
    """Erase what an institution asked in a calendar month (UTC), such as `2026-11`, or what `subject`'s key sealed."""

    subject: SubjectId
    """Whose key sealed it (vault/audit.py); its facts stand in the stream of the same name."""
    institution: InstitutionId
    month: str


ErasureCommand: TypeAlias = EraseParty | EraseQueries
