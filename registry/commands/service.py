"""Commands of service: record an attempt, record how notice stands."""

from dataclasses import dataclass
from typing import Generic, TypeAlias

from registry.values.identifiers import InstitutionId, OrderRef, PartyRef, SealedBlock
from registry.values.parties import Block
from registry.values.service import AttemptReason, ServiceState
from registry.values.time import LegalMoment


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordAttempt:
    """Record that somebody tried to serve and did not reach the respondent."""

    order_ref: OrderRef
    respondent: PartyRef
    terms: int
    at: LegalMoment
    reason: AttemptReason
    served_by: InstitutionId


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordService(Generic[Block]):
    """Record how notice of a version of the terms stands with a respondent."""

    order_ref: OrderRef
    respondent: PartyRef
    terms: int
    state: ServiceState
    at: LegalMoment | None
    served_by: InstitutionId
    terms_read_aloud: bool = False
    note: Block | None = None


ServiceCommand: TypeAlias = RecordAttempt | RecordService[SealedBlock]
