"""Numbers and names that belong to one person: documents, plates, phones, e-mail, online handles; written one way.

Two spellings of one identifier give the same text: in width, case, spaces, signs and letters that are taken for each
other when they are read aloud or typed from a picture (`0` and `O`, `1`, `I` and `L`, `5` and `S`, `8` and `B`,
Cyrillic and Greek letters that look Latin). That two agree so far nominates; whether they agree to the letter is said
after the record was opened.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final
from unicodedata import normalize

from registry.values.attributes import Attribute, AttributeKind
from registry.values.text import without_ignorables

MAXIMUM_IDENTIFIER: Final = 128
"""Characters of an identifier that are read."""
MAXIMUM_IDENTIFIERS: Final = 32
"""Of a person, or of a question."""
MINIMUM_IDENTIFIER: Final = 4
"""Letters and digits below which nothing is one person's."""
_SHORTEST_PHONE: Final = 7
_LONGEST_PHONE: Final = 15
"""Digits of a number with its country, ITU-T E.164 section 6."""
_NEITHER: Final = re.compile("[^0-9A-Z]+")
_ANY_DIGIT: Final = re.compile("[0-9]")
_CONFUSED: Final = str.maketrans("OILSBQ", "011580")
_LOOKS_LATIN: Final = str.maketrans("АВЕКМНОРСТУХІЅЈΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTYXISJABEZHIKMNOPTYX")  # noqa: RUF001  # a table of look-alikes


class Kind(StrEnum):
    """What an identifier is of; two kinds never agree."""

    DOCUMENT = "document"
    PLATE = "plate"
    PHONE = "phone"
    EMAIL = "email"
    HANDLE = "handle"
    """`platform name`, such as `example @ada`."""
    CASE_NUMBER = "case-number"


def plain(kind: Kind, value: str) -> str:
    """Write an identifier in its plain form, to the letter; empty for what is none."""
    text = normalize("NFKC", without_ignorables(value[:MAXIMUM_IDENTIFIER]))[:MAXIMUM_IDENTIFIER].translate(
        _LOOKS_LATIN
    )
    match kind:
        case Kind.PHONE:
            return _phone(text)
        case Kind.EMAIL:
            name, sign, domain = text.strip().casefold().partition("@")
            return f"{name}@{domain}" if name and domain and sign and "@" not in domain else ""
        case Kind.HANDLE:
            platform, _, name = text.strip().casefold().partition(" ")
            bare = name.strip().removeprefix("@")
            return f"{platform} {bare}" if bare else ""
        case _:
            compact = _NEITHER.sub("", text.upper())
            return compact if len(compact) >= MINIMUM_IDENTIFIER else ""


def folded(kind: Kind, value: str) -> str:
    """Write an identifier so that spellings that are taken for each other agree; empty for what is none."""
    return plain(kind, value).upper().translate(_CONFUSED)


def numbers(documents: tuple[str, ...]) -> Iterator[str]:
    """Give the numbers that stand in what a document is called: `Passport FR 12AB34567` holds one of nine letters.

    The whole text is one as well. At most `MAXIMUM_IDENTIFIERS`.
    """
    found: dict[str, None] = {}
    for text in documents[:MAXIMUM_IDENTIFIERS]:
        words = normalize("NFKC", text[:MAXIMUM_IDENTIFIER])[:MAXIMUM_IDENTIFIER].split()
        for word in (" ".join(words), *words):
            number = folded(Kind.DOCUMENT, word)
            if number and _ANY_DIGIT.search(word):
                found[number] = None
    yield from tuple(found)[:MAXIMUM_IDENTIFIERS]


_OF: Final = {
    AttributeKind.PLATE: Kind.PLATE,
    AttributeKind.PHONE: Kind.PHONE,
    AttributeKind.EMAIL: Kind.EMAIL,
    AttributeKind.HANDLE: Kind.HANDLE,
}


def is_readable(attribute: Attribute) -> bool:
    """Say whether an attribute can be compared: a telephone has its country, an e-mail address its sign."""
    return bool(plain(_OF[attribute.kind], attribute.value))


def written(attributes: tuple[Attribute, ...]) -> Iterator[tuple[Kind, str]]:
    """Give what few people share, folded, with its kind, each once. At most `MAXIMUM_IDENTIFIERS`."""
    found: dict[tuple[Kind, str], None] = {}
    for attribute in attributes[:MAXIMUM_IDENTIFIERS]:
        kind = _OF[attribute.kind]
        if text := folded(kind, attribute.value):
            found[kind, text] = None
    yield from found


def _phone(text: str) -> str:
    """Give a number with its country in digits (ITU-T E.164); none without: it would be another's elsewhere."""
    stripped = text.strip()
    digits = "".join(character for character in stripped if character.isdigit() and character.isascii())
    if stripped.startswith("00"):
        digits = digits[2:]
    elif not stripped.startswith("+"):
        return ""
    return digits if _SHORTEST_PHONE <= len(digits) <= _LONGEST_PHONE else ""
