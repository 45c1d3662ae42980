"""Lock-out: whom failures shut out, whom they never do, and what is kept of it."""

import logging
import sqlite3
from uuid import UUID

import orjson
import pytest

from registry.limits import lock_file
from registry.limits.lock_file import Locked, LockFile
from registry.limits.lock_out import FAILURES, WITHIN, LockOut, Place, machine_places
from registry.values.time import SECOND, Instant

HOME, AWAY = "192.0.2.1", "198.51.100.9"


class Clock:
    def __init__(self) -> None:
        self.now = 1_790_000_000 * SECOND

    def __call__(self) -> Instant:
        self.now += 1
        return Instant(self.now)


@pytest.fixture
def lock_out(tmp_path):
    made = LockOut(clock=Clock(), file=LockFile(tmp_path / lock_file.FILE), key=b"k" * 32)
    yield made
    made.file.close()


def places(client: str, peer: str, *, enrolled: bool = True) -> tuple[Place, ...]:
    return machine_places(client, peer, enrolled=enrolled)


async def failing(lock_out: LockOut, client: str, peer: str, times: int = FAILURES, *, enrolled: bool = True) -> None:
    for _ in range(times):
        await lock_out.failed(places(client, peer, enrolled=enrolled))


async def test_five_failures_lock_a_client_where_they_came_from_and_nowhere_else(lock_out, caplog):
    caplog.set_level(logging.WARNING, logger="registry.limits")
    await failing(lock_out, "fr-police", AWAY, FAILURES - 1)
    assert not await lock_out.locked(places("fr-police", AWAY))
    await failing(lock_out, "fr-police", AWAY, 1)
    assert await lock_out.locked(places("fr-police", AWAY))
    # The force itself, wherever else it is, and everybody else at that place, go on signing in.
    assert not await lock_out.locked(places("fr-police", HOME))
    assert not await lock_out.locked(places("de-polizei", AWAY))
    (line,) = [orjson.loads(record.getMessage()) for record in caplog.records]
    (locked,) = await lock_out.locks()
    assert line == {
        "event": "locked-out",
        "kind": "client-at-peer",
        "subject": "fr-police",
        "lock_ref": str(locked.lock_ref),
    }
    assert AWAY not in caplog.text


async def test_who_fails_under_five_names_is_locked_out_under_every_name(lock_out):
    for number in range(FAILURES):
        assert not await lock_out.locked(places("fr-police", AWAY))
        await failing(lock_out, f"guess-{number}", AWAY, 1, enrolled=False)
    assert await lock_out.locked(places("fr-police", AWAY))
    assert not await lock_out.locked(places("fr-police", HOME))
    (locked,) = await lock_out.locks()
    assert (locked.kind, locked.subject) == ("peer", None)


async def test_one_client_that_goes_on_failing_does_not_shut_out_its_neighbours(lock_out):
    await failing(lock_out, "fr-police", HOME, 50)
    assert await lock_out.locked(places("fr-police", HOME))
    assert not await lock_out.locked(places("fr-tj-lille", HOME))


async def test_only_failures_in_a_row_count_for_a_client_and_all_do_for_a_peer(lock_out):
    for number in range(FAILURES - 1):
        await failing(lock_out, "fr-police", AWAY, FAILURES - 1)
        await lock_out.succeeded(places("fr-police", AWAY))
        assert not await lock_out.locked(places("fr-police", AWAY))
        await failing(lock_out, f"guess-{number}", AWAY, 1, enrolled=False)
    assert await lock_out.locked(places("anybody", AWAY))


async def test_failures_are_forgotten_after_a_quarter_of_an_hour_and_a_lock_never(lock_out):
    await failing(lock_out, "fr-police", AWAY, FAILURES - 1)
    lock_out.clock.now += WITHIN
    await failing(lock_out, "fr-police", AWAY, FAILURES - 1)
    assert not await lock_out.locked(places("fr-police", AWAY))
    await failing(lock_out, "fr-police", AWAY, 1)
    lock_out.clock.now += 1_000 * WITHIN
    await lock_out.succeeded(places("fr-police", AWAY))
    assert await lock_out.locked(places("fr-police", AWAY))


