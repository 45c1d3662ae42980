"""What a desk of the State addressed does with a measure that came on a certificate: adjust it, take an application."""

from tests.http.given import an_order, day


async def certified(registry):
    order = (await registry.post("fr-tj-lille", "/v1/orders", an_order())).json
    path, ben = f"/v1/orders/{order['order_ref']}", order["parties"][1]["party_ref"]
    told = {"respondent": ben, "terms": 1, "state": "SERVED_PERSONAL", "at": day("2026-05-02")}
    served = await registry.post("fr-tj-lille", path + "/service", told)
    form = {"form": "ARTICLE_5", "issued": day("2026-05-03")}
    answer = await registry.post("fr-tj-lille", path + "/certificate", form, if_match=served.headers["ETag"])
    assert answer.status == 200, answer.json
    return order, path


async def shown(registry, order, police):
    body = {"purpose": "AT_THE_SCENE", "order_ref": order["order_ref"]}
    (answer,) = (await registry.post(police, "/v1/checks", body, key=None)).json["orders"]
    return answer["conditions"][0]["metres"], answer["notes"]


async def test_an_adjusted_distance_is_shown_to_the_officers_of_that_state_alone(registry):
    order, path = await certified(registry)
    away = order["conditions"][0]["condition_ref"]
    element = {"condition_ref": away, "metres": 300, "text": "From the corner of Hiddenstrasse."}
    said = {"made": day("2026-05-10"), "elements": [element]}
    answer = await registry.post("de-ag-mitte", path + "/adjustment", said)
    assert answer.status == 200, answer.json
    assert await shown(registry, order, "de-polizei") == (300, ["FACTUAL_ELEMENTS_ADJUSTED"])
    assert await shown(registry, order, "fr-police") == (500, [])
    state = (await registry.get("fr-tj-lille", path)).json
    (adjustment,) = state["adjustments"]
    assert (adjustment["jurisdiction"], adjustment["elements"][0]["has_text"]) == ("DE", True)
    assert "Hiddenstrasse" not in str(state)
    by_another = await registry.post("fr-tj-lille", path + "/adjustment", said | {"jurisdiction": "DE"})
    assert (by_another.status, by_another.json["code"]) == (403, "outside-own-jurisdiction")


async def test_the_respondents_application_is_entered_and_decided_where_he_applies(registry):
    order, path = await certified(registry)
    answer = await registry.post("de-ag-mitte", path + "/refusal-applications", {"asked": day("2026-05-20")})
    assert answer.status == 201, answer.json
    assert (await registry.get("de-ag-mitte", path)).json["recognitions"][0]["authority"] == "de-ag-mitte"
    body = {"purpose": "AT_THE_SCENE", "order_ref": order["order_ref"]}

    async def word():
        return (await registry.post("de-polizei", "/v1/checks", body, key=None)).json["word"]

    assert await word() == "IN FORCE"
    refusal = {"outcome": "REFUSED", "decided": day("2026-05-25"), "grounds": ["PUBLIC_POLICY"]}
    decision = f"/v1/recognitions/{answer.json['recognition_ref']}/decision"
    assert (await registry.post("de-ag-mitte", decision, refusal)).status == 200
    assert await word() == "NOT IN FORCE"
    nowhere = await registry.post("gb-court", path + "/refusal-applications", {"asked": day("2026-05-20")})
    assert (nowhere.status, nowhere.json["code"]) == (422, "jurisdiction-needed")
