"""The keys that sign cards: one a jurisdiction, use and period, each from the one secret and none from another."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from registry.card.pack import CARD_USE, PACK_USE, STATUS_USE
from registry.values.jurisdiction import Jurisdiction
from registry.vault.card_keys import CardKeys

KEYS = CardKeys(bytes(range(32)))
FR = Jurisdiction("FR")
instants = st.integers(1_700_000_000, 4_000_000_000)


@given(instants, st.sampled_from([CARD_USE, STATUS_USE, PACK_USE]))
def test_a_key_signs_at_the_instant_it_is_asked_for(at, use):
    key = KEYS.key(FR, use, at).public
    assert key.begins <= at < key.signs_until < key.ends
    assert KEYS.key(FR, use, key.begins).public == key
    assert KEYS.key(FR, use, key.signs_until - 1).public == key
    assert KEYS.key(FR, use, key.signs_until).public.kid != key.kid
    assert KEYS.key(FR, use, key.signs_until).public.begins == key.signs_until


def test_a_card_key_is_of_one_month_and_the_others_of_three():
    at = int(datetime(2026, 12, 31, 23, tzinfo=UTC).timestamp())
    month, quarter = KEYS.key(FR, CARD_USE, at).public, KEYS.key(FR, PACK_USE, at).public
    assert month.begins == int(datetime(2026, 12, 1, tzinfo=UTC).timestamp())
    assert quarter.begins == int(datetime(2026, 10, 1, tzinfo=UTC).timestamp())
    assert month.signs_until == quarter.signs_until == int(datetime(2027, 1, 1, tzinfo=UTC).timestamp())


def test_no_two_purposes_share_a_key():
    at = 1_790_000_000
    every = {
        keys.key(jurisdiction, use, at).public.kid
        for keys in (KEYS, CardKeys(bytes(32)))
        for jurisdiction in (FR, Jurisdiction("DE"))
        for use in (CARD_USE, STATUS_USE, PACK_USE)
    }
    assert len(every) == 12


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16))
def test_a_salt_is_of_one_card_and_one_secret(one, other):
    assert KEYS.salt(one) == KEYS.salt(one)
    assert (KEYS.salt(one) == KEYS.salt(other)) == (one == other)
    assert CardKeys(bytes(32)).salt(one) != KEYS.salt(one)
    assert len(KEYS.salt(one)) == 16


def test_a_salt_cannot_be_told_without_the_opening_of_every_name_on_the_card():
    card, ada, ben = bytes(16), b"a" * 32, b"b" * 32
    salts = {KEYS.salt(card, openings) for openings in ((), (ada,), (ben,), (ada, ben), (ben, ada))}
    assert len(salts) == 5
    assert KEYS.salt(card, (ada, ben)) == KEYS.salt(card, [ada, ben])
    assert "000102" not in repr(KEYS)
