"""The bytes of a card: one form and no other, and any byte changed is refused."""

from dataclasses import replace

import cbor2
import pytest
import segno
from hypothesis import assume, given
from hypothesis import strategies as st

from registry.card import base45, content, cose, strict, text
from registry.card.content import MEASURE_WORDS, Measure, Person
from registry.card.refusals import CardRefused, Check
from registry.card.transliteration import is_latin, transliterated
from registry.card.verify import Word, verify
from registry.cards import LARGEST_TEXT
from registry.values.issuance import ConditionKind
from tests.unit.card.given import CARD_KEY, NOW, STRANGE_KEY, card, key, message, summary

CYRILLIC = "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґў"
LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyzàáâäãåæçčćèéêëìíîïñòóôöøœßšùúûüýž -'"

names = st.text(alphabet=LATIN + CYRILLIC + "Ωλדגمح", min_size=1, max_size=30)
days = st.integers(min_value=-25_567, max_value=79_999)


def some(values):
    return st.one_of(st.none(), values)


persons = st.builds(
    Person,
    family=some(names),
    given=some(names),
    born=st.one_of(st.none(), days, st.sampled_from(["1980", "1999-12"])),
    sex=st.sampled_from([None, 0, 1, 2, 9]),
    family_latin=some(names),
    given_latin=some(names),
)
measures = st.builds(Measure, code=st.sampled_from(sorted(MEASURE_WORDS)), metres=some(st.integers(1, 100_000)))


@st.composite
def cards(draw):
    until = draw(some(days))
    said = summary(
        court=draw(names),
        protected=tuple(draw(st.lists(persons, min_size=1, max_size=4))),
        respondent=draw(persons),
        measures=tuple(draw(st.lists(measures, min_size=1, max_size=10))),
        from_day=draw(days),
        until_day=until,
        open_ended=until is None and draw(st.booleans()),
        states=tuple(draw(st.lists(st.sampled_from(["DE", "US-CA", "GB-EAW", "ES"]), max_size=10))),
    )
    return card(
        salt=draw(st.binary(min_size=16, max_size=16)),
        version=draw(st.integers(1, 100_000)),
        index=draw(st.integers(0, (1 << 20) - 1)),
        phone=draw(st.sampled_from([None, "+49 30 1234", "112"])),
        summary=draw(st.sampled_from([None, said])),
    )


@given(cards())
def test_what_is_written_is_what_is_read(made):
    sealed = text.seal(made, CARD_KEY)
    again = text.read(text.written(sealed))
    assert again == sealed
    assert content.decode(cose.parse(again).payload) == made


@given(cards())
def test_a_card_of_any_content_verifies(made):
    found = verify(text.written(text.seal(made, CARD_KEY)), now=NOW, keys=[key()])
    assert found.card == made
    assert found.word in {Word.TREAT_AS_IN_FORCE, Word.ASK}


@given(cards(), st.data())
def test_a_card_with_any_byte_changed_is_refused(made, data):
    sealed = bytearray(text.seal(made, CARD_KEY))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    found = verify(text.written(bytes(sealed)), now=NOW, keys=[key()])
    # Another key id is another key, of which nothing is known; everything else is no card or no authentic one.
    assert found.word in {Word.NOT_A_CARD, Word.NOT_AUTHENTIC, Word.CANNOT_TELL}
    assert found.card is None


