"""Rows written in the transaction of the fact itself: what a check, a permission or an outbox needs at once.

References are 16 bytes. No row holds a name: `FINDING` holds keyed hashes, written by `execute` from
the clear text at the command boundary (views cannot open blocks), and dropped when a key is erased.
"""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from registry.events.contact import MessageDue, MessageFailed, MessageHandedOver
from registry.events.erasure import SubjectErased
from registry.events.feed import FeedRead
from registry.events.issuance import OrderIssued
from registry.events.notice import NoticeIssued
from registry.events.party import PartiesLinked
from registry.events.recognition import RecognitionAsked, RecognitionGranted
from registry.events.violation import AlertRaised, ViolationReported
from registry.ledger.port import Recorded
from registry.ledger.rows import Amend, Cell, Change, Drop, Put, Table

ORDER: Final = Table(
    name="police_order",
    columns={
        "order_ref": "bytes",
        "jurisdiction": "text",
        "court_code": "text",
        "institution": "text",
        "source": "text",
        "position": "integer",
    },
    key=("order_ref",),
)
"""One row an order: whose it is, and which source it came from (the entering institution or feed)."""
LINK: Final = Table(
    name="police_link",
    columns={"order_ref": "bytes", "relation": "text", "linked": "bytes", "jurisdiction": "text"},
    key=("order_ref", "relation", "linked"),
)
"""From an order to its recognitions (`recognition`), its adopted measures (`adopted`), its origin (`origin`)."""
PAIR: Final = Table(
    name="police_pair",
    columns={"order_ref": "bytes", "linked": "bytes", "link_ref": "bytes"},
    key=("order_ref", "linked", "link_ref"),
)
"""From an order to each other order with a party that was ever said to be one of its own; current or taken back.

When it was said, and when taken back, is in the stream of the link.
"""
FINDING: Final = Table(
    name="police_finding",
    columns={"finding_key": "bytes", "party_ref": "bytes", "order_ref": "bytes", "role": "text"},
    key=("finding_key", "party_ref"),
    indexes=(("party_ref",),),
)
"""From a keyed hash of name and birth date to the parties filed under it."""
INVOLVED: Final = Table(
    name="police_involved", columns={"order_ref": "bytes", "institution": "text"}, key=("order_ref", "institution")
)
"""Institutions that an order was sent to, by notice or for recognition."""
BREACH: Final = Table(
    name="police_breach", columns={"order_ref": "bytes", "violation_ref": "bytes"}, key=("order_ref", "violation_ref")
)
"""From an order to the breaches that were reported of it."""
ALERT: Final = Table(
    name="police_alert",
    columns={"alert_ref": "bytes", "violation_ref": "bytes", "recipient": "text"},
    key=("alert_ref",),
)
SOURCE: Final = Table(
    name="police_source", columns={"source": "text", "jurisdiction": "text", "read_at": "integer"}, key=("source",)
)
"""When each feed was last read."""
OUTBOX: Final = Table(
    name="outbox_message",
    columns={
        "message_ref": "bytes",
        "order_ref": "bytes",
        "party_ref": "bytes",
        "kind": "text",
        "recorded_at": "integer",
    },
    key=("message_ref",),
    indexes=(("recorded_at",),),
)
"""Messages to protected persons that no channel has taken yet."""
SUBJECT_KEY: Final = Table(
    name="subject_key",
    columns={
        "subject": "bytes",
        "key_id": "bytes",
        "jurisdiction": "text",
        "epoch": "integer",
        "wrapped": "bytes",
        "state": "text",
        "created_at": "integer",
        "erased_at": "integer",
    },
    key=("subject",),
    indexes=(("key_id",),),
)
"""Wrapped keys of subjects (vault/keys.py), saved with the first fact that uses them."""
KEY_EPOCH: Final = Table(
    name="key_epoch",
    columns={
        "epoch": "text",
        "jurisdiction": "text",
        "number": "integer",
        "state": "text",
        "closed_at": "integer",
        "destroyed_at": "integer",
    },
    key=("epoch",),
)
"""Epochs of key-encryption keys that are `CLOSED`: no key wrapped under one is saved any more (rotation.py)."""
DOCUMENT: Final = Table(
    name="document",
    columns={"blob": "bytes", "order_ref": "bytes", "sealed": "bytes"},
    key=("blob",),
    indexes=(("order_ref",),),
)
"""Sealed source documents."""

ERASED: Final = "ERASED"
"""The state of a key that was destroyed, as `vault.keys.KeyState` has it."""

