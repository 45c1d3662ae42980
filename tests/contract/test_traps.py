"""What goes wrong with the engine used as it comes, and does not here: sixteen traps and the store's pitfalls.

Numbers are those of docs/explanation's list of traps of `eventsourcing` 9.5.6. Where a trap is in a
part we do not use, the test holds us to not using it.
"""

import ast
import asyncio
import importlib.metadata
import sqlite3
import stat
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Thread
from uuid import uuid4

import psycopg
import pytest

from registry.errors import LedgerError, NoLedger, NotDurable, Unavailable, UnknownTopic, Unreadable
from registry.ledger import postgres, postgres_session, sqlite
from registry.ledger.opening import Ledger, create_ledger, open_ledger, open_reader
from registry.ledger.settings import LedgerSettings
from registry.ledger.store import StoreBroken
from registry.values.identifiers import Position
from tests.ledgers import (
    NOTES,
    START,
    STORES,
    TABLES,
    Ticking,
    adding,
    appending,
    draft,
    ledger,
    new_claim,
    new_stream,
    place,
    project,
)
from tests.servers import postgres as run_postgres

ENGINE_DOOR = Path(__file__).parents[2] / "registry"


@pytest.fixture(params=STORES)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LedgerSettings]:
    with place(request.param, tmp_path) as found:
        yield found


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[LedgerSettings]:
    with place("sqlite", tmp_path) as found:
        yield found


@pytest.fixture
def on_postgres(tmp_path: Path) -> Iterator[LedgerSettings]:
    with place("postgres", tmp_path) as found:
        yield found


def positions(opened: Ledger) -> list[int]:
    return [each.position for each in opened.reader.after(Position(0), limit=10_000)]


def imported_from_the_engine() -> set[str]:
    """Give the modules and names of the engine that the registry imports, by reading its source."""
    found: set[str] = set()
    for path in ENGINE_DOOR.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("eventsourcing"):
                found |= {f"{node.module}.{name.name}" for name in node.names}
                assert path.parent.name == "ledger"
            if isinstance(node, ast.Import):
                assert not any(name.name.startswith("eventsourcing") for name in node.names)
    return found


# --- the sixteen


def test_01_database_functions_are_refused(on_postgres: LedgerSettings) -> None:
    with pytest.raises(NotDurable):
        postgres.LedgerDatastore(on_postgres, enable_db_functions=True)
    with ledger(on_postgres), psycopg.connect(on_postgres.dsn or "") as connection:
        made = connection.execute("SELECT proname FROM pg_proc WHERE proname LIKE 'es_insert%'").fetchall()
    assert made == []


def test_01_a_tailing_reader_misses_nothing_of_four_writing_processes_worth_of_writers(
    on_postgres: LedgerSettings,
) -> None:
    create_ledger(on_postgres, ledger_id=uuid4(), inception=START, tables=TABLES)
    writers = [open_ledger(on_postgres, clock=Ticking(), project=project, tables=TABLES) for _ in range(4)]
    reader = open_reader(on_postgres)
    seen: list[int] = []
    wanted = 4 * 60

    def tail() -> None:
        deadline = time.monotonic() + 30
        while len(seen) < wanted and time.monotonic() < deadline:
            facts = reader.after(Position(seen[-1] if seen else 0), limit=100)
            seen.extend(each.position for each in facts)

    tailing = Thread(target=tail)
    tailing.start()
    with ThreadPoolExecutor(16) as callers:
        done = [callers.submit(writers[n % 4].writer.perform, appending(new_stream())) for n in range(wanted)]
        acknowledged = sorted(each.result()[0].position for each in done)
    tailing.join()
    assert seen == acknowledged
    facts = reader.after(Position(0), limit=1000)
    assert [each.fact.recorded_at for each in facts] == sorted({each.fact.recorded_at for each in facts})
    reader.close()
    for opened in writers:
        opened.close()


def test_02_and_04_the_dcb_recorders_are_not_used() -> None:
    assert not any(".dcb" in name for name in imported_from_the_engine())


