"""Reading a request's body: whole, in time, within its limit, as strict JSON, into one model.

1 type     the media type, and that nothing is compressed
2 length   as announced, and as it comes in
3 time     the whole body by a deadline
4 JSON     UTF-8, no member twice, no NaN, not deep, no number that others would round
5 text     no control characters, nothing invisible, nothing that turns the direction of writing
6 model    every field known and of its type

Nothing of the body is ever part of an error: pointers are made of our own field names and of numbers.
"""

import asyncio
import re
from collections.abc import Iterator
from typing import Any, Final, TypeVar, cast, get_args
from urllib.parse import parse_qsl

import jiter
from aiohttp import StreamReader, web
from pydantic import ValidationError

from registry.api.field_codes import FIELD_CODES
from registry.api.models import Model
from registry.api.problems import HttpProblem
from registry.values.text import INVISIBLE

JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
MAXIMUM_INTEGER: Final = 2**53 - 1
MAXIMUM_ERRORS: Final = 32
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
_TURNING: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_PLACE: Final = re.compile(r"at line ([0-9]{1,9}) column ([0-9]{1,9})$")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_KINDS: Final = {
    "missing": "missing",
    "extra_forbidden": "unknown-field",
    "enum": "not-in-list",
    "literal_error": "not-in-list",
    "string_pattern_mismatch": "wrong-form",
    "string_too_long": "too-long",
    "string_too_short": "too-short",
    "too_long": "too-many",
    "too_short": "too-few",
    "greater_than_equal": "out-of-range",
    "less_than_equal": "out-of-range",
    "string_unicode": "not-unicode",
}
Request = TypeVar("Request", bound=Model)


async def read_body(request: web.Request, *, media_type: str, limit: int, seconds: float) -> bytes:
    """Steps 1 to 3; raises `HttpProblem`. `limit` is in bytes."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise HttpProblem("content-encoding-unsupported")
    charset = (request.charset or "utf-8").lower()
    if request.content_type != media_type or charset != "utf-8":
        raise HttpProblem("content-type-unsupported")
    if (request.content_length or 0) > limit:
        raise HttpProblem("body-too-large")
    try:
        async with asyncio.timeout(seconds):
            return await _whole(request.content, limit)
    except TimeoutError:
        raise HttpProblem("body-too-slow") from None


async def _whole(content: StreamReader, limit: int) -> bytes:
    parts: list[bytes] = []
    length = 0
    async for part in content.iter_any():
        length += len(part)
        if length > limit:
            raise HttpProblem("body-too-large")
        parts.append(part)
    return b"".join(parts)


def read_model(model: type[Request], body: bytes, *, depth: int) -> Request:
    """Steps 4 to 6; raises `HttpProblem` with the places and codes of what does not fit."""
    value = _json(body)
    errors = [*_faults(value, "", depth)][:MAXIMUM_ERRORS]
    if errors:
        raise HttpProblem("does-not-fit", errors=errors)
    try:
        return model.model_validate_json(body)
    except ValidationError as fault:
        found = fault.errors(include_url=False, include_context=False, include_input=False)
        raise HttpProblem("does-not-fit", errors=[_place(error) for error in found[:MAXIMUM_ERRORS]]) from None


def _json(body: bytes) -> object:
    try:
        return jiter.from_json(body, catch_duplicate_keys=True, allow_inf_nan=False, cache_mode="none")
    except ValueError as fault:
        # The reader's words are looked at for our code and go no further: they quote the body.
        words = str(fault)
        if words.startswith("Detected duplicate key"):
            raise HttpProblem("duplicate-member", errors=_at(words)) from None
        code = "too-deep" if words.startswith("recursion limit") else "unreadable-json"
        raise HttpProblem(code, errors=_at(words)) from None


def _at(words: str) -> list[tuple[str, str]]:
    """Give the place that the reader stopped at, from the end of its words: numbers alone."""
    found = _PLACE.search(words)
    return [(f"line {found[1]} column {found[2]}", "invalid")] if found else []


def _faults(value: object, pointer: str, depth: int) -> Iterator[tuple[str, str]]:
    """Give what is wrong with texts and numbers, whichever field they stand in."""
    if isinstance(value, str):
        yield from _text_faults(value, pointer)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        if abs(value) > MAXIMUM_INTEGER:
            raise HttpProblem("number-too-large", errors=[(pointer, "out-of-range")])
    elif isinstance(value, dict | list):
        if depth == 0:
            raise HttpProblem("too-deep", errors=[(pointer, "too-deep")])
        yield from _nested(cast("dict[str, object] | list[object]", value), pointer, depth - 1)


def _nested(value: dict[str, object] | list[object], pointer: str, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for number, element in enumerate(value):
            yield from _faults(element, f"{pointer}/{number}", depth)
        return
    for name, element in value.items():
        # A name that is no field of ours may be a value in disguise; its place is then its parent.
        yield from _faults(element, f"{pointer}/{name}" if name in _FIELDS else pointer, depth)


def _text_faults(text: str, pointer: str) -> Iterator[tuple[str, str]]:
    if _CONTROL.search(text):
        yield pointer, "control-character"
    if _TURNING.search(text):
        yield pointer, "bidirectional-control"
    elif INVISIBLE.search(text):
        yield pointer, "invisible-character"
    if _SURROGATE.search(text):
        yield pointer, "not-unicode"


_FIELDS: Final[set[str]] = set()
"""Names of all fields of all request models; filled by `know`."""


def know(model: type[Model]) -> None:
    """Learn the names of a model's fields and of those of all models in it, so that pointers can name them."""
    for name, field in model.model_fields.items():
        _FIELDS.add(field.alias or name)
        for nested in _models_in(field.annotation):
            know(nested)


def _models_in(annotation: object) -> Iterator[type[Model]]:
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def _place(error: Any) -> tuple[str, str]:  # noqa: ANN401  # an ErrorDetails of pydantic
    kind: str = error["type"]
    location: tuple[int | str, ...] = error["loc"]
    if kind == "extra_forbidden":
        # The field's name came from outside.
        location = location[:-1]
    pointer = "".join(f"/{part}" for part in location if isinstance(part, int) or part in _FIELDS)
    if kind in FIELD_CODES:
        return pointer, kind
    return pointer, _KINDS.get(kind, "wrong-type" if kind.endswith("_type") else "invalid")


def read_form(model: type[Request], body: bytes) -> Request:
    """Read a form with each field once into a model; raises `HttpProblem`."""
    try:
        pairs = parse_qsl(body.decode("ascii"), strict_parsing=True, keep_blank_values=True, max_num_fields=16)
    except ValueError:
        raise HttpProblem("does-not-fit") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise HttpProblem("duplicate-member")
    try:
        return model.model_validate(fields)
    except ValidationError as fault:
        found = fault.errors(include_url=False, include_context=False, include_input=False)
        raise HttpProblem("does-not-fit", errors=[_place(error) for error in found]) from None
