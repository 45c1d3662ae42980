"""Requests between authorities and by police: recognition, notices, breaches."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from registry.access.actors import Role
from registry.api.change_models import Acting
from registry.api.models import Asking, LocalMoment, Model, acting, clear
from registry.api.person_models import Several
from registry.api.texts import (
    Article7,
    Institution,
    JurisdictionCode,
    LongText,
    Reference,
    refused,
)
from registry.commands.notice import AcknowledgeNotice, RejectNotice
from registry.commands.recognition import (
    ApplyForRefusal,
    AskRecognition,
    DiscontinueRecognition,
    GrantRecognition,
    RefuseRecognition,
    RequestSupplement,
    SupplementRecognition,
)
from registry.commands.violation import ReportViolation, ResolveViolation
from registry.errors import Refused
from registry.values.identifiers import (
    ConditionRef,
    NoticeRef,
    OrderRef,
    RecognitionRef,
    ViolationRef,
)
from registry.values.jurisdiction import Jurisdiction
from registry.values.notice import NoticeRejection
from registry.values.parties import Clear, Text
from registry.values.recognition import DiscontinuationGround, RefusalGround
from registry.values.violation import NOT_SAID, BreachKind, Conduct, ViolationOutcome

Letters = Annotated[tuple[Article7, ...], Field(min_length=1, max_length=11)]


class RecognitionRequest(Model):
    """Send the order to an authority of another jurisdiction, at the protected person's request."""

    jurisdiction: JurisdictionCode = Field(description="Where recognition is asked for.")
    authority: Institution | None = Field(default=None, description="Absent: the first that is enrolled there.")
    asked: LocalMoment
    requested_by_protected_person: bool

    def to_command(self, asking: Asking) -> AskRecognition:
        """Give the command; raises `Refused` where nobody enrolled decides there."""
        jurisdiction = Jurisdiction(self.jurisdiction)
        competent = asking.enrolment.directory.with_role(Role.EXECUTING_AUTHORITY, jurisdiction)
        named = [each for each in competent if self.authority in {None, each.institution}]
        if not named:
            pointer = "/jurisdiction" if self.authority is None else "/authority"
            raise Refused("no-executing-authority", field=pointer)
        return AskRecognition(
            recognition_ref=RecognitionRef(asking.mint()),
            order_ref=asking.order_ref,
            jurisdiction=jurisdiction,
            authority=named[0].institution,
            asked=self.asked.value(),
            requested_by_protected_person=self.requested_by_protected_person,
        )


class RefusalApplication(Model):
    """Take the respondent's application that a measure be refused here (Regulation (EU) No 606/2013 Art 13)."""

    asked: LocalMoment
    jurisdiction: Acting = None

    def to_command(self, asking: Asking) -> ApplyForRefusal:
        """Give the command: whoever enters the application decides on it."""
        return ApplyForRefusal(
            recognition_ref=RecognitionRef(asking.mint()),
            order_ref=asking.order_ref,
            jurisdiction=acting(asking, self.jurisdiction, "/jurisdiction"),
            authority=asking.principal.institution,
            asked=self.asked.value(),
        )


class SupplementRequest(Model):
    """Find the request incomplete and set a time."""

    missing: Letters
    due: LocalMoment

    def to_command(self, asking: Asking) -> RequestSupplement:
        """Give the command."""
        return RequestSupplement(
            recognition_ref=RecognitionRef(asking.reference),
            by=asking.principal.institution,
            missing=self.missing,
            due=self.due.value(),
        )


class Supplement(Model):
    """Send what was missing."""

    supplied: Letters

    def to_command(self, asking: Asking) -> SupplementRecognition:
        """Give the command."""
        return SupplementRecognition(
            recognition_ref=RecognitionRef(asking.reference),
            by=asking.principal.institution,
            supplied=self.supplied,
        )


class RecognitionDecision(Model):
    """Recognise, with the measure adopted; or refuse, with the grounds."""

    outcome: Literal["RECOGNISED", "REFUSED"]
    decided: LocalMoment
    adopted: Reference | None = Field(default=None, description="The order adopted; for RECOGNISED alone.")
    grounds: Annotated[tuple[RefusalGround, ...], Field(max_length=20)] = Field(
        default=(), description="For REFUSED alone, and needed there."
    )

    @model_validator(mode="after")
    def _fits_the_outcome(self) -> Self:
        refuses = self.outcome == "REFUSED"
        if bool(self.grounds) != refuses or (refuses and self.adopted is not None):
            raise refused("one-of-two")
        return self

    def to_command(self, asking: Asking) -> GrantRecognition | RefuseRecognition:
        """Give the command."""
        recognition_ref, by = RecognitionRef(asking.reference), asking.principal.institution
        decided = self.decided.value()
        if self.outcome == "REFUSED":
            return RefuseRecognition(recognition_ref=recognition_ref, by=by, decided=decided, grounds=self.grounds)
        adopted = OrderRef(self.adopted) if self.adopted is not None else None
        return GrantRecognition(recognition_ref=recognition_ref, by=by, decided=decided, adopted=adopted)


