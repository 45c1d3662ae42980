"""Rows written in the transaction of the fact itself: what a check, a permission or an outbox needs at once.

References are 16 bytes. No row holds a name: `FINDING` holds keyed hashes, written by `execute` from
the clear text at the command boundary (views cannot open blocks), and dropped when a key is erased.
"""

from typing import Final

from registry.ledger.rows import Table
from registry.views.account import ACCOUNT_TABLES
from registry.views.persons import PERSON_TABLES, WORDS_SEAL
from registry.views.representation import REPRESENTATION, REPRESENTED

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
SHOWN: Final = Table(
    name="police_shown", columns={"order_ref": "bytes", "institution": "text"}, key=("order_ref", "institution")
)
"""Institutions that were given an answer on an order: they may hold a copy of what it said of people."""
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
AUDIT_KEY: Final = Table(
    name="audit_key",
    columns={"subject": "bytes", "institution": "text", "month": "text", "jurisdiction": "text"},
    key=("subject",),
    indexes=(("institution",),),
)
"""Whose queries of which month of its place a key of `SUBJECT_KEY` seals; saved with the key."""
CARD: Final = Table(
    name="card",
    columns={
        "card_ref": "bytes",
        "order_ref": "bytes",
        "list_ref": "bytes",
        "place": "integer",
        "position": "integer",
    },
    key=("card_ref",),
    indexes=(("list_ref", "place"), ("order_ref",)),
)
"""Cards by order, and by their place in a status list; a place is never given twice."""
STATUS_LIST: Final = Table(
    name="status_list",
    columns={"list_ref": "bytes", "jurisdiction": "text", "number": "integer", "position": "integer"},
    key=("list_ref",),
    indexes=(("jurisdiction", "number"),),
)
"""Status lists; the one with the highest number of a jurisdiction takes new cards."""
GLASS: Final = Table(
    name="police_glass",
    columns={
        "glass_ref": "bytes",
        "order_ref": "bytes",
        "institution": "text",
        "officer": "text",
        "jurisdiction": "text",
        "ground": "text",
        "whereabouts": "integer",
        "broken_at": "integer",
        "until": "integer",
        "review_due": "integer",
        "verdict": "text",
        "reviewed_at": "integer",
    },
    key=("glass_ref",),
    indexes=(("institution", "officer"), ("institution", "verdict")),
)
"""Every break-glass; `verdict` and `reviewed_at` are NULL while nobody reviewed it."""
OFFICER: Final = Table(
    name="police_officer",
    columns={"institution": "text", "officer": "text", "kind": "text", "sealed": "bytes"},
    key=("institution", "officer", "kind", "sealed"),
)
"""Keyed hashes of officers' names and birth dates, made as those of `FINDING`, and sealed: the rows agree with none of
those without the index key. Dropped when the officer is ended."""
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
"""Sealed documents: the court's own, and those that were handed in signed."""
SIGNED: Final = Table(
    name="police_signed",
    columns={"fact_id": "bytes", "document_ref": "bytes", "order_ref": "bytes"},
    key=("fact_id",),
)
"""From a fact to the signed document that it was recorded of."""

ERASED: Final = "ERASED"
"""The state of a key that was destroyed, as `vault.keys.KeyState` has it."""

TABLES: Final = (
    ORDER,
    LINK,
    PAIR,
    FINDING,
    INVOLVED,
    SHOWN,
    BREACH,
    ALERT,
    SOURCE,
    OUTBOX,
    SUBJECT_KEY,
    AUDIT_KEY,
    KEY_EPOCH,
    DOCUMENT,
    SIGNED,
    CARD,
    STATUS_LIST,
    GLASS,
    OFFICER,
    REPRESENTATION,
    *PERSON_TABLES,
    WORDS_SEAL,
    REPRESENTED,
    *ACCOUNT_TABLES,
)


def epoch_name(jurisdiction: str, number: int) -> str:
    """Give the key of an epoch's row, such as `FR/3`."""
    return f"{jurisdiction}/{number}"
