"""COSE receipts: the same inclusion, in CBOR; any changed byte is refused."""

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from registry.ledger.cose_receipt import cose_receipt, verify_cose_receipt
from registry.ledger.proof.errors import NotVerified, NotWellFormed, ProofError
from registry.ledger.proof.reading import ExpandedTiles, TileTree
from tests.transparency import MemoryLog, entry, flipped

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SIZE = 11


def tree():
    log = MemoryLog()
    checkpoint = log.append([entry(number) for number in range(SIZE)])
    return checkpoint, TileTree(SIZE, ExpandedTiles(log.read))


def receipt(index: int) -> bytes:
    checkpoint, tiles = tree()
    return cose_receipt(size=SIZE, index=index, path=tiles.inclusion(index), root=checkpoint.root, key=KEY)


RECEIPT = receipt(4)


@pytest.mark.parametrize("index", range(SIZE))
def test_a_receipt_shows_where_the_entry_is(index):
    assert verify_cose_receipt(receipt(index), entry=entry(index), key=KEY.public_key()) == index


def test_a_receipt_is_of_one_entry_and_of_one_key():
    with pytest.raises(NotVerified):
        verify_cose_receipt(RECEIPT, entry=entry(5), key=KEY.public_key())
    other = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
    with pytest.raises(NotVerified):
        verify_cose_receipt(RECEIPT, entry=entry(4), key=other)


@given(st.integers(0, len(RECEIPT) * 8 - 1))
def test_no_flipped_bit_shows_the_entry_anywhere_else(bit):
    try:
        assert verify_cose_receipt(flipped(RECEIPT, bit), entry=entry(4), key=KEY.public_key()) == 4
    except ProofError:
        return
    # What is left is the size, which the signature does not cover where another one gives the path the same shape.
    assert cbor2.loads(flipped(RECEIPT, bit)).value[3] == cbor2.loads(RECEIPT).value[3]


@given(st.binary(max_size=200))
def test_what_is_no_receipt_is_said_to_be_none(raw):
    with pytest.raises(NotWellFormed):
        verify_cose_receipt(raw, entry=entry(4), key=KEY.public_key())


def test_a_receipt_has_one_spelling():
    message = cbor2.loads(RECEIPT)
    for wrong in (
        cbor2.dumps(message.value, canonical=True),
        cbor2.dumps(cbor2.CBORTag(17, message.value), canonical=True),
        RECEIPT + b"\x00",
        b"\x00" * ((1 << 16) + 1),
    ):
        with pytest.raises(NotWellFormed):
            verify_cose_receipt(wrong, entry=entry(4), key=KEY.public_key())