class Discontinuation(Model):
    """End what was recognised."""

    from_: LocalMoment = Field(alias="from")
    ground: DiscontinuationGround

    def to_command(self, asking: Asking) -> DiscontinueRecognition:
        """Give the command."""
        return DiscontinueRecognition(
            recognition_ref=RecognitionRef(asking.reference),
            by=asking.principal.institution,
            from_=self.from_.value(),
            ground=self.ground,
        )


class NoticeAnswer(Model):
    """Acknowledge a notice, or send it back with a reason."""

    answer: Literal["ACCEPT", "REJECT"]
    reason: NoticeRejection | None = Field(default=None, description="For REJECT alone, and needed there.")

    @model_validator(mode="after")
    def _a_reason_for_a_rejection(self) -> Self:
        if (self.answer == "REJECT") != (self.reason is not None):
            raise refused("one-of-two")
        return self

    def to_command(self, asking: Asking) -> AcknowledgeNotice | RejectNotice:
        """Give the command."""
        notice_ref, by = NoticeRef(asking.reference), asking.principal.institution
        if self.reason is not None:
            return RejectNotice(notice_ref=notice_ref, by=by, reason=self.reason)
        return AcknowledgeNotice(notice_ref=notice_ref, by=by)


class AlertTaken(Model):
    """Take an alert in hand; there is nothing to say beyond that."""


Places = Annotated[tuple[JurisdictionCode, ...], Field(max_length=20)]


class ConductModel(Model):
    """Where the breach took place and was felt: codes of jurisdictions, never an address."""

    acted_in: Places = Field(default=(), description="Where the respondent was when it was done.")
    felt_in: Places = Field(default=(), description="Where its effect was felt.")
    received_in: Places = Field(default=(), description="Where content was received, or could be reached from.")
    stays_in: JurisdictionCode | None = Field(default=None, description="Where the protected person stays.")
    aimed_at: Places = Field(default=(), description="Whose residents it was aimed at, once for each act.")

    def value(self) -> Conduct:
        """Give the conduct."""
        return Conduct(
            acted_in=_places(self.acted_in),
            felt_in=_places(self.felt_in),
            received_in=_places(self.received_in),
            stays_in=Jurisdiction(self.stays_in) if self.stays_in is not None else None,
            aimed_at=_places(self.aimed_at),
        )


def _places(codes: tuple[str, ...]) -> tuple[Jurisdiction, ...]:
    return tuple(Jurisdiction(code) for code in codes)


class ViolationReport(Model):
    """Report that the respondent broke an order."""

    order_ref: Reference
    jurisdiction: Acting = None
    breaches: Annotated[tuple[BreachKind, ...], Field(min_length=1, max_length=20)]
    conditions: Several[Reference] = Field(default=(), description="`condition_ref`s that were broken.")
    occurred: LocalMoment
    description: LongText | None = None
    conduct: ConductModel | None = Field(default=None, description="Where it took place and was felt, if known.")

    def to_command(self, asking: Asking) -> ReportViolation[Clear]:
        """Give the command. The description is sealed under the order, for it may tell of everybody."""
        order_ref = OrderRef(self.order_ref)
        text = Text(text=self.description) if self.description is not None else None
        return ReportViolation(
            violation_ref=ViolationRef(asking.mint()),
            order_ref=order_ref,
            jurisdiction=acting(asking, self.jurisdiction, "/jurisdiction"),
            breaches=self.breaches,
            conditions=tuple(ConditionRef(each) for each in self.conditions),
            occurred=self.occurred.value(),
            description=clear(order_ref, "description", text),
            conduct=self.conduct.value() if self.conduct is not None else NOT_SAID,
        )


class ViolationClosing(Model):
    """Close a reported breach."""

    outcome: ViolationOutcome

    def to_command(self, asking: Asking) -> ResolveViolation:
        """Give the command."""
        return ResolveViolation(violation_ref=ViolationRef(asking.reference), outcome=self.outcome)
