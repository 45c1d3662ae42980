"""Keys at rest: two things said together, bounded, of one role, and nothing without the index key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.identity.births import Born, may_be, near_years, swapped
from registry.identity.hints import date_beside, filed, likeness, signature, signature_beside
from registry.identity.identifiers import Kind, folded, is_readable, numbers, plain, written
from registry.identity.keys import (
    MAXIMUM_PAIRS,
    Blinding,
    Family,
    identifier_keys,
    query_keys,
    record_keys,
    words_of,
)
from registry.identity.vocabulary import MAXIMUM_NEAR, Vocabulary
from registry.values.attributes import Attribute, AttributeKind
from registry.values.issuance import PartyRole
from registry.values.parties import Identity, Name

BLINDING = Blinding(index_key=bytes(range(32)))
RESPONDENT, PROTECTED = PartyRole.RESPONDENT, PartyRole.PROTECTED
PARTY = b"p" * 16


def who(given_name, family, born=None, *others, documents=()):
    names = tuple(Name(given=one, family=other) for one, other in others)
    return Identity(name=Name(family=family, given=given_name), other_names=names, birth_date=born, documents=documents)


def nothing_near(word):
    del word
    return ()


def meets(asked, filed_as, near=nothing_near, role=RESPONDENT):
    record = set(record_keys(BLINDING, role, filed_as))
    return {key.family for key in query_keys(BLINDING, RESPONDENT, asked, near) if key in record}


def near(*words):
    vocabulary = Vocabulary()
    vocabulary.bear(PARTY, words)
    return vocabulary.near


@pytest.mark.parametrize(
    ("asked", "filed_as", "by"),
    [
        (who("Ben", "Mueller", "1985-04-12"), who("Ben", "Mueller", "1985-04-12"), Family.DATE),
        (who("Nobody", "Else", "1985-12-04"), who("Ben", "Mueller", "1985-04-12"), Family.DATE),
        (who("Mueller", "Ben"), who("Ben", "Mueller"), Family.PAIR),
        (who("Ben", "Mueller"), who("Benn", "Muller"), Family.SKELETONS),
        (who("Ben", "Mueller", "1985"), who("Pen", "Muler", "1986-01-01"), Family.YEAR),
        (who("Ben", "Mueller", "1985-04-12"), who("Ben", "Muler", "1985-04-13"), Family.YEAR),
        (who("Ben", "Mueller", "1985-04-12"), who("Ben", "Muler", "1955-04-12"), Family.YEAR),
        (who("Anne Marie", "Dupont"), who("Annemarie", "Dupont"), Family.JOINED),
        (who("", "Annemarie"), who("Anne", "Marie"), Family.JOINED),
        (who("", "Sukarno", "1970"), who("", "Soekarno", "1970-02-03"), Family.YEAR),
        (who("", "", documents=("AB 123 45",)), who("X", "Y", documents=("Passport FR AB12345",)), Family.IDENTIFIER),
        (who("A", "B", documents=("AB12345",)), who("X", "Y", documents=("Passport FR AB12345",)), Family.IDENTIFIER),
    ],
)
def test_who_is_asked_about_meets_who_is_filed(asked, filed_as, by):
    if by is Family.IDENTIFIER:
        filed_under = record_keys(BLINDING, RESPONDENT, filed_as)
        assert not set(identifier_keys(BLINDING, RESPONDENT, asked)).isdisjoint(filed_under)
    else:
        assert by in meets(asked, filed_as)


def test_a_registered_word_near_the_one_that_was_heard_carries_the_error():
    asked, filed_as = who("Ben", "Muelter"), who("Ben", "Mueller")
    assert Family.PAIR not in meets(asked, filed_as)
    assert Family.PAIR in meets(asked, filed_as, near("ben", "mueller"))


def test_a_search_of_one_role_never_meets_the_other():
    person = who("Ben", "Mueller", "1985-04-12", documents=("AB12345",))
    assert not meets(person, person, role=PROTECTED)


def test_nothing_agrees_without_the_index_key():
    person = who("Ben", "Mueller", "1985-04-12")
    other = Blinding(index_key=bytes(range(1, 33)))
    assert set(record_keys(BLINDING, RESPONDENT, person)).isdisjoint(record_keys(other, RESPONDENT, person))
    assert "index_key" not in repr(BLINDING)
    with pytest.raises(ValueError, match="32 bytes"):
        Blinding(index_key=b"short")


def test_no_key_is_of_one_word_alone():
    """Two persons who share a surname, or a given name, and nothing else, share no key."""
    for one, other in (
        (who("Ben", "Mueller", "1985-04-12"), who("Ada", "Mueller", "1971-01-02")),
        (who("Ben", "Mueller"), who("Ben", "Dupont")),
        (who("", "Mueller"), who("", "Mueller")),
    ):
        assert set(record_keys(BLINDING, RESPONDENT, one)).isdisjoint(record_keys(BLINDING, RESPONDENT, other))


words = st.text(max_size=60) | st.sampled_from(
    ["a b c d e f g h i j k l", "%", "' OR 1=1", "x" * 10_000, "🙂", "\u202e"]
)
names = st.builds(Name, family=words, given=words)
identities = st.builds(
    Identity,
    name=names,
    other_names=st.lists(names, max_size=70).map(tuple),
    birth_date=st.none() | st.dates().map(str) | st.text(max_size=12),
    documents=st.lists(words, max_size=40).map(tuple),
)


@given(identities)
def test_whatever_is_written_gives_a_bounded_number_of_keys(identity):
    def all_near(word):
        return tuple(word + letter for letter in "abcdefghijklmnop")

    assert len(record_keys(BLINDING, RESPONDENT, identity)) <= 3 * MAXIMUM_PAIRS + 200
    assert len(query_keys(BLINDING, RESPONDENT, identity, all_near)) <= 720
    assert len(identifier_keys(BLINDING, RESPONDENT, identity)) <= 32
    assert all(len(key.digest) == 8 for key in record_keys(BLINDING, RESPONDENT, identity))


@given(identities)
def test_whoever_has_two_words_and_a_date_finds_themself(identity):
    record = set(record_keys(BLINDING, RESPONDENT, identity))
    if Born.read(identity.birth_date).is_whole:
        assert not record.isdisjoint(query_keys(BLINDING, RESPONDENT, identity, nothing_near))
    assert record == set(record_keys(BLINDING, RESPONDENT, identity))


def test_a_thousand_words_of_a_record_are_cut_at_a_number_that_is_known():
    crowded = who("a1 b1 c1 d1", "e1 f1 g1 h1", None, *[(f"x{n} y{n} z{n}", f"u{n} v{n} w{n}") for n in range(64)])
    keys = record_keys(BLINDING, RESPONDENT, crowded)
    assert sum(key.family is Family.PAIR for key in keys) == MAXIMUM_PAIRS


def test_a_query_near_many_words_asks_for_them_in_turns():
    asked = who("Ada Bea Eva", "Martin Petit Moreau")
    counts = {}

    def many(word):
        return [f"{word}{number}" for number in range(60)]

    keys = query_keys(BLINDING, RESPONDENT, asked, many)
    counts = sum(key.family is Family.PAIR for key in keys)
    assert counts == 15 + 96


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("1985-04-12", Born(1985, 4, 12)),
        ("1985-04", Born(1985, 4)),
        ("1985", Born(1985)),
        ("1985-02-31", Born(1985, 2)),
        ("1985-31-02", Born(1985)),
        ("0000", Born()),
        ("85", Born()),
        ("1985-xx", Born()),
        (None, Born()),
    ],
)
def test_a_birth_date_is_read_as_far_as_it_is_one(text, born):
    assert Born.read(text) == born
    assert born.packed() == born.number.to_bytes(2) + bytes((born.month, born.day))


def test_dates_are_taken_for_each_other():
    assert list(swapped(Born(1985, 4, 12))) == [Born(1985, 12, 4)]
    assert list(swapped(Born(1985, 4, 13))) == list(swapped(Born(1985, 4, 4))) == []
    assert near_years(Born()) == ()
    assert near_years(Born(1985)) == ("1985", "1984", "1986")
    assert {"1955", "1980", "1984", "1995"} <= set(near_years(Born(1985, 4, 12)))
    assert Born().year == ""


@pytest.mark.parametrize(
    ("asked", "on_file", "answer"),
    [
        ("1985-04-12", "1985-04-12", True),
        ("1985-04-12", "1985-12-04", True),
        ("1985-04-12", "1958-04-12", True),
        ("1985-04-12", "1985-07-12", True),
        ("1985-04-12", "1985-07-13", False),
        ("1985-04-12", "1991-04-13", False),
        ("1985-04-12", "1986", True),
        ("1985", "1987-01-01", False),
        (None, "1987-01-01", True),
        ("1985-04-12", None, True),
    ],
)
def test_a_date_that_contradicts_is_told_from_one_that_may_be_wrong(asked, on_file, answer):
    assert may_be(Born.read(asked))(Born.read(on_file).packed()) is answer


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        (Kind.PHONE, "+49 (30) 1234-567", "49301234567"),
        (Kind.PHONE, "0049 30 1234567", "49301234567"),
        (Kind.PHONE, "030 1234567", ""),
        (Kind.PHONE, "+1", ""),
        (Kind.EMAIL, " Ada@Example.org", "ada@example.org"),
        (Kind.EMAIL, "ada", ""),
        (Kind.HANDLE, "Example @Ada", "example ada"),
        (Kind.HANDLE, "ada", ""),
        (Kind.PLATE, "b-ab 123", "BAB123"),
        (Kind.PLATE, "АВ 123", "AB123"),  # noqa: RUF001  # Cyrillic
        (Kind.DOCUMENT, "x1", ""),
        (Kind.CASE_NUMBER, "RG 24/00117", "RG2400117"),
    ],
)
def test_an_identifier_is_written_one_way(kind, value, written):
    assert plain(kind, value) == written


def known_by(*attributes):
    said = tuple(Attribute(kind=kind, value=value) for kind, value in attributes)
    return Identity(name=Name(family=""), attributes=said)


@pytest.mark.parametrize(
    ("kind", "filed_as", "asked"),
    [
        (AttributeKind.PLATE, "B-XO 1205", "b xo 12o5"),
        (AttributeKind.PHONE, "+49 30 1234567", "0049301234567"),
        (AttributeKind.EMAIL, "Ada@Example.org", "ada@example.org"),
        (AttributeKind.HANDLE, "Example @Ada", "example ada"),
    ],
)
def test_what_few_people_share_meets_however_it_is_written_and_never_another_kind(kind, filed_as, asked):
    filed_under = set(record_keys(BLINDING, RESPONDENT, known_by((kind, filed_as))))
    assert set(identifier_keys(BLINDING, RESPONDENT, known_by((kind, asked)))) == filed_under != set()
    assert filed_under.isdisjoint(identifier_keys(BLINDING, PROTECTED, known_by((kind, asked))))
    others = [(other, asked) for other in AttributeKind if other is not kind]
    assert filed_under.isdisjoint(identifier_keys(BLINDING, RESPONDENT, known_by(*others)))
    assert filed_under.isdisjoint(identifier_keys(BLINDING, RESPONDENT, who("", "", documents=(asked,))))


def test_an_attribute_that_cannot_be_compared_is_none():
    without_country = Attribute(kind=AttributeKind.PHONE, value="030 1234567")
    assert not is_readable(without_country)
    assert list(written((without_country,) * 2)) == []
    for kind, nothing in ((AttributeKind.EMAIL, "@"), (AttributeKind.EMAIL, "bob@"), (AttributeKind.HANDLE, "x @")):
        assert not is_readable(Attribute(kind=kind, value=nothing))
    twice = Attribute(kind=AttributeKind.PLATE, value="AB 123")
    assert list(written((twice, twice))) == [(Kind.PLATE, "A8123")]


def test_letters_and_digits_that_are_taken_for_each_other_fold_to_one():
    assert folded(Kind.DOCUMENT, "O0I1L5S8B") == folded(Kind.DOCUMENT, "00111558 8")
    assert list(numbers(("Passport FR 12AB34567", "none"))) == ["PA55P0RTFR12A834567", "12A834567"]


@given(identities, st.binary(min_size=2, max_size=2))
def test_a_hint_opens_to_what_it_hides_and_to_nothing_for_another(identity, salt):
    born = Born.read(identity.birth_date)
    by_digest = {key.digest: key for key in record_keys(BLINDING, RESPONDENT, identity)}
    for digest, hint in filed(BLINDING, RESPONDENT, PARTY, identity, lambda size: salt[:size]):
        key = by_digest[digest]
        if key.family is Family.DATE:
            assert signature_beside(BLINDING, key.digest, PARTY, hint) == signature(identity)
        else:
            assert date_beside(BLINDING, key.digest, PARTY, hint) == born.packed()


def test_hints_of_two_persons_born_on_one_day_do_not_agree():
    one, other = ("a" * 16).encode(), ("b" * 16).encode()
    person = who("Ben", "Mueller", "1985-04-12")
    hints = [dict(filed(BLINDING, RESPONDENT, party, person, bytes)) for party in (one, other)]
    assert hints[0].keys() == hints[1].keys()
    assert all(hints[0][key] != hints[1][key] for key in hints[0])


def test_a_signature_is_alike_where_letters_are():
    asked = signature(who("Ben", "Mueller"))
    assert likeness(asked, asked) == 100
    assert likeness(asked, signature(who("Ben", "Muller"))) > 60 > likeness(asked, signature(who("Ada", "Dupont")))
    assert likeness(0, asked) == 0


def test_a_word_is_there_as_long_as_somebody_bears_it():
    vocabulary = Vocabulary()
    vocabulary.bear(b"1" * 16, ["ben", "rareword", "ben"])
    vocabulary.bear(b"2" * 16, ["ben"])
    assert (vocabulary.frequency("ben"), vocabulary.persons, len(vocabulary)) == (2, 2, 2)
    assert vocabulary.near("rareward") == ("rareword",)
    vocabulary.bear(b"1" * 16, ["bens"])
    assert vocabulary.near("rareward") == ()
    assert vocabulary.frequency("rareword") == 0
    assert vocabulary.near("ben") == ("bens",)
    vocabulary.forget(b"1" * 16)
    vocabulary.forget(b"1" * 16)
    assert (vocabulary.frequency("ben"), vocabulary.frequency("bens"), vocabulary.persons) == (1, 0, 1)
    assert repr(vocabulary) == "Vocabulary(1 words of 1 persons)"


def test_near_words_are_one_error_away_bounded_and_the_frequent_first():
    vocabulary = Vocabulary()
    for number, word in enumerate(["smith", "smyth", "smiht", "smit", "smithe", "smythe"]):
        for _ in range(number + 1):
            vocabulary.bear(bytes(15) + bytes([vocabulary.persons]), [word])
    assert vocabulary.near("smith") == ("smithe", "smit", "smiht", "smyth")
    vocabulary.bear(PARTY, [f"abcd{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"])
    assert len(vocabulary.near("abcd")) == MAXIMUM_NEAR
    assert vocabulary.near("ab") == vocabulary.near("a" * 25) == ()


def test_words_are_those_that_keys_are_made_of():
    assert words_of(who("Ada J.", "van Dijk", None, ("Ben Michael", "Smit"))) == (
        "ada",
        "dijk",
        "ben",
        "michael",
        "smit",
    )
