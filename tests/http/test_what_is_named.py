"""A problem names the field that is to blame, as the request calls it, and nothing is recorded before it is sure."""

import pytest

from tests.http.given import a_registry, an_order, day
from tests.http.test_between_authorities import notice

ROLES = {
    "fr-tj-lille": (["COURT"], ["FR"]),
    "de-ag-mitte": (["COURT"], ["DE"]),
    "fr-police": (["POLICE"], ["FR"]),
    "nsw-court": (["COURT"], ["AU-NSW"]),
}
NOBODY = {"name": {"family": "Nobody", "given": "Ned"}, "birth_date": "1970-01-01"}
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
NOWHERE = "7d444840-9dc0-11d1-b245-5ffdce74fad2"


@pytest.fixture
async def registry(tmp_path):
    async with a_registry(tmp_path, roles=ROLES) as made:
        yield made


async def refused(registry, client, path, body, expected, **more):
    """It is refused with this status, code and place, and nothing is recorded."""
    status, code, pointer = expected
    before = registry.head()
    answer = await registry.post(client, path, body, **more)
    assert (answer.status, answer.json["code"]) == (status, code), answer.json
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    assert registry.head() == before
    return answer


@pytest.mark.parametrize("field", ["valid_at", "known_at"])
@pytest.mark.parametrize(
    "at",
    [
        "0001-01-01T00:00:00+14:00",
        "0999-06-01T00:00:00Z",
        "1949-12-31T23:59:59.999999Z",
        "2200-01-01T00:00:00Z",
        "9999-12-31T23:59:59-14:00",
    ],
)
async def test_an_instant_that_no_order_can_have_is_not_asked_about(registry, field, at):
    question = {"purpose": "AT_THE_SCENE", "order_ref": NOWHERE, field: at}
    answer = await refused(registry, "fr-police", "/v1/checks", question, (422, "does-not-fit", f"/{field}"), key=None)
    assert answer.json["errors"][0]["code"] == "date-implausible"


@pytest.mark.parametrize("at", ["1950-01-01T00:00:00Z", "2199-12-31T23:59:59.999999Z"])
async def test_the_first_and_the_last_instant_are_answered(registry, at):
    question = {"purpose": "AT_THE_SCENE", "identity": NOBODY, "valid_at": at, "known_at": at}
    answer = await registry.post("fr-police", "/v1/checks", question, key=None)
    assert answer.status == 200
    assert answer.json["valid_at"][:10] == at[:10]


@pytest.mark.parametrize("born", ["0001-01-01", "1899-12-31", "2999-01-01"])
async def test_nobody_is_asked_about_who_cannot_have_been_born(registry, born):
    question = {"purpose": "AT_THE_SCENE", "identity": NOBODY | {"birth_date": born}}
    path, code = "/identity/birth_date", "birth-date-implausible"
    await refused(registry, "fr-police", "/v1/checks", question, (422, code, path), key=None)


@pytest.mark.parametrize(
    ("person", "code", "pointer"),
    [
        (NOBODY | {"birth_date": "1870"}, "birth-date-implausible", "/identity/birth_date"),
        (NOBODY | {"name": {"family": "-"}}, "name-needed", "/identity/name"),
    ],
)
async def test_a_person_that_cannot_be_looked_for_is_named_by_its_place(registry, person, code, pointer):
    question = {"purpose": "AT_THE_SCENE", "identity": person}
    await refused(registry, "fr-police", "/v1/checks", question, (422, code, pointer), key=None)


async def entered(registry, client="fr-tj-lille", **changes):
    answer = await registry.post(client, "/v1/orders", an_order(**changes))
    assert answer.status == 201, answer.json
    return f"/v1/orders/{answer.json['order_ref']}", answer.json


async def test_a_place_without_the_scheme_is_the_requests_jurisdiction(registry):
    path, _ = await entered(registry)
    for client, verb, code in (
        ("de-ag-mitte", "declaration", "no-scheme-of-declaration"),
        ("fr-tj-lille", "registration", "own-order-needs-no-registration"),
    ):
        said, expected = {"made": day("2026-05-03")}, (422, code, "/jurisdiction")
        await refused(registry, client, f"{path}/{verb}", said, expected, if_match='"1"')


async def test_a_court_without_power_is_told_of_its_jurisdiction(registry):
    path, receipt = await entered(registry)
    await notice(registry, receipt)  # to whom nothing was sent, there is no such order
    said = {"from": day("2026-05-03"), "reason": "ON_APPEAL"}
    expected = (422, "no-power-over-this-order", "/jurisdiction")
    await refused(registry, "de-ag-mitte", f"{path}/revocation", said, expected, if_match='"1"')


async def test_a_correction_from_elsewhere_is_told_of_what_it_corrects(registry):
    path, receipt = await entered(registry)
    await notice(registry, receipt)
    said = {"corrects": receipt["facts"][0], "expiry": {"kind": "NONE"}}
    expected = (403, "outside-own-jurisdiction", "/corrects")
    await refused(registry, "de-ag-mitte", f"{path}/correction", said, expected, if_match='"1"')


@pytest.mark.parametrize("number", ["RG 26/01234".translate(WIDE), " rg  26/01234 ", "RG 26/01234"])
async def test_a_case_is_entered_once_however_wide_it_is_written(registry, number):
    await entered(registry, number="RG 26/01234")
    body = an_order(number=number)
    await refused(registry, "fr-tj-lille", "/v1/orders", body, (409, "already-taken", "/number"))


async def test_a_number_that_grows_too_long_is_named_by_its_field(registry):
    body = an_order(number="\ufdfa" * 200)
    await refused(registry, "fr-tj-lille", "/v1/orders", body, (422, "too-long", "/number"))


async def test_an_accent_is_one_letter_or_two_and_one_number(registry):
    await entered(registry, number="Réf\u00e9r\u00e9 7")
    body = an_order(number="Réfe\u0301re\u0301 7")
    await refused(registry, "fr-tj-lille", "/v1/orders", body, (409, "already-taken", "/number"))


async def test_a_persian_name_is_found_with_its_joiner_and_without(registry):
    name = {"family": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647", "given": "Ben"}
    parties = an_order()["parties"]
    parties[1]["identity"]["name"] = name
    await entered(registry, parties=parties)
    for family in (name["family"], name["family"].replace("\u200c", "")):
        person = {"name": name | {"family": family}, "birth_date": "1985-04-12"}
        answer = await registry.post("fr-police", "/v1/checks", {"purpose": "DISPATCH", "identity": person}, key=None)
        assert len(answer.json["orders"]) == 1
