"""What a rule is told beside the fact, as plain values."""

from dataclasses import dataclass

from registry.access.actors import Directory
from registry.law.procedure import Procedure
from registry.law.records import AnyFact
from registry.values.identifiers import FactId, InstitutionId, OrderRef, PartyRef, SealedBlock
from registry.values.jurisdiction import Jurisdiction
from registry.values.order import OrderDetails


@dataclass(frozen=True, kw_only=True, slots=True)
class Around:
    """What the directory and the order's rows say at the time, as plain values."""

    directory: Directory
    jurisdiction: Jurisdiction
    """Where the order was made."""
    issuing: InstitutionId | None
    """Who answers for the order: its court's institution or the desk that entered it."""
    involved: tuple[InstitutionId, ...] = ()
    """Institutions that the order was sent to before, by notice or for recognition."""
    shown: tuple[InstitutionId, ...] = ()
    """Institutions that were given an answer on the order, and may hold a copy of it."""
    origin: InstitutionId | None = None
    """Who answers for the order that this one was adopted from."""
    protected: tuple[PartyRef, ...] = ()
    """Protected parties that have given a contact plan; never a respondent."""
    authority: InstitutionId | None = None
    """The executing authority of the procedure, where the fact is of a recognition."""
    instrument: str | None = None
    """Code of the instrument of the procedure, where the fact is of a recognition."""
    procedures: tuple[Procedure, ...] = ()
    """Recognition procedures of the order, as they stood with the fact."""
    undone: tuple[AnyFact, ...] = ()
    """Facts that count for nothing since this one took them back."""
    redone: tuple[AnyFact, ...] = ()
    """Facts that count again since this one took back what had taken them back."""
    first_now: tuple[AnyFact, ...] = ()
    """Services that are the first of which a respondent knows terms, since this fact took back an earlier one."""
    sides: tuple["Side", ...] = ()
    """The orders whose parties a fact says to be one person, or not to be."""
    doubted: tuple["Doubted", ...] = ()
    """Facts of orders that were recorded with a key in wrong hands, since it was."""
    told_before: bool = False
    """Whether an earlier fact has it that this respondent knows these terms."""
    reported_in: Jurisdiction | None = None
    """Where the breach that a fact closes was reported to have taken place."""
    wait_begins: bool = False
    """Whether with this fact the time began after which people of the order can be erased."""
    waiting: tuple["Side", ...] = ()
    """Orders linked to this one, for whose people it began with this fact too."""
    details: OrderDetails[SealedBlock] | None = None
    """The order as it was made; without it no duty is looked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubted:
    """A fact that a key in wrong hands recorded, and the order that it is about."""

    fact_id: FactId
    order_ref: OrderRef


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """An order that a fact is about besides, and who answers for it."""

    order_ref: OrderRef
    jurisdiction: Jurisdiction
    issuing: InstitutionId | None
