"""A jurisdiction's list of keys: a JWK set (RFC 7517) with use, times and state, and what it says of a key. Pure.

    kty crv x y | kty alg pub     the public key: Ed25519, P-256 or ML-DSA-44
    kid                           its name in this list; never given to another key
    nbf exp                       NumericDate: whoever was signed to with it, within these
    x-po-use                      what it may sign: one thing
    x-po-status                   active, retired, compromised
    x-po-since-leaf               the first leaf of the ledger from which on nothing signed with it counts
    x-po-since                    the first second from which on nothing signed with it counts, logged or not
    x-po-name                     the name it signs under: a log's origin, a witness's name, the `iss` of receipts
    x-po-ends                     nothing that was signed with it counts longer
    x-po-jurisdiction             whose it is; the list's own, where it stands at all

A key never leaves a list, so that what it signed can still be checked; its state changes in one direction.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import jiter
import msgspec
import orjson

from registry.errors import NotTrusted
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import SECOND, Instant

MAXIMUM_BYTES: Final = 1 << 20
MAXIMUM_KEYS: Final = 2048
_MAXIMUM_SECONDS: Final = 2**40
_KID: Final = re.compile(r"[A-Za-z0-9._~-]{1,128}")
_NAME: Final = re.compile(r"[!-*,-~]{1,255}")
"""A name of a signed note (signed-note), of visible ASCII: no space, no `+`."""
_MEMBERS: Final[dict[tuple[str, str], dict[str, int]]] = {
    ("OKP", "Ed25519"): {"x": 32},
    ("EC", "P-256"): {"x": 32, "y": 32},
    ("AKP", "ML-DSA-44"): {"pub": 1312},
}
"""Kinds of key by `kty` and `crv` (or `alg`, for AKP), and the bytes of each member that makes the key."""
_ALGORITHMS: Final = {"Ed25519": {"EdDSA", "Ed25519"}, "P-256": {"ES256"}, "ML-DSA-44": {"ML-DSA-44"}}


class KeyUse(StrEnum):
    """What a key signs. A key has one use, so that no signature can be passed off as one of another kind."""

    ORDER = "order"
    ACK = "ack"
    CARD = "card"
    STATUS = "status"
    HTTP = "http"
    WEBHOOK = "webhook"
    WITNESS = "witness"
    """Cosigns the checkpoints of logs of others."""
    ANSWER = "answer"
    """Receipts of what a registry recorded, and the answers it gave."""
    LOG = "log"
    """Checkpoints of a registry's log."""
    STATEMENT = "statement"
    """What a registry states of its own acts, such as an erasure."""
    PACK = "pack"
    """What devices without a network hold cards against."""


NAMED: Final = frozenset({KeyUse.ANSWER, KeyUse.LOG, KeyUse.STATEMENT, KeyUse.WITNESS})
"""Uses of keys that sign under a name: a key without one is listed, and nothing is verified with it."""
_MUST_BE_NAMED: Final = frozenset({KeyUse.LOG, KeyUse.STATEMENT})
"""The other two were listed without a name before there were names; such lists are still read."""


class KeyStatus(StrEnum):
    """Whether a key is in use, was, or is in wrong hands."""

    ACTIVE = "active"
    RETIRED = "retired"
    COMPROMISED = "compromised"


_WORSE: Final = {KeyStatus.ACTIVE: 0, KeyStatus.RETIRED: 1, KeyStatus.COMPROMISED: 2}


