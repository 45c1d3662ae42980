"""Spent nonces: once for all processes of a ledger and across a restart, bounded, and forgotten when they ran out."""

import pytest
from psycopg.conninfo import make_conninfo

from registry.errors import NotSigned, Unavailable
from registry.ledger.nonces import Nonces, SQLiteNonces, open_nonces
from registry.ledger.settings import LedgerSettings
from registry.ledger.store import StoreBroken
from registry.values.time import SECOND, Instant
from tests.servers import NoServerError, shared_server

NOW = Instant(1_790_000_000 * SECOND)
UNTIL = Instant(NOW + 360 * SECOND)
ONE, TWO, THREE = (bytes([number]) * 32 for number in (1, 2, 3))


@pytest.fixture(params=["sqlite", "postgres"])
def settings(request, tmp_path):
    if request.param == "sqlite":
        yield LedgerSettings(path=tmp_path / "ledger" / "registry.db")
        return
    try:
        server = shared_server()
    except NoServerError as missing:
        pytest.skip(str(missing))
    with server.database() as dsn:
        yield LedgerSettings(dsn=dsn, require_fsync=False)


@pytest.fixture
def nonces(settings):
    opened = open_nonces(settings)
    yield opened
    opened.close()


def refused(nonces: Nonces, mark: bytes, now: Instant = NOW) -> bool:
    with pytest.raises(NotSigned) as refusal:
        nonces.spend(mark, UNTIL, now)
    return refusal.value.code == "signature-replayed"


def test_each_is_spent_once(nonces):
    nonces.spend(ONE, UNTIL, NOW)
    nonces.spend(TWO, UNTIL, NOW)
    assert refused(nonces, ONE)
    assert refused(nonces, ONE, Instant(UNTIL - 1))


def test_one_that_ran_out_counts_no_more(nonces):
    nonces.spend(ONE, UNTIL, NOW)
    nonces.spend(ONE, Instant(UNTIL + 360 * SECOND), UNTIL)
    assert refused(nonces, ONE, Instant(UNTIL + 1))


def test_another_process_and_the_next_one_know_it(nonces, settings):
    nonces.spend(ONE, UNTIL, NOW)
    beside = open_nonces(settings)
    assert refused(beside, ONE)
    beside.spend(TWO, UNTIL, NOW)
    beside.close()
    assert refused(nonces, TWO)
    nonces.close()
    after = open_nonces(settings)
    assert refused(after, ONE)
    after.close()


def test_no_more_are_kept_than_the_bound_and_room_comes_with_time(settings):
    first = open_nonces(settings)
    nonces = Nonces(first._store, "?" if settings.path else "%s", maximum=2)  # noqa: SLF001  # a million would take minutes
    nonces.spend(ONE, UNTIL, NOW)
    nonces.spend(TWO, Instant(NOW + SECOND), NOW)
    with pytest.raises(Unavailable) as full:
        nonces.spend(THREE, UNTIL, NOW)
    assert (full.value.code, full.value.retry_after) == ("queue-full", 30)
    nonces.spend(THREE, UNTIL, Instant(NOW + SECOND))
    assert refused(first, ONE)
    first.close()


class Broken:
    """A store that can be taken away and brought back."""

    waits = False

    def __init__(self, store) -> None:
        self.store, self.there = store, True

    def run(self, sql, parameters, /):
        if not self.there:
            raise StoreBroken
        return self.store.run(sql, parameters)

    def close(self) -> None:
        self.store.close()


def test_without_its_store_a_process_remembers_by_itself_and_is_bounded(tmp_path):
    store = Broken(SQLiteNonces(tmp_path / "nonces.db"))
    nonces = Nonces(store, "?", maximum=2)
    store.there = False
    nonces.spend(ONE, UNTIL, NOW)
    assert refused(nonces, ONE)
    nonces.spend(TWO, Instant(NOW + SECOND), NOW)
    with pytest.raises(Unavailable):
        nonces.spend(THREE, UNTIL, NOW)
    nonces.spend(THREE, UNTIL, Instant(NOW + SECOND))
    store.there = True
    assert refused(nonces, ONE)
    nonces.spend(TWO, UNTIL, Instant(NOW + SECOND))
    nonces.close()


def test_a_file_that_is_none_is_told_as_a_broken_store(tmp_path):
    (tmp_path / "nonces.db").write_bytes(b"no database" * 100)
    with pytest.raises(StoreBroken):
        SQLiteNonces(tmp_path / "nonces.db")


def test_a_server_that_is_gone_is_told_as_a_broken_store():
    settings = LedgerSettings(dsn=make_conninfo("", host="/nowhere", dbname="x"))
    nonces = open_nonces(settings)
    assert nonces.waits
    nonces.spend(ONE, UNTIL, NOW)  # remembered by this process
    assert refused(nonces, ONE)
    nonces.close()
