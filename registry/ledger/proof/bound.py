"""What a signed receipt or answer says, held against the entries that the log has of it: every claim both know of.

The members of an entry are named in `registry/ledger/leaf.py`. Values are equal only where their types are: `true` is
not 1. Nothing here raises anything but `ProofError` kinds, whatever the claims or entries hold.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final, cast
from uuid import UUID

from registry.ledger.proof.errors import NotVerified, NotWellFormed

ANSWER_KIND: Final = "check.answer_given"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)

Members = Mapping[str, Any]


def binds_answer(signed: str, entries: Sequence[bytes], claims: Members) -> str:
    """Hold an answer against its one entry; gives what was found. Raises `NotVerified`, `NotWellFormed`."""
    read = [as_object(entry, "entry") for entry in entries]
    digest = _to_text(sha256(signed.encode()).digest())
    if len(read) != 1 or not _alike((read[0].get("r"), digest), (read[0].get("q"), claims.get("query"))):
        raise NotVerified("entry: of another answer")
    (entry,) = read
    if not _alike(
        (entry.get("k"), ANSWER_KIND),
        (entry.get("f"), _uuid(claims.get("fact"))),
        (_institution(entry), claims.get("aud")),
    ):
        raise NotVerified("entry: says otherwise of this answer")
    return "the entry bears the digest of the signed answer and the commitment to the question"


def binds_receipt(_signed: str, entries: Sequence[bytes], claims: Members) -> str:
    """Hold a receipt against the entries of its facts; gives what was found. Raises as `binds_answer`."""
    facts = claims.get("facts")
    said = [as_members(each, "signed, facts") for each in as_list(facts)]
    read = [as_object(entry, "entry") for entry in entries]
    if not said or len(said) != len(read):
        raise NotVerified("entry: not of the records that the receipt names")
    first = _whole(claims.get("version")) - len(read) + 1
    for number, (fact, entry) in enumerate(zip(said, read, strict=True)):
        _hold_fact(fact, entry, claims, version=first + number)
    last = read[-1]
    if not _alike(
        (last.get("at"), claims.get("recorded_at")),
        (claims.get("iat"), _posix(claims.get("recorded_at"))),
        (last.get("n"), claims.get("position")),
        (last.get("ov"), claims.get("version")),
    ):
        raise NotVerified("entry: says another time, position or version than the receipt")
    return f"{len(said)} records, digest by digest, recorded at {last.get('at')}"


def _hold_fact(fact: Members, entry: Members, claims: Members, *, version: int) -> None:
    named = tuple(
        (entry.get(short), fact.get(long)) for short, long in (("d", "record"), ("n", "position"), ("k", "kind"))
    )
    if not _alike(*named):
        raise NotVerified("entry: not of the records that the receipt names")
    if not _alike(
        (entry.get("f"), _uuid(fact.get("fact"))),
        (entry.get("o"), _uuid(claims.get("stream"))),
        (entry.get("ov"), version),
        (_institution(entry), claims.get("aud")),
    ):
        raise NotVerified("entry: says otherwise of a fact, its stream, its version or who spoke")


def as_object(raw: bytes, place: str) -> dict[str, Any]:
    """Read a JSON object in which no name stands twice; raises `NotWellFormed`."""
    try:
        found = json.loads(raw, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError):
        raise NotWellFormed(f"{place}: not JSON, or a name stands twice") from None
    return as_members(found, place)


def as_members(value: object, place: str) -> dict[str, Any]:
    """Hold that a value is an object; raises `NotWellFormed`."""
    if not isinstance(value, dict):
        raise NotWellFormed(f"{place}: not an object")
    return cast("dict[str, Any]", value)


def _without_repeats(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        message = "a name stands twice"
        raise ValueError(message)
    return found


def _alike(*pairs: tuple[object, object]) -> bool:
    """Say whether each two are texts or whole numbers, of one type and the same."""
    return all(type(one) in (str, int) and type(one) is type(other) and one == other for one, other in pairs)


def as_list(value: object) -> list[object]:
    """Give a list as it is, and no elements of whatever else it may be."""
    return cast("list[object]", value) if isinstance(value, list) else []


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise NotWellFormed("signed, claims: not a whole number")
    return value


def _institution(entry: Members) -> str:
    by = entry.get("by")
    return by.partition(" ")[0] if isinstance(by, str) else ""


def _uuid(value: object) -> str:
    try:
        return _to_text(UUID(str(value)).bytes)
    except ValueError:
        raise NotWellFormed("signed, claims: not a UUID") from None


def _posix(value: object) -> int:
    """Give the second of a time as POSIX counts it; raises `NotWellFormed`."""
    try:
        return (datetime.fromisoformat(str(value)) - _EPOCH) // _SECOND
    except (ValueError, TypeError):
        raise NotWellFormed("signed, claims: not a time") from None


def _to_text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
