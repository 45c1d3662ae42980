"""Notices that wait for an institution, and those it has answered."""

from collections.abc import Iterator
from typing import Final

from registry.events.notice import NoticeAcknowledged, NoticeIssued, NoticeRejected
from registry.ledger.port import Recorded
from registry.ledger.rows import Amend, Cell, Change, Put, Table
from registry.values.identifiers import InstitutionId, NoticeRef, Position
from registry.views.base import Page, View, ViewReads, by_kind, page_size

WAITING: Final = "WAITING"
ACKNOWLEDGED: Final = "ACKNOWLEDGED"
REJECTED: Final = "REJECTED"

NOTICE: Final = Table(
    name="inbox",
    columns={
        "notice_ref": "bytes",
        "recipient": "text",
        "position": "integer",
        "kind": "text",
        "order_ref": "bytes",
        "about": "bytes",
        "jurisdiction": "text",
        "basis": "text",
        "issued": "integer",
        "due": "integer",
        "state": "text",
        "answered": "integer",
        "reason": "text",
    },
    key=("notice_ref",),
    indexes=(("recipient", "position"), ("recipient", "state", "position")),
)
"""`issued`, `due` and `answered` in microseconds; `reason` is a code, there when it was sent back."""


def _issued(recorded: Recorded, event: NoticeIssued) -> Iterator[Change]:
    yield Put(
        table=NOTICE,
        row={
            "notice_ref": event.notice_ref.bytes,
            "recipient": event.recipient,
            "position": recorded.position,
            "kind": event.kind.value,
            "order_ref": event.order_ref.bytes,
            "about": event.about.bytes,
            "jurisdiction": event.jurisdiction,
            "basis": event.basis,
            "issued": recorded.fact.recorded_at,
            "due": event.due,
            "state": WAITING,
            "answered": None,
            "reason": None,
        },
    )


def _acknowledged(recorded: Recorded, event: NoticeAcknowledged) -> Iterator[Change]:
    yield _answer(recorded, event.notice_ref, ACKNOWLEDGED, None)


def _rejected(recorded: Recorded, event: NoticeRejected) -> Iterator[Change]:
    yield _answer(recorded, event.notice_ref, REJECTED, event.reason.value)


def _answer(recorded: Recorded, notice_ref: NoticeRef, state: str, reason: str | None) -> Amend:
    cells: dict[str, Cell] = {"state": state, "answered": recorded.fact.recorded_at, "reason": reason}
    return Amend(table=NOTICE, key={"notice_ref": notice_ref.bytes}, cells=cells)


INBOX: Final = View(
    name="inbox",
    tables=(NOTICE,),
    on=by_kind({NoticeIssued: _issued, NoticeAcknowledged: _acknowledged, NoticeRejected: _rejected}),
)


def inbox(
    store: ViewReads,
    institution: InstitutionId,
    *,
    state: str | None = None,
    after: Position | None = None,
    limit: int = 100,
) -> Page:
    """Give an institution's notices, oldest first, in one state if named; those after a position.

    One fact issues one notice, so the position alone is the key to page by. Raises `NotFound`
    before the view is there.
    """
    where: dict[str, Cell] = {"recipient": institution}
    if state is not None:
        where["state"] = state
    position, rows = store.rows(
        NOTICE,
        where,
        view_name=INBOX.name,
        order_by=("position",),
        after=() if after is None else (after,),
        limit=page_size(limit),
    )
    return Page(position=position, rows=rows)
