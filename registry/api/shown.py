"""How values are shown in answers: instants, legal moments, facts without their sealed blocks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, time
from enum import Enum
from typing import Any, Final, cast
from uuid import UUID

from registry.ledger.proofs import Proofs
from registry.ledger.witness_answers import Asked
from registry.values.time import FIRST_ON_CALENDAR, Expiry, Instant, LegalMoment, iso, moment_of
from registry.vault.walk import blocks

_LAST_SHOWN: Final = 253_402_300_799_000_000
"""The end of the year 9999: later instants mean "never", and no calendar of ours shows them."""
_NAMES: Final[dict[type[Any], tuple[str, ...]]] = {}
_ENVELOPE_NAMES: Final = {"from_": "from"}


def instant(at: Instant | None) -> str | None:
    """Show an instant in UTC; None for one that is not known, never comes, or lies before all calendars."""
    return None if at is None or not FIRST_ON_CALENDAR <= at < _LAST_SHOWN else iso(at)


def local(at: Instant, zone: str) -> dict[str, str]:
    """Show an instant on the clock of a zone, with its offset."""
    return {"local": moment_of(at, zone).isoformat(), "zone": zone}


def moment(given: LegalMoment | None) -> dict[str, str] | None:
    """Show a date as its document states it."""
    if given is None:
        return None
    stated = {"date": given.date.isoformat(), "zone": given.zone}
    return stated if given.time is None else {**stated, "time": given.time.isoformat()}


def expiry(given: Expiry) -> dict[str, Any]:
    """Show when an order ends by itself: NONE, UNKNOWN and a moment are three things."""
    return {"kind": given.kind.value, "at": moment(given.at)}


def public(event: object) -> dict[str, Any]:
    """Show a fact's event without any sealed block: what is left holds no personal data."""
    sealed = frozenset(found.block for found in blocks(event))
    return cast("dict[str, Any]", _public(event, sealed))


def _public(value: object, sealed: frozenset[str]) -> Any:  # noqa: ANN401  # any record of ours
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return None if value in sealed else value
    if isinstance(value, UUID | date | time):
        return str(value) if isinstance(value, UUID) else value.isoformat()
    if isinstance(value, tuple | list):
        return [_public(element, sealed) for element in cast("Iterable[object]", value)]
    if isinstance(value, LegalMoment):
        return moment(value)
    if is_dataclass(value):
        return dict(_members(value, sealed))
    message = f"{type(value).__name__} is not something that facts hold"
    raise TypeError(message)


def _members(value: object, sealed: frozenset[str]) -> Iterable[tuple[str, Any]]:
    for name in _names(cast("type[Any]", type(value))):
        held = getattr(value, name)
        if not (isinstance(held, str) and held in sealed):
            yield _ENVELOPE_NAMES.get(name, name), _public(held, sealed)


def _names(kind: type[Any]) -> tuple[str, ...]:
    """Look at a type once; there are as many as facts have records, so nothing is ever dropped."""
    names = _NAMES.get(kind)
    if names is None:
        names = _NAMES[kind] = tuple(field.name for field in fields(kind))
    return names


def without_nothing(members: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is None."""
    return {name: value for name, value in members.items() if value is not None}


def log_state(proofs: Proofs, asked: Sequence[Asked]) -> dict[str, Any]:
    """Show how the transparency log is, and who has seen it."""
    published, witnessed = proofs.published(), proofs.witnessed()
    return {
        "origin": proofs.origin,
        "signing": published.signing.value,
        "size": published.size,
        "signed_size": published.checkpoint.size if published.checkpoint else 0,
        "witnessed_size": witnessed.checkpoint.size if witnessed else 0,
        "witnesses": {each.witness: each.outcome.value for each in asked},
    }
