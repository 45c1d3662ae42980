"""Facts of break-glass: an order was opened in danger to life, who was told, and what a second person found."""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from registry.values.glass import GlassAlertReason, GlassRef, ReviewReason, ReviewVerdict
from registry.values.identifiers import AlertRef, InstitutionId, OrderRef, SealedBlock
from registry.values.jurisdiction import Jurisdiction
from registry.values.look import LookGround
from registry.values.time import Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class GlassBroken:
    """An officer, named in the fact's envelope, may read one order until `until`. Nothing was shown yet.

    Each reading leaves a look of its own (`look.taken.1`), which names this reference.
    """

    TOPIC: ClassVar[str] = "glass.broken.1"

    glass_ref: GlassRef
    order_ref: OrderRef
    jurisdiction: Jurisdiction
    """Where the officer acts."""
    ground: LookGround
    whereabouts: bool
    """Whether addresses and contact plans are opened too."""
    commitment: str
    """HMAC-SHA256 of what is in `query` under a random salt that is inside it (base64url)."""
    query: SealedBlock
    """The incident and the justification, under the institution's audit key of the month."""
    until: Instant
    review_by: InstitutionId
    """Who has to see to it that a second person reviews it."""
    review_due: Instant
    waiting: int
    """How many of the institution's wait for review with this one: from some number on more are told."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GlassAlerted:
    """An institution is alerted of it, and has to take it in hand by `due`."""

    TOPIC: ClassVar[str] = "glass.alerted.1"

    glass_ref: GlassRef
    order_ref: OrderRef
    alert_ref: AlertRef
    reason: GlassAlertReason
    recipient: InstitutionId
    due: Instant
    basis: str


@dataclass(frozen=True, kw_only=True, slots=True)
class GlassAlertAcknowledged:
    """An institution took every alert that it had of it in hand."""

    TOPIC: ClassVar[str] = "glass.alert_acknowledged.1"

    glass_ref: GlassRef
    order_ref: OrderRef
    alerts: tuple[AlertRef, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class GlassReviewed:
    """A second person said whether it was justified; a third may say otherwise, and the last word counts."""

    TOPIC: ClassVar[str] = "glass.reviewed.1"

    glass_ref: GlassRef
    order_ref: OrderRef
    verdict: ReviewVerdict
    reason: ReviewReason


@dataclass(frozen=True, kw_only=True, slots=True)
class GlassReviewOverdue:
    """Nobody reviewed it in time; until somebody does, its officer breaks no other glass."""

    TOPIC: ClassVar[str] = "glass.review_overdue.1"

    glass_ref: GlassRef
    order_ref: OrderRef


GlassEvent: TypeAlias = GlassBroken | GlassAlerted | GlassAlertAcknowledged | GlassReviewed | GlassReviewOverdue