TABLES: Final = (ORDER, LINK, PAIR, FINDING, INVOLVED, BREACH, ALERT, SOURCE, OUTBOX, SUBJECT_KEY, KEY_EPOCH, DOCUMENT)


def epoch_name(jurisdiction: str, number: int) -> str:
    """Give the key of an epoch's row, such as `FR/3`."""
    return f"{jurisdiction}/{number}"


def project(recorded: Recorded) -> Iterator[Change]:
    """Give the rows that follow from one fact. Pure; the ledger writes them with the fact."""
    event = recorded.fact.event
    match event:
        case OrderIssued():
            yield from _order(recorded, event)
        case RecognitionAsked():
            yield _link(event.order_ref, "recognition", event.recognition_ref, event.jurisdiction)
            yield Put(table=INVOLVED, row={"order_ref": event.order_ref.bytes, "institution": event.authority})
        case RecognitionGranted():
            if event.adopted is not None:
                yield _link(event.order_ref, "adopted", event.adopted, event.jurisdiction)
        case PartiesLinked():
            yield from _pair(event)
        case NoticeIssued():
            yield Put(table=INVOLVED, row={"order_ref": event.order_ref.bytes, "institution": event.recipient})
        case ViolationReported():
            row = {"order_ref": event.order_ref.bytes, "violation_ref": event.violation_ref.bytes}
            yield Put(table=BREACH, row=row)
        case SubjectErased():
            yield from _erased(recorded, event)
        case AlertRaised():
            yield _alert(event)
        case FeedRead():
            yield Put(
                table=SOURCE,
                row={"source": event.source, "jurisdiction": event.jurisdiction, "read_at": event.read_at},
            )
        case MessageDue():
            yield _message(recorded, event)
        case MessageHandedOver() | MessageFailed():
            yield Drop(table=OUTBOX, where={"message_ref": event.message_ref.bytes})
        case _:
            return


def _order(recorded: Recorded, event: OrderIssued) -> Iterator[Change]:
    details = event.details
    yield Put(
        table=ORDER,
        row={
            "order_ref": event.order_ref.bytes,
            "jurisdiction": details.court.jurisdiction,
            "court_code": details.court.code,
            "institution": details.court.institution,
            "source": recorded.fact.actor.institution,
            "position": recorded.position,
        },
    )
    if details.origin is not None:
        yield _link(event.order_ref, "origin", details.origin, details.court.jurisdiction)


def _link(order_ref: UUID, relation: str, linked: UUID, jurisdiction: str) -> Put:
    return Put(
        table=LINK,
        row={
            "order_ref": order_ref.bytes,
            "relation": relation,
            "linked": linked.bytes,
            "jurisdiction": jurisdiction,
        },
    )


def _pair(event: PartiesLinked) -> Iterator[Change]:
    """Give both directions; what is taken back keeps its rows, for an answer as of an earlier time."""
    for own, linked in ((event.one, event.other), (event.other, event.one)):
        row: dict[str, Cell] = {
            "order_ref": own.order_ref.bytes,
            "linked": linked.order_ref.bytes,
            "link_ref": event.link_ref.bytes,
        }
        yield Put(table=PAIR, row=row)


def _alert(event: AlertRaised) -> Put:
    return Put(
        table=ALERT,
        row={
            "alert_ref": event.alert_ref.bytes,
            "violation_ref": event.violation_ref.bytes,
            "recipient": event.recipient,
        },
    )


def _erased(recorded: Recorded, event: SubjectErased) -> Iterator[Change]:
    """Destroy the key and leave its tombstone; drop every row that was made from what it opened."""
    yield Amend(
        table=SUBJECT_KEY,
        key={"subject": event.subject.bytes},
        cells={"wrapped": b"", "state": ERASED, "erased_at": recorded.fact.recorded_at},
    )
    yield Drop(table=FINDING, where={"party_ref": event.subject.bytes})
    yield Drop(table=OUTBOX, where={"party_ref": event.subject.bytes})
    for document in event.documents:
        yield Drop(table=DOCUMENT, where={"blob": document.bytes})


def _message(recorded: Recorded, event: MessageDue) -> Put:
    return Put(
        table=OUTBOX,
        row={
            "message_ref": event.message_ref.bytes,
            "order_ref": event.order_ref.bytes,
            "party_ref": event.party_ref.bytes,
            "kind": event.kind.value,
            "recorded_at": recorded.fact.recorded_at,
        },
    )
