"""What an officer is told: what is not known is never shown as not valid."""

from dataclasses import replace

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.card import cose, pack, strict, text
from registry.card.content import Card
from registry.card.keys import as_set, read_set
from registry.card.pack import PACK_USE, STATUS_USE
from registry.card.refusals import CardRefused, Check
from registry.card.statuslist import Status
from registry.card.verify import Freshness, Outcome, Word, verify
from tests.unit.card.given import (
    ANCHOR,
    CARD_KEY,
    DAY,
    INDEX,
    NOW,
    PACK_KEY,
    STATUS_KEY,
    STRANGE_KEY,
    TODAY,
    a_pack,
    card,
    key,
    listed,
    message,
    summary,
    written,
)

NO_WORDS = {Word.ENDED, Word.SUSPENDED, Word.EXPIRED, Word.NOT_YET, Word.NOT_AUTHENTIC, Word.NOT_A_CARD}
"""Words that let an officer go away."""


def held(
    said: Card | None = None, value: int = 0, *, now: int = NOW, known: bool = True, signer=CARD_KEY, keys=None, **more
):
    """Hold a card against a pack that lists it with a value."""
    made = message(said, signer=signer)
    found = listed({INDEX: made} if known else {}, {INDEX: value}, **more)
    packs = [a_pack(found, **({"keys": keys} if keys else {}))]
    return verify(text.written(made), now=now, packs=[pack.read(written(each), [ANCHOR]) for each in packs])


@pytest.mark.parametrize(("value", "word"), [(0, Word.IN_FORCE), (1, Word.ENDED), (2, Word.SUSPENDED), (3, Word.ASK)])
def test_a_fresh_pack_says_what_has_become_of_the_order(value: int, word: Word):
    found = held(value=value)
    assert (found.word, found.status, found.freshness) == (word, Status(value), Freshness.CURRENT)
    assert found.as_of == NOW - 3600
    assert {each.check for each in found.checks} == set(Check) - {Check.PACK, Check.STANDING_OF_KEY}


def test_the_other_signature_that_fits_a_card_is_refused():
    made = message(card())
    points = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    other = made[:-32] + (points - int.from_bytes(made[-32:], "big")).to_bytes(32, "big")
    cose.verify(cose.parse(other), CARD_KEY.public_key())  # it fits, and anybody can make it
    found = verify(text.written(other), now=NOW, keys=[key(CARD_KEY)])
    assert (found.word, found.checks[-1].check) == (Word.NOT_AUTHENTIC, Check.SIGNATURE)


@pytest.mark.parametrize(("value", "word"), [(0, Word.TREAT_AS_IN_FORCE), (1, Word.ASK), (2, Word.ASK), (3, Word.ASK)])
def test_an_old_pack_sends_nobody_away(value: int, word: Word):
    found = held(value=value, issued=NOW - 9 * DAY)
    assert (found.word, found.freshness, found.as_of) == (word, Freshness.STALE, NOW - 9 * DAY)


def test_a_status_list_that_ran_out_makes_a_new_pack_old():
    assert held(expires=NOW - 1).word is Word.TREAT_AS_IN_FORCE


def test_a_clock_behind_the_pack_makes_it_old():
    found = held(issued=NOW + DAY)
    assert found.freshness is Freshness.STALE
    assert found.word is Word.TREAT_AS_IN_FORCE


def test_without_a_pack_an_authentic_card_is_treated_as_in_force():
    found = verify(text.written(message()), now=NOW, keys=[key()])
    assert (found.word, found.status, found.freshness) == (Word.TREAT_AS_IN_FORCE, None, Freshness.NONE)


def test_a_card_of_an_unknown_issuer_cannot_be_told_and_shows_nobody():
    for keys in ([], [key(jurisdiction="DE")], [key(use=STATUS_USE)]):
        found = verify(text.written(message()), now=NOW, keys=keys)
        assert (found.word, found.card) == (Word.CANNOT_TELL, None)


