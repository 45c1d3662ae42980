"""A witness over HTTP: each answer of tlog-witness with its status, and what is on the disk when it is given."""

import asyncio
import sqlite3
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from aiohttp import ClientSession

from registry.errors import ConfigurationError, NotDurable, Unavailable
from registry.ledger.proof.policy import accept, parse_policy
from registry.ledger.proof.signed_note import Note, parse_note
from registry.ledger.proof.vkey import to_vkey
from registry.ledger.proof.witness import MAXIMUM_SUBMISSION, Submission
from registry.values.time import SECOND, Instant
from registry.witness import door
from registry.witness.keys import (
    ED25519_FILE,
    ML_DSA_44_FILE,
    NAME_FILE,
    POLICY_FILE,
    create_witness,
    open_keys,
    open_policy,
)
from registry.witness.store import FILE, WitnessStore
from registry.witness_node import account
from tests.transparency import FRANCE, FRANCE_KEY, LOG_KEY, LOG_ML_DSA_44, LOG_SUBTREE_KEY, NOW, ORIGIN
from tests.witnesses import FOLLOWS, a_log, a_witness, made, opened, signed, submission


async def post(url: str, body: bytes) -> tuple[int, str, bytes]:
    async with ClientSession() as session, session.post(f"{url}/add-checkpoint", data=body) as answer:
        return answer.status, answer.content_type, await answer.read()


async def test_what_follows_is_cosigned_with_both_keys_and_served(tmp_path: Path):
    async with a_witness(tmp_path / "fr") as running:
        status, kind, body = await post(running.url, submission(a_log(5), 0).raw)
        assert (status, kind, len(body.splitlines())) == (200, "text/plain", 2)
        assert (await post(running.url, submission(a_log(300), 5).raw))[0] == 200
        async with ClientSession() as session:
            name = sha256(ORIGIN.encode()).hexdigest()
            async with session.get(f"{running.url}/{name}/checkpoint") as answer:
                served = await answer.read()
                assert answer.headers["Cache-Control"] == "public, max-age=2"
                assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    lines = [f"log {to_vkey(LOG_KEY)}"]
    lines += [f"witness w{place} {vkey}" for place, vkey in enumerate(running.witness.keys.vkeys)]
    policy = parse_policy("\n".join([*lines, "group both all w0 w1", "quorum both", ""]).encode())
    accepted = accept(served, policy)
    assert accepted.checkpoint == a_log(300).checkpoint()
    assert accepted.witnesses == (("w0", NOW), ("w1", NOW))


async def test_each_refusal_has_the_status_of_the_protocol(tmp_path: Path):
    log, fork = a_log(300), a_log(300, other_from=4)
    text = log.checkpoint().text
    stranger = Note(text=text, signatures=(FRANCE_KEY.sign(text, FRANCE.sign, timestamp=NOW),))
    unknown = replace(log.checkpoint(), origin="registry.test/another")
    good = submission(log, 5)
    async with a_witness(tmp_path / "fr") as running:
        assert (await post(running.url, submission(a_log(5), 0).raw))[0] == 200
        cases = [
            (b"", 400),
            (b"x" * (MAXIMUM_SUBMISSION + 1), 400),
            (replace(submission(a_log(4), 0), old=5).raw, 400),
            (replace(good, note=stranger).raw, 403),
            (replace(good, note=signed(unknown)).raw, 404),
            (submission(log, 4).raw, 409),
            (replace(good, path=good.path[:-1]).raw, 422),
            (submission(fork, 5).raw, 422),
            (submission(a_log(5, other_from=2), 5).raw, 422),
        ]
        assert [(await post(running.url, body))[0] for body, _ in cases] == [status for _, status in cases]
        assert await post(running.url, submission(log, 0).raw) == (409, "text/x.tlog.size", b"5\n")
    assert [each["size"] for each in account(running.folder)["logs"]] == [5]


async def test_nothing_is_served_of_a_log_that_was_never_cosigned(tmp_path: Path):
    async with a_witness(tmp_path / "fr") as running, ClientSession() as session:
        for name in (sha256(ORIGIN.encode()).hexdigest(), sha256(b"another").hexdigest(), "no-hash"):
            async with session.get(f"{running.url}/{name}/checkpoint") as answer:
                assert answer.status == 404


async def test_the_answer_leaves_only_when_the_disk_has_it(tmp_path: Path):
    async with a_witness(tmp_path / "fr") as running:
        await post(running.url, submission(a_log(5), 0).raw)
        # Whoever opens the file now, without the witness, finds what was answered for.
        other = opened(running.folder)
        held = other.store.held(ORIGIN)
        assert held is not None
        assert held.checkpoint.size == 5
        assert parse_note(held.note).text == a_log(5).checkpoint().text
        other.store.close()