def test_every_byte_of_one_card_counts():
    sealed = message()
    for place in range(len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        found = verify(text.written(changed), now=NOW, keys=[key(), key(STRANGE_KEY)])
        assert found.word in {Word.NOT_A_CARD, Word.NOT_AUTHENTIC, Word.CANNOT_TELL}


@given(st.binary(max_size=400))
def test_bytes_come_back_from_base45(given_bytes):
    assert base45.decode(base45.encode(given_bytes)) == given_bytes


def test_base45_gives_the_examples_of_its_rfc():
    assert base45.encode(b"AB") == "BB8"
    assert base45.encode(b"Hello!!") == "%69 VD92EX0"
    assert base45.encode(b"base-45") == "UJCLQE7W581"
    assert base45.decode("QED8WEX0") == b"ietf!"


@pytest.mark.parametrize(
    ("said", "reason"),
    [("GGW", "base45-value"), ("::", "base45-value"), ("A", "base45-length"), ("aaa", "base45-letter")],
)
def test_what_is_no_base45_is_refused(said, reason):
    with pytest.raises(CardRefused, match=reason):
        base45.decode(said)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("a2 01 01 01 02", "duplicate-key"),
        ("a2 02 01 01 02", "keys-out-of-order"),
        ("18 17", "not-shortest"),
        ("19 00ff", "not-shortest"),
        ("1a 0000ffff", "not-shortest"),
        ("1b 00000000ffffffff", "not-shortest"),
        ("58 01 61", "not-shortest"),
        ("5f 41 61 ff", "indefinite-length"),
        ("9f 01 ff", "indefinite-length"),
        ("bf 01 01 ff", "indefinite-length"),
        ("1c", "indefinite-length"),
        ("01 01", "trailing-bytes"),
        ("", "cut-short"),
        ("19 01", "cut-short"),
        ("43 61 62", "cut-short"),
        ("82 01", "cut-short"),
        ("a1", "cut-short"),
        ("a1 01", "cut-short"),
        ("61 ff", "not-utf-8"),
        ("f5", "simple-or-float"),
        ("f9 3c00", "simple-or-float"),
        ("f7", "simple-or-float"),
        ("c0 61 61", "wrong-tag"),
        ("d2 01", "wrong-tag"),
        ("a1 40 01", "wrong-key"),
        ("a1 80 01", "wrong-key"),
        ("81 81 81 81 81 81 81 01", "too-deep"),
        ("99 0200" + "01" * 512, "too-many-items"),
    ],
)
def test_another_form_of_a_value_is_refused(written, reason):
    with pytest.raises(CardRefused, match=reason):
        strict.decode(bytes.fromhex(written))


def test_a_tag_that_is_wanted_must_be_there():
    with pytest.raises(CardRefused, match="wrong-tag"):
        strict.decode(b"\x01", tag=18)
    with pytest.raises(CardRefused, match="wrong-tag"):
        strict.decode(b"\xd1\x01", tag=18)
    assert strict.decode(b"\xd2\x01", tag=18) == 1


@given(st.binary(max_size=60))
def test_what_passes_has_no_other_form(given_bytes):
    try:
        value = strict.decode(given_bytes)
    except CardRefused:
        return
    assert cbor2.dumps(value, canonical=True) == given_bytes


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ([b"", {}, b""], "not-cose-sign1"),
        ({}, "not-cose-sign1"),
        ([b"", {}, b"", 1], "not-cose-sign1"),
        ([b"", {4: b"x"}, b"", bytes(64)], "unprotected-header"),
        ([b"", {}, b"", bytes(63)], "signature-length"),
        ([strict.encode({1: -7}), {}, b"", bytes(64)], "protected-header"),
        ([strict.encode([]), {}, b"", bytes(64)], "protected-header"),
        ([strict.encode({1: -8, 4: bytes(8)}), {}, b"", bytes(64)], "wrong-algorithm"),
        ([strict.encode({1: -7, 4: bytes(7)}), {}, b"", bytes(64)], "key-id-length"),
    ],
)
def test_another_envelope_is_refused(parts, reason):
    with pytest.raises(CardRefused, match=reason):
        cose.parse(strict.encode(cbor2.CBORTag(18, parts)))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({1: "fr"}, "text-of-wrong-form"),
        ({4: 1, 6: 2}, "expires-before-issued"),
        ({4: -1}, "number-out-of-range"),
        ({7: bytes(15)}, "identifier-length"),
        ({9: 1}, "claim-unknown"),
        ({-65537: []}, "not-a-map"),
        ({-65537: {1: bytes(16)}}, "claim-missing"),
        ({-65537: {1: bytes(16), 2: 1, 5: []}}, "claim-missing"),
        ({-65537: {1: bytes(16), 2: 1, 12: "Rue"}}, "claim-unknown"),
        ({65535: {"status_list": {"idx": 1, "uri": "javascript:alert(1)"}}}, "text-of-wrong-form"),
    ],
)
def test_another_claim_is_refused(changed, reason):
    claims = strict.decode(content.encode(card()))
    with pytest.raises(CardRefused, match=reason):
        content.decode(strict.encode(claims | changed))


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ({4: ""}, "name-length"),
        ({4: "x" * 81}, "name-length"),
        ({4: "Lille\n"}, "name-of-wrong-form"),
        ({4: "\u202elliL"}, "name-of-wrong-form"),
        ({4: "e\u0301"}, "name-of-wrong-form"),
        ({5: []}, "not-a-list-of-that-size"),
        ({5: [{7: "Rue"}]}, "claim-unknown"),
        ({6: {3: "soon"}}, "text-of-wrong-form"),
        ({6: {4: 3}}, "sex-out-of-range"),
        ({7: [[4, 500, 1]]}, "not-a-list-of-that-size"),
        ({7: [["4"]]}, "number-out-of-range"),
        ({8: 10**6}, "number-out-of-range"),
        ({10: []}, "not-a-list-of-that-size"),
        ({11: "call me"}, "text-of-wrong-form"),
    ],
)
def test_what_an_order_may_not_say_is_refused(order, reason):
    claims = strict.decode(content.encode(card()))
    claims[-65537] |= order
    with pytest.raises(CardRefused, match=reason):
        content.decode(strict.encode(claims))


