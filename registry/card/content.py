"""What a card says: the claims of a CWT (RFC 8392) with integer keys, each held to its type and bounds.

docs/reference/card.md lays every key down. A card has no place for an address, a school or free text: what is
not in this file cannot be on one.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar, cast
from unicodedata import normalize

from registry.card import strict
from registry.card.refusals import CardRefused, Check

ISSUER, EXPIRES, ISSUED, SALT, ORDER, STATUS = 1, 4, 6, 7, -65537, 65535
ORDER_REF, VERSION, COURT, PROTECTED, RESPONDENT, MEASURES, FROM, UNTIL, STATES, PHONE = 1, 2, 4, 5, 6, 7, 8, 9, 10, 11
FAMILY, GIVEN, BORN, SEX, FAMILY_LATIN, GIVEN_LATIN = 1, 2, 3, 4, 5, 6
ID_BYTES: Final = 16
MAXIMUM_NAME: Final = 80
MAXIMUM_COURT: Final = 80
MAXIMUM_PROTECTED: Final = 8
MAXIMUM_MEASURES: Final = 24
MAXIMUM_STATES: Final = 32
MAXIMUM_METRES: Final = 100_000
MAXIMUM_INDEX: Final = 1 << 20
MAXIMUM_SECONDS: Final = 1 << 35
DAYS: Final = range(-25_567, 84_006)
"""1900-01-01 to 2199-12-31, counted from 1970-01-01: no order is accepted whose dates lie outside."""
SEXES: Final = (0, 1, 2, 9)
"""ISO/IEC 5218."""
MEASURE_WORDS: Final[Mapping[int, str]] = {
    1: "NO_VIOLENCE",
    2: "NO_HARASS_STALK",
    3: "NO_THREAT_FAMILY",
    4: "NO_CONTACT",
    5: "NO_CONTACT_THIRD_PARTY",
    6: "NO_PUBLISH",
    7: "NO_DOXX",
    8: "NO_IMPERSONATE",
    9: "NO_INTIMATE_IMAGES",
    10: "NO_TRACKING",
    11: "STAY_AWAY_PLACE",
    12: "MIN_DISTANCE",
    13: "NO_ENCOUNTER",
    14: "EXCLUSIVE_RESIDENCE",
    15: "LEAVE_HOME",
    16: "NO_DAMAGE",
    17: "NO_FIREARMS",
    18: "SURRENDER_FIREARMS",
    19: "TEMP_CUSTODY",
    20: "EXCEPTION_VISITATION",
    21: "ELECTRONIC_MONITORING",
    22: "PROGRAMME",
    23: "OTHER_TEXT",
}
"""Numbers are for ever: cards that carry them are on paper. A new measure takes the next number."""
_JURISDICTION: Final = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?(-[A-Z0-9]{1,12})?")
_PHONE: Final = re.compile(r"\+?[0-9][0-9 ()/.-]{2,30}")
_URI: Final = re.compile(r"https?://[A-Za-z0-9._:\[\]-]{1,80}/[A-Za-z0-9._/-]{1,80}")
_PARTIAL_DATE: Final = re.compile(r"(19|20)[0-9]{2}(-(0[1-9]|1[0-2]))?")
_UNSEEN: Final = re.compile("[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
"""Characters that change how the others look, or look like nothing."""
Value = TypeVar("Value")


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A person as the order names them; all empty where the court withheld the name."""

    family: str | None = field(default=None, repr=False)
    given: str | None = field(default=None, repr=False)
    born: int | str | None = field(default=None, repr=False)
    """Days since 1970-01-01, or `YYYY` or `YYYY-MM` where no more is known."""
    sex: int | None = field(default=None, repr=False)
    family_latin: str | None = field(default=None, repr=False)
    given_latin: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """One thing the order says, by its number in `MEASURE_WORDS`; metres where it is about a distance."""

    code: int
    metres: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """What a full card says of the order. A pointer card has none."""

    court: str
    protected: tuple[Person, ...] = field(repr=False)
    respondent: Person = field(repr=False)
    measures: tuple[Measure, ...]
    from_day: int
    until_day: int | None = None
    open_ended: bool = False
    """The order has no end. False and no `until_day`: the record does not say."""
    states: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """A card's claims. Seconds are NumericDate, whole, UTC."""

    issuer: str
    issued: int
    expires: int
    salt: bytes = field(repr=False)
    """16 random bytes (`cti`), so that the hash of the card hides what it says."""
    order_ref: bytes
    version: int
    """Of the order's terms."""
    uri: str
    index: int
    phone: str | None = None
    summary: Summary | None = None


def encode(card: Card) -> bytes:
    """Give a card's payload; raises `CardRefused` for one that no reader would take."""
    order: dict[int, Any] = {ORDER_REF: card.order_ref, VERSION: card.version}
    if card.summary is not None:
        order |= _summary(card.summary)
    if card.phone is not None:
        order[PHONE] = card.phone
    payload = strict.encode(
        {
            ISSUER: card.issuer,
            EXPIRES: card.expires,
            ISSUED: card.issued,
            SALT: card.salt,
            ORDER: order,
            STATUS: {"status_list": {"idx": card.index, "uri": card.uri}},
        }
    )
    decode(payload)
    return payload


def _summary(said: Summary) -> dict[int, Any]:
    members: dict[int, Any] = {
        COURT: said.court,
        PROTECTED: [_person(person) for person in said.protected],
        RESPONDENT: _person(said.respondent),
        MEASURES: [[each.code] if each.metres is None else [each.code, each.metres] for each in said.measures],
        FROM: said.from_day,
    }
    if said.open_ended or said.until_day is not None:
        members[UNTIL] = said.until_day
    if said.states:
        members[STATES] = list(said.states)
    return members


