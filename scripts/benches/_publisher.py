"""The registry's own publisher over facts that wait: its store in an SQLite file, its notes in a folder beside it."""

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from uuid import UUID

from registry.events.base import Actor, Fact
from registry.events.feed import FeedRead
from registry.ledger.codec import StoredFact, encode
from registry.ledger.heads import Heads
from registry.ledger.log_store import FILE_NAME, LogStore
from registry.ledger.publisher import Publisher
from registry.ledger.view_connections import SQLiteViews
from registry.log_keys import log_signer
from registry.values.identifiers import FactId, InstitutionId, KeyId, Position, StreamId
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import Instant
from scripts.benches._log import ORIGIN

_NOW = Instant(1_790_000_000_000_000)


class Waiting:
    """Facts that the publisher finds, a batch more at each turn; implements `publisher.StoredReader`."""

    def __init__(self, count: int) -> None:
        """Make so many facts, each of a stream of its own."""
        self._facts = [_stored(position) for position in range(1, count + 1)]
        self.released = 0

    def stored_after(self, position: Position, /, *, limit: int) -> Sequence[StoredFact]:
        """Give what was released and not read yet."""
        return self._facts[position : min(position + limit, self.released)]

    def wait_changed(self, position: Position, /, *, timeout: float) -> Position:  # noqa: ARG002  # the port's shape
        """Nobody waits here."""
        return Position(self.released)


def _stored(position: int) -> StoredFact:
    stream, recorded_at = StreamId(UUID(int=position)), Instant(_NOW + position)
    event = FeedRead(
        source="bench",
        jurisdiction=Jurisdiction("FR"),
        read_at=_NOW,
        records=1,
        accepted=1,
        needs_attention=0,
        rejected=0,
    )
    fact = Fact(
        fact_id=FactId(stream),
        stream=stream,
        version=1,
        recorded_at=recorded_at,
        actor=Actor(institution=InstitutionId("bench"), key_id=KeyId("k1")),
        correlation=stream,
        event=event,
    )
    topic, body = encode(fact)
    return position, stream, 1, topic, body, recorded_at


def publishing(folder: Path, batch: int, commits: int) -> Callable[[], None]:
    """Make a log in an empty folder; what is given publishes so many batches, each with a signed checkpoint."""
    folder.mkdir(mode=0o700)
    store, heads = LogStore(SQLiteViews(folder / FILE_NAME)), Heads(folder=folder / "heads")
    store.create(ORIGIN)
    heads.create()
    waiting = Waiting(batch * commits)
    publisher = Publisher(
        reader=waiting, store=store, heads=heads, signer=log_signer(bytes(32), ORIGIN), clock=lambda: _NOW
    )

    def run() -> None:
        with closing(store):
            for _ in range(commits):
                waiting.released += batch
                publisher.step()

    return run
