"""Commands of erasure: destroy the key of a party in an order, its former keys, or the key of a month's queries."""

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
    ledger_id: str = ""
    """Of which ledger; the command boundary fills it in. Its institutions say which facts are in doubt."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EraseFormer:
    """Erase what was recorded of a party before it was set right, whether or not the order is in force.

    `ground` is one of `values.erasure.FOR_FORMER_DATA`.
    """

    order_ref: OrderRef
    party: PartyRef
    ground: ErasureGround
    ledger_id: str = ""
    """As in `EraseParty`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EraseQueries:
    """Erase what an institution asked in a month of its place (`2026-11`), or what the key of `subject` sealed."""

    subject: SubjectId
    """Whose key sealed it (vault/audit.py); its facts stand in the stream of the same name."""
    institution: InstitutionId
    month: str


ErasureCommand: TypeAlias = EraseParty | EraseFormer | EraseQueries
