"""Where a record comes from, and how old our last word from there is. Three answers, none of them "no order"."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from registry.events.feed import FeedRead
from registry.ledger.port import Reader
from registry.values.check import SourceState
from registry.values.identifiers import OrderRef, Position, StreamId
from registry.values.time import SECOND, Instant
from registry.views.police import ORDER, SOURCE


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Where the record comes from, how old our last word from there is, and what age is too old."""

    name: str
    state: SourceState
    age_seconds: int
    limit_seconds: int | None


def source_of(
    reader: Reader, order_ref: OrderRef, known_at: Instant, upto: Position, *, stale_after: Mapping[str, int]
) -> Source:
    """Say how old our last word from an order's source was at `known_at`, by the facts up to a position.

    `stale_after` gives each feed's limit in seconds; what no limit is given for was entered here
    directly, and is as current as the ledger.
    """
    rows = reader.rows(ORDER, {"order_ref": order_ref.bytes})
    name = str(rows[0]["source"]) if rows else ""
    limit = stale_after.get(name)
    if limit is None:
        return Source(name=name, state=SourceState.CURRENT, age_seconds=0, limit_seconds=None)
    return feed(reader, name, known_at, upto, limit=limit)


def feed(reader: Reader, name: str, known_at: Instant, upto: Position, *, limit: int) -> Source:
    """Say how old our last word from a feed was at `known_at`; it is stale after `limit` seconds."""
    read_at = _last_read(reader, name, known_at, upto)
    if read_at is None:
        return Source(name=name, state=SourceState.UNREACHABLE, age_seconds=0, limit_seconds=limit)
    age = max(0, (known_at - read_at) // SECOND)
    state = SourceState.STALE if age > limit else SourceState.CURRENT
    return Source(name=name, state=state, age_seconds=age, limit_seconds=limit)


def _last_read(reader: Reader, name: str, known_at: Instant, upto: Position) -> Instant | None:
    """Say when the feed had last been read; the row knows the last time of all, the facts know every one."""
    rows = reader.rows(SOURCE, {"source": name})
    read_at = rows[0]["read_at"] if rows else None
    if not isinstance(read_at, int):
        return None
    if read_at <= known_at:
        return Instant(read_at)
    reads = (recorded.fact.event for recorded in reader.stream(feed_stream(name), upto=upto))
    instants = [event.read_at for event in reads if isinstance(event, FeedRead) and event.read_at <= known_at]
    return max(instants, default=None)


def feed_stream(source: str) -> StreamId:
    """Give the stream of a feed's deliveries."""
    return StreamId(UUID(bytes=sha256(b"po-feed/v1|" + source.encode()).digest()[:16]))
