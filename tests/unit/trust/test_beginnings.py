"""From when a key counts: no jurisdiction dates one back alone, whatever its operator publishes."""

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some
from tuf.api.metadata import Root, Targets

from registry.errors import NotTrusted
from registry.trust import publication
from registry.trust.beginnings import LEAVE, MEMBER, Beginnings, agreed, beginnings_of, check_beginnings
from registry.trust.client import fetch_from, kept
from registry.trust.keylist import NAMED, KeyUse, parse_key_list
from registry.trust.metadata import check_targets, parse
from registry.trust.publisher import publish
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import DAY, SECOND, Instant
from tests.trust import (
    FR,
    START,
    Ledger,
    brought_list,
    first_keys,
    jwk,
    jwks,
    named,
    published,
    root,
    targets,
)

NOW = START // SECOND
LONG_AGO = NOW - 400 * DAY // SECOND
LATER = Instant(START + 3 * DAY)
ISSUER = "urn:uuid:1"


def answering(begins: int, kid: str = "ours") -> dict[str, object]:
    return named(kid, "answer", ISSUER, nbf=begins)


def with_first(*keys: dict[str, object]) -> bytes:
    first = [msgspec.to_builtins(key) for key in parse_key_list(first_keys(FR), FR).keys]
    return jwks(*first, *keys)


