"""A list of keys: its one form, what may follow it, and which key counts where and when."""

from itertools import count

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import NotTrusted
from registry.trust.keylist import (
    MAXIMUM_BYTES,
    MAXIMUM_KEYS,
    KeyList,
    KeyStatus,
    KeyUse,
    Listed,
    check_follows,
    check_names,
    key_at,
    list_at,
    parse_key_list,
    to_bytes,
)
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import SECOND, Instant
from registry.vault.block import encoded
from tests.trust import FR, a_list, jwk, jwks, named

BEGIN, END = 1_700_000_000, 2_000_000_000
WITHIN = Instant(1_800_000_000 * SECOND)
COMPROMISED = {"x-po-status": "compromised"}
RETIRED = {"x-po-status": "retired"}


def since(leaf: int) -> dict[str, object]:
    return {"x-po-since-leaf": leaf}


def counts(key: dict[str, object], *, leaf: int | None, at: Instant = WITHIN, use: KeyUse = KeyUse.ORDER) -> bool:
    try:
        key_at(a_list(key), "k", use=use, at=at, leaf=leaf)
    except NotTrusted:
        return False
    return True


@pytest.mark.parametrize(
    ("state", "good", "bad"),
    [
        ({}, [0, 39, 40, 10**9, None], []),
        (RETIRED, [0, 39, 40, 10**9], [None]),
        (RETIRED | since(40), [0, 39], [40, 41, None]),
        (COMPROMISED | since(40), [0, 39], [40, 41, 10**9, None]),
        (COMPROMISED | since(0), [], [0, 1, None]),
        (COMPROMISED, [], [0, 1, None]),
    ],
)
def test_what_was_logged_before_a_key_went_wrong_stays_good(
    state: dict[str, object], good: list[int | None], bad: list[int | None]
):
    assert all(counts(jwk("k", **state), leaf=leaf) for leaf in good)
    assert not any(counts(jwk("k", **state), leaf=leaf) for leaf in bad)


@given(leaf=st.integers(0, 100), first=st.integers(0, 100), earlier=st.integers(0, 100))
def test_an_earlier_date_of_compromise_never_makes_more_good(leaf: int, first: int, earlier: int):
    known = counts(jwk("k", **COMPROMISED, **since(first)), leaf=leaf)
    assert known == (leaf < first)
    if earlier <= first:
        assert known or not counts(jwk("k", **COMPROMISED, **since(earlier)), leaf=leaf)


def test_a_key_counts_within_its_time_and_for_its_use_alone():
    key = jwk("k")
    assert counts(key, leaf=1, at=Instant(BEGIN * SECOND))
    assert counts(key, leaf=1, at=Instant(END * SECOND - 1))
    assert not counts(key, leaf=1, at=Instant(BEGIN * SECOND - 1))
    assert not counts(key, leaf=1, at=Instant(END * SECOND))
    assert not counts(key, leaf=1, use=KeyUse.CARD)
    with pytest.raises(NotTrusted, match="not in the list"):
        key_at(a_list(key), "other", use=KeyUse.ORDER, at=WITHIN, leaf=1)


def test_the_list_of_a_leaf_is_the_one_published_then():
    before, after = a_list(jwk("k")), a_list(jwk("k", **COMPROMISED, **since(7)))
    history = [Listed(leaf=3, list=before), Listed(leaf=9, list=after)]
    assert [list_at(history, leaf) for leaf in (3, 8, 9, 10**6, None)] == [before, before, after, after, after]
    with pytest.raises(NotTrusted, match="yet"):
        list_at(history, 2)


def test_a_list_has_one_spelling_and_reads_back():
    keys = a_list(jwk("k", **RETIRED, **since(3), alg="EdDSA", use="sig"), p256("e"), ml_dsa("m"))
    raw = to_bytes(keys)
    assert parse_key_list(raw, FR) == keys
    assert raw == orjson.dumps(orjson.loads(raw), option=orjson.OPT_SORT_KEYS)
    assert [key.use for key in keys.keys] == [KeyUse.ORDER, KeyUse.CARD, KeyUse.WITNESS]
    assert keys.find("none") is None


