"""Commands of conflicts of interest: the registry notes one, whoever was alerted takes it in hand."""

from dataclasses import dataclass
from typing import TypeAlias

from registry.values.conflict import ConflictRef, Met
from registry.values.identifiers import AlertRef, InstitutionId, OrderRef
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


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertConflictAgain:
    """Alert the next institution, since nobody took an alert in hand in time. Said by the registry itself."""

    conflict_ref: ConflictRef
    lapsed: AlertRef
    candidates: tuple[InstitutionId, ...]
    """Who may be next, in order."""


ConflictCommand: TypeAlias = NoteConflict | AcknowledgeConflict | AlertConflictAgain
