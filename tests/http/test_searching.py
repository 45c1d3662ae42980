"""A check by person over HTTP: who may be meant is told apart, and what a purpose does not need is absent."""

from base64 import urlsafe_b64decode
from dataclasses import replace

import orjson
import pytest

from registry.scoring import SCORER
from tests.http.given import a_registry, an_order, day
from tests.simulators.scorer import PlainScorer

BEN = {"name": {"family": "Muller", "given": "Ben"}, "birth_date": "1985-04-12"}
UNNAMED = {"order_ref", "band", "exact", "answered", "person"}
"""What is told of somebody who may be meant, where a name or a birth date is not."""
ADA = {"name": {"family": "Martinsekret", "given": "Adasecret"}, "birth_date": "1990-02-03"}


@pytest.fixture
async def registry(tmp_path):
    async with a_registry(tmp_path) as made:
        checker = replace(made.services.checker, scorer=PlainScorer())
        object.__setattr__(made.services, "checker", checker)
        yield made


def described(**more):
    """The order of these tests, with more about its respondent."""
    order = an_order()
    respondent = order["parties"][1]
    identity = respondent["identity"] | {"sex": "M", "description": "a scar", "other_names": [{"family": "Benno"}]}
    return order | {"parties": [order["parties"][0], respondent | {"identity": identity | more}]}


async def asked(registry, identity, *, client="fr-police", purpose="AT_THE_SCENE", **more):
    question = {"purpose": purpose, "identity": identity, **more}
    answer = await registry.post(client, "/v1/checks", question, key=None)
    assert answer.status == 200, answer.json
    return answer.json


async def entered(registry, order):
    answer = await registry.post("fr-tj-lille", "/v1/orders", order)
    assert answer.status == 201, answer.json
    return answer.json["order_ref"]


async def test_an_officer_tells_people_apart_by_what_the_court_wrote_of_them(registry):
    order_ref = await entered(registry, described())
    answer = await asked(registry, BEN)
    (person,) = answer["search"]["persons"]
    assert person["order_ref"] == order_ref == answer["orders"][0]["order_ref"]
    assert (person["band"], person["answered"], person["exact"]) == ("STRONG", True, True)
    assert person["features"] == ["ben the same", "muller the same", "birth date the same"]
    assert person["hundredths_of_bits"] == 1_300
    assert person["person"]["identity"] == {
        "name": {"family": "Müller", "given": "Ben"},
        "birth_date": "1985-04-12",
        "other_names": [{"family": "Benno"}],
        "sex": "M",
        "marks": "a scar",
    }
    assert "sex" not in answer["orders"][0]["respondents"][0]["identity"]
    assert answer["search"]["ask_next"][0] == "DOCUMENT_NUMBER"
    assert answer["search"]["complete"]
    assert "index-1" not in answer["engine"]


async def test_who_is_only_possible_is_named_and_the_order_is_not_told(registry):
    order_ref = await entered(registry, described())
    answer = await asked(registry, {"name": {"family": "Müller", "given": "Ben"}})
    assert (answer["word"], answer["orders"]) == ("CANNOT TELL", [])
    (person,) = answer["search"]["persons"]
    assert (person["band"], person["answered"], person["order_ref"]) == ("POSSIBLE", False, order_ref)
    assert person["person"]["identity"]["birth_date"] == "1985-04-12"


async def test_the_officer_says_that_this_is_the_person_and_of_which_check(registry):
    order_ref = await entered(registry, described())
    shown = await asked(registry, {"name": {"family": "Müller", "given": "Ben"}})
    question = {"purpose": "AT_THE_SCENE", "order_ref": order_ref, "person_shown_in": shown["check_ref"]}
    answer = await registry.post("fr-police", "/v1/checks", question, key=None)
    assert answer.json["word"] == "IN FORCE"
    assert orjson.loads(urlsafe_b64decode(answer.json["question"] + "=="))["person_shown_in"] == shown["check_ref"]
    for wrong in ({"person_shown_in": "not one"}, {"order_ref": None, "identity": BEN}):
        refused = await registry.post("fr-police", "/v1/checks", question | wrong, key=None)
        assert (refused.status, refused.json["errors"][0]["code"]) in {(422, "one-of-two"), (422, "wrong-form")}


async def test_a_number_plate_alone_shows_who_may_be_meant_and_tells_no_order(registry):
    object.__setattr__(registry.services, "checker", replace(registry.services.checker, scorer=SCORER))
    order_ref = await entered(registry, described(attributes=[{"kind": "PLATE", "value": "B-XO 1205"}]))
    answer = await asked(registry, {"attributes": [{"kind": "PLATE", "value": "bxo 12O5"}]})
    (person,) = answer["search"]["persons"]
    assert (person["order_ref"], person["band"], person["answered"]) == (order_ref, "POSSIBLE", False)
    assert (answer["word"], answer["orders"]) == ("CANNOT TELL", [])
    assert "1205" not in str(person["person"])
    stranger = await asked(registry, {"attributes": [{"kind": "PLATE", "value": "B-XO 1206"}]})
    assert stranger["search"]["persons"] == []


async def test_name_birth_date_and_telephone_together_are_one_person(registry):
    object.__setattr__(registry.services, "checker", replace(registry.services.checker, scorer=SCORER))
    phone = {"attributes": [{"kind": "PHONE", "value": "+33 6 12 34 56 78"}]}
    await entered(registry, described(**phone))
    (person,) = (await asked(registry, BEN | phone))["search"]["persons"]
    assert (person["band"], person["answered"]) == ("IDENTICAL", True)
    assert any("a further attribute agrees" in said for said in person["features"])
    assert "12 34" not in str(person)


