"""How many people of a registry would answer a description by chance, and what to ask to tell them apart."""

from enum import StrEnum
from typing import Final

from registry.identity.evidence import Person
from registry.identity.words import Rarity, Words

_DAYS, _YEARS = 25_000, 70
"""Days and years in which the people of a registry are born."""
_FEW: Final = 0.01
"""Look-alikes by chance below which nothing more need be asked for that reason."""


class Ask(StrEnum):
    """What to ask next, from what tells most people apart to what tells fewest."""

    DOCUMENT_NUMBER = "document_number"
    FURTHER_ATTRIBUTE = "further_attribute"
    """A number plate, a telephone, an e-mail address, a name online."""
    FAMILY_NAME = "family_name"
    GIVEN_NAME = "given_name"
    BIRTH_DATE = "birth_date"
    DAY_OF_BIRTH = "day_of_birth"
    """The year is known and the day is not."""
    MIDDLE_NAME = "middle_name"
    SEX = "sex"
    MARKS = "marks"
    """What is seen: scars, tattoos, a photograph."""


def look_alikes(asked: Person, persons: int, rarity: Rarity) -> float:
    """Estimate how many of so many persons would have the name, birth date and sex asked about by chance.

    Words and dates are taken as borne independently of one another, and days of birth as evenly spread; where people
    of one origin bear the same names, or an unknown birthday is written as the first of January, there are more.
    """
    shares = [_share(name, rarity) for name in asked.names]
    return persons * sum(shares) * _share_of_date(asked.birth_date) * (0.5 if asked.sex else 1.0)


def ask_next(asked: Person, persons: int, rarity: Rarity) -> tuple[Ask, ...]:
    """Give what is not known of a person asked about and would tell most; nothing beside a document's number."""
    if asked.identifiers:
        return ()
    missing = [Ask.DOCUMENT_NUMBER, *_of_name(asked), *_of_birth(asked.birth_date)]
    if not asked.attributes:
        missing.append(Ask.FURTHER_ATTRIBUTE)
    if not asked.sex:
        missing.append(Ask.SEX)
    if look_alikes(asked, persons, rarity) >= _FEW:
        missing.append(Ask.MARKS)
    return tuple(sorted(missing, key=list(Ask).index))


def _of_name(asked: Person) -> list[Ask]:
    words = asked.names[0].words if asked.names else ()
    full = [word for word in words if not word.particle and not word.initial]
    if not full:
        return [Ask.FAMILY_NAME, Ask.GIVEN_NAME]
    if len(full) == 1:
        return [Ask.GIVEN_NAME if full[0].family else Ask.FAMILY_NAME]
    return [Ask.MIDDLE_NAME] if len(full) == 2 else []  # noqa: PLR2004  # a given name and a family name


def _of_birth(born: str | None) -> list[Ask]:
    if not born:
        return [Ask.BIRTH_DATE]
    return [] if len(born) == len("2000-01-01") else [Ask.DAY_OF_BIRTH]


def _share(name: Words, rarity: Rarity) -> float:
    bits = sum(rarity(word.text) for word in name.words if not word.particle and not word.initial)
    return float(2.0**-bits)


def _share_of_date(born: str | None) -> float:
    if not born:
        return 1.0
    return 1 / _DAYS if len(born) == len("2000-01-01") else 1 / _YEARS if len(born) == len("2000") else 1 / _YEARS / 12