def test_a_card_that_nobody_would_read_is_not_made():
    with pytest.raises(CardRefused):
        content.encode(replace(card(), index=-1))


@pytest.mark.parametrize(("said", "reason"), [("HC1:6BF", "not-a-card"), ("PO1:" + "0" * 4293, "too-long")])
def test_another_text_is_refused(said, reason):
    with pytest.raises(CardRefused, match=reason) as refused:
        text.read(said)
    assert refused.value.check is Check.TEXT


def test_every_measure_of_the_registry_has_a_number_on_a_card():
    assert set(MEASURE_WORDS.values()) == {kind.value for kind in ConditionKind}


def test_the_sizes_are_those_that_a_small_code_holds():
    full = text.written(message())
    pointer = text.written(message(card(summary=None)))
    assert segno.make(full, error="m", boost_error=False).version <= 16
    assert segno.make(pointer, error="m", boost_error=False).version <= 11
    assert segno.make(full, error="m", boost_error=False).mode == "alphanumeric"


def test_a_cyrillic_name_is_written_as_a_passport_writes_it():
    assert transliterated("Щербакова Юлія", "UA") == "SHCHERBAKOVA IULIIA"
    assert transliterated("Ганна", "UA") == "HANNA"
    assert transliterated("Галина Объедкова", "RU") == "GALINA OBIEEDKOVA"
    assert transliterated("Щерев", "BG") == "SHTEREV"
    assert transliterated("Хаџи-Ѓорѓиев", "MK") == "HADJI-GJORGJIEV"
    assert transliterated("Чедомиљ", "RS") == "CEDOMILJ"
    assert transliterated("Γιώργος", "GR") is None
    assert is_latin("Đặng-Þórsson")
    assert not is_latin("Юлія")


@given(st.text(alphabet=CYRILLIC, min_size=1, max_size=20))
def test_every_cyrillic_name_has_a_latin_line(name):
    assume(set(name.upper()) != {CYRILLIC[29]})  # the soft sign alone is written as nothing
    found = transliterated(name, "RU")
    assert found
    assert found.isascii()


def test_the_longest_text_of_a_card_just_fits_the_largest_code_that_readers_read():
    longest = text.PREFIX + "9" * (LARGEST_TEXT - len(text.PREFIX))
    assert segno.make(longest, error="m", boost_error=False).version == 22
    assert segno.make(longest + "9", error="m", boost_error=False).version == 23