def test_03_tracking_is_recorded_with_the_facts_and_a_repetition_is_refused(on_postgres: LedgerSettings) -> None:
    from eventsourcing.persistence import IntegrityError, StoredEvent, Tracking  # noqa: PLC0415  # for this trap alone

    with closing(postgres.LedgerDatastore(on_postgres)) as datastore:
        recorder = postgres.LedgerRecorder(datastore)
        recorder.create_table()
        event = StoredEvent(originator_id=uuid4(), originator_version=1, topic="t", state=b"s")
        recorder.insert_events([event], tracking=Tracking("upstream", 1))
        assert recorder.max_tracking_id("upstream") == 1
        other = StoredEvent(originator_id=uuid4(), originator_version=1, topic="t", state=b"s")
        with pytest.raises(IntegrityError):
            recorder.insert_events([other], tracking=Tracking("upstream", 1))
        assert recorder.max_notification_id() == 1


def test_05_06_07_08_a_reader_polls_and_relies_on_no_subscription(settings: LedgerSettings) -> None:
    assert not any("Subscription" in name or "Runner" in name for name in imported_from_the_engine())
    with ledger(settings) as opened:
        # A reader of another process: nothing in this process wakes it.
        elsewhere = open_reader(settings)
        heads: list[int] = []
        waiting = Thread(target=lambda: heads.append(elsewhere.wait_changed(Position(0), timeout=20)))
        waiting.start()
        (recorded,) = opened.writer.perform(appending(new_stream()))
        waiting.join(20)
        assert heads == [recorded.position]
        # Committed before anybody waited: seen at once, not with the next fact.
        assert elsewhere.wait_changed(Position(0), timeout=20) == recorded.position
        elsewhere.close()


def test_07_a_reader_whose_connections_were_killed_reads_on(on_postgres: LedgerSettings) -> None:
    with ledger(on_postgres) as opened:
        opened.writer.perform(appending(new_stream()))
        assert opened.reader.head() > 0
        kill_backends(on_postgres)
        assert opened.reader.head() > 0


def test_09_only_the_explicit_step_makes_tables_and_of_four_at_once_one_does(settings: LedgerSettings) -> None:
    with pytest.raises(NoLedger):
        open_ledger(settings, clock=Ticking(), tables=TABLES)
    with pytest.raises(NoLedger):
        open_reader(settings)

    def create() -> str:
        try:
            create_ledger(settings, ledger_id=uuid4(), inception=START, tables=TABLES)
        except LedgerError:
            return "told"
        return "made"

    with ThreadPoolExecutor(4) as callers:
        outcomes = sorted(each.result() for each in [callers.submit(create) for _ in range(4)])
    assert outcomes == ["made", "told", "told", "told"]
    if settings.path is None:
        workers = [open_ledger(settings, clock=Ticking(), project=project, tables=TABLES) for _ in range(4)]
        for opened in workers:
            opened.close()


