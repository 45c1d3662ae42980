"""Facts of notice between authorities: what was told to whom, and how they answered."""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from registry.values.identifiers import FactId, InstitutionId, NoticeRef, OrderRef, SealedBlock
from registry.values.jurisdiction import Jurisdiction
from registry.values.notice import ContainerFault, Evidence, EvidenceReason, NoticeKind, NoticeRejection
from registry.values.parties import Document
from registry.values.time import Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeIssued:
    """An authority is told of a fact and has to acknowledge it by an instant."""

    TOPIC: ClassVar[str] = "notice.issued.1"

    notice_ref: NoticeRef
    order_ref: OrderRef
    about: FactId
    kind: NoticeKind
    recipient: InstitutionId
    jurisdiction: Jurisdiction
    due: Instant
    basis: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeAcknowledged:
    """The authority has opened the notice and says so."""

    TOPIC: ClassVar[str] = "notice.acknowledged.1"

    notice_ref: NoticeRef
    order_ref: OrderRef


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeRejected:
    """The authority sends the notice back, with its reason."""

    TOPIC: ClassVar[str] = "notice.rejected.1"

    notice_ref: NoticeRef
    order_ref: OrderRef
    reason: NoticeRejection


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeEvidenced:
    """The transport gave evidence of how far the notice has come, or the time for it ran out."""

    TOPIC: ClassVar[str] = "notice.evidenced.1"

    notice_ref: NoticeRef
    order_ref: OrderRef
    evidence: Evidence
    at: Instant
    """When it happened, as the evidence says."""
    reason: EvidenceReason | None = None
    next_due: Instant | None = None
    """By when the next evidence must be there; None where none is waited for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ContainerReceived:
    """A signed container came with a notice. One with a fault is rejected; its bytes are kept either way."""

    TOPIC: ClassVar[str] = "notice.container_received.1"

    notice_ref: NoticeRef
    order_ref: OrderRef
    document: Document[SealedBlock]
    fault: ContainerFault | None = None
    """None: the digests fit. Whose signature it is was not verified."""


NoticeEvent: TypeAlias = NoticeIssued | NoticeAcknowledged | NoticeRejected | NoticeEvidenced | ContainerReceived
