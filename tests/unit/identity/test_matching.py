"""Whether it is the person asked about: bits that are added up, bands that are rules, words that tell each."""

import pytest

from registry.identity.asking import Ask, ask_next, look_alikes
from registry.identity.dates import Born
from registry.identity.evidence import MAXIMUM_ASKED, Person, comparisons, person_of
from registry.identity.explaining import _SEEN, bits, explained, in_words
from registry.identity.matching import Band, Evidence, match, ranked
from registry.identity.tokens import name_tokens
from registry.identity.weights import LEARNED
from registry.values.parties import Identity, Name

PERSONS = 20_000_000


def rarity(word: str) -> float:
    return {"smith": 7.0, "john": 6.0}.get(word, 15.0)


def who(given="John", family="Smith", *, born=None, sex=None, others=(), identifiers=(), attributes=()) -> Person:
    identity = Identity(name=Name(family=family, given=given), other_names=others, birth_date=born, sex=sex)
    return person_of(identity, identifiers=frozenset(identifiers), attributes=frozenset(attributes))


def judged(asked: Person, known: Person, persons: int = PERSONS):
    return match(asked, known, persons=persons, rarity=rarity)


def band(asked: Person, known: Person) -> Band:
    return judged(asked, known).band


def seen(asked: Person, known: Person) -> set[str]:
    return {feature.name for compared in comparisons(asked, known, rarity) for feature in compared.features}


BORN = "1980-03-04"


def test_the_score_is_the_prior_and_every_piece_of_evidence():
    found = judged(who(born=BORN, sex="M"), who("Jon", "Smyth", born="1980-04-03", sex="male"))
    assert found.score == found.prior + sum(piece.bits for piece in found.evidence)
    assert found.prior == -2425
    assert found.version == LEARNED.version


def test_a_rare_name_says_more_than_a_common_one():
    common, rare = who(born=BORN), who("Xochitl", "Szczepanski", born=BORN)
    assert judged(rare, rare).score > judged(common, common).score


def test_a_larger_registry_needs_more_evidence():
    one = who(born=BORN)
    assert judged(one, one, persons=1_000).score - judged(one, one, persons=1_000_000).score == 996
    assert judged(one, one, persons=0).prior == 0


@pytest.mark.parametrize("given", ["John", "Xochitl Anne Grace"])
def test_name_and_birth_date_alone_are_never_identical(given: str):
    one = who(given, "Szczepanski", born=BORN, sex="F")
    assert band(one, one) is not Band.IDENTICAL


def test_a_number_of_a_document_decides_where_the_name_is_compatible():
    number = {"passport|X1"}
    asked = who("Jon", "Smith", identifiers=number)
    assert band(asked, who(identifiers=number)) is Band.IDENTICAL
    assert band(asked, who("Mary", "Kowalczyk", identifiers=number)) is not Band.IDENTICAL
    assert band(who(sex="M", identifiers=number), who(sex="F", identifiers=number)) is not Band.IDENTICAL
    assert band(asked, who("Jon", "Smith", identifiers={"passport|X2"})) is not Band.IDENTICAL


def test_a_number_with_one_slip_is_evidence_and_decides_nothing():
    asked = who(identifiers={"passport|123456"})
    near, far = who(identifiers={"passport|123465"}), who(identifiers={"passport|999999"})
    assert judged(asked, near).score > judged(asked, far).score
    assert band(asked, near) is not Band.IDENTICAL
    assert "identifier_slip" not in seen(who(identifiers={"p|12"}), who(identifiers={"p|13"}))


def test_a_number_without_a_name_to_compare_is_strong_and_not_identical():
    asked = person_of(Identity(name=Name(family="?")), identifiers=frozenset({"passport|X1"}))
    assert asked.names == ()
    assert band(asked, who(identifiers={"passport|X1"})) is Band.STRONG


def test_who_is_known_by_a_plate_that_was_asked_alone_is_possible_and_nobody_of_another_name():
    plate = {"plate|AB1"}
    nameless = person_of(Identity(name=Name(family="")), attributes=frozenset(plate))
    assert band(nameless, who(attributes=plate)) is Band.POSSIBLE
    assert band(nameless, who(attributes={"plate|AB2"})) is Band.NONE
    assert band(who("Mary", "Kowalczyk", attributes=plate), who(attributes=plate)) is Band.NONE


