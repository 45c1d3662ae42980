"""An order over HTTP, from its entry to an officer's answer."""

from tests.http.given import an_order, day


async def entered(registry, client="fr-tj-lille", **changes):
    answer = await registry.post(client, "/v1/orders", an_order(**changes))
    assert answer.status == 201, answer.json
    return answer.json


async def test_a_court_enters_an_order_and_reads_it(registry):
    receipt = await entered(registry)
    assert [party["label"] for party in receipt["parties"]] == ["ada", "ben"]
    assert [condition["label"] for condition in receipt["conditions"]] == ["away", None]
    answer = await registry.get("fr-tj-lille", f"/v1/orders/{receipt['order_ref']}")
    assert answer.status == 200, answer.json
    assert answer.headers["ETag"] == '"1"'
    assert answer.json["number"] == "RG 26/01234"
    ada, ben = answer.json["parties"]
    assert ada["initials"] == "A. M."
    assert "identity" not in ada
    assert ben["identity"] == {"name": {"family": "Müller", "given": "Ben"}, "birth_date": "1985-04-12"}


async def test_an_officer_finds_the_order_by_its_respondent(registry):
    receipt = await entered(registry)
    person = {"name": {"family": "Muller", "given": "Ben"}, "birth_date": "1985-04-12"}
    await registry.post(
        "fr-huissier",
        f"/v1/orders/{receipt['order_ref']}/service",
        {"respondent": receipt["parties"][1]["party_ref"], "terms": 1, "state": "SERVED_PERSONAL", "at": day("2026-05-02")},
    )
    answer = await registry.post("fr-police", "/v1/checks", {"purpose": "AT_THE_SCENE", "identity": person}, key=None)
    assert answer.status == 200, answer.json
    said = answer.json
    assert said["word"] == "IN FORCE", said
    (order,) = said["orders"]
    assert order["order_ref"] == receipt["order_ref"]
    assert order["respondents"][0]["identity"]["birth_date"] == "1985-04-12"
    assert order["protected"][0]["initials"] == "A. M."
    assert order["effect_ends"]["at"] == "2027-04-30T22:00:00.000000Z"
    assert order["court"]["contact"] == "+33 3 20 00 00 00"
    for secret in (b"Martinsecret", b"Adasecret", b"Hidden", b"hidden.example", b"Open Street", b"1990-02-03"):
        assert secret not in answer.body
