"""What the command line does with what was asked: says how long it is kept, and destroys the keys that are due."""

from hashlib import sha256
from typing import Any, Final

from registry import core
from registry.alerts.reactor import REGISTRY
from registry.audit_keys import Kept, kept
from registry.commands.erasure import EraseQueries
from registry.config import Settings
from registry.errors import Refused
from registry.ledger.opening import open_reader
from registry.sweeping import sweep
from registry.values.time import iso
from registry.verbs import print_json

_WORD: Final = 8


def due(settings: Settings) -> None:
    """Print every key of queries that is there, by whose law it is kept, until when, and a word to erase by."""
    found, now = _kept(settings), core.clock()
    going = [each for each in found if each.due(now)]
    print_json(
        {"keys": [_shown(each, due=each.due(now)) for each in found], "confirm": _word(going) if going else None}
    )


def erase(settings: Settings, *, confirm: str) -> None:
    """Destroy every key that is due. Raises `Refused` where the word is of other keys than are due now."""
    now = core.clock()
    going = [each for each in _kept(settings) if each.due(now)]
    if not going or confirm != _word(going):
        raise Refused("confirmation-is-of-another-state")
    with core.opened(settings) as opened:
        for each in going:
            command = EraseQueries(subject=each.key.subject, institution=each.key.institution, month=each.key.month)
            opened.executor.perform(command, principal=REGISTRY)
    sweep(core.ledger_settings(settings))
    print_json({"erased": [_shown(each, due=True) for each in going]})


def _kept(settings: Settings) -> list[Kept]:
    reader = open_reader(core.ledger_settings(settings))
    try:
        return list(kept(reader, core.clock()))
    finally:
        reader.close()


def _word(going: list[Kept]) -> str:
    seed = "|".join(sorted(str(each.key.subject) for each in going))
    return sha256(f"po-queries/v1|{seed}".encode()).hexdigest()[:_WORD]


def _shown(each: Kept, *, due: bool) -> dict[str, Any]:
    key = each.key
    return {
        "institution": key.institution,
        "month": key.month,
        "earlier_months_too": key.undated,
        "jurisdiction": key.jurisdiction,
        "kept_until": None if each.until is None else iso(each.until),
        "basis": None if each.basis is None else str(each.basis),
        "verified": each.basis is not None and each.basis.verified,
        "due": due,
    }