def _person(person: Person) -> dict[int, Any]:
    named = {
        FAMILY: person.family,
        GIVEN: person.given,
        BORN: person.born,
        SEX: person.sex,
        FAMILY_LATIN: person.family_latin,
        GIVEN_LATIN: person.given_latin,
    }
    return {key: value for key, value in named.items() if value is not None}


def decode(payload: bytes) -> Card:
    """Read a payload; every claim is known, of its type and within its bounds. Raises `CardRefused`."""
    claims = _members(strict.decode(payload), {ISSUER, EXPIRES, ISSUED, SALT, ORDER, STATUS}, set())
    order = _members(claims[ORDER], {ORDER_REF, VERSION}, set(range(COURT, PHONE + 1)))
    status = _members(claims[STATUS], {"status_list"}, set())
    reference = _members(status["status_list"], {"idx", "uri"}, set())
    card = Card(
        issuer=_text(claims[ISSUER], _JURISDICTION),
        issued=_number(claims[ISSUED], range(MAXIMUM_SECONDS)),
        expires=_number(claims[EXPIRES], range(MAXIMUM_SECONDS)),
        salt=_identifier(claims[SALT]),
        order_ref=_identifier(order[ORDER_REF]),
        version=_number(order[VERSION], range(1, 100_001)),
        uri=_text(reference["uri"], _URI),
        index=_number(reference["idx"], range(MAXIMUM_INDEX)),
        phone=_optional(order, PHONE, lambda value: _text(value, _PHONE)),
        summary=_read_summary(order),
    )
    if card.expires <= card.issued:
        raise CardRefused(Check.CONTENT, "expires-before-issued")
    return card


def _read_summary(order: Mapping[Any, Any]) -> Summary | None:
    if not set(order) - {ORDER_REF, VERSION, PHONE}:
        return None
    said = _members(order, {ORDER_REF, VERSION, COURT, PROTECTED, RESPONDENT, MEASURES, FROM}, {UNTIL, STATES, PHONE})
    until = said.get(UNTIL)
    states = _list(said[STATES], range(1, MAXIMUM_STATES + 1)) if STATES in said else []
    return Summary(
        court=_name(said[COURT], MAXIMUM_COURT),
        protected=tuple(_read_person(each) for each in _list(said[PROTECTED], range(1, MAXIMUM_PROTECTED + 1))),
        respondent=_read_person(said[RESPONDENT]),
        measures=tuple(_read_measure(each) for each in _list(said[MEASURES], range(1, MAXIMUM_MEASURES + 1))),
        from_day=_number(said[FROM], DAYS),
        until_day=None if until is None else _number(until, DAYS),
        open_ended=UNTIL in said and until is None,
        states=tuple(_text(each, _JURISDICTION) for each in states),
    )


def _read_person(value: object) -> Person:
    said = _members(value, set(), {FAMILY, GIVEN, BORN, SEX, FAMILY_LATIN, GIVEN_LATIN})
    return Person(
        family=_optional(said, FAMILY, _name),
        given=_optional(said, GIVEN, _name),
        born=_optional(said, BORN, _born),
        sex=_optional(said, SEX, _sex),
        family_latin=_optional(said, FAMILY_LATIN, _name),
        given_latin=_optional(said, GIVEN_LATIN, _name),
    )


def _read_measure(value: object) -> Measure:
    parts = _list(value, range(1, 3))
    code = _number(parts[0], range(1, 256))
    return Measure(code=code, metres=_number(parts[1], range(1, MAXIMUM_METRES + 1)) if len(parts) > 1 else None)


def _members(value: object, needed: set[Any], allowed: set[Any]) -> Mapping[int | str, Any]:
    if not isinstance(value, Mapping):
        raise CardRefused(Check.CONTENT, "not-a-map")
    members = cast("Mapping[int | str, Any]", value)
    if not needed <= set(members):
        raise CardRefused(Check.CONTENT, "claim-missing")
    if not set(members) <= needed | allowed:
        raise CardRefused(Check.CONTENT, "claim-unknown")
    return members


def _optional(said: Mapping[Any, Any], key: int, read: Callable[[Any], Value]) -> Value | None:
    return read(said[key]) if key in said else None


def _list(value: object, sizes: range) -> list[object]:
    if not isinstance(value, list) or len(cast("list[object]", value)) not in sizes:
        raise CardRefused(Check.CONTENT, "not-a-list-of-that-size")
    return cast("list[object]", value)


def _number(value: object, allowed: range) -> int:
    if type(value) is not int or value not in allowed:
        raise CardRefused(Check.CONTENT, "number-out-of-range")
    return value


def _text(value: object, shape: re.Pattern[str]) -> str:
    if not isinstance(value, str) or not shape.fullmatch(value):
        raise CardRefused(Check.CONTENT, "text-of-wrong-form")
    return value


def _identifier(value: object) -> bytes:
    if not isinstance(value, bytes) or len(value) != ID_BYTES:
        raise CardRefused(Check.CONTENT, "identifier-length")
    return value


def _name(value: object, longest: int = MAXIMUM_NAME) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= longest:
        raise CardRefused(Check.CONTENT, "name-length")
    if _UNSEEN.search(value) or normalize("NFC", value) != value:
        raise CardRefused(Check.CONTENT, "name-of-wrong-form")
    return value


def _born(value: object) -> int | str:
    return _text(value, _PARTIAL_DATE) if isinstance(value, str) else _number(value, DAYS)


def _sex(value: object) -> int:
    if type(value) is not int or value not in SEXES:
        raise CardRefused(Check.CONTENT, "sex-out-of-range")
    return value
