"""Requests about the transport of a notice, and how a notice is shown."""

from typing import Literal, Self, TypeAlias

from pydantic import Field, model_validator

from registry.api.document_models import SourceDocument
from registry.api.models import Asking, Model
from registry.api.receipt_models import Answered, At, NoticeReceipt, Ref
from registry.api.texts import Moment, refused
from registry.commands.notice import RecordEvidence
from registry.values.identifiers import NoticeRef
from registry.values.notice import NEGATIVE, ContainerFault, Evidence, EvidenceReason, NoticeKind, TransportState
from registry.values.time import Instant

Verdict: TypeAlias = Literal["REJECTED", "INTACT"]


class EvidenceRecord(Model):
    """Record evidence that a transport gave of a notice, such as an e-CODEX connector."""

    evidence: Evidence
    at: Moment = Field(description="When it happened, as the evidence says.")
    reason: EvidenceReason | None = Field(default=None, description="Of evidence that it went no further alone.")

    @model_validator(mode="after")
    def _a_reason_for_a_failure(self) -> Self:
        if self.reason is not None and self.evidence not in NEGATIVE:
            raise refused("one-of-two")
        return self

    def to_command(self, asking: Asking) -> RecordEvidence:
        """Give the command."""
        return RecordEvidence(
            notice_ref=NoticeRef(asking.reference), evidence=self.evidence, at=Instant(self.at), reason=self.reason
        )


class ContainerEntry(Model):
    """A signed container that came with a notice. It is kept whatever is wrong with it."""

    container: SourceDocument


class ShownContainer(Answered):
    """A container that came with a notice."""

    verdict: Verdict
    fault: ContainerFault | None
    size: int = Field(description="Bytes; they are kept, sealed.")


class ContainerReceipt(NoticeReceipt):
    """What was recorded of a container, and whether it was rejected."""

    verdict: Verdict = Field(description="INTACT: the digests fit; whose signature it is was not verified.")
    fault: ContainerFault | None


class ShownEvidence(Answered):
    """Evidence of the transport."""

    evidence: Evidence
    at: At
    reason: EvidenceReason | None


class ShownTransport(Answered):
    """How far a notice has come, outside this registry."""

    state: TransportState = Field(description="What the evidence of the highest priority says.")
    evidence: list[ShownEvidence] = Field(description="In the order in which it was recorded.")
    next_due: At | None = Field(description="By when the next evidence must be there.")


class NoticeState(Answered):
    """A notice as it stands, to its recipient and to both ends."""

    notice_ref: Ref
    order_ref: Ref
    kind: NoticeKind
    recipient: str
    jurisdiction: str
    issued_at: At
    due: At
    basis: str
    acknowledged: bool = Field(description="Delivered is not acknowledged: the recipient fetched it or said so.")
    rejected: bool
    transport: ShownTransport | None = None
    containers: list[ShownContainer] = Field(default_factory=list[ShownContainer])