async def test_an_operator_releases_a_lock_and_the_log_says_who(lock_out, caplog):
    caplog.set_level(logging.WARNING, logger="registry.limits")
    await failing(lock_out, "fr-police", AWAY)
    (locked,) = await lock_out.locks()
    assert await lock_out.release(locked.lock_ref, by="xx-import", on_behalf_of="o-1")
    assert not await lock_out.locked(places("fr-police", AWAY))
    assert await lock_out.locks() == ()
    released = orjson.loads(caplog.records[-1].getMessage())
    assert released == {
        "event": "lock-released",
        "lock_ref": str(locked.lock_ref),
        "by": "xx-import",
        "on_behalf_of": "o-1",
    }
    assert not await lock_out.release(locked.lock_ref, by="xx-import")
    assert not await lock_out.release(UUID(int=1), by="xx-import")
    # It begins anew with as many tries.
    await failing(lock_out, "fr-police", AWAY, FAILURES - 1)
    assert not await lock_out.locked(places("fr-police", AWAY))


async def test_another_process_sees_the_lock_and_the_file_holds_no_address(lock_out, tmp_path):
    await failing(lock_out, "fr-police", AWAY)
    await failing(lock_out, "Adasecret", AWAY, enrolled=False)
    path = tmp_path / lock_file.FILE
    other = LockOut(clock=lock_out.clock, file=LockFile(path), key=b"k" * 32)
    assert await other.locked(places("fr-police", AWAY))
    stranger = LockOut(clock=lock_out.clock, file=other.file)
    assert not await stranger.locked(places("fr-police", AWAY))
    other.file.close()
    assert path.stat().st_mode & 0o077 == 0
    for file in tmp_path.iterdir():
        assert AWAY.encode() not in file.read_bytes()
        assert b"Adasecret" not in file.read_bytes()


async def test_a_file_that_cannot_be_used_keeps_nobody_out_and_is_said_aloud(lock_out, caplog):
    caplog.set_level(logging.WARNING, logger="registry.limits")
    await failing(lock_out, "fr-police", AWAY)
    lock_out.file.close()
    assert not await lock_out.locked(places("fr-police", AWAY))
    await lock_out.failed(places("fr-police", AWAY))
    await lock_out.succeeded(places("fr-police", AWAY))
    assert lock_out.tally["lock file unusable"] == 4
    assert orjson.loads(caplog.records[-1].getMessage())["fault"] == "ProgrammingError"


def test_what_is_kept_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(lock_file, "MAXIMUM_FAILURES", 50)
    monkeypatch.setattr(lock_file, "MAXIMUM_LOCKS", 50)
    file = LockFile(tmp_path / lock_file.FILE)
    for number in range(200):
        file.failed(UUID(int=number), b"", now=Instant(number + 1), since=Instant(0))
        file.lock(Locked(lock_ref=UUID(int=1000 + number), kind="peer", subject=None, at=Instant(number)))
    newest = file.locks(1_000)
    assert 40 <= len(newest) <= 50
    assert newest[0].lock_ref == UUID(int=1199)
    file.close()
    counted = sqlite3.connect(tmp_path / lock_file.FILE)
    assert counted.execute("SELECT count(*) FROM failure").fetchone()[0] <= 50
    counted.close()


def test_a_fault_within_a_transaction_leaves_the_file_usable():
    file = LockFile()
    with pytest.raises(sqlite3.Error):
        file.failed(UUID(int=1), "no bytes", now=Instant(1), since=Instant(0))
    assert file.failed(UUID(int=1), b"", now=Instant(1), since=Instant(0)) == 1
    assert not file.is_locked((UUID(int=1),))
    file.close()


def test_places_are_told_apart_by_each_of_their_parts():
    lock_out = LockOut(clock=Clock())
    refs = {
        lock_out.ref(Place(kind=kind, parts=parts))
        for kind, parts in (("a", ("b", "c")), ("a", ("bc",)), ("ab", ("c",)), ("a", ("b", "c", "")))
    }
    assert len(refs) == 4
    lock_out.file.close()
