"""Exact search at rest: keyed hashes of (name, birth date), and nothing that can be read back.

This finds a party whose name and full birth date are written the same, but for accents, case,
spaces, hyphens and apostrophes. It does not rank, guess, transliterate or forgive a typing error;
that comes later and on top. An agreement of keys is a candidate, never an identification: name and
birth date together are shared by different people.

The rule of a name (version 1), in this order: compatibility decomposition (NFKD); combining marks,
apostrophes and what nobody sees (format characters, default ignorables) removed; case folded; runs
of spaces and hyphens become one space, none at the ends. `O'Brien` and `Obrien` agree, `García-López` and
`GARCIA LOPEZ` agree.

Three namespaces tell how a name is written, so that only what can be compared is compared:

* `parts`   family and given name, as the document separates them;
* `whole`   a name that the document does not separate, as it stands;
* `either`  what a separated name would be if written whole, in either order.

A separated name is asked for under `parts`, and under `whole` in either order; a whole one under
`whole` and `either`. So `Doe, Jane` finds `Jane Doe` and `Doe Jane` written whole, and never `Jane, Doe`.
"""

import hmac
import re
from collections.abc import Iterator
from datetime import date
from typing import Final
from unicodedata import category, combining, normalize

from registry.errors import Malformed
from registry.values.parties import Identity, Name
from registry.values.text import without_ignorables

MAXIMUM_NAME: Final = 512
"""Characters of a family name, a given name or a name written whole, before normalising."""
MAXIMUM_OTHER_NAMES: Final = 64
MINIMUM_KEY_BYTES: Final = 32
KEY_BYTES: Final = 16
_APOSTROPHES: Final = frozenset("'`\u00b4\u02b9\u02bb\u02bc\u02bd\u2018\u2019\u201b\u2032\u05f3\ua78b\ua78c\uff07")
_HYPHENS: Final = frozenset("-\u058a\u05be\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30a0\ufe63\uff0d")
_ASCII: Final = str.maketrans({"'": None, "`": None, "-": " "})
_UNKNOWN: Final = "unknown"
_FULL_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def normalised(text: str) -> str:
    """Write a name by the rule above; doing it twice changes nothing."""
    # Folding can decompose further and decomposing can bring back upper case: a second round settles both.
    return " ".join(stripped(stripped(text).casefold()).casefold().split())


def finding_keys(index_key: bytes, identity: Identity, *, field: str = "") -> tuple[bytes, ...]:
    """Give the keys that a party is filed under: 16 bytes each, for the main and every other name.

    Without a full birth date they stand in a namespace of their own. A name with nothing left of it
    gives no key. Raises `Malformed`, naming the field below `field`, where a name is too long.
    """
    born = _birth_date(identity) or _UNKNOWN
    return _distinct(_key(index_key, born, *words) for name in _names(identity, field) for words in _filed_under(name))


def query_keys(index_key: bytes, identity: Identity, *, field: str = "") -> tuple[bytes, ...]:
    """Give the keys to look up. Whoever is filed without a full birth date is found by name alone.

    Raises `Malformed` where the query has no full birth date or no name: an answer of "nobody" to
    such a query would be a guess, so exact search does not give it.
    """
    born = _birth_date(identity)
    if born is None:
        raise Malformed("birth-date-needed", field=f"{field}/birth_date")
    asked = [words for name in _names(identity, field) for words in _asked_under(name)]
    if not asked:
        raise Malformed("name-needed", field=f"{field}/name")
    return _distinct(_key(index_key, day, *words) for day in (born, _UNKNOWN) for words in asked)


def person_keys(index_key: bytes, identity: Identity, *, field: str = "") -> tuple[bytes, ...]:
    """Give the keys of `query_keys` that hold a birth date: what agrees is name and day, never a name alone.

    None without a full birth date or a name. Raises `Malformed` where a name is too long.
    """
    born = _birth_date(identity)
    asked = [words for name in _names(identity, field) for words in _asked_under(name)]
    return () if born is None else _distinct(_key(index_key, born, *words) for words in asked)


def surname_keys(index_key: bytes, identity: Identity, *, field: str = "") -> tuple[bytes, ...]:
    """Give a key for each surname, in a namespace of its own; none for a name that is not written in parts."""
    names = ((normalised(name.family), normalised(name.given)) for name in _names(identity, field))
    return _distinct(_key(index_key, "", "surname", family) for family, given in names if family and given)


def of_party(index_key: bytes, surname: bytes, party: bytes) -> bytes:
    """Give the key that a party is filed under by a surname's key: another for each party of the same name."""
    return _key(index_key, "", "surname of", surname.hex(), party.hex())


def _filed_under(name: Name) -> Iterator[tuple[str, ...]]:
    family, given = normalised(name.family), normalised(name.given)
    if family and given:
        yield "parts", family, given
        yield "either", f"{given} {family}"
        yield "either", f"{family} {given}"
    elif family or given:
        yield "whole", family or given


def _asked_under(name: Name) -> Iterator[tuple[str, ...]]:
    family, given = normalised(name.family), normalised(name.given)
    if family and given:
        yield "parts", family, given
        yield "whole", f"{given} {family}"
        yield "whole", f"{family} {given}"
    elif family or given:
        yield "whole", family or given
        yield "either", family or given


def _names(identity: Identity, field: str) -> Iterator[Name]:
    if len(identity.other_names) > MAXIMUM_OTHER_NAMES:
        raise Malformed("too-many", field=f"{field}/other_names")
    _check_length(identity.name, f"{field}/name")
    yield identity.name
    for place, name in enumerate(identity.other_names):
        _check_length(name, f"{field}/other_names/{place}")
        yield name


def _check_length(name: Name, field: str) -> None:
    if len(name.family) > MAXIMUM_NAME:
        raise Malformed("too-long", field=f"{field}/family")
    if len(name.given) > MAXIMUM_NAME:
        raise Malformed("too-long", field=f"{field}/given")


def _birth_date(identity: Identity) -> str | None:
    """Give the birth date where it is full and exists; what is partial counts as unknown."""
    born = identity.birth_date
    if born is None or _FULL_DATE.fullmatch(born) is None:
        return None
    try:
        date.fromisoformat(born)
    except ValueError:
        return None
    return born


def stripped(text: str) -> str:
    """Strip a text by the rule above."""
    if text.isascii():
        return text.translate(_ASCII)  # the same, for the many names that need no more
    return letter_by_letter(text)


def letter_by_letter(text: str) -> str:
    """Strip a text by the rule above, in full: what holds for every script."""
    return "".join(_kept(character) for character in without_ignorables(normalize("NFKD", text)))


def _kept(character: str) -> str:
    if character in _HYPHENS:
        return " "
    # By combining class and not by category: vowel signs of Indic scripts are letters of the name.
    if combining(character) or character in _APOSTROPHES or category(character) == "Cf":
        return ""
    return character


def _key(index_key: bytes, born: str, *words: str) -> bytes:
    if len(index_key) < MINIMUM_KEY_BYTES:
        message = "an index key has at least 32 bytes"
        raise ValueError(message)
    # Lengths before the parts: no two lists of words share an encoding.
    raw = [word.encode("utf-8", "surrogatepass") for word in (born, *words)]
    message_bytes = b"po-find/v1|" + b"".join(len(word).to_bytes(4) + word for word in raw)
    return hmac.digest(index_key, message_bytes, "sha256")[:KEY_BYTES]


def _distinct(keys: Iterator[bytes]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(keys))
