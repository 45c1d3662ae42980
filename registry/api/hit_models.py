"""Requests of hit confirmation, and how one is shown."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from registry.api.change_models import Acting
from registry.api.models import Asking, Model, acting
from registry.api.receipt_models import Answered, At, Ref
from registry.api.texts import CheckReference, Moment, refused
from registry.commands.hit import AnswerHitConfirmation, AskHitConfirmation
from registry.values.hit import HitAnswer, Urgency
from registry.values.identifiers import HitRef, InstitutionId
from registry.values.time import Instant


class HitConfirmationRequest(Model):
    """Ask whoever answers for an order that a check hit whether it stands."""

    jurisdiction: Acting = None
    check_ref: CheckReference
    urgency: Annotated[Urgency, Field(description="URGENT is answered within 10 minutes, ROUTINE within 60.")]

    def to_command(self, asking: Asking, recipient: InstitutionId) -> AskHitConfirmation:
        """Give the command."""
        return AskHitConfirmation(
            hit_ref=HitRef(asking.mint()),
            order_ref=asking.order_ref,
            check_ref=self.check_ref,
            jurisdiction=acting(asking, self.jurisdiction, "/jurisdiction"),
            urgency=self.urgency,
            by=asking.principal.institution,
            recipient=recipient,
        )


class HitConfirmationAnswer(Model):
    """Answer it: yes, no, or by when."""

    answer: HitAnswer
    until: Moment | None = Field(default=None, description="For MORE_TIME alone, and needed there: a day at most.")

    @model_validator(mode="after")
    def _an_instant_for_more_time(self) -> Self:
        if (self.answer is HitAnswer.MORE_TIME) != (self.until is not None):
            raise refused("one-of-two")
        return self

    def to_command(self, asking: Asking) -> AnswerHitConfirmation:
        """Give the command."""
        return AnswerHitConfirmation(
            hit_ref=HitRef(asking.reference),
            by=asking.principal.institution,
            answer=self.answer,
            until=Instant(self.until) if self.until is not None else None,
        )


class ShownHit(Answered):
    """A hit confirmation, to those who asked and were asked."""

    hit_ref: Ref
    order_ref: Ref
    check_ref: str
    urgency: Urgency
    requests: int = Field(description="How often it was asked; again where nobody answered in time.")
    recipient: str = Field(description="Who was asked last.")
    due: At
    overdue: bool
    basis: str
    answer: HitAnswer | None
    answered_by: str | None
    answered_until: At | None
