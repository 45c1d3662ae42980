"""Commands of notice: issue one, acknowledge it, send it back, record evidence of its transport."""

from dataclasses import dataclass
from typing import Generic, TypeAlias

from registry.values.identifiers import FactId, InstitutionId, NoticeRef, OrderRef, SealedBlock
from registry.values.jurisdiction import Jurisdiction
from registry.values.notice import ContainerFault, Evidence, EvidenceReason, NoticeKind, NoticeRejection
from registry.values.parties import Block, Document
from registry.values.time import Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class IssueNotice:
    """Tell an authority of a fact. Said by the registry itself, from its rules."""

    notice_ref: NoticeRef
    order_ref: OrderRef
    about: FactId
    kind: NoticeKind
    recipient: InstitutionId
    jurisdiction: Jurisdiction
    due: Instant
    basis: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AcknowledgeNotice:
    """Say that the notice was opened."""

    notice_ref: NoticeRef
    by: InstitutionId


@dataclass(frozen=True, kw_only=True, slots=True)
class RejectNotice:
    """Send the notice back."""

    notice_ref: NoticeRef
    by: InstitutionId
    reason: NoticeRejection


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordEvidence:
    """Record evidence that the transport gave."""

    notice_ref: NoticeRef
    evidence: Evidence
    at: Instant
    reason: EvidenceReason | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class NoteTransportTimeout:
    """Note that evidence which was waited for did not come in time. Said by the registry itself."""

    notice_ref: NoticeRef


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceiveContainer(Generic[Block]):
    """Take in a signed container that came with a notice, with what is wrong with it.

    The container itself goes beside the command and is sealed at the boundary, which fills `document`.
    """

    notice_ref: NoticeRef
    order_ref: OrderRef
    fault: ContainerFault | None
    document: Document[Block] | None = None


NoticeCommand: TypeAlias = (
    IssueNotice
    | AcknowledgeNotice
    | RejectNotice
    | RecordEvidence
    | NoteTransportTimeout
    | ReceiveContainer[SealedBlock]
)
