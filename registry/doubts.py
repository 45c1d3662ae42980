"""Which facts that an answer about an order rests on are in doubt, and whether that leaves the answer open.

Looked up only where some key was ever marked as in wrong hands: most checks ask nothing of the store for it.
"""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from registry.access.doubt import Doubts, doubtful
from registry.events.issuance import OrderRevoked
from registry.events.recognition import RecognitionDiscontinued
from registry.law.corrections import retracted
from registry.ledger.port import Reader, Recorded
from registry.ledger.rows import Cell
from registry.sources import Source
from registry.values.check import EnforcementStatus, SourceState
from registry.values.identifiers import FactId, OrderRef, Position, StreamId
from registry.views.police import LINK, PAIR

_ENDED = frozenset({EnforcementStatus.REVOKED, EnforcementStatus.DISCONTINUED})


def in_doubt_of(reader: Reader, order_ref: OrderRef, doubts: Doubts, *, upto: Position) -> tuple[FactId, ...]:
    """Give the facts in doubt of an order, its recognitions and kin, and of who its parties are said to be.

    A fact that was taken back by one beyond doubt counts for nothing, and so it leaves nothing in doubt.
    """
    if not doubts.marks:
        return ()
    found = list(_facts(reader, order_ref, upto))
    open_ = set(doubtful(doubts, ((each.position, each.fact) for each in found), known=upto))
    undone = retracted([each.fact for each in found if each.fact.fact_id not in open_])
    return tuple(each.fact.fact_id for each in found if each.fact.fact_id in open_ - undone)


def weighed(  # noqa: PLR0917  # what an answer rests on
    reader: Reader, order_ref: OrderRef, doubts: Doubts, source: Source, status: EnforcementStatus, upto: Position
) -> tuple[Source, tuple[FactId, ...]]:
    """Give the source as doubtful where facts in doubt leave open what holds, and name those facts."""
    found = in_doubt_of(reader, order_ref, doubts, upto=upto)
    if leaves_open(reader, order_ref, found, status, upto=upto):
        source = replace(source, state=SourceState.DOUBTFUL)
    return source, found


def leaves_open(
    reader: Reader, order_ref: OrderRef, doubts: tuple[FactId, ...], status: EnforcementStatus, *, upto: Position
) -> bool:
    """Say whether facts in doubt leave open what holds: not where an end was recorded that is beyond doubt."""
    if not doubts or status not in _ENDED:
        return bool(doubts)
    facts = list(_facts(reader, order_ref, upto))
    sure = [each.fact for each in facts if each.fact.fact_id not in doubts]
    undone = retracted(sure)
    return not any(
        isinstance(fact.event, OrderRevoked | RecognitionDiscontinued) and fact.fact_id not in undone for fact in sure
    )


def _facts(reader: Reader, order_ref: OrderRef, upto: Position) -> Iterator[Recorded]:
    for stream in dict.fromkeys(_streams(reader, order_ref)):
        yield from reader.stream(stream, upto=upto)


def _streams(reader: Reader, order_ref: OrderRef) -> Iterator[StreamId]:
    """Name the streams: the order's, its recognitions, its kin with theirs, and the links of its parties."""
    yield StreamId(order_ref)
    kin = [order_ref]
    for row in reader.rows(LINK, {"order_ref": order_ref.bytes}):
        yield StreamId(_reference(row["linked"]))
        if row["relation"] != "recognition":
            kin.append(OrderRef(_reference(row["linked"])))
    for each in kin[1:]:
        for row in reader.rows(LINK, {"order_ref": each.bytes, "relation": "recognition"}):
            yield StreamId(_reference(row["linked"]))
    for row in reader.rows(PAIR, {"order_ref": order_ref.bytes}):
        yield StreamId(_reference(row["link_ref"]))
        yield StreamId(_reference(row["linked"]))


def _reference(cell: Cell) -> UUID:
    return UUID(bytes=cell if isinstance(cell, bytes) else b"")
