"""Deterministic CBOR (RFC 8949, 4.2.1), held to before a byte of it is believed.

The library reads many forms of one value; a signature is over one. So the form is walked first, without
making anything of it: definite lengths, shortest heads, keys in bytewise order and each once, nothing after
the end, bounded depth and number of items. Only then does the library read the values.
"""

from dataclasses import dataclass
from typing import Any, Final, cast

import cbor2

from registry.card.refusals import CardRefused, Check

MAXIMUM_ITEMS: Final = 320
MAXIMUM_DEPTH: Final = 6
_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG = range(7)
_NULL: Final = 0xF6
_INLINE: Final = 24
_LONGEST: Final = 27
_ENDED: Final = "cut-short"


@dataclass(slots=True)
class _Walk:
    """A walk over bytes; `at` is the next one."""

    content: bytes
    items: int
    ordered: bool
    check: Check
    at: int = 0

    def refuse(self, reason: str) -> CardRefused:
        return CardRefused(self.check, reason)

    def head(self) -> tuple[int, int]:
        """Read a head: the major type and its argument, in the shortest form."""
        start = self.at
        if start >= len(self.content):
            raise self.refuse(_ENDED)
        major, short = self.content[start] >> 5, self.content[start] & 0x1F
        if short < _INLINE:
            self.at = start + 1
            return major, short
        if short > _LONGEST:
            raise self.refuse("indefinite-length")
        size = 1 << (short - _INLINE)
        self.at = start + 1 + size
        if self.at > len(self.content):
            raise self.refuse(_ENDED)
        value = int.from_bytes(self.content[start + 1 : self.at], "big")
        least = _INLINE if size == 1 else 1 << (4 * size)
        if value < least:
            raise self.refuse("not-shortest")
        return major, value

    def item(self, depth: int, tag: int | None = None) -> None:
        self.items -= 1
        if self.items < 0:
            raise self.refuse("too-many-items")
        if depth > MAXIMUM_DEPTH:
            raise self.refuse("too-deep")
        if self.at < len(self.content) and self.content[self.at] == _NULL:
            self.at += 1
            return
        if self.at < len(self.content) and self.content[self.at] >> 5 > _TAG:
            raise self.refuse("simple-or-float")
        major, value = self.head()
        if major in (_BYTES, _TEXT):
            self.string(major, value)
        elif major == _ARRAY:
            for _ in range(value):
                self.item(depth + 1)
        elif major == _MAP:
            self.map(value, depth)
        elif major == _TAG:
            if tag is None or value != tag:
                raise self.refuse("wrong-tag")
            self.item(depth + 1)

    def string(self, major: int, size: int) -> None:
        start, self.at = self.at, self.at + size
        if self.at > len(self.content):
            raise self.refuse(_ENDED)
        if major == _TEXT:
            try:
                self.content[start : self.at].decode("utf-8")
            except UnicodeDecodeError:
                raise self.refuse("not-utf-8") from None

    def map(self, size: int, depth: int) -> None:
        keys: set[bytes] = set()
        before = b""
        for _ in range(size):
            start = self.at
            major = self.content[start] >> 5 if start < len(self.content) else _UNSIGNED
            if major not in (_UNSIGNED, _NEGATIVE, _TEXT):
                raise self.refuse("wrong-key")
            self.item(depth + 1)
            key = self.content[start : self.at]
            if key in keys:
                raise self.refuse("duplicate-key")
            if self.ordered and key < before:
                raise self.refuse("keys-out-of-order")
            keys.add(key)
            before = key
            self.item(depth + 1)


def decode(
    content: bytes,
    *,
    tag: int | None = None,
    items: int = MAXIMUM_ITEMS,
    ordered: bool = True,
    check: Check = Check.FORM,
) -> Any:  # noqa: ANN401  # what the bytes hold
    """Read one item that fills the bytes; `tag` must stand before it if given, and none anywhere else.

    `ordered`: whether map keys must stand in bytewise order; others' tokens need not (RFC 8392 asks for none).
    Raises `CardRefused`. Integers are at most 64 bits, and text is UTF-8.
    """
    walk = _Walk(content=content, items=items, ordered=ordered, check=check)
    if tag is not None and (not content or content[0] >> 5 != _TAG):
        raise CardRefused(check, "wrong-tag")
    walk.item(0, tag)
    if walk.at != len(content):
        raise CardRefused(check, "trailing-bytes")
    value = cbor2.loads(content)
    return cast("cbor2.CBORTag", value).value if tag is not None else value


def encode(value: object) -> bytes:
    """Write a value in deterministic form; floats and tags but COSE's own have no place here."""
    return cbor2.dumps(value, canonical=True)
