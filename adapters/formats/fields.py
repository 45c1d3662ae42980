"""Fields of a JSON record, read as what they should be: a typed answer, nothing, or `Unreadable`.

Whatever stands in a record, these readers never raise anything but `Unreadable`, with the field's place and no
value. Null and blank text count as not stated.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, cast

from adapters.errors import Unreadable
from adapters.formats.codes import Fault
from registry.values.issuance import Ternary

MAXIMUM_NAME: Final = 200
MAXIMUM_TEXT: Final = 8_000
MAXIMUM_ELEMENTS: Final = 5_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Fields:
    """A group of fields and the place where it stands; the values never show in its repr."""

    values: Mapping[str, object] = field(repr=False)
    place: str

    def at(self, key: str) -> str:
        """Name the place of one field."""
        return f"{self.place}/{key}" if self.place else key


def group(value: object, place: str) -> Fields:
    """Read a value as a group of fields; null is an empty group. Raises `Unreadable` for anything else."""
    if value is None:
        return Fields(values={}, place=place)
    if not isinstance(value, dict):
        raise Unreadable(Fault.NOT_A_GROUP, place=place)
    return Fields(values=cast("dict[str, object]", value), place=place)


def inner(fields: Fields, key: str) -> Fields:
    """Read a field as a group of fields; one that is not stated is an empty group."""
    return group(fields.values.get(key), fields.at(key))


def listed(fields: Fields, key: str) -> tuple[object, ...]:
    """Read a field as a list; one that is not stated is empty. Raises `Unreadable`, also for too many elements."""
    value = fields.values.get(key)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise Unreadable(Fault.NOT_A_COLLECTION, place=fields.at(key))
    elements = cast("list[object]", value)
    if len(elements) > MAXIMUM_ELEMENTS:
        raise Unreadable(Fault.TOO_MANY, place=fields.at(key))
    return tuple(elements)


def as_text(value: object, place: str, maximum: int = MAXIMUM_NAME) -> str | None:
    """Read a value as text, trimmed; null and blank are not stated. Raises `Unreadable` for no text or a long one."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise Unreadable(Fault.NOT_TEXT, place=place)
    trimmed = value.strip()
    if len(trimmed) > maximum:
        raise Unreadable(Fault.TOO_LONG, place=place)
    return trimmed or None


def text(fields: Fields, key: str, maximum: int = MAXIMUM_NAME) -> str | None:
    """Read a field as text."""
    return as_text(fields.values.get(key), fields.at(key), maximum)


def reference(fields: Fields, key: str) -> str | None:
    """Read a field as a reference, which systems write as text or as a whole number."""
    value = fields.values.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if abs(value) < 10**40 else "9" * (MAXIMUM_NAME + 1)
    return as_text(value, fields.at(key))


def ticked(fields: Fields, key: str) -> bool:
    """Say whether a tick box, kept as a list of codes, has a tick."""
    return any(as_text(code, fields.at(key)) is not None for code in listed(fields, key))


def yes_or_no(fields: Fields, key: str) -> Ternary:
    """Read `Yes`, `No` or nothing; anything else raises `Unreadable`: a guess here could show an address."""
    value = text(fields, key)
    if value is None:
        return Ternary.UNKNOWN
    if value.casefold() not in {"yes", "no"}:
        raise Unreadable(Fault.NOT_A_YES_OR_NO, place=fields.at(key))
    return Ternary.YES if value.casefold() == "yes" else Ternary.NO
