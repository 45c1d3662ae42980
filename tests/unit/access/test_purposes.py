"""Who may see what: the whole table, and what it never grants to anybody."""

from dataclasses import fields
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from registry.access.actors import Principal, Role
from registry.access.fields import CLASS_OF, NOTHING, Field, field_of
from registry.access.granted import GRANTS, Asks, granted, granted_at_once, tabled
from registry.access.grants import Cell
from registry.access.permissions import TABLE, Action
from registry.access.purposes import LINES
from registry.access.relations import EVER, MESSAGE, OF_A_CHECK, Relation, relations
from registry.api.access_pages import INSTITUTIONS, cells, pairs
from registry.api.routes import ROUTES
from registry.ports import ChannelMessage
from registry.values.check import CheckPurpose
from registry.values.disclosure import WHEREABOUTS, Disclosed
from registry.values.identifiers import InstitutionId, KeyId
from registry.values.issuance import PartyRole
from registry.values.jurisdiction import Jurisdiction
from registry.values.look import FieldClass, LookPurpose
from tests.unit.decisions.test_disclosure import an_order, told

CELLS = list(cells(ROUTES))
PAIRS = pairs(ROUTES)
NAMES = {Field.RESPONDENT_IDENTITY, Field.PROTECTED_INITIALS, Field.PROTECTED_IDENTITY}
PERSONAL = NAMES | {Field.RESPONDENT_ADDRESS, Field.PROTECTED_ADDRESS, Field.WORDS}


def seen(role: Role, relation: Relation, action: Action, purpose: CheckPurpose | LookPurpose) -> set[Field]:
    return set(granted(Asks(frozenset({role}), action, purpose), {relation}))


def test_every_line_is_of_an_action_and_a_purpose_that_a_route_has():
    assert {(cell.action, cell.purpose) for cell in GRANTS} == set(PAIRS)
    assert set(GRANTS) <= set(CELLS)


def test_whoever_may_act_is_shown_something_in_some_relation():
    lacking = {
        (action, purpose, role)
        for action, purpose in PAIRS
        for role in TABLE[action].roles
        if not any(seen(role, relation, action, purpose) for relation in INSTITUTIONS)
    }
    assert not lacking


AT_A_PLACE = Cell(Action.BREAK_GLASS, LookPurpose.BREAK_GLASS, Role.POLICE, Relation.EMERGENCY_AT_A_PLACE)


def test_a_protected_persons_address_is_for_police_in_danger_to_life_and_sealed_words_for_nobody():
    assert [cell for cell, fields in GRANTS.items() if Field.PROTECTED_ADDRESS in fields] == [AT_A_PLACE]
    assert not [cell for cell, fields in GRANTS.items() if Field.WORDS in fields]


def test_a_respondents_address_is_for_who_serves_and_in_danger_to_life_and_for_nobody_else():
    found = {(cell.role, cell.relation) for cell, fields in GRANTS.items() if Field.RESPONDENT_ADDRESS in fields}
    assert found == {(Role.SERVING_AUTHORITY, Relation.SERVING), (AT_A_PLACE.role, AT_A_PLACE.relation)}


def test_a_protected_persons_name_is_for_who_adopts_a_measure_for_the_card_and_in_danger_to_life():
    found = {
        (cell.purpose, cell.relation, cell.role)
        for cell, fields in GRANTS.items()
        if Field.PROTECTED_IDENTITY in fields
    }
    desks = (Role.COURT, Role.EXECUTING_AUTHORITY)
    assert found == {
        *product([LookPurpose.CASE_HANDLING], [Relation.EXECUTING], desks),
        *product([LookPurpose.CARD_ISSUE], [Relation.ISSUING], desks),
        *product([LookPurpose.BREAK_GLASS], [Relation.EMERGENCY], (*desks, Role.SERVING_AUTHORITY, Role.POLICE)),
    }


@pytest.mark.parametrize("role", [Role.PLATFORM, Role.ADVOCATE, Role.SUPERVISOR, Role.OPERATOR])
def test_these_see_no_personal_data_for_any_purpose(role):
    assert not [cell for cell, fields in GRANTS.items() if cell.role is role and fields & PERSONAL]


@pytest.mark.parametrize(
    "purpose",
    [
        LookPurpose.REGISTRATION,
        LookPurpose.NOTICE_HANDLING,
        LookPurpose.HIT_CONFIRMATION,
        LookPurpose.BREACH_HANDLING,
        LookPurpose.ERASURE,
        LookPurpose.ACCOUNT_OF_LOOKS,
        LookPurpose.BREAK_GLASS_REVIEW,
    ],
)
def test_these_purposes_name_nobody(purpose):
    assert not [cell for cell, fields in GRANTS.items() if cell.purpose is purpose and fields & PERSONAL]


