"""Cards over HTTP: made by the issuing court, checked without it, and never a word of where anybody lives."""

from hashlib import sha256
from uuid import UUID

import orjson
import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from registry.card import pack, statuslist, text
from registry.card.content import Person
from registry.card.keys import read_set
from registry.card.pack import PACK_USE, STATUS_USE
from registry.card.verify import Freshness, Word, verify
from registry.card_lists import FRESH_SECONDS, REFRESH_SECONDS, CardLists
from registry.card_status import fold
from registry.events.card import StatusListIssued
from registry.values.identifiers import ListRef, StreamId
from registry.values.time import SECOND
from tests.http.given import an_order, day

FRANCE = "fr-tj-lille"


async def an_entered_order(registry, **changes) -> dict:
    answer = await registry.post(FRANCE, "/v1/orders", an_order(**changes))
    assert answer.status == 201, answer.body
    return answer.json


async def a_card(registry, entered: dict, **asked) -> dict:
    answer = await registry.post(FRANCE, f"/v1/orders/{entered['order_ref']}/cards", asked)
    assert answer.status == 201, answer.body
    return answer.json


async def published(registry):
    """Let a minute pass and the lists be published; give what an officer's device loads."""
    registry.clock.pass_seconds(61)
    await registry.services.lists.publish()
    keys = read_set((await registry.get(None, "/status/keys")).json)
    content = (await registry.get(None, "/status/pack?jurisdiction=FR")).body
    return pack.read(content, [key for key in keys if key.use == PACK_USE])


