"""What the answer to a report of a breach looks like, for the OpenAPI document and for tests."""

from pydantic import Field

from registry.api.answer_models import Basis, Local, ShownCondition, Told
from registry.api.receipt_models import Answered, At, Ref, ViolationReceipt
from registry.law.harassment import Nexus
from registry.values.violation import BreachKind, ViolationOutcome


class BrokenCondition(ShownCondition):
    """A condition that a reported act can break; whether it did is for a court."""

    by: list[BreachKind]


class ClaimToAct(Answered):
    """A jurisdiction with a claim to act on the breach, and the test it rests on. None excludes another."""

    jurisdiction: str
    test: Nexus
    legal_basis: Basis


class Breach(Answered):
    """What the report comes to by the order's terms and by where it took place."""

    terms: int = Field(description="Version of the terms that it was held against.")
    breaks: list[BrokenCondition]
    standard_conditions: list[Told] = Field(description="By statute part of every such order, and broken too.")
    annex_ii: list[str] = Field(description="Boxes 5.1 of the form of Directive 2011/99/EU, Annex II.")
    claims_to_act: list[ClaimToAct]


class ReportReceipt(ViolationReceipt):
    """The receipt of a reported breach, with what it comes to."""

    breach: Breach | None = Field(description="Null where the report held already.")


class ViolationState(Answered):
    """A reported breach as it stands. The words of the report stay sealed."""

    violation_ref: Ref
    order_ref: Ref
    jurisdiction: str
    reported_at: At
    reported_by: str
    outcome: ViolationOutcome | None
    breaches: list[BreachKind] = Field(default_factory=list[BreachKind], description="Absent for an operator.")
    occurred: Local | None = Field(default=None, description="Absent for an operator.")
    breach: Breach | None = Field(default=None, description="Absent for an operator.")