@pytest.mark.parametrize("purpose", CheckPurpose)
@pytest.mark.parametrize("role", [Role.POLICE, Role.COURT, Role.EXECUTING_AUTHORITY])
def test_a_check_tells_one_from_another_where_somebody_is_met_and_never_says_more(role, purpose):
    fields = seen(role, Relation.QUERYING, Action.CHECK, purpose)
    at_a_desk, at_a_door = {CheckPurpose.COURT_REGISTRATION}, {CheckPurpose.AT_THE_SCENE, CheckPurpose.DISPATCH}
    strange = purpose in (at_a_desk if role is Role.POLICE else at_a_door)
    apart = set() if strange else {Field.RESPONDENT_IDENTITY, Field.PROTECTED_INITIALS}
    assert fields == {Field.ORDER_FACTS, *apart}


@pytest.mark.parametrize("purpose", CheckPurpose)
def test_a_prosecutor_tells_one_from_another_in_an_investigation_alone(purpose):
    apart = {Field.RESPONDENT_IDENTITY, Field.PROTECTED_INITIALS} if purpose is CheckPurpose.INVESTIGATION else set()
    fields = seen(Role.PROSECUTOR, Relation.QUERYING, Action.CHECK, purpose)
    assert fields == {Field.ORDER_FACTS, *apart}


def test_a_prosecutor_reads_breaches_it_was_alerted_of_and_no_order_card_or_hit():
    found = {cell.action for cell in GRANTS if cell.role is Role.PROSECUTOR}
    assert found == {Action.CHECK, Action.READ_ALERTS, Action.READ_NOTICE, Action.READ_ERASURE}


def test_one_who_is_anything_sees_which_order_it_is_of():
    assert all(Field.ORDER_FACTS in fields for fields in GRANTS.values())
    assert set(CLASS_OF) == set(Field)
    assert set(CLASS_OF.values()) == set(FieldClass)


def test_without_an_action_or_a_purpose_nothing_is_granted():
    everybody = frozenset(Role)
    assert granted(Asks(), set(Relation)) == NOTHING
    assert granted(Asks(everybody, Action.READ_ORDER), set(Relation)) == NOTHING
    assert granted(Asks(everybody, None, LookPurpose.CASE_HANDLING), set(Relation)) == NOTHING


def test_a_cell_said_twice_or_of_who_may_not_act_stops_the_start():
    with pytest.raises(ValueError, match="said twice"):
        tabled([*LINES, LINES[0]])


roles = st.frozensets(st.sampled_from(list(Role)), min_size=1, max_size=4)
related = st.frozensets(st.sampled_from(list(Relation)), min_size=1, max_size=4)
purposes = st.sampled_from([*CheckPurpose, *LookPurpose])
asking = st.builds(Asks, roles, st.sampled_from(list(Action)), purposes)


@given(asks=asking, near=related)
def test_nothing_is_granted_that_no_cell_of_a_role_that_may_act_grants(asks: Asks, near: frozenset[Relation]):
    fields = granted(asks, near)
    own = [Cell(asks.action, asks.purpose, role, relation) for role, relation in product(asks.roles, near)]
    assert fields == NOTHING.union(*(GRANTS.get(cell, NOTHING) for cell in own))
    assert not fields or asks.roles & TABLE[asks.action].roles
    assert fields == granted_at_once(asks, near)


@given(asks=asking, near=related, cell=st.sampled_from(CELLS), field=st.sampled_from(list(Field)))
def test_a_cell_that_is_widened_widens_the_answers_that_it_is_of_and_no_other(
    asks: Asks, near: frozenset[Relation], cell: Cell, field: Field
):
    before, wider = granted(asks, near), GRANTS | {cell: GRANTS.get(cell, NOTHING) | {field}}
    of_it = (asks.action, asks.purpose) == (cell.action, cell.purpose) and cell.role in asks.roles
    expected = before | {field} if of_it and cell.relation in near else before
    assert granted(asks, near, wider) == expected


@pytest.mark.no_cover  # the same lines thousands of times
@given(cell=st.sampled_from(CELLS), field=st.sampled_from(list(Field)))
def test_a_cell_that_is_widened_changes_its_own_answer_alone(cell: Cell, field: Field):
    assume(field not in GRANTS.get(cell, NOTHING))
    wider = GRANTS | {cell: GRANTS.get(cell, NOTHING) | {field}}
    changed = [
        each
        for each in CELLS
        if granted(Asks(frozenset({each.role}), each.action, each.purpose), {each.relation}, wider)
        != granted(Asks(frozenset({each.role}), each.action, each.purpose), {each.relation})
    ]
    assert changed == [cell]


