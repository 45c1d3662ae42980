"""What the store alone, the engine alone and the ledger alone can do on this machine, to compare the registry with."""

import sqlite3
from contextlib import closing
from pathlib import Path
from time import perf_counter, time_ns
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate
from eventsourcing.utils import EnvType
from psycopg.conninfo import conninfo_to_dict

from registry.events.base import Actor
from registry.events.feed import FeedRead
from registry.ledger.opening import create_ledger, open_ledger
from registry.ledger.port import Draft, Recorded, Unit, Work
from registry.ledger.rows import Change, Put, Table
from registry.ledger.settings import LedgerSettings
from registry.values.identifiers import FactId, InstitutionId, KeyId, StreamId
from registry.values.jurisdiction import Jurisdiction
from registry.values.time import Instant
from scripts.benches._timing import Timing, by_threads

Where = Path | str
"""An SQLite file to make, or the connection string of an empty PostgreSQL database."""
_BODY_BYTES: Final = 420
_ROWS: Final = Table(name="rows", columns={"id": "text", "version": "integer", "body": "text"}, key=("id",))
_ACTOR: Final = Actor(institution=InstitutionId("bench"), key_id=KeyId("k"))
_SQLITE: Final = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA wal_autocheckpoint=8000",
    (
        "CREATE TABLE facts (position INTEGER PRIMARY KEY AUTOINCREMENT, stream TEXT, version INTEGER, "
        "topic TEXT, body BLOB, recorded_at INTEGER UNIQUE, UNIQUE (stream, version)) STRICT"
    ),
    "CREATE TABLE seen (id TEXT PRIMARY KEY, version INTEGER, body TEXT) STRICT, WITHOUT ROWID",
)
_POSTGRES: Final = (
    (
        "CREATE TABLE IF NOT EXISTS facts (position bigserial PRIMARY KEY, stream text, version bigint, "
        "topic text, body bytea, recorded_at bigint UNIQUE, UNIQUE (stream, version))"
    ),
    "CREATE TABLE IF NOT EXISTS seen (id text PRIMARY KEY, version bigint, body text)",
)


def raw(where: Where, *, batch: int, total: int) -> float:
    """Give facts a second of plain inserts, a row beside each, so many facts a transaction, one writer."""
    return _raw_sqlite(where, batch, total) if isinstance(where, Path) else _raw_postgres(where, batch, total)


def _raw_sqlite(path: Path, batch: int, total: int) -> float:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for sql in _SQLITE:
            connection.execute(sql).fetchall()
        begun = perf_counter()
        for some in _batches(batch, total):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "INSERT INTO facts (stream, version, topic, body, recorded_at) VALUES (?,?,?,?,?)", some
            )
            connection.executemany("INSERT INTO seen VALUES (?,?,?)", [(row[0], 1, "x" * 40) for row in some])
            connection.execute("COMMIT")
        return total / (perf_counter() - begun)


def _raw_postgres(dsn: str, batch: int, total: int) -> float:
    with psycopg.connect(dsn, autocommit=True) as connection:
        for sql in _POSTGRES:
            connection.execute(sql.encode())
        connection.execute("TRUNCATE facts, seen")
        begun = perf_counter()
        for some in _batches(batch, total):
            with connection.transaction(), connection.cursor() as cursor:
                columns = [list(cells) for cells in zip(*some, strict=True)]
                cursor.execute(
                    "INSERT INTO facts (stream, version, topic, body, recorded_at) SELECT * FROM "
                    "unnest(%s::text[], %s::bigint[], %s::text[], %s::bytea[], %s::bigint[])",
                    columns,
                )
                bodies = ["x" * 40] * len(some)
                cursor.execute(
                    "INSERT INTO seen SELECT * FROM unnest(%s::text[], %s::bigint[], %s::text[])",
                    [columns[0], columns[1], bodies],
                )
        return total / (perf_counter() - begun)


def _batches(batch: int, total: int) -> list[list[tuple[Any, ...]]]:
    rows = [(uuid4().hex, 1, "feed.read.1", b"x" * _BODY_BYTES, number) for number in range(total)]
    return [rows[start : start + batch] for start in range(0, total, batch)]


class _Made(Aggregate):
    """An aggregate whose first event is about as large as our fact."""

    def __init__(self, body: str) -> None:
        """Keep the body."""
        self.body = body


def library(where: Where, callers: int, total: int) -> Timing:
    """Time the engine's own `Application.save` by so many threads: one event a save, no row beside."""
    application: Application[UUID] = Application(env=_environment(where))
    body = "x" * _BODY_BYTES
    try:
        return by_threads(lambda: application.save(_Made(body)), callers, total)
    finally:
        application.close()


def _environment(where: Where) -> EnvType:
    if isinstance(where, Path):
        return {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(where)}
    parts = conninfo_to_dict(where)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(parts.get("dbname", "")),
        "POSTGRES_HOST": str(parts.get("host", "")),
        "POSTGRES_PORT": str(parts.get("port", "5432")),
        "POSTGRES_USER": str(parts.get("user", "")),
        "POSTGRES_PASSWORD": str(parts.get("password", "")),
        "POSTGRES_MAX_OVERFLOW": "30",
        "POSTGRES_POOL_SIZE": "10",
    }


class Alone:
    """The ledger without the registry: facts with a row beside, nothing sealed, nothing decided."""

    def __init__(self, where: Where) -> None:
        """Make the ledger and open it."""
        settings = LedgerSettings(path=where) if isinstance(where, Path) else LedgerSettings(dsn=where)
        create_ledger(settings, ledger_id=uuid4(), inception=Instant(0), tables=[_ROWS])
        self._ledger = open_ledger(settings, clock=_clock, project=_project, tables=[_ROWS])

    async def append(self) -> None:
        """Append one fact to a stream of its own and wait for its commit."""
        await self._ledger.writer.submit(_work())

    def close(self) -> None:
        """Close the ledger."""
        self._ledger.close()


def _work() -> Work[tuple[Recorded, ...]]:
    stream, fact_id = StreamId(uuid4()), FactId(uuid4())
    event = FeedRead(
        source="bench" * 20,
        jurisdiction=Jurisdiction("FR"),
        read_at=Instant(0),
        records=1,
        accepted=1,
        needs_attention=0,
        rejected=0,
    )
    drafts = (Draft(fact_id=fact_id, actor=_ACTOR, correlation=fact_id, event=event),)

    def work(unit: Unit, /) -> tuple[Recorded, ...]:
        return unit.append(stream, drafts, expected_version=0)

    return work


def _project(recorded: Recorded) -> tuple[Change, ...]:
    fact = recorded.fact
    return (Put(table=_ROWS, row={"id": fact.stream.hex, "version": fact.version, "body": "x" * 40}),)


def _clock() -> Instant:
    return Instant(time_ns() // 1000)
