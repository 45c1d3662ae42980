"""Rows are changed beside the process that writes facts, and what deleting leaves is swept out of the files."""

from contextlib import closing

import psycopg
import pytest

from registry.errors import NoLedger, Unavailable
from registry.ledger import sqlite
from registry.ledger.rows import Amend, Drop, Put
from registry.ledger.settings import LedgerSettings
from registry.ledger.upkeep import Upkeep
from tests.ledgers import NOTES, SEEN, STORES, appending, ledger, new_stream, place

SECRET = "quetzalcoatlus"


@pytest.fixture(params=STORES)
def settings(request, tmp_path):
    with place(request.param, tmp_path) as found:
        yield found


@pytest.fixture
def opened(settings):
    with ledger(settings) as found:
        rows = [Put(table=NOTES, row={"key": f"{SECRET} {number:04d}", "value": number}) for number in range(400)]
        found.writer.perform(appending(new_stream(), rows=rows))
        yield found


@pytest.fixture
def upkeep(opened, settings):
    assert opened.ledger_id
    with closing(Upkeep(settings)) as made:
        yield made


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setitem(sqlite.SETTINGS, "busy_timeout", "10")


def every_byte(settings):
    """What is in the store's own files: those of the folder, or of the database's relations."""
    if settings.path is not None:
        return b"".join(path.read_bytes() for path in settings.path.parent.iterdir())
    with psycopg.connect(settings.dsn, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        (folder,) = connection.execute(
            "SELECT 'base/' || oid FROM pg_database WHERE datname = current_database()"
        ).fetchone()
        names = [name for (name,) in connection.execute("SELECT pg_ls_dir(%s)", (folder,)).fetchall()]
        # The server itself takes a file away now and then, after the folder was listed: then there is nothing to read.
        read = "SELECT coalesce(pg_read_binary_file(%s, 0, 1 << 26, true), '')"
        return b"".join(connection.execute(read, (f"{folder}/{name}",)).fetchone()[0] for name in names)


def test_rows_change_beside_the_writer_and_both_go_on(opened, upkeep):
    key = {"key": f"{SECRET} 0001"}
    upkeep.change(lambda session: [Amend(table=NOTES, key=key, cells={"value": len(session.rows(NOTES, {}))})])
    assert opened.reader.rows(NOTES, key)[0]["value"] == 400
    head = opened.reader.head()
    opened.writer.perform(appending(new_stream()))
    upkeep.change(lambda _: [])
    assert opened.reader.head() > head


def test_after_a_sweep_no_byte_of_what_was_deleted_is_in_any_file(opened, upkeep, settings):
    rows = [Drop(table=NOTES, where={"key": f"{SECRET} {number:04d}"}) for number in range(400)]
    if settings.dsn is not None:
        # The planner's samples of a column are a copy of its values.
        with psycopg.connect(settings.dsn, autocommit=True) as connection:
            connection.execute("ANALYZE")
    assert SECRET.encode() in every_byte(settings)
    opened.writer.perform(appending(new_stream(), rows=rows))
    upkeep.sweep((NOTES,), compact=True)
    assert SECRET.encode() not in every_byte(settings)
    opened.writer.perform(appending(new_stream()))
    assert len(opened.reader.rows(SEEN, {})) == 3


def test_the_plain_sweep_leaves_the_log_empty_and_zeroes_what_was_deleted(tmp_path):
    settings = LedgerSettings(path=tmp_path / "ledger" / "registry.db")
    with ledger(settings) as opened, closing(Upkeep(settings)) as upkeep:
        opened.writer.perform(appending(new_stream(), rows=[Put(table=NOTES, row={"key": SECRET, "value": 1})]))
        opened.writer.perform(appending(new_stream(), rows=[Drop(table=NOTES, where={"key": SECRET})]))
        assert SECRET.encode() in every_byte(settings)
        upkeep.sweep((NOTES,), compact=False)
        assert SECRET.encode() not in every_byte(settings)
        assert settings.path.with_name("registry.db-wal").stat().st_size == 0


@pytest.mark.usefixtures("impatient")
def test_a_store_that_stays_busy_is_said_to_be_and_works_afterwards(tmp_path):
    settings = LedgerSettings(path=tmp_path / "ledger" / "registry.db")
    with ledger(settings) as opened, closing(Upkeep(settings)) as upkeep:
        put = Put(table=NOTES, row={"key": "a", "value": 1})
        with closing(sqlite.connect(settings.path)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Unavailable, match="store-busy"):
                upkeep.change(lambda _: [put])
        upkeep.change(lambda _: [put])
        with closing(sqlite.connect(settings.path)) as other:
            other.execute("BEGIN")
            other.execute("SELECT count(*) FROM notes").fetchall()
            opened.writer.perform(appending(new_stream()))
            with pytest.raises(Unavailable, match="store-busy"):
                upkeep.sweep((NOTES,), compact=False)
        upkeep.sweep((NOTES,), compact=False)


def test_there_is_nothing_to_keep_up_where_there_is_no_ledger(settings):
    with pytest.raises(NoLedger):
        Upkeep(settings)
