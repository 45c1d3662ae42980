"""How each command is carried out in the writer: which streams it reads, what it is permitted, who decides.

One function a noun; each loads states from the running transaction, asks for the permission that
depends on them, and hands plain values to the pure decider. `PLANS` lists every command once.
"""

from typing import Any, Final

from registry.access.actors import Principal, Role
from registry.access.permissions import Action, permit, permit_in
from registry.card_plans import CARD_PLANS, CardPlan
from registry.commands import document as document_commands
from registry.commands import issuance as issuance_commands
from registry.commands import notice as notice_commands
from registry.commands import party as party_commands
from registry.commands import recognition as recognition_commands
from registry.commands import service as service_commands
from registry.commands import violation as violation_commands
from registry.decisions import (
    document,
    issuance,
    notice,
    party,
    recognition,
    service,
    violation,
)
from registry.errors import Conflict, NotFound, NotPermitted
from registry.followup_plans import FOLLOWUP_PLANS
from registry.institution_plans import INSTITUTION_PLANS
from registry.law.corrections import whose
from registry.law.standing import Standing
from registry.ledger.port import Unit
from registry.states import (
    NOTICE,
    PARTIES,
    PROCEDURE,
    VIOLATION,
    Outcome,
    Plan,
    kin_of,
    order_state,
    outcome,
    procedures_of,
    speaks_for_itself,
)
from registry.values.identifiers import StreamId


def _enter(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
    action = Action.IMPORT_FEED if Role.OPERATOR in principal.roles else Action.ENTER_ORDER
    permit_in(principal, action, command.details.court.jurisdiction)
    version, order = order_state(unit, command.order_ref)
    if version and order is None:
        raise Conflict("reference-in-use")
    return outcome(command.order_ref, version, issuance.decide(command, order, now=unit.now))


def _change(action: Action, *by: str) -> Plan:
    """Plan a command of issuance; `by` names the field that says in which jurisdiction it is done."""

    def plan(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
        version, order = order_state(unit, command.order_ref)
        for field in by:
            permit_in(principal, action, getattr(command, field))
        if not by and order is not None:
            permit_in(principal, action, whose(order, command))
        permit(principal, action)
        return outcome(command.order_ref, version, issuance.decide(command, order, now=unit.now))

    return plan


def _document(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
    action = Action.IMPORT_FEED if Role.OPERATOR in principal.roles else Action.SUPPLY_DOCUMENT
    version, order = order_state(unit, command.order_ref)
    if order is not None:
        permit_in(principal, action, order.details.court.jurisdiction)
    return outcome(command.order_ref, version, document.decide(command, order))


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
    return outcome(command.order_ref, version, service.decide(command, order, now=unit.now))


def _notice(action: Action) -> Plan:
    def plan(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
        permit(principal, action)
        speaks_for_itself(command, principal, "no-such-notice")
        loaded = unit.state(StreamId(command.notice_ref), NOTICE)
        return outcome(command.notice_ref, loaded[0], notice.decide(command, loaded[1], now=unit.now))

    return plan


def _evidence(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
    """Take it from whoever runs a transport at either end; to all others there is no such notice."""
    permit(principal, Action.RECORD_EVIDENCE)
    loaded = unit.state(StreamId(command.notice_ref), NOTICE)
    version, state = loaded
    _, order = order_state(unit, state.order_ref) if state else (0, None)
    ends = (state.jurisdiction, order.details.court.jurisdiction) if state and order else ()
    if not any(principal.acts_in(end) for end in ends):
        raise NotFound("no-such-notice")
    return outcome(command.notice_ref, version, notice.decide(command, state, now=unit.now))


def _ask(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
    _, order = order_state(unit, command.order_ref)
    if order is not None:
        permit_in(principal, Action.ASK_RECOGNITION, order.details.court.jurisdiction)
    permit(principal, Action.ASK_RECOGNITION)
    return _opened(command, unit, order)


def _apply(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
    """The respondent applies in the State addressed, so its own court enters it (606/2013 Art 13(1))."""
    permit_in(principal, Action.APPLY_FOR_REFUSAL, command.jurisdiction)
    return _opened(command, unit, order_state(unit, command.order_ref)[1])


def _opened(command: Any, unit: Unit, order: Standing | None) -> Outcome:  # noqa: ANN401  # typed by PLANS
    loaded = unit.state(StreamId(command.recognition_ref), PROCEDURE)
    version, procedure = loaded
    events = recognition.decide(
        command,
        procedure,
        now=unit.now,
        order=order,
        others=procedures_of(unit, command.order_ref, command.jurisdiction),
    )
    return outcome(command.recognition_ref, version, events)


def _recognition(action: Action) -> Plan:
    def plan(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
        permit(principal, action)
        speaks_for_itself(command, principal, "no-such-recognition")
        loaded = unit.state(StreamId(command.recognition_ref), PROCEDURE)
        version, procedure = loaded
        order = order_state(unit, procedure.order_ref)[1] if procedure else None
        adopted_ref = getattr(command, "adopted", None)
        adopted = order_state(unit, adopted_ref)[1] if adopted_ref else None
        events = recognition.decide(command, procedure, now=unit.now, order=order, adopted=adopted)
        return outcome(command.recognition_ref, version, events)

    return plan


def _report(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
    permit_in(principal, Action.REPORT_VIOLATION, command.jurisdiction)
    loaded = unit.state(StreamId(command.violation_ref), VIOLATION)
    version, state = loaded
    _, order = order_state(unit, command.order_ref)
    events = violation.decide(command, state, now=unit.now, order=order)
    return outcome(command.violation_ref, version, events)


def _violation(action: Action) -> Plan:
    def plan(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
        permit(principal, action)
        speaks_for_itself(command, principal, "no-such-alert")
        loaded = unit.state(StreamId(command.violation_ref), VIOLATION)
        version, state = loaded
        if action is Action.RESOLVE_VIOLATION and state is not None:
            alerted = {alert.recipient for alert in state.alerts.values()}
            if principal.institution not in alerted:
                raise NotFound("no-such-violation")
        return outcome(command.violation_ref, version, violation.decide(command, state, now=unit.now))

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
    kin = kin_of(unit, refs) if isinstance(command, party_commands.LinkParties) else ()
    return outcome(command.link_ref, version, party.decide(command, link, one=one, other=other, kin=kin))


def _card(plan: CardPlan) -> Plan:
    def planned(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
        return outcome(*plan(command, unit, principal, lambda order_ref: order_state(unit, order_ref)))

    return planned


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
    document_commands.SupplyDocument: _document,
    issuance_commands.AdjustOrder: _change(Action.ADJUST_ORDER, "adjusted_in"),
    service_commands.RecordAttempt: _service,
    service_commands.RecordService: _service,
    notice_commands.IssueNotice: _notice(Action.RUN_REGISTRY),
    notice_commands.AcknowledgeNotice: _notice(Action.ACKNOWLEDGE_NOTICE),
    notice_commands.RejectNotice: _notice(Action.ACKNOWLEDGE_NOTICE),
    notice_commands.RecordEvidence: _evidence,
    notice_commands.ReceiveContainer: _evidence,
    notice_commands.NoteTransportTimeout: _notice(Action.RUN_REGISTRY),
    recognition_commands.AskRecognition: _ask,
    recognition_commands.ApplyForRefusal: _apply,
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
    **{command: _card(plan) for command, plan in CARD_PLANS.items()},
    **FOLLOWUP_PLANS,
    **INSTITUTION_PLANS,
}
"""Every command, once. A command without a plan cannot be carried out."""
