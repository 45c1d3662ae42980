"""The words of requests: texts with bounds, references, dates, zones, instants, each refused by a code."""

import re
from datetime import date, datetime, time
from functools import cache
from typing import Annotated, Any, Final, LiteralString, TypeAlias
from uuid import UUID
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from registry.values.identifiers import InstitutionId
from registry.values.jurisdiction import Jurisdiction, is_shaped_like_a_jurisdiction
from registry.values.time import EARLIEST_ASKED, LATEST_ASKED, Instant, instant

_REFERENCE: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?")
_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?"
    r"(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
)
_BIRTH_DATE: Final = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")


def _no(code: LiteralString) -> PydanticCustomError:
    # The type parameter wants a literal, so that nothing from outside can become a message.
    return PydanticCustomError(code, "refused")


def refused(code: LiteralString) -> PydanticCustomError:
    """Make the error that a field gives; `code` is one of `codes.FIELD_CODES`."""
    return _no(code)


def _text(minimum: int, maximum: int, description: str) -> Any:  # noqa: ANN401  # metadata of a field
    return Field(min_length=minimum, max_length=maximum, description=description)


def _line(description: str) -> Any:  # noqa: ANN401  # as above
    return Field(min_length=1, max_length=200, pattern=r"^[^\t\n]*$", description=description)


def _word(pattern: str, maximum: int, description: str, example: str) -> Any:  # noqa: ANN401  # as above
    return Field(pattern=f"^(?:{pattern})$", max_length=maximum, description=description, examples=[example])


def as_reference(text: str) -> UUID | None:
    """Give a reference in its one spelling; None for anything else."""
    return UUID(text) if _REFERENCE.fullmatch(text) else None


def _uuid(value: object) -> UUID:
    if not isinstance(value, str):
        raise _no("wrong-type")
    if _REFERENCE.fullmatch(value) is None:
        raise _no("wrong-form")
    return UUID(value)


def _date(value: object) -> date:
    if not isinstance(value, str):
        raise _no("wrong-type")
    if _DATE.fullmatch(value) is None:
        raise _no("wrong-form")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise _no("no-such-date") from None


def _time(value: object) -> time:
    if not isinstance(value, str):
        raise _no("wrong-type")
    if _TIME.fullmatch(value) is None:
        raise _no("wrong-form")
    return time.fromisoformat(value)


def _instant(value: object) -> Instant:
    """Read RFC 3339 with an offset, 1950 to 2199. A leap second is no reading of any clock we keep."""
    if not isinstance(value, str):
        raise _no("wrong-type")
    if _INSTANT.fullmatch(value) is None:
        raise _no("offset-missing")
    try:
        read = instant(datetime.fromisoformat(value))
    except (ValueError, OverflowError):
        raise _no("no-such-date") from None
    if not EARLIEST_ASKED <= read < LATEST_ASKED:
        raise _no("date-implausible")
    return read


@cache
def zones() -> frozenset[str]:
    """Give the ids of all time zones, once; links such as `posixrules` are not among what a court writes."""
    return frozenset(zone for zone in available_timezones() if "/" in zone or zone == "UTC")


def _zone(text: str) -> str:
    if text not in zones():
        raise _no("no-such-zone")
    return text


def _birth_date(text: str) -> str:
    if _BIRTH_DATE.fullmatch(text) is None:
        raise _no("wrong-form")
    year, month, day = [*(int(part) for part in text.split("-")), 1, 1][:3]
    try:
        date(year, month, day)
    except ValueError:
        raise _no("no-such-date") from None
    return text


def _jurisdiction(text: str) -> Jurisdiction:
    if not is_shaped_like_a_jurisdiction(text):
        raise _no("wrong-form")
    return Jurisdiction(text)


def _string(form: str, example: str, description: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "format": form, "examples": [example], "description": description})


_UUID_EXAMPLE: Final = "7d444840-9dc0-11d1-b245-5ffdce74fad2"
Reference: TypeAlias = Annotated[
    UUID, BeforeValidator(_uuid), _string("uuid", _UUID_EXAMPLE, "A reference that the registry gave.")
]
Day: TypeAlias = Annotated[date, BeforeValidator(_date), _string("date", "2026-05-01", "A local date.")]
Clock: TypeAlias = Annotated[
    time,
    BeforeValidator(_time),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": f"^{_TIME.pattern}$",
            "examples": ["16:30"],
            "description": "A local time of day.",
        }
    ),
]
Moment: TypeAlias = Annotated[
    int,
    BeforeValidator(_instant),
    _string("date-time", "2026-05-01T14:30:00Z", "An instant with its offset, from 1950 to 2199."),
]
Zone: TypeAlias = Annotated[
    str,
    Field(max_length=64, description="Time zone id of the IANA database.", examples=["Europe/Paris"]),
    AfterValidator(_zone),
]
JurisdictionCode: TypeAlias = Annotated[
    str,
    Field(
        min_length=2,
        max_length=24,
        description="ISO 3166-1 or -2, `GB-EAW`, `GB-SCT`, `GB-NIR`, or `US-X-…` for a tribe.",
        examples=["FR"],
    ),
    AfterValidator(_jurisdiction),
]
Institution: TypeAlias = Annotated[
    str,
    _word(r"[a-z0-9][a-z0-9-]{1,63}", 64, "Id of an enrolled institution.", "fr-tj-lille"),
    AfterValidator(InstitutionId),
]
Label: TypeAlias = Annotated[
    str, _word(r"[a-z][a-z0-9_-]{0,31}", 32, "A name for this element within this request alone.", "p1")
]
CourtCode: TypeAlias = Annotated[
    str, _word(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,31}", 32, "The jurisdiction's own code of the court.", "TJ59350")
]
SourceCode: TypeAlias = Annotated[
    str,
    _word(r"[A-Z0-9]{2,10}:[A-Za-z0-9._-]{1,40}", 51, "Code of the source, with its namespace.", "PCO:05"),
]
CheckReference: TypeAlias = Annotated[
    str, _word(r"[0-9a-f]{32}", 32, "`check_ref` of the answer to a check.", "00112233445566778899aabbccddeeff")
]
Article7: TypeAlias = Annotated[str, _word(r"[a-k]", 1, "Letter of Art 7 of Directive 2011/99/EU.", "f")]
Language: TypeAlias = Annotated[str, _word(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", 35, "BCP 47 language.", "fr")]
ChannelCode: TypeAlias = Annotated[str, _word(r"[a-z][a-z0-9-]{0,31}", 32, "A channel's code.", "email")]
NamePart: TypeAlias = Annotated[str, _line("A part of a name, as the document writes it.")]
ShortText: TypeAlias = Annotated[str, _line("A short text, on one line.")]
LongText: TypeAlias = Annotated[str, _text(1, 4000, "Free text; it is sealed and never shown to the other side.")]
BirthDate: TypeAlias = Annotated[
    str,
    Field(
        max_length=10,
        description="`YYYY-MM-DD`, `YYYY-MM` or `YYYY`, as far as it is known.",
        examples=["1985-04-12"],
        json_schema_extra={"pattern": f"^{_BIRTH_DATE.pattern}$"},
    ),
    AfterValidator(_birth_date),
]
