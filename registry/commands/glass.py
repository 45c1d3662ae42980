"""Commands of break-glass: open an order in danger to life, take an alert in hand, review it, say that time ran out."""

from dataclasses import dataclass
from typing import TypeAlias

from registry.values.glass import GlassRef, ReviewReason, ReviewVerdict, SealedStatement, Statement
from registry.values.identifiers import AlertRef, InstitutionId, OrderRef
from registry.values.jurisdiction import Jurisdiction
from registry.values.look import LookGround


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """Who is told of a break-glass, as the directory has it when it is asked for."""

    at_once: tuple[InstitutionId, ...]
    louder: tuple[InstitutionId, ...]
    """Who is told besides, once many of the institution's wait for review."""
    review_by: InstitutionId


@dataclass(frozen=True, kw_only=True, slots=True)
class BreakGlass:
    """Open one order for a short time, in danger to life."""

    glass_ref: GlassRef
    order_ref: OrderRef
    by: InstitutionId
    person: str | None
    """Opaque reference of the officer; without one nobody could answer for it."""
    patrol: bool
    """Whether the institution is one that goes there: police."""
    jurisdiction: Jurisdiction
    ground: LookGround
    whereabouts: bool
    statement: Statement | SealedStatement
    """Sealed at the command boundary."""
    told: Told


@dataclass(frozen=True, kw_only=True, slots=True)
class AcknowledgeGlass:
    """Take in hand what an institution was alerted of."""

    glass_ref: GlassRef
    by: InstitutionId


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewGlass:
    """Say, as a second person, whether it was justified."""

    glass_ref: GlassRef
    by: InstitutionId
    person: str | None
    key: str
    """The key that signs; empty for a person's own session, which no key of the institution speaks for."""
    verdict: ReviewVerdict
    reason: ReviewReason


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertGlassAgain:
    """Alert the next institution, since nobody took an alert in hand in time. Said by the registry itself."""

    glass_ref: GlassRef
    lapsed: AlertRef
    candidates: tuple[InstitutionId, ...]
    """Who may be next, in order."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NoteReviewOverdue:
    """Say that a review's time ran out. Said by the registry itself."""

    glass_ref: GlassRef
    recipients: tuple[InstitutionId, ...]


GlassCommand: TypeAlias = BreakGlass | AcknowledgeGlass | ReviewGlass | AlertGlassAgain | NoteReviewOverdue
