"""How fast facts are appended, beside what the store and the engine alone can do on the same machine.

Every case appends facts of one kind to fresh streams with one row beside each, durably (SQLite
`synchronous=FULL`, PostgreSQL with `fsync`). A rate is facts a second. Rates of a shared machine are
to be compared within one run only.
"""

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from time import perf_counter, time_ns
from typing import Any
from uuid import UUID, uuid4

import orjson
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

CALLERS = (1, 8, 64)
_ACTOR = Actor(institution=InstitutionId("bench"), key_id=KeyId("k"))
_ROWS = Table(name="rows", columns={"id": "text", "version": "integer", "body": "text"}, key=("id",))
_BODY = "x" * 40


def raw_insert_floor(path: Path, *, batch: int = 64, total: int = 12_800) -> float:
    """Give facts a second of plain `sqlite3` with the ledger's tables and `batch` facts a transaction."""
    rows = [(uuid4().hex, 1, "feed.read.1", b"x" * 420, number) for number in range(total)]
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for sql in (
            "PRAGMA journal_mode=WAL",
            "PRAGMA synchronous=FULL",
            "PRAGMA wal_autocheckpoint=8000",
            (
                "CREATE TABLE facts (position INTEGER PRIMARY KEY AUTOINCREMENT, stream TEXT, version INTEGER, "
                "topic TEXT, body BLOB, recorded_at INTEGER UNIQUE, UNIQUE (stream, version)) STRICT"
            ),
            "CREATE TABLE seen (id TEXT PRIMARY KEY, version INTEGER, body TEXT) STRICT, WITHOUT ROWID",
        ):
            connection.execute(sql).fetchall()
        begun = perf_counter()
        for start in range(0, total, batch):
            some = rows[start : start + batch]
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "INSERT INTO facts (stream, version, topic, body, recorded_at) VALUES (?,?,?,?,?)", some
            )
            connection.executemany("INSERT INTO seen VALUES (?,?,?)", [(row[0], 1, _BODY) for row in some])
            connection.execute("COMMIT")
        return total / (perf_counter() - begun)


class _Made(Aggregate):
    """An aggregate whose first event is about as large as our fact."""

    def __init__(self, body: str) -> None:
        """Keep the body."""
        self.body = body


def library_save_floor(where: Path | str, callers: int, *, total: int = 3_000) -> float:
    """Give events a second of the engine's own `Application.save`, by a path or a dsn, with no row beside."""
    application: Application[UUID] = Application(env=_environment(where))
    body = "x" * 400

    def save(_number: int) -> None:
        application.save(_Made(body))

    with ThreadPoolExecutor(callers) as threads:
        list(threads.map(save, range(callers)))
        begun = perf_counter()
        list(threads.map(save, range(total)))
        spent = perf_counter() - begun
    application.close()
    return total / spent


def group_commit_rate(settings: LedgerSettings, callers: int, *, total: int = 12_800) -> float:
    """Give facts a second of the ledger, which is made here, with so many callers waiting at once."""
    create_ledger(settings, ledger_id=uuid4(), inception=Instant(0), tables=[_ROWS])
    opened = open_ledger(settings, clock=lambda: Instant(time_ns() // 1000), project=_project, tables=[_ROWS])
    try:
        return asyncio.run(_drive(opened.writer.submit, callers, total))
    finally:
        opened.close()


async def _drive(submit: Any, callers: int, total: int) -> float:  # noqa: ANN401  # the writer's own method
    works = iter([_command() for _ in range(total)])

    async def call() -> None:
        for work in works:
            await submit(work)

    begun = perf_counter()
    await asyncio.gather(*(call() for _ in range(callers)))
    return total / (perf_counter() - begun)


def _command() -> Work[tuple[Recorded, ...]]:
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
    return (Put(table=_ROWS, row={"id": fact.stream.hex, "version": fact.version, "body": _BODY}),)


def _environment(where: Path | str) -> EnvType:
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
        "POSTGRES_MAX_OVERFLOW": "64",
    }


def measure(folder: Path, dsn: str | None = None, other_dsn: str | None = None) -> bytes:
    """Give all rates as JSON. The two databases must be empty; without them PostgreSQL is left out."""
    rates: dict[str, float] = {"sqlite raw, 64 a transaction": raw_insert_floor(folder / "raw.db")}
    for callers in CALLERS:
        total = 12_800 if callers > 1 else 1_500
        rates[f"sqlite library, {callers} callers"] = library_save_floor(folder / f"library-{callers}.db", callers)
        settings = LedgerSettings(path=folder / f"ledger-{callers}" / "registry.db")
        rates[f"sqlite ledger, {callers} callers"] = group_commit_rate(settings, callers, total=total)
    if dsn and other_dsn:
        rates["postgres library, 64 callers"] = library_save_floor(other_dsn, 64, total=1_500)
        rates["postgres ledger, 64 callers"] = group_commit_rate(LedgerSettings(dsn=dsn), 64)
    return orjson.dumps(rates, option=orjson.OPT_INDENT_2)
