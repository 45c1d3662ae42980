"""An officer's name is folded by the rule of the parties' names: who is found by a check is found as a conflict."""

from unicodedata import normalize

from hypothesis import given
from hypothesis import strategies as st

from registry.identity.exact import finding_keys, normalised, person_keys, query_keys, surname_keys
from registry.values.parties import Identity, Name

INDEX_KEY = b"i" * 32
NAMES = (
    *("Müller", "García-López", "O'Brien", "Łukasz", "Straße", "İnönü", "Nguyễn", "Dvořák", "d\u2019Arc"),
    *(
        "Мюллер",
        "Ковальчук",
        "Παπαδόπουλος",
        "Ζωή",
        "محمد",
        "יעקב",
        "田中",
        "ｱﾝﾅ",
        "\uff21\uff4e\uff4e\uff41",
        "ნინო",
        "Անահիտ",
        "佐藤",
    ),
)
"""Of Latin, Cyrillic, Greek, Arabic, Hebrew, Han, Kana, full width, Georgian and Armenian script."""
NAME = st.sampled_from(NAMES)
WRITTEN = (
    str,
    str.upper,
    str.lower,
    lambda text: normalize("NFD", text),
    lambda text: normalize("NFKC", text),
    lambda text: f"  {text}\u00a0",
    lambda text: text.replace("-", "\u2010"),
    lambda text: text.replace("'", "\u2019"),
    lambda text: "\u200e" + "\u200d".join(text),
    normalised,
)
"""Ways in which another hand writes the same name."""
HAND = st.sampled_from(WRITTEN)
PERSON = st.tuples(NAME, NAME).map(lambda pair: Name(family=pair[0], given=pair[1]))
WHOLE = NAME.map(lambda text: Name(family="", given=text))


def born(name: Name, *other: Name, day: str = "1985-04-12") -> Identity:
    return Identity(name=name, other_names=other, birth_date=day)


def agree(party: Identity, keys: tuple[bytes, ...]) -> bool:
    return bool(set(finding_keys(INDEX_KEY, party)) & set(keys))


@given(name=PERSON, one=HAND, other=HAND)
def test_an_officer_who_is_written_in_another_way_is_the_same_person(name, one, other):
    officer = born(Name(family=one(name.family), given=other(name.given)))
    assert agree(born(name), person_keys(INDEX_KEY, officer))
    assert surname_keys(INDEX_KEY, officer) == surname_keys(INDEX_KEY, born(name))


@given(name=PERSON, hand=HAND, given_first=st.booleans())
def test_a_name_that_one_of_the_two_writes_whole_agrees_in_either_order(name, hand, given_first):
    words = (name.given, name.family) if given_first else (name.family, name.given)
    whole = Name(family="", given=hand(" ".join(words)))
    assert agree(born(name), person_keys(INDEX_KEY, born(whole)))
    assert agree(born(whole), person_keys(INDEX_KEY, born(name)))


@given(
    party=st.one_of(PERSON, WHOLE),
    officer=st.one_of(PERSON, WHOLE),
    also=st.lists(PERSON, max_size=2),
    day=st.sampled_from(["1985-04-12", "1985-04-13"]),
)
def test_an_officer_is_a_party_exactly_where_a_check_by_the_officers_name_finds_that_party(party, officer, also, day):
    filed, asked = born(party), born(officer, *also, day=day)
    assert agree(filed, person_keys(INDEX_KEY, asked)) == agree(filed, query_keys(INDEX_KEY, asked))


@given(name=PERSON)
def test_a_party_without_a_full_birth_date_is_no_conflict_though_a_check_finds_them_by_name(name):
    undated = Identity(name=name, other_names=(), birth_date=None)
    assert agree(undated, query_keys(INDEX_KEY, born(name)))
    assert not agree(undated, person_keys(INDEX_KEY, born(name)))
    assert person_keys(INDEX_KEY, undated) == ()
