"""What answers look like, for the OpenAPI document and for tests. Handlers write plain JSON and never build these."""

from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from registry.law.procedure import ProcedureState
from registry.values.check import EnforcementStatus, SourceState, Word
from registry.values.issuance import (
    CertificateForm,
    Channel,
    ConditionKind,
    EndReason,
    Maker,
    Nature,
    OrderKind,
    PartyRole,
    PlaceFunction,
    Ternary,
)
from registry.values.notice import NoticeKind
from registry.values.recognition import DiscontinuationGround, RefusalGround
from registry.values.service import AttemptReason, ServiceState
from registry.values.time import ExpiryKind

Ref = Annotated[str, Field(json_schema_extra={"format": "uuid"})]
At = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Item = TypeVar("Item")


class Answered(BaseModel):
    """A part of an answer. A test holds every answer to these, field by field."""

    model_config = ConfigDict(extra="forbid")


class Token(Answered):
    access_token: str
    token_type: str
    expires_in: int


class Receipt(Answered):
    version: int
    position: int
    recorded_at: At
    facts: list[Ref] = Field(description="Empty where what was asked for held already.")
    replayed: bool = Field(description="True where this is the answer to the same request sent before.")


class OrderReceipt(Receipt):
    order_ref: Ref


class LabelledParty(Answered):
    label: str
    party_ref: Ref


class LabelledCondition(Answered):
    label: str | None
    condition_ref: Ref


class EntryReceipt(OrderReceipt):
    parties: list[LabelledParty]
    conditions: list[LabelledCondition]


class VariationReceipt(OrderReceipt):
    terms: int
    parties: list[LabelledParty]
    conditions: list[LabelledCondition]


class CertificateReceipt(OrderReceipt):
    certificate_ref: Ref


class RecognitionReceipt(Receipt):
    recognition_ref: Ref


class NoticeReceipt(Receipt):
    notice_ref: Ref


class ViolationReceipt(Receipt):
    violation_ref: Ref


class Local(Answered):
    date: str
    time: str | None = None
    zone: str


class ShownExpiry(Answered):
    kind: ExpiryKind
    at: Local | None


class ShownCourt(Answered):
    jurisdiction: str
    code: str
    institution: str | None
    name: str | None
    contact: str | None = Field(description="Telephone of the desk that answers at all hours.")


class ShownName(Answered):
    family: str
    given: str | None = None


class ShownIdentity(Answered):
    name: ShownName
    birth_date: str | None = None


class ShownParty(Answered):
    party_ref: Ref
    role: PartyRole
    child: Ternary
    withheld: list[str]
    identity: ShownIdentity | None = Field(default=None, description="Of respondents alone.")
    initials: str | None = Field(default=None, description="Of protected persons; nothing else of them is shown.")
    identity_missing: str | None = Field(default=None, description="`erased`, `withheld` or `unreadable`.")


class ShownPerson(Answered):
    party_ref: Ref
    status: EnforcementStatus
    superseded_by: Ref | None
    role: PartyRole | None = None
    child: Ternary | None = None
    withheld: list[str] | None = None
    initials: str | None = None
    identity_missing: str | None = None


class ShownCondition(Answered):
    condition_ref: Ref
    kind: ConditionKind
    protects: list[Ref] = []
    channels: list[Channel] = []
    metres: int | None = None
    place: PlaceFunction | None = None
    power_of_arrest: Ternary | None = None
    begins: Local | None = None
    ends: Local | None = None
    source_code: str | None = None
    has_text: bool = Field(default=False, description="The court's own words say more; they are sealed.")


class JudgedCondition(ShownCondition):
    enforceable: bool
    reason: str


class Basis(Answered):
    text: str
    verified: bool = Field(description="False where the rule rests on memory and was not read.")


class Served(Answered):
    respondent: Ref | None
    terms: int
    state: ServiceState
    notified: bool
    since: At | None


class OnClock(Answered):
    local: str
    zone: str


class Ends(Answered):
    at: At
    issuing: OnClock | None = None
    asked: OnClock | None = None


class ShownSource(Answered):
    name: str
    state: SourceState
    age_seconds: int
    limit_seconds: int | None


class CheckedOrder(Answered):
    order_ref: Ref
    enforced_ref: Ref
    version: int
    word: Word
    status: EnforcementStatus
    reason: str
    instrument: str | None
    legal_basis: list[Basis]
    verified: bool
    terms: int | None
    conditions: list[JudgedCondition]
    served: list[Served]
    respondents: list[ShownParty]
    protected: list[ShownPerson]
    effect_ends: Ends | None
    next_change: At | None
    expiry: ShownExpiry
    court: ShownCourt
    source: ShownSource
    duties: list[str]
    notes: list[str]


