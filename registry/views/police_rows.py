"""The rows that a fact writes in its own transaction: one function a kind of fact, each pure."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from registry.events.card import CardIssued, StatusListOpened
from registry.events.check import AnswerGiven
from registry.events.contact import MessageDue, MessageFailed, MessageHandedOver
from registry.events.document import DocumentSigned
from registry.events.erasure import QueriesErased, SubjectErased
from registry.events.feed import FeedRead
from registry.events.glass import GlassBroken, GlassReviewed
from registry.events.issuance import OrderIssued
from registry.events.look import LookTaken
from registry.events.notice import NoticeIssued
from registry.events.officer import OfficerEnded
from registry.events.party import PartiesLinked
from registry.events.recognition import RecognitionAsked, RecognitionGranted
from registry.events.violation import AlertRaised, ViolationReported
from registry.ledger.port import Recorded
from registry.ledger.rows import Amend, Cell, Change, Drop, Put
from registry.values.notice import OPENS_NOTHING
from registry.views.account import ACCOUNT_ROWS
from registry.views.persons import unfiled, unsealed_words
from registry.views.police import (
    ALERT,
    BREACH,
    CARD,
    DOCUMENT,
    ERASED,
    FINDING,
    GLASS,
    INVOLVED,
    LINK,
    OFFICER,
    ORDER,
    OUTBOX,
    PAIR,
    SHOWN,
    SIGNED,
    SOURCE,
    STATUS_LIST,
    SUBJECT_KEY,
)
from registry.views.representation import REPRESENTATION, REPRESENTATION_ROWS


def project(recorded: Recorded) -> Iterator[Change]:
    """Give the rows that follow from one fact. Pure; the ledger writes them with the fact."""
    of_kind = _OF_KIND.get(type(recorded.fact.event))
    return of_kind(recorded, recorded.fact.event) if of_kind is not None else iter(())


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


def _pair(_: Recorded, event: PartiesLinked) -> Iterator[Change]:
    """Give both directions; what is taken back keeps its rows, for an answer as of an earlier time."""
    for own, linked in ((event.one, event.other), (event.other, event.one)):
        row: dict[str, Cell] = {
            "order_ref": own.order_ref.bytes,
            "linked": linked.order_ref.bytes,
            "link_ref": event.link_ref.bytes,
        }
        yield Put(table=PAIR, row=row)


def _alert(_: Recorded, event: AlertRaised) -> Iterator[Change]:
    yield Put(
        table=ALERT,
        row={
            "alert_ref": event.alert_ref.bytes,
            "violation_ref": event.violation_ref.bytes,
            "recipient": event.recipient,
        },
    )


def _card(recorded: Recorded, event: CardIssued) -> Iterator[Change]:
    yield Put(
        table=CARD,
        row={
            "card_ref": event.card_ref.bytes,
            "order_ref": event.order_ref.bytes,
            "list_ref": event.list_ref.bytes,
            "place": event.index,
            "position": recorded.position,
        },
    )


def _status_list(recorded: Recorded, event: StatusListOpened) -> Iterator[Change]:
    yield Put(
        table=STATUS_LIST,
        row={
            "list_ref": event.list_ref.bytes,
            "jurisdiction": event.jurisdiction,
            "number": event.number,
            "position": recorded.position,
        },
    )


def _destroyed(recorded: Recorded, event: SubjectErased | QueriesErased) -> Iterator[Change]:
    """Destroy the key and leave its tombstone."""
    yield Amend(
        table=SUBJECT_KEY,
        key={"subject": event.subject.bytes},
        cells={"wrapped": b"", "state": ERASED, "erased_at": recorded.fact.recorded_at},
    )


def _erased(recorded: Recorded, event: SubjectErased) -> Iterator[Change]:
    """Destroy the key, and drop every row that was made from what it opened."""
    yield from _destroyed(recorded, event)
    yield Drop(table=FINDING, where={"party_ref": event.subject.bytes})
    yield from unfiled(event.subject.bytes)
    yield unsealed_words()
    yield Drop(table=OUTBOX, where={"party_ref": event.subject.bytes})
    yield Drop(table=REPRESENTATION, where={"party_ref": event.subject.bytes})
    for document in event.documents:
        yield Drop(table=DOCUMENT, where={"blob": document.bytes})


def _signed(_: Recorded, event: DocumentSigned) -> Iterator[Change]:
    for fact_id in event.facts:
        row: dict[str, Cell] = {
            "fact_id": fact_id.bytes,
            "document_ref": event.document_ref.bytes,
            "order_ref": event.order_ref.bytes,
        }
        yield Put(table=SIGNED, row=row)


def _message(recorded: Recorded, event: MessageDue) -> Iterator[Change]:
    yield Put(
        table=OUTBOX,
        row={
            "message_ref": event.message_ref.bytes,
            "order_ref": event.order_ref.bytes,
            "party_ref": event.party_ref.bytes,
            "kind": event.kind.value,
            "recorded_at": recorded.fact.recorded_at,
        },
    )


def _asked(_: Recorded, event: RecognitionAsked) -> Iterator[Change]:
    yield _link(event.order_ref, "recognition", event.recognition_ref, event.jurisdiction)
    yield Put(table=INVOLVED, row={"order_ref": event.order_ref.bytes, "institution": event.authority})


def _granted(_: Recorded, event: RecognitionGranted) -> Iterator[Change]:
    if event.adopted is not None:
        yield _link(event.order_ref, "adopted", event.adopted, event.jurisdiction)


def _notified(_: Recorded, event: NoticeIssued) -> Iterator[Change]:
    if event.kind not in OPENS_NOTHING:
        yield Put(table=INVOLVED, row={"order_ref": event.order_ref.bytes, "institution": event.recipient})


def _answered(recorded: Recorded, event: AnswerGiven) -> Iterator[Change]:
    institution = recorded.fact.actor.institution
    for order_ref in event.named:
        yield Put(table=SHOWN, row={"order_ref": order_ref.bytes, "institution": institution})


def _looked(recorded: Recorded, event: LookTaken) -> Iterator[Change]:
    """Note who may hold a copy; an answer that named nobody is no copy of anything personal."""
    if event.parties:
        row: dict[str, Cell] = {
            "order_ref": event.order_ref.bytes,
            "institution": recorded.fact.actor.institution,
        }
        yield Put(table=SHOWN, row=row)


def _broken(_: Recorded, event: ViolationReported) -> Iterator[Change]:
    row = {"order_ref": event.order_ref.bytes, "violation_ref": event.violation_ref.bytes}
    yield Put(table=BREACH, row=row)


def _opened(recorded: Recorded, event: GlassBroken) -> Iterator[Change]:
    row: dict[str, Cell] = {
        "glass_ref": event.glass_ref.bytes,
        "order_ref": event.order_ref.bytes,
        "institution": recorded.fact.actor.institution,
        "officer": recorded.fact.actor.on_behalf_of or "",
        "jurisdiction": event.jurisdiction,
        "ground": event.ground.value,
        "whereabouts": int(event.whereabouts),
        "broken_at": recorded.fact.recorded_at,
        "until": event.until,
        "review_due": event.review_due,
        "verdict": None,
        "reviewed_at": None,
    }
    yield Put(table=GLASS, row=row)


def _reviewed(recorded: Recorded, event: GlassReviewed) -> Iterator[Change]:
    cells: dict[str, Cell] = {"verdict": event.verdict.value, "reviewed_at": recorded.fact.recorded_at}
    yield Amend(table=GLASS, key={"glass_ref": event.glass_ref.bytes}, cells=cells)


def _officer_ended(_: Recorded, event: OfficerEnded) -> Iterator[Change]:
    yield Drop(table=OFFICER, where={"institution": event.institution, "officer": event.officer})


def _read(_: Recorded, event: FeedRead) -> Iterator[Change]:
    row: dict[str, Cell] = {"source": event.source, "jurisdiction": event.jurisdiction, "read_at": event.read_at}
    yield Put(table=SOURCE, row=row)


def _sent(_: Recorded, event: MessageHandedOver | MessageFailed) -> Iterator[Change]:
    yield Drop(table=OUTBOX, where={"message_ref": event.message_ref.bytes})


_OF_KIND: Final[Mapping[type, Callable[[Recorded, Any], Iterator[Change]]]] = {
    OrderIssued: _order,
    RecognitionAsked: _asked,
    RecognitionGranted: _granted,
    PartiesLinked: _pair,
    NoticeIssued: _notified,
    AnswerGiven: _answered,
    LookTaken: _looked,
    GlassBroken: _opened,
    OfficerEnded: _officer_ended,
    GlassReviewed: _reviewed,
    ViolationReported: _broken,
    DocumentSigned: _signed,
    SubjectErased: _erased,
    QueriesErased: _destroyed,
    AlertRaised: _alert,
    FeedRead: _read,
    CardIssued: _card,
    StatusListOpened: _status_list,
    MessageDue: _message,
    MessageHandedOver: _sent,
    MessageFailed: _sent,
    **ACCOUNT_ROWS,
    **REPRESENTATION_ROWS,
}
