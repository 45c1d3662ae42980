"""Claims: what only one fact can hold, as a keyed hash, so that the log shows nothing of it.

A court's case number or an idempotency key is low in entropy; without the ledger's claim key
nobody can try candidates against the log.
"""

import hmac
from base64 import urlsafe_b64encode
from typing import Final
from uuid import UUID

from registry.errors import Malformed
from registry.values.identifiers import ClaimId

MINIMUM_KEY_BYTES: Final = 32
MAXIMUM_PART_BYTES: Final = 4096
_CLAIM: Final = b"po-claim/v1|"
_DIGEST: Final = b"po-digest/v1|"


def claim_id(key: bytes, namespace: str, *parts: str) -> ClaimId:
    """Give the id of what is claimed: HMAC-SHA256 under the ledger's claim key, cut to 128 bits.

    `namespace` says what sort of claim, such as `case-number`. Parts are told apart by their
    lengths, so no two lists of parts share an encoding. Raises `Malformed`, naming the part's place.
    """
    return ClaimId(UUID(bytes=_keyed(key, _CLAIM + encoded_parts(namespace, *parts))[:16]))


def digest(key: bytes, body: bytes) -> str:
    """Give a keyed hash of a request's body, base64url, to tell a repetition from a collision."""
    return urlsafe_b64encode(_keyed(key, _DIGEST + body)).rstrip(b"=").decode("ascii")


def encoded_parts(*parts: str) -> bytes:
    """Write texts one after another, each behind its length in bytes; injective. Raises `Malformed`."""
    return len(parts).to_bytes(4) + b"".join(_part(place, part) for place, part in enumerate(parts))


def _part(place: int, text: str) -> bytes:
    try:
        raw = text.encode()
    except UnicodeEncodeError:
        # The original error would carry the text.
        raise Malformed("not-unicode", field=f"/{place}") from None
    if len(raw) > MAXIMUM_PART_BYTES:
        raise Malformed("too-long", field=f"/{place}")
    return len(raw).to_bytes(4) + raw


def _keyed(key: bytes, message: bytes) -> bytes:
    if len(key) < MINIMUM_KEY_BYTES:
        fault = "a claim key has at least 32 bytes"
        raise ValueError(fault)
    return hmac.digest(key, message, "sha256")
