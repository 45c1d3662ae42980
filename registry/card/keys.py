"""Trusted keys as a JWK set (RFC 7517), as the trust list carries them and the page holds them."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, cast

from registry.card.pack import CARD_USE, PACK_USE, STATUS_USE, Key, public_key
from registry.card.refusals import CardRefused, Check

_USES: Final = {"card": CARD_USE, "status": STATUS_USE, "pack": PACK_USE}
_WORDS: Final = {use: word for word, use in _USES.items()}


def as_set(keys: Iterable[Key]) -> dict[str, Any]:
    """Give keys as a JWK set; `nbf` and `exp` bound signing, `x-po-ends` what was signed."""
    return {"keys": [_member(key) for key in keys]}


def _member(key: Key) -> dict[str, Any]:
    numbers = key.public.public_numbers()
    marked = key.compromised or key.withdrawn is not None
    since = {} if key.withdrawn is None else {"x-po-since": key.withdrawn}
    return since | {
        "kty": "EC",
        "crv": "P-256",
        "x": _written(numbers.x.to_bytes(32, "big")),
        "y": _written(numbers.y.to_bytes(32, "big")),
        "kid": _written(key.kid),
        "nbf": key.begins,
        "exp": key.signs_until,
        "x-po-ends": key.ends,
        "x-po-use": _WORDS[key.use],
        "x-po-jurisdiction": key.jurisdiction,
        "x-po-status": ("compromised" if key.compromised else "retired") if marked else "active",
    }


def _written(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def read_set(members: object) -> tuple[Key, ...]:
    """Read a JWK set that was parsed; members for other uses or curves are passed over. Raises `CardRefused`."""
    if not isinstance(members, Mapping):
        raise CardRefused(Check.KEY, "not-a-key-set")
    found = cast("Mapping[str, object]", members).get("keys")
    if not isinstance(found, list):
        raise CardRefused(Check.KEY, "not-a-key-set")
    return tuple(key for each in cast("Sequence[object]", found) if (key := _read(each)) is not None)


def _read(value: object) -> Key | None:
    if not isinstance(value, Mapping):
        raise CardRefused(Check.KEY, "not-a-key-set")
    jwk = cast("Mapping[str, object]", value)
    use, jurisdiction = _USES.get(str(jwk.get("x-po-use"))), jwk.get("x-po-jurisdiction")
    if use is None or jwk.get("kty") != "EC" or jwk.get("crv") != "P-256" or not isinstance(jurisdiction, str):
        return None
    begins, signs_until = jwk.get("nbf"), jwk.get("exp")
    ends = jwk.get("x-po-ends", signs_until)
    since = jwk.get("x-po-since")
    if not isinstance(begins, int) or not isinstance(signs_until, int) or not isinstance(ends, int):
        return None
    if since is not None and type(since) is not int:
        raise CardRefused(Check.KEY, "not-a-key-set")  # a key whose mark is not understood must not pass for a good one
    return Key(
        jurisdiction=jurisdiction,
        public=public_key(_bytes(jwk.get("x")), _bytes(jwk.get("y"))),
        begins=begins,
        signs_until=signs_until,
        ends=ends,
        use=use,
        compromised=jwk.get("x-po-status") == "compromised",
        withdrawn=since,
    )


def _bytes(value: object) -> bytes:
    try:
        return urlsafe_b64decode(str(value) + "=" * (-len(str(value)) % 4))
    except (NotBase64, ValueError):
        raise CardRefused(Check.KEY, "key-of-wrong-form") from None
