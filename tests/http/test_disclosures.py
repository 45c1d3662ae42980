"""Asking whether something may be told of an order, over HTTP: allowed with its basis, or refused and recorded."""

from uuid import UUID

from tests.http.given import an_order


async def disclosed(registry, client="fr-tj-lille", *, key="fresh", **body):
    path = f"/v1/orders/{body.pop('order_ref')}/disclosures"
    return await registry.post(client, path, body, key=key)


async def order_of(registry, **changes):
    return (await registry.post("fr-tj-lille", "/v1/orders", an_order(**changes))).json["order_ref"]


async def test_a_notice_to_the_respondent_may_say_what_is_forbidden_and_not_where_she_is(registry):
    order_ref = await order_of(registry)
    allowed = await disclosed(registry, order_ref=order_ref, to="RESPONDENT", of=["MEASURES", "SANCTIONS"])
    assert (allowed.status, allowed.json["of"]) == (201, ["MEASURES", "SANCTIONS"])
    refused = await disclosed(registry, order_ref=order_ref, to="RESPONDENT", of=["ADDRESS", "MEASURES", "PHONE"])
    assert (refused.status, refused.json["code"]) == (403, "whereabouts-not-for-respondent")
    assert refused.json["legal_basis"] == "Regulation (EU) No 606/2013 Art 8(3)"
    assert [each["pointer"] for each in refused.json["errors"]] == ["/of/0", "/of/2"]
    needed = await disclosed(
        registry, order_ref=order_ref, to="RESPONDENT", of=["ADDRESS"], needed_to_enforce=["ADDRESS"]
    )
    assert needed.status == 201


async def test_what_the_court_marked_confidential_is_refused_by_its_mark(registry):
    order = an_order()
    order["parties"][0]["withheld"] = ["address"]
    order_ref = (await registry.post("fr-tj-lille", "/v1/orders", order)).json["order_ref"]
    answer = await disclosed(
        registry, order_ref=order_ref, to="RESPONDENT", of=["ADDRESS"], needed_to_enforce=["ADDRESS"]
    )
    assert (answer.status, answer.json["code"]) == (403, "withheld-by-the-court")


async def test_a_refusal_is_recorded_and_the_same_request_is_refused_again_without_another(registry):
    order_ref = await order_of(registry)
    asked = {"order_ref": order_ref, "to": "INTERNET", "of": ["ISSUANCE"], "key": "publish-0001"}
    first = await disclosed(registry, "fr-police", **asked)
    head = registry.head()
    again = await disclosed(registry, "fr-police", **asked)
    assert first.json | {"request_id": 0} == again.json | {"request_id": 0}
    assert (first.status, first.json["code"]) == (403, "publication-reveals-protected-person")
    assert registry.head() == head
    (recorded,) = registry.services.reader.after(head - 1, limit=5)
    event = recorded.fact.event
    assert (event.TOPIC, event.order_ref, event.jurisdiction) == ("disclosure.refused.1", UUID(order_ref), "FR")
    assert recorded.fact.actor.institution == "fr-police"


async def test_who_asks_acts_where_it_would_be_told_and_names_an_order_that_is_there(registry):
    order_ref = await order_of(registry)
    abroad = await disclosed(registry, order_ref=order_ref, to="INTERNET", of=["ISSUANCE"], jurisdiction="DE")
    assert (abroad.status, abroad.json["code"]) == (403, "outside-own-jurisdiction")
    nowhere = await disclosed(registry, order_ref=str(UUID(int=9)), to="INTERNET", of=["ISSUANCE"])
    assert (nowhere.status, nowhere.json["code"]) == (404, "no-such-order")
    nothing = await disclosed(registry, order_ref=order_ref, to="INTERNET", of=[])
    assert nothing.status == 422
