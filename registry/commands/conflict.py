"""Commands of conflicts of interest: the registry notes one, whoever was alerted takes it in hand."""

from dataclasses import dataclass
from typing import TypeAlias

from registry.values.conflict import ConflictRef, Met
from registry.values.identifiers import InstitutionId, OrderRef
from registry.values.jurisdiction import Jurisdiction


@dataclass(frozen=True, kw_only=True, slots=True)
class NoteConflict:
    """Note that an officer met an order of their own. Said by the registry itself."""

    conflict_ref: ConflictRef
    order_ref: OrderRef
    institution: InstitutionId
    officer: str
    jurisdiction: Jurisdiction
    met: Met
    recipients: tuple[InstitutionId, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AcknowledgeConflict:
    """Take in hand what an institution was alerted of."""

    conflict_ref: ConflictRef
    by: InstitutionId


ConflictCommand: TypeAlias = NoteConflict | AcknowledgeConflict
