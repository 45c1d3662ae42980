"""The ledger on PostgreSQL: the engine's recorder on a table of our own, its connections and settings.

Connections are made and asserted here: a server that would lose what it acknowledges is refused,
and a warning during COMMIT (a replica did not get it) counts as a failure.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import psycopg
from eventsourcing.persistence import InterfaceError, OperationalError, StoredEvent
from eventsourcing.postgres import PgStoredEvent, PostgresDatastore, PostgresProcessRecorder
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row, tuple_row
from psycopg.sql import SQL, Identifier

from registry.errors import LedgerError, NotDurable
from registry.ledger.settings import LedgerSettings
from registry.ledger.store import StoreBroken

_DURABLE_COMMITS: Final = frozenset({"on", "remote_apply"})
LOCK_KEY: Final = int.from_bytes(sha256(b"protective-order-registry/ledger").digest()[:8], "big", signed=True)
"""The advisory lock that fences writing processes of one database from one another."""
LEDGER_DDL: Final = (
    (
        "CREATE TABLE claim (claim_id bytea PRIMARY KEY, digest text, stream bytea NOT NULL, version bigint NOT NULL, "
        "position bigint NOT NULL, fact_id bytea NOT NULL)"
    ),
    "CREATE TABLE meta (name text PRIMARY KEY, value text NOT NULL)",
    (
        "CREATE FUNCTION facts_stay() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'facts are not changed or deleted'; END $$"
    ),
    (
        "CREATE TRIGGER stored_events_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON stored_events "
        "FOR EACH STATEMENT EXECUTE FUNCTION facts_stay()"
    ),
)


def connect(settings: LedgerSettings, *, read_only: bool = False) -> psycopg.Connection[tuple[Any, ...]]:
    """Open a connection in autocommit and assert its settings; raises `NotDurable`, `StoreBroken`."""
    try:
        connection = psycopg.connect(
            settings.dsn or "", autocommit=True, connect_timeout=5, row_factory=tuple_row, client_encoding="UTF8"
        )
    except (psycopg.Error, OSError):
        raise StoreBroken from None
    try:
        _configure(connection, settings)
        if read_only:
            connection.execute("SET default_transaction_read_only = on")
        else:
            assert_durable(connection, require_fsync=settings.require_fsync)
    except psycopg.Error:
        connection.close()
        raise StoreBroken from None
    except BaseException:
        connection.close()
        raise
    return connection


def _configure(connection: psycopg.Connection[Any], settings: LedgerSettings) -> None:
    """Bound every wait, and keep names from meaning something else."""
    milliseconds = int(settings.lock_timeout_milliseconds)
    connection.execute(
        "SELECT set_config('lock_timeout', %s, false), set_config('idle_in_transaction_session_timeout', %s, false), "
        "set_config('statement_timeout', %s, false)",
        (f"{milliseconds}ms", "60s", f"{max(60_000, 4 * milliseconds)}ms"),
    )


def assert_durable(connection: psycopg.Connection[Any], *, require_fsync: bool = True) -> None:
    """Raise `NotDurable`, naming the setting, unless what is acknowledged is kept, here and on replicas."""
    found = connection.execute(
        "SELECT current_setting('synchronous_commit'), current_setting('fsync'), "
        "current_setting('full_page_writes'), current_setting('server_encoding'), pg_is_in_recovery()"
    ).fetchone()
    if found is None:
        raise StoreBroken
    commits, fsync, full_page_writes, encoding, in_recovery = found
    if commits not in _DURABLE_COMMITS:
        raise NotDurable("PostgreSQL runs with another synchronous_commit than on or remote_apply")
    if require_fsync and (fsync != "on" or full_page_writes != "on"):
        raise NotDurable("PostgreSQL runs without fsync or full_page_writes")
    if encoding != "UTF8":
        raise LedgerError("the database does not speak UTF8")
    if in_recovery:
        raise LedgerError("this server is a replica; the ledger is written on the primary")


class LedgerDatastore(PostgresDatastore):
    """The engine's datastore with our connection string, and without its database functions.

    Those functions insert without the writers' lock, so that readers miss facts for ever, and they
    leave out tracking: whoever asks for them does not get a ledger.
    """

    def __init__(self, settings: LedgerSettings, *, enable_db_functions: bool = False) -> None:
        """Take the settings; the pool opens at first use."""
        if enable_db_functions:
            raise NotDurable("database functions lose facts; the ledger does not run with them")
        super().__init__(dbname="", host="", port="", user="", password="", pool_size=0, max_overflow=8, max_waiting=64)
        self.pool.kwargs = {**conninfo_to_dict(settings.dsn or ""), "row_factory": dict_row}
        self._settings = settings

    def after_connect_func(self) -> Callable[[psycopg.Connection[Any]], None]:
        """Put each pooled connection in autocommit with bounded waits."""

        def after_connect(connection: psycopg.Connection[Any]) -> None:
            connection.autocommit = True
            connection.execute("SET idle_in_transaction_session_timeout = '60s'")
            connection.execute("SET lock_timeout = '5s'")

        return after_connect


class LedgerRecorder(PostgresProcessRecorder):
    """The engine's recorder on our table, fenced by an advisory lock, never sending an insert twice.

    The engine locks the whole table, so that a maintenance command stops all writing and is stopped
    by it; and it repeats an insert whose answer was lost, so that a stored fact comes back as a
    conflict. Here the advisory lock orders writers alone, and a lost answer is an operational error.
    """

    def __init__(self, datastore: PostgresDatastore, *, events_table_name: str = "stored_events") -> None:
        """Take the datastore."""
        super().__init__(datastore, events_table_name=events_table_name)
        schema, table = Identifier(datastore.schema), Identifier(events_table_name)
        self.sql_create_statements[self.create_table_statement_index] = SQL(
            "CREATE TABLE {schema}.{table} ("
            "notification_id bigserial PRIMARY KEY, originator_id {kind} NOT NULL, originator_version bigint NOT NULL, "
            "topic text NOT NULL, state bytea NOT NULL, recorded_at bigint NOT NULL UNIQUE, "
            "UNIQUE (originator_id, originator_version))"
        ).format(schema=schema, table=table, kind=Identifier(datastore.originator_id_type))
        self.sql_create_statements = [sql for sql in self.sql_create_statements if not _is_replaced(sql.as_string())]
        self.insert_events_statement = SQL(
            "INSERT INTO {schema}.{table} (originator_id, originator_version, topic, state, recorded_at) "
            "SELECT originator_id, originator_version, topic, state, "
            "coalesce((SELECT max(recorded_at) FROM {schema}.{table}), 0) + ordinality "
            "FROM unnest(%s::{schema}.{kind}[]) WITH ORDINALITY RETURNING notification_id"
        ).format(schema=schema, table=table, kind=Identifier(self.stored_event_type_name))
        self.lock_table_statements = [SQL("SELECT pg_advisory_xact_lock({0})").format(LOCK_KEY)]

    def construct_pg_stored_event(
        self, originator_id: UUID | str, originator_version: int, topic: str, state: bytes
    ) -> PgStoredEvent:
        """Make the composite value; its type is looked up now if the table was made after we were."""
        if self.stored_event_type_name not in self.datastore.psycopg_python_types:
            self.datastore.register_type_adapters()
        return super().construct_pg_stored_event(originator_id, originator_version, topic, state)

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:  # noqa: ANN401  # the engine's signature
        """Insert as the engine does, once: an answer that is lost is not asked for again."""
        insert: Callable[..., Sequence[int] | None] = (
            PostgresProcessRecorder.insert_events.__wrapped__
        )  # the engine's function without its repetition
        try:
            return insert(self, stored_events, **kwargs)
        except (InterfaceError, OperationalError) as fault:
            raise OperationalError("it is open whether this was stored") from fault


def _is_replaced(sql: str) -> bool:
    """Say whether we have our own for what the engine would create: its function, its second index."""
    return "CREATE OR REPLACE FUNCTION" in sql or "CREATE UNIQUE INDEX" in sql
