"""One command's share of the running transaction: what it reads, what it appends.

Nothing is written while a command runs: its facts, claims and rows wait in its share, the shares of
a batch are written together, and a command that fails is simply left out. Only when a command reads
rows that still wait are they written early, behind a savepoint.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from registry.errors import AlreadyTaken, LedgerError, StaleVersion
from registry.events.base import Claim, Fact
from registry.ledger.cache import Cache, Known
from registry.ledger.codec import Codec, StoredFact, encode
from registry.ledger.port import Draft, Fold, Held, Recorded, State
from registry.ledger.rows import Cell, Change, Table
from registry.ledger.store import Pending, Session, StatementRejected, StoreBroken
from registry.values.identifiers import ClaimId, Position, StreamId
from registry.values.time import Instant

Clock = Callable[[], Instant]
Project = Callable[[Recorded], Iterable[Change]]
Found = TypeVar("Found")


@dataclass(frozen=True, kw_only=True, slots=True)
class Tools:
    """What every share needs and none changes."""

    session: Session
    codec: Codec
    cache: Cache
    clock: Clock
    project: Project


@dataclass(kw_only=True, slots=True)
class Batch:
    """What the commands of a transaction have come to so far."""

    next_position: int
    last_recorded_at: int
    known: dict[int, Known] = field(default_factory=dict[int, Known])
    """By the integer of the stream's id, as in the cache."""
    fresh: dict[int, tuple[Recorded, ...]] = field(default_factory=dict[int, tuple[Recorded, ...]])
    claims: dict[ClaimId, Held] = field(default_factory=dict[ClaimId, Held])
    pending: Pending = field(default_factory=Pending)
    apart: bool = False
    """Whether each command is written before the next: then every claim is looked up at once."""
    last: StoredFact | None = None
    dirty: bool = False
    """Whether there is anything to commit."""
    fault: StatementRejected | StoreBroken | None = None
    """What the store answered while a command ran; it counts even if the command swallows it."""


