"""Delaying looks, and what is told of looks: to the protected person's side, and to a supervisor."""

from typing import Annotated

from pydantic import Field

from registry.access.patterns import Rule
from registry.api.models import Asking, Model, acting
from registry.api.receipt_models import Answered, At, Receipt, Ref
from registry.api.texts import JurisdictionCode
from registry.commands.look import DelayLooks, LiftLookDelay
from registry.values.look import DelayReason, FieldClass, LiftReason


class LookDelay(Model):
    """Delay what the protected person is told of your own institution's looks at the order. Two persons ask."""

    reason: DelayReason
    jurisdiction: Annotated[JurisdictionCode | None, Field(description="Needed if you act in several.")] = None

    def to_command(self, asking: Asking) -> DelayLooks:
        """Give the command."""
        return DelayLooks(
            order_ref=asking.order_ref,
            by=asking.principal.institution,
            person=asking.principal.on_behalf_of,
            jurisdiction=acting(asking, self.jurisdiction, "/jurisdiction"),
            reason=self.reason,
        )


class LookDelayLift(Model):
    """End the delay of your own institution's looks before its time."""

    reason: LiftReason

    def to_command(self, asking: Asking) -> LiftLookDelay:
        """Give the command."""
        return LiftLookDelay(order_ref=asking.order_ref, by=asking.principal.institution, reason=self.reason)


class LookDelayReceipt(Receipt):
    """What was recorded of a delay."""

    delay_ref: Ref
    state: str = Field(description="`ASKED`: a second person is needed. `SET`: looks are held back. `LIFTED`.")
    until: At | None
    legal_basis: str | None
    verified: bool | None = Field(description="Whether the text of the basis was read.")


class ShownLook(Answered):
    """One look."""

    look: Ref
    at: At
    institution: str
    name: str | None
    jurisdiction: str
    way: str = Field(description="`CHECK` or `READ`.")
    purpose: str
    ground: str | None
    classes: list[FieldClass] = Field(description="What kinds of field were shown.")
    officer: str | None = Field(
        description="A pseudonym, the same for the same officer in this order and no other; null for a machine."
    )


class LookPage(Answered):
    """Who looked, oldest first. Looks that are held back for a time appear when it is over: ask from the start."""

    items: list[ShownLook]
    next: str | None


class ShownFinding(Answered):
    """What a rule found: a question to ask somebody, not a verdict."""

    rule: Rule
    says: str = Field(description="The rule in words, with its thresholds.")
    found: str
    officer: str
    facts: list[Ref]


class FindingPage(Answered):
    """Patterns in an institution's looks."""

    institution: str
    since: At
    looks: int
    findings: list[ShownFinding]
