"""What the log says of a fact: one entry for one fact, canonical JSON without a name, bound to the stored bytes.

    at   recorded_at, UTC with microseconds: strictly increasing along the log
    by   the institution that spoke, and the id of the key it spoke with
    d    SHA-256 of the record as it is stored: `po-record/v1`, topic and body, a line each
    f    the fact's id: 128 random bits, which no dictionary guesses
    k    kind: the topic without its version
    n    position in the ledger: strictly increasing, so that a skipped fact shows
    o,ov stream (an order's reference, or another's) and the version that the fact brought it to
    p    index of the stream's former entry, -1 for the first: whoever walks one order sees that none is missing
    q,r  of an answer alone: the commitment to the question, and the digest of the signed answer
    sg   of a document's signature alone: SHA-256 of the JWS, so that whoever made it finds it without us
    v    1, the version of this form

The record is not in the log. Its digest goes on to verify after the keys of the sealed blocks in it are destroyed.
"""

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Final
from uuid import UUID

import msgspec
import orjson

from registry.errors import Unreadable
from registry.ledger.codec import StoredFact
from registry.ledger.proof.erased import PREFIX
from registry.ledger.proof.tiles import ENTRIES, WIDTH, Tile, to_bundle
from registry.values.time import SECOND, Instant, iso

NONE: Final = -1
"""In the place of an index: there is none before."""
VERSION: Final = 1
_PREFIX: Final = PREFIX + b"\n"


class _Actor(msgspec.Struct, frozen=True):
    institution: str
    key_id: str


class _Envelope(msgspec.Struct, frozen=True):
    """What a leaf shows of a fact; everything else in it is passed over unread."""

    fact_id: UUID
    stream: UUID
    version: int
    recorded_at: int
    actor: _Actor


class _Given(msgspec.Struct, frozen=True):
    commitment: str
    signed: str | None = None


class _Answer(msgspec.Struct, frozen=True):
    """What a leaf shows of an answer."""

    event: _Given


class _Signature(msgspec.Struct, frozen=True):
    signature: str


class _Signed(msgspec.Struct, frozen=True):
    """What a leaf shows of a document's signature."""

    event: _Signature


_ANSWER_KIND: Final = "check.answer_given"
_SIGNED_KIND: Final = "document.signed"
_SIGNED: Final = msgspec.json.Decoder(_Signed)
_ANSWER: Final = msgspec.json.Decoder(_Answer)
_ENVELOPE: Final = msgspec.json.Decoder(_Envelope)


def record_digest(topic: str, body: bytes) -> bytes:
    """Give the digest of a stored record, which whoever is given the record can make again."""
    return sha256(record(topic, body)).digest()


def record(topic: str, body: bytes) -> bytes:
    """Give the bytes that the digest is of."""
    return _PREFIX + topic.encode() + b"\n" + body


def entry(stored: StoredFact, *, former: int) -> tuple[UUID, bytes]:
    """Give a fact's id and the bytes of its entry; `former` is the index of the stream's last entry, or `NONE`.

    Raises `Unreadable` for a record that does not say what the row it stands in says.
    """
    position, stream, version, topic, body, recorded_at = stored
    try:
        envelope = _ENVELOPE.decode(body)
    except (msgspec.DecodeError, ValueError):
        raise Unreadable(f"the fact at position {position} has no envelope") from None
    if (envelope.stream, envelope.version, envelope.recorded_at) != (stream, version, recorded_at):
        raise Unreadable(f"the fact at position {position} belongs in another place")
    kind = topic.rpartition(".")[0]
    members: dict[str, str | int | None] = {
        "at": _at(recorded_at),
        "by": f"{envelope.actor.institution} {envelope.actor.key_id}",
        "d": base64url(record_digest(topic, body)),
        "f": base64url(envelope.fact_id.bytes),
        "k": kind,
        "n": position,
        "o": base64url(stream.bytes),
        "ov": version,
        "p": former,
        "v": VERSION,
    }
    if kind == _ANSWER_KIND:
        given = _ANSWER.decode(body).event
        members |= {"q": given.commitment, "r": given.signed}
    elif kind == _SIGNED_KIND:
        members["sg"] = _SIGNED.decode(body).event.signature
    return envelope.fact_id, orjson.dumps(members, option=orjson.OPT_SORT_KEYS)


def _at(recorded_at: int) -> str:
    second, microsecond = divmod(recorded_at, SECOND)
    return f"{_second(second)}.{microsecond:06d}Z"


@lru_cache(maxsize=64)
def _second(second: int) -> str:
    """Show a second; the facts of a batch share a few of them, and showing each anew is a fifth of an entry."""
    return iso(Instant(second * SECOND)).partition(".")[0]


def bundled(
    first: int, bundle: Sequence[bytes], entries: Sequence[bytes]
) -> tuple[list[bytes], list[tuple[Tile, bytes]]]:
    """Put entries behind those of the last bundle; give what is then last, and every bundle that changed."""
    joined = [*bundle, *entries]
    index = first // WIDTH
    tiles: list[tuple[Tile, bytes]] = []
    for at in range(0, len(joined), WIDTH):
        part = joined[at : at + WIDTH]
        tiles.append((Tile(ENTRIES, index + at // WIDTH, len(part)), to_bundle(part)))
    rest = len(joined) % WIDTH
    return (joined[-rest:] if rest else []), tiles


def base64url(raw: bytes) -> str:
    """Write bytes as base64url without padding (RFC 7515, section 2)."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