def p256(kid: str, **members: object) -> dict[str, object]:
    made = {"kty": "EC", "crv": "P-256", "x": encoded(bytes(32)), "y": encoded(b"\1" * 32), "alg": "ES256"}
    return jwk(kid, **{**made, "x-po-use": "card", **members})


def ml_dsa(kid: str) -> dict[str, object]:
    key = jwk(kid, **{"kty": "AKP", "alg": "ML-DSA-44", "pub": encoded(bytes(1312)), "x-po-use": "witness"})
    return {name: value for name, value in key.items() if name not in {"x", "crv"}}


def without(name: str) -> dict[str, object]:
    return {key: value for key, value in jwk("k").items() if key != name}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"{}",
        b'{"keys": 1}',
        b'{"keys": [], "keys": []}',
        b'{"keys": [], "more": 1}',
        b"[" * 100_000,
        b" " * (MAXIMUM_BYTES + 1),
        jwks(jwk("k", d=encoded(bytes(32)))),
        jwks(jwk("k", k="secret")),
        jwks(jwk("k", x5c=[])),
        jwks(jwk("k", use="enc")),
        jwks(jwk("k", alg="none")),
        jwks(jwk("k", alg="ES256")),
        jwks(jwk("k", crv="Ed448")),
        jwks(jwk("k", kty="oct")),
        jwks(jwk("k", y=encoded(bytes(32)))),
        jwks(jwk("k", x=encoded(bytes(31)))),
        jwks(jwk("k", x=encoded(bytes(32)) + "=")),
        jwks(jwk("k", x=encoded(bytes(32))[:-1] + "B")),
        jwks(jwk("k", x="é" * 43)),
        jwks(without("x")),
        jwks(without("nbf")),
        jwks(without("x-po-use")),
        jwks(jwk("k", **{"x-po-use": "everything"})),
        jwks(jwk("k", **{"x-po-status": "fine"})),
        jwks(jwk("k", **since(3))),
        jwks(jwk("k", **COMPROMISED, **since(-1))),
        jwks(jwk("k", **COMPROMISED, **{"x-po-since-leaf": "3"})),
        jwks(jwk("k", nbf=END)),
        jwks(jwk("k", nbf=-1)),
        jwks(jwk("k", exp=2**41)),
        jwks(jwk("k", nbf=1.5)),
        jwks(jwk("")),
        jwks(jwk("two words")),
        jwks(jwk("k"), jwk("k")),
        jwks(jwk("k"), {**jwk("k"), "kid": "l"}),
        jwks(jwk("k"), {**jwk("k"), "kid": "l", "x-po-use": "card"}),
        jwks(*(jwk("k") for _ in range(MAXIMUM_KEYS + 1))),
        jwks(p256("e", alg="EdDSA")),
    ],
    ids=count(),
)
def test_another_form_is_refused(raw: bytes):
    with pytest.raises(NotTrusted, match="key list") as refused:
        parse_key_list(raw, FR)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "key",
    [
        jwk("k", **{"x-po-use": "log"}),
        jwk("k", **{"x-po-use": "statement"}),
        jwk("k", **{"x-po-name": "registry.test/log"}),
        named("k", "card", "registry.test/log"),
        named("k", "log", ""),
        named("k", "log", "two words"),
        named("k", "log", "a+b"),
        named("k", "log", "caf\u00e9"),
        named("k", "log", "x" * 256),
        jwk("k", **{"x-po-ends": END - 1}),
        jwk("k", **{"x-po-ends": 2**41}),
        jwk("k", **{"x-po-since": BEGIN}),
        jwk("k", **COMPROMISED, **{"x-po-since": -1}),
        jwk("k", **COMPROMISED, **{"x-po-since": 2**41}),
        jwk("k", **{"x-po-jurisdiction": "DE"}),
    ],
    ids=count(),
)
def test_a_key_that_signs_under_a_name_has_one_and_no_other_has(key: dict[str, object]):
    with pytest.raises(NotTrusted, match="key list"):
        a_list(key)


