"""Which role may do what: one table of actions by roles, and how near the actor must be to the order.

tests/golden/access.txt prints it in full. A check, a read or a write that is not in the table is
refused. Scope says more than the role: whose order, in whose jurisdiction.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from registry.access.actors import Principal, Role
from registry.errors import NotPermitted
from registry.values.jurisdiction import Jurisdiction


class Action(StrEnum):
    """What can be asked of the registry."""

    ENTER_ORDER = "ENTER_ORDER"
    PREVIEW_ORDER = "PREVIEW_ORDER"
    CHANGE_ORDER = "CHANGE_ORDER"
    CORRECT_ORDER = "CORRECT_ORDER"
    SUPPLY_DOCUMENT = "SUPPLY_DOCUMENT"
    READ_DOCUMENT = "READ_DOCUMENT"
    CERTIFY_ORDER = "CERTIFY_ORDER"
    ISSUE_CARD = "ISSUE_CARD"
    DECLARE_ORDER = "DECLARE_ORDER"
    REGISTER_ORDER = "REGISTER_ORDER"
    ADJUST_ORDER = "ADJUST_ORDER"
    RECORD_SERVICE = "RECORD_SERVICE"
    ASK_RECOGNITION = "ASK_RECOGNITION"
    APPLY_FOR_REFUSAL = "APPLY_FOR_REFUSAL"
    DECIDE_RECOGNITION = "DECIDE_RECOGNITION"
    LINK_PARTIES = "LINK_PARTIES"
    ERASE_PERSON = "ERASE_PERSON"
    READ_ERASURE = "READ_ERASURE"
    ASK_DISCLOSURE = "ASK_DISCLOSURE"
    ACKNOWLEDGE_NOTICE = "ACKNOWLEDGE_NOTICE"
    RECORD_EVIDENCE = "RECORD_EVIDENCE"
    READ_NOTICE = "READ_NOTICE"
    DISCHARGE_DUTY = "DISCHARGE_DUTY"
    REPORT_VIOLATION = "REPORT_VIOLATION"
    ACKNOWLEDGE_ALERT = "ACKNOWLEDGE_ALERT"
    RESOLVE_VIOLATION = "RESOLVE_VIOLATION"
    CHECK = "CHECK"
    ASK_HIT_CONFIRMATION = "ASK_HIT_CONFIRMATION"
    ANSWER_HIT_CONFIRMATION = "ANSWER_HIT_CONFIRMATION"
    READ_HIT_CONFIRMATION = "READ_HIT_CONFIRMATION"
    READ_ORDER = "READ_ORDER"
    READ_INBOX = "READ_INBOX"
    READ_ALERTS = "READ_ALERTS"
    READ_DEADLINES = "READ_DEADLINES"
    READ_LOG = "READ_LOG"
    READ_LOOKS = "READ_LOOKS"
    DELAY_LOOKS = "DELAY_LOOKS"
    SUPERVISE_LOOKS = "SUPERVISE_LOOKS"
    RECORD_REPRESENTATION = "RECORD_REPRESENTATION"
    READ_REPRESENTATIONS = "READ_REPRESENTATIONS"
    READ_REPRESENTED_LOOKS = "READ_REPRESENTED_LOOKS"
    BREAK_GLASS = "BREAK_GLASS"
    ACKNOWLEDGE_GLASS = "ACKNOWLEDGE_GLASS"
    REVIEW_GLASS = "REVIEW_GLASS"
    IMPORT_FEED = "IMPORT_FEED"
    READ_INSTITUTIONS = "READ_INSTITUTIONS"
    READ_INSTITUTION_CHANGES = "READ_INSTITUTION_CHANGES"
    GOVERN_INSTITUTIONS = "GOVERN_INSTITUTIONS"
    KEEP_OWN_KEYS = "KEEP_OWN_KEYS"
    ANSWER_FOR_OWN_FACTS = "ANSWER_FOR_OWN_FACTS"
    PROPOSE_KEY_WITHDRAWAL = "PROPOSE_KEY_WITHDRAWAL"
    CONFIRM_KEY_WITHDRAWAL = "CONFIRM_KEY_WITHDRAWAL"
    RUN_REGISTRY = "RUN_REGISTRY"
    RELEASE_LOCK = "RELEASE_LOCK"
    MANAGE_ACCOUNTS = "MANAGE_ACCOUNTS"


class Scope(StrEnum):
    """How near the actor must be."""

    OWN_JURISDICTION = "OWN_JURISDICTION"
    """The act is done in a jurisdiction of the actor's own."""
    ISSUING_JURISDICTION = "ISSUING_JURISDICTION"
    """The order was made in a jurisdiction of the actor's own."""
    ADDRESSEE = "ADDRESSEE"
    """The notice, alert or procedure names the actor; the decider holds it."""
    INVOLVED = "INVOLVED"
    """The order was made in the actor's jurisdiction, or sent to the actor."""
    ANY = "ANY"


