"""Wrapped keys as rows, and rows as wrapped keys; whoever stores them decides where."""

from collections.abc import Mapping
from uuid import UUID

from registry.errors import Tampered
from registry.values.identifiers import SubjectId
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import Instant
from registry.vault.keys import KeyState, WrappedKey

Cell = str | int | bytes | None


def key_row(key: WrappedKey) -> dict[str, Cell]:
    """Give the row of a wrapped key."""
    return {
        "subject": key.subject.bytes,
        "key_id": key.key_id,
        "jurisdiction": key.jurisdiction,
        "epoch": key.epoch,
        "wrapped": key.wrapped,
        "state": key.state.value,
        "created_at": key.created_at,
        "erased_at": key.erased_at,
    }


def wrapped_key(row: Mapping[str, Cell]) -> WrappedKey:
    """Read the row of a wrapped key; raises `Tampered` for one that is not as `key_row` writes it."""
    match row:
        case {
            "subject": bytes(subject),
            "key_id": bytes(key_id),
            "jurisdiction": str(jurisdiction),
            "epoch": int(epoch),
            "wrapped": bytes(wrapped),
            "state": str(state),
            "created_at": int(created_at),
            "erased_at": int() | None as erased_at,
        }:
            return WrappedKey(
                subject=SubjectId(UUID(bytes=subject)),
                key_id=key_id,
                jurisdiction=Jurisdiction(jurisdiction),
                epoch=epoch,
                wrapped=wrapped,
                state=KeyState(state),
                created_at=Instant(created_at),
                erased_at=None if erased_at is None else Instant(erased_at),
            )
        case _:
            message = "the row of a key is not as it was written"
            raise Tampered(message)
