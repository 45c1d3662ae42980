"""Errors as people make them when they write down a name and a birth date, one class at a time."""

import string
from collections.abc import Callable
from dataclasses import replace
from random import Random

from scripts.matching.sets import Known, Query

_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEIGHBOURS = {
    letter: "".join(row[place + step] for step in (-1, 1) if 0 <= place + step < len(row))
    for row in _KEYS
    for place, letter in enumerate(row)
}


def slipped(word: str, chance: Random) -> str:
    """Make one typing error: a letter left out, doubled, changed for its neighbour or any other, or two exchanged."""
    place = chance.randrange(max(len(word), 1))
    letter = word[place : place + 1]
    match chance.randrange(5):
        case 0:
            return word[:place] + word[place + 1 :] or word
        case 1:
            return word[:place] + letter + word[place:]
        case 2:
            return word[:place] + chance.choice(_NEIGHBOURS.get(letter.lower()) or "e") + word[place + 1 :]
        case 3:
            return word[:place] + chance.choice(string.ascii_lowercase) + word[place + 1 :]
        case _:
            return word[:place] + word[place + 1 : place + 2] + letter + word[place + 2 :]


def _typo(known: Known, chance: Random) -> Known:
    if chance.random() < 0.5:  # noqa: PLR2004  # one of two
        return replace(known, given=slipped(known.given, chance))
    return replace(known, family=slipped(known.family, chance))


def _typo_both(known: Known, chance: Random) -> Known:
    return replace(known, given=slipped(known.given, chance), family=slipped(known.family, chance))


def _typo_twice(known: Known, chance: Random) -> Known:
    return replace(known, family=slipped(slipped(known.family, chance), chance))


def _swapped(known: Known, _: Random) -> Known:
    return replace(known, given=known.family, family=known.given)


def _transposed(known: Known, _: Random) -> Known:
    born = known.born or ""
    return replace(known, born=f"{born[:5]}{born[8:]}-{born[5:7]}")


def _digit(known: Known, chance: Random) -> Known:
    born = known.born or ""
    place = chance.choice([2, 3, 5, 6, 8, 9])
    digit = chance.choice([digit for digit in string.digits if digit != born[place]])
    return replace(known, born=born[:place] + digit + born[place + 1 :])


def _year_only(known: Known, _: Random) -> Known:
    return replace(known, born=(known.born or "")[:4])


def _no_date(known: Known, _: Random) -> Known:
    return replace(known, born=None)


def _joined(known: Known, _: Random) -> Known:
    return replace(known, given="", family=known.given.replace(" ", "") + known.family)


def _initial(known: Known, _: Random) -> Known:
    return replace(known, given=known.given[:1])


def _truncated(known: Known, _: Random) -> Known:
    return replace(known, given=known.given[:4], family=known.family[:8])


def _part(known: Known, _: Random) -> Known:
    return replace(known, given=known.given.split(" ")[0], family=known.family.split(" ")[0])


def _same(known: Known, _: Random) -> Known:
    return known


def _both(*makers: Callable[[Known, Random], Known]) -> Callable[[Known, Random], Known]:
    def make(known: Known, chance: Random) -> Known:
        for maker in makers:
            known = maker(known, chance)
        return known

    return make


CLASSES: dict[str, Callable[[Known, Random], Known]] = {
    "exact": _same,
    "typo": _typo,
    "typo in both names": _typo_both,
    "two typos in the family name": _typo_twice,
    "given and family exchanged": _swapped,
    "day and month exchanged": _transposed,
    "one digit of the date": _digit,
    "typo and one digit": _both(_typo, _digit),
    "part of a compound name": _part,
    "another family name": _same,
    "written as one word": _joined,
    "initial": _initial,
    "cut off": _truncated,
    "year only": _year_only,
    "typo, year only": _both(_typo, _year_only),
    "no date": _no_date,
    "typo, no date": _both(_typo, _no_date),
}
"""Every class of error. A class that cannot be made of somebody, such as exchanging 7 July, leaves them as they are."""
_MONTHS = 12


def wrong(known: list[Known], each: int, seed: int) -> list[Query]:
    """Ask about people with errors: so many of each class, of people that can have the error."""
    found: list[Query] = []
    chance = Random(seed)  # noqa: S311  # a measurement that can be taken again
    for name, maker in CLASSES.items():
        able = [one for one in known if _able(name, one)]
        for one in chance.sample(able, min(each, len(able))):
            asked = maker(one, chance)
            if name == "another family name":
                asked = replace(asked, family=chance.choice(known).family)
            sex = one.sex if chance.random() < 0.7 else None  # noqa: PLR2004  # as often as an officer says it
            found.append(Query(kind=name, asked=replace(asked, sex=sex), truth=one.number))
    return found


def _able(name: str, known: Known) -> bool:
    born = known.born or ""
    if len(born) < len("2000-01-01"):
        return False
    if name == "part of a compound name":
        return " " in known.family
    return name != "day and month exchanged" or (int(born[8:]) <= _MONTHS and born[5:7] != born[8:])
