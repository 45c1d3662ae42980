"""What the state of an order looks like, for the OpenAPI document and for tests. Handlers never build these."""

from pydantic import Field

from registry.api.answer_models import Local, ShownCondition, ShownCourt, ShownExpiry, ShownParty
from registry.api.receipt_models import Answered, At, Ref
from registry.law.procedure import ProcedureState
from registry.values.issuance import (
    CertificateForm,
    EndReason,
    Maker,
    Nature,
    OrderKind,
    PlaceFunction,
    Ternary,
)
from registry.values.recognition import DiscontinuationGround, RefusalGround
from registry.values.service import AttemptReason, ServiceState


class ShownTerms(Answered):
    """One version of the terms."""

    version: int
    made: Local
    made_in: str
    conditions: list[ShownCondition]


class Pause(Answered):
    """A time without force."""

    begins: At
    ends: At | None


class End(Answered):
    """The order was ended before its time."""

    at: At
    reason: EndReason
    ended_in: str


class ShownCertificate(Answered):
    """A certificate of Regulation (EU) No 606/2013."""

    certificate_ref: Ref
    form: CertificateForm
    issued: Local
    withdrawn: At | None


class Act(Answered):
    """A declaration or a registration."""

    jurisdiction: str
    made: Local


class ShownService(Answered):
    """How notice stood, from a moment on."""

    fact_id: Ref
    respondent: Ref
    terms: int
    state: ServiceState
    at: Local | None
    recorded_at: At


class ShownAttempt(Answered):
    """An attempt at service that failed."""

    respondent: Ref
    terms: int
    at: Local
    reason: AttemptReason


class ShownHearing(Answered):
    """Whether the respondent was heard."""

    ex_parte: Ternary
    notice_given: Ternary
    respondent_present: Ternary
    opportunity_to_be_heard: Ternary
    next_hearing: Local | None


class ShownFindings(Answered):
    """What the court found."""

    mutual: Ternary
    cross_petition: Ternary
    specific_findings: Ternary
    intimate_partner: Ternary
    credible_threat: Ternary
    force_prohibited: Ternary


class ShownRecognition(Answered):
    """A recognition procedure."""

    recognition_ref: Ref
    jurisdiction: str
    authority: str
    instrument: str
    asked: Local
    state: ProcedureState
    supplement_due: Local | None
    adopted: Ref | None
    grounds: list[RefusalGround]
    discontinuation: DiscontinuationGround | None


class ShownElement(Answered):
    """What of a condition was adjusted; null stays as the order says."""

    condition_ref: Ref
    metres: int | None
    place: PlaceFunction | None
    has_text: bool


class ShownAdjustment(Answered):
    """Factual elements as a State addressed adjusted them, for itself alone."""

    jurisdiction: str
    made: Local
    elements: list[ShownElement]


class OrderState(Answered):
    """An order as it stands."""

    order_ref: Ref
    version: int
    position: int
    recorded_at: At
    changed_at: At
    court: ShownCourt
    kind: OrderKind
    nature: Nature
    maker: Maker
    issued: Local
    valid_from: Local
    expiry: ShownExpiry
    hearing: ShownHearing
    findings: ShownFindings
    origin: Ref | None
    unread: list[str]
    number: str | None = Field(default=None, description="The court's own; absent for whom it is not.")
    parties: list[ShownParty]
    terms: list[ShownTerms]
    pauses: list[Pause]
    end: End | None
    certificates: list[ShownCertificate]
    declarations: list[Act]
    registrations: list[Act]
    adjustments: list[ShownAdjustment]
    services: list[ShownService]
    attempts: list[ShownAttempt]
    recognitions: list[ShownRecognition]
    doubts: list[Ref] = Field(description="Facts recorded with a key in wrong hands, which nobody has confirmed yet.")
