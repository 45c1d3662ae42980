"""The statement that a party's data in an order was erased: what anybody can hold against the ledger.

It names references, the destroyed key and the fact that says so, and shows no person. erasure_certificate.py signs
it, and puts the proof that the log has the fact beside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from registry.errors import NotFound
from registry.events.erasure import SubjectErased
from registry.ledger.codec import encode
from registry.ledger.leaf import base64url, record_digest
from registry.ledger.port import Reader, Recorded
from registry.values.identifiers import OrderRef, StreamId, SubjectId
from registry.values.time import Instant, iso
from registry.vault.keys import KeyState, WrappedKey
from registry.vault.rows import wrapped_key
from registry.views.police import KEY_EPOCH, SUBJECT_KEY, epoch_name

FORM: Final = "po-erasure/v1"
REMAINS: Final = (
    "sealed-blocks-that-no-key-opens",
    "facts-without-personal-data",
    "queries-under-the-audit-keys-of-who-asked",
    "copies-that-participants-made",
)
"""What an erasure does not reach; docs/how-to/erase-a-person.md says what each means."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ErasureStatement:
    """One key of one order, destroyed."""

    ledger_id: str
    erased: Recorded
    """The fact, whose event is `SubjectErased`."""
    epoch: str
    """The epoch that the key was last wrapped under, such as `FR/3`."""
    epoch_destroyed_at: Instant | None
    """From when on no old copy of the key table opens the key; None: the epoch has not been turned since."""

    def shown(self) -> dict[str, Any]:
        """Give its members for JSON."""
        fact = self.erased.fact
        event = fact.event
        assert isinstance(event, SubjectErased)
        topic, body = self.erased.stored or encode(fact)
        destroyed = self.epoch_destroyed_at
        return {
            "form": FORM,
            "ledger_id": self.ledger_id,
            "order_ref": str(event.order_ref),
            "subject": str(event.subject),
            "key_id": event.key_id,
            "ground": event.ground.value,
            "by": fact.actor.institution,
            "erased_at": iso(fact.recorded_at),
            "position": self.erased.position,
            "fact_id": str(fact.fact_id),
            "record_digest": base64url(record_digest(topic, body)),
            "documents": [str(document) for document in event.documents],
            "older_copies_of_the_key": {
                "epoch": self.epoch,
                "open_nothing_since": None if destroyed is None else iso(destroyed),
            },
            "remains": list(REMAINS),
        }


def statement(reader: Reader, ledger_id: str, order_ref: OrderRef, party: UUID) -> ErasureStatement:
    """State an erasure; raises `NotFound` where there was none, or where the key is there in spite of it."""
    found = [each for each in reader.stream(StreamId(order_ref)) if _erases(each, party)]
    rows = reader.rows(SUBJECT_KEY, {"subject": party.bytes})
    if not found or not rows:
        raise NotFound("not-erased")
    row = wrapped_key(rows[0])
    if row.state is not KeyState.ERASED or row.wrapped:
        raise NotFound("not-erased")
    return ErasureStatement(
        ledger_id=ledger_id,
        erased=found[-1],
        epoch=epoch_name(row.jurisdiction, row.epoch),
        epoch_destroyed_at=_destroyed_at(reader, row),
    )


def statements(reader: Reader, ledger_id: str, order_ref: OrderRef) -> Iterator[ErasureStatement]:
    """State every erasure of an order, oldest first."""
    for each in reader.stream(StreamId(order_ref)):
        event = each.fact.event
        if isinstance(event, SubjectErased):
            yield statement(reader, ledger_id, order_ref, event.subject)


def _erases(recorded: Recorded, party: UUID) -> bool:
    event = recorded.fact.event
    return isinstance(event, SubjectErased) and event.subject == SubjectId(party)


def _destroyed_at(reader: Reader, row: WrappedKey) -> Instant | None:
    rows = reader.rows(KEY_EPOCH, {"epoch": epoch_name(row.jurisdiction, row.epoch)})
    cell = rows[0]["destroyed_at"] if rows else None
    return Instant(cell) if isinstance(cell, int) else None
