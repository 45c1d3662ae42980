"""The ledger says which list was the published one at a leaf, and notices a file that is not the one it knows."""

from pathlib import Path

import pytest

from registry.errors import NotTrusted
from registry.trust.history import history_of
from registry.trust.keylist import KeyUse, key_at, list_at
from registry.trust.publisher import NOTHING, publish
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import DAY, Instant
from tests.trust import FR, START, Ledger, a_folder, brought_list, everything, jwk, jwks

MARKED = jwks(
    jwk("FR-order-1", **{"x-po-status": "compromised", "x-po-since-leaf": 20}),
    jwk("FR-card-1", **{"x-po-use": "card"}),
)


def test_an_order_logged_before_a_theft_stays_good_and_the_list_of_then_did_not_know_of_it(tmp_path: Path):
    folder, ledger = a_folder(tmp_path / "trust"), Ledger()
    publish(folder, everything(), record=ledger.record, now=START)
    publish(folder, NOTHING, record=ledger.record, now=Instant(START + DAY))
    publish(folder, brought_list(FR, MARKED, 2), record=ledger.record, now=Instant(START + DAY))
    history = history_of(FR, list(zip((3, 7, 30), ledger.said, strict=True)), folder.read)
    assert [each.leaf for each in history] == [3, 30]

    def counts(leaf: int, *, known: int | None) -> bool:
        try:
            key_at(list_at(history, known), "FR-order-1", use=KeyUse.ORDER, at=START, leaf=leaf)
        except NotTrusted:
            return False
        return True

    assert [counts(leaf, known=29) for leaf in (10, 19, 20, 25)] == [True, True, True, True]
    assert [counts(leaf, known=None) for leaf in (10, 19, 20, 25)] == [True, True, False, False]
    assert history_of(Jurisdiction("IT"), [(3, ledger.said[0])], folder.read) == ()


def test_a_file_that_is_missing_or_another_is_noticed(tmp_path: Path):
    folder, ledger = a_folder(tmp_path / "trust"), Ledger()
    publish(folder, everything(), record=ledger.record, now=START)
    for read in (lambda _: None, lambda _: MARKED):
        with pytest.raises(NotTrusted, match="ledger knows"):
            history_of(FR, [(3, ledger.said[0])], read)