def test_the_same_name_birth_date_and_one_attribute_more_are_identical():
    plate = {"plate|AB1"}
    asked = who(born=BORN, attributes=plate)
    assert band(asked, who(born=BORN, attributes=plate)) is Band.IDENTICAL
    assert band(asked, who("Jon", born=BORN, attributes=plate)) is not Band.IDENTICAL
    assert band(asked, who(born="1980-03-05", attributes=plate)) is not Band.IDENTICAL
    assert band(asked, who(born=BORN)) is not Band.IDENTICAL
    one = who("", "Smith", born=BORN, attributes=plate)
    assert band(one, one) is not Band.IDENTICAL


def test_a_stranger_is_in_no_band_and_a_little_evidence_in_the_lower_ones():
    assert band(who(born=BORN), who("Mary", "Kowalczyk", born="1950-12-25")) is Band.NONE
    found = {judged(who(born=BORN), who("Jon", born=BORN), persons=2**power).band for power in range(60)}
    assert found == {Band.STRONG, Band.POSSIBLE, Band.WEAK, Band.NONE}


def test_the_very_name_and_day_are_possible_however_many_bear_the_name():
    one = who(born=BORN)
    assert judged(one, one, persons=2**60).band is Band.POSSIBLE
    assert judged(who(), who(), persons=2**60).band is Band.NONE


def test_what_is_missing_on_a_side_is_no_evidence():
    nothing = seen(who(), who())
    assert not {name for name in nothing if name.startswith("born_") or "sex" in name}
    assert seen(who(born=BORN, sex="X"), who()) == nothing
    assert seen(who(born="?", sex="M"), who(born="?", sex="")) == nothing


def test_somebody_without_a_name_is_judged_by_the_rest():
    (compared,) = comparisons(Person(names=(), birth_date=BORN), who(born=BORN), rarity)
    assert compared.born is Born.SAME_DAY
    assert [feature.name for feature in compared.features] == ["born_same_day_weak"]


@pytest.mark.parametrize(
    ("asked", "known", "expected"),
    [
        (("Smith", "John"), ("John", "Smith"), "swapped"),
        (("", "Smith John"), ("", "John Smith"), "inverted"),
        (("John", "Smith"), ("John", "Kowalski"), "conflict_family"),
        (("John", "Smith"), ("Peter", "Smith"), "conflict_given"),
        (("", "John Smith"), ("", "Peter Smith"), "conflict_name"),
        (("John A", "Smith"), ("John B", "Smith"), "conflict_initial"),
        (("John Paul", "Smith"), ("John", "Smith"), "extra_asked"),
        (("John", "Smith"), ("John Paul", "Smith"), "extra_known"),
        (("John P", "Smith"), ("John", "Smith"), "extra_initial"),
        (("John", "van Smith"), ("John", "Smith"), "extra_particle"),
        (("John", "van Smith"), ("John", "van Smith"), "particle"),
        (("John", "Smith"), ("", "Smith John"), "exact_other"),
        (("J", "Smith"), ("J", "Smith"), "initial"),
        (("Михаил", "Смит"), ("Mikhael", "Smeath"), "foreign_sound"),
    ],
)
def test_what_two_names_show(asked: tuple[str, str], known: tuple[str, str], expected: str):
    assert expected in seen(who(*asked), who(*known))


def test_the_name_that_says_most_is_taken():
    known = who("Mary", "Jones", born=BORN, others=(Name(family="Szczepanski", given="Mary"),))
    asked = who("Mary", "Szczepanski", born=BORN)
    assert judged(asked, known).score == judged(asked, who("Mary", "Szczepanski", born=BORN)).score


def test_of_somebody_asked_about_the_first_four_names_are_compared():
    others = tuple(Name(family=f"Szczepanski{letter}", given="Mary") for letter in "abcdef")
    asked = Identity(name=Name(family="Jones", given="Mary"), other_names=others)
    read = person_of(asked, most=MAXIMUM_ASKED)
    assert len(read.names) == MAXIMUM_ASKED
    known = who("Mary", "Jones", others=others[:1])
    assert judged(read, known) == judged(person_of(asked), known)


def test_the_band_comes_first_in_the_order_and_then_the_score():
    one, number = who(born=BORN), {"passport|X1"}
    found = ranked(
        [
            ("b", judged(one, one)),
            ("a", judged(one, one)),
            ("stranger", judged(one, who("Mary", "Kowalczyk"))),
            ("number", judged(who("Jon", identifiers=number), who(identifiers=number))),
        ]
    )
    assert [name for name, _ in found] == ["number", "a", "b", "stranger"]


