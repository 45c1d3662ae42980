"""A COSE receipt of inclusion (RFC 9942): the tlog-proof's statement for programs that read CBOR and COSE.

    18([ {1: -8 (EdDSA), 4: key id, 395: 1 (RFC9162_SHA256)},
         {396: {-1: [ <<[size, index, [path]]>> ]}}, nil, signature ])

The payload is detached: it is the root, which whoever verifies works out from the entry and the path. It lies outside
the proof folder, which knows no CBOR.
"""

from collections.abc import Sequence
from typing import Any, Final, cast

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from registry.ledger.proof.errors import NotVerified, NotWellFormed
from registry.ledger.proof.inclusion import root_of_path
from registry.ledger.proof.merkle import leaf_hash

SIGN1_TAG: Final = 18
MAXIMUM_RECEIPT: Final = 1 << 16
_ALGORITHM, _KEY_ID, _STRUCTURE, _PROOFS, _INCLUSION = 1, 4, 395, 396, -1
_EDDSA: Final = -8
_RFC9162_SHA256: Final = 1
_PARTS: Final = 4


def cose_receipt(*, size: int, index: int, path: Sequence[bytes], root: bytes, key: Ed25519PrivateKey) -> bytes:
    """Make the receipt of an entry; `key` signs receipts and no checkpoints."""
    protected = _protected(key.public_key())
    signature = key.sign(_to_be_signed(protected, root))
    proof = cbor2.dumps([size, index, list(path)], canonical=True)
    message = [protected, {_PROOFS: {_INCLUSION: [proof]}}, None, signature]
    return cbor2.dumps(cbor2.CBORTag(SIGN1_TAG, message), canonical=True)


def verify_cose_receipt(raw: bytes, *, entry: bytes, key: Ed25519PublicKey) -> int:
    """Give the index at which a receipt shows an entry to be in a log. Raises `NotWellFormed`, `NotVerified`.

    The signature covers the root alone, as the RFC has it: the size is whatever gives the path its shape, and no
    statement of the log. A tlog-proof, whose checkpoint is signed with its size, is the stronger evidence.
    """
    protected, proof, signature = _read(raw)
    if protected != _protected(key):
        raise NotVerified("receipt: of another key, algorithm or structure")
    size, index, path = proof
    root = root_of_path(index=index, size=size, leaf=leaf_hash(entry), proof=path)
    try:
        key.verify(signature, _to_be_signed(protected, root))
    except InvalidSignature:
        raise NotVerified("receipt: the signature does not fit this entry") from None
    return index


def _protected(key: Ed25519PublicKey) -> bytes:
    header = {_ALGORITHM: _EDDSA, _KEY_ID: key.public_bytes_raw()[:8], _STRUCTURE: _RFC9162_SHA256}
    return cbor2.dumps(header, canonical=True)


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    return cbor2.dumps(["Signature1", protected, b"", payload], canonical=True)


def _read(raw: bytes) -> tuple[bytes, tuple[int, int, list[bytes]], bytes]:
    if len(raw) > MAXIMUM_RECEIPT:
        raise NotWellFormed("receipt: too long")
    try:
        found: Any = cbor2.loads(raw)
        message = found.value
        protected, unprotected, payload, signature = message
        (proof,) = unprotected[_PROOFS][_INCLUSION]
        size, index, path = cast("tuple[object, object, object]", tuple(cbor2.loads(proof)))
    except (cbor2.CBORError, AttributeError, TypeError, ValueError, LookupError, RecursionError):
        raise NotWellFormed("receipt: not a COSE receipt of inclusion") from None
    hashes = cast("list[object]", path) if isinstance(path, list) else [None]
    whole = [type(found) is cbor2.CBORTag and found.tag == SIGN1_TAG, payload is None]
    whole += [isinstance(each, bytes) for each in (protected, signature, *hashes)]
    whole += [type(number) is int for number in (size, index)]
    if not all(whole) or cbor2.dumps(found, canonical=True) != raw:
        raise NotWellFormed("receipt: not the canonical form of a receipt")
    return protected, cast("tuple[int, int, list[bytes]]", (size, index, hashes)), signature
