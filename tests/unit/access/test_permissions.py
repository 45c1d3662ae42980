"""All actions by all roles, near and far; who is enrolled where."""

from itertools import combinations

import pytest

from registry.access.actors import Directory, Institution, Principal, Role
from registry.access.permissions import TABLE, Action, Scope, permit, permit_in
from registry.errors import NotPermitted
from registry.values.identifiers import InstitutionId, KeyId
from registry.values.jurisdiction import Jurisdiction

NEAR = {Scope.OWN_JURISDICTION, Scope.ISSUING_JURISDICTION}
DESKS = {Role.COURT, Role.EXECUTING_AUTHORITY}
INVESTIGATING = {Role.POLICE, Role.PROSECUTOR}
WHO = {
    Action.ENTER_ORDER: DESKS,
    Action.CHANGE_ORDER: DESKS,
    Action.CORRECT_ORDER: DESKS,
    Action.READ_INSTITUTIONS: set(Role) - {Role.REGISTRY},
    Action.READ_INSTITUTION_CHANGES: {Role.OPERATOR, Role.SUPERVISOR},
    Action.RELEASE_LOCK: {Role.OPERATOR},
    Action.GOVERN_INSTITUTIONS: {Role.OPERATOR, Role.SUPERVISOR},
    Action.KEEP_OWN_KEYS: set(Role) - {Role.REGISTRY},
    Action.ANSWER_FOR_OWN_FACTS: set(Role) - {Role.REGISTRY},
    Action.PREVIEW_ORDER: DESKS,
    Action.CERTIFY_ORDER: {Role.COURT},
    Action.ISSUE_CARD: DESKS,
    Action.DECLARE_ORDER: {Role.COURT},
    Action.REGISTER_ORDER: DESKS,
    Action.ADJUST_ORDER: DESKS,
    Action.RECORD_SERVICE: {*DESKS, Role.SERVING_AUTHORITY, Role.POLICE},
    Action.ASK_RECOGNITION: {Role.COURT},
    Action.APPLY_FOR_REFUSAL: DESKS,
    Action.DECIDE_RECOGNITION: DESKS,
    Action.LINK_PARTIES: DESKS,
    Action.ERASE_PERSON: DESKS,
    Action.READ_ERASURE: {*DESKS, Role.SERVING_AUTHORITY, *INVESTIGATING},
    Action.ASK_DISCLOSURE: {*DESKS, Role.SERVING_AUTHORITY, Role.POLICE},
    Action.ACKNOWLEDGE_NOTICE: {*DESKS, *INVESTIGATING},
    Action.SUPPLY_DOCUMENT: DESKS,
    Action.READ_DOCUMENT: DESKS,
    Action.RECORD_EVIDENCE: {Role.OPERATOR},
    Action.READ_NOTICE: {*DESKS, *INVESTIGATING, Role.OPERATOR},
    Action.DISCHARGE_DUTY: DESKS,
    Action.REPORT_VIOLATION: {*DESKS, Role.POLICE},
    Action.ACKNOWLEDGE_ALERT: {*DESKS, *INVESTIGATING, Role.OPERATOR},
    Action.RESOLVE_VIOLATION: {*DESKS, Role.POLICE},
    Action.CHECK: {*DESKS, *INVESTIGATING},
    Action.ASK_HIT_CONFIRMATION: {*DESKS, Role.POLICE},
    Action.ANSWER_HIT_CONFIRMATION: {*DESKS, Role.POLICE, Role.OPERATOR},
    Action.READ_HIT_CONFIRMATION: {*DESKS, Role.POLICE, Role.OPERATOR},
    Action.READ_ORDER: {*DESKS, Role.SERVING_AUTHORITY},
    Action.READ_INBOX: {*DESKS, *INVESTIGATING},
    Action.READ_ALERTS: {*DESKS, Role.SERVING_AUTHORITY, *INVESTIGATING, Role.OPERATOR, Role.SUPERVISOR},
    Action.READ_DEADLINES: {*DESKS, Role.SERVING_AUTHORITY, *INVESTIGATING, Role.SUPERVISOR},
    Action.READ_LOG: {*DESKS, Role.SERVING_AUTHORITY, *INVESTIGATING, Role.OPERATOR},
    Action.RELEASE_LOCK: {Role.OPERATOR},
    Action.READ_INSTITUTION_CHANGES: {Role.OPERATOR, Role.SUPERVISOR},
    Action.READ_LOOKS: {Role.COURT},
    Action.DELAY_LOOKS: INVESTIGATING,
    Action.SUPERVISE_LOOKS: {Role.SUPERVISOR},
    Action.RECORD_REPRESENTATION: {Role.COURT},
    Action.READ_REPRESENTATIONS: {Role.COURT},
    Action.READ_REPRESENTED_LOOKS: {Role.ADVOCATE},
    Action.BREAK_GLASS: {*DESKS, Role.SERVING_AUTHORITY, Role.POLICE},
    Action.ACKNOWLEDGE_GLASS: {*DESKS, Role.SERVING_AUTHORITY, *INVESTIGATING, Role.OPERATOR, Role.SUPERVISOR},
    Action.REVIEW_GLASS: {Role.SUPERVISOR},
    Action.IMPORT_FEED: {Role.OPERATOR, Role.COURT},
    Action.PROPOSE_KEY_WITHDRAWAL: DESKS | {Role.OPERATOR},
    Action.CONFIRM_KEY_WITHDRAWAL: DESKS,
    Action.RUN_REGISTRY: {Role.REGISTRY},
    Action.MANAGE_ACCOUNTS: {*Role} - {Role.REGISTRY},
}
"""Written a second time on purpose: a role that gains a right is a change to be seen twice."""