class Share:
    """The `port.Unit` of one command. Of no use once its command has ended."""

    def __init__(self, batch: Batch, tools: Tools) -> None:
        """Take the batch so far; it is changed only by `Share.keep`."""
        self._batch = batch
        self._tools = tools
        self._position = batch.next_position
        self._last = batch.last_recorded_at
        self._now = Instant(max(tools.clock(), batch.last_recorded_at + 1))
        self._known: dict[int, Known] = {}
        self._fresh: dict[int, tuple[Recorded, ...]] = {}
        self._claims: dict[ClaimId, Held] = {}
        self._free: set[ClaimId] = set()
        self._pending = Pending()
        self._late = tools.session.checks_claims_late and not batch.apart
        self._last_fact: StoredFact | None = None
        self._dirty = False
        self._marked = False
        self._open = True
        self.failure: Exception | None = None

    @property
    def now(self) -> Instant:
        """`recorded_at` of the next fact; the same until one is appended."""
        return self._now

    def state(self, stream: StreamId, fold: Fold[State], /) -> tuple[int, State | None]:
        """Give version and state of a stream; (0, None) for an empty one."""
        self._must_be_open()
        known = self._find(stream.int)
        held = None if known is None else known.states.get(fold.name)
        if known is not None and held is not None:
            return known.version, held[1]
        state: State | None = None
        version = 0
        for recorded in self.facts(stream):
            state = fold.evolve(state, recorded.fact)
            version = recorded.fact.version
        self._known[stream.int] = (known or Known(version=version)).with_state(fold, state)
        return version, state

    def facts(self, stream: StreamId, /) -> tuple[Recorded, ...]:
        """Give the facts of a stream, including those appended earlier in this transaction."""
        self._must_be_open()
        fresh = self._batch.fresh.get(stream.int, ()) + self._fresh.get(stream.int, ())
        if fresh and fresh[0].fact.version == 1:
            return fresh
        upto = fresh[0].fact.version - 1 if fresh else None
        stored = self._ask(lambda session: session.facts(stream, upto))
        return (*map(self._tools.codec.recorded, stored), *fresh)

    def holder(self, claim_id: ClaimId, /) -> Held | None:
        """Say who holds a claim, if anyone does."""
        self._must_be_open()
        held = self._claims.get(claim_id) or self._batch.claims.get(claim_id)
        if held is None and claim_id not in self._free:
            held = self._ask(lambda session: session.holder(claim_id))
            if held is None:
                self._free.add(claim_id)
        return held

    def rows(self, table: Table, where: Mapping[str, Cell], /) -> Sequence[Mapping[str, Cell]]:
        """Give rows of a table written with the facts, as this transaction sees them."""
        self._must_be_open()
        return self._ask(lambda session: self._rows(session, table, where))

    def hold(self, claim: Claim, recorded: Recorded, /) -> None:
        """Take a claim for what a recorded fact says already; see `port.Unit.hold`."""
        self._must_be_open()
        fact = recorded.fact
        self._claim(
            Held(
                claim_id=claim.claim_id,
                digest=claim.digest,
                stream=fact.stream,
                version=fact.version,
                position=recorded.position,
                fact_id=fact.fact_id,
            )
        )
        self._dirty = True

    def append(
        self, stream: StreamId, drafts: Sequence[Draft], /, *, expected_version: int, rows: Iterable[Change] = ()
    ) -> tuple[Recorded, ...]:
        """Append facts to a stream and write `rows` with them; see `port.Unit.append`."""
        self._must_be_open()
        try:
            return self._append(stream, drafts, expected_version, rows)
        except Exception as failure:
            # Caught or not, an append that failed fails its command: half a command is none.
            self.failure = self.failure or failure
            raise

    def mark(self) -> None:
        """Set the savepoint that this command can be taken back to, once."""
        if not self._marked:
            self._tools.session.savepoint()
            self._marked = True

    def end(self) -> None:
        """Let no late caller use the share."""
        self._open = False

    def undo(self) -> None:
        """Take back what was written early; the rest was never written."""
        if self._marked:
            self._tools.session.undo()

    def keep(self) -> None:
        """Make the share part of the batch; writes what waits if a savepoint is to be released."""
        batch = self._batch
        if self._marked:
            if self._pending:
                self._tools.session.write(self._pending)
            self._tools.session.release()
        else:
            batch.pending.take(self._pending)
        batch.dirty = batch.dirty or self._dirty
        batch.last = self._last_fact or batch.last
        batch.next_position = self._position
        batch.last_recorded_at = self._last
        batch.known.update(self._known)
        if self._claims:
            batch.claims.update(self._claims)
        for number, recorded in self._fresh.items():
            batch.fresh[number] = batch.fresh.get(number, ()) + recorded

    def _append(
        self, stream: StreamId, drafts: Sequence[Draft], expected_version: int, rows: Iterable[Change]
    ) -> tuple[Recorded, ...]:
        known = self._known_at(stream, expected_version, writes=bool(drafts))
        if known.version != expected_version:
            raise StaleVersion("stale-version")
        pending = self._pending
        recorded: list[Recorded] = []
        for number, draft in enumerate(drafts, expected_version + 1):
            each = self._record(stream, number, draft)
            recorded.append(each)
            pending.change(self._tools.project(each))
        pending.change(rows)
        self._dirty = self._dirty or bool(pending)
        appended = tuple(recorded)
        self._known[stream.int] = known.advanced(appended)
        self._fresh[stream.int] = self._fresh.get(stream.int, ()) + appended
        return appended

    def _record(self, stream: StreamId, version: int, draft: Draft) -> Recorded:
        recorded_at = self._now
        fact = Fact(
            fact_id=draft.fact_id,
            stream=stream,
            version=version,
            recorded_at=recorded_at,
            effective_at=draft.effective_at,
            actor=draft.actor,
            correlation=draft.correlation,
            causation=draft.causation,
            claims=draft.claims,
            event=draft.event,
        )
        topic, body = encode(fact)
        position = Position(self._position)
        recorded = Recorded(position=position, fact=fact, stored=(topic, body))
        for claim in draft.claims:
            self._claim(
                Held(
                    claim_id=claim.claim_id,
                    digest=claim.digest,
                    stream=stream,
                    version=version,
                    position=position,
                    fact_id=draft.fact_id,
                )
            )
        self._last_fact = (position, stream, version, topic, body, recorded_at)
        self._pending.facts.append(self._last_fact)
        self._position += 1
        self._last = recorded_at
        self._now = Instant(recorded_at + 1)
        return recorded

    def _claim(self, claim: Held) -> None:
        claim_id = claim.claim_id
        taken = claim_id in self._claims or claim_id in self._batch.claims
        if not taken and claim_id not in self._free and not self._late:
            taken = self._ask(lambda session: session.holder(claim_id)) is not None
        if taken:
            raise AlreadyTaken("already-taken")
        self._claims[claim_id] = claim
        self._pending.claims.append(claim)

    def _find(self, number: int) -> Known | None:
        return self._known.get(number) or self._batch.known.get(number) or self._tools.cache.get(number)

    def _known_at(self, stream: StreamId, expected_version: int, *, writes: bool) -> Known:
        known = self._find(stream.int)
        if known is None:
            # Two first facts of one stream cannot both be written, so for a new stream the store
            # says it when the batch is written; a look-up for each would cost more than all else.
            new = writes and expected_version == 0 and not self._batch.apart
            known = Known(version=0 if new else self._ask(lambda session: session.version(stream)))
        return known

    def _rows(self, session: Session, table: Table, where: Mapping[str, Cell]) -> Sequence[Mapping[str, Cell]]:
        """Read. What waits and could be among the rows is written first: others' for good, ours behind a mark."""
        batch = self._batch
        if table.name not in batch.pending.touched and table.name not in self._pending.touched:
            return session.rows(table, where)
        if batch.pending:
            session.write(batch.pending)
            batch.pending = Pending()
        if self._pending:
            self.mark()
            session.write(self._pending)
            self._pending = Pending()
        return session.rows(table, where)

    def _ask(self, ask: Callable[[Session], Found]) -> Found:
        try:
            return ask(self._tools.session)
        except (StatementRejected, StoreBroken) as fault:
            self._batch.fault = fault
            raise

    def _must_be_open(self) -> None:
        if not self._open:
            raise LedgerError("a command has ended and its share of the transaction with it")
