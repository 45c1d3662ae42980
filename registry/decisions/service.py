"""Decide service: an attempt or a state of notice, for one respondent and one version of the terms."""

from registry.commands.service import RecordAttempt, RecordService, ServiceCommand
from registry.decisions.moments import happened
from registry.errors import NotFound, Refused
from registry.events.service import ServiceAttempted, ServiceEvent, ServiceRecorded
from registry.law.standing import Standing
from registry.values.identifiers import SealedBlock
from registry.values.issuance import PartyRole
from registry.values.service import ServiceState
from registry.values.time import Instant


def decide(command: ServiceCommand, order: Standing | None, *, now: Instant) -> tuple[ServiceEvent, ...]:
    """Record what is said to have happened; an order that has ended can still be found to have been served."""
    if order is None:
        raise NotFound("no-such-order")
    if command.respondent not in {party.party_ref for party in order.parties(PartyRole.RESPONDENT)}:
        raise Refused("no-such-respondent", field="/respondent")
    if command.terms not in {terms.version for terms in order.terms}:
        raise Refused("no-such-terms", field="/terms")
    happened(command.at, now, "/at")
    if isinstance(command, RecordAttempt):
        return _attempt(command)
    return _service(command, order)


def _attempt(command: RecordAttempt) -> tuple[ServiceEvent, ...]:
    return (
        ServiceAttempted(
            order_ref=command.order_ref,
            respondent=command.respondent,
            terms=command.terms,
            at=command.at,
            reason=command.reason,
            served_by=command.served_by,
        ),
    )


def _service(command: RecordService[SealedBlock], order: Standing) -> tuple[ServiceEvent, ...]:
    if command.state is ServiceState.ATTEMPTED:
        raise Refused("record-an-attempt-instead", field="/state")
    made = next(terms.made for terms in order.terms if terms.version == command.terms)
    if command.at is not None and command.at.ends() < made.begins():
        raise Refused("service-before-terms", field="/at")
    said = (command.respondent, command.terms, command.state, command.at)
    if any((s.respondent, s.terms, s.state, s.at) == said for s in order.services):
        return ()
    return (
        ServiceRecorded(
            order_ref=command.order_ref,
            respondent=command.respondent,
            terms=command.terms,
            state=command.state,
            at=command.at,
            served_by=command.served_by,
            terms_read_aloud=command.terms_read_aloud,
            note=command.note,
        ),
    )
