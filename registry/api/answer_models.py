"""What checks and orders look like, for the OpenAPI document and for tests. Handlers never build these."""

from pydantic import Field

from registry.api.receipt_models import Answered, At, Ref
from registry.values.check import Band, EnforcementStatus, SourceState, Word
from registry.values.issuance import (
    Channel,
    ConditionKind,
    PartyRole,
    PlaceFunction,
    Ternary,
)
from registry.values.service import ServiceState
from registry.values.time import ExpiryKind


class Local(Answered):
    """A date as its document states it."""

    date: str
    time: str | None = None
    zone: str


class ShownExpiry(Answered):
    """When an order ends by itself: NONE, UNKNOWN or GIVEN."""

    kind: ExpiryKind
    at: Local | None


class ShownCourt(Answered):
    """The issuing court."""

    jurisdiction: str
    code: str
    institution: str | None
    name: str | None
    contact: str | None = Field(description="Telephone of the desk that answers at all hours.")


class ShownName(Answered):
    """A name as the document writes it."""

    family: str
    given: str | None = None


class ShownIdentity(Answered):
    """What tells one respondent from another."""

    name: ShownName
    birth_date: str | None = None
    other_names: list[ShownName] = Field(default_factory=list[ShownName], description="Among persons found, alone.")
    sex: str | None = Field(default=None, description="Among persons found, alone.")
    marks: str | None = Field(default=None, description="What the court wrote of how they look; among persons found.")


class ShownAddress(Answered):
    """Where a respondent can be served."""

    lines: list[str]
    postcode: str | None = None
    country: str | None = None


class ShownParty(Answered):
    """One side of an order. What a purpose does not need is absent."""

    party_ref: Ref
    role: PartyRole
    child: Ternary
    withheld: list[str]
    identity: ShownIdentity | None = Field(
        default=None, description="Of respondents; of protected persons to the deciding authority alone."
    )
    initials: str | None = Field(default=None, description="Of protected persons, where the name is not needed.")
    address: ShownAddress | None = Field(
        default=None, description="Of respondents alone, to who serves and as long as that is to be done."
    )
    identity_missing: str | None = Field(default=None, description="`corrected`, `erased`, `withheld` or `unreadable`.")


class ShownPerson(Answered):
    """How the order stands for one protected person."""

    party_ref: Ref
    status: EnforcementStatus
    superseded_by: Ref | None
    role: PartyRole | None = None
    child: Ternary | None = None
    withheld: list[str] | None = None
    initials: str | None = None
    identity_missing: str | None = None


class ShownCondition(Answered):
    """A condition in codes."""

    condition_ref: Ref
    kind: ConditionKind
    protects: list[Ref] = Field(default_factory=list)
    channels: list[Channel] = Field(default_factory=list[Channel])
    metres: int | None = None
    place: PlaceFunction | None = None
    power_of_arrest: Ternary | None = None
    begins: Local | None = None
    ends: Local | None = None
    source_code: str | None = None
    has_text: bool = Field(default=False, description="The court's own words say more; they are sealed.")


class JudgedCondition(ShownCondition):
    """A condition, and whether it can be enforced there and then."""

    enforceable: bool
    reason: str


class Basis(Answered):
    """A legal basis."""

    text: str
    verified: bool = Field(description="False where the rule rests on memory and was not read.")


class Told(Answered):
    """What the law says of an order there besides the verdict, such as `BRADY`: `YES`."""

    code: str
    says: str
    legal_basis: Basis


class Served(Answered):
    """How notice stands with one respondent."""

    respondent: Ref | None
    terms: int
    state: ServiceState
    notified: bool
    since: At | None


class OnClock(Answered):
    """An instant on the clock of a zone."""

    local: str
    zone: str


class Ends(Answered):
    """When the effect is over: first instant after it, on both clocks."""

    at: At
    issuing: OnClock | None = None
    asked: OnClock | None = None


class ShownSource(Answered):
    """Where the record comes from, and how old it is."""

    name: str
    state: SourceState
    age_seconds: int
    limit_seconds: int | None
    """What is too old; null where it is entered directly."""


class CheckedOrder(Answered):
    """The answer on one order."""

    order_ref: Ref
    enforced_ref: Ref
    prevails: Ref | None = Field(
        description="Of several orders of the pair, the one that the place enforces; null where it ranks none."
    )
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
    doubts: list[Ref] = Field(
        description="Facts that it rests on, recorded with a key in wrong hands, which nobody has confirmed yet."
    )
    duties: list[str]
    notes: list[str]
    information: list[Told] = Field(
        description="What instruments that carry no order tell of it there: the Brady indicator, standard conditions."
    )


class MeantPerson(Answered):
    """A registered person who may be the one asked about."""

    order_ref: Ref
    band: Band = Field(description="How sure it is. A hit is not probable cause.")
    exact: bool = Field(description="Whether name and birth date are written alike.")
    answered: bool = Field(
        description="Whether the order is among `orders`. If not, ask by `order_ref` once this is the person."
    )
    hundredths_of_bits: int | None = Field(
        default=None, description="What all that comes to: two hundred more are four times as likely."
    )
    features: list[str] | None = Field(
        default=None, description="What speaks for it and against, the heaviest first; where the name is shown."
    )
    person: ShownParty


class ShownSearch(Answered):
    """What a search by person came to. Nobody found is no word on whether there is an order."""

    persons: list[MeantPerson] = Field(description="The surest first.")
    look_alikes_hundredths: int = Field(
        description="About how many other persons agree by chance in what was asked, in hundredths."
    )
    ask_next: list[str] = Field(description="What would tell people of this description apart, the best first.")
    complete: bool = Field(description="False where somebody may be missing: ask with more detail.")
    too_many: bool = Field(description="More may be meant than are shown, so nobody is; `ask_next` says what to add.")
    sources: list[ShownSource] = Field(description="How old our last word from every feed is.")


class CheckReceipt(Answered):
    """Where the answer was recorded."""

    check_ref: str
    position: int
    recorded_at: At


class CheckAnswer(Answered):
    """What an officer is told."""

    word: Word = Field(description="The one word an officer reads first.")
    statement: str
    orders: list[CheckedOrder]
    search: ShownSearch | None = Field(default=None, description="Where it was asked by person.")
    valid_at: At
    known_at: At
    known_position: int
    check_ref: str
    receipt: CheckReceipt
    signed: str = Field(
        description="The answer as a JWS (`po-answer+jwt`); the log's entry of the answer bears its SHA-256."
    )
    opening: str = Field(description="Opens the commitment to what was asked. Keep it with the signed answer.")
    question: str = Field(description="What was asked, in the bytes that `opening` opens the commitment to, base64url.")
    engine: str
    zone_rules: str
