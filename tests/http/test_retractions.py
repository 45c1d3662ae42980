"""Taking back what was recorded in error, over HTTP: by whom, and what an officer is told before and after."""

from uuid import UUID

from tests.http.given import an_order, day


async def entered(registry):
    return (await registry.post("fr-tj-lille", "/v1/orders", an_order())).json


async def change(registry, client, order, word, body):
    path = f"/v1/orders/{order['order_ref']}"
    version = len(registry.services.reader.stream(UUID(order["order_ref"])))
    return await registry.post(client, f"{path}/{word}", body, if_match=f'"{version}"')


async def test_a_registration_is_taken_back_by_who_registered_it_and_not_by_the_issuing_court(registry):
    order = await entered(registry)
    made = {"made": day("2026-06-01"), "notify_respondent": False, "jurisdiction": "GB-EAW"}
    filed = (await change(registry, "gb-court", order, "registration", made)).json
    wrong = {"corrects": filed["facts"][0], "retracts": True}
    foreign = await change(registry, "fr-tj-lille", order, "correction", wrong)
    assert (foreign.status, foreign.json["code"]) == (403, "outside-own-jurisdiction")
    taken = await change(registry, "gb-court", order, "correction", wrong)
    assert taken.status == 200, taken.json
    back = {"corrects": taken.json["facts"][0], "retracts": True}
    assert (await change(registry, "fr-tj-lille", order, "correction", back)).status == 403
    assert (await change(registry, "gb-court", order, "correction", back)).status == 200
    state = (await registry.get("fr-tj-lille", f"/v1/orders/{order['order_ref']}")).json
    assert [act["jurisdiction"] for act in state["registrations"]] == ["GB-EAW"]
    # Nor does who registered it correct what the issuing court recorded.
    issued = {"corrects": order["facts"][0], "issued": day("2026-04-01")}
    assert (await change(registry, "gb-court", order, "correction", issued)).status == 403


async def test_as_known_before_it_was_taken_back_the_answer_stays_what_it_was(registry):
    order = await entered(registry)
    ben = order["parties"][1]["party_ref"]
    told = {"respondent": ben, "terms": 1, "state": "SERVED_PERSONAL", "at": day("2026-05-12")}
    served = (await change(registry, "fr-tj-lille", order, "service", told)).json

    async def check(known_at=None):
        body = {"purpose": "AT_THE_SCENE", "order_ref": order["order_ref"]} | (
            {"known_at": known_at} if known_at else {}
        )
        answer = (await registry.post("fr-police", "/v1/checks", body, key=None)).json
        return answer["orders"][0]["served"], answer["known_at"]

    before, known_at = await check()
    await change(registry, "fr-tj-lille", order, "correction", {"corrects": served["facts"][0], "retracts": True})
    after, _ = await check()
    assert (before[0]["notified"], after[0]["notified"]) == (True, False)
    assert (await check(known_at))[0] == before