def test_each_piece_of_evidence_is_told_in_words():
    assert in_words(Evidence("one_slip", 234, "smyth", "smith")) == "smyth~smith one letter off +2.3"
    assert (
        in_words(Evidence("foreign_sound", -65, "smit", "smith"))
        == "smit~smith sounds the same from another script -0.6"
    )
    assert in_words(Evidence("extra_asked", -100, "paul")) == "paul only in the question -1.0"
    assert in_words(Evidence("born_transposed_strong", 250)) == "day and month of birth exchanged +2.5"
    assert bits(-4) == "+0.0"


def test_what_is_shown_of_a_record_names_nobody():
    person = who("Xochitl", "Szczepanski", born=BORN, identifiers={"passport|X1"}, attributes={"plate|AB1"})
    found = judged(person, person)
    shown = repr((person, found, found.seen, found.evidence, name_tokens(Name(family="Szczepanski"))))
    assert "exact_family" in shown
    for secret in ("zczepanski", "ochitl", BORN, "X1", "AB1"):
        assert secret not in shown


def test_an_explanation_holds_what_weighs_most_first_and_the_prior_last():
    told = explained(judged(who(born=BORN, sex="M"), who("Jon", born=BORN, sex="M")))
    assert told[-1] == "before any evidence -24.2"
    assert any(line.startswith("smith~smith the same family name") for line in told)
    assert any(line.startswith("birth date agrees") for line in told)


def test_every_learned_weight_can_be_told_in_words():
    names = {name.removeprefix("foreign_") for name in LEARNED.bits if not name.endswith("rarity")}
    assert {name.rpartition("_")[0] if name.startswith("born_") else name for name in names} <= set(_SEEN)
    assert {f"born_{born}" for born in Born if born is not Born.MISSING} <= set(_SEEN)


def test_agreement_is_never_learned_to_speak_against_somebody():
    assert all(
        LEARNED.bits.get(name, 0) >= 0
        for name in (
            "exact_rarity",
            "same_sex",
            "identifier",
            "attribute",
            "born_same_day_strong",
            "born_same_day_weak",
        )
    )


def test_look_alikes_are_expected_where_the_name_is_common_and_little_is_known():
    assert look_alikes(who(), PERSONS, rarity) == pytest.approx(PERSONS / 2**13)
    assert look_alikes(who(born="1980"), PERSONS, rarity) == pytest.approx(PERSONS / 2**13 / 70)
    assert look_alikes(who(born="1980-03"), PERSONS, rarity) == pytest.approx(PERSONS / 2**13 / 840)
    assert look_alikes(who(born=BORN, sex="M"), PERSONS, rarity) == pytest.approx(PERSONS / 2**13 / 25_000 / 2)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (
            who(),
            [Ask.DOCUMENT_NUMBER, Ask.FURTHER_ATTRIBUTE, Ask.BIRTH_DATE, Ask.MIDDLE_NAME, Ask.SEX, Ask.MARKS],
        ),
        (
            who(attributes={"plate|X1"}, born="1980", sex="M"),
            [Ask.DOCUMENT_NUMBER, Ask.DAY_OF_BIRTH, Ask.MIDDLE_NAME, Ask.MARKS],
        ),
        (who("Xo Yo", "Zo", born=BORN, sex="F"), [Ask.DOCUMENT_NUMBER, Ask.FURTHER_ATTRIBUTE]),
        (who("", "Smith", born=BORN, sex="F"), [Ask.DOCUMENT_NUMBER, Ask.FURTHER_ATTRIBUTE, Ask.GIVEN_NAME, Ask.MARKS]),
        (who("John", "", born=BORN, sex="F"), [Ask.DOCUMENT_NUMBER, Ask.FURTHER_ATTRIBUTE, Ask.FAMILY_NAME, Ask.MARKS]),
        (
            who("", "", born=BORN, sex="F"),
            [Ask.DOCUMENT_NUMBER, Ask.FURTHER_ATTRIBUTE, Ask.FAMILY_NAME, Ask.GIVEN_NAME],
        ),
        (who(identifiers={"passport|X1"}), []),
    ],
)
def test_what_to_ask_next_is_what_is_not_known(asked: Person, expected: list[Ask]):
    assert list(ask_next(asked, PERSONS, rarity)) == expected