async def test_of_many_at_once_each_is_cosigned_or_told_the_size_and_the_last_one_stands(tmp_path: Path):
    async with a_witness(tmp_path / "fr") as running:
        await post(running.url, submission(a_log(5), 0).raw)
        bodies = [submission(a_log(6 + number), 5).raw for number in range(12)]
        answers = await asyncio.gather(*(post(running.url, body) for body in bodies))
        sizes = [6 + number for number, answer in enumerate(answers) if answer[0] == 200]
        assert len(sizes) == 1
        assert {answer for answer in answers if answer[0] != 200} == {(409, "text/x.tlog.size", b"%d\n" % sizes[0])}
        held = running.witness.store.held(ORIGIN)
        assert held is not None
        assert held.checkpoint == a_log(sizes[0]).checkpoint()


async def test_a_disk_that_fails_gives_no_cosignature(tmp_path: Path):
    async with a_witness(tmp_path / "fr") as running:
        await post(running.url, submission(a_log(5), 0).raw)
        running.witness.store.close()
        status, _, body = await post(running.url, submission(a_log(6), 5).raw)
        assert (status, body) == (503, b"try again\n")


async def test_more_than_the_places_are_asked_to_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(door, "AT_ONCE", 0)
    async with a_witness(tmp_path / "fr") as running:
        assert (await post(running.url, submission(a_log(5), 0).raw))[0] == 503


async def test_junk_of_a_log_that_nobody_follows_is_refused_by_its_first_line_alone(tmp_path: Path):
    signature = b"\xe2\x80\x94 x " + b"A" * 60_000 + b"\n"  # base64 of no signature, which reading it would refuse
    async with a_witness(tmp_path / "fr") as running:
        assert (await post(running.url, b"old 0\n\nregistry.test/another\n1\n\n" + signature))[0] == 404
        followed = b"old 0\n\n" + ORIGIN.encode() + b"\n1\n\n" + signature
        assert (await post(running.url, followed))[0] == 400
        status, _, said = await post(running.url, followed + b"x" * 10_000)
        assert (status, said) == (400, b"submission: too long\n")


