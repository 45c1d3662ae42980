"""How commands of what follows from orders are carried out: messages, duties, hits, disclosures, the trust list."""

from typing import Any, Final

from registry.access.actors import Principal
from registry.access.permissions import Action, permit, permit_in
from registry.audit_keys import audit_key
from registry.beyond_doubt import beyond_doubt
from registry.commands import account as account_commands
from registry.commands import contact as contact_commands
from registry.commands import disclosure as disclosure_commands
from registry.commands import duty as duty_commands
from registry.commands import erasure as erasure_commands
from registry.commands import hit as hit_commands
from registry.commands import keylist as keylist_commands
from registry.commands import look as look_commands
from registry.commands import officer as officer_commands
from registry.decisions import account, contact, disclosure, duty, erasure, hit, keylist, look, officer, withdrawal
from registry.erasing import erasure_case, former_keys, sealed_documents, set_right, subject_keys
from registry.errors import Conflict, NotFound, NotPermitted
from registry.glass_plans import GLASS_PLANS
from registry.law.standing import Standing
from registry.ledger.port import Unit
from registry.ledger.rows import Cell
from registry.representation_plans import REPRESENTATION_PLANS
from registry.states import (
    ACCOUNT,
    DISCLOSURE,
    DUTY,
    HIT,
    KEY_LIST,
    LOOK_DELAY,
    MESSAGE,
    OFFICER,
    WITHDRAWAL,
    Outcome,
    Plan,
    order_state,
    outcome,
    speaks_for_itself,
)
from registry.values.identifiers import PartyRef, SealedBlock, StreamId
from registry.values.keylist import key_stream
from registry.values.officer import officer_stream
from registry.values.parties import Party
from registry.views.police import INVOLVED, SHOWN


