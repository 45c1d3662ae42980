"""Each word of one name finds the word of the other that it stands for, and how alike they are is said by level."""

import pytest

from registry.identity.alignment import Level, align, level_of
from registry.identity.evidence import likeness_of
from registry.identity.nicknames import same_by_nickname, variants_of
from registry.identity.words import Words, words_of
from registry.values.parties import Name


def whole(text: str) -> Words:
    return words_of(Name(family=text))


def split(given: str, family: str) -> Words:
    return words_of(Name(family=family, given=given))


def seen(one: Words, other: Words) -> list[tuple[str, str, str]]:
    return [(pair.level.value, pair.one.text, pair.other.text) for pair in align(one, other).pairs]


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("smith", "smith", Level.EXACT),
        ("smith", "smyth", Level.ONE_SLIP),
        ("smiht", "smith", Level.ONE_SLIP),
        ("liz", "elizabeth", Level.NICKNAME),
        ("bill", "will", Level.ONE_SLIP),
        ("liz", "beth", Level.NICKNAME),
        ("mikhael", "micael", Level.SOUND),
        ("rodrigues", "rodmiguen", Level.TWO_SLIPS),
        ("alexandra", "alexan", Level.PREFIX),
        ("margaretha", "margarvilt", Level.SIMILAR),
        ("fadila", "vtl", Level.COARSE),
        ("j", "john", Level.INITIAL),
        ("john", "j", Level.INITIAL),
        ("barry", "barack", Level.FAR),
        ("j", "k", None),
        ("li", "lu", None),
        ("smith", "jones", None),
    ],
)
def test_two_words_are_alike_in_one_way_or_not_at_all(one: str, other: str, level: Level | None):
    (first,), (second,) = whole(one).words, whole(other).words
    assert level_of(first, second) is level
    assert level_of(second, first) is level


def test_what_is_written_the_same_is_paired_first_and_in_its_own_role():
    assert seen(split("John", "John"), split("John", "John")) == [("exact", "john", "john")] * 2
    pairs = align(split("Paul", "John"), split("John", "John")).pairs
    assert [(pair.one.family, pair.other.family) for pair in pairs] == [(True, True)]


def test_a_word_is_used_once():
    aligned = align(split("Ann", "Ann"), split("Ann", "Lee"))
    assert len(aligned.pairs) == 1
    assert [word.text for word in aligned.left] == ["ann"]
    assert [word.text for word in aligned.right] == ["lee"]
    close = align(split("Jonn", "Johnn"), split("Johan", "Xu"))
    assert len(close.pairs) == 1


@pytest.mark.parametrize(
    ("one", "other", "pairs"),
    [
        ("Anne-Marie Lee", "Annemarie Lee", 2),
        ("Abd al-Rahman", "Abdalrahmen", 1),
        ("ShawnDouglas", "Shawn Douglas", 1),
        ("An Na", "Ana", 1),
    ],
)
def test_words_that_one_side_joins_are_one(one: str, other: str, pairs: int):
    assert len(align(whole(one), whole(other)).pairs) == pairs
    assert len(align(whole(other), whole(one)).pairs) == pairs


def test_joined_words_are_named_together_on_the_side_that_parts_them():
    assert seen(whole("Shawn Douglas"), whole("ShawnDouglas")) == [("joined", "shawndouglas", "shawndouglas")]


def test_exchanged_roles_and_another_order_are_counted():
    assert align(split("Smith", "John"), split("John", "Smith")).swapped == 2
    assert align(whole("Doe Jane"), whole("Jane Doe")).turns == 1
    assert align(whole("A1 B2 C3"), whole("C3 B2 A1")).turns == 2
    assert align(whole("Jane"), whole("Jane")).turns == 0


def test_likeness_is_one_for_the_same_name_and_nothing_for_another():
    def likeness(one: str, other: str) -> float:
        first, second = whole(one), whole(other)
        return likeness_of(align(first, second), first, second)

    assert likeness("Jane Doe", "Jane Doe") == 1
    assert likeness("Jane Doe", "Xi Kowalski") == 0
    assert likeness("", "") == 0
    assert likeness("Doe Jane", "Jane Doe") < likeness("Jane Doe", "Jane Doe")
    assert likeness("A1 B2 C3", "C3 B2 A1") < likeness("B2 C3 A1", "A1 B2 C3")
    assert likeness("Jane Doe", "Jane Roe") < likeness("Jane Doe", "Jane Mary Doe")
    assert (
        likeness("Jane Doe", "Jane Doe") > likeness("Jane van Doe", "Jane Doe K") > likeness("Jane L Doe", "Jane Doe K")
    )


def test_nicknames_are_known_in_both_directions():
    assert "liz" in variants_of("elizabeth")
    assert "elizabeth" in variants_of("liz")
    assert variants_of("nobody") == frozenset()
    assert same_by_nickname("bill", "will")
    assert not same_by_nickname("liz", "bill")
    assert not same_by_nickname("nobody", "bill")