def somebody(*held: Role, place: str = "FR") -> Principal:
    return Principal(
        institution=InstitutionId("x"), key_id=KeyId("k"), roles=frozenset(held), jurisdictions=(Jurisdiction(place),)
    )


FR = Jurisdiction("FR")


@pytest.mark.parametrize(
    ("who", "facts", "expected"),
    [
        (somebody(Role.COURT), {}, {Relation.ISSUING}),
        (somebody(Role.COURT), {"to_serve": True}, {Relation.ISSUING}),
        (somebody(Role.COURT, place="DE"), {}, {Relation.QUERYING}),
        (somebody(Role.COURT, place="DE"), {"sent": True}, {Relation.INFORMED}),
        (somebody(Role.COURT, place="DE"), {"sent": True, "deciding": True}, {Relation.EXECUTING}),
        (somebody(Role.POLICE, place="DE"), {"deciding": True}, {Relation.INFORMED}),
        (somebody(Role.COURT), {"deciding": True}, {Relation.ISSUING, Relation.EXECUTING}),
        (somebody(Role.SERVING_AUTHORITY), {}, {Relation.ISSUING}),
        (somebody(Role.SERVING_AUTHORITY), {"to_serve": True}, {Relation.ISSUING, Relation.SERVING}),
        (somebody(Role.SERVING_AUTHORITY, place="DE"), {"to_serve": True}, {Relation.QUERYING}),
        (
            somebody(Role.SERVING_AUTHORITY, place="DE"),
            {"to_serve": True, "sent": True},
            {Relation.INFORMED, Relation.SERVING},
        ),
        (somebody(Role.POLICE, place="GB-EAW"), {}, {Relation.QUERYING}),
    ],
)
def test_a_relation_follows_from_what_is_recorded(who, facts, expected):
    assert relations(who, FR, **facts) == expected
    assert {Relation.QUERYING} == OF_A_CHECK


@pytest.mark.parametrize(
    ("name", "side", "expected"),
    [
        ("details/parties/1/identity", PartyRole.RESPONDENT, Field.RESPONDENT_IDENTITY),
        ("details/parties/1/identity", PartyRole.PROTECTED, Field.PROTECTED_IDENTITY),
        ("details/parties/1/identity", None, Field.PROTECTED_IDENTITY),
        ("details/parties/1/address", PartyRole.RESPONDENT, Field.RESPONDENT_ADDRESS),
        ("details/parties/1/address", PartyRole.PROTECTED, Field.PROTECTED_ADDRESS),
        ("details/parties/1/contact", PartyRole.RESPONDENT, Field.PROTECTED_ADDRESS),
        ("details/number", None, Field.CASE_NUMBER),
        ("details/conditions/1/text", None, Field.WORDS),
        ("document/name", None, Field.WORDS),
        ("reason", PartyRole.RESPONDENT, Field.WORDS),
    ],
)
def test_what_a_block_holds_is_told_by_its_name_and_by_whose_it_is(name, side, expected):
    assert field_of(name, side) is expected


def test_the_respondent_is_never_told_where_the_protected_person_is_nor_the_other_way_round():
    assert Field.PROTECTED_ADDRESS not in EVER[Relation.RESPONDENT]
    assert Field.RESPONDENT_ADDRESS not in EVER[Relation.PROTECTED]
    assert not (EVER[Relation.RESPONDENT] | EVER[Relation.PROTECTED]) & {Field.WORDS, Field.TRANSPORT}


@pytest.mark.parametrize("each", Disclosed)
def test_what_may_be_disclosed_to_a_respondent_is_within_what_may_ever_reach_them(each):
    holds = {Disclosed.IDENTITY: Field.PROTECTED_IDENTITY} | dict.fromkeys(WHEREABOUTS, Field.PROTECTED_ADDRESS)
    allowed = told(an_order(), each).TOPIC == "disclosure.allowed.1"
    assert allowed <= (holds.get(each, Field.ORDER_FACTS) in EVER[Relation.RESPONDENT])


def test_the_card_and_a_message_are_within_what_may_ever_reach_the_protected_person():
    card = [fields for cell, fields in GRANTS.items() if cell.purpose is LookPurpose.CARD_ISSUE]
    assert all(fields <= EVER[Relation.PROTECTED] for fields in card)
    # The card may fall into the respondent's hands.
    assert all(fields <= EVER[Relation.RESPONDENT] for fields in card)
    assert MESSAGE == NOTHING
    assert {field.name for field in fields(ChannelMessage)} == {"message_id", "reference", "language"}
