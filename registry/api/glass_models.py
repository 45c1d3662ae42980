"""Requests of break-glass, and what is shown under it, of it, and to whoever reviews it."""

from typing import Annotated

from pydantic import Field

from registry.api.answer_models import ShownAddress
from registry.api.models import Asking, Model, acting
from registry.api.receipt_models import Answered, At, Receipt, Ref
from registry.api.state_models import OrderState
from registry.api.texts import JurisdictionCode
from registry.commands.glass import AcknowledgeGlass, BreakGlass, ReviewGlass, Told
from registry.values.conflict import Met
from registry.values.glass import MAXIMUM_WORDS, GlassRef, ReviewReason, ReviewVerdict, Statement
from registry.values.institution import Role
from registry.values.issuance import PartyRole
from registry.values.jurisdiction import Jurisdiction
from registry.values.look import LookGround

Incident = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9./_-]{0,63}$",
        max_length=64,
        description="Reference of the incident. It is sealed.",
        examples=["VF-2026/77"],
    ),
]


class GlassBreak(Model):
    """Open one order for an hour, for danger to life alone. Its court and a supervisor learn of it at once."""

    ground: LookGround = Field(description="CALL_FOR_HELP, THREAT_TO_LIFE or MISSING_PERSON.")
    incident: Incident
    justification: Annotated[
        str, Field(min_length=20, max_length=MAXIMUM_WORDS, description="Why, in own words. It is sealed.")
    ]
    whereabouts: bool = Field(
        default=False,
        description="Open addresses and contact plans too: for police, and not to find a missing person.",
    )
    jurisdiction: Annotated[JurisdictionCode | None, Field(description="Needed if you act in several.")] = None

    def acting_in(self, asking: Asking) -> Jurisdiction:
        """Give the jurisdiction that the officer acts in."""
        return acting(asking, self.jurisdiction, "/jurisdiction")

    def to_command(self, asking: Asking, told: Told) -> BreakGlass:
        """Give the command; `told` is found by the registry."""
        principal = asking.principal
        return BreakGlass(
            glass_ref=GlassRef(asking.mint()),
            order_ref=asking.order_ref,
            by=principal.institution,
            person=principal.on_behalf_of,
            patrol=Role.POLICE in principal.roles,
            jurisdiction=self.acting_in(asking),
            ground=self.ground,
            whereabouts=self.whereabouts,
            statement=Statement(incident=self.incident, words=self.justification),
            told=told,
        )


class GlassAcknowledgment(Model):
    """Take in hand what your institution was alerted of."""

    def to_command(self, asking: Asking) -> AcknowledgeGlass:
        """Give the command."""
        return AcknowledgeGlass(glass_ref=GlassRef(asking.reference), by=asking.principal.institution)


class GlassReview(Model):
    """Say, as a second person, whether the glass was rightly broken. A third may say otherwise later."""

    verdict: ReviewVerdict
    reason: ReviewReason = Field(
        description="JUSTIFIED: LIFE_IN_DANGER or DANGER_REASONABLY_BELIEVED; NOT_JUSTIFIED: one of the others."
    )

    def to_command(self, asking: Asking) -> ReviewGlass:
        """Give the command."""
        principal = asking.principal
        return ReviewGlass(
            glass_ref=GlassRef(asking.reference),
            by=principal.institution,
            person=principal.on_behalf_of,
            key="" if principal.by_session else principal.key_id,
            verdict=self.verdict,
            reason=self.reason,
        )


class GlassReceipt(Receipt):
    """What was recorded of a break-glass."""

    glass_ref: Ref


class GlassBrokenReceipt(GlassReceipt):
    """That the order may be read, until when, and by when it is reviewed."""

    until: At
    review_due: At


class ConflictReceipt(Receipt):
    """What was recorded of a conflict."""

    conflict_ref: Ref


class ShownConflict(Answered):
    """That an officer met an order of their own, for whoever was alerted of it and has to look into it."""

    conflict_ref: Ref
    order_ref: Ref
    institution: str
    officer: str = Field(
        description="The institution's reference, to a supervisor; to others what stands for the officer in this order."
    )
    jurisdiction: str
    met: Met = Field(description="READING, BREAK_GLASS and ACTING were refused, a CHECK was answered.")
    met_at: At
    due: At
    in_hand: bool = Field(description="Whether your institution took it in hand.")


class ShownContact(Answered):
    """How a protected person has agreed to be reached, if it has."""

    channel: str
    address: str
    consent: bool
    language: str


class Whereabouts(Answered):
    """Where one party is, and how a protected person is reached."""

    party_ref: Ref
    role: PartyRole
    address: ShownAddress | None
    contact: ShownContact | None
    missing: str | None = Field(description="Why something there is could not be shown: `erased` or `unreadable`.")


class OpenedOrder(Answered):
    """An order as it is shown under break-glass: every party by name."""

    glass_ref: Ref
    until: At
    order: OrderState
    whereabouts: list[Whereabouts] = Field(description="Empty unless it was stated that they save a life.")


class ShownGlass(Answered):
    """One break-glass, by references."""

    glass_ref: Ref
    order_ref: Ref
    institution: str
    officer: str
    jurisdiction: str
    ground: LookGround
    whereabouts: bool
    broken_at: At
    until: At
    review_due: At
    overdue: bool = Field(description="Whether nobody reviewed it in time.")
    verdict: ReviewVerdict | None
    reviewed_at: At | None


class StatedGlass(ShownGlass):
    """One break-glass with what its officer stated, for whoever reviews it."""

    incident: str | None
    justification: str | None = Field(description="Null where the time for which it is kept is over.")


class GlassPage(Answered):
    """What waits for review in your jurisdiction, oldest first; or everything."""

    items: list[ShownGlass]
    next: str | None
