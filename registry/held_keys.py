"""What a command owes to the keys it was sealed under: new ones are saved with it, the others still stand."""

from collections.abc import Iterable, Iterator
from typing import Final

from registry.errors import KeyErased
from registry.ledger.port import Unit
from registry.ledger.rows import Add, Bar, Cell, Change, Hold
from registry.values.identifiers import SubjectId
from registry.vault.keys import CLOSED, KeyState, WrappedKey
from registry.vault.rows import key_row
from registry.views.police import KEY_EPOCH, SUBJECT_KEY, epoch_name

_ACTIVE: Final[dict[str, Cell]] = {"state": KeyState.ACTIVE.value}
_CLOSED: Final[dict[str, Cell]] = {"state": CLOSED}


class KeyMadeMeanwhile(Exception):  # a signal to seal again, not a fault
    """Another command saved a key for the same subject first."""


def key_changes(new_keys: Iterable[WrappedKey], subjects: Iterable[SubjectId]) -> Iterator[Change]:
    """Save new keys with the fact; hold every other subject's key to be there and not erased.

    A new key is added, never put over another, and never under an epoch that was closed: what
    destroys the epoch's key has counted the rows under it. Where one is there already, and where a
    key that was held is not active, the store refuses the command; it is sealed again from the rows
    there are, which tells who was erased.
    """
    new = {key.subject: key for key in new_keys}
    for subject in subjects:
        made = new.get(subject)
        if made is not None:
            yield Add(table=SUBJECT_KEY, row=key_row(made))
            yield Bar(table=KEY_EPOCH, key=_epoch(made), cells=_CLOSED)
        else:
            yield Hold(table=SUBJECT_KEY, key={"subject": subject.bytes}, cells=_ACTIVE)


def keys_stand(unit: Unit, new_keys: Iterable[WrappedKey], subjects: Iterable[SubjectId]) -> bool:
    """Say whether every key is still as `key_changes` wants it.

    Where the store refused the command, it was not for a key, and sealing it again would help nothing.
    """
    new = {key.subject: key for key in new_keys}
    if any(unit.rows(KEY_EPOCH, {**_epoch(key), **_CLOSED}) for key in new.values()):
        return False
    for subject in subjects:
        states = [row["state"] for row in unit.rows(SUBJECT_KEY, {"subject": subject.bytes})]
        if states != ([] if subject in new else [KeyState.ACTIVE]):
            return False
    return True


def _epoch(key: WrappedKey) -> dict[str, Cell]:
    return {"epoch": epoch_name(key.jurisdiction, key.epoch)}


def assert_active(unit: Unit, subjects: Iterable[SubjectId]) -> None:
    """Look keys up at once, for a rehearsal: it is never written. Raises `KeyErased` and `KeyMadeMeanwhile`."""
    for subject in subjects:
        rows = unit.rows(SUBJECT_KEY, {"subject": subject.bytes})
        if not rows:
            raise KeyMadeMeanwhile
        if rows[0]["state"] != KeyState.ACTIVE:
            raise KeyErased("the key was erased")
