"""The writer's session on PostgreSQL."""

from collections.abc import Mapping, Sequence
from threading import Event
from typing import Any, Final

import psycopg

from registry.ledger.codec import StoredFact
from registry.ledger.port import Held
from registry.ledger.postgres import LOCK_KEY, connect
from registry.ledger.postgres_reads import faults
from registry.ledger.rows import Cell, Table
from registry.ledger.settings import LedgerSettings
from registry.ledger.store import (
    Pending,
    Rows,
    Start,
    StatementRejected,
    StoreBroken,
    held,
    must_find,
    named,
    stored_fact,
)
from registry.ledger.tables import Statements, Step
from registry.values.identifiers import ClaimId, StreamId

_FACT: Final = "notification_id, originator_id, originator_version, topic, state, recorded_at"
_INSERT_FACTS: Final = (
    f"INSERT INTO stored_events ({_FACT}) "  # noqa: S608  # constants
    "SELECT * FROM unnest(%s::bigint[], %s::uuid[], %s::bigint[], %s::text[], %s::bytea[], %s::bigint[])"
)
_INSERT_CLAIMS: Final = (
    "INSERT INTO claim (claim_id, digest, stream, version, position, fact_id) "
    "SELECT * FROM unnest(%s::bytea[], %s::text[], %s::bytea[], %s::bigint[], %s::bigint[], %s::bytea[])"
)
_START: Final = (
    "SELECT nextval(pg_get_serial_sequence('stored_events', 'notification_id')), "
    "coalesce((SELECT max(notification_id) FROM stored_events), 0), "
    "coalesce((SELECT max(recorded_at) FROM stored_events), 0)"
)
_BURN: Final = "SELECT setval(pg_get_serial_sequence('stored_events', 'notification_id'), %s)"
_TOUCH: Final = (
    "INSERT INTO meta (name, value) VALUES ('touched', '1') "
    "ON CONFLICT (name) DO UPDATE SET value = (meta.value::bigint + 1)::text"
)
_MOST_NAMED: Final = 10_000
_RESOLVE_ATTEMPTS: Final = 40
_RESOLVE_PAUSE_SECONDS: Final = 0.25