async def test_a_witness_whose_disk_hangs_keeps_no_thread_from_the_registry_beside_it(tmp_path: Path):
    async with a_witness(tmp_path / "fr") as running:
        other = sqlite3.connect(running.folder / FILE, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        body = submission(a_log(5), 0).raw
        hanging = [asyncio.create_task(post(running.url, body)) for _ in range(door.AT_ONCE + 1)]
        done, _ = await asyncio.wait(hanging, timeout=10, return_when=asyncio.FIRST_COMPLETED)
        assert [task.result()[2] for task in done] == [b"busy\n"]  # all places are taken
        async with asyncio.timeout(2):
            assert await asyncio.gather(*(asyncio.to_thread(int, "1") for _ in range(40))) == [1] * 40
        other.execute("ROLLBACK")
        other.close()
        assert 200 in {status for status, _, _ in await asyncio.gather(*hanging)}


async def test_bodies_that_do_not_come_take_nobody_s_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(door, "COMING_FROM_ONE", door.AT_ONCE + 2)
    async with a_witness(tmp_path / "fr") as running:
        port = int(running.url.rpartition(":")[2])
        slow = [await asyncio.open_connection("127.0.0.1", port) for _ in range(door.AT_ONCE + 1)]
        for _, writer in slow:
            writer.write(b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 100\r\n\r\nold")
            await writer.drain()
        assert (await post(running.url, submission(a_log(5), 0).raw))[0] == 200
        for _, writer in slow:
            writer.close()


async def test_one_address_has_only_so_many_bodies_on_their_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(door, "COMING_FROM_ONE", 0)
    async with a_witness(tmp_path / "fr") as running:
        assert (await post(running.url, submission(a_log(5), 0).raw))[::2] == (503, b"busy\n")


async def test_a_body_that_does_not_come_ends_the_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(door, "BODY_SECONDS", 0.05)
    async with a_witness(tmp_path / "fr") as running:
        port = int(running.url.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 100\r\n\r\nold")
        assert b" 503 " in await reader.readline()
        writer.close()


def test_an_unchanged_checkpoint_gets_the_same_cosignature_again_for_a_few_seconds(tmp_path: Path):
    ticks = iter(range(NOW, NOW + 100, 3))
    witness = replace(opened(made(tmp_path / "fr")), clock=lambda: Instant(next(ticks) * SECOND))
    first = witness.submit(submission(a_log(5), 0))
    assert witness.submit(submission(a_log(5), 5)) == first
    assert witness.submit(submission(a_log(5), 5)) != first
    held = witness.store.held(ORIGIN)
    assert held is not None
    assert held.cosigned_at == NOW + 9
    witness.store.close()


def test_writers_of_two_processes_make_one_history(tmp_path: Path):
    one, other = opened(made(tmp_path / "fr")), opened(tmp_path / "fr")
    one.submit(submission(a_log(5), 0))
    other.submit(submission(a_log(8), 5))
    assert one.store.held(ORIGIN) == other.store.held(ORIGIN)
    one.store.close()
    other.store.close()


def test_what_another_writer_holds_is_waited_for_and_then_given_up(tmp_path: Path):
    made(tmp_path / "fr")
    witness = replace(opened(tmp_path / "fr"), store=WitnessStore(tmp_path / "fr" / FILE, busy_seconds=0.01))
    other = sqlite3.connect(tmp_path / "fr" / FILE, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(Unavailable):
        witness.submit(submission(a_log(5), 0))
    other.execute("ROLLBACK")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable):
        witness.submit(submission(a_log(5), 0))
    other.close()
    witness.submit(submission(a_log(5), 0))
    witness.store.close()


def test_the_file_itself_refuses_to_go_back_or_to_forget(tmp_path: Path):
    witness = opened(made(tmp_path / "fr"))
    witness.submit(submission(a_log(8), 0))
    held = witness.store.held(ORIGIN)
    assert held is not None
    for checkpoint in (a_log(7).checkpoint(), a_log(8, other_from=3).checkpoint()):
        with pytest.raises(Unavailable):
            witness.store.replace(ORIGIN, lambda _, set_back=checkpoint: replace(held, checkpoint=set_back))
    assert witness.store.held(ORIGIN) == held
    witness.store.close()


def test_making_a_witness_is_done_once_and_its_files_are_its_own(tmp_path: Path):
    keys = create_witness(tmp_path / "w", "witness.test/w")
    assert open_keys(tmp_path / "w").vkeys == keys.vkeys
    assert {(tmp_path / "w" / name).stat().st_mode & 0o777 for name in (ED25519_FILE, ML_DSA_44_FILE, FILE)} == {0o600}
    assert open_policy(tmp_path / "w").logs == ()
    with pytest.raises(ConfigurationError, match="once"):
        create_witness(tmp_path / "w", "witness.test/w")
    with pytest.raises(ConfigurationError, match="name"):
        create_witness(tmp_path / "other", "two words")


def test_a_folder_that_is_not_as_it_should_be_stops_the_start(tmp_path: Path):
    def broken(name: str, content: bytes | None, mode: int = 0o600) -> Path:
        folder = made(tmp_path / str(len(list(tmp_path.iterdir()))))
        (folder / name).unlink()
        if content is not None:
            (folder / name).write_bytes(content)
            (folder / name).chmod(mode)
        return folder

    own = f"log {to_vkey(replace(LOG_KEY, name='witness.fr.test/w1'))}\nquorum none\n".encode()
    for folder in (
        broken(ED25519_FILE, None),
        broken(ED25519_FILE, bytes(31)),
        broken(ML_DSA_44_FILE, bytes(33)),
        broken(ML_DSA_44_FILE, bytes(32), 0o640),
        broken(NAME_FILE, b"two words"),
        broken(POLICY_FILE, b"log nobody\n"),
        broken(POLICY_FILE, own),
        broken(FILE, None),
        broken(FILE, b"no database, but long enough to be taken for one by nobody" * 20),
        broken(FILE, b""),
    ):
        with pytest.raises(ConfigurationError):
            opened(folder)


def test_a_log_with_two_keys_may_sign_with_either(tmp_path: Path):
    follows = FOLLOWS.replace(b"quorum", f"log {to_vkey(LOG_SUBTREE_KEY)}\nquorum".encode())
    witness = opened(made(tmp_path / "fr", follows=follows))
    text = a_log(5).checkpoint().text
    by_other = Note(text=text, signatures=(LOG_SUBTREE_KEY.sign(text, LOG_ML_DSA_44.sign, timestamp=NOW),))
    assert list(witness.logs) == [ORIGIN]
    assert len(witness.submit(Submission(old=0, path=(), note=by_other)).splitlines()) == 2
    witness.store.close()


def test_a_file_whose_journal_others_hold_is_not_opened(tmp_path: Path):
    """In a mode that would not keep what it acknowledges, nothing is acknowledged."""
    folder = made(tmp_path / "fr")
    other = sqlite3.connect(folder / FILE, isolation_level=None)
    other.execute("PRAGMA journal_mode = WAL")
    other.execute("BEGIN")
    other.execute("SELECT * FROM held").fetchall()
    with pytest.raises((NotDurable, ConfigurationError)):
        WitnessStore(folder / FILE, busy_seconds=0.01)
    other.close()
    with pytest.raises(ConfigurationError, match="already"):
        WitnessStore.create(folder / FILE)
    WitnessStore(folder / FILE).close()


async def test_what_a_followed_log_signed_and_does_not_follow_is_in_the_witnesss_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    async with a_witness(tmp_path / "fr") as running:
        await post(running.url, submission(a_log(5), 0).raw)
        await post(running.url, submission(a_log(300, other_from=4), 5).raw)
    (said,) = [record.message for record in caplog.records if record.name == "registry.witness"]
    assert said.startswith("witness: a signed checkpoint does not follow: ")
