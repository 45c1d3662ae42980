"""Codes, invitations, sealed secrets and tickets: what fits, and that nothing else does."""

from base64 import urlsafe_b64decode
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import Tampered
from registry.people import attempts, codes
from registry.people.attempts import AttemptsHere
from registry.people.box import box
from registry.values.account import AccountRef, CredentialKind, CredentialRef
from registry.values.time import MINUTE, SECOND, Instant
from tests.simulators.clock import SimulatedClock
from tests.simulators.entropy import SimulatedEntropy

NOW = Instant(1_790_000_000_000_000)
ACCOUNT, OTHER = AccountRef(UUID(int=1)), AccountRef(UUID(int=2))
CREDENTIAL = CredentialRef(UUID(int=3))
RFC_6238 = {
    59: "287082",
    1111111109: "081804",
    1111111111: "050471",
    1234567890: "005924",
    2000000000: "279037",
    20000000000: "353130",
}
"""Appendix B of the RFC, SHA-1; its eight digits end in these six."""


@pytest.fixture(scope="module")
def sealed():
    return box(bytes(range(32)), "a-ledger", SimulatedEntropy(3))


@pytest.mark.parametrize("second", RFC_6238)
def test_the_codes_are_those_of_the_specification(second):
    secret = b"12345678901234567890"
    assert codes.code_at(secret, second // codes.STEP_SECONDS) == RFC_6238[second]
    assert codes.step_of(secret, RFC_6238[second], Instant(second * SECOND)) == second // 30


def test_a_code_fits_its_step_and_the_two_beside_it():
    secret = codes.new_secret(SimulatedEntropy(1))
    step = NOW // (30 * SECOND)
    fits = [
        offset
        for offset in range(-4, 5)
        if codes.step_of(secret, codes.code_at(secret, step + offset), NOW) is not None
    ]
    assert fits == [-1, 0, 1]


@given(typed=st.text(max_size=12))
def test_what_is_no_code_fits_nothing(typed):
    secret = b"12345678901234567890"
    step = NOW // (30 * SECOND)
    right = {codes.code_at(secret, step + offset) for offset in (-1, 0, 1)}
    assert (codes.step_of(secret, typed, NOW) is not None) == (typed.replace(" ", "") in right)


def test_what_people_type_is_random_and_can_be_read_aloud():
    entropy = SimulatedEntropy(5)
    names = {codes.new_name(entropy) for _ in range(200)}
    recovery = {codes.new_recovery_code(entropy) for _ in range(200)}
    assert len(names) == len(recovery) == 200
    assert not set("ilou") & set("".join(names | recovery))
    assert all(codes.is_recovery_code(each) for each in recovery)
    assert not any(codes.is_recovery_code(each) for each in names | {"123456", "", "u" * 16})
    assert codes.typed("O0-Il 1") == "00111"


@given(position=st.integers(0, 42), letter=st.sampled_from("ABab01-_"))
def test_an_invitation_with_one_letter_changed_is_none(position, letter):
    key = bytes(32)
    said = codes.invitation(key, ACCOUNT)
    assert codes.invited(key, f" {said}\n") == ACCOUNT
    changed = said[:position] + letter + said[position + 1 :]
    # The last letter holds two bits that stand for nothing.
    if changed[:-1] != said[:-1]:
        assert codes.invited(key, changed) is None
    assert codes.invited(bytes([1]) * 32, said) is None


@given(bit=st.integers(0, 8 * (12 + 16 + 6) - 1))
def test_a_sealed_secret_opens_whole_and_in_its_place(sealed, bit):
    kept = sealed.seal(b"secret", ACCOUNT, CREDENTIAL, CredentialKind.PASSWORD)
    assert sealed.open(kept, ACCOUNT, CREDENTIAL, CredentialKind.PASSWORD) == b"secret"
    flipped = bytearray(kept)
    flipped[bit // 8] ^= 1 << bit % 8
    places = [
        (bytes(flipped), ACCOUNT, CREDENTIAL, CredentialKind.PASSWORD),
        (kept, OTHER, CREDENTIAL, CredentialKind.PASSWORD),
        (kept, ACCOUNT, CredentialRef(UUID(int=9)), CredentialKind.PASSWORD),
        (kept, ACCOUNT, CREDENTIAL, CredentialKind.AUTHENTICATOR),
        (kept[: bit // 8], ACCOUNT, CREDENTIAL, CredentialKind.PASSWORD),
    ]
    for place in places:
        with pytest.raises(Tampered):
            sealed.open(*place)
    with pytest.raises(Tampered):
        box(bytes(range(32)), "another-ledger", SimulatedEntropy(3)).open(*(kept, *places[0][1:]))


@given(position=st.integers(0, 10_000), letter=st.sampled_from("ABab01-_="))
def test_a_ticket_is_read_unchanged_in_its_time_for_its_purpose(sealed, position, letter):
    ticket = sealed.ticket("setup", Instant(NOW + MINUTE), name="value")
    assert sealed.read(ticket, "setup", NOW).said == {"name": "value"}
    assert sealed.read(ticket, "passkey-use", NOW) is None
    assert sealed.read(ticket, "setup", Instant(NOW + MINUTE)) is None
    place = position % len(ticket)
    changed = ticket[:place] + letter + ticket[place + 1 :]
    assert changed == ticket or sealed.read(changed, "setup", NOW) is None or _same_bytes(changed, ticket)
    for none in ("", "ü", "A" * 7000, "====", "AAAA"):
        assert sealed.read(none, "setup", NOW) is None


def _same_bytes(one: str, other: str) -> bool:
    """Letters at the end of base64 may stand for the same bytes."""
    return urlsafe_b64decode(one) == urlsafe_b64decode(other)


@given(parts=st.lists(st.text(max_size=5), max_size=4), others=st.lists(st.text(max_size=5), max_size=4))
def test_two_lists_of_parts_are_never_found_under_one_hash(sealed, parts, others):
    assert (sealed.lookup("name", *parts) == sealed.lookup("name", *others)) == (parts == others)
    assert sealed.lookup("name", *parts) != sealed.lookup("recovery", *parts)


def test_tries_are_forgotten_after_a_while_and_kept_to_a_number(monkeypatch):
    clock = SimulatedClock(NOW)
    counted = AttemptsHere(clock=clock)
    assert [counted.tried(b"a") for _ in range(7)] == [True] * 5 + [False] * 2
    assert counted.exhausted(b"a")
    assert not counted.exhausted(b"b")
    clock.advance(15 * 60)
    assert counted.tried(b"a")
    counted.succeeded(b"a")
    assert not counted.exhausted(b"a")
    monkeypatch.setattr(attempts, "REMEMBERED", 3)
    for mark in (b"1", b"2", b"3", b"4"):
        for _ in range(5):
            counted.tried(mark)
    assert [counted.exhausted(mark) for mark in (b"1", b"2", b"3", b"4")] == [False, True, True, True]