def test_10_and_12_the_cache_holds_what_is_committed_and_nothing_of_what_failed(settings: LedgerSettings) -> None:
    stream = new_stream()
    with ledger(settings) as opened:
        assert [opened.writer.perform(adding(stream, 1)) for _ in range(5)] == [1, 2, 3, 4, 5]
        with pytest.raises(ZeroDivisionError):
            opened.writer.perform(lambda unit: (adding(stream, 100)(unit), 1 // 0))
        assert opened.writer.perform(adding(stream, 1)) == 6


def test_11_facts_written_by_another_process_are_not_hidden_by_the_cache(on_postgres: LedgerSettings) -> None:
    stream = new_stream()
    with ledger(on_postgres) as one, ledger(on_postgres, create=False) as other:
        totals = [opened.writer.perform(adding(stream, 1)) for opened in (one, other, one, one, other, other, one)]
        assert totals == [1, 2, 3, 4, 5, 6, 7]


def test_13_a_commit_whose_answer_is_lost_is_reported_as_what_it_was(on_postgres: LedgerSettings) -> None:
    class Deaf(postgres_session.PostgresSession):
        """Commits, and then hears nothing of it; once."""

        deaf = True

        def _commit(self) -> None:
            super()._commit()
            if self.deaf:
                self.deaf = False
                raise StoreBroken

    with ledger(on_postgres) as opened:
        session = opened.writer._tools.session  # noqa: SLF001  # planting the fault
        session.__class__ = Deaf
        claim, stream = new_claim(), new_stream()
        (recorded,) = opened.writer.perform(appending(stream, draft(claims=[claim])))
        assert opened.reader.stream(stream) == (recorded,)
        assert opened.writer.perform(adding(stream, 1)) == 2


def test_13_a_commit_that_did_not_happen_is_not_reported_as_done(settings: LedgerSettings) -> None:
    with ledger(settings) as opened:
        opened.writer.perform(appending(new_stream()))
        session = opened.writer._tools.session  # noqa: SLF001  # planting the fault
        whole = type(session)

        class Broken(whole):  # type: ignore[misc,valid-type]  # either store's session
            """Loses its connection instead of committing; once."""

            def commit(self) -> None:
                session.__class__ = whole
                self.close()
                raise StoreBroken

        session.__class__ = Broken
        stream = new_stream()
        with pytest.raises(Unavailable):
            opened.writer.perform(appending(stream))
        assert opened.reader.stream(stream) == ()
        assert opened.writer.perform(adding(stream, 1)) == 1


def test_13_the_recorder_does_not_send_an_insert_twice() -> None:
    assert not hasattr(postgres.LedgerRecorder.insert_events, "__wrapped__")


def test_14_the_engine_is_the_one_that_was_measured() -> None:
    major, minor, *_ = importlib.metadata.version("eventsourcing").split(".")
    assert (major, minor) == ("9", "5")


def test_15_a_second_writing_process_is_refused(on_sqlite: LedgerSettings) -> None:
    with ledger(on_sqlite), pytest.raises(LedgerError):
        open_ledger(on_sqlite, clock=Ticking(), project=project, tables=TABLES)
    with ledger(on_sqlite, create=False):
        pass


def test_16_a_position_is_never_used_twice(on_sqlite: LedgerSettings) -> None:
    with ledger(on_sqlite) as opened:
        for _ in range(3):
            opened.writer.perform(appending(new_stream()))
    with closing(sqlite3.connect(str(on_sqlite.path), isolation_level=None)) as connection:
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute("DELETE FROM stored_events WHERE position = 3")
        connection.execute("DROP TRIGGER stored_events_are_not_deleted")
        connection.execute("DELETE FROM stored_events WHERE position = 3")
        connection.execute("VACUUM")
    with ledger(on_sqlite, create=False) as opened:
        opened.writer.perform(appending(new_stream()))
        assert positions(opened) == [1, 2, 4]


def test_16_positions_survive_a_dump_and_a_restore(on_sqlite: LedgerSettings, tmp_path: Path) -> None:
    with ledger(on_sqlite) as opened:
        for _ in range(3):
            opened.writer.perform(appending(new_stream()))
        before = positions(opened)
    with closing(sqlite3.connect(str(on_sqlite.path))) as source, closing(sqlite3.connect(tmp_path / "copy")) as copy:
        copy.executescript("\n".join(source.iterdump()))
        assert [row[0] for row in copy.execute("SELECT position FROM stored_events ORDER BY 1")] == before


# --- the store's pitfalls


def test_facts_are_not_changed_or_deleted_by_anybody(settings: LedgerSettings) -> None:
    with ledger(settings) as opened:
        opened.writer.perform(appending(new_stream()))
    for sql in ("UPDATE stored_events SET topic = 'x'", "DELETE FROM stored_events"):
        if settings.path is not None:
            with closing(sqlite3.connect(settings.path)) as connection, pytest.raises(sqlite3.IntegrityError):
                connection.execute(sql)
        else:
            with psycopg.connect(settings.dsn or "") as server, pytest.raises(psycopg.errors.RaiseException):
                server.execute(sql.encode())


@pytest.mark.parametrize("name", sorted(sqlite.REQUIRED))
def test_a_setting_that_would_lose_or_leak_is_noticed_at_start(
    name: str, on_sqlite: LedgerSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ledger(on_sqlite):
        pass
    weaker = {"journal_mode": "DELETE", "synchronous": "NORMAL", "journal_size_limit": "-1", "trusted_schema": "ON"}
    monkeypatch.setitem(sqlite.SETTINGS, name, weaker.get(name, "OFF"))
    with pytest.raises(NotDurable):
        open_ledger(on_sqlite, clock=Ticking(), project=project, tables=TABLES)


def test_a_store_in_memory_is_no_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NoLedger):
        open_ledger(LedgerSettings(path=Path(":memory:")), clock=Ticking())


def test_the_files_of_a_ledger_are_for_its_owner_alone(on_sqlite: LedgerSettings) -> None:
    assert on_sqlite.path is not None
    with ledger(on_sqlite) as opened:
        opened.writer.perform(appending(new_stream()))
        found = sorted(on_sqlite.path.parent.iterdir())
        assert {path.suffix for path in found} == {".db", ".db-wal", ".db-shm", ".lock"}
        assert {stat.S_IMODE(path.stat().st_mode) for path in found} == {0o600}
        assert stat.S_IMODE(on_sqlite.path.parent.stat().st_mode) == 0o700


def test_many_readers_do_not_stop_the_writer_for_good(settings: LedgerSettings) -> None:
    with ledger(settings) as opened, ThreadPoolExecutor(30) as readers:
        busy = [readers.submit(opened.reader.after, Position(0), limit=100) for _ in range(300)]
        for _ in range(10):
            opened.writer.perform(appending(new_stream()))
        assert all(each.result() is not None for each in busy)
        assert len(positions(opened)) == 10


def test_bytes_moved_to_another_row_are_noticed(on_sqlite: LedgerSettings) -> None:
    one, other = new_stream(), new_stream()
    with ledger(on_sqlite) as opened:
        opened.writer.perform(appending(one))
        opened.writer.perform(appending(other))
    tamper(
        on_sqlite,
        "UPDATE stored_events SET state = (SELECT state FROM stored_events WHERE position = 2) WHERE position = 1",
    )
    with ledger(on_sqlite, create=False) as opened:
        with pytest.raises(Unreadable):
            opened.reader.stream(one)
        assert len(opened.reader.stream(other)) == 1


def test_a_topic_that_names_a_module_imports_nothing(on_sqlite: LedgerSettings) -> None:
    stream = new_stream()
    with ledger(on_sqlite) as opened:
        opened.writer.perform(appending(stream))
    tamper(on_sqlite, "UPDATE stored_events SET topic = 'antigravity:fly'")
    with ledger(on_sqlite, create=False) as opened:
        with pytest.raises(UnknownTopic):
            opened.reader.stream(stream)
        with pytest.raises(UnknownTopic):
            opened.writer.perform(adding(stream, 1))
        assert len(opened.writer.perform(appending(new_stream()))) == 1


def test_an_empty_ledger_has_head_zero(settings: LedgerSettings) -> None:
    with ledger(settings) as opened:
        assert opened.reader.head() == 0
        assert opened.reader.position_at(START) == 0
        assert opened.reader.after(Position(0), limit=5) == ()


def test_a_locked_file_makes_the_writer_unavailable_and_not_dead(
    on_sqlite: LedgerSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sqlite.SETTINGS, "busy_timeout", "50")
    with ledger(on_sqlite) as opened:
        opened.writer.perform(appending(new_stream()))
        with closing(sqlite3.connect(str(on_sqlite.path), isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            with pytest.raises(Unavailable):
                opened.writer.perform(appending(new_stream()))
        assert len(opened.writer.perform(appending(new_stream()))) == 1


def test_a_held_writers_lock_makes_the_writer_unavailable_and_not_dead(on_postgres: LedgerSettings) -> None:
    hurried = LedgerSettings(dsn=on_postgres.dsn, require_fsync=False, lock_timeout_milliseconds=100)
    with ledger(hurried) as opened:
        with psycopg.connect(on_postgres.dsn or "") as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (postgres.LOCK_KEY,))
            with pytest.raises(Unavailable):
                opened.writer.perform(appending(new_stream()))
        assert len(opened.writer.perform(appending(new_stream()))) == 1


def test_vacuum_and_analyze_do_not_stop_the_writer(on_postgres: LedgerSettings) -> None:
    with ledger(on_postgres) as opened, psycopg.connect(on_postgres.dsn or "") as connection:
        connection.execute("LOCK TABLE stored_events IN SHARE UPDATE EXCLUSIVE MODE")
        assert len(opened.writer.perform(appending(new_stream()))) == 1


def test_killed_connections_lose_nothing_that_was_acknowledged(on_postgres: LedgerSettings) -> None:
    with ledger(on_postgres) as opened:
        acknowledged: list[int] = []
        for number in range(30):
            if number % 3 == 0:
                kill_backends(on_postgres)
            try:
                acknowledged += [each.position for each in opened.writer.perform(appending(new_stream()))]
            except Unavailable:
                continue
        assert set(acknowledged) <= set(positions(opened))
        assert len(acknowledged) >= 15
        assert len(positions(opened)) == len(acknowledged)


@pytest.mark.parametrize("mode", ["off", "local", "remote_write"])
def test_a_server_that_does_not_wait_for_the_disk_or_the_replica_is_refused(
    mode: str, on_postgres: LedgerSettings
) -> None:
    with ledger(on_postgres):
        pass
    weak = LedgerSettings(dsn=f"{on_postgres.dsn} options='-c synchronous_commit={mode}'", require_fsync=False)
    with pytest.raises(NotDurable):
        open_ledger(weak, clock=Ticking(), project=project, tables=TABLES)


def test_a_server_without_fsync_is_refused_unless_it_is_a_test(on_postgres: LedgerSettings) -> None:
    with ledger(on_postgres):
        pass
    with pytest.raises(NotDurable):
        open_ledger(LedgerSettings(dsn=on_postgres.dsn), clock=Ticking(), project=project, tables=TABLES)


def test_a_commit_that_no_replica_confirmed_is_not_acknowledged(on_postgres: LedgerSettings) -> None:
    """The server waits for a replica that does not exist; the wait is cancelled; the engine would say it was stored."""
    del on_postgres  # only its reason to skip
    with run_postgres() as server, server.database() as dsn:
        there = LedgerSettings(dsn=dsn, require_fsync=False)
        stream, later = new_stream(), new_stream()
        with ledger(there) as opened:
            opened.writer.perform(appending(new_stream()))
            server.execute("ALTER SYSTEM SET synchronous_standby_names = 'absent'")
            server.execute("SELECT pg_reload_conf()")
            answered: list[object] = []

            def write() -> None:
                try:
                    answered.append(opened.writer.perform(appending(stream), timeout=60))
                except Unavailable as reason:
                    answered.append(reason)

            writing = Thread(target=write)
            writing.start()
            cancel_waiting(server.maintenance, until=lambda: bool(answered))
            writing.join(60)
            server.execute("ALTER SYSTEM RESET synchronous_standby_names")
            server.execute("SELECT pg_reload_conf()")
            assert [type(each) for each in answered] == [Unavailable]
            assert len(opened.writer.perform(appending(later))) == 1


def kill_backends(settings: LedgerSettings) -> None:
    """Terminate every other connection of the database."""
    with psycopg.connect(settings.dsn or "", autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def cancel_waiting(dsn: str, *, until: object) -> None:
    """Cancel each wait for a replica, until told that it is enough."""
    assert callable(until)
    deadline = time.monotonic() + 60
    with psycopg.connect(dsn, autocommit=True) as connection:
        while not until() and time.monotonic() < deadline:
            connection.execute("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
            connection.execute("SELECT pg_sleep(0.01)")


def tamper(settings: LedgerSettings, sql: str) -> None:
    """Change a fact behind the ledger's back."""
    with closing(sqlite3.connect(str(settings.path), isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER stored_events_are_not_changed")
        connection.execute(sql)


async def test_the_loop_reads_single_rows_beside_the_writer(on_sqlite: LedgerSettings) -> None:
    with ledger(on_sqlite) as opened:
        writing = [opened.writer.submit(appending(new_stream())) for _ in range(20)]
        assert opened.reader.rows(NOTES, {"key": "a"}) == []
        assert len(await asyncio.gather(*writing)) == 20
