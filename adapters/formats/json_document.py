"""A JSON delivery, read within bounds, and the exact bytes of the records in it.

Bytes, depth and the number of values are bounded; a repeated key is refused, because two readers could then
read two different orders. Only keys are cached by the parser, never a person's data. Evidence is never written
anew: `slices` gives the very bytes of each record.
"""

import re
from collections.abc import Iterator
from typing import Final, cast

import jiter

from adapters.errors import Unreadable
from adapters.formats.codes import Fault

MAXIMUM_DEPTH: Final = 48
MAXIMUM_VALUES: Final = 400_000

_INSIDE: Final = 2
"""How deep the elements of a list under a top-level key stand."""

_STRING: Final = rb'"(?:[^"\\]|\\.)*+"'
_TOKEN = re.compile(rb"(" + _STRING + rb"|[{}\[\],])", re.DOTALL)
_BRACKET = re.compile(rb'(?:[^"{}\[\]]++|' + _STRING + rb")*+([{}\[\]])", re.DOTALL)
"""Deep inside an element only brackets matter: all between two of them is passed over in one step."""


def read(document: bytes, maximum_bytes: int) -> object:
    """Parse a delivery; raises `Unreadable` for what is no JSON, repeats a key, or is out of bounds."""
    if len(document) > maximum_bytes:
        raise Unreadable(Fault.SIZE)
    if not document.strip():
        raise Unreadable(Fault.EMPTY)
    try:
        tree = cast(
            "object",
            jiter.from_json(document, allow_inf_nan=False, cache_mode="keys", catch_duplicate_keys=True),
        )
    except ValueError as error:
        repeated = "duplicate key" in str(error).lower()
        raise Unreadable(Fault.DUPLICATE_KEY if repeated else Fault.NOT_JSON) from None
    _measure(tree)
    return tree


def _measure(tree: object) -> None:
    """Refuse a tree that is deeper or larger than any court's record."""
    waiting: list[tuple[object, int]] = [(tree, 1)]
    seen = 0
    while waiting:
        value, depth = waiting.pop()
        seen += 1
        if depth > MAXIMUM_DEPTH:
            raise Unreadable(Fault.DEPTH)
        if seen > MAXIMUM_VALUES:
            raise Unreadable(Fault.NODES)
        if isinstance(value, dict):
            waiting.extend((inner, depth + 1) for inner in cast("dict[str, object]", value).values())
        elif isinstance(value, list):
            waiting.extend((inner, depth + 1) for inner in cast("list[object]", value))


def slices(document: bytes, key: str, expected: int) -> tuple[bytes, ...]:
    """Give the exact bytes of each element of the list under a top-level key of a document that `read` took.

    Where they cannot be told apart (a key written with escapes), each is the whole document: more than
    needed, and still the evidence.
    """
    found = tuple(_elements(document, b'"' + key.encode() + b'"'))
    return found if len(found) == expected else (document,) * expected


def _elements(document: bytes, quoted_key: bytes) -> Iterator[bytes]:
    """Walk the brackets of valid JSON; strings are single tokens, so that a bracket in a text counts for nothing."""
    depth, begin, last, position = 0, -1, b"", 0
    while token := (_BRACKET if depth > _INSIDE else _TOKEN).search(document, position):
        mark, start, position = token.group(1), token.start(1), token.end()
        if mark in b"{[":
            depth += 1
            if depth == _INSIDE and mark == b"[" and last == quoted_key:
                begin = position
        elif mark in b"}]":
            depth -= 1
        elif depth == 1:
            last = mark
        ends = begin >= 0 and depth < _INSIDE
        if ends or (begin >= 0 and depth == _INSIDE and mark == b","):
            if element := document[begin:start].strip():
                yield element
            begin = position
        if ends:
            return