class PostgresSession:
    """The writer's connection; see `store.Session`."""

    checks_claims_late = True

    def __init__(self, settings: LedgerSettings) -> None:
        """Take the settings; the connection is made by the thread that writes."""
        self._settings = settings
        self._statements = Statements("postgres")
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = None
        self._head: int | None = None
        """The newest position of which the cache of this process knows; None: it knows of none."""
        self._written: int | None = None
        self._warned = False
        self._pause = Event()

    def begin(self) -> Start:
        """Begin, take the writers' lock, and see what other processes have written meanwhile."""
        if self._connection is None or self._connection.closed:
            self._connection = connect(self._settings)
            self._connection.add_notice_handler(self._notice)
        connection = self._connection
        with faults():
            with connection.pipeline(), connection.cursor() as cursor:
                cursor.execute("BEGIN")
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK_KEY,))
                # A statement of its own: its snapshot must be taken after the lock, not before.
                cursor.execute(_START)
                found = cursor.fetchone()
            if found is None:
                raise StoreBroken
            next_number, head, last_recorded_at = found
            elsewhere = self._written_elsewhere(head)
            self._head, self._written = head, None
            return Start(
                next_position=max(next_number, head + 1), last_recorded_at=last_recorded_at, written_elsewhere=elsewhere
            )

    def savepoint(self) -> None:
        """Mark where one command begins."""
        self._run("SAVEPOINT command")

    def release(self) -> None:
        """Keep what was written since the mark."""
        self._run("RELEASE command")

    def undo(self) -> None:
        """Undo what was written since the mark, and the mark."""
        self._run("ROLLBACK TO command")
        self._run("RELEASE command")

    def write(self, pending: Pending) -> None:
        """Write facts, claims and rows in one round trip.

        A plain INSERT: a row that is there already is an error and undoes the batch. `DO NOTHING`
        would report success for a fact that is absent, unless every caller counted.
        """
        with faults():
            connection = self._open()
            looked: list[tuple[Step, psycopg.Cursor[tuple[Any, ...]]]] = []
            with connection.pipeline(), connection.cursor() as cursor:
                if pending.facts:
                    cursor.execute(_BURN, (pending.facts[-1][0],))
                    cursor.execute(_INSERT_FACTS, _columns(pending.facts), prepare=True)
                    self._written = pending.facts[-1][0]
                if pending.claims:
                    cursor.execute(_INSERT_CLAIMS, _columns([_claim_row(claim) for claim in pending.claims]))
                for step in self._statements.steps(pending.changes):
                    for parameters in step.parameters:
                        if step.must_find is None:
                            cursor.execute(step.sql.encode(), parameters, prepare=True)
                        else:
                            # A cursor of its own: its answer is read when all have been sent.
                            looking = connection.execute(step.sql.encode(), parameters, prepare=True)
                            looked.append((step, looking))
            for step, looking in looked:
                must_find(step, looking.fetchone())

    def commit(self) -> None:
        """Commit; a warning while doing so (no replica has it) is a failure."""
        with faults():
            self._commit()

    def rollback(self) -> None:
        """Undo all; a connection that cannot is thrown away."""
        connection = self._connection
        if connection is None:
            return
        try:
            if connection.closed or connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                connection.execute("ROLLBACK")
        except psycopg.Error:
            self.close()

    def resolve(self, last: StoredFact) -> bool:
        """Say, on a new connection, whether this fact is stored and durable.

        The writers' lock comes first: while it cannot be had, the old transaction may still commit.
        Then a small write of our own must commit without a warning; whatever came before it in
        the server's log is then where it belongs, replicas included.
        """
        for _ in range(_RESOLVE_ATTEMPTS):
            self.close()
            try:
                self.begin()
                found = self._all(f"SELECT {_FACT} FROM stored_events WHERE notification_id = %s", (last[0],))  # noqa: S608  # constants
                stored = bool(found) and stored_fact(found[0]) == last
                if stored:
                    self._run(_TOUCH)
                    self.commit()
            except (StatementRejected, StoreBroken):
                self._pause.wait(_RESOLVE_PAUSE_SECONDS)
                continue
            finally:
                self.rollback()
            return stored
        raise StoreBroken("in-doubt")

    def version(self, stream: StreamId) -> int:
        """Give the version of a stream."""
        found = self._all("SELECT max(originator_version) FROM stored_events WHERE originator_id = %s", (stream,))
        return found[0][0] or 0

    def facts(self, stream: StreamId, upto_version: int | None) -> list[StoredFact]:
        """Give a stream's facts in order, up to and including a version."""
        sql = f"SELECT {_FACT} FROM stored_events WHERE originator_id = %s AND originator_version <= %s"  # noqa: S608  # constants
        upto = 2**62 if upto_version is None else upto_version
        found = self._all(sql + " ORDER BY originator_version", (stream, upto))
        return [stored_fact(cells) for cells in found]

    def holder(self, claim_id: ClaimId) -> Held | None:
        """Say who holds a claim."""
        found = self._all(
            "SELECT digest, stream, version, position, fact_id FROM claim WHERE claim_id = %s", (claim_id.bytes,)
        )
        return held(claim_id, found[0]) if found else None

    def rows(self, table: Table, where: Mapping[str, Cell]) -> Rows:
        """Give rows as this transaction sees them."""
        query = self._statements.select(table, where)
        return named(query, self._all(query.sql, query.parameters))

    def close(self) -> None:
        """Give the connection up; an open transaction is undone by the server."""
        connection, self._connection = self._connection, None
        self._head = None
        if connection is not None:
            connection.close()

    def _commit(self) -> None:
        connection = self._open()
        self._warned = False
        cursor = connection.execute("COMMIT")
        if self._warned:
            self.close()
            raise StoreBroken("not-replicated")
        if cursor.statusmessage != "COMMIT":
            raise StoreBroken  # the server answers COMMIT of a failed transaction with ROLLBACK
        self._head = self._written or self._head

    def _notice(self, diagnostic: psycopg.errors.Diagnostic) -> None:
        # The words of the warning depend on the server's language; that it is a warning does not.
        if diagnostic.severity_nonlocalized == "WARNING":
            self._warned = True

    def _written_elsewhere(self, head: int) -> Sequence[StreamId] | None:
        if self._head == head:
            return ()
        if self._head is None:
            return None
        found = self._all(
            "SELECT DISTINCT originator_id FROM stored_events WHERE notification_id > %s LIMIT %s",
            (self._head, _MOST_NAMED + 1),
        )
        return None if len(found) > _MOST_NAMED else [cells[0] for cells in found]

    def _open(self) -> psycopg.Connection[tuple[Any, ...]]:
        if self._connection is None:
            raise StoreBroken
        return self._connection

    def _run(self, sql: str) -> None:
        with faults():
            self._open().execute(sql.encode())

    def _all(self, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        with faults():
            return self._open().execute(sql.encode(), parameters, prepare=True).fetchall()


def _columns(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [list(cells) for cells in zip(*rows, strict=True)]


def _claim_row(claim: Held) -> tuple[Any, ...]:
    return (
        claim.claim_id.bytes,
        claim.digest,
        claim.stream.bytes,
        claim.version,
        claim.position,
        claim.fact_id.bytes,
    )
