"""How each command is carried out in the writer: which streams it reads, what it is permitted, who decides.

One function a noun; each loads states from the running transaction, asks for the permission that
depends on them, and hands plain values to the pure decider. `PLANS` lists every command once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from uuid import UUID

from registry.access.actors import Principal, Role
from registry.access.permissions import Action, permit, permit_in
from registry.commands import contact as contact_commands
from registry.commands import erasure as erasure_commands
from registry.commands import issuance as issuance_commands
from registry.commands import notice as notice_commands
from registry.commands import party as party_commands
from registry.commands import recognition as recognition_commands
from registry.commands import service as service_commands
from registry.commands import violation as violation_commands
from registry.decisions import contact, erasure, issuance, notice, party, recognition, service, violation
from registry.erasing import erasure_case, subject_keys
from registry.errors import Conflict, NotFound, NotPermitted
from registry.events.catalogue import AnyEvent
from registry.folds import PROCEDURE, order_state
from registry.law.jurisdictions import law_area
from registry.law.procedure import Procedure
from registry.ledger.port import Fold, Unit
from registry.values.identifiers import OrderRef, StreamId
from registry.values.jurisdiction import Jurisdiction
from registry.views.police import LINK, PAIR

NOTICE: Final[Fold[notice.Notice]] = Fold(name="notice", evolve=notice.evolve)
VIOLATION: Final[Fold[violation.Violation]] = Fold(name="violation", evolve=violation.evolve)
PARTIES: Final[Fold[party.Link]] = Fold(name="party", evolve=party.evolve)
MESSAGE: Final[Fold[contact.Message]] = Fold(name="message", evolve=contact.evolve)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What a plan came to: the stream, the version its decision rests on, and the events to append."""

    stream: StreamId
    version: int
    events: Sequence[AnyEvent]


Plan: TypeAlias = Callable[[Any, Unit, Principal], Outcome]