class CheckReceipt(Answered):
    check_ref: str
    position: int
    recorded_at: At


class CheckAnswer(Answered):
    word: Word = Field(description="The one word an officer reads first.")
    statement: str
    orders: list[CheckedOrder]
    valid_at: At
    known_at: At
    known_position: int
    check_ref: str
    receipt: CheckReceipt
    engine: str
    zone_rules: str


class ShownTerms(Answered):
    version: int
    made: Local
    made_in: str
    conditions: list[ShownCondition]


class Pause(Answered):
    begins: At
    ends: At | None


class End(Answered):
    at: At
    reason: EndReason
    ended_in: str


class ShownCertificate(Answered):
    certificate_ref: Ref
    form: CertificateForm
    issued: Local
    withdrawn: At | None


class Act(Answered):
    jurisdiction: str
    made: Local


class ShownService(Answered):
    fact_id: Ref
    respondent: Ref
    terms: int
    state: ServiceState
    at: Local | None
    recorded_at: At


class ShownAttempt(Answered):
    respondent: Ref
    terms: int
    at: Local
    reason: AttemptReason


class ShownHearing(Answered):
    ex_parte: Ternary
    notice_given: Ternary
    respondent_present: Ternary
    opportunity_to_be_heard: Ternary
    next_hearing: Local | None


class ShownFindings(Answered):
    mutual: Ternary
    cross_petition: Ternary
    specific_findings: Ternary
    intimate_partner: Ternary
    credible_threat: Ternary
    force_prohibited: Ternary


class ShownRecognition(Answered):
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


class OrderState(Answered):
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
    number: str | None = Field(description="Shown in the issuing jurisdiction alone.")
    parties: list[ShownParty]
    terms: list[ShownTerms]
    pauses: list[Pause]
    end: End | None
    certificates: list[ShownCertificate]
    declarations: list[Act]
    registrations: list[Act]
    services: list[ShownService]
    attempts: list[ShownAttempt]
    recognitions: list[ShownRecognition]


class ShownActor(Answered):
    institution: str
    on_behalf_of: str | None = Field(default=None, description="Shown to the actor's own institution alone.")


class ShownFact(Answered):
    position: int
    fact_id: Ref
    stream: Ref
    version: int
    topic: str
    recorded_at: At
    effective_at: At | None
    actor: ShownActor
    causation: Ref | None
    correlation: Ref
    event: dict[str, object] = Field(description="The fact's fields, without any sealed block.")


class ShownNotice(Answered):
    notice_ref: Ref
    order_ref: Ref
    about: Ref
    kind: NoticeKind
    issued_at: At
    due: At
    basis: str
    position: int


class ShownAlert(Answered):
    alert_ref: Ref
    violation_ref: Ref
    order_ref: Ref
    raised_at: At
    due: At
    basis: str
    position: int


class ShownDeadline(Answered):
    kind: str
    order_ref: Ref
    due: At
    overdue: bool
    basis: str


class Page(Answered, Generic[Item]):
    items: list[Item]
    next: str | None = Field(description="The cursor of the next page; null where this is the last.")


class HistoryPage(Page[ShownFact]):
    """Facts in ledger order."""


class InboxPage(Page[ShownNotice]):
    """Notices, oldest first."""


class AlertPage(Page[ShownAlert]):
    """Alerts, oldest first."""


class DeadlinePage(Page[ShownDeadline]):
    """Deadlines, soonest first."""


class Live(Answered):
    status: str


class Ready(Answered):
    status: str
    head: int
    view_lag: dict[str, int]
    source_age_seconds: dict[str, int]


class Index(Answered):
    name: str
    description: str
    issuer: str
    health: list[str]


class FieldError(Answered):
    pointer: str = Field(description="JSON pointer into the request, or `?name` of a query parameter.")
    code: str


class ProblemDetails(Answered):
    """A problem as of RFC 9457. It names places and never repeats what was sent."""

    type: str
    title: str
    status: int
    code: str
    errors: list[FieldError] | None = None
    legal_basis: str | None = None
    incident: str | None = None
    request_id: str | None = None
    error: str | None = Field(default=None, description="For OAuth 2.0 clients: `invalid_client`.")