class Jwk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A key as the list has it. A member that is not here is refused: a private one would be among them."""

    kty: str
    kid: str
    use: KeyUse = msgspec.field(name="x-po-use")
    status: KeyStatus = msgspec.field(name="x-po-status")
    not_before: int = msgspec.field(name="nbf")
    """The first second at which it counts, POSIX time."""
    expires: int = msgspec.field(name="exp")
    """The first second at which it counts no more."""
    since_leaf: int | None = msgspec.field(name="x-po-since-leaf", default=None)
    since: int | None = msgspec.field(name="x-po-since", default=None)
    """The first second from which on nothing signed with it counts, by the date that what was signed bears."""
    name: str | None = msgspec.field(name="x-po-name", default=None)
    ends: int | None = msgspec.field(name="x-po-ends", default=None)
    jurisdiction: str | None = msgspec.field(name="x-po-jurisdiction", default=None)
    alg: str | None = None
    crv: str | None = None
    x: str | None = None
    y: str | None = None
    pub: str | None = None
    sig: str | None = msgspec.field(name="use", default=None)
    """RFC 7517's own `use`: `sig`, or nothing."""

    @property
    def kind(self) -> tuple[str, str]:
        """The type of key, and the curve or parameter set."""
        return self.kty, (self.alg if self.kty == "AKP" else self.crv) or ""

    @property
    def material(self) -> bytes:
        """The public key's bytes; raises `NotTrusted` where they do not have their form."""
        sizes = _MEMBERS.get(self.kind)
        given = {name: value for name in ("x", "y", "pub") if (value := getattr(self, name)) is not None}
        if sizes is None or set(given) != set(sizes):
            raise NotTrusted("key list: a key is none of Ed25519, P-256, ML-DSA-44")
        return b"".join(_bytes(given[name], size) for name, size in sizes.items())


