"""The answer of the law on one order: status, terms, notice, basis, and how it was reached."""

from dataclasses import dataclass

from registry.law.citation import Citation
from registry.law.making import maker
from registry.values.check import EnforcementStatus
from registry.values.identifiers import ConditionRef, OrderRef, PartyRef
from registry.values.issuance import ConditionKind
from registry.values.service import ServiceState
from registry.values.time import Instant

ABSENCE = "Absence of a record is not absence of an order."
"""Said with every answer, whatever it is."""

JURISDICTION_NOT_STATED = "JURISDICTION_NOT_STATED"
DOCUMENT_MISSING = "DOCUMENT_MISSING"
"""A note: the record does not say whose court made the order, so no law can be sure to carry it."""

ENFORCEABLE_STATUSES = frozenset(
    {
        EnforcementStatus.ENFORCEABLE,
        EnforcementStatus.ENFORCEABLE_IMPORTED,
        EnforcementStatus.ENFORCEABLE_ON_FACE,
        EnforcementStatus.PARTIAL,
        EnforcementStatus.NOTIFY_THEN_ENFORCE,
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ConditionVerdict:
    """Whether one condition can be enforced there and then, and if not, why."""

    condition_ref: ConditionRef
    kind: ConditionKind
    enforceable: bool
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonVerdict:
    """How the order stands for one protected person."""

    party_ref: PartyRef
    status: EnforcementStatus
    superseded_by: OrderRef | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RespondentNotice:
    """How notice stands with one respondent, for the terms that count."""

    party_ref: PartyRef | None
    terms: int
    state: ServiceState
    notified: bool
    since: Instant | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step of the reasoning: the question, how it came out, and on what basis."""

    question: str
    outcome: str
    basis: Citation | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What the law says of an order at a place and an instant, as known at another."""

    status: EnforcementStatus
    reason: str
    order_ref: OrderRef | None
    """The order asked about; None when there is no record."""
    enforced_ref: OrderRef | None
    """The order whose terms an officer enforces: the adopted measure, where there is one."""
    instrument: str | None
    terms: int | None
    conditions: tuple[ConditionVerdict, ...]
    persons: tuple[PersonVerdict, ...]
    notice: tuple[RespondentNotice, ...]
    basis: tuple[Citation, ...]
    duties: tuple[str, ...]
    notes: tuple[str, ...]
    effect_ends: Instant | None
    """First instant at which it is over here, if nothing new happens; None if no end is known."""
    next_change: Instant | None
    """First instant after the one asked about at which this verdict may change without any new fact."""
    steps: tuple[Step, ...]
    prevails: OrderRef | None = None
    """The order of the same pair that an officer enforces instead, where the place ranks them (Cal Fam 6383)."""
    statement: str = ABSENCE

    @property
    def verified(self) -> bool:
        """Say whether every rule it rests on was read, none only remembered."""
        return all(citation.verified for citation in self.basis)


make_condition_verdict = maker(ConditionVerdict)
make_person_verdict = maker(PersonVerdict)
make_respondent_notice = maker(RespondentNotice)
make_step = maker(Step)
make_verdict = maker(Verdict)
