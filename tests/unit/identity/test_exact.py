"""Exact search: what is written the same is found, what is not is not, and keys tell nothing."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry.errors import Malformed
from registry.identity import exact
from registry.identity.exact import KEY_BYTES, finding_keys, normalised, query_keys
from registry.values.parties import Identity, Name

KEY = bytes(range(32))
BORN = "1990-02-03"


def who(family, given="", born=BORN, others=()):
    return Identity(name=Name(family=family, given=given), birth_date=born, other_names=others)


def finds(asked, filed):
    return not set(query_keys(KEY, asked)).isdisjoint(finding_keys(KEY, filed))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller", "MULLER"),
        ("O'Brien", "O\u2019Brien"),
        ("O'Brien", "Obrien"),
        ("García-López", "garcia  lopez"),
        ("Straße", "STRASSE"),
        ("José", "Jose\u0301"),
        ("\ufb01eld", "Field"),
        (" Martin\u200b ", "Martin"),
        ("\u0130pek", "Ipek"),
        ("Ma\u00adrie", "Marie"),
        ("Mar\u3164tin", "Martin"),
        ("Mar\u034ftin\ufe0f", "Martin"),
        ("Mart\U000e0061in", "Martin"),
        ("\u0645\u06cc\u200c\u0622", "\u0645\u06cc\u0622"),
    ],
)
def test_these_are_written_the_same(one, other):
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Müller", "Mueller"), ("Martin", "Martine"), ("\u0915\u0941", "\u0915\u093f"), ("Иванов", "Ivanov")],
)
def test_these_are_not(one, other):
    assert normalised(one) != normalised(other)


@given(st.text(max_size=30))
@example("\u1e9e\u0149\u0345")
def test_normalising_twice_changes_nothing(text):
    assert normalised(normalised(text)) == normalised(text)


@given(st.text(min_size=1, max_size=20), st.text(max_size=20))
def test_whoever_is_filed_is_found_as_filed(family, given_name):
    identity = who(family, given_name)
    if normalised(family) or normalised(given_name):
        assert finds(identity, identity)


def test_a_name_written_whole_is_found_in_either_order():
    for whole in ("Jane Doe", "Doe Jane"):
        assert finds(who("Doe", "Jane"), who(whole))
        assert finds(who(whole), who("Doe", "Jane"))
    assert not finds(who("Jane Doe"), who("Doe Jane"))


def test_family_and_given_names_are_not_exchanged():
    assert not finds(who("Thomas", "James"), who("James", "Thomas"))


def test_words_are_not_shifted_between_family_and_given_name():
    assert not finds(who("van Dyk", "Anna"), who("Dyk", "Anna van"))


def test_every_other_name_finds():
    filed = who("Martin", "Ada", others=(Name(family="Durand", given="Ada"), Name(family="Adita")))
    assert finds(who("Durand", "Ada"), filed)
    assert finds(who("Adita"), filed)
    assert finds(who("X", others=(Name(family="Martin", given="Ada"),)), filed)


def test_another_birth_date_is_another_person():
    assert not finds(who("Martin", "Ada"), who("Martin", "Ada", "1990-03-02"))


@pytest.mark.parametrize("born", [None, "1990", "1990-02", "1990-02-30", "3.2.1990", "2020-W01-1", "\uff11990-02-03"])
def test_who_is_filed_without_a_full_birth_date_is_found_by_name(born):
    assert finds(who("Martin", "Ada"), who("Martin", "Ada", born))
    assert not finds(who("Martin", "Eve"), who("Martin", "Ada", born))


@pytest.mark.parametrize("born", [None, "1990", "unknown"])
def test_a_query_without_a_full_birth_date_is_refused_and_not_answered_with_nobody(born):
    with pytest.raises(Malformed, match="birth-date-needed"):
        query_keys(KEY, who("Martin", "Ada", born))


def test_a_query_without_a_name_is_refused_and_a_party_without_one_has_no_key():
    assert finding_keys(KEY, who(" '-")) == ()
    with pytest.raises(Malformed, match="name-needed"):
        query_keys(KEY, who(" '-"))


@pytest.mark.parametrize(
    ("identity", "field"),
    [
        (who("x" * 10_000), "/name/family"),
        (who("x", "y" * 10_000), "/name/given"),
        (who("x", others=(Name(family="y"), Name(family="z" * 10_000))), "/other_names/1/family"),
        (who("x", others=(Name(family="y"),) * 65), "/other_names"),
    ],
)
def test_a_name_of_ten_thousand_characters_is_refused_by_its_field_alone(identity, field):
    for keys in (finding_keys, query_keys):
        with pytest.raises(Malformed) as fault:
            keys(KEY, identity)
        assert fault.value.field == field
        assert "xx" not in str(fault.value)


def test_keys_are_sixteen_bytes_depend_on_the_index_key_and_do_not_repeat():
    filed = who("Martin", "Ada", others=(Name(family="Martin", given="Ada"),))
    keys = finding_keys(KEY, filed)
    assert len(keys) == len(set(keys)) == 3
    assert {len(key) for key in keys} == {KEY_BYTES}
    assert set(keys).isdisjoint(finding_keys(bytes(32), filed))
    with pytest.raises(ValueError, match="32 bytes"):
        finding_keys(b"short", filed)


def test_a_name_that_is_not_unicode_is_filed_all_the_same():
    assert finds(who("x\ud800"), who("x\ud800"))


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_the_short_way_for_ascii_is_the_long_way(text):
    assert exact.stripped(text) == exact.letter_by_letter(text)