def test_two_keys_may_share_an_id_and_both_are_tried():
    class Twin:
        kid = key().kid
        jurisdiction, use, public = "FR", key().use, STRANGE_KEY.public_key()

    assert verify(text.written(message()), now=NOW, keys=[Twin(), key()]).word is Word.TREAT_AS_IN_FORCE
    assert verify(text.written(message()), now=NOW, keys=[Twin()]).word is Word.NOT_AUTHENTIC


def test_a_card_that_was_never_issued_is_not_authentic_though_its_key_is():
    found = held(known=False)
    assert (found.word, found.status) == (Word.NOT_AUTHENTIC, None)
    assert next(each.reason for each in found.checks if each.check is Check.FINGERPRINT) == "never-issued"


def test_a_card_newer_than_the_pack_is_treated_as_in_force():
    found = held(card(issued=NOW - 60), known=False)
    assert (found.word, found.status) == (Word.TREAT_AS_IN_FORCE, None)


def test_a_card_outside_its_list_is_not_authentic():
    assert held(card(index=5000), known=False).word is Word.NOT_AUTHENTIC


def test_after_a_key_was_stolen_the_cards_it_signed_before_stay_good():
    stolen = (key(compromised=True), key(STATUS_KEY, use=STATUS_USE))
    assert held(keys=stolen).word is Word.IN_FORCE
    found = held(card(issued=NOW - 60), known=False, keys=stolen)
    assert (found.word, found.withdrawn) == (Word.KEY_WITHDRAWN, None)


WITHDRAWN_SINCE = NOW - 3 * DAY


def withdrawn(since: int = WITHDRAWN_SINCE, **more):
    return (key(withdrawn=since, **more), key(STATUS_KEY, use=STATUS_USE))


@pytest.mark.parametrize(
    ("issued", "known", "word"),
    [
        (WITHDRAWN_SINCE - 1, True, Word.IN_FORCE),  # it was listed, so its date is not a thief's
        (WITHDRAWN_SINCE, True, Word.KEY_WITHDRAWN),
        (NOW - 60, True, Word.KEY_WITHDRAWN),
        (NOW - 60, False, Word.KEY_WITHDRAWN),  # newer than the pack: nobody knows whether it was issued
        (WITHDRAWN_SINCE - 1, False, Word.NOT_AUTHENTIC),  # older, and never issued
    ],
)
def test_a_card_of_a_withdrawn_key_is_neither_in_force_nor_unknown(issued: int, known: int, word: Word):
    found = held(card(issued=issued), known=bool(known), keys=withdrawn())
    assert (found.word, found.withdrawn) == (word, WITHDRAWN_SINCE)
    standing = [(each.outcome, each.reason) for each in found.checks if each.check is Check.STANDING_OF_KEY]
    assert (
        standing
        == {
            Word.IN_FORCE: [(Outcome.PASSED, "issued-before-its-key-was-withdrawn")],
            Word.KEY_WITHDRAWN: [(Outcome.FAILED, "key-withdrawn")],
            Word.NOT_AUTHENTIC: [],
        }[word]
    )


def test_without_a_pack_a_withdrawn_key_is_told_by_its_list_and_a_list_knows_more_than_a_pack():
    said = text.written(message())
    marked = key(withdrawn=WITHDRAWN_SINCE)
    for keys in ([marked], [key(), marked], [marked, key()]):
        assert verify(said, now=NOW, keys=keys).word is Word.KEY_WITHDRAWN
    made = message(card(issued=NOW - 60))
    found = a_pack(listed({INDEX: made}))
    assert verify(text.written(made), now=NOW, packs=[found]).word is Word.IN_FORCE
    assert verify(text.written(made), now=NOW, packs=[found], keys=[marked]).word is Word.KEY_WITHDRAWN
    assert verify(text.written(made), now=NOW, packs=[found], keys=[marked]).withdrawn == WITHDRAWN_SINCE


