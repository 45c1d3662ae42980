"""Members of answers: each that can say something of a person is marked with its kind of field."""

from typing import Annotated

import pytest
from pydantic import BaseModel, Field

from registry.access import fields
from registry.api import marks
from registry.api.answer_models import ShownParty
from registry.api.card_routes import CardReceipt
from registry.api.marks import MARKED, PLAIN, held, members, shows
from registry.api.receipt_models import Answered, At, Ref
from registry.api.routes import ROUTES

MODELS = {route.response for route in ROUTES if shows(route) and route.response is not None}


def test_every_text_in_an_answer_that_shows_data_is_marked():
    unmarked = {place for model in MODELS for place, mark in members(model) if mark is None}
    assert not unmarked, f"say in registry/api/marks.py what kind of field these hold: {sorted(unmarked)}"


def test_every_mark_is_of_a_member_that_there_is():
    known = {place for model in MODELS for place, _ in members(model)}
    plain = {f"{model}.{name}" for model, names in PLAIN.items() for name in names.split()}
    assert set(MARKED) <= known
    assert plain <= known


def test_every_other_guarded_answer_has_no_place_for_what_is_marked():
    """Inbox, alerts, deadlines, receipts: references and dates. What shows data says what it is read for."""
    others = {route.response for route in ROUTES if route.action and not shows(route) and route.response is not None}
    assert len(others) > len(MODELS)
    assert not {place for model in others for place, _ in members(model)} & set(MARKED)


class Inner(Answered):
    """A part of an answer that nobody marked."""

    remark: str | None = None


class Outer(Answered):
    """An answer with every kind of member."""

    order_ref: Ref
    at: At | None
    refs: list[Ref]
    number: int
    inner: list[Inner]
    anything: dict[str, object]
    note: Annotated[str, Field(description="A text.")]


def test_a_new_text_without_a_mark_is_found_wherever_it_stands():
    found = dict(members(Outer))
    assert {place for place, mark in found.items() if mark is None} == {"Inner.remark", "Outer.anything", "Outer.note"}
    assert found["Outer.order_ref"] is found["Outer.at"] is found["Outer.refs"] is fields.Field.ORDER_FACTS


PARTY = {"party_ref": "x", "role": "RESPONDENT", "child": "NO", "withheld": []}
NAMED = {"identity": {"name": {"family": "x"}}}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (PARTY, set()),
        (PARTY | NAMED, {fields.Field.RESPONDENT_IDENTITY}),
        (PARTY | NAMED | {"role": "PROTECTED"}, {fields.Field.PROTECTED_IDENTITY}),
        (PARTY | {"role": "PROTECTED", "initials": "A. B."}, {fields.Field.PROTECTED_INITIALS}),
        (PARTY | {"address": {"lines": ["x"]}}, {fields.Field.RESPONDENT_ADDRESS}),
        (PARTY | {"identity": None}, set()),
    ],
)
def test_what_an_answer_holds_is_told_by_its_members(said, expected):
    assert held(ShownParty, said) == {fields.Field.ORDER_FACTS, *expected}


def test_a_card_holds_both():
    receipt = dict.fromkeys(CardReceipt.model_fields, "x") | {"version": 1, "position": 1, "replayed": False}
    receipt |= {"facts": [], "expires": 1, "index": 1}
    assert held(CardReceipt, receipt) == {fields.Field.ORDER_FACTS, *marks.BY_SIDE}
    assert issubclass(CardReceipt, BaseModel)