class _Set(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    keys: tuple[Jwk, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyList:
    """The keys that speak for a jurisdiction's institutions, by `kid`."""

    jurisdiction: Jurisdiction
    keys: tuple[Jwk, ...]

    def find(self, kid: str) -> Jwk | None:
        """Find a key by its name."""
        return next((key for key in self.keys if key.kid == kid), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A list and the leaf from which on it was the published one."""

    leaf: int
    list: KeyList


def parse_key_list(raw: bytes, jurisdiction: Jurisdiction) -> KeyList:
    """Read a list strictly; raises `NotTrusted`, naming what is wrong and no value."""
    if len(raw) > MAXIMUM_BYTES:
        raise NotTrusted("key list: too long")
    try:
        data: Any = jiter.from_json(raw, catch_duplicate_keys=True, allow_inf_nan=False, cache_mode="none")
        keys = msgspec.convert(data, _Set).keys
    except (ValueError, RecursionError, msgspec.ValidationError):
        raise NotTrusted("key list: not a JWK set with the members that a list has") from None
    if len(keys) > MAXIMUM_KEYS:
        raise NotTrusted("key list: too many keys")
    for key in keys:
        _check(key)
        if key.jurisdiction not in (None, str(jurisdiction)):
            raise NotTrusted("key list: a key of another jurisdiction")
    if len({key.kid for key in keys}) != len(keys):
        raise NotTrusted("key list: two keys have one name")
    if len({(key.kind, key.material) for key in keys}) != len(keys):
        raise NotTrusted("key list: one key has two names or two uses")
    return KeyList(jurisdiction=jurisdiction, keys=keys)


def to_bytes(keys: KeyList) -> bytes:
    """Write a list in the one spelling that is published: sorted members, no spaces."""
    return orjson.dumps({"keys": [msgspec.to_builtins(key) for key in keys.keys]}, option=orjson.OPT_SORT_KEYS)


def check_follows(old: KeyList, new: KeyList) -> None:
    """Hold that a list may take another's place; raises `NotTrusted`.

    A key stays, under its name, with its use and its beginning. It may be retired and found compromised, and never
    the other way round; the leaf from which on it does not count may only move towards the beginning.
    """
    for before in old.keys:
        after = new.find(before.kid)
        if after is None:
            raise NotTrusted("key list: a key that was listed is missing")
        if _lasting(after) != _lasting(before) or before.name not in (None, after.name):
            raise NotTrusted("key list: another key, use, name or beginning under a name that was given")
        if _WORSE[after.status] < _WORSE[before.status]:
            raise NotTrusted("key list: a key that was retired or compromised comes back")
        if before.status is KeyStatus.COMPROMISED and _first_bad(after) > _first_bad(before):
            raise NotTrusted("key list: a compromise is dated later than it was")
        if before.since is not None and (after.since is None or after.since > before.since):
            raise NotTrusted("key list: a key's last second is dated later than it was")


def _lasting(key: Jwk) -> tuple[object, ...]:
    return key.kind, key.material, key.use, key.not_before


def check_names(lists: Iterable[KeyList]) -> None:
    """Hold that each name is signed under by keys of one jurisdiction; raises `NotTrusted`.

    Else a jurisdiction could list a key of its own under the name of another's log.
    """
    claimed: dict[tuple[KeyUse, str], Jurisdiction] = {}
    for each in lists:
        for key in each.keys:
            if key.name is not None and claimed.setdefault((key.use, key.name), each.jurisdiction) != each.jurisdiction:
                raise NotTrusted("key list: two jurisdictions list keys under one name")


def list_at(history: Sequence[Listed], leaf: int | None = None) -> KeyList:
    """Give the list that was the published one when a leaf was logged; None: the newest. Raises `NotTrusted`."""
    known = [each for each in history if leaf is None or each.leaf <= leaf]
    if not known:
        raise NotTrusted("key list: none was published yet")
    return max(known, key=lambda each: each.leaf).list


def key_at(keys: KeyList, kid: str, *, use: KeyUse, at: Instant, leaf: int | None) -> Jwk:
    """Give the key that a signature may be verified with, judged by what a list says of it.

    `at` is when, and `leaf` where, what was signed was logged; a leaf of None says that it is in no ledger. The list
    may be newer than the signature: a key found compromised since leaf N leaves what was logged before N good, and
    what is in no ledger is good only while its key is active. Raises `NotTrusted`.
    """
    key = keys.find(kid)
    if key is None:
        raise NotTrusted("key: not in the list")
    if key.use is not use:
        raise NotTrusted("key: listed for another use")
    if not key.not_before * SECOND <= at < key.expires * SECOND:
        raise NotTrusted("key: outside its time")
    if key.status is not KeyStatus.ACTIVE and (leaf is None or leaf >= _first_bad(key)):
        raise NotTrusted(f"key: {key.status}, and what was signed is not logged from before")
    if not before_its_last(key, at):
        raise NotTrusted(f"key: {key.status} since a second that was over when this was signed")
    return key


def before_its_last(key: Jwk, at: Instant) -> bool:
    """Say whether an instant is before the second from which on nothing signed with a key counts, if it has one."""
    return key.since is None or at < key.since * SECOND


def _first_bad(key: Jwk) -> float:
    """Give the first leaf at which a key does not count: a compromise that nobody can date goes back to the first."""
    if key.since_leaf is not None:
        return key.since_leaf
    return 0 if key.status is KeyStatus.COMPROMISED else float("inf")


def _check(key: Jwk) -> None:
    if not _KID.fullmatch(key.kid):
        raise NotTrusted("key list: a name of a key is 1 to 128 letters, digits and . _ ~ -")
    if key.sig not in (None, "sig"):
        raise NotTrusted("key list: a key is for signing")
    if key.kind not in _MEMBERS or key.alg not in {None, *_ALGORITHMS[key.kind[1]]}:
        raise NotTrusted("key list: a key is none of Ed25519, P-256, ML-DSA-44")
    if not 0 <= key.not_before < key.expires <= _MAXIMUM_SECONDS:
        raise NotTrusted("key list: a key's time does not begin before it ends")
    if key.since_leaf is not None and (key.since_leaf < 0 or key.status is KeyStatus.ACTIVE):
        raise NotTrusted("key list: a leaf stands beside a key that is retired or compromised")
    if key.since is not None and (not 0 <= key.since <= _MAXIMUM_SECONDS or key.status is KeyStatus.ACTIVE):
        raise NotTrusted("key list: a last second stands beside a key that is retired or compromised")
    if key.ends is not None and not key.expires <= key.ends <= _MAXIMUM_SECONDS:
        raise NotTrusted("key list: what a key signed counts as long as it signs, or longer")
    _check_name(key)
    assert key.material


def _check_name(key: Jwk) -> None:
    if key.name is None:
        if key.use in _MUST_BE_NAMED:
            raise NotTrusted("key list: a key of a log or of statements is listed with the name it signs under")
    elif key.use not in NAMED or not _NAME.fullmatch(key.name):
        raise NotTrusted("key list: a name is of a log, a witness or an issuer: visible ASCII without +")


def _bytes(text: str, size: int) -> bytes:
    try:
        raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except ValueError:
        raw = b""
    # One key has one spelling: bits under the padding, or characters that decoders skip, would give it two.
    if len(raw) != size or urlsafe_b64encode(raw).rstrip(b"=").decode() != text:
        raise NotTrusted("key list: a member of a key is not base64url of its length")
    return raw