def test_the_mark_of_a_key_goes_through_packs_and_key_sets():
    for mark in ({}, {"withdrawn": NOW}, {"compromised": True}, {"withdrawn": NOW, "compromised": True}):
        made = pack.read(written(a_pack(listed(), keys=(key(**mark), key(STATUS_KEY, use=STATUS_USE)))), [ANCHOR])
        assert (made.keys[0].withdrawn, made.keys[0].compromised) == (mark.get("withdrawn"), "compromised" in mark)
        (read,) = read_set(as_set([key(**mark)]))
        assert (read.withdrawn, read.compromised) == (mark.get("withdrawn"), "compromised" in mark)


@pytest.mark.parametrize("mark", [{"withdrawn": NOW + DAY}, {"compromised": True}])
def test_a_pack_of_a_withdrawn_key_is_refused_whatever_its_date(mark):
    marked = key(PACK_KEY, use=PACK_USE, **mark)
    for anchors in ([marked], [ANCHOR, marked]):
        with pytest.raises(CardRefused, match="key-withdrawn"):
            pack.read(written(a_pack(listed())), anchors)


def test_a_mark_that_is_not_understood_is_refused_and_not_passed_over():
    members = as_set([key(withdrawn=NOW)])
    members["keys"][0]["x-po-since"] = "yesterday"
    with pytest.raises(CardRefused):
        read_set(members)


@pytest.mark.parametrize("more", [{"begins": NOW}, {"signs_until": NOW - 20 * DAY}, {"ends": NOW + DAY}])
def test_a_card_from_outside_the_period_of_its_key_cannot_be_told(more):
    assert held(keys=(key(**more), key(STATUS_KEY, use=STATUS_USE))).word is Word.CANNOT_TELL


def test_an_order_of_the_past_is_over_only_when_its_day_is_over_everywhere():
    past = card(expires=NOW, summary=summary(until_day=TODAY))
    assert held(past).word is Word.ASK
    over = card(expires=NOW - 5 * DAY, summary=summary(until_day=TODAY - 5))
    assert held(over).word is Word.EXPIRED
    assert held(over, issued=NOW - 9 * DAY).word is Word.ASK
    assert held(over, extensions={INDEX: TODAY + 50}).word is Word.ASK
    assert held(over, extensions={INDEX: TODAY + 50}).extended_to == TODAY + 50
    assert held(over, extensions={INDEX: None}).extended_to is None
    assert held(over, 3).word is Word.ASK


@pytest.mark.parametrize("said", [summary(until_day=None), summary(until_day=None, open_ended=True), None])
def test_a_card_that_ran_out_says_nothing_of_an_order_without_an_end(said):
    assert held(card(expires=NOW - 1, summary=said)).word is Word.ASK


def test_an_order_that_has_not_begun_anywhere():
    assert held(card(summary=summary(from_day=TODAY + 3))).word is Word.NOT_YET
    assert held(card(summary=summary(from_day=TODAY + 3)), issued=NOW - 9 * DAY).word is Word.ASK
    assert held(card(summary=summary(from_day=TODAY))).word is Word.IN_FORCE


@given(
    value=st.integers(0, 3),
    age=st.integers(DAY + 1, 400 * DAY),
    over=st.integers(-30, 30),
    known=st.booleans(),
)
def test_whatever_an_old_pack_says_an_authentic_card_never_sends_an_officer_away(value, age, over, known):
    said = card(
        issued=NOW - 5 * DAY if not known else NOW - 20 * DAY,
        expires=NOW + over * DAY if over > -5 else NOW - 4 * DAY,
        summary=summary(until_day=TODAY + over),
    )
    made = message(said)
    found = listed({INDEX: made}, {INDEX: value}, issued=NOW - age)
    packs = [a_pack(found)] if known else []
    answer = verify(text.written(made), now=NOW, packs=packs, keys=[key()])
    assert answer.word not in NO_WORDS


@given(st.text(max_size=300))
def test_any_text_is_answered(said: str):
    assert verify(said, now=NOW).word is Word.NOT_A_CARD
    assert verify("PO1:" + said, now=NOW).word is Word.NOT_A_CARD


