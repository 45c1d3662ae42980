"""Facts of service: how a respondent was told of one version of the terms, or was not."""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from registry.values.identifiers import InstitutionId, OrderRef, PartyRef, SealedBlock
from registry.values.service import AttemptReason, ServiceState
from registry.values.time import LegalMoment


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceAttempted:
    """Somebody tried to serve and did not reach the respondent."""

    TOPIC: ClassVar[str] = "service.attempted.1"

    order_ref: OrderRef
    respondent: PartyRef
    terms: int
    at: LegalMoment
    reason: AttemptReason
    served_by: InstitutionId


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceRecorded:
    """How notice of a version of the terms stands with a respondent, from a moment on."""

    TOPIC: ClassVar[str] = "service.recorded.1"

    order_ref: OrderRef
    respondent: PartyRef
    terms: int
    state: ServiceState
    at: LegalMoment | None
    """When notice happened; None where the source says that, and not when."""
    served_by: InstitutionId
    terms_read_aloud: bool = False
    note: SealedBlock | None = None


ServiceEvent: TypeAlias = ServiceAttempted | ServiceRecorded
