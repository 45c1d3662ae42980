"""The offline pack: what a police device needs to hold a card against without a network, in one signed file.

One jurisdiction a pack: its card and status keys, its status lists, the fingerprint of the card at each index,
and new ends of orders that were extended. A pack says until when it counts as fresh; an older one is still read,
and everything it says is then as of its own time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

from cryptography.hazmat.primitives.asymmetric import ec

from registry.card import cose, statuslist, strict
from registry.card.content import DAYS, ISSUED, ISSUER, MAXIMUM_INDEX, MAXIMUM_SECONDS
from registry.card.refusals import CardRefused, Check
from registry.card.statuslist import BITS, CWT_TYPE, StatusList

TYPE: Final = "application/po-pack+cwt"
FRESH_UNTIL, KEYS, LISTS = 4, -65538, -65539
KID, X, Y, BEGINS, SIGNS_UNTIL, ENDS, COMPROMISED, USE, WITHDRAWN = 1, 2, 3, 4, 5, 6, 7, 8, 9
URI, TOKEN, FINGERPRINTS, EXTENSIONS = 1, 2, 3, 4
FINGERPRINT_BYTES: Final = 8
"""Four can be met by whoever holds a stolen card key and tries for days (docs/decisions/0013-the-card.md)."""
MAXIMUM_PACK: Final = 64 * 1024 * 1024
MAXIMUM_PACK_ITEMS: Final = 1_000_000
"""Room for some 120 lists, of 49,000 living cards each, and 450,000 orders that were extended since."""
CARD_USE, STATUS_USE, PACK_USE = 1, 2, 3
"""A key has one use. A pack carries the first two; those that sign packs are trusted beforehand."""
_COORDINATE: Final = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """A public key: what for, of which jurisdiction, and when. Seconds are NumericDate."""

    jurisdiction: str
    public: ec.EllipticCurvePublicKey = field(repr=False)
    begins: int
    signs_until: int
    """From then on the key signs nothing new."""
    ends: int
    """Nothing signed by it is valid longer."""
    use: int = CARD_USE
    compromised: bool = False
    """Somebody else may hold it: a card counts only if its fingerprint is listed."""
    withdrawn: int | None = None
    """Nothing that it signed from this second on counts, and of what bears an earlier date only what is listed."""

    @property
    def kid(self) -> bytes:
        """Give the key id."""
        return cose.kid_of(self.public)


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """One status list with what belongs to it."""

    status: StatusList
    fingerprints: bytes = field(repr=False)
    """The first 8 bytes of the SHA-256 of the card at each index; noise where there is none."""
    extensions: Mapping[int, int | None] = field(default_factory=dict[int, int | None])
    """New last day of the order by index, days since 1970-01-01; None: no end."""

    def fingerprint(self, index: int) -> bytes:
        """Give the fingerprint at an index; raises `CardRefused` outside the list."""
        found = self.fingerprints[index * FINGERPRINT_BYTES : (index + 1) * FINGERPRINT_BYTES]
        if index < 0 or len(found) != FINGERPRINT_BYTES:
            raise CardRefused(Check.FINGERPRINT, "index-outside-list")
        return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Pack:
    """A pack as it was read: its signature holds."""

    issuer: str
    issued: int
    fresh_until: int
    keys: tuple[Key, ...]
    lists: Mapping[str, Listed]
    """By URI."""


def write(pack: Pack, tokens: Mapping[str, bytes], key: ec.EllipticCurvePrivateKey) -> bytes:
    """Sign a pack; `tokens` are its status lists as CWTs, by URI."""
    payload = {
        ISSUER: pack.issuer,
        FRESH_UNTIL: pack.fresh_until,
        ISSUED: pack.issued,
        KEYS: [_key(each) for each in pack.keys],
        LISTS: [_listed(uri, listed, tokens[uri]) for uri, listed in sorted(pack.lists.items())],
    }
    return cose.sign(strict.encode(payload), key, typ=TYPE)


def _key(key: Key) -> dict[int, Any]:
    numbers = key.public.public_numbers()
    members: dict[int, Any] = {
        KID: key.kid,
        X: numbers.x.to_bytes(_COORDINATE, "big"),
        Y: numbers.y.to_bytes(_COORDINATE, "big"),
        BEGINS: key.begins,
        SIGNS_UNTIL: key.signs_until,
        ENDS: key.ends,
        USE: key.use,
    }
    if key.withdrawn is not None:
        members[WITHDRAWN] = key.withdrawn
    return members | ({COMPROMISED: 1} if key.compromised else {})


def _listed(uri: str, listed: Listed, token: bytes) -> dict[int, Any]:
    return {URI: uri, TOKEN: token, FINGERPRINTS: listed.fingerprints, EXTENSIONS: dict(listed.extensions)}


def read(content: bytes, anchors: Iterable[Key]) -> Pack:
    """Read a pack whose signature one of the trusted pack keys made; raises `CardRefused`."""
    if len(content) > MAXIMUM_PACK:
        raise CardRefused(Check.PACK, "too-large")
    signed = cose.parse(content, typ=TYPE, check=Check.PACK)
    claims = _members(
        strict.decode(signed.payload, items=MAXIMUM_PACK_ITEMS, check=Check.PACK),
        {ISSUER, FRESH_UNTIL, ISSUED, KEYS, LISTS},
    )
    issuer, issued, fresh_until = claims[ISSUER], claims[ISSUED], claims[FRESH_UNTIL]
    if not isinstance(issuer, str) or not _seconds(issued, fresh_until) or fresh_until < issued:
        raise CardRefused(Check.PACK, "claims-of-wrong-form")
    trusted = [key for key in anchors if key.use == PACK_USE and key.kid == signed.kid and key.jurisdiction == issuer]
    if any(key.compromised or key.withdrawn is not None for key in trusted):
        raise CardRefused(Check.PACK, "key-withdrawn")  # packs are of the hour: none is needed that is from before
    if not any(_holds(signed, key) and key.begins <= issued < key.signs_until for key in trusted):
        raise CardRefused(Check.PACK, "wrong-signature" if trusted else "key-not-trusted")
    keys = tuple(_read_key(each, issuer) for each in _array(claims[KEYS]))
    signers = [key for key in keys if key.use == STATUS_USE]
    lists = [_read_listed(each, signers) for each in _array(claims[LISTS])]
    return Pack(
        issuer=issuer,
        issued=issued,
        fresh_until=fresh_until,
        keys=keys,
        lists={listed.status.uri: listed for listed in lists},
    )


def _holds(signed: cose.Signed, key: Key) -> bool:
    try:
        cose.verify(signed, key.public)
    except CardRefused:
        return False
    return True


def _read_key(value: object, issuer: str) -> Key:
    said = _members(value, {KID, X, Y, BEGINS, SIGNS_UNTIL, ENDS, USE}, {COMPROMISED, WITHDRAWN})
    dates = (said[BEGINS], said[SIGNS_UNTIL], said[ENDS], said.get(WITHDRAWN, 0))
    if not _seconds(*dates) or said[USE] not in (CARD_USE, STATUS_USE):
        raise CardRefused(Check.PACK, "key-of-wrong-form")
    if said.get(COMPROMISED, 1) != 1:
        raise CardRefused(Check.PACK, "key-of-wrong-form")
    key = Key(
        jurisdiction=issuer,
        public=public_key(said[X], said[Y]),
        begins=said[BEGINS],
        signs_until=said[SIGNS_UNTIL],
        ends=said[ENDS],
        use=said[USE],
        compromised=COMPROMISED in said,
        withdrawn=said.get(WITHDRAWN),
    )
    if key.kid != said[KID]:
        raise CardRefused(Check.PACK, "key-of-wrong-form")
    return key


def public_key(x: object, y: object) -> ec.EllipticCurvePublicKey:
    """Make a P-256 key of its coordinates; raises `CardRefused` for a point off the curve."""
    if not isinstance(x, bytes) or not isinstance(y, bytes) or len(x) != _COORDINATE or len(y) != _COORDINATE:
        raise CardRefused(Check.PACK, "key-of-wrong-form")
    numbers = ec.EllipticCurvePublicNumbers(int.from_bytes(x, "big"), int.from_bytes(y, "big"), ec.SECP256R1())
    try:
        return numbers.public_key()
    except ValueError:
        raise CardRefused(Check.PACK, "key-of-wrong-form") from None


def _read_listed(value: object, signers: Sequence[Key]) -> Listed:
    said = _members(value, {URI, TOKEN, FINGERPRINTS, EXTENSIONS})
    token, prints = said[TOKEN], said[FINGERPRINTS]
    if not isinstance(token, bytes) or not isinstance(prints, bytes):
        raise CardRefused(Check.PACK, "list-of-wrong-form")
    status = read_token(token, signers)
    if status.uri != said[URI] or status.bits != BITS:
        raise CardRefused(Check.PACK, "list-of-wrong-form")
    if len(prints) != len(status.packed) * (8 // BITS) * FINGERPRINT_BYTES:
        raise CardRefused(Check.PACK, "fingerprints-of-wrong-length")
    return Listed(status=status, fingerprints=prints, extensions=_extensions(said[EXTENSIONS]))


def read_token(token: bytes, signers: Iterable[Key]) -> StatusList:
    """Read a status list CWT that one of the keys signed; raises `CardRefused`."""
    signed = cose.parse(token, typ=CWT_TYPE, check=Check.STATUS)
    if not any(key.kid == signed.kid and _holds(signed, key) for key in signers):
        raise CardRefused(Check.STATUS, "wrong-signature")
    return statuslist.read_claims(signed.payload)


def _extensions(value: object) -> Mapping[int, int | None]:
    if not isinstance(value, Mapping):
        raise CardRefused(Check.PACK, "extensions-of-wrong-form")
    found: dict[int, int | None] = {}
    for index, day in cast("Mapping[object, object]", value).items():
        if type(index) is not int or index not in range(MAXIMUM_INDEX):
            raise CardRefused(Check.PACK, "extensions-of-wrong-form")
        if day is not None and (type(day) is not int or day not in DAYS):
            raise CardRefused(Check.PACK, "extensions-of-wrong-form")
        found[index] = day
    return found


def _members(value: object, needed: set[int], allowed: frozenset[int] | set[int] = frozenset()) -> Mapping[int, Any]:
    if not isinstance(value, Mapping) or not needed <= set(cast("Mapping[int, Any]", value)) <= needed | allowed:
        raise CardRefused(Check.PACK, "members-of-wrong-form")
    return cast("Mapping[int, Any]", value)


def _array(value: object) -> Sequence[object]:
    if not isinstance(value, list):
        raise CardRefused(Check.PACK, "members-of-wrong-form")
    return cast("list[object]", value)


def _seconds(*values: object) -> bool:
    return all(type(value) is int and value in range(MAXIMUM_SECONDS) for value in values)
