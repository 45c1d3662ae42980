"""What a court says of an order when it is made: the record that `EnterOrder` asks for and `OrderIssued` keeps."""

from dataclasses import dataclass
from typing import Generic

from registry.values.identifiers import InstitutionId, OrderRef
from registry.values.issuance import Maker, Nature, OrderKind, Ternary
from registry.values.jurisdiction import Jurisdiction
from registry.values.parties import Block, Condition, Document, Party
from registry.values.time import Expiry, LegalMoment


@dataclass(frozen=True, kw_only=True, slots=True)
class Court:
    """The court or authority an order comes from: a jurisdiction and that jurisdiction's own code."""

    jurisdiction: Jurisdiction
    code: str
    institution: InstitutionId | None = None
    """The enrolled institution that answers for the court; None for a court known from a feed alone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hearing:
    """Whether the respondent was heard, as far as the record says."""

    ex_parte: Ternary = Ternary.UNKNOWN
    notice_given: Ternary = Ternary.UNKNOWN
    respondent_present: Ternary = Ternary.UNKNOWN
    opportunity_to_be_heard: Ternary = Ternary.UNKNOWN
    next_hearing: LegalMoment | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Findings:
    """What the court found, as far as the record says (18 USC 2265(c), 922(g)(8))."""

    mutual: Ternary = Ternary.UNKNOWN
    cross_petition: Ternary = Ternary.UNKNOWN
    specific_findings: Ternary = Ternary.UNKNOWN
    intimate_partner: Ternary = Ternary.UNKNOWN
    credible_threat: Ternary = Ternary.UNKNOWN
    force_prohibited: Ternary = Ternary.UNKNOWN


DOCUMENT = "document"
"""Stands in `unread` of an order whose source document could not be had."""
NO_HEARING = Hearing()
NO_FINDINGS = Findings()
"""What a record says that says nothing of the hearing and the findings."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderDetails(Generic[Block]):
    """An order as its court made it: facts of the order, its parties, its first terms."""

    court: Court
    kind: OrderKind
    nature: Nature
    maker: Maker = Maker.COURT
    issued: LegalMoment
    valid_from: LegalMoment | None = None
    """None: from the moment it was issued."""
    expiry: Expiry
    hearing: Hearing = NO_HEARING
    findings: Findings = NO_FINDINGS
    parties: tuple[Party[Block], ...]
    conditions: tuple[Condition[Block], ...]
    origin: OrderRef | None = None
    """The foreign order that this one was adopted from (Directive 2011/99/EU Art 9)."""
    number: Block | None = None
    document: Document[Block] | None = None
    unread: tuple[str, ...] = ()
    """Names of facts that the source does not state and that someone should supply."""
