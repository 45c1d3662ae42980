"""The records a standing is made of: what the fold of an order's stream gives, each with its legal time."""

from dataclasses import dataclass
from typing import TypeAlias

from registry.events.base import Fact
from registry.events.catalogue import AnyEvent
from registry.law.making import maker
from registry.values.identifiers import CertificateRef, FactId, OrderRef, PartyRef, SealedBlock, SubjectId
from registry.values.issuance import CertificateForm, EndReason, PartyRole
from registry.values.jurisdiction import Jurisdiction
from registry.values.order import OrderDetails
from registry.values.parties import AdjustedElement, Condition, Party
from registry.values.service import AttemptReason, ServiceState
from registry.values.time import Expiry, Instant, LegalMoment

AnyFact: TypeAlias = Fact[AnyEvent]


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """One version of the terms. Version 1 came with the order."""

    version: int
    conditions: tuple[Condition[SealedBlock], ...]
    made: LegalMoment
    made_in: Jurisdiction
    added: tuple[PartyRef, ...] = ()
    """Parties that came into the order with this version."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """A time in which the order has no force; open-ended until it is reinstated."""

    begins: Instant
    ends: Instant | None


@dataclass(frozen=True, kw_only=True, slots=True)
class End:
    """The order was ended before its time."""

    at: Instant
    reason: EndReason
    ended_in: Jurisdiction


@dataclass(frozen=True, kw_only=True, slots=True)
class Certificate:
    """A certificate of Regulation (EU) 606/2013 for this order."""

    certificate_ref: CertificateRef
    form: CertificateForm
    issued: LegalMoment
    withdrawn: Instant | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """A declaration or a registration: done in a jurisdiction, at a moment."""

    jurisdiction: Jurisdiction
    made: LegalMoment


@dataclass(frozen=True, kw_only=True, slots=True)
class Adjustment:
    """Factual elements as a State addressed adjusted them, from a moment on and for itself alone."""

    jurisdiction: Jurisdiction
    made: LegalMoment
    elements: tuple[AdjustedElement[SealedBlock], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """How notice of one version of the terms stood with one respondent, from a moment on."""

    fact_id: FactId
    respondent: PartyRef
    terms: int
    state: ServiceState
    at: LegalMoment | None
    recorded_at: Instant


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """A try at service that failed."""

    respondent: PartyRef
    terms: int
    at: LegalMoment
    reason: AttemptReason


@dataclass(frozen=True, kw_only=True, slots=True)
class Extension:
    """A court gave the order another end, by a decision of this moment."""

    made: LegalMoment
    expiry: Expiry
    before: Expiry
    """The end that the order had until then."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """An order as its facts have it so far."""

    order_ref: OrderRef
    details: OrderDetails[SealedBlock]
    recorded_at: Instant
    history: tuple[AnyFact, ...]
    """The facts of the order, the issuance first; those taken back are among them."""
    terms: tuple[Terms, ...]
    expiry: Expiry
    pauses: tuple[Pause, ...] = ()
    end: End | None = None
    certificates: tuple[Certificate, ...] = ()
    declarations: tuple[Act, ...] = ()
    registrations: tuple[Act, ...] = ()
    services: tuple[Service, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    extensions: tuple[Extension, ...] = ()
    """Changes of the end, in the order they were recorded; a correction of the end is none and clears them."""
    adjustments: tuple[Adjustment, ...] = ()
    retracted: frozenset[FactId] = frozenset()
    """The facts of it that were recorded in error and count for nothing."""
    erased: frozenset[SubjectId] = frozenset()
    """Parties whose data was destroyed, and the order itself once its own was."""

    def parties(self, role: PartyRole) -> tuple[Party[SealedBlock], ...]:
        """Give the parties of one side."""
        return tuple(party for party in self.details.parties if party.role is role)

    def valid_from(self) -> LegalMoment:
        """Say from when the order has force in its own State."""
        return self.details.valid_from or self.details.issued

    def expiry_at(self, at: Instant) -> Expiry:
        """Say which end counts at an instant: an extension counts from the moment it was made.

        So an order that a later decision cut short was in force before that decision all the same.
        """
        expiry = self.expiry
        for extension in reversed(self.extensions):
            if extension.made.begins() <= at:
                break
            expiry = extension.before
        return expiry


make_terms = maker(Terms)
make_certificate = maker(Certificate)
make_act = maker(Act)
make_service = maker(Service)
make_standing = maker(Standing)