async def checked(registry, card: dict):
    held = await published(registry)
    return verify(card["text"], now=registry.clock() // SECOND, packs=[held])


async def changes(registry, entered: dict, word: str, version: int, **body):
    path = f"/v1/orders/{entered['order_ref']}/{word}"
    answer = await registry.post(FRANCE, path, body, if_match=f'"{version}"')
    assert answer.status == 200, answer.body


async def test_a_card_is_made_and_checked_without_the_registry(registry):
    entered = await an_entered_order(registry)
    made = await a_card(registry, entered)
    assert made["svg"].startswith("<svg")
    found = await checked(registry, made)
    assert (found.word, found.freshness) == (Word.IN_FORCE, Freshness.CURRENT)
    said = found.card.summary
    assert said.protected == (Person(family="Martinsecret", given="Adasecret", born=7338),)
    assert said.respondent == Person(family="Müller", given="Ben", born=5580)
    assert [(each.code, each.metres) for each in said.measures] == [(11, 500), (23, None)]
    assert said.court == "Name of fr-tj-lille"
    assert found.card.order_ref == UUID(entered["order_ref"]).bytes


async def test_a_card_says_no_address_no_place_and_no_free_text(registry):
    school = {"kind": "STAY_AWAY_PLACE", "place": "SCHOOL", "metres": 300, "protects": ["ada"]}
    entered = await an_entered_order(registry, conditions=[*an_order()["conditions"], school])
    made = await a_card(registry, entered)
    message = text.read(made["text"])
    for secret in (b"Hidden", b"59000", b"hidden.example", b"Open Street", b"He must not", b"SCHOOL", b"01234"):
        assert secret not in message


async def test_a_pointer_card_names_nobody(registry):
    made = await a_card(registry, await an_entered_order(registry), form="POINTER")
    assert len(made["text"]) < 400
    assert b"secret" not in text.read(made["text"])
    found = await checked(registry, made)
    assert (found.word, found.card.summary) == (Word.IN_FORCE, None)


async def test_the_ledger_holds_the_hash_and_nothing_of_the_card(registry):
    entered = await an_entered_order(registry)
    made = await a_card(registry, entered)
    assert made["digest"] == sha256(text.read(made["text"])).hexdigest()
    fact = registry.services.reader.stream(StreamId(UUID(made["card_ref"])))[0].fact
    assert fact.event.digest == made["digest"]
    assert "Martin" not in str(fact)


async def test_the_same_request_gives_the_same_card(registry):
    entered = await an_entered_order(registry)
    path = f"/v1/orders/{entered['order_ref']}/cards"
    first = await registry.post(FRANCE, path, {}, key="the-same-key")
    registry.clock.pass_seconds(5)
    again = await registry.post(FRANCE, path, {}, key="the-same-key")
    assert again.json == first.json | {"replayed": True}
    await changes(registry, entered, "extension", 1, expiry={"kind": "NONE"}, made=day("2026-09-01"))
    later = await registry.post(FRANCE, path, {}, key="the-same-key")
    assert later.json["text"] == first.json["text"]


async def test_a_card_is_not_made_again_once_the_court_has_corrected_a_name_or_withheld_it(registry):
    entered = await an_entered_order(registry)
    path = f"/v1/orders/{entered['order_ref']}"
    first = await registry.post(FRANCE, f"{path}/cards", {}, key="the-same-key")
    parties = {party["role"]: party for party in (await registry.get(FRANCE, path)).json["parties"]}
    corrected = {
        "party_ref": parties["PROTECTED"]["party_ref"],
        "identity": {"name": {"family": "Newname", "given": "Neva"}, "birth_date": "1991-01-01"},
        "withheld": ["identity"],
    }
    body = {"corrects": entered["facts"][0], "parties": [corrected]}
    assert (await registry.post(FRANCE, f"{path}/correction", body, if_match='"1"')).status == 200
    again = await registry.post(FRANCE, f"{path}/cards", {}, key="the-same-key")
    assert (again.json["text"], again.json["svg"]) == (None, None)
    assert (again.json["card_ref"], again.json["digest"]) == (first.json["card_ref"], first.json["digest"])


@pytest.mark.parametrize("how", ["withdrawn", "replaced"])
async def test_a_card_that_was_taken_back_is_not_made_again(registry, how):
    entered = await an_entered_order(registry)
    path = f"/v1/orders/{entered['order_ref']}/cards"
    first = (await registry.post(FRANCE, path, {}, key="the-same-key")).json
    if how == "replaced":
        await a_card(registry, entered, replaces=first["card_ref"])
    else:
        answer = await registry.post(FRANCE, f"/v1/cards/{first['card_ref']}/withdrawal", {"reason": "LOST"})
        assert answer.status == 200, answer.body
    assert (await registry.post(FRANCE, path, {}, key="the-same-key")).json["text"] is None


async def test_the_last_day_that_an_order_may_have_costs_nobody_the_pack(registry):
    entered = await an_entered_order(registry)
    made = await a_card(registry, entered)
    ends = {"kind": "GIVEN", "at": day("2199-12-31")}
    await changes(registry, entered, "extension", 1, expiry=ends, made=day("2026-09-01"))
    assert (await checked(registry, made)).extended_to == 84005


async def test_a_second_extension_is_in_the_next_pack(registry):
    entered = await an_entered_order(registry)
    made = await a_card(registry, entered)
    for version, year in enumerate((2028, 2029), start=1):
        ends = {"kind": "GIVEN", "at": day(f"{year}-01-01")}
        await changes(registry, entered, "extension", version, expiry=ends, made=day("2026-09-01"))
        found = await checked(registry, made)
    assert found.extended_to == 21550


async def test_a_pack_that_no_device_could_read_is_not_handed_out_and_the_others_are(registry, monkeypatch, caplog):
    made = await a_card(registry, await an_entered_order(registry))
    before = await published(registry)
    lists = registry.services.lists
    monkeypatch.setattr(pack, "MAXIMUM_PACK", 10)
    registry.clock.pass_seconds(REFRESH_SECONDS)
    await lists.publish()
    monkeypatch.undo()
    assert "pack of FR waits: CardRefused" in caplog.text
    keys = read_set((await registry.get(None, "/status/keys")).json)
    held = (await registry.get(None, "/status/pack?jurisdiction=FR")).body
    assert pack.read(held, [key for key in keys if key.use == PACK_USE]).issued == before.issued
    assert (await checked(registry, made)).word is Word.IN_FORCE


async def test_a_list_that_cannot_be_signed_is_tried_again(registry, monkeypatch, caplog):
    made = await a_card(registry, await an_entered_order(registry))

    async def broken(*_arguments):
        raise ValueError

    with monkeypatch.context() as broke:
        broke.setattr(CardLists, "_issue", broken)
        await registry.services.lists.publish()
    assert "waits: ValueError" in caplog.text
    assert (await checked(registry, made)).word is Word.IN_FORCE


@pytest.mark.parametrize(
    ("word", "body", "expected"),
    [
        ("revocation", {"from": day("2026-09-20"), "reason": "WITHDRAWN"}, Word.ENDED),
        ("revocation", {"from": day("2026-12-20"), "reason": "WITHDRAWN"}, Word.ASK),
        ("suspension", {"from": day("2026-09-20")}, Word.SUSPENDED),
        ("extension", {"expiry": {"kind": "GIVEN", "at": day("2028-01-01")}, "made": day("2026-09-01")}, Word.ASK),
        ("variation", {"conditions": [{"kind": "NO_CONTACT"}], "made": day("2026-09-01")}, Word.ASK),
    ],
    ids=["revoked", "to be revoked", "suspended", "extended", "varied"],
)
async def test_what_happens_to_the_order_is_in_the_next_list(registry, word, body, expected):
    entered = await an_entered_order(registry)
    made = await a_card(registry, entered)
    assert (await checked(registry, made)).word is Word.IN_FORCE
    await changes(registry, entered, word, 1, **body)
    found = await checked(registry, made)
    assert found.word is expected
    if word == "extension":
        assert found.extended_to == 21184


async def test_a_suspended_order_that_is_reinstated_is_in_force_again(registry):
    entered = await an_entered_order(registry)
    made = await a_card(registry, entered)
    await changes(registry, entered, "suspension", 1, **{"from": day("2026-09-01")})
    await changes(registry, entered, "reinstatement", 2, **{"from": day("2026-09-10")})
    assert (await checked(registry, made)).word is Word.IN_FORCE


async def test_a_lost_card_is_one_to_ask_about_and_its_order_stands(registry):
    entered = await an_entered_order(registry)
    lost = await a_card(registry, entered)
    withdrawn = await registry.post(FRANCE, f"/v1/cards/{lost['card_ref']}/withdrawal", {"reason": "LOST"})
    assert withdrawn.status == 200
    twice = await registry.post(FRANCE, f"/v1/cards/{lost['card_ref']}/withdrawal", {"reason": "LOST"})
    assert twice.json["facts"] == []
    new = await a_card(registry, entered, replaces=lost["card_ref"])
    assert (await checked(registry, lost)).word is Word.ASK
    assert (await checked(registry, new)).word is Word.IN_FORCE
    third = await a_card(registry, entered, replaces=new["card_ref"])
    assert (await checked(registry, new)).word is Word.ASK
    assert (await checked(registry, third)).word is Word.IN_FORCE


async def test_who_may_make_a_card_and_of_what(registry):
    entered = await an_entered_order(registry)
    path = f"/v1/orders/{entered['order_ref']}/cards"
    for client, body, status, code in (
        ("gb-court", {}, 404, "no-such-order"),
        ("fr-police", {}, 403, "role-not-permitted"),
        (FRANCE, {"states": ["DE"]}, 422, "not-recognised-there"),
        (FRANCE, {"respondent": entered["parties"][0]["party_ref"]}, 422, "no-such-respondent"),
        (FRANCE, {"replaces": entered["order_ref"]}, 422, "no-such-card-to-replace"),
        (FRANCE, {"address": "12"}, 422, "does-not-fit"),
    ):
        answer = await registry.post(client, path, body)
        assert (answer.status, answer.json["code"]) == (status, code)
    nowhere = await registry.post(FRANCE, f"/v1/orders/{UUID(int=9)}/cards", {})
    assert nowhere.json["code"] == "no-such-order"
    made = await a_card(registry, entered)
    foreign = await registry.post("gb-court", f"/v1/cards/{made['card_ref']}/withdrawal", {"reason": "LOST"})
    assert (foreign.status, foreign.json["code"]) == (404, "no-such-card")
    await changes(registry, entered, "revocation", 1, **{"from": day("2026-09-01"), "reason": "WITHDRAWN"})
    ended = await registry.post(FRANCE, path, {})
    assert (ended.status, ended.json["code"]) == (409, "order-ended")


async def test_an_order_over_by_its_own_day_gets_no_card(registry):
    entered = await an_entered_order(registry, expiry={"kind": "GIVEN", "at": day("2026-06-30")})
    answer = await registry.post(FRANCE, f"/v1/orders/{entered['order_ref']}/cards", {})
    assert answer.json["code"] == "order-ended"


async def test_an_order_that_binds_several_wants_to_know_whom_the_card_names(registry):
    parties = an_order()["parties"]
    other = {"label": "max", "role": "RESPONDENT", "identity": {"name": {"family": "Объедков"}, "sex": "M"}}
    entered = await an_entered_order(registry, parties=[*parties, other])
    path = f"/v1/orders/{entered['order_ref']}/cards"
    assert (await registry.post(FRANCE, path, {})).json["code"] == "respondent-needed"
    named = next(each["party_ref"] for each in entered["parties"] if each["label"] == "max")
    made = await a_card(registry, entered, respondent=named)
    said = (await checked(registry, made)).card.summary
    assert said.respondent == Person(family="Объедков", family_latin="OBIEEDKOV", sex=1)


async def test_a_name_that_the_court_withheld_is_not_on_the_card(registry):
    parties = an_order()["parties"]
    parties[0]["withheld"] = ["identity"]
    made = await a_card(registry, await an_entered_order(registry, parties=parties))
    assert (await checked(registry, made)).card.summary.protected == (Person(),)


async def test_what_does_not_fit_a_card_is_refused_and_a_pointer_goes(registry):
    parties = an_order()["parties"]
    parties[1]["identity"]["name"]["family"] = "Ö" * 90
    entered = await an_entered_order(registry, parties=parties)
    path = f"/v1/orders/{entered['order_ref']}/cards"
    assert (await registry.post(FRANCE, path, {})).json["code"] == "card-cannot-be-made"
    parties[1]["identity"]["name"] = {"family": "Ö" * 80, "given": "Ö" * 80}
    parties[0]["identity"]["name"] = {"family": "Ö" * 80, "given": "Ö" * 80}
    large = [*parties, *({**parties[0], "label": f"child{n}"} for n in range(5))]
    entered = await an_entered_order(registry, parties=large, number="RG 26/2")
    path = f"/v1/orders/{entered['order_ref']}/cards"
    assert (await registry.post(FRANCE, path, {})).json["code"] == "card-too-large"
    assert (await registry.post(FRANCE, path, {"form": "POINTER"})).status == 201


async def test_a_status_list_is_served_as_cwt_and_as_jwt_and_was_recorded_before(registry):
    made = await a_card(registry, await an_entered_order(registry))
    path = made["status_uri"].removeprefix("https://registry.example")
    assert (await registry.get(None, path)).json["code"] == "no-such-status-list"
    await published(registry)
    keys = read_set((await registry.get(None, "/status/keys")).json)
    cwt = await registry.get(None, path)
    assert cwt.headers["Content-Type"] == "application/statuslist+cwt"
    status = pack.read_token(cwt.body, [key for key in keys if key.use == STATUS_USE])
    assert status.uri == made["status_uri"]
    assert statuslist.entry(status.packed, made["index"]) == 0
    list_ref = UUID(path.rpartition("/")[2])
    fact = registry.services.reader.stream(StreamId(list_ref))[-1].fact.event
    assert isinstance(fact, StatusListIssued)
    assert fact.cwt == sha256(cwt.body).hexdigest()
    headers = {"Accept": "application/statuslist+jwt"}
    async with registry.session.get(registry.url + path, headers=headers) as response:
        jwt = await response.read()
        assert response.headers["Content-Type"] == "application/statuslist+jwt"
    assert fact.jwt == sha256(jwt).hexdigest()
    jwks = (await registry.get(None, "/status/keys")).json["keys"]
    signed = jws.extract_compact(jwt)
    member = next(each for each in jwks if each["kid"] == signed.headers()["kid"])
    assert signed.headers()["typ"] == "statuslist+jwt"
    assert jws.deserialize_compact(jwt, ECKey.import_key({k: member[k] for k in ("kty", "crv", "x", "y")}))
    assert statuslist.read_json(orjson.loads(signed.payload)["status_list"]) == (status.packed, 2)


async def test_folding_the_facts_again_gives_the_same_bytes(registry):
    entered = await an_entered_order(registry)
    await a_card(registry, entered)
    other = await an_entered_order(registry, number="RG 26/9")
    lost = await a_card(registry, other)
    await registry.post(FRANCE, f"/v1/cards/{lost['card_ref']}/withdrawal", {"reason": "STOLEN"})
    await changes(registry, entered, "suspension", 1, **{"from": day("2026-09-01")})
    await published(registry)
    reader = registry.services.reader
    facts = list(reader.after(0, limit=1000))
    issued = [each.fact.event for each in facts if isinstance(each.fact.event, StatusListIssued)]
    assert issued
    for said in issued:
        known = fold(each.fact for each in facts if each.position <= said.upto)
        assert sha256(known.packed(said.list_ref, said.issued)).hexdigest() == said.content
    last = issued[-1]
    assert registry.services.lists.status(last.list_ref).status.packed == known.packed(last.list_ref, last.issued)


async def test_a_restarted_publisher_comes_to_the_same_list(registry):
    entered = await an_entered_order(registry)
    made = await a_card(registry, entered)
    await changes(registry, entered, "suspension", 1, **{"from": day("2026-09-01")})
    before = (await published(registry)).lists[made["status_uri"]]
    registry.clock.pass_seconds(60)
    again = CardLists(registry.services.cards)
    await again.publish()
    list_ref = ListRef(UUID(made["status_uri"].rpartition("/")[2]))
    assert again.status(list_ref).status.packed == before.status.packed


async def test_a_list_is_signed_again_each_hour_and_not_before(registry):
    made = await a_card(registry, await an_entered_order(registry))
    first = await published(registry)
    head = registry.head()
    registry.clock.pass_seconds(60)
    await registry.services.lists.publish()
    assert registry.head() == head
    registry.clock.pass_seconds(REFRESH_SECONDS)
    second = await published(registry)
    assert second.issued > first.issued
    assert second.fresh_until == second.issued + FRESH_SECONDS
    assert made["status_uri"] in second.lists


async def test_two_lists_of_one_second_are_never_signed(registry):
    entered = await an_entered_order(registry)
    await a_card(registry, entered)
    await registry.services.lists.publish()
    head = registry.head()
    await changes(registry, entered, "suspension", 1, **{"from": day("2026-09-01")})
    await registry.services.lists.publish()
    assert registry.head() == head + 2  # the suspension and its document


async def test_the_number_of_cards_is_hidden_by_decoys_and_noise(registry):
    made = await a_card(registry, await an_entered_order(registry))
    listed = (await published(registry)).lists[made["status_uri"]]
    values = [statuslist.entry(listed.status.packed, index) for index in range(65_536)]
    decoys = sum(value != 0 for value in values)
    assert 3500 < decoys < 4700
    assert values[made["index"]] == 0
    prints = {listed.fingerprint(index) for index in range(65_536)}
    assert len(prints) == 65_536


async def test_an_unchanged_pack_is_not_sent_twice(registry):
    await a_card(registry, await an_entered_order(registry))
    assert (await registry.get(None, "/status/pack?jurisdiction=DE")).json["code"] == "no-such-pack"
    assert (await registry.get(None, "/status/pack")).json["code"] == "no-such-pack"
    await published(registry)
    address = registry.url + "/status/pack?jurisdiction=FR"
    async with registry.session.get(address) as response:
        tag = response.headers["ETag"]
        assert response.headers["Content-Type"] == "application/po-pack+cwt"
    async with registry.session.get(address, headers={"If-None-Match": tag}) as response:
        assert response.status == 304
        assert not await response.read()


async def test_the_page_that_checks_is_served_with_its_keys_and_its_policy(registry):
    await a_card(registry, await an_entered_order(registry))
    answer = await registry.get(None, "/card")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'sha256-")
    body = answer.body.decode()
    said = body.partition('<script type="application/json" id="keys">')[2].partition("</script>")[0]
    assert {key.use for key in read_set(orjson.loads(said))} == {1, 2, 3}
    assert "http://" not in body.replace("http://www.w3.org", "")