def _disclosure(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
    permit_in(principal, Action.ASK_DISCLOSURE, command.jurisdiction)
    loaded = unit.state(StreamId(command.disclosure_ref), DISCLOSURE)
    order = order_state(unit, command.order_ref)[1]
    return outcome(command.disclosure_ref, loaded[0], disclosure.decide(command, loaded[1], order=order))


def _erase(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
    """Whoever answers for the record erases; all that the legal check rests on is read in this transaction."""
    version, order = order_state(unit, command.order_ref)
    if order is None or not principal.acts_in(order.details.court.jurisdiction):
        # Not there and not yours are one answer.
        raise NotFound("no-such-order")
    permit_in(principal, Action.ERASE_PERSON, order.details.court.jurisdiction)
    documents, former = sealed_documents(unit, order), former_keys(unit, order)
    if isinstance(command, erasure_commands.EraseFormer):
        sure = beyond_doubt(unit, command.ledger_id)
        if sure and _named(order, command.party) != _named(order_state(sure, command.order_ref)[1], command.party):
            # What somebody with a stolen key has "set right" may have been right before.
            raise Conflict("facts-in-doubt")
        right = set_right(unit, command.order_ref, command.party)
        events = erasure.decide_former(
            command, order, documents=documents, former=former, set_right=right, now=unit.now
        )
        return outcome(command.order_ref, version, events)
    case, keys = erasure_case(unit, order, command.ledger_id), subject_keys(unit, order)
    events = erasure.decide(command, case, keys=keys, documents=documents, now=unit.now, former=former)
    return outcome(command.order_ref, version, events)


def _named(order: Standing | None, party: PartyRef) -> Party[SealedBlock] | None:
    return next((each for each in order.details.parties if each.party_ref == party), None) if order else None


def _erase_queries(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
    """What was asked is the registry's to destroy, by the law of whoever asked."""
    permit(principal, Action.RUN_REGISTRY)
    held = audit_key(unit, command.institution, command.month, command.subject)
    version = len(unit.facts(StreamId(command.subject)))
    events = erasure.decide_queries(command, jurisdiction=held.jurisdiction, key=held.key_id, now=unit.now)
    return outcome(command.subject, version, events)


def _contact(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
    permit(principal, Action.RUN_REGISTRY)
    loaded = unit.state(StreamId(command.message_ref), MESSAGE)
    return outcome(command.message_ref, loaded[0], contact.decide(command, loaded[1]))


def _duty(action: Action) -> Plan:
    def plan(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
        permit(principal, action)
        speaks_for_itself(command, principal, "no-such-duty")
        loaded = unit.state(StreamId(command.duty_ref), DUTY)
        return outcome(command.duty_ref, loaded[0], duty.decide(command, loaded[1], now=unit.now))

    return plan


def _hit(action: Action) -> Plan:
    def plan(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
        if isinstance(command, hit_commands.AskHitConfirmation):
            permit_in(principal, action, command.jurisdiction)
        permit(principal, action)
        speaks_for_itself(command, principal, "no-such-hit")
        loaded = unit.state(StreamId(command.hit_ref), HIT)
        version, state = loaded
        order_ref = getattr(command, "order_ref", None)
        order = order_state(unit, order_ref)[1] if order_ref else None
        return outcome(command.hit_ref, version, hit.decide(command, state, now=unit.now, order=order))

    return plan


def _was_shown(unit: Unit, command: Any) -> bool:  # noqa: ANN401  # typed by PLANS
    """Say whether the institution was sent the order or answered on it: then it has looks to delay."""
    where: dict[str, Cell] = {"order_ref": command.order_ref.bytes, "institution": command.by}
    return any(unit.rows(table, where) for table in (INVOLVED, SHOWN))


def _look(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
    """An institution delays its own looks, in its own jurisdiction, at an order that is there."""
    permit(principal, Action.DELAY_LOOKS)
    speaks_for_itself(command, principal, "no-such-delay")
    stream = look_commands.delay_stream(command.order_ref, command.by)
    loaded = unit.state(stream, LOOK_DELAY)
    order = order_state(unit, command.order_ref)[1]
    if order is None or not (principal.acts_in(order.details.court.jurisdiction) or _was_shown(unit, command)):
        # Not there and not yours are one answer: nobody learns of an order by delaying it.
        raise NotFound("no-such-order")
    return outcome(stream, loaded[0], look.decide(command, loaded[1], now=unit.now))


def _key_list(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
    permit(principal, Action.RUN_REGISTRY)
    loaded = unit.state(command.stream, KEY_LIST)
    return outcome(command.stream, loaded[0], keylist.decide(command, loaded[1]))


def _account(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
    """An institution's own key manages its people's accounts; a person's session never manages anybody's."""
    permit(principal, Action.MANAGE_ACCOUNTS)
    if principal.by_session:
        raise NotPermitted("account-managed-by-key")
    if not {*getattr(command, "roles", ())} <= principal.roles:
        raise NotPermitted("role-not-permitted")
    loaded = unit.state(StreamId(command.account_ref), ACCOUNT)
    events = account.decide(command, loaded[1], by=principal.institution, now=unit.now)
    return outcome(command.account_ref, loaded[0], events)


def _officer(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
    """An institution's own key says who its officers are; nobody says it of themselves."""
    permit(principal, Action.MANAGE_ACCOUNTS)
    speaks_for_itself(command, principal, "no-such-officer")
    if principal.by_session:
        raise NotPermitted("account-managed-by-key")
    stream = officer_stream(command.by, command.officer)
    loaded = unit.state(stream, OFFICER)
    return outcome(stream, loaded[0], officer.decide(command, loaded[1]))


def _propose_withdrawal(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
    permit_in(principal, Action.PROPOSE_KEY_WITHDRAWAL, command.jurisdiction)
    stream = key_stream(command.use, command.jurisdiction, command.kid)
    loaded = unit.state(stream, WITHDRAWAL)
    return outcome(stream, loaded[0], withdrawal.decide(command, loaded[1], now=unit.now))


def _confirm_withdrawal(command: Any, unit: Unit, principal: Principal) -> Outcome:  # noqa: ANN401  # typed by PLANS
    """To all but the key's own jurisdiction there is no such withdrawal."""
    permit(principal, Action.CONFIRM_KEY_WITHDRAWAL)
    loaded = unit.state(command.stream, WITHDRAWAL)
    version, state = loaded
    said = state.said if state else None
    if said is None or not principal.acts_in(said.jurisdiction):
        raise NotFound("no-such-key-withdrawal")
    return outcome(command.stream, version, withdrawal.decide(command, state, now=unit.now))


FOLLOWUP_PLANS: Final[dict[type, Plan]] = {
    **GLASS_PLANS,
    **REPRESENTATION_PLANS,
    duty_commands.OpenDuty: _duty(Action.RUN_REGISTRY),
    duty_commands.NoteOverdue: _duty(Action.RUN_REGISTRY),
    duty_commands.DischargeDuty: _duty(Action.DISCHARGE_DUTY),
    duty_commands.LapseDuty: _duty(Action.RUN_REGISTRY),
    duty_commands.ReviveDuty: _duty(Action.RUN_REGISTRY),
    hit_commands.AskHitConfirmation: _hit(Action.ASK_HIT_CONFIRMATION),
    hit_commands.AskHitConfirmationAgain: _hit(Action.RUN_REGISTRY),
    hit_commands.AnswerHitConfirmation: _hit(Action.ANSWER_HIT_CONFIRMATION),
    disclosure_commands.AskDisclosure: _disclosure,
    look_commands.DelayLooks: _look,
    look_commands.LiftLookDelay: _look,
    erasure_commands.EraseParty: _erase,
    erasure_commands.EraseFormer: _erase,
    erasure_commands.EraseQueries: _erase_queries,
    contact_commands.RequestMessage: _contact,
    contact_commands.RecordHandOver: _contact,
    contact_commands.RecordMessageFailure: _contact,
    keylist_commands.RecordKeyList: _key_list,
    keylist_commands.ProposeKeyWithdrawal: _propose_withdrawal,
    keylist_commands.ConfirmKeyWithdrawal: _confirm_withdrawal,
    officer_commands.EnrolOfficer: _officer,
    officer_commands.EndOfficer: _officer,
    account_commands.InviteAccount: _account,
    account_commands.LockAccount: _account,
    account_commands.UnlockAccount: _account,
    account_commands.EndAccount: _account,
}
