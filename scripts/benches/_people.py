"""People for a bench, all invented: names drawn by rank as names are borne, the frequent ones by many; repeatable."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Final

from registry.values.parties import Identity, Name

_WORDS: Final = """
Anna Ben Clara David Elena Felix Greta Hugo Ines Jonas Karim Laura Mehdi Nora Oscar Paula Quentin Rosa Samir Tara
Ulrich Vera Wanda Xenia Yusuf Zoe Mohamed Fatima Aleksei Chiara Duarte Eirini Fiona Giulia Hanna Igor Jana Katya
Lukas Marta Nikos Olga Pavel Rania Stefan Teresa Umar Viktor Yasmin Zdenek;
Ab Bor Cal Dor El Fen Gar Hol Is Jar Kol Lam Mar Nor Or Pet Quin Ros Sal Tor Ul Var Wel Yar Zim;
a e i o u an en in on ar er or al el il am em ak ek ov ev;
berg dale ford ger hof ides ini kin ko let man ner nik oglu ova ra sen ski son sky stein ti vic wood zade
"""
"""Given names, and what family names are put together from."""
_GIVEN, _FIRST, _MIDDLE, _LAST = (part.split() for part in _WORDS.split(";"))
_FAMILIES: Final = [first + middle + last for middle in _MIDDLE for last in _LAST for first in _FIRST]
_EARLIEST: Final = date(1940, 1, 1)
_DAYS: Final = 24_000
_SEED: Final = 20_261_122
NOBODY: Final = "nobody"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A question, of what kind it is, and who is meant; None: nobody."""

    kind: str
    identity: Identity
    meant: int | None


def people() -> Iterator[Identity]:
    """Give people without end, the same ones each time."""
    random = Random(_SEED)  # noqa: S311  # nothing of it is secret
    given, families = _ranks(len(_GIVEN)), _ranks(len(_FAMILIES))
    number = 0
    while True:
        number += 1
        name = Name(given=random.choices(_GIVEN, cum_weights=given)[0], family=_family(random, families))
        born = _EARLIEST + timedelta(days=random.randrange(_DAYS))
        yield Identity(name=name, birth_date=str(born), documents=(f"ID FR {number:09d}",))


def chosen(count: int, persons: int) -> list[int]:
    """Give the numbers of so many people of a registry to ask about, by chance and the same ones each time."""
    random = Random(_SEED + 2)  # noqa: S311  # as above
    return [random.randrange(persons) for _ in range(count)]


def questions(meant: Iterable[int], registered: Mapping[int, Identity]) -> Iterator[Asked]:
    """Give questions of every kind in turn, about these people of the registry and about nobody."""
    random = Random(_SEED + 1)  # noqa: S311  # as above
    for place, number in enumerate(meant):
        who = replace(registered[number], documents=())
        born = who.birth_date or ""
        kinds = {
            "exact": who,
            "misheard": replace(who, name=_misheard(random, who.name)),
            "year only": replace(who, birth_date=born[:4]),
            "day and month exchanged": replace(who, birth_date=_exchanged(born)),
            "names exchanged": replace(who, name=Name(given=who.name.family, family=who.name.given)),
            "misheard, day and month exchanged": replace(
                who, name=_misheard(random, who.name), birth_date=_exchanged(born)
            ),
            "number": Identity(name=Name(family=""), documents=registered[number].documents),
        }
        kind = (*kinds, NOBODY)[place % (len(kinds) + 1)]
        if kind == NOBODY:
            name = Name(given=random.choice(_GIVEN), family=f"{random.choice(_FAMILIES)}ish")
            yield Asked(kind=kind, identity=Identity(name=name, birth_date=born), meant=None)
        else:
            yield Asked(kind=kind, identity=kinds[kind], meant=number)


def _ranks(count: int) -> list[float]:
    """Weigh names by rank, as in Zipf's law."""
    return list(accumulate(1 / rank for rank in range(1, count + 1)))


def _family(random: Random, weights: list[float]) -> str:
    family = random.choices(_FAMILIES, cum_weights=weights)[0]
    return f"{family}-{random.choices(_FAMILIES, cum_weights=weights)[0]}" if random.random() < 0.03 else family  # noqa: PLR2004  # a share


def _misheard(random: Random, name: Name) -> Name:
    at = random.randrange(1, len(name.family) - 1)
    letter = random.choice("aeinorst")
    return replace(name, family=name.family[:at] + letter + name.family[at + 1 :])


def _exchanged(born: str) -> str:
    year, month, day = born.split("-")
    return f"{year}-{day}-{month}" if int(day) <= 12 else born  # noqa: PLR2004  # months