def principal(*roles, within=("FR",)):
    return Principal(
        institution=InstitutionId("an-office"),
        key_id=KeyId("k1"),
        roles=frozenset(roles),
        jurisdictions=tuple(Jurisdiction(code) for code in within),
    )


def test_every_action_is_in_the_table_once():
    assert set(TABLE) == set(Action) == set(WHO)


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("place", ["FR", "FR-59", "DE", "F", "FRX"])
def test_a_role_may_what_the_table_says_and_no_more(action, role, place):
    allowed = role in WHO[action]
    near = TABLE[action].scope not in NEAR or place in {"FR", "FR-59"}
    actor = principal(role)
    if allowed:
        assert permit(actor, action) is TABLE[action]
    else:
        with pytest.raises(NotPermitted, match="role-not-permitted"):
            permit(actor, action)
    if allowed and near:
        permit_in(actor, action, Jurisdiction(place))
    else:
        with pytest.raises(NotPermitted, match="outside-own-jurisdiction" if allowed else "role-not-permitted"):
            permit_in(actor, action, Jurisdiction(place))


@pytest.mark.parametrize("action", list(Action))
def test_two_roles_may_what_either_may(action):
    for pair in combinations(Role, 2):
        actor = principal(*pair)
        if set(pair) & WHO[action]:
            permit(actor, action)
        else:
            with pytest.raises(NotPermitted):
                permit(actor, action)


@pytest.mark.parametrize("action", list(Action))
def test_nobody_in_particular_may_nothing(action):
    with pytest.raises(NotPermitted, match="role-not-permitted"):
        permit(principal(), action)


@pytest.mark.parametrize("action", [a for a in Action if TABLE[a].scope in NEAR])
def test_who_belongs_nowhere_acts_nowhere(action):
    with pytest.raises(NotPermitted, match="outside-own-jurisdiction"):
        permit_in(principal(*Role, within=()), action, Jurisdiction("FR"))


def test_an_action_that_is_not_in_the_table_is_refused(monkeypatch):
    monkeypatch.delitem(TABLE, Action.CHECK)
    with pytest.raises(NotPermitted, match="role-not-permitted"):
        permit(principal(*Role), Action.CHECK)


def test_a_federation_acts_in_its_states_and_not_the_other_way():
    assert principal(within=("US",)).acts_in(Jurisdiction("US-CA"))
    assert not principal(within=("US-CA",)).acts_in(Jurisdiction("US"))
    assert not principal(within=("CA",)).acts_in(Jurisdiction("US-CA"))
    assert principal(within=("DE", "FR")).acts_in(Jurisdiction("FR"))


def institution(word, *roles, within=("FR",)):
    return Institution(
        institution=InstitutionId(word), name=word, roles=frozenset(roles), jurisdictions=within, contact="+33 3"
    )


def test_the_directory_finds_institutions_by_name_and_by_role():
    lille = institution("fr-tj-lille", Role.COURT)
    police = institution("fr-pn-lille", Role.POLICE)
    county = institution("us-police", Role.POLICE, within=("US",))
    directory = Directory(institutions=(police, lille, county))
    assert directory.find(InstitutionId("fr-tj-lille")) is lille
    assert directory.find(InstitutionId("nobody")) is None
    assert directory.with_role(Role.POLICE, Jurisdiction("FR-59")) == (police,)
    assert directory.with_role(Role.POLICE, Jurisdiction("US-CA")) == (county,)
    assert directory.with_role(Role.SERVING_AUTHORITY, Jurisdiction("FR")) == ()
