"""A registry of millions, filled at speed: what the command path would write, bound by the same boundary, in bulk.

Each order is bound, sealed and filed by `Boundary.bind`, its fact is encoded and projected by the ledger's own
functions, and the rows are those that the writer would write; what is left out is deciding, and a commit an order. A
process for each core binds, this one writes: into the file of a ledger that nobody has open.
"""

import os
import sqlite3
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Any, Final, cast
from uuid import UUID

from cryptography.hazmat.primitives.keywrap import aes_key_wrap

from registry import core
from registry.boundary import Boundary
from registry.commands.issuance import EnterOrder
from registry.config import Settings
from registry.events.base import Actor, Fact
from registry.events.issuance import OrderIssued
from registry.execute import ID_BYTES
from registry.held_keys import key_changes
from registry.identity.keys import words_of
from registry.identity.vocabulary import Vocabulary
from registry.kept_words import KeptWords, WordsPlace
from registry.ledger.codec import StoredFact, encode
from registry.ledger.port import Reader, Recorded
from registry.ledger.rows import Add, Put
from registry.ledger.tables import Statements
from registry.process import settle_memory
from registry.values.identifiers import FactId, Position, StreamId
from registry.values.jurisdiction import Jurisdiction
from registry.values.parties import Clear
from registry.values.time import Instant
from registry.vault.keys import KeyRing
from registry.views.police import ORDER
from registry.views.police_rows import project
from scripts.benches._house import PRINCIPAL
from scripts.benches._people import people

_CHUNK: Final = 500
_AHEAD: Final = 6
"""Chunks that are bound or wait to be written."""
_TOLD: Final = 25_000
_INSERT_FACT: Final = (
    "INSERT INTO stored_events (position, originator_id, originator_version, topic, state, recorded_at) "
    "VALUES (?,?,?,?,?,?)"
)
_LOADING: Final = (
    "journal_mode=DELETE",
    "journal_mode=OFF",
    "synchronous=OFF",
    "locking_mode=EXCLUSIVE",
    "cache_size=-4000000",
)
"""Nothing is kept safe while a registry is filled: whoever interrupts it begins again."""

