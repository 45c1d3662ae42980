"""Whatever is written as a name gives words of plain letters, the same ones each time, in bounded number."""

import re

from hypothesis import given
from hypothesis import strategies as st

from registry.identity.skeletons import coarse_skeleton, joined_skeleton, skeleton
from registry.identity.tokens import MAXIMUM_TOKEN, MAXIMUM_TOKENS, name_tokens
from registry.values.parties import Name

texts = st.text(max_size=80) | st.text("abcdeAÉжЖعשΩ한漢ア -'\u2019.,\u200d\u202e😀", max_size=40)
names = st.builds(Name, family=texts, given=texts)


@given(name=names)
def test_a_name_gives_bounded_words_of_plain_letters(name: Name):
    tokens = name_tokens(name)
    assert len(tokens) <= 2 * MAXIMUM_TOKENS
    assert all(re.fullmatch(r"[a-z0-9]+", token.text) and len(token.text) <= MAXIMUM_TOKEN for token in tokens)
    assert tokens == name_tokens(name)


@given(name=names)
def test_words_of_a_name_are_the_words_of_themselves(name: Name):
    for token in name_tokens(name):
        again = name_tokens(Name(family=token.text))
        assert [word.text for word in again] == [token.text]


@given(name=names)
def test_a_word_has_a_skeleton_and_it_does_not_depend_on_others(name: Name):
    tokens = name_tokens(name)
    assert all(skeleton(token.text) and coarse_skeleton(token.text) for token in tokens)
    assert bool(joined_skeleton(tokens)) == any(not token.is_initial for token in tokens)
