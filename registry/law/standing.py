"""What the facts of one order amount to: the fold of its stream, on the axes of order life and notice.

Statuses such as expired or superseded are not here: they are derived at an instant
(enforceability.py). The fold never refuses, whatever facts come: they have already happened.

A fold works on one draft that its steps change in place, and freezes it once at the end: a check folds
an order for every answer, and a copy for each fact would be most of its cost.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final

from registry.events import issuance
from registry.events.document import DocumentSupplied
from registry.events.erasure import SubjectErased
from registry.events.service import ServiceAttempted, ServiceRecorded
from registry.law.corrections import corrected_parties, retracted, still_adjusted
from registry.law.draft import Draft, thawed
from registry.law.records import (
    Act,
    Adjustment,
    AnyFact,
    Attempt,
    Certificate,
    End,
    Extension,
    Pause,
    Service,
    Standing,
    Terms,
    make_act,
    make_certificate,
    make_service,
    make_terms,
)
from registry.values.order import DOCUMENT
from registry.values.time import Instant

__all__ = [
    "Act",
    "AnyFact",
    "Attempt",
    "Certificate",
    "End",
    "Extension",
    "Pause",
    "Service",
    "Standing",
    "Terms",
    "evolve",
    "fold",
]


def _begun(fact: AnyFact) -> Draft | None:
    event = fact.event
    if not isinstance(event, issuance.OrderIssued):
        return None
    draft, details = Draft(), event.details
    draft.order_ref = event.order_ref
    draft.details = details
    draft.recorded_at = fact.recorded_at
    draft.history = [fact]
    draft.retracted = frozenset()
    draft.erased = frozenset()
    first = make_terms(
        version=1, conditions=details.conditions, made=details.issued, made_in=details.court.jurisdiction
    )
    draft.terms = (first,)
    draft.expiry = details.expiry
    draft.pauses = draft.certificates = draft.declarations = draft.registrations = ()
    draft.services = draft.attempts = draft.extensions = draft.adjustments = ()
    draft.end = None
    return draft


def _varied(draft: Draft, _: AnyFact, event: issuance.OrderVaried) -> None:
    terms = make_terms(
        version=event.terms,
        conditions=event.conditions,
        made=event.made,
        made_in=event.varied_in,
        added=tuple(party.party_ref for party in event.added_parties),
    )
    if event.added_parties:
        draft.details = replace(draft.details, parties=draft.details.parties + event.added_parties)
    draft.terms += (terms,)


def _extended(draft: Draft, _: AnyFact, event: issuance.OrderExtended) -> None:
    draft.extensions += (Extension(made=event.made, expiry=event.expiry, before=draft.expiry),)
    draft.expiry = event.expiry


def _suspended(draft: Draft, _: AnyFact, event: issuance.OrderSuspended) -> None:
    draft.pauses += (Pause(begins=event.from_.begins(), ends=event.until.ends() if event.until else None),)


def _reinstated(draft: Draft, _: AnyFact, event: issuance.OrderReinstated) -> None:
    """Close every pause that is open at the moment of reinstatement."""
    at = event.from_.begins()
    draft.pauses = tuple(
        replace(pause, ends=max(at, pause.begins)) if pause.ends is None or pause.ends > at else pause
        for pause in draft.pauses
    )


def _revoked(draft: Draft, _: AnyFact, event: issuance.OrderRevoked) -> None:
    end = End(at=event.from_.begins(), reason=event.reason, ended_in=event.revoked_in)
    if draft.end is None or draft.end.at > end.at:
        draft.end = end


def _corrected(draft: Draft, _: AnyFact, event: issuance.OrderCorrected) -> None:
    if event.retracts:
        draft.retracted |= {event.corrects}
        return
    details = draft.details
    draft.details = replace(
        details,
        issued=event.issued or details.issued,
        valid_from=event.valid_from or details.valid_from,
        parties=corrected_parties(details.parties, event.parties),
    )
    if event.issued is not None:
        draft.terms = (replace(draft.terms[0], made=event.issued), *draft.terms[1:])
    if event.conditions is not None:
        named, conditions = event.terms or draft.terms[-1].version, event.conditions
        for terms in draft.terms if draft.adjustments else ():
            if terms.version == named:
                draft.adjustments = still_adjusted(draft.adjustments, terms.conditions, conditions)
        draft.terms = tuple(replace(t, conditions=conditions) if t.version == named else t for t in draft.terms)
    if event.expiry is not None:
        draft.expiry, draft.extensions = event.expiry, ()


def _certified(draft: Draft, _: AnyFact, event: issuance.CertificateIssued) -> None:
    draft.certificates += (
        make_certificate(certificate_ref=event.certificate_ref, form=event.form, issued=event.issued),
    )


def _decertified(draft: Draft, _: AnyFact, event: issuance.CertificateWithdrawn) -> None:
    draft.certificates = tuple(
        replace(c, withdrawn=event.from_.begins()) if c.certificate_ref == event.certificate_ref else c
        for c in draft.certificates
    )


def _declared(draft: Draft, _: AnyFact, event: issuance.OrderDeclared) -> None:
    draft.declarations += (make_act(jurisdiction=event.declared_in, made=event.made),)


def _registered(draft: Draft, _: AnyFact, event: issuance.OrderRegistered) -> None:
    draft.registrations += (make_act(jurisdiction=event.registered_in, made=event.made),)


def _adjusted(draft: Draft, _: AnyFact, event: issuance.OrderAdjusted) -> None:
    draft.adjustments += (Adjustment(jurisdiction=event.adjusted_in, made=event.made, elements=event.elements),)


def _served(draft: Draft, fact: AnyFact, event: ServiceRecorded) -> None:
    draft.services += (
        make_service(
            fact_id=fact.fact_id,
            respondent=event.respondent,
            terms=event.terms,
            state=event.state,
            at=event.at,
            recorded_at=fact.recorded_at,
        ),
    )


def _attempted(draft: Draft, _: AnyFact, event: ServiceAttempted) -> None:
    draft.attempts += (Attempt(respondent=event.respondent, terms=event.terms, at=event.at, reason=event.reason),)


def _supplied(draft: Draft, _: AnyFact, event: DocumentSupplied) -> None:
    unread = tuple(each for each in draft.details.unread if each != DOCUMENT)
    draft.details = replace(draft.details, document=event.document, unread=unread)


_STEPS: Final[dict[type, Callable[[Draft, AnyFact, Any], None]]] = {
    issuance.OrderVaried: _varied,
    issuance.OrderExtended: _extended,
    issuance.OrderSuspended: _suspended,
    issuance.OrderReinstated: _reinstated,
    issuance.OrderRevoked: _revoked,
    issuance.OrderCorrected: _corrected,
    issuance.CertificateIssued: _certified,
    issuance.CertificateWithdrawn: _decertified,
    issuance.OrderDeclared: _declared,
    issuance.OrderRegistered: _registered,
    issuance.OrderAdjusted: _adjusted,
    ServiceRecorded: _served,
    ServiceAttempted: _attempted,
    DocumentSupplied: _supplied,
}


def _move(draft: Draft, fact: AnyFact) -> None:
    event = fact.event
    step = _STEPS.get(type(event))
    if step is not None:
        draft.history.append(fact)
        if not draft.retracted or fact.fact_id not in draft.retracted:
            step(draft, fact, event)
    elif isinstance(event, SubjectErased) and event.former_of is None:
        # No fact of the order's life: it is not of its history, and nothing corrects or takes it back.
        draft.erased |= {event.subject}


def _anew(found: Draft) -> Draft:
    """Fold again what was found to hold facts taken back, now that it is known which."""
    draft = _begun(found.history[0]) or found
    draft.retracted, draft.erased = retracted(found.history), found.erased
    for fact in found.history[1:]:
        _move(draft, fact)
    return draft


def evolve(standing: Standing | None, fact: AnyFact) -> Standing | None:
    """Give the order after the fact; None while none was issued in the stream.

    A fact of another noun, or a second issuance, changes nothing. One that takes an earlier fact back
    folds the order anew without it.
    """
    if standing is None:
        return fold((fact,))
    event = fact.event
    if isinstance(event, SubjectErased) and event.former_of is None:
        return replace(standing, erased=standing.erased | {event.subject})
    if type(event) not in _STEPS:
        return standing
    if isinstance(event, issuance.OrderCorrected) and event.retracts:
        draft = thawed(standing)
        draft.history.append(fact)
        return _anew(draft).frozen()
    draft = thawed(standing)
    _move(draft, fact)
    return draft.frozen()


def fold(facts: Iterable[AnyFact], *, known_at: Instant | None = None) -> Standing | None:
    """Fold the facts of a stream that were recorded at or before `known_at`; None if no order was issued in it.

    What stands before the issuance, which no decider writes, is passed over. So is a fact that was taken
    back, once it is known that it was: before that it counted, and an answer given then was right.
    """
    draft: Draft | None = None
    for fact in facts:
        if known_at is not None and fact.recorded_at > known_at:
            break
        if draft is None:
            draft = _begun(fact)
        else:
            _move(draft, fact)
    if draft is None:
        return None
    return (_anew(draft) if draft.retracted else draft).frozen()