def test_the_newest_pack_of_the_issuer_counts():
    made = message()
    old, new = (a_pack(listed({INDEX: made}, {INDEX: v}, issued=i)) for v, i in ((0, NOW - 7200), (1, NOW - 60)))
    other = replace(new, issuer="DE", issued=NOW)
    assert verify(text.written(made), now=NOW, packs=[new, old, other]).word is Word.ENDED


def test_a_pack_is_held_to_a_key_that_is_trusted_for_its_jurisdiction():
    content = written(a_pack(listed()))
    for anchors in ([], [key(STRANGE_KEY, use=PACK_USE)], [key(PACK_KEY)], [replace(ANCHOR, jurisdiction="DE")]):
        with pytest.raises(CardRefused, match="key-not-trusted"):
            pack.read(content, anchors)
    with pytest.raises(CardRefused, match="wrong-signature"):
        pack.read(content[:-1] + bytes([content[-1] ^ 1]), [ANCHOR])
    with pytest.raises(CardRefused, match="wrong-signature"):
        pack.read(content, [replace(ANCHOR, signs_until=NOW - 7200)])
    with pytest.raises(CardRefused, match="too-large"):
        pack.read(bytes(pack.MAXIMUM_PACK + 1), [ANCHOR])
    with pytest.raises(CardRefused, match="wrong-signature"):
        pack.read(written(a_pack(listed()), status_signer=STRANGE_KEY), [ANCHOR])


def test_what_is_written_into_a_pack_is_what_is_read():
    made = a_pack(listed({INDEX: message()}, {1: 1}, extensions={4: TODAY, 5: None}))
    assert pack.read(written(made), [ANCHOR]) == made


def changed(change):
    """Give a pack whose claims were changed and signed again by the true key."""
    claims = strict.decode(cbor2.loads(written(a_pack(listed()))).value[2], items=pack.MAXIMUM_PACK_ITEMS)
    change(claims)
    return cose.sign(strict.encode(claims), PACK_KEY, typ=pack.TYPE)


OTHER_FORMS = (
    (lambda c: c.update({1: 5}), "claims-of-wrong-form"),
    (lambda c: c.update({4: 1}), "claims-of-wrong-form"),
    (lambda c: c.update({9: 1}), "members-of-wrong-form"),
    (lambda c: c.update({-65538: {}}), "members-of-wrong-form"),
    (lambda c: c[-65538][0].update({8: 3}), "key-of-wrong-form"),
    (lambda c: c[-65538][0].update({7: 2}), "key-of-wrong-form"),
    (lambda c: c[-65538][0].update({2: b""}), "key-of-wrong-form"),
    (lambda c: c[-65538][0].update({2: bytes(32)}), "key-of-wrong-form"),
    (lambda c: c[-65538][0].update({1: bytes(8)}), "key-of-wrong-form"),
    (lambda c: c[-65539][0].update({2: 1}), "list-of-wrong-form"),
    (lambda c: c[-65539][0].update({1: "https://other.example/s"}), "list-of-wrong-form"),
    (lambda c: c[-65539][0].update({3: b""}), "fingerprints-of-wrong-length"),
    (lambda c: c[-65539][0].update({4: 1}), "extensions-of-wrong-form"),
    (lambda c: c[-65539][0].update({4: {-1: 5}}), "extensions-of-wrong-form"),
    (lambda c: c[-65539][0].update({4: {1: 10**9}}), "extensions-of-wrong-form"),
)


@pytest.mark.parametrize("number", range(len(OTHER_FORMS)))
def test_a_pack_of_another_form_is_refused(number: int):
    change, reason = OTHER_FORMS[number]
    with pytest.raises(CardRefused, match=reason):
        pack.read(changed(change), [ANCHOR])


def test_outcomes_are_listed_each_by_name():
    found = held()
    assert [each.outcome for each in found.checks] == [Outcome.PASSED] * len(found.checks)
