"""Commands of hit confirmation: ask, ask again, answer."""

from dataclasses import dataclass
from typing import TypeAlias

from registry.values.hit import HitAnswer, Urgency
from registry.values.identifiers import HitRef, InstitutionId, OrderRef
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class AskHitConfirmation:
    """Ask whoever answers for an order whether it stands."""

    hit_ref: HitRef
    order_ref: OrderRef
    check_ref: str
    jurisdiction: Jurisdiction
    urgency: Urgency
    by: InstitutionId
    recipient: InstitutionId


@dataclass(frozen=True, kw_only=True, slots=True)
class AskHitConfirmationAgain:
    """Ask again, the same or another. Said by the registry itself, when nobody answered in time."""

    hit_ref: HitRef
    recipient: InstitutionId


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerHitConfirmation:
    """Answer: yes, no, or by when."""

    hit_ref: HitRef
    by: InstitutionId
    answer: HitAnswer
    until: Instant | None = None


HitCommand: TypeAlias = AskHitConfirmation | AskHitConfirmationAgain | AnswerHitConfirmation
