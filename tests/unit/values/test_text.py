"""What nobody sees makes no difference: not to a court's number, and hardly ever in a request."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry.values.text import INVISIBLE, case_number, without_ignorables

UNSEEN = "\u00ad\u034f\u061c\u115f\u17b4\u180e\u200b\u200d\u200e\u202e\u2060\u2066\u3164\ufe0f\ufeff\uffa0\ufff9"
TAGS = "".join(map(chr, range(0xE0020, 0xE0080)))
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
numbers = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cn", "Co"]), max_size=20)


@given(numbers)
@example("\u1e9e\u0149\u0345")
@example("\u3164 \uffa0")
@example("\u03b1\u0345\u0301")
def test_writing_a_number_twice_changes_nothing(text):
    assert case_number(case_number(text)) == case_number(text)


@given(numbers, st.sampled_from([*UNSEEN, *TAGS]), st.integers(0, 20))
def test_what_nobody_sees_makes_no_other_number(text, unseen, place):
    # Between a letter and its accent it would keep them apart, and be seen.
    composed = unicodedata.normalize("NFC", text)
    assert case_number(without_ignorables(composed) + unseen) == case_number(composed)
    assert case_number("".join(unseen + letter for letter in "RG 24/00117")) == "rg 24/00117"
    assert case_number("RG 24/00117"[:place] + unseen + "RG 24/00117"[place:]) == "rg 24/00117"


@given(numbers, st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_composition_makes_no_other_number(text, form):
    assert case_number(unicodedata.normalize(form, text)) == case_number(text)


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=20))
def test_width_and_case_and_spaces_make_no_other_number(text):
    plain = case_number(text)
    assert case_number(text.translate(WIDE)) == plain
    assert case_number(text.upper()) == plain
    assert case_number(f"  {text.replace(' ', '  ')} ") == plain


@pytest.mark.parametrize(("one", "other"), [("24/117", "24-117"), ("24/117", "24/0117"), ("RG 24", "RG24")])
def test_what_is_seen_makes_another_number(one, other):
    assert case_number(one) != case_number(other)


@given(st.sampled_from([*UNSEEN, *TAGS]), st.sampled_from(["M", "é", "Я", "ß", "1", " ", "-", "山", "한"]))
def test_what_nobody_sees_is_not_taken(unseen, before):
    assert INVISIBLE.search(before + unseen + "a")
    assert INVISIBLE.search(unseen)


@pytest.mark.parametrize(
    "name",
    [
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647",  # Persian, a joiner kept apart
        "\u0d15\u0d4d\u200d",  # Malayalam chillu
        "\u0dc1\u0dca\u200d\u0dbb\u0dd3",  # Sinhala Shri
        "\u0915\u094d\u200c\u0937",  # Devanagari, the ligature undone
    ],
)
def test_a_joiner_is_taken_where_the_script_needs_it(name):
    assert not INVISIBLE.search(name)
    assert INVISIBLE.search(name.replace("\u200c", "\u200d\u200d").replace("\u200d", "\u200d\u200d"))
