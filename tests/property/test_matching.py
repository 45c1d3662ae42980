"""Whatever is asked about whoever: the score adds up, agreement never speaks against, hostile names cost no more."""

from dataclasses import replace
from time import process_time

from hypothesis import given
from hypothesis import strategies as st

from registry.identity.dates import Born, born_alike
from registry.identity.evidence import Person, comparisons, person_of
from registry.identity.explaining import explained
from registry.identity.matching import Band, match
from registry.values.parties import Identity, Name

words = st.sampled_from(
    [
        "Anna",
        "Ana",
        "Ann",
        "Maria",
        "Mariya",
        "John",
        "Jon",
        "Smith",
        "Smyth",
        "Schmidt",
        "de",
        "van",
        "al",
        "J",
        "M",
        "García",
        "Мария",
        "Иван",
        "محمد",
        "毛",
    ]
)
written = st.lists(words, max_size=4).map(" ".join) | st.text(max_size=20)
names = st.builds(Name, family=written, given=written)
dates = st.none() | st.dates().map(str) | st.sampled_from(["1980", "1980-03", "1980-03-04", "1980-04-03", "x", ""])
identities = st.builds(
    Identity,
    name=names,
    other_names=st.lists(names, max_size=2).map(tuple),
    birth_date=dates,
    sex=st.sampled_from([None, "", "M", "F", "X"]),
)
sets = st.frozensets(st.sampled_from(["a|1", "b|2", "c|3"]), max_size=2)
people = st.builds(lambda who, one, two: person_of(who, identifiers=one, attributes=two), identities, sets, sets)


def rarity(word: str) -> float:
    return 6.0 + len(word)


def judged(asked: Person, known: Person):
    return match(asked, known, persons=1_000_000, rarity=rarity)


@given(asked=people, known=people)
def test_the_pieces_of_evidence_add_up_to_the_score_and_can_be_told(asked: Person, known: Person):
    found = judged(asked, known)
    assert found.score == found.prior + sum(piece.bits for piece in found.evidence)
    assert len(explained(found)) == len(found.evidence) + 1
    assert 0 <= found.likeness <= 1
    assert found == judged(asked, known)


@given(asked=people, known=people)
def test_what_is_missing_on_one_side_agrees_with_nothing(asked: Person, known: Person):
    bare = Person(names=known.names)
    seen = {piece.name for piece in judged(asked, bare).evidence}
    assert not [name for name in seen if name.startswith("born_") or name in {"same_sex", "identifier", "attribute"}]
    assert born_alike(asked.birth_date, None) is Born.MISSING


@given(asked=people, known=people)
def test_name_and_birth_date_alone_are_never_identical(asked: Person, known: Person):
    only = [Person(names=one.names, birth_date=one.birth_date, sex=one.sex) for one in (asked, known)]
    assert judged(*only).band is not Band.IDENTICAL
    assert judged(only[0], only[0]).band is not Band.IDENTICAL


@given(asked=people, known=people, born=st.dates().map(str))
def test_a_further_agreeing_attribute_never_lowers_the_score(asked: Person, known: Person, born: str):
    for one, other in ((asked, known), (known, known)):
        before = [replace(side, birth_date=None, sex=None) for side in (one, other)]
        score = judged(*before).score
        for more in (
            {"sex": "m"},
            {"birth_date": born},
            {"birth_date": born[:4]},
            {"identifiers": one.identifiers | other.identifiers | {"d|4"}},
            {"attributes": one.attributes | other.attributes | {"d|4"}},
        ):
            assert judged(*(replace(side, **more) for side in before)).score >= score


@given(asked=people, known=people)
def test_exchanging_the_two_changes_neither_the_dates_nor_what_is_beside(asked: Person, known: Person):
    assert born_alike(asked.birth_date, known.birth_date) is born_alike(known.birth_date, asked.birth_date)
    beside = [
        {
            feature.name
            for found in comparisons(one, other, rarity)
            for feature in found.features
            if feature.name in _BESIDE
        }
        for one, other in ((asked, known), (known, asked))
    ]
    assert beside[0] == beside[1]


_BESIDE = {"same_sex", "other_sex", "identifier", "attribute"}


@given(one=names)
def test_a_name_is_most_like_itself(one: Name):
    person = person_of(Identity(name=one))
    for compared in comparisons(person, person, rarity):
        assert compared.likeness in {0.0, 1.0}
        assert compared.likeness == (1.0 if person.names else 0.0)


def test_a_hostile_name_costs_no_more_than_a_bounded_multiple_of_a_usual_one():
    """Counted in the processor's time, the best of several, so that what else the machine does does not count."""
    known = [person_of(Identity(name=Name(family=f"Smith{letter}", given="Anna Maria"))) for letter in "abcdefgh"]
    usual = person_of(Identity(name=Name(family="Schmidt Lopez", given="Ana Maria")))
    hostile = [
        person_of(Identity(name=Name(family="ab " * 4_000, given="abcdefghij" * 1_000))),
        person_of(Identity(name=Name(family="a" * 10_000), other_names=(Name(family="b c " * 50),) * 64)),
        person_of(Identity(name=Name(family="".join(map(chr, range(0x600, 0x700))) * 4, given="😀\u202e" * 500))),
    ]

    def cost(asked: Person) -> float:
        spent = []
        for _ in range(9):
            begun = process_time()
            for one in known:
                judged(asked, one)
            spent.append(process_time() - begun)
        return min(spent)

    assert max(map(cost, hostile)) < 10 * cost(usual)
