"""What a command owes to the keys it was sealed under: new ones are saved with it, the others still stand."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from registry.errors import KeyErased
from registry.ledger.port import Unit
from registry.ledger.rows import Add, Amend, Bar, Cell, Change, Hold
from registry.values.identifiers import SubjectId
from registry.vault.keys import CLOSED, KeyState, WrappedKey
from registry.vault.renewal import Renewal
from registry.vault.rows import key_row, wrapped_key
from registry.views.police import KEY_EPOCH, SUBJECT_KEY, epoch_name

Held: TypeAlias = Mapping[SubjectId, bytes | None]
"""Whose keys a command was sealed under, with the id of each; None: whichever is the subject's."""
_ACTIVE: Final[dict[str, Cell]] = {"state": KeyState.ACTIVE.value}
_CLOSED: Final[dict[str, Cell]] = {"state": CLOSED}


class KeyMadeMeanwhile(Exception):  # a signal to seal again, not a fault
    """Another command saved a key for the same subject first."""


def key_changes(new_keys: Iterable[WrappedKey], held: Held, renewals: Iterable[Renewal] = ()) -> Iterator[Change]:
    """Save new keys with the fact; hold every other subject's key to be there, the one that was used, and not erased.

    A new key is added, never put over another, and never under an epoch that was closed: what
    destroys the epoch's key has counted the rows under it. Where one is there already, and where a
    key that was held is not active, the store refuses the command; it is sealed again from the rows
    there are, which tells who was erased.
    """
    new = {key.subject: key for key in new_keys}
    for subject, key_id in held.items():
        made = new.get(subject)
        if made is not None:
            yield Add(table=SUBJECT_KEY, row=key_row(made))
            yield _open_epoch(made)
        else:
            yield Hold(table=SUBJECT_KEY, key={"subject": subject.bytes}, cells=_used(key_id))
    for renewal in renewals:
        yield from _renewed(renewal)


def _renewed(renewal: Renewal) -> Iterator[Change]:
    """Give a subject its next key, and its former key a subject of its own; only if the row is as it was read.

    So two corrections at once, and an epoch that turns meanwhile, are each done on what the other has left.
    """
    before, subject = renewal.before, {"subject": renewal.before.subject.bytes}
    cells = {"key_id": before.key_id, "wrapped": before.wrapped, "state": before.state.value}
    yield Hold(table=SUBJECT_KEY, key=subject, cells=cells)
    yield Add(table=SUBJECT_KEY, row=key_row(renewal.former))
    row = key_row(renewal.new)
    yield Amend(table=SUBJECT_KEY, key=subject, cells={name: row[name] for name in row.keys() - subject.keys()})
    yield _open_epoch(renewal.former)
    yield _open_epoch(renewal.new)


def keys_stand(unit: Unit, new_keys: Iterable[WrappedKey], held: Held, renewals: Sequence[Renewal] = ()) -> bool:
    """Say whether every key is still as `key_changes` wants it.

    Where the store refused the command, it was not for a key, and sealing it again would help nothing.
    """
    new = {key.subject: key for key in new_keys}
    saved = [*new.values(), *(each.former for each in renewals), *(each.new for each in renewals)]
    if any(unit.rows(KEY_EPOCH, {**_epoch(key), **_CLOSED}) for key in saved):
        return False
    return all(_stands(unit, subject, held[subject], new) for subject in held) and all(
        _rows(unit, each.before.subject) == [each.before] and not _rows(unit, each.former.subject) for each in renewals
    )


def assert_active(unit: Unit, new_keys: Iterable[WrappedKey], held: Held) -> None:
    """Look keys up at once, for a rehearsal: it is never written. Raises `KeyErased` and `KeyMadeMeanwhile`."""
    for subject in held.keys() - {key.subject for key in new_keys}:
        rows = _rows(unit, subject)
        if rows and rows[0].state is not KeyState.ACTIVE:
            raise KeyErased("the key was erased")
        if not rows or held[subject] not in (None, rows[0].key_id):
            raise KeyMadeMeanwhile


def _stands(unit: Unit, subject: SubjectId, key_id: bytes | None, new: Mapping[SubjectId, WrappedKey]) -> bool:
    rows = _rows(unit, subject)
    if subject in new:
        return not rows
    return bool(rows) and rows[0].state is KeyState.ACTIVE and key_id in (None, rows[0].key_id)


def _rows(unit: Unit, subject: SubjectId) -> list[WrappedKey]:
    return [wrapped_key(row) for row in unit.rows(SUBJECT_KEY, {"subject": subject.bytes})]


def _used(key_id: bytes | None) -> dict[str, Cell]:
    return _ACTIVE if key_id is None else {**_ACTIVE, "key_id": key_id}


def _open_epoch(key: WrappedKey) -> Bar:
    return Bar(table=KEY_EPOCH, key=_epoch(key), cells=_CLOSED)


def _epoch(key: WrappedKey) -> dict[str, Cell]:
    return {"epoch": epoch_name(key.jurisdiction, key.epoch)}
