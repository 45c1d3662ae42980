"""Decide issuance: an order is entered, its terms change, it pauses, it ends, it is set right."""

from typing import assert_never

from registry.commands.issuance import (
    AdjustOrder,
    CorrectOrder,
    DeclareOrder,
    EnterOrder,
    ExtendOrder,
    IssuanceCommand,
    IssueCertificate,
    RegisterOrder,
    ReinstateOrder,
    RevokeOrder,
    SuspendOrder,
    VaryOrder,
    WithdrawCertificate,
)
from registry.decisions.adjustment import adjust
from registry.decisions.certificate import issue_certificate, withdraw_certificate
from registry.decisions.life import alive, stays_over
from registry.decisions.moments import happened, not_before, plausible
from registry.decisions.terms import check_conditions, check_order
from registry.errors import Conflict, NotFound, Refused
from registry.events.issuance import (
    IssuanceEvent,
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
from registry.law.corrections import retractable
from registry.law.jurisdictions import law_area
from registry.law.powers import power_to_change
from registry.law.standing import AnyFact, Standing
from registry.values.identifiers import SealedBlock
from registry.values.jurisdiction import Jurisdiction, country_of
from registry.values.time import ExpiryKind, Instant


def decide(command: IssuanceCommand, order: Standing | None, *, now: Instant) -> tuple[IssuanceEvent, ...]:
    """Answer the command with facts, or raise `Refused`. Nothing else happens.

    An empty answer means that what is asked for holds already: said twice, true once.
    """
    if isinstance(command, EnterOrder):
        return _enter(command, order, now)
    if order is None:
        raise NotFound("no-such-order")
    match command:
        case VaryOrder():
            return _vary(command, order, now)
        case ExtendOrder():
            return _extend(command, order, now)
        case SuspendOrder():
            return _suspend(command, order)
        case ReinstateOrder():
            return _reinstate(command, order)
        case RevokeOrder():
            return _revoke(command, order)
        case CorrectOrder():
            return stays_over(order, _correct(command, order, now), now)
        case IssueCertificate():
            return issue_certificate(command, order, now)
        case WithdrawCertificate():
            return withdraw_certificate(command, order)
        case DeclareOrder():
            return _declare(command, order, now)
        case RegisterOrder():
            return _register(command, order, now)
        case AdjustOrder():
            return adjust(command, order, now)
        case _:
            assert_never(command)


def _enter(command: EnterOrder[SealedBlock], order: Standing | None, now: Instant) -> tuple[IssuanceEvent, ...]:
    if order is not None:
        raise Conflict("order-already-entered")
    check_order(command.details, now)
    if command.details.origin == command.order_ref:
        raise Refused("origin-is-itself", field="/origin")
    return (OrderIssued(order_ref=command.order_ref, details=command.details),)


def _may_change(order: Standing, by: Jurisdiction) -> None:
    """Refuse a court that the law gives no power over this order."""
    power = power_to_change(order, by)
    if not power.granted:
        raise Refused("no-power-over-this-order", field="/jurisdiction", cite=str(power.basis))


def _vary(command: VaryOrder[SealedBlock], order: Standing, now: Instant) -> tuple[IssuanceEvent, ...]:
    _may_change(order, command.varied_in)
    alive(order)
    happened(command.made, now, "/made")
    not_before(command.made, order.terms[-1].made, "/made", "date-before-terms")
    if not command.conditions:
        # Terms that forbid nothing are an end of the order, and ending it has a verb and duties of its own.
        raise Refused("conditions-missing", field="/conditions")
    check_conditions(command.conditions, (*order.details.parties, *command.added_parties))
    refs = [party.party_ref for party in (*order.details.parties, *command.added_parties)]
    if len(refs) != len(set(refs)):
        raise Refused("party-already-there", field="/added_parties")
    return (
        OrderVaried(
            order_ref=command.order_ref,
            terms=order.terms[-1].version + 1,
            conditions=command.conditions,
            made=command.made,
            varied_in=command.varied_in,
            added_parties=command.added_parties,
        ),
    )


def _extend(command: ExtendOrder, order: Standing, now: Instant) -> tuple[IssuanceEvent, ...]:
    _may_change(order, command.extended_in)
    alive(order)
    happened(command.made, now, "/made")
    plausible(command.expiry.at, "/expiry/at")
    not_before(command.made, order.details.issued, "/made")
    if command.expiry == order.expiry:
        return ()
    ends, present = command.expiry.ends(), order.expiry.ends()
    if ends is not None and ends <= order.valid_from().begins():
        raise Refused("expiry-before-start", field="/expiry/at")
    endless = order.expiry.kind is ExpiryKind.NONE
    if command.expiry.kind is not ExpiryKind.NONE and (endless or (present and (ends is None or ends < present))):
        # An earlier end is a correction of what was entered, or a revocation with its reasons.
        raise Refused("expiry-not-later", field="/expiry")
    return (OrderExtended(order_ref=command.order_ref, expiry=command.expiry, made=command.made),)


def _suspend(command: SuspendOrder, order: Standing) -> tuple[IssuanceEvent, ...]:
    _may_change(order, command.suspended_in)
    alive(order)
    plausible(command.from_, "/from")
    plausible(command.until, "/until")
    not_before(command.from_, order.details.issued, "/from")
    begins, ends = command.from_.begins(), command.until.ends() if command.until else None
    if ends is not None and ends <= begins:
        raise Refused("until-before-from", field="/until")
    if any((pause.begins, pause.ends) == (begins, ends) for pause in order.pauses):
        return ()
    if any(pause.begins <= begins and (pause.ends is None or pause.ends > begins) for pause in order.pauses):
        # Two suspensions at once would be their union: whoever means another end reinstates first.
        raise Conflict("already-suspended")
    return (
        OrderSuspended(
            order_ref=command.order_ref,
            from_=command.from_,
            until=command.until,
            reason=command.reason,
            suspended_in=command.suspended_in,
        ),
    )


def _reinstate(command: ReinstateOrder, order: Standing) -> tuple[IssuanceEvent, ...]:
    _may_change(order, command.reinstated_in)
    alive(order)
    plausible(command.from_, "/from")
    at = command.from_.begins()
    if not any(pause.ends is None or pause.ends > at for pause in order.pauses):
        raise Conflict("order-not-suspended")
    return (OrderReinstated(order_ref=command.order_ref, from_=command.from_, reinstated_in=command.reinstated_in),)


def _revoke(command: RevokeOrder, order: Standing) -> tuple[IssuanceEvent, ...]:
    _may_change(order, command.revoked_in)
    plausible(command.from_, "/from")
    not_before(command.from_, order.details.issued, "/from")
    at = command.from_.begins()
    if order.end is not None and order.end.at == at:
        return ()
    if order.end is not None and order.end.at < at:
        # To end it later than was said is to take the earlier end back: a correction.
        raise Conflict("order-ended")
    return (
        OrderRevoked(
            order_ref=command.order_ref,
            from_=command.from_,
            reason=command.reason,
            revoked_in=command.revoked_in,
        ),
    )


def _correct(command: CorrectOrder[SealedBlock], order: Standing, now: Instant) -> tuple[IssuanceEvent, ...]:
    """Take a correction by whoever answers for the record; who that is, is asked of access before."""
    wrong = next((fact for fact in order.history if fact.fact_id == command.corrects), None)
    if wrong is None:
        raise Refused("no-such-fact", field="/corrects")
    given = (command.issued, command.valid_from, command.expiry, command.conditions, command.parties or None)
    replaces = any(value is not None for value in given)
    if command.retracts:
        return _retract(command, order, wrong, replaces=replaces)
    if not replaces:
        raise Refused("nothing-to-correct")
    happened(command.issued, now, "/issued")
    plausible(command.valid_from, "/valid_from")
    plausible(command.expiry.at if command.expiry else None, "/expiry/at")
    versions = {terms.version for terms in order.terms}
    if command.terms is not None and command.terms not in versions:
        raise Refused("no-such-terms", field="/terms")
    if command.conditions is not None:
        check_conditions(command.conditions, order.details.parties)
    roles = {party.party_ref: party.role for party in order.details.parties}
    for number, party in enumerate(command.parties):
        if party.party_ref not in roles:
            raise Refused("no-such-party", field="/parties")
        if party.role is not roles[party.party_ref]:
            # Nobody is moved to the other side: a protected person must never be found as a respondent.
            raise Refused("role-cannot-change", field=f"/parties/{number}/role")
    _dates_still_fit(command, order)
    return (
        OrderCorrected(
            order_ref=command.order_ref,
            corrects=command.corrects,
            issued=command.issued,
            valid_from=command.valid_from,
            expiry=command.expiry,
            terms=command.terms,
            conditions=command.conditions,
            parties=command.parties,
            reason=command.reason,
        ),
    )


def _retract(
    command: CorrectOrder[SealedBlock], order: Standing, wrong: AnyFact, *, replaces: bool
) -> tuple[IssuanceEvent, ...]:
    """Take a fact back that was recorded in error: a revocation of the wrong order, a service that never was."""
    if replaces:
        raise Refused("retract-or-replace", field="/retracts")
    if not retractable(wrong):
        raise Refused("fact-cannot-be-retracted", field="/corrects")
    if command.corrects in order.retracted:
        return ()
    return (
        OrderCorrected(order_ref=command.order_ref, corrects=command.corrects, reason=command.reason, retracts=True),
    )


def _dates_still_fit(command: CorrectOrder[SealedBlock], order: Standing) -> None:
    start = command.valid_from or order.details.valid_from or command.issued or order.details.issued
    ends = (command.expiry or order.expiry).ends()
    if ends is not None and ends <= start.begins():
        raise Refused("expiry-before-start", field="/expiry/at")


def _declare(command: DeclareOrder, order: Standing, now: Instant) -> tuple[IssuanceEvent, ...]:
    alive(order)
    happened(command.made, now, "/made")
    if country_of(command.declared_in) != "AU":
        raise Refused("no-scheme-of-declaration", field="/jurisdiction")
    if any(act.jurisdiction == command.declared_in for act in order.declarations):
        return ()
    return (OrderDeclared(order_ref=command.order_ref, declared_in=command.declared_in, made=command.made),)


def _register(command: RegisterOrder, order: Standing, now: Instant) -> tuple[IssuanceEvent, ...]:
    alive(order)
    happened(command.made, now, "/made")
    if law_area(command.registered_in) == law_area(order.details.court.jurisdiction):
        raise Refused("own-order-needs-no-registration", field="/jurisdiction")
    if any(act.jurisdiction == command.registered_in for act in order.registrations):
        return ()
    return (
        OrderRegistered(
            order_ref=command.order_ref,
            registered_in=command.registered_in,
            registered_with=command.registered_with,
            made=command.made,
            notify_respondent=command.notify_respondent,
        ),
    )
