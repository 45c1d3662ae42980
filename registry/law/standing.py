"""What the facts of one order amount to: the fold of its stream, on the axes of order life and notice.

Statuses such as expired or superseded are not here: they are derived at an instant
(enforceability.py). The fold never refuses, whatever facts come: they have already happened.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from registry.events.base import Fact
from registry.events.catalogue import AnyEvent
from registry.events.issuance import (
    CertificateIssued,
    CertificateWithdrawn,
    OrderCorrected,
    OrderDeclared,
    OrderExtended,
    OrderIssued,
    OrderRegistered,
    OrderReinstated,
    OrderRevoked,
    OrderSuspended,
    OrderVaried,
)
from registry.events.service import ServiceAttempted, ServiceRecorded
from registry.values.identifiers import CertificateRef, FactId, OrderRef, PartyRef, SealedBlock
from registry.values.issuance import CertificateForm, EndReason, PartyRole
from registry.values.jurisdiction import Jurisdiction
from registry.values.order import OrderDetails
from registry.values.parties import Condition, Party
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
class Standing:
    """An order as its facts have it so far."""

    order_ref: OrderRef
    details: OrderDetails[SealedBlock]
    recorded_at: Instant
    fact_ids: tuple[FactId, ...]
    terms: tuple[Terms, ...]
    expiry: Expiry
    pauses: tuple[Pause, ...] = ()
    end: End | None = None
    certificates: tuple[Certificate, ...] = ()
    declarations: tuple[Act, ...] = ()
    registrations: tuple[Act, ...] = ()
    services: tuple[Service, ...] = ()
    attempts: tuple[Attempt, ...] = ()

    def parties(self, role: PartyRole) -> tuple[Party[SealedBlock], ...]:
        """Give the parties of one side."""
        return tuple(party for party in self.details.parties if party.role is role)

    def valid_from(self) -> LegalMoment:
        """Say from when the order has force in its own State."""
        return self.details.valid_from or self.details.issued


def _issued(_: Standing | None, fact: AnyFact, event: OrderIssued) -> Standing:
    details = event.details
    first = Terms(version=1, conditions=details.conditions, made=details.issued, made_in=details.court.jurisdiction)
    return Standing(
        order_ref=event.order_ref,
        details=details,
        recorded_at=fact.recorded_at,
        fact_ids=(fact.fact_id,),
        terms=(first,),
        expiry=details.expiry,
    )


def _varied(standing: Standing, _: AnyFact, event: OrderVaried) -> Standing:
    terms = Terms(version=event.terms, conditions=event.conditions, made=event.made, made_in=event.varied_in)
    details = standing.details
    if event.added_parties:
        details = replace(details, parties=details.parties + event.added_parties)
    return replace(standing, details=details, terms=(*standing.terms, terms))


def _extended(standing: Standing, _: AnyFact, event: OrderExtended) -> Standing:
    return replace(standing, expiry=event.expiry)


def _suspended(standing: Standing, _: AnyFact, event: OrderSuspended) -> Standing:
    pause = Pause(begins=event.from_.begins(), ends=event.until.ends() if event.until else None)
    return replace(standing, pauses=(*standing.pauses, pause))


def _reinstated(standing: Standing, _: AnyFact, event: OrderReinstated) -> Standing:
    """Close every pause that is open at the moment of reinstatement."""
    at = event.from_.begins()
    pauses = tuple(
        replace(pause, ends=max(at, pause.begins)) if pause.ends is None or pause.ends > at else pause
        for pause in standing.pauses
    )
    return replace(standing, pauses=pauses)


def _revoked(standing: Standing, _: AnyFact, event: OrderRevoked) -> Standing:
    end = End(at=event.from_.begins(), reason=event.reason, ended_in=event.revoked_in)
    if standing.end and standing.end.at <= end.at:
        return standing
    return replace(standing, end=end)


def _corrected(standing: Standing, _: AnyFact, event: OrderCorrected) -> Standing:
    details = replace(
        standing.details,
        issued=event.issued or standing.details.issued,
        valid_from=event.valid_from or standing.details.valid_from,
        parties=_corrected_parties(standing.details.parties, event.parties),
    )
    terms = standing.terms
    if event.conditions is not None:
        named = event.terms or terms[-1].version
        terms = tuple(replace(t, conditions=event.conditions) if t.version == named else t for t in terms)
    return replace(standing, details=details, terms=terms, expiry=event.expiry or standing.expiry)


def _corrected_parties(
    parties: tuple[Party[SealedBlock], ...], corrections: tuple[Party[SealedBlock], ...]
) -> tuple[Party[SealedBlock], ...]:
    """Replace the blocks of parties that are named again; a party not yet there is left to `OrderVaried`."""
    by_ref = {party.party_ref: party for party in corrections}
    return tuple(_merged(party, by_ref.get(party.party_ref)) for party in parties)


def _merged(party: Party[SealedBlock], correction: Party[SealedBlock] | None) -> Party[SealedBlock]:
    if correction is None:
        return party
    return replace(
        party,
        identity=correction.identity or party.identity,
        address=correction.address or party.address,
        contact=correction.contact or party.contact,
        withheld=tuple(sorted({*party.withheld, *correction.withheld})),
    )


def _certified(standing: Standing, _: AnyFact, event: CertificateIssued) -> Standing:
    certificate = Certificate(certificate_ref=event.certificate_ref, form=event.form, issued=event.issued)
    return replace(standing, certificates=(*standing.certificates, certificate))


def _decertified(standing: Standing, _: AnyFact, event: CertificateWithdrawn) -> Standing:
    certificates = tuple(
        replace(c, withdrawn=event.from_.begins()) if c.certificate_ref == event.certificate_ref else c
        for c in standing.certificates
    )
    return replace(standing, certificates=certificates)


def _declared(standing: Standing, _: AnyFact, event: OrderDeclared) -> Standing:
    act = Act(jurisdiction=event.declared_in, made=event.made)
    return replace(standing, declarations=(*standing.declarations, act))


def _registered(standing: Standing, _: AnyFact, event: OrderRegistered) -> Standing:
    act = Act(jurisdiction=event.registered_in, made=event.made)
    return replace(standing, registrations=(*standing.registrations, act))


def _served(standing: Standing, fact: AnyFact, event: ServiceRecorded) -> Standing:
    service = Service(
        fact_id=fact.fact_id,
        respondent=event.respondent,
        terms=event.terms,
        state=event.state,
        at=event.at,
        recorded_at=fact.recorded_at,
    )
    return replace(standing, services=(*standing.services, service))


def _attempted(standing: Standing, _: AnyFact, event: ServiceAttempted) -> Standing:
    attempt = Attempt(respondent=event.respondent, terms=event.terms, at=event.at, reason=event.reason)
    return replace(standing, attempts=(*standing.attempts, attempt))


_STEPS: dict[type, Callable[[Any, AnyFact, Any], Standing]] = {
    OrderIssued: _issued,
    OrderVaried: _varied,
    OrderExtended: _extended,
    OrderSuspended: _suspended,
    OrderReinstated: _reinstated,
    OrderRevoked: _revoked,
    OrderCorrected: _corrected,
    CertificateIssued: _certified,
    CertificateWithdrawn: _decertified,
    OrderDeclared: _declared,
    OrderRegistered: _registered,
    ServiceRecorded: _served,
    ServiceAttempted: _attempted,
}


def evolve(standing: Standing | None, fact: AnyFact) -> Standing:
    """Give the order after the fact. A fact of another noun, or before the first one, changes nothing.

    Raises `ValueError` only for a stream that does not start with `OrderIssued`, which no decider makes.
    """
    step = _STEPS.get(type(fact.event))
    if standing is None:
        if not isinstance(fact.event, OrderIssued):
            message = "an order's stream starts with its issuance"
            raise ValueError(message)  # the stream is wrong, not the argument's type
        return _issued(None, fact, fact.event)
    if step is None or step is _issued:
        return standing
    moved = step(standing, fact, fact.event)
    return replace(moved, fact_ids=(*standing.fact_ids, fact.fact_id))


def fold(facts: Iterable[AnyFact], *, known_at: Instant | None = None) -> Standing | None:
    """Fold the facts of a stream that were recorded at or before `known_at`; None if there are none."""
    standing: Standing | None = None
    for fact in facts:
        if known_at is not None and fact.recorded_at > known_at:
            break
        standing = evolve(standing, fact)
    return standing