def saying(*keys: dict[str, object], since: int = LATER // SECOND, of: Jurisdiction = FR) -> Beginnings:
    return Beginnings(since=since, keys=frozenset(agreed(of, key) for key in parse_key_list(jwks(*keys), of).keys))


def test_a_jurisdiction_alone_dates_no_key_back(tmp_path: Path):
    folder, before = published(tmp_path / "trust")
    ledger, keys = Ledger(), with_first(answering(NOW - LEAVE - 1))
    with pytest.raises(NotTrusted, match="targets must name it"):
        publish(folder, brought_list(FR, keys, 2), record=ledger.record, now=START)
    assert ledger.said == []
    assert folder.current() == before.current


def test_a_key_that_a_ceremony_took_some_days_to_list_needs_nobody_elses_word(tmp_path: Path):
    folder, _ = published(tmp_path / "trust", brought_list(FR, with_first(answering(NOW - LEAVE)), 2))
    assert folder.current()


def test_most_of_the_jurisdictions_agree_that_a_key_has_long_been_in_use(tmp_path: Path):
    keys = with_first(answering(LONG_AGO))
    brought = replace(brought_list(FR, keys, 2), targets=targets(2, beginnings=saying(answering(LONG_AGO), since=NOW)))
    folder, _ = published(tmp_path / "trust", brought)
    seen = tmp_path / "seen"
    found = fetch_from(folder.published, root=root(), seen=seen, now=START).lists[FR].find("ours")
    assert found is not None
    assert found.not_before == LONG_AGO
    assert kept(seen, FR, root=root()).list.find("ours") == found


@pytest.mark.parametrize(
    "said",
    [
        saying(),
        saying(answering(LONG_AGO + 1)),
        saying(answering(LONG_AGO, "other")),
        saying({**answering(LONG_AGO), "x": jwk("other")["x"]}),
        saying({**answering(LONG_AGO), "x-po-use": "witness"}),
        saying(answering(LONG_AGO), of=Jurisdiction("DE")),
    ],
    ids=["nothing", "another-beginning", "another-name", "another-key", "another-use", "another-jurisdiction"],
)
def test_what_was_agreed_on_is_of_one_key_and_one_beginning(said: Beginnings, tmp_path: Path):
    folder, _ = published(tmp_path / "trust")
    brought = replace(brought_list(FR, with_first(answering(LONG_AGO)), 2), targets=targets(2, beginnings=said))
    with pytest.raises(NotTrusted, match="targets must name it"):
        publish(folder, brought, record=Ledger().record, now=START)


def test_one_of_the_jurisdictions_does_not_agree_for_all(tmp_path: Path):
    folder, _ = published(tmp_path / "trust")
    said = saying(answering(LONG_AGO))
    brought = brought_list(FR, with_first(answering(LONG_AGO)), 2)
    for by in (("FR root 1",), ("FR root 1", "snapshot", "timestamp", "FR list 1")):
        few = replace(brought, targets=targets(2, by=by, beginnings=said))
        with pytest.raises(NotTrusted, match="too few signatures"):
            publish(folder, few, record=Ledger().record, now=START)


def test_what_an_operator_publishes_unchecked_counts_for_a_client_from_when_all_last_signed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(publication, "check_beginnings", lambda *_: None)
    keys = with_first(answering(LONG_AGO))
    brought = replace(brought_list(FR, keys, 2), targets=targets(2, beginnings=saying(since=NOW)))
    folder, _ = published(tmp_path / "trust", brought)
    seen = tmp_path / "seen"
    found = fetch_from(folder.published, root=root(), seen=seen, now=START).lists[FR]
    begins = {key.kid: key.not_before for key in found.keys}
    assert begins["ours"] == NOW
    assert begins["FR-order-1"] == parse_key_list(first_keys(FR), FR).keys[0].not_before  # it vouches for nothing
    assert kept(seen, FR, root=root()).list == found


def test_targets_do_not_leave_out_what_is_listed(tmp_path: Path):
    """A key that was once agreed on, or came when nobody was asked, is named in each of the later targets."""
    first = targets(2, beginnings=saying(answering(LONG_AGO), since=NOW))
    brought = replace(brought_list(FR, with_first(answering(LONG_AGO)), 2), targets=first)
    folder, _ = published(tmp_path / "trust", brought)
    for said, good in ((saying(), False), (saying(answering(LONG_AGO)), True)):
        later = replace(brought, targets=targets(3, beginnings=said, now=LATER), lists={}, jwks={})
        if good:
            publish(folder, later, record=Ledger().record, now=LATER)
        else:
            with pytest.raises(NotTrusted, match="targets must name it"):
                publish(folder, later, record=Ledger().record, now=LATER)


def test_a_list_of_before_anybody_was_asked_is_still_followed():
    old = parse_key_list(jwks(answering(LONG_AGO)), FR)
    check_beginnings(old, old, None, START)
    with pytest.raises(NotTrusted):
        check_beginnings(None, old, None, START)


@pytest.mark.parametrize(
    "said", [[], {"since": 1}, {"since": "1", "keys": []}, {"since": 1, "keys": [{}]}, {"since": 1, "keys": [], "k": 1}]
)
def test_beginnings_that_are_not_in_their_form_are_refused(said: object):
    made = parse(targets(), Targets).signed
    made.unrecognized_fields[MEMBER] = said
    with pytest.raises(NotTrusted, match="not in their form"):
        beginnings_of(made)
    top = parse(root(), Root).signed
    with pytest.raises(NotTrusted, match="not in their form"):
        check_targets(made, top)


TIMES = some.integers(0, 2 * NOW)


@given(begins=TIMES, since=TIMES, use=some.sampled_from(list(KeyUse)), said_so=some.booleans())
def test_no_key_that_vouches_counts_from_before_without_a_word_of_most(
    begins: int,
    since: int,
    use: KeyUse,
    said_so: bool,  # noqa: FBT001  # drawn
):
    name = {"x-po-name": ISSUER} if use in NAMED else {}
    keys = parse_key_list(jwks(jwk("k", nbf=begins, exp=2 * NOW + 1, **{"x-po-use": use.value}, **name)), FR)
    said = Beginnings(since=since, keys=frozenset([agreed(FR, keys.keys[0])] if said_so else []))
    (key,) = said.held(keys).keys
    if use not in NAMED or said_so or begins >= since - LEAVE:
        assert said.held(keys) == keys
    else:
        assert key.not_before == since
