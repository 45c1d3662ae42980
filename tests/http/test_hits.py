"""Hit confirmation over HTTP: an officer's check hits an order, its court is asked and answers."""

import pytest

from registry.values.time import MINUTE, iso
from tests.http.given import a_registry, an_order

NOWHERE = "7d444840-9dc0-11d1-b245-5ffdce74fad2"


async def hit(registry):
    """A check that found an order; gives what was answered."""
    order = (await registry.post("fr-tj-lille", "/v1/orders", an_order())).json
    question = {"purpose": "AT_THE_SCENE", "order_ref": order["order_ref"]}
    checked = await registry.post("fr-police", "/v1/checks", question, key=None)
    return order["order_ref"], checked.json["check_ref"]


async def asked(registry, urgency="URGENT", by="fr-police"):
    order_ref, check_ref = await hit(registry)
    body = {"check_ref": check_ref, "urgency": urgency}
    answer = await registry.post(by, f"/v1/orders/{order_ref}/hit-confirmations", body)
    assert answer.status == 201, answer.json
    return f"/v1/hits/{answer.json['hit_ref']}", check_ref


async def test_the_court_of_the_order_is_asked_and_its_answer_is_read_by_who_asked(registry):
    path, check_ref = await asked(registry)
    waiting = (await registry.get("fr-police", path)).json
    assert (waiting["recipient"], waiting["requests"], waiting["answer"]) == ("fr-tj-lille", 1, None)
    assert (waiting["check_ref"], waiting["overdue"]) == (check_ref, False)
    assert (await registry.post("fr-tj-lille", path + "/answer", {"answer": "CONFIRMED"})).status == 200
    for reader in ("fr-police", "fr-tj-lille"):
        told = (await registry.get(reader, path)).json
        assert (told["answer"], told["answered_by"], told["overdue"]) == ("CONFIRMED", "fr-tj-lille", False)
    again = await registry.post("fr-tj-lille", path + "/answer", {"answer": "NOT_CONFIRMED"})
    assert (again.status, again.json["code"]) == (409, "hit-answered")


@pytest.mark.parametrize(("urgency", "minutes"), [("URGENT", 10), ("ROUTINE", 60)])
async def test_it_is_overdue_after_ten_minutes_or_sixty(registry, urgency, minutes):
    path, _ = await asked(registry, urgency)
    registry.clock.pass_seconds((minutes - 1) * 60)
    registry.tokens.clear()
    assert (await registry.get("fr-police", path)).json["overdue"] is False
    registry.clock.pass_seconds(61)
    shown = (await registry.get("fr-police", path)).json
    assert (shown["overdue"], f"{minutes} minutes" in shown["basis"]) == (True, True)


async def test_more_time_is_said_with_its_instant(registry):
    path, _ = await asked(registry)
    for body in ({"answer": "MORE_TIME"}, {"answer": "CONFIRMED", "until": "2026-09-22T12:00:00Z"}):
        answer = await registry.post("fr-tj-lille", path + "/answer", body)
        assert (answer.status, answer.json["errors"]) == (422, [{"pointer": "", "code": "one-of-two"}])
    until = iso(registry.clock() + 30 * MINUTE)
    assert (await registry.post("fr-tj-lille", path + "/answer", {"answer": "MORE_TIME", "until": until})).status == 200
    shown = (await registry.get("fr-police", path)).json
    assert (shown["answer"], shown["overdue"]) == ("MORE_TIME", False)
    assert shown["answered_until"] == shown["due"]


async def test_to_all_who_neither_asked_nor_were_asked_there_is_none(registry):
    path, _ = await asked(registry)
    for client, at in (("de-polizei", path), ("gb-court", path), ("fr-police", f"/v1/hits/{NOWHERE}")):
        answer = await registry.get(client, at)
        assert (answer.status, answer.json["code"]) == (404, "no-such-hit")
    for client in ("gb-court", "fr-police"):
        answer = await registry.post(client, path + "/answer", {"answer": "CONFIRMED"})
        assert (answer.status, answer.json["code"]) == (404, "no-such-hit")


async def test_an_order_that_is_not_there_is_not_asked_about(registry):
    body = {"check_ref": "0" * 32, "urgency": "ROUTINE"}
    answer = await registry.post("fr-police", f"/v1/orders/{NOWHERE}/hit-confirmations", body)
    assert (answer.status, answer.json["code"]) == (404, "no-such-order")
    order_ref, _ = await hit(registry)
    answer = await registry.post(
        "fr-police", f"/v1/orders/{order_ref}/hit-confirmations", body | {"jurisdiction": "DE"}
    )
    assert (answer.status, answer.json["code"]) == (403, "outside-own-jurisdiction")


async def test_where_nobody_answers_for_an_order_that_is_said(tmp_path):
    roles = {"fr-tj-lille": (["COURT"], ["FR"]), "de-polizei": (["POLICE"], ["DE"])}
    async with a_registry(tmp_path, roles=roles) as registry:
        order = (await registry.post("fr-tj-lille", "/v1/orders", an_order())).json
        body = {"check_ref": "0" * 32, "urgency": "ROUTINE"}
        registry.tokens["de-polizei"] = await registry.sign_in("de-polizei")
        registry.enrol_without("fr-tj-lille")
        answer = await registry.post("de-polizei", f"/v1/orders/{order['order_ref']}/hit-confirmations", body)
        assert (answer.status, answer.json["code"]) == (422, "nobody-confirms")