@pytest.mark.parametrize("use", ["log", "statement", "answer", "witness"])
def test_a_named_key_reads_back_and_keeps_its_name(use: str):
    keys = a_list(named("k", use, "registry.test/log", **{"x-po-ends": END, "x-po-jurisdiction": "FR"}))
    assert parse_key_list(to_bytes(keys), FR) == keys
    assert keys.keys[0].name == "registry.test/log"
    with pytest.raises(NotTrusted, match="another key, use, name"):
        check_follows(keys, a_list(named("k", use, "registry.test/other")))


def test_a_list_from_before_there_were_names_is_read_and_its_keys_may_get_one():
    old = a_list(jwk("a", **{"x-po-use": "answer"}), jwk("w", **{"x-po-use": "witness"}))
    assert [key.name for key in old.keys] == [None, None]
    check_follows(old, a_list(named("a", "answer", "urn:uuid:1"), named("w", "witness", "witness.test/w")))


def test_two_jurisdictions_do_not_sign_under_one_name():
    ours = a_list(named("k", "log", "registry.test/log"), named("l", "log", "registry.test/log"))
    same = parse_key_list(jwks(named("m", "log", "registry.test/log")), Jurisdiction("DE"))
    other = parse_key_list(jwks(named("m", "witness", "registry.test/log")), Jurisdiction("DE"))
    check_names([ours, other])
    with pytest.raises(NotTrusted, match="one name"):
        check_names([ours, same])


def test_a_last_second_only_moves_towards_the_beginning():
    def marked(since: int | None) -> KeyList:
        return a_list(jwk("k", **COMPROMISED, **({} if since is None else {"x-po-since": since})))

    check_follows(marked(None), marked(BEGIN + 9))
    check_follows(marked(BEGIN + 9), marked(BEGIN + 8))
    for later in (None, BEGIN + 10):
        with pytest.raises(NotTrusted, match="last second"):
            check_follows(marked(BEGIN + 9), marked(later))


BEFORE = (jwk("k"), jwk("r", **RETIRED), jwk("c", **COMPROMISED, **since(40)))


@pytest.mark.parametrize(
    "after",
    [
        BEFORE,
        (*BEFORE, jwk("new")),
        (jwk("k", exp=BEGIN + 1), *BEFORE[1:]),
        (jwk("k", **RETIRED), *BEFORE[1:]),
        (jwk("k", **COMPROMISED, **since(50)), *BEFORE[1:]),
        (BEFORE[0], jwk("r", **COMPROMISED), BEFORE[2]),
        (*BEFORE[:2], jwk("c", **COMPROMISED, **since(39))),
        (*BEFORE[:2], jwk("c", **COMPROMISED)),
    ],
)
def test_a_list_may_grow_and_its_keys_grow_worse(after: tuple[dict[str, object], ...]):
    check_follows(a_list(*BEFORE), a_list(*after))


@pytest.mark.parametrize(
    "after",
    [
        BEFORE[1:],
        ({**jwk("k"), "x": jwk("other")["x"]}, *BEFORE[1:]),
        (jwk("k", **{"x-po-use": "card"}), *BEFORE[1:]),
        (jwk("k", nbf=BEGIN - 1), *BEFORE[1:]),
        (BEFORE[0], jwk("r"), BEFORE[2]),
        (*BEFORE[:2], jwk("c", **RETIRED, **since(40))),
        (*BEFORE[:2], jwk("c", **COMPROMISED, **since(41))),
    ],
)
def test_a_key_does_not_vanish_change_or_recover(after: tuple[dict[str, object], ...]):
    with pytest.raises(NotTrusted):
        check_follows(a_list(*BEFORE), a_list(*after))


def test_a_compromise_that_could_not_be_dated_is_not_dated_later():
    with pytest.raises(NotTrusted, match="later"):
        check_follows(a_list(jwk("c", **COMPROMISED)), a_list(jwk("c", **COMPROMISED, **since(1))))
    assert a_list(jwk("c", **COMPROMISED)).keys[0].status is KeyStatus.COMPROMISED
