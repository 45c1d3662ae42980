"""A key is withdrawn by two; then cards, packs, lists and key sets say so, and another key signs new cards."""

import orjson
import pytest
from joserfc.jwk import OKPKey

from registry.card.keys import read_set
from registry.card.pack import CARD_USE, PACK_USE, STATUS_USE
from registry.card.statuslist import Status
from registry.card.verify import Word, verify
from registry.events.keylist import KeyWithdrawn
from registry.offered_keys import marked, of_cards, of_receipts
from registry.trust.keylist import KeyStatus, KeyUse
from registry.values.identifiers import Position
from registry.values.jurisdiction import Jurisdiction
from registry.values.keylist import SigningUse
from registry.values.time import SECOND, Instant, iso
from registry.vault.card_keys import MAXIMUM_TURNS, kid_text
from tests.http.browsing import Browser, opened, signed_in
from tests.http.given import ROLES, a_registry
from tests.http.test_cards import FRANCE, a_card, an_entered_order, checked, published

OPERATOR = "xx-import"


def kid_of(registry, use: int) -> str:
    return kid_text(registry.services.cards.keys.key("FR", use, registry.clock() // SECOND).public.kid)


async def proposed(
    registry, use: str, kid: str, *, seconds_ago: int = 0, by: str = OPERATOR, ground="COMPROMISED", of: str = "FR"
):
    since = iso(Instant((registry.clock() // SECOND - seconds_ago) * SECOND))
    body = {"kid": kid, "use": use, "ground": ground, "since": since, "jurisdiction": of}
    return since, await registry.post(by, "/v1/key-withdrawals", body)


async def confirmed(registry, key_ref: str, since: str, by: str = FRANCE, ground: str = "COMPROMISED"):
    said = {"since": since, "ground": ground}
    return await registry.post(by, f"/v1/key-withdrawals/{key_ref}/confirmation", said)


async def withdrawn(registry, use: str, kid: str, *, seconds_ago: int = 0, ground: str = "COMPROMISED") -> None:
    since, answer = await proposed(registry, use, kid, seconds_ago=seconds_ago, ground=ground)
    assert answer.status == 201, answer.body
    answer = await confirmed(registry, answer.json["key_ref"], since, ground=ground)
    assert answer.status == 200, answer.body


async def test_the_cards_of_a_withdrawn_key_are_told_apart_by_what_was_issued_before(registry):
    entered = await an_entered_order(registry)
    before = await a_card(registry, entered)
    kid = kid_of(registry, CARD_USE)
    await published(registry)
    late = await a_card(registry, entered)
    await withdrawn(registry, "CARD", kid, seconds_ago=30)
    after = await a_card(registry, entered)
    found = [await checked(registry, each) for each in (before, late, after)]
    assert [each.word for each in found] == [Word.IN_FORCE, Word.KEY_WITHDRAWN, Word.IN_FORCE]
    assert [each.status for each in found] == [Status.VALID, Status.CHANGED, Status.VALID]
    assert found[1].withdrawn is not None
    # Without a pack, the keys alone say it; the key that signs now is another one and stands.
    keys = [key for key in read_set((await registry.get(None, "/status/keys")).json) if key.use == CARD_USE]
    now = registry.clock() // SECOND
    words = [verify(each["text"], now=now, keys=keys).word for each in (before, late, after)]
    assert words == [Word.KEY_WITHDRAWN, Word.KEY_WITHDRAWN, Word.TREAT_AS_IN_FORCE]
    marked = {kid_text(key.kid): (key.withdrawn, key.compromised) for key in keys}
    assert marked.pop(kid) == (found[1].withdrawn, True)
    assert set(marked.values()) == {(None, False)}


async def test_what_is_offered_to_the_trust_list_bears_the_marks(registry):
    keys, receipt = registry.services.cards.keys, registry.services.checker.signer.public_jwk
    card, answer = kid_of(registry, CARD_USE), receipt["kid"]
    await withdrawn(registry, "CARD", card)
    await withdrawn(registry, "ANSWER", answer, ground="REPLACED")
    events = {
        (each.fact.event.use, each.fact.event.kid): each.fact.event
        for each in registry.services.reader.after(Position(0), limit=100)
        if isinstance(each.fact.event, KeyWithdrawn)
    }

    def said(use: SigningUse, kid: str) -> KeyWithdrawn | None:
        return events.get((use, kid))

    offered = of_cards(keys, Jurisdiction("FR"), registry.clock(), said)
    states = {key.kid: (key.status, key.since) for key in offered if key.use is KeyUse.CARD}
    assert states.pop(card) == (KeyStatus.COMPROMISED, events[SigningUse.CARD, card].since // SECOND)
    assert list(states.values()) == [(KeyStatus.ACTIVE, None)] * 2
    public = registry.services.checker.signer.key.public_key().public_bytes_raw()
    made = marked(of_receipts(public, "urn:uuid:1", begins=1, expires=2), said)
    since = events[SigningUse.ANSWER, answer].since // SECOND
    assert (made.kid, made.status, made.since) == (answer, KeyStatus.RETIRED, since)


async def test_a_card_that_was_made_is_made_again_after_its_key_was_withdrawn(registry):
    entered = await an_entered_order(registry)
    path = f"/v1/orders/{entered['order_ref']}/cards"
    first = await registry.post(FRANCE, path, {}, key="the-same-key")
    await withdrawn(registry, "CARD", kid_of(registry, CARD_USE), ground="REPLACED")
    again = await registry.post(FRANCE, path, {}, key="the-same-key")
    assert again.json["text"] == first.json["text"]


async def test_a_pack_is_made_anew_though_no_list_changed_and_lists_are_signed_by_another_key(registry):
    made = await a_card(registry, await an_entered_order(registry))
    before = await published(registry)
    (held,) = before.lists.values()
    await withdrawn(registry, "STATUS", kid_of(registry, STATUS_USE))
    after = await published(registry)
    (listed,) = after.lists.values()
    assert listed.status.packed == held.status.packed
    assert listed.status.issued > held.status.issued
    assert kid_of(registry, STATUS_USE) not in {kid_text(key.kid) for key in after.keys}
    await withdrawn(registry, "PACK", kid_of(registry, PACK_USE))
    await published(registry)  # the key set has the new anchor
    await withdrawn(registry, "CARD", kid_of(registry, CARD_USE))
    registry.clock.pass_seconds(61)
    content = (await registry.get(None, "/status/pack?jurisdiction=FR")).body
    await registry.services.lists.publish()
    assert (await registry.get(None, "/status/pack?jurisdiction=FR")).body != content
    assert (await checked(registry, made)).word is Word.IN_FORCE


@pytest.fixture
async def two_states(tmp_path):
    async with a_registry(tmp_path, roles={**ROLES, "gb-court-2": (["COURT"], ["GB-EAW"])}) as registry:
        yield registry


async def by_strangers(registry, use: str, kid: str, *, seconds_ago: int) -> None:
    """Two courts of England say of the name of a key of France whatever they like: of no key of theirs."""
    since, answer = await proposed(registry, use, kid, seconds_ago=seconds_ago, by="gb-court", of="GB-EAW")
    assert answer.status == 201, answer.body
    assert (await confirmed(registry, answer.json["key_ref"], since, "gb-court-2")).status == 200


async def test_what_two_courts_of_another_state_say_withdraws_no_key(two_states):
    registry = two_states
    made = await a_card(registry, await an_entered_order(registry))
    kid = kid_of(registry, CARD_USE)
    for use in ("CARD", "STATUS", "PACK"):
        await by_strangers(registry, use, kid, seconds_ago=3600)
    registry.clock.pass_seconds(61)
    found = await checked(registry, made)
    assert (found.word, found.status, found.withdrawn) == (Word.IN_FORCE, Status.VALID, None)


@pytest.mark.parametrize("use", ["CARD", "STATUS", "ANSWER"])
async def test_nor_does_it_bring_back_a_key_that_was_withdrawn(two_states, use: str):
    registry = two_states
    entered, kid = await an_entered_order(registry), kid_of(two_states, CARD_USE)
    await a_card(registry, entered)
    await published(registry)
    stolen = await a_card(registry, entered)
    await withdrawn(registry, "CARD", kid, seconds_ago=30)
    await by_strangers(registry, use, kid, seconds_ago=1)
    if use != "CARD":  # and so does what its own courts say of the same name for another use
        await withdrawn(registry, use, kid, seconds_ago=1)
    registry.clock.pass_seconds(61)
    found = await checked(registry, stolen)
    assert (found.word, found.status) == (Word.KEY_WITHDRAWN, Status.CHANGED)


async def test_a_stranger_does_not_stand_in_the_way_of_a_withdrawal(two_states):
    registry, kid = two_states, kid_of(two_states, CARD_USE)
    since, mine = await proposed(registry, "CARD", kid)
    _, theirs = await proposed(registry, "CARD", kid, by="gb-court", of="GB-EAW", ground="REPLACED")
    assert theirs.json["key_ref"] != mine.json["key_ref"]
    assert (await confirmed(registry, mine.json["key_ref"], since)).status == 200


async def test_one_jurisdiction_without_a_key_of_packs_keeps_no_other_from_its_keys(registry):
    await a_card(registry, await an_entered_order(registry))
    await published(registry)
    keys, now = registry.services.cards.keys, registry.clock() // SECOND
    for turn in range(MAXIMUM_TURNS):
        await withdrawn(registry, "PACK", kid_text(keys.key("FR", PACK_USE, now, turn).public.kid))
    await withdrawn(registry, "CARD", kid_of(registry, CARD_USE))
    await registry.services.lists.publish()
    shown = read_set((await registry.get(None, "/status/keys")).json)
    assert {key.withdrawn is None for key in shown if key.use == CARD_USE} == {True, False}


async def test_until_it_is_confirmed_a_key_counts(registry):
    made = await a_card(registry, await an_entered_order(registry))
    kid = kid_of(registry, CARD_USE)
    since, answer = await proposed(registry, "CARD", kid, seconds_ago=3600)
    key_ref = answer.json["key_ref"]
    assert (await checked(registry, made)).word is Word.IN_FORCE
    shown = await registry.get(FRANCE, f"/v1/key-withdrawals/{key_ref}")
    said = {"ground": "COMPROMISED", "since": since}
    waits = {"waiting": [said | {"proposed_by": OPERATOR}]}
    assert shown.json == {"kid": kid, "use": "CARD", "confirmed": False} | said | waits
    assert (await confirmed(registry, key_ref, since)).status == 200
    assert (await registry.get(FRANCE, f"/v1/key-withdrawals/{key_ref}")).json["confirmed"] is True
    assert (await checked(registry, made)).word is Word.KEY_WITHDRAWN


async def test_what_holds_is_shown_beside_what_waits(registry):
    """An earlier date that waits does not make the key one that counts; and nobody hides a proposal behind another."""
    since, first = await proposed(registry, "LOG", "k", seconds_ago=10)
    key_ref = first.json["key_ref"]
    assert (await confirmed(registry, key_ref, since)).status == 200
    theft, _ = await proposed(registry, "LOG", "k", seconds_ago=3600)
    other, _ = await proposed(registry, "LOG", "k", seconds_ago=60, by=FRANCE)
    shown = (await registry.get(FRANCE, f"/v1/key-withdrawals/{key_ref}")).json
    assert (shown["confirmed"], shown["since"]) == (True, since)
    assert [(each["since"], each["proposed_by"]) for each in shown["waiting"]] == [(theft, OPERATOR), (other, FRANCE)]
    assert (await confirmed(registry, key_ref, theft)).status == 200
    shown = (await registry.get(FRANCE, f"/v1/key-withdrawals/{key_ref}")).json
    assert (shown["since"], shown["waiting"]) == (theft, [])


async def test_one_alone_withdraws_nothing_nor_does_an_operator_or_a_stranger(registry):
    since, answer = await proposed(registry, "ANSWER", "k", by=FRANCE)
    key_ref = answer.json["key_ref"]
    refused = await confirmed(registry, key_ref, since)
    assert (refused.status, refused.json["code"]) == (422, "proposer-does-not-confirm")
    for by, status, code in (
        (OPERATOR, 403, "role-not-permitted"),
        ("fr-police", 403, "role-not-permitted"),
        ("de-ag-mitte", 404, "no-such-key-withdrawal"),
    ):
        refused = await confirmed(registry, key_ref, since, by)
        assert (refused.status, refused.json["code"]) == (status, code)
    for by in ("fr-police", "de-ag-mitte"):
        assert (await proposed(registry, "CARD", "k", by=by))[1].status == 403
    assert (await registry.get("de-ag-mitte", f"/v1/key-withdrawals/{key_ref}")).status == 404
    assert (await registry.get(FRANCE, f"/v1/key-withdrawals/{'0' * 8}-0000-0000-0000-{'0' * 12}")).status == 404


async def test_a_period_whose_keys_were_all_withdrawn_signs_no_card(registry):
    entered = await an_entered_order(registry)
    keys, now = registry.services.cards.keys, registry.clock() // SECOND
    for turn in range(MAXIMUM_TURNS):
        await withdrawn(registry, "CARD", kid_text(keys.key("FR", CARD_USE, now, turn).public.kid))
    answer = await registry.post(FRANCE, f"/v1/orders/{entered['order_ref']}/cards", {})
    assert (answer.status, answer.json["code"]) == (503, "keys-unavailable")


@pytest.mark.parametrize("changed", [{"kid": "two words"}, {"use": "ORDER"}, {"since": "2026-01-01T00:00:00.5Z"}])
async def test_a_proposal_of_another_form_is_refused(registry, changed):
    body = {"kid": "k", "use": "LOG", "ground": "REPLACED", "since": "2026-01-01T00:00:00Z", "jurisdiction": "FR"}
    answer = await registry.post(OPERATOR, "/v1/key-withdrawals", body | changed)
    assert answer.status == 422


async def test_a_second_key_or_a_person_of_the_same_institution_is_no_second_voice(tmp_path):
    async with a_registry(tmp_path, recorded=True) as registry:
        second = OKPKey.generate_key("Ed25519", parameters={"kid": "k2"})
        added = await registry.post(FRANCE, "/v1/keys", {"key": dict(second.as_dict(private=False))})
        assert added.status == 201
        since, answer = await proposed(registry, "ANSWER", "k", by=FRANCE)
        registry.tokens["second"] = await registry.sign_in(FRANCE, key=second, kid="k2")
        registry.keys["second"] = second
        refused = await confirmed(registry, answer.json["key_ref"], since, "second")
        assert (refused.status, refused.json["code"]) == (422, "proposer-does-not-confirm")
        browser = Browser(registry.url)
        await signed_in(registry, browser, await opened(registry, browser))
        said = {"X-CSRF-Token": (await browser.form("/account"))["csrf"], "Idempotency-Key": "a-person-confirms"}
        path = f"/v1/key-withdrawals/{answer.json['key_ref']}/confirmation"
        refused = await browser.send(path, orjson.dumps({"since": since, "ground": "COMPROMISED"}), **said)
        assert (refused.status, refused.json["code"]) == (422, "proposer-does-not-confirm")
