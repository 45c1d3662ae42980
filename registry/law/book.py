"""The book of instruments: every module in law/instruments, found by scan, in the order of their codes.

A module offers `INSTRUMENT`: one that carries orders (`Instrument`), or one that only tells what else the
law asks for (`Informing`). A new file is found without an edit anywhere.
"""

from collections.abc import Iterable
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Final, TypeVar

from registry.law import instruments as shelf
from registry.law.instrument import Claim, Informing, Instrument, Ranking, Superseding

Sort = TypeVar("Sort", Instrument, Informing)


def scan(package: ModuleType) -> tuple[Instrument | Informing, ...]:
    """Give what the modules of a package offer. Raises `TypeError` for one that offers no instrument.

    A module that fails to import stops the start: law silently missing is worse.
    """
    return tuple(_offered(f"{package.__name__}.{module.name}") for module in iter_modules(package.__path__))


def _offered(name: str) -> Instrument | Informing:
    offered: object = getattr(import_module(name), "INSTRUMENT", None)
    if not isinstance(offered, Instrument | Informing):
        message = f"{name} offers no instrument"
        raise TypeError(message)
    return offered


def _sorted(found: Iterable[Sort]) -> tuple[Sort, ...]:
    return tuple(sorted(found, key=lambda instrument: instrument.CODE))


@lru_cache(maxsize=1)
def instruments() -> tuple[Instrument, ...]:
    """Give all instruments that carry orders."""
    return _sorted(offered for offered in scan(shelf) if isinstance(offered, Instrument))


@lru_cache(maxsize=1)
def informing() -> tuple[Informing, ...]:
    """Give all instruments that only inform."""
    return _sorted(offered for offered in scan(shelf) if not isinstance(offered, Instrument))


@lru_cache(maxsize=1)
def superseding() -> tuple[Superseding, ...]:
    """Give the instruments under which an order takes another's place."""
    return tuple(instrument for instrument in instruments() if isinstance(instrument, Superseding))


@lru_cache(maxsize=1)
def ranking() -> tuple[Ranking, ...]:
    """Give the instruments that say which of several orders is enforced."""
    return tuple(instrument for instrument in instruments() if isinstance(instrument, Ranking))


def reaching(claim: Claim) -> tuple[Instrument, ...]:
    """Give the instruments that have something to say of a claim, by what an order is and where it is sought.

    Found once for claims alike: `reaches` may look at nothing else of a claim, and the contract holds it to that.
    """
    key = (claim.issued_in, claim.sought_in, claim.kind, claim.nature)
    known, shelf_now = REACHING, instruments()
    found = known.get(key)
    if found is None or found[0] is not shelf_now:
        if len(known) >= MAXIMUM_KNOWN:
            known.clear()
        found = known[key] = (shelf_now, tuple(each for each in shelf_now if each.reaches(claim)))
    return found[1]


MAXIMUM_KNOWN: Final = 65_536
REACHING: Final[dict[tuple[str, str, str, str], tuple[tuple[Instrument, ...], tuple[Instrument, ...]]]] = {}


def named(code: str) -> Instrument | None:
    """Find an instrument by its code."""
    return next((instrument for instrument in instruments() if code == instrument.CODE), None)
