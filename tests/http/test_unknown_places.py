"""A check asked for a place that there is no law for: "not recognised" would be said of law nobody looked up."""

from tests.http.given import a_registry, an_order

FEDERAL = {"fr-tj-lille": (["COURT"], ["FR"]), "us-marshals": (["POLICE"], ["US"])}


async def test_a_check_in_a_federation_names_the_part_of_it(tmp_path):
    async with a_registry(tmp_path, roles=FEDERAL) as registry:
        order = (await registry.post("fr-tj-lille", "/v1/orders", an_order())).json
        question = {"purpose": "AT_THE_SCENE", "order_ref": order["order_ref"]}
        registry.tokens["us-marshals"] = await registry.sign_in("us-marshals")
        for body in (question, question | {"jurisdiction": "US-ZZ"}):
            answer = await registry.post("us-marshals", "/v1/checks", body, key=None)
            assert (answer.status, answer.json["code"]) == (422, "jurisdiction-unknown")
        answer = await registry.post("us-marshals", "/v1/checks", question | {"jurisdiction": "US-CA"}, key=None)
        assert answer.status == 200