@dataclass(frozen=True, kw_only=True, slots=True)
class Permission:
    """Who may do it, and how near they must be."""

    roles: frozenset[Role]
    scope: Scope


def _may(scope: Scope, *roles: Role) -> Permission:
    return Permission(roles=frozenset(roles), scope=scope)


_DESKS: Final = (Role.COURT, Role.EXECUTING_AUTHORITY)
_INVESTIGATING: Final = (Role.POLICE, Role.PROSECUTOR)
_ALERTED: Final = (*_DESKS, Role.SERVING_AUTHORITY, *_INVESTIGATING, Role.OPERATOR, Role.SUPERVISOR)
_SIGNING_IN: Final = tuple(role for role in Role if role is not Role.REGISTRY)

TABLE: Final[dict[Action, Permission]] = {
    Action.ENTER_ORDER: _may(Scope.OWN_JURISDICTION, *_DESKS),
    Action.PREVIEW_ORDER: _may(Scope.OWN_JURISDICTION, *_DESKS),
    Action.CHANGE_ORDER: _may(Scope.OWN_JURISDICTION, *_DESKS),
    Action.CORRECT_ORDER: _may(Scope.ISSUING_JURISDICTION, *_DESKS),
    Action.SUPPLY_DOCUMENT: _may(Scope.ISSUING_JURISDICTION, *_DESKS),
    Action.READ_DOCUMENT: _may(Scope.ISSUING_JURISDICTION, *_DESKS),
    Action.CERTIFY_ORDER: _may(Scope.ISSUING_JURISDICTION, Role.COURT),
    Action.ISSUE_CARD: _may(Scope.ISSUING_JURISDICTION, *_DESKS),
    Action.DECLARE_ORDER: _may(Scope.OWN_JURISDICTION, Role.COURT),
    Action.REGISTER_ORDER: _may(Scope.OWN_JURISDICTION, *_DESKS),
    Action.ADJUST_ORDER: _may(Scope.OWN_JURISDICTION, *_DESKS),
    Action.RECORD_SERVICE: _may(Scope.ANY, *_DESKS, Role.SERVING_AUTHORITY, Role.POLICE),
    Action.ASK_RECOGNITION: _may(Scope.ISSUING_JURISDICTION, Role.COURT),
    Action.APPLY_FOR_REFUSAL: _may(Scope.OWN_JURISDICTION, *_DESKS),
    Action.DECIDE_RECOGNITION: _may(Scope.ADDRESSEE, *_DESKS),
    Action.LINK_PARTIES: _may(Scope.ISSUING_JURISDICTION, *_DESKS),
    Action.ERASE_PERSON: _may(Scope.ISSUING_JURISDICTION, *_DESKS),
    Action.READ_ERASURE: _may(Scope.INVOLVED, *_DESKS, Role.SERVING_AUTHORITY, *_INVESTIGATING),
    Action.ASK_DISCLOSURE: _may(Scope.OWN_JURISDICTION, *_DESKS, Role.SERVING_AUTHORITY, Role.POLICE),
    Action.ACKNOWLEDGE_NOTICE: _may(Scope.ADDRESSEE, *_DESKS, *_INVESTIGATING),
    Action.RECORD_EVIDENCE: _may(Scope.OWN_JURISDICTION, Role.OPERATOR),
    Action.READ_NOTICE: _may(Scope.INVOLVED, *_DESKS, *_INVESTIGATING, Role.OPERATOR),
    Action.DISCHARGE_DUTY: _may(Scope.ADDRESSEE, *_DESKS),
    Action.REPORT_VIOLATION: _may(Scope.OWN_JURISDICTION, *_DESKS, Role.POLICE),
    Action.ACKNOWLEDGE_ALERT: _may(Scope.ADDRESSEE, *_DESKS, *_INVESTIGATING, Role.OPERATOR),
    Action.RESOLVE_VIOLATION: _may(Scope.OWN_JURISDICTION, *_DESKS, Role.POLICE),
    Action.CHECK: _may(Scope.OWN_JURISDICTION, *_INVESTIGATING, *_DESKS),
    Action.ASK_HIT_CONFIRMATION: _may(Scope.OWN_JURISDICTION, Role.POLICE, *_DESKS),
    Action.ANSWER_HIT_CONFIRMATION: _may(Scope.ADDRESSEE, *_DESKS, Role.POLICE, Role.OPERATOR),
    Action.READ_HIT_CONFIRMATION: _may(Scope.ADDRESSEE, *_DESKS, Role.POLICE, Role.OPERATOR),
    Action.READ_ORDER: _may(Scope.INVOLVED, *_DESKS, Role.SERVING_AUTHORITY),
    Action.READ_INBOX: _may(Scope.ADDRESSEE, *_DESKS, *_INVESTIGATING),
    Action.READ_ALERTS: _may(Scope.ADDRESSEE, *_ALERTED),
    Action.READ_DEADLINES: _may(Scope.ADDRESSEE, *_DESKS, Role.SERVING_AUTHORITY, *_INVESTIGATING, Role.SUPERVISOR),
    Action.READ_LOG: _may(Scope.ANY, *_DESKS, Role.SERVING_AUTHORITY, *_INVESTIGATING, Role.OPERATOR),
    Action.READ_LOOKS: _may(Scope.ISSUING_JURISDICTION, Role.COURT),
    Action.DELAY_LOOKS: _may(Scope.OWN_JURISDICTION, *_INVESTIGATING),
    Action.SUPERVISE_LOOKS: _may(Scope.OWN_JURISDICTION, Role.SUPERVISOR),
    Action.RECORD_REPRESENTATION: _may(Scope.ISSUING_JURISDICTION, Role.COURT),
    Action.READ_REPRESENTATIONS: _may(Scope.ISSUING_JURISDICTION, Role.COURT),
    # By a representation that names the organisation, and for as long as that stands.
    Action.READ_REPRESENTED_LOOKS: _may(Scope.ADDRESSEE, Role.ADVOCATE),
    Action.BREAK_GLASS: _may(Scope.OWN_JURISDICTION, *_DESKS, Role.SERVING_AUTHORITY, Role.POLICE),
    Action.ACKNOWLEDGE_GLASS: _may(Scope.ADDRESSEE, *_ALERTED),
    Action.REVIEW_GLASS: _may(Scope.OWN_JURISDICTION, Role.SUPERVISOR),
    Action.IMPORT_FEED: _may(Scope.OWN_JURISDICTION, Role.OPERATOR, Role.COURT),
    Action.READ_INSTITUTIONS: _may(Scope.ANY, *_SIGNING_IN),
    # What waits for a second person is seen by everybody who could be that person, or will have to live with it.
    Action.READ_INSTITUTION_CHANGES: _may(Scope.ANY, Role.OPERATOR, Role.SUPERVISOR),
    Action.GOVERN_INSTITUTIONS: _may(Scope.OWN_JURISDICTION, Role.OPERATOR, Role.SUPERVISOR),
    Action.KEEP_OWN_KEYS: _may(Scope.ANY, *_SIGNING_IN),
    Action.ANSWER_FOR_OWN_FACTS: _may(Scope.ANY, *_SIGNING_IN),
    Action.PROPOSE_KEY_WITHDRAWAL: _may(Scope.OWN_JURISDICTION, *_DESKS, Role.OPERATOR),
    Action.CONFIRM_KEY_WITHDRAWAL: _may(Scope.OWN_JURISDICTION, *_DESKS),
    Action.RUN_REGISTRY: _may(Scope.ANY, Role.REGISTRY),
    Action.RELEASE_LOCK: _may(Scope.ANY, Role.OPERATOR),
    # Of the own institution alone, which the decider holds.
    Action.MANAGE_ACCOUNTS: _may(Scope.ANY, *(role for role in Role if role is not Role.REGISTRY)),
}


def permit(principal: Principal, action: Action) -> Permission:
    """Give the permission by which the principal may do this; raises `NotPermitted` if there is none."""
    permission = TABLE.get(action)
    if permission is None or not permission.roles & principal.roles:
        raise NotPermitted("role-not-permitted")
    return permission


def permit_in(principal: Principal, action: Action, jurisdiction: Jurisdiction) -> None:
    """Permit an act in a jurisdiction, or on an order of it; raises `NotPermitted`."""
    permission = permit(principal, action)
    near = permission.scope in {Scope.OWN_JURISDICTION, Scope.ISSUING_JURISDICTION}
    if near and not principal.acts_in(jurisdiction):
        raise NotPermitted("outside-own-jurisdiction")
