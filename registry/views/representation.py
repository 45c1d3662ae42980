"""Rows of representations, written in the transaction of the fact: one as long as nothing has ended it.

It goes when its court ends it, when the party is erased (police_rows.py), and when the organisation is suspended, ended
or given another role; a suspension that is lifted brings none back. A row may outlive its time: `until` says so.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from registry.events.institution import InstitutionEnded, InstitutionRightsChanged, InstitutionSuspended
from registry.events.representation import RepresentationEnded, RepresentationRecorded
from registry.ledger.port import Recorded
from registry.ledger.rows import Cell, Change, Drop, Put, Table
from registry.values.representation import represents

REPRESENTATION: Final = Table(
    name="police_representation",
    columns={
        "representation_ref": "bytes",
        "order_ref": "bytes",
        "party_ref": "bytes",
        "organisation": "text",
        "authorisation": "text",
        "given_by": "text",
        "recorded_at": "integer",
        "until": "integer",
        "position": "integer",
    },
    key=("representation_ref",),
    indexes=(("order_ref",), ("organisation",), ("party_ref",)),
)
REPRESENTED: Final = Table(
    name="police_represented",
    columns={"order_ref": "bytes", "organisation": "text", "party_ref": "bytes"},
    key=("order_ref", "organisation", "party_ref"),
)
"""Which organisation was ever recorded to act for which party of an order; it stays, for its looks do."""


def _recorded(recorded: Recorded, event: RepresentationRecorded) -> Iterator[Change]:
    yield Put(
        table=REPRESENTATION,
        row={
            "representation_ref": event.representation_ref.bytes,
            "order_ref": event.order_ref.bytes,
            "party_ref": event.party_ref.bytes,
            "organisation": event.organisation,
            "authorisation": event.authorisation.value,
            "given_by": event.given_by.value if event.given_by else None,
            "recorded_at": recorded.fact.recorded_at,
            "until": event.until,
            "position": recorded.position,
        },
    )
    acting: dict[str, Cell] = {
        "order_ref": event.order_ref.bytes,
        "organisation": event.organisation,
        "party_ref": event.party_ref.bytes,
    }
    yield Put(table=REPRESENTED, row=acting)


def _ended(_: Recorded, event: RepresentationEnded) -> Iterator[Change]:
    yield Drop(table=REPRESENTATION, where={"representation_ref": event.representation_ref.bytes})


def _stopped(_: Recorded, event: InstitutionSuspended | InstitutionEnded) -> Iterator[Change]:
    yield Drop(table=REPRESENTATION, where={"organisation": event.institution})


def _changed(_: Recorded, event: InstitutionRightsChanged) -> Iterator[Change]:
    if not represents(event.rights.roles):
        yield Drop(table=REPRESENTATION, where={"organisation": event.institution})


REPRESENTATION_ROWS: Final[Mapping[type, Callable[[Recorded, Any], Iterator[Change]]]] = {
    RepresentationRecorded: _recorded,
    RepresentationEnded: _ended,
    InstitutionSuspended: _stopped,
    InstitutionEnded: _stopped,
    InstitutionRightsChanged: _changed,
}