async def test_a_telephone_without_its_country_is_refused_where_it_stands(registry):
    nobody = {"attributes": [{"kind": "PHONE", "value": "06 12 34 56 78"}]}
    question = {"purpose": "AT_THE_SCENE", "identity": nobody}
    asking = await registry.post("fr-police", "/v1/checks", question, key=None)
    entering = await registry.post("fr-tj-lille", "/v1/orders", described(**nobody))
    for refused, place in ((asking, "/identity/attributes/0"), (entering, "/parties/1/identity/attributes/0")):
        (error,) = refused.json["errors"]
        assert (refused.status, error["code"], error["pointer"]) == (422, "attribute-unreadable", place)
        assert "12 34" not in str(refused.json)


async def test_what_the_court_marked_confidential_tells_nobody_apart(registry):
    order = described()
    order["parties"][1]["withheld"] = ["birth_date"]
    await entered(registry, order)
    (person,) = (await asked(registry, BEN))["search"]["persons"]
    assert person["person"]["identity"].keys() == {"name", "other_names", "sex", "marks"}
    assert person.keys() == UNNAMED, "by what it all comes to a date could be tried digit by digit"


@pytest.mark.parametrize("born", [{}, {"birth_date": "1990"}])
async def test_who_is_protected_shows_in_nothing_that_is_told_of_a_search_for_respondents(registry, born):
    question = {"name": {"family": "Martinsekret"}} | born
    before = (await asked(registry, question))["search"]
    order = an_order()
    order["parties"][0]["identity"] = ADA
    await entered(registry, order)
    assert (await asked(registry, question))["search"] == before


async def test_a_protected_person_is_told_by_initials_and_why_she_was_found_is_not(registry):
    order_ref = await entered(registry, described())
    answer = await asked(registry, ADA, purpose="PROTECTED_PERSON_SAFETY", incident="R-7")
    (person,) = answer["search"]["persons"]
    assert (person["order_ref"], person["person"]["initials"]) == (order_ref, "A. M.")
    assert person.keys() == UNNAMED
    assert "identity" not in person["person"]
    assert (await asked(registry, ADA))["search"]["persons"] == []


async def test_a_purpose_that_needs_no_name_is_given_none(registry):
    await entered(registry, described())
    answer = await asked(registry, BEN, purpose="COURT_REGISTRATION")
    (person,) = answer["search"]["persons"]
    assert person.keys() == UNNAMED
    assert person["person"].keys() == {"party_ref", "role", "child", "withheld"}


async def test_a_documents_number_is_asked_alone(registry):
    order_ref = await entered(registry, described(documents=["Passport DE C01X00T47"]))
    answer = await asked(registry, {"documents": ["C01X00T47"]})
    assert [person["order_ref"] for person in answer["search"]["persons"]] == [order_ref]
    nobody = await registry.post("fr-police", "/v1/checks", {"purpose": "AT_THE_SCENE", "identity": {}}, key=None)
    assert (nobody.status, nobody.json["code"]) == (422, "name-needed")


async def test_the_signed_answer_says_who_was_shown(registry):
    order_ref = await entered(registry, described())
    answer = await asked(registry, {"name": {"family": "Müller", "given": "Ben"}})
    claims = _claims(answer["signed"])
    assert claims["persons"] == [
        {"order_ref": order_ref, "party_ref": _party(answer), "band": "POSSIBLE"},
    ]
    question = {"purpose": "AT_THE_SCENE", "order_ref": order_ref}
    by_order = await registry.post("fr-police", "/v1/checks", question, key=None)
    assert "persons" not in _claims(by_order.json["signed"])
    assert "search" not in by_order.json


@pytest.mark.parametrize(
    "name",
    [
        "a",
        "A" * 200,
        "🙂🙂",
        "\u05d0\u05d1 abc",
        "% OR 1=1 --",
        'NEAR("a" "b")*',
        "\uff2d\u00fcller",
        "\u041c\u0456ller",
    ],
)
async def test_whatever_is_asked_is_answered_or_refused_with_a_reason(registry, name):
    await entered(registry, described())
    question = {"purpose": "AT_THE_SCENE", "identity": {"name": {"family": name, "given": name}}}
    answer = await registry.post("fr-police", "/v1/checks", question, key=None)
    assert answer.status in {200, 422}
    assert name not in str(answer.json.get("detail", "")) or len(name) < 2


def _party(answer):
    return answer["search"]["persons"][0]["person"]["party_ref"]


def _claims(compact):
    return orjson.loads(urlsafe_b64decode(compact.split(".")[1] + "=="))


async def test_an_order_that_is_over_does_not_say_not_in_force_while_somebody_else_may_be_meant(registry):
    order_ref = await entered(registry, described())
    path, revocation = f"/v1/orders/{order_ref}/revocation", {"from": day("2026-06-01"), "reason": "WITHDRAWN"}
    assert (await registry.post("fr-tj-lille", path, revocation, if_match='"1"')).status == 200
    assert (await asked(registry, BEN))["word"] == "NOT IN FORCE"
    await entered(registry, described(birth_date="1958-04-12") | {"number": "RG 26/99"})
    answer = await asked(registry, BEN)
    assert [(person["band"], person["answered"]) for person in answer["search"]["persons"]] == [
        ("STRONG", True),
        ("POSSIBLE", False),
    ]
    assert answer["word"] == _claims(answer["signed"])["word"] == "CANNOT TELL"
