"""Facts of hit confirmation: who holds an order was asked whether it stands, and what they answered."""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from registry.values.hit import HitAnswer, Urgency
from registry.values.identifiers import HitRef, InstitutionId, OrderRef
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class HitConfirmationAsked:
    """An officer's check hit an order, and an institution that answers for it is asked to confirm.

    Asked again, of the same or of another, where nobody answered in time: `request` counts from 1.
    """

    TOPIC: ClassVar[str] = "hit.confirmation_asked.1"

    hit_ref: HitRef
    order_ref: OrderRef
    check_ref: str
    """The answer of the check, as the asking institution names it."""
    jurisdiction: Jurisdiction
    urgency: Urgency
    request: int
    asked_by: InstitutionId
    recipient: InstitutionId
    due: Instant
    basis: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HitConfirmationAnswered:
    """One of those asked answered: yes, no, or by when."""

    TOPIC: ClassVar[str] = "hit.confirmation_answered.1"

    hit_ref: HitRef
    order_ref: OrderRef
    answer: HitAnswer
    answered_by: InstitutionId
    until: Instant | None
    """By when it will be answered; for MORE_TIME alone."""
    recipients: tuple[InstitutionId, ...]
    """All who were asked so far: none of them needs to look at it any more."""


HitEvent: TypeAlias = HitConfirmationAsked | HitConfirmationAnswered
