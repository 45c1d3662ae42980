"""What lists, health and problems look like, for the OpenAPI document and for tests. Handlers never build these."""

from typing import Generic, TypeVar

from pydantic import Field

from registry.api.receipt_models import Answered, At, Ref
from registry.values.duty import DutyCode, Whom
from registry.values.notice import NoticeKind

Item = TypeVar("Item")


class ShownActor(Answered):
    """Who said it."""

    institution: str
    on_behalf_of: str | None = Field(default=None, description="Shown to the actor's own institution alone.")


class ShownFact(Answered):
    """One recorded fact."""

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
    """A notice that waits."""

    notice_ref: Ref
    order_ref: Ref
    about: Ref
    kind: NoticeKind
    issued_at: At
    due: At
    basis: str
    position: int


class ShownAlert(Answered):
    """An alert to be taken in hand: of a breach, to confirm a hit, or of a break-glass."""

    alert_ref: Ref
    violation_ref: Ref | None = Field(description="The breach; null where it is of something else.")
    hit_ref: Ref | None = Field(description="The hit to confirm; it is answered, not acknowledged.")
    glass_ref: Ref | None = Field(description="The break-glass, which has an acknowledgment of its own.")
    conflict_ref: Ref | None = Field(description="An officer met an order of their own; acknowledged as such.")
    order_ref: Ref
    raised_at: At
    due: At
    basis: str
    position: int


class ShownDeadline(Answered):
    """Something to be done by a moment."""

    kind: str
    subject: Ref = Field(description="What has to be dealt with: a notice, an alert, a recognition, a duty.")
    order_ref: Ref
    duty: DutyCode | None = Field(description="Of kind DUTY alone: what somebody must be told of.")
    whom: Whom | None = Field(description="Of kind DUTY alone: who must be told.")
    due: At = Field(description="Where nothing but `without_delay` is due: when it arose.")
    without_delay: bool = Field(description="The law names no time; such a row is never overdue.")
    overdue: bool
    basis: str = Field(description="The rule by which it is due, with its article where it is a rule of law.")
    verified: bool | None = Field(
        description="False where the rule rests on memory and was not read; null where it is the registry's own."
    )


class Page(Answered, Generic[Item]):
    """A page of a list."""

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
    """The process answers."""

    status: str


class Key(Answered):
    """A public key (RFC 7517)."""

    kty: str
    crv: str
    x: str
    kid: str
    use: str


class Keys(Answered):
    """Public keys of the registry."""

    keys: list[Key]


class LogState(Answered):
    """How the transparency log is."""

    origin: str
    signing: str = Field(description="SIGNS, or why it does not: NEW, BEHIND, CONTRADICTS, FORGOTTEN, FAILING.")
    size: int = Field(description="Entries in the log.")
    signed_size: int = Field(description="Entries that the newest signed checkpoint covers.")
    witnessed_size: int = Field(description="Entries that enough witnesses have cosigned a checkpoint of.")
    witnesses: dict[str, str] = Field(description="What came of asking each witness last.")


class Ready(Answered):
    """How far ledger, views and sources are."""

    status: str
    head: int
    view_lag: dict[str, int]
    source_age_seconds: dict[str, int]
    spooled: int = Field(description="Answers that were given without the store and wait to be recorded.")
    log: LogState


class Index(Answered):
    """What this is."""

    name: str
    description: str
    issuer: str
    ledger: str = Field(description="The ledger's own name, to which documents are signed: it outlives addresses.")
    health: list[str]


class FieldError(Answered):
    """A place in the request, and what is wrong there."""

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
