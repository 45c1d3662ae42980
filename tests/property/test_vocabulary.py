"""However persons come and go, and wherever words are packed: the same words, borne by as many, as counted plainly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.identity.vocabulary import Vocabulary

parties = st.integers(0, 200).map(
    lambda number: (number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % (1 << 128)).to_bytes(16)
)
words = st.lists(st.sampled_from(["smith", "smyth", "smit", "ada", "ben", "abernathy", "quillon"]), max_size=4)
steps = st.lists(
    st.tuples(st.just("bear"), parties, words)
    | st.tuples(st.just("forget"), parties, st.just([]))
    | st.tuples(st.sampled_from(["settle", "pack"]), st.just(b""), st.just([])),
    max_size=60,
)


def taken(steps):
    """The vocabulary after the steps, and who bears what as a plain dictionary has it."""
    vocabulary, plain = Vocabulary(), {}
    for step, party, said in steps:
        if step == "bear":
            vocabulary.bear(party, said)
            plain[party] = tuple(dict.fromkeys(said))
        elif step == "forget":
            vocabulary.forget(party)
            plain.pop(party, None)
        elif step == "settle":
            vocabulary.settle()
        else:
            vocabulary = Vocabulary.unpacked(vocabulary.packed())
    return vocabulary, plain


@given(steps)
def test_what_is_counted_is_what_is_borne(steps):
    vocabulary, plain = taken(steps)
    borne = [word for said in plain.values() for word in said]
    assert vocabulary.persons == len(plain)
    assert len(vocabulary) == len(set(borne))
    assert {word: vocabulary.frequency(word) for word in set(borne)} == {word: borne.count(word) for word in set(borne)}
    assert all(vocabulary.words_of(party) == said for party, said in plain.items())
    assert set(vocabulary.near("smith")) == {"smyth", "smit"} & set(borne)


@given(steps)
def test_who_is_forgotten_leaves_no_word_that_nobody_else_bears(steps):
    vocabulary, plain = taken(steps)
    vocabulary.bear(b"\xff" * 16, ["rareword", "ada"])
    vocabulary = Vocabulary.unpacked(vocabulary.packed())
    assert b"rareword" in vocabulary.packed()
    vocabulary.forget(b"\xff" * 16)
    assert vocabulary.words_of(b"\xff" * 16) == ()
    assert b"rareword" not in vocabulary.packed()
    assert vocabulary.frequency("ada") == sum("ada" in said for said in plain.values())


@given(steps, st.data())
def test_packed_words_that_were_cut_or_stretched_are_refused(steps, data):
    raw = taken(steps)[0].packed()
    cut = data.draw(st.integers(0, len(raw) - 1))
    for wrong in (raw[:cut], raw + b"x" * (1 + cut % 3)):
        with pytest.raises(ValueError, match=r"does not agree|bytes length not a multiple"):
            Vocabulary.unpacked(wrong)


@pytest.mark.parametrize("at", [16, 18, -13, -9])
def test_packed_words_that_contradict_themselves_are_refused(at):
    """How many words a person bears, which, and how many bear each."""
    vocabulary = Vocabulary()
    vocabulary.bear(bytes(16), ["smith"])
    raw = bytearray(vocabulary.packed())
    raw[at + 24 if at > 0 else at] ^= 2
    with pytest.raises(ValueError, match="does not agree"):
        Vocabulary.unpacked(bytes(raw))
