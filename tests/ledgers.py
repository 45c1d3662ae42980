"""Ledgers for tests, on both stores: a place to make one, an open one, and commands to give it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

import pytest

from registry.events.base import Actor, Claim
from registry.events.feed import FeedRead
from registry.ledger.opening import Ledger, create_ledger, open_ledger
from registry.ledger.port import Draft, Fold, Recorded, Unit, Work
from registry.ledger.rows import Change, Put, Table
from registry.ledger.settings import LedgerSettings
from registry.values.identifiers import ClaimId, FactId, InstitutionId, KeyId, StreamId
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import Instant
from tests.servers import NoServerError, shared_server

STORES: Final = ("sqlite", "postgres")
START: Final = Instant(1_700_000_000_000_000)
ACTOR: Final = Actor(institution=InstitutionId("fr-tj-lille"), key_id=KeyId("k-one"))
SEEN: Final = Table(
    name="seen",
    columns={"stream": "text", "version": "integer", "records": "integer", "body": "bytes"},
    key=("stream", "version"),
    indexes=(("records",),),
)
NOTES: Final = Table(name="notes", columns={"key": "text", "value": "integer"}, key=("key",))
TABLES: Final = (SEEN, NOTES)
TOTAL: Fold[int] = Fold(name="total", evolve=lambda state, fact: (state or 0) + getattr(fact.event, "records", 0))


class Ticking:
    """A clock that stands still unless it is told otherwise; any thread may read it."""

    def __init__(self, at: int = START) -> None:
        """Start at an instant."""
        self.at = at

    def __call__(self) -> Instant:
        """Give the instant."""
        return Instant(self.at)


def project(recorded: Recorded) -> Iterable[Change]:
    """Give one row a fact."""
    event = recorded.fact.event
    yield Put(
        table=SEEN,
        row={
            "stream": str(recorded.fact.stream),
            "version": recorded.fact.version,
            "records": getattr(event, "records", 0),
            "body": b"row",
        },
    )


def new_stream() -> StreamId:
    """Give a fresh stream."""
    return StreamId(uuid4())


def new_claim(digest: str | None = None) -> Claim:
    """Give a claim nobody holds."""
    return Claim(claim_id=ClaimId(uuid4()), digest=digest)


def draft(records: int = 1, claims: Iterable[Claim] = (), fact_id: UUID | None = None) -> Draft:
    """Give a small fact to be."""
    chosen = fact_id or uuid4()
    return Draft(
        fact_id=FactId(chosen),
        actor=ACTOR,
        correlation=chosen,
        event=FeedRead(
            source="feed",
            jurisdiction=Jurisdiction("FR"),
            read_at=START,
            records=records,
            accepted=0,
            needs_attention=0,
            rejected=0,
        ),
        claims=tuple(claims),
    )


def appending(
    stream: StreamId, *drafts: Draft, expected: int = 0, rows: Iterable[Change] = ()
) -> Work[tuple[Recorded, ...]]:
    """Give a command that appends."""
    kept = tuple(rows)

    def work(unit: Unit, /) -> tuple[Recorded, ...]:
        return unit.append(stream, drafts or (draft(),), expected_version=expected, rows=kept)

    return work


def adding(stream: StreamId, records: int) -> Work[int]:
    """Give a command that reads a stream's total, adds to it, and answers the new total."""

    def work(unit: Unit, /) -> int:
        known = unit.state(stream, TOTAL)
        version, total = known
        unit.append(stream, (draft(records),), expected_version=version)
        return (total or 0) + records

    return work


@contextmanager
def place(store: str, folder: Path) -> Iterator[LedgerSettings]:
    """Lend a place where no ledger is yet; skips, loudly, where there is no PostgreSQL."""
    if store == "sqlite":
        yield LedgerSettings(path=folder / f"ledger-{next(_numbers)}" / "registry.db")
        return
    try:
        server = shared_server()
    except NoServerError as reason:
        pytest.skip(str(reason))
    with server.database() as dsn:
        yield LedgerSettings(dsn=dsn, require_fsync=False)


@contextmanager
def ledger(
    settings: LedgerSettings, *, create: bool = True, clock: Callable[[], Instant] | None = None
) -> Iterator[Ledger]:
    """Lend an open ledger with the tables above, made first unless told not to."""
    if create:
        create_ledger(settings, ledger_id=uuid4(), inception=START, tables=TABLES)
    opened = open_ledger(settings, clock=clock or Ticking(), project=project, tables=TABLES)
    try:
        yield opened
    finally:
        opened.close()


_numbers = count(1)