def _enter(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
    action = Action.IMPORT_FEED if Role.OPERATOR in principal.roles else Action.ENTER_ORDER
    permit_in(principal, action, command.details.court.jurisdiction)
    version, order = order_state(unit, command.order_ref)
    if version and order is None:
        raise Conflict("reference-in-use")
    return _outcome(command.order_ref, version, issuance.decide(command, order, now=unit.now))


def _change(action: Action, *by: str) -> Plan:
    """Plan a command of issuance; `by` names the field that says in which jurisdiction it is done."""

    def plan(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
        version, order = order_state(unit, command.order_ref)
        for field in by:
            permit_in(principal, action, getattr(command, field))
        if not by and order is not None:
            permit_in(principal, action, order.details.court.jurisdiction)
        permit(principal, action)
        return _outcome(command.order_ref, version, issuance.decide(command, order, now=unit.now))

    return plan


def _service(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
    if not {Role.OPERATOR, Role.COURT} & principal.roles:
        permit(principal, Action.RECORD_SERVICE)
    version, order = order_state(unit, command.order_ref)
    if order is not None and Role.OPERATOR in principal.roles:
        permit_in(principal, Action.IMPORT_FEED, order.details.court.jurisdiction)
    elif command.served_by != principal.institution:
        # Whoever records service says who served; only the issuing court may say it of another.
        issuing = order is not None and principal.acts_in(order.details.court.jurisdiction)
        if not issuing or Role.COURT not in principal.roles:
            raise NotPermitted("not-the-issuing-authority")
    return _outcome(command.order_ref, version, service.decide(command, order, now=unit.now))


def _speaks_for_itself(command: Any, principal: Principal, code: str) -> None:  # noqa: ANN401  # typed by PLANS
    """Refuse who would answer in another institution's name, as if there were nothing to answer."""
    if getattr(command, "by", principal.institution) != principal.institution:
        raise NotFound(code)


def _notice(action: Action) -> Plan:
    def plan(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
        permit(principal, action)
        _speaks_for_itself(command, principal, "no-such-notice")
        loaded = unit.state(StreamId(command.notice_ref), NOTICE)
        version, state = loaded
        return _outcome(command.notice_ref, version, notice.decide(command, state))

    return plan


def _ask(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
    _, order = order_state(unit, command.order_ref)
    if order is not None:
        permit_in(principal, Action.ASK_RECOGNITION, order.details.court.jurisdiction)
    permit(principal, Action.ASK_RECOGNITION)
    loaded = unit.state(StreamId(command.recognition_ref), PROCEDURE)
    version, procedure = loaded
    events = recognition.decide(
        command, procedure, now=unit.now, order=order, others=_others(unit, command.order_ref, command.jurisdiction)
    )
    return _outcome(command.recognition_ref, version, events)


def _others(unit: Unit, order_ref: OrderRef, jurisdiction: Jurisdiction) -> tuple[Procedure, ...]:
    """Load the procedures that the order already has in a jurisdiction."""
    found: list[Procedure | None] = []
    for row in unit.rows(LINK, {"order_ref": order_ref.bytes, "relation": "recognition"}):
        linked = row["linked"]
        there = law_area(Jurisdiction(str(row["jurisdiction"])))
        if there == law_area(jurisdiction) and isinstance(linked, bytes):
            loaded = unit.state(StreamId(UUID(bytes=linked)), PROCEDURE)
            _, procedure = loaded
            found.append(procedure)
    return tuple(p for p in found if p is not None)


def _recognition(action: Action) -> Plan:
    def plan(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
        permit(principal, action)
        _speaks_for_itself(command, principal, "no-such-recognition")
        loaded = unit.state(StreamId(command.recognition_ref), PROCEDURE)
        version, procedure = loaded
        order = order_state(unit, procedure.order_ref)[1] if procedure else None
        adopted_ref = getattr(command, "adopted", None)
        adopted = order_state(unit, adopted_ref)[1] if adopted_ref else None
        events = recognition.decide(command, procedure, now=unit.now, order=order, adopted=adopted)
        return _outcome(command.recognition_ref, version, events)

    return plan


def _report(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
    permit_in(principal, Action.REPORT_VIOLATION, command.jurisdiction)
    loaded = unit.state(StreamId(command.violation_ref), VIOLATION)
    version, state = loaded
    _, order = order_state(unit, command.order_ref)
    events = violation.decide(command, state, now=unit.now, order=order)
    return _outcome(command.violation_ref, version, events)


def _violation(action: Action) -> Plan:
    def plan(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
        permit(principal, action)
        _speaks_for_itself(command, principal, "no-such-alert")
        loaded = unit.state(StreamId(command.violation_ref), VIOLATION)
        version, state = loaded
        if action is Action.RESOLVE_VIOLATION and state is not None:
            alerted = {alert.recipient for alert in state.alerts.values()}
            if principal.institution not in alerted:
                raise NotFound("no-such-violation")
        return _outcome(command.violation_ref, version, violation.decide(command, state, now=unit.now))

    return plan


def _parties(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
    """Whoever says it has made one of the two orders, and so knows who its own party is."""
    permit(principal, Action.LINK_PARTIES)
    loaded = unit.state(StreamId(command.link_ref), PARTIES)
    version, link = loaded
    saying = link if isinstance(command, party_commands.UnlinkParties) else command
    refs = (saying.one.order_ref, saying.other.order_ref) if saying else ()
    orders = [order_state(unit, ref)[1] for ref in refs]
    if not any(order is not None and principal.acts_in(order.details.court.jurisdiction) for order in orders):
        # Not there and not yours are one answer.
        raise NotFound("no-such-order" if isinstance(command, party_commands.LinkParties) else "no-such-link")
    one, other = orders
    links = max(len(unit.rows(PAIR, {"order_ref": ref.bytes})) for ref in refs)
    return _outcome(command.link_ref, version, party.decide(command, link, one=one, other=other, links=links))


def _erase(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
    """Whoever answers for the record erases; all that the legal check rests on is read in this transaction."""
    version, order = order_state(unit, command.order_ref)
    if order is None or not principal.acts_in(order.details.court.jurisdiction):
        # Not there and not yours are one answer.
        raise NotFound("no-such-order")
    permit_in(principal, Action.ERASE_PERSON, order.details.court.jurisdiction)
    case = erasure_case(unit, order)
    keys = subject_keys(unit, order)
    return _outcome(command.order_ref, version, erasure.decide(command, case, keys=keys, now=unit.now))


def _contact(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
    permit(principal, Action.RUN_REGISTRY)
    loaded = unit.state(StreamId(command.message_ref), MESSAGE)
    version, state = loaded
    return _outcome(command.message_ref, version, contact.decide(command, state))


def _outcome(stream: UUID, version: int, events: Sequence[AnyEvent]) -> Outcome:
    return Outcome(stream=StreamId(stream), version=version, events=events)


PLANS: Final[dict[type, Plan]] = {
    issuance_commands.EnterOrder: _enter,
    issuance_commands.VaryOrder: _change(Action.CHANGE_ORDER, "varied_in"),
    issuance_commands.ExtendOrder: _change(Action.CHANGE_ORDER, "extended_in"),
    issuance_commands.SuspendOrder: _change(Action.CHANGE_ORDER, "suspended_in"),
    issuance_commands.ReinstateOrder: _change(Action.CHANGE_ORDER, "reinstated_in"),
    issuance_commands.RevokeOrder: _change(Action.CHANGE_ORDER, "revoked_in"),
    issuance_commands.CorrectOrder: _change(Action.CORRECT_ORDER),
    issuance_commands.IssueCertificate: _change(Action.CERTIFY_ORDER),
    issuance_commands.WithdrawCertificate: _change(Action.CERTIFY_ORDER),
    issuance_commands.DeclareOrder: _change(Action.DECLARE_ORDER, "declared_in"),
    issuance_commands.RegisterOrder: _change(Action.REGISTER_ORDER, "registered_in"),
    service_commands.RecordAttempt: _service,
    service_commands.RecordService: _service,
    notice_commands.IssueNotice: _notice(Action.RUN_REGISTRY),
    notice_commands.AcknowledgeNotice: _notice(Action.ACKNOWLEDGE_NOTICE),
    notice_commands.RejectNotice: _notice(Action.ACKNOWLEDGE_NOTICE),
    recognition_commands.AskRecognition: _ask,
    recognition_commands.RequestSupplement: _recognition(Action.DECIDE_RECOGNITION),
    recognition_commands.SupplementRecognition: _recognition(Action.DECIDE_RECOGNITION),
    recognition_commands.GrantRecognition: _recognition(Action.DECIDE_RECOGNITION),
    recognition_commands.RefuseRecognition: _recognition(Action.DECIDE_RECOGNITION),
    recognition_commands.DiscontinueRecognition: _recognition(Action.DECIDE_RECOGNITION),
    violation_commands.ReportViolation: _report,
    violation_commands.RaiseAlert: _violation(Action.RUN_REGISTRY),
    violation_commands.AcknowledgeAlert: _violation(Action.ACKNOWLEDGE_ALERT),
    violation_commands.ResolveViolation: _violation(Action.RESOLVE_VIOLATION),
    party_commands.LinkParties: _parties,
    party_commands.UnlinkParties: _parties,
    erasure_commands.EraseParty: _erase,
    contact_commands.RequestMessage: _contact,
    contact_commands.RecordHandOver: _contact,
    contact_commands.RecordMessageFailure: _contact,
}
"""Every command, once. A command without a plan cannot be carried out."""

_ACTIONS: Final[dict[type, tuple[Action, ...]]] = {
    issuance_commands.EnterOrder: (Action.ENTER_ORDER, Action.IMPORT_FEED),
    issuance_commands.VaryOrder: (Action.CHANGE_ORDER,),
    issuance_commands.ExtendOrder: (Action.CHANGE_ORDER,),
    issuance_commands.SuspendOrder: (Action.CHANGE_ORDER,),
    issuance_commands.ReinstateOrder: (Action.CHANGE_ORDER,),
    issuance_commands.RevokeOrder: (Action.CHANGE_ORDER,),
    issuance_commands.CorrectOrder: (Action.CORRECT_ORDER,),
    issuance_commands.IssueCertificate: (Action.CERTIFY_ORDER,),
    issuance_commands.WithdrawCertificate: (Action.CERTIFY_ORDER,),
    issuance_commands.DeclareOrder: (Action.DECLARE_ORDER,),
    issuance_commands.RegisterOrder: (Action.REGISTER_ORDER,),
    service_commands.RecordAttempt: (Action.RECORD_SERVICE, Action.IMPORT_FEED),
    service_commands.RecordService: (Action.RECORD_SERVICE, Action.IMPORT_FEED),
    notice_commands.IssueNotice: (Action.RUN_REGISTRY,),
    notice_commands.AcknowledgeNotice: (Action.ACKNOWLEDGE_NOTICE,),
    notice_commands.RejectNotice: (Action.ACKNOWLEDGE_NOTICE,),
    recognition_commands.AskRecognition: (Action.ASK_RECOGNITION,),
    recognition_commands.RequestSupplement: (Action.DECIDE_RECOGNITION,),
    recognition_commands.SupplementRecognition: (Action.DECIDE_RECOGNITION,),
    recognition_commands.GrantRecognition: (Action.DECIDE_RECOGNITION,),
    recognition_commands.RefuseRecognition: (Action.DECIDE_RECOGNITION,),
    recognition_commands.DiscontinueRecognition: (Action.DECIDE_RECOGNITION,),
    violation_commands.ReportViolation: (Action.REPORT_VIOLATION,),
    violation_commands.RaiseAlert: (Action.RUN_REGISTRY,),
    violation_commands.AcknowledgeAlert: (Action.ACKNOWLEDGE_ALERT,),
    violation_commands.ResolveViolation: (Action.RESOLVE_VIOLATION,),
    party_commands.LinkParties: (Action.LINK_PARTIES,),
    party_commands.UnlinkParties: (Action.LINK_PARTIES,),
    erasure_commands.EraseParty: (Action.ERASE_PERSON,),
    contact_commands.RequestMessage: (Action.RUN_REGISTRY,),
    contact_commands.RecordHandOver: (Action.RUN_REGISTRY,),
    contact_commands.RecordMessageFailure: (Action.RUN_REGISTRY,),
}
"""By which permissions a command may come at all; one of them is enough to be looked at further."""


def permit_command(command: object, principal: Principal) -> None:
    """Permit a command by the role alone, before anything is read; raises `NotPermitted`."""
    refused: NotPermitted | None = None
    for action in _ACTIONS[type(command)]:
        try:
            permit(principal, action)
        except NotPermitted as fault:
            refused = refused or fault
        else:
            return
    raise refused or NotPermitted("role-not-permitted")
