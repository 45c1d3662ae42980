"""The book of instruments: every module in law/instruments, found by scan, in the order of their codes."""

from collections.abc import Iterable
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from typing import cast

from registry.law import instruments as shelf
from registry.law.instrument import Claim, Instrument


@lru_cache(maxsize=1)
def instruments() -> tuple[Instrument, ...]:
    """Give all instruments. A module that fails to import stops the start: law silently missing is worse."""
    return tuple(sorted(_found(), key=lambda instrument: instrument.CODE))


def _found() -> Iterable[Instrument]:
    for module in iter_modules(shelf.__path__):
        yield cast("Instrument", import_module(f"{shelf.__name__}.{module.name}").INSTRUMENT)


def reaching(claim: Claim) -> tuple[Instrument, ...]:
    """Give the instruments that have something to say of a claim."""
    return tuple(instrument for instrument in instruments() if instrument.reaches(claim))


def named(code: str) -> Instrument | None:
    """Find an instrument by its code."""
    return next((instrument for instrument in instruments() if code == instrument.CODE), None)