Rows = list[tuple[str, list[Any]]]
"""Statements, each with the rows that it is run for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Part:
    """A part of the orders: their numbers, and where in the ledger the first order of all stands."""

    start: int
    count: int
    position: int
    recorded_at: int


def fill(settings: Settings, orders: int, *, workers: int = os.cpu_count() or 1) -> float:
    """Fill a ledger that was created and is not open; gives the seconds it took. Tells on stderr how far it is.

    A ledger with some of the orders is filled up. Without a worker it is bound here.
    """
    begun = perf_counter()
    path = core.ledger_settings(settings).path
    if path is None:
        message = "a registry is filled in bulk on SQLite alone"
        raise ValueError(message)
    settle = (settings, str(core.ledger_id(core.ledger_settings(settings))))  # asked before the file is ours alone
    with (
        _pool(workers, settle) as pool,
        closing(sqlite3.connect(path, isolation_level=None)) as connection,
    ):
        for setting in _LOADING:
            connection.execute(f"PRAGMA {setting}").fetchall()
        there, position, recorded_at = connection.execute(
            f"SELECT (SELECT count(*) FROM {ORDER.name}), max(position), max(recorded_at) FROM stored_events"  # noqa: S608  # a constant
        ).fetchone()
        left = _parts(range(there, orders, _CHUNK), orders, position - there, recorded_at - there)
        waiting: list[Future[Rows]] = []
        # One transaction: nothing is written to the file before the end but what the cache does not hold.
        connection.execute("BEGIN")
        for done in range(there, orders, _CHUNK):
            waiting += [pool.submit(_bound, part) for part in islice(left, _AHEAD - len(waiting))]
            for sql, parameters in waiting.pop(0).result():
                connection.executemany(sql, parameters)
            if done % _TOLD < _CHUNK:
                rate = (done - there) / (perf_counter() - begun)
                print(f"{done} of {orders} orders, {rate:.0f} a second", file=sys.stderr, flush=True)
        connection.execute("COMMIT")
        connection.execute("PRAGMA locking_mode=NORMAL").fetchall()
        connection.execute("PRAGMA journal_mode=WAL").fetchall()
    _sync(path)
    return perf_counter() - begun


def _pool(workers: int, settle: tuple[Settings, str]) -> Executor:
    if workers == 0:
        return ThreadPoolExecutor(1, initializer=_settle, initargs=settle)
    return ProcessPoolExecutor(workers, get_context("spawn"), initializer=_settle_alone, initargs=settle)


def _parts(starts: range, orders: int, position: int, recorded_at: int) -> Iterator[_Part]:
    for start in starts:
        count = min(_CHUNK, orders - start)
        yield _Part(start=start, count=count, position=position, recorded_at=recorded_at)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _AtHand:
    """A keeper that reads its newest key once: nothing is rotated while a registry is filled."""

    def __init__(self, keeper: Any, jurisdiction: Jurisdiction) -> None:  # noqa: ANN401  # a file keeper
        self._epoch = keeper.current_epoch(jurisdiction)
        self._key = keeper._key(jurisdiction, self._epoch)  # noqa: SLF001  # read once instead of half a million times

    def current_epoch(self, _jurisdiction: Jurisdiction, /) -> int:
        """Give the epoch."""
        return int(self._epoch)

    def wrap(self, _jurisdiction: Jurisdiction, _epoch: int, key: bytes, /) -> bytes:
        """Wrap as the file keeper does."""
        return aes_key_wrap(self._key, key)

    def unwrap(self, jurisdiction: Jurisdiction, epoch: int, wrapped: bytes, /) -> bytes:
        """Unwrap nothing: every key is new."""
        raise KeyError(jurisdiction, epoch, wrapped)


_HANDS: Final[dict[str, Any]] = {}
"""What a process binds with, made once in each."""


def _settle_alone(settings: Settings, ledger_id: str) -> None:
    _settle(settings, ledger_id)
    settle_memory()


def _settle(settings: Settings, ledger_id: str) -> None:
    keeper = core.open_keeper(settings)
    at_hand = _AtHand(keeper, PRINCIPAL.jurisdictions[0])
    ring = KeyRing(at_hand, of_subject=lambda _: None, by_key_id=lambda _: None, size=16)
    _HANDS["boundary"] = Boundary(
        ledger_id=ledger_id,
        reader=cast("Reader", None),  # an order that is entered asks the store for nothing but its parties' keys
        ring=ring,
        claim_key=keeper.secret("claim"),
        index_key=keeper.secret("index"),
        clock=core.clock,
        entropy=os.urandom,
    )
    _HANDS["entries"], _HANDS["at"] = None, 0


def _entries(start: int) -> Iterator[EnterOrder[Clear]]:
    """Give the entries from one on; they come in one order, so whoever has passed it begins again."""
    from scripts.benches.seed import entries  # noqa: PLC0415  # which fills a registry with what is here

    if _HANDS["entries"] is None or _HANDS["at"] > start:
        _HANDS["entries"], _HANDS["at"] = entries(1 << 40), 0
    found: Iterator[EnterOrder[Clear]] = islice(_HANDS["entries"], start - _HANDS["at"], None)
    return found


def _bound(part: _Part) -> Rows:
    """Bind a part of the orders, and give the rows of their facts."""
    boundary: Boundary = _HANDS["boundary"]
    facts: list[StoredFact] = []
    changes: list[Put | Add] = []
    for number, entry in enumerate(islice(_entries(part.start), part.count), part.start + 1):
        fact_id = FactId(UUID(bytes=os.urandom(ID_BYTES)))
        bound = boundary.bind(entry, fact_id=fact_id, principal=PRINCIPAL, idempotency=None, attachment=None)
        fact = Fact(
            fact_id=fact_id,
            stream=StreamId(entry.order_ref),
            version=1,
            recorded_at=Instant(part.recorded_at + number),
            actor=Actor(institution=PRINCIPAL.institution, key_id=PRINCIPAL.key_id, on_behalf_of=None),
            correlation=fact_id,
            event=OrderIssued(order_ref=entry.order_ref, details=bound.command.details),
        )
        position = Position(part.position + number)
        facts.append((position, fact.stream, 1, *encode(fact), fact.recorded_at))
        rows = (*key_changes(bound.new_keys, bound.held), *bound.rows, *project(Recorded(position=position, fact=fact)))
        changes += [row for row in rows if isinstance(row, Put | Add)]
    _HANDS["at"] = part.start + part.count
    steps = Statements("sqlite").steps(changes)
    written: Rows = [(step.sql, sorted(step.parameters)) for step in steps]
    return [(_INSERT_FACT, [(fact[0], fact[1].hex, *fact[2:]) for fact in facts]), *written]


def keep_words(opened: core.Core, orders: int) -> float:
    """Keep the words of all who were filled in, made from who they are, unsealed; gives the seconds it took.

    What a registry of millions learns by opening every record is the same, and takes many times as long.
    """
    from scripts.benches.seed import protected_ref, respondent_ref  # noqa: PLC0415  # as above

    begun = perf_counter()
    vocabulary, executor = Vocabulary(), opened.executor
    for place, who in enumerate(islice(people(), 2 * orders)):
        number, is_protected = divmod(place, 2)
        ref = protected_ref(number) if is_protected else respondent_ref(number)
        vocabulary.bear(ref.bytes, words_of(who))
    kept = KeptWords(
        place=cast("WordsPlace", opened.checker.words),
        reader=executor.reader,
        ledger_id=executor.ledger_id,
        index_key=executor.index_key,
        entropy=executor.entropy,
    )
    kept.write(kept.begin(), executor.reader.head(), vocabulary.packed())
    return perf_counter() - begun
