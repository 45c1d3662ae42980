"""Claims are the same for the same thing, differ for different things, and show nothing."""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import Malformed
from registry.vault.claims import claim_id, digest, encoded_parts

KEY = bytes(range(32))
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@given(st.lists(WORDS, max_size=4), st.lists(WORDS, max_size=4))
def test_no_two_lists_of_parts_share_an_encoding(one, other):
    assert (encoded_parts(*one) == encoded_parts(*other)) is (one == other)


def test_a_claim_is_known_bytes():
    written = b"\x00\x00\x00\x02" + b"\x00\x00\x00\x0bcase-number" + b"\x00\x00\x00\x02FR"
    assert encoded_parts("case-number", "FR") == written
    assert claim_id(KEY, "case-number", "FR").bytes == hmac.digest(KEY, b"po-claim/v1|" + written, "sha256")[:16]
    assert str(claim_id(KEY, "case-number", "FR", "TJ59350", "26/01234")) == "8a49cc48-da83-9647-f86a-b3e51cb51882"
    assert digest(KEY, b"body") == "BCd4Y6A8mj63fTjACxcmNfAk0ZJIiEZWQz8uEFXSxyM"


def test_parts_cannot_be_shifted_between_fields():
    assert claim_id(KEY, "a", "bc", "d") != claim_id(KEY, "a", "b", "cd")
    assert claim_id(KEY, "a", "b") != claim_id(KEY, "ab")
    assert claim_id(KEY, "a") != claim_id(bytes(32), "a")


def test_a_short_key_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="32 bytes"):
        claim_id(b"short", "a")


def test_a_part_that_cannot_be_read_is_refused_without_being_said():
    with pytest.raises(Malformed, match=r"^not-unicode$") as fault:
        claim_id(KEY, "a", "secret\ud800")
    assert fault.value.field == "/1"
    assert fault.value.__suppress_context__
    with pytest.raises(Malformed, match=r"^too-long$"):
        claim_id(KEY, "a", "x" * 4097)
