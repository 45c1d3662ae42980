"""A restored backup: orders go on, nothing is signed, everybody is told why, until an operator decides."""

import asyncio
import shutil

import orjson
import pytest

from registry.ledger.proof.checkpoint import parse_checkpoint
from registry.ledger.proof.signed_note import parse_note
from tests.journeys.log_house import FOUNDED, LogHouse, failing
from tests.servers import NoServerError, postgres


def size_of(note: bytes) -> int:
    return parse_checkpoint(parse_note(note).text).size


async def test_a_restored_backup_does_not_sign_until_an_operator_decides_and_says_why(tmp_path):
    house = LogHouse(tmp_path)
    house.create()
    async with house.serves() as served:
        await served.enters(3)
        before = await served.publishes()
        assert (await served.state())["signing"] == "SIGNS"
    shutil.copytree(house.settings.data, tmp_path / "backup")
    async with house.serves() as served:
        await served.enters(2)
        newest = await served.publishes()
        assert size_of(newest) > size_of(before)
        assert served.said.empty()

    shutil.rmtree(house.settings.data)
    shutil.copytree(tmp_path / "backup", house.settings.data)
    async with house.serves() as served:
        line = await served.says()
        assert line.startswith("registry: the log does not sign: BEHIND: more was signed than this ledger holds")
        assert "registry ledger new-log" in line
        state = await served.state()
        assert (state["signing"], state["signed_size"]) == ("BEHIND", size_of(newest))
        assert await served.raw("/checkpoint") == newest
        code, checks = await asyncio.to_thread(house.checks, "fsck")
        assert code == 1
        assert failing(checks) == {"remembered head"}
        assert checks["remembered head"]["said"].startswith("BEHIND")
        assert "new-log" in checks["remembered head"]["advice"]

        await served.enters(4)  # an order counts although nobody can prove it yet
        line = await served.says()
        assert line.startswith("registry: the log does not sign: CONTRADICTS: what was signed before is not the")
        assert (await served.state())["signing"] == "CONTRADICTS"
        assert await served.raw("/checkpoint") == newest
        assert house.head_file.read_bytes() == newest
        refused = await asyncio.to_thread(house.does, "new-log", "--reason", "restored-backup", "--yes")
        assert refused.exit_code == 1
        assert "another process" in refused.stderr

    asked = house.does("new-log", "--reason", "restored-backup", told="n\n")
    assert asked.exit_code == 1
    assert house.head_file.read_bytes() == newest
    decided = house.does("new-log", "--reason", "restored-backup", told="y\n")
    assert decided.exit_code == 0, decided.stderr
    async with house.serves() as served:
        await served.enters(1)
        note = await served.publishes()
        assert (await served.state())["signing"] == "SIGNS"
        assert parse_checkpoint(parse_note(note).text).origin == parse_checkpoint(parse_note(newest).text).origin + "-2"
        assert size_of(note) == served.registry.core.ledger.reader.head()
    assert house.head_file.with_name("before-1.note").read_bytes() == newest
    assert house.checks("verify")[0] == 0
    code, checks = house.checks("fsck")
    assert code == 0
    assert "because: restored-backup" in checks["log"]["said"]


async def test_the_whole_house_restored_with_another_log_s_note_does_not_sign(tmp_path):
    house = LogHouse(tmp_path)
    house.create()
    async with house.serves() as served:
        await served.enters(1)
        await served.publishes()
    shutil.copytree(house.settings.data, tmp_path / "backup")
    assert house.does("new-log", "--reason", "key-lost", "--yes").exit_code == 0
    async with house.serves() as served:
        newest = await served.publishes()
    shutil.rmtree(house.settings.data)
    shutil.copytree(tmp_path / "backup", house.settings.data)
    async with house.serves() as served:
        assert "CONTRADICTS" in await served.says()
        assert house.head_file.read_bytes() == newest
    assert house.checks("fsck")[1]["remembered head"]["said"].startswith("CONTRADICTS")
    # The database knows only the first log; the note knows that there was a second, so this is the third.
    decided = house.does("new-log", "--reason", "restored-backup", "--yes")
    assert decided.exit_code == 0
    assert "-3 begins" in decided.stderr


async def test_a_forgotten_head_is_trusted_only_by_a_decision(tmp_path):
    house = LogHouse(tmp_path)
    house.create()
    async with house.serves() as served:
        await served.enters(2)
        await served.publishes()
        await served.enters(1)
        note = await served.publishes()
    assert house.does("trust", "--yes").exit_code == 1  # there is nothing to decide
    house.head_file.rename(tmp_path / "kept.note")
    async with house.serves() as served:
        assert "FORGOTTEN" in await served.says()
        await served.enters(1)
        assert (await served.state())["signing"] == "FORGOTTEN"
    assert house.checks("fsck")[1]["remembered head"]["said"].startswith("FORGOTTEN")
    assert "--number" in house.does("new-log", "--reason", "lost", "--yes").stderr

    assert house.does("trust", told="n\n").exit_code == 1
    assert not house.head_file.exists()
    turned = tmp_path / "turned.note"
    turned.write_bytes(note.replace(b"\n%d\n" % (FOUNDED + 3), b"\n%d\n" % (FOUNDED + 2), 1))
    assert "not one of this log" in house.does("trust", "--note", turned).stderr
    done = house.does("trust", "--note", tmp_path / "kept.note")
    assert done.exit_code == 0, done.stderr
    assert f"goes on from size {FOUNDED + 3}" in done.stderr
    async with house.serves() as served:
        assert size_of(await served.publishes()) == FOUNDED + 4
    house.head_file.unlink()
    assert house.does("trust", "--yes").exit_code == 0
    async with house.serves() as served:
        await served.enters(1)
        assert size_of(await served.publishes()) == FOUNDED + 5


async def test_an_old_copy_that_has_forgotten_is_not_trusted_against_a_note_from_outside(tmp_path):
    house = LogHouse(tmp_path)
    house.create()
    async with house.serves() as served:
        await served.enters(1)
        await served.publishes()
    shutil.copytree(house.settings.data, tmp_path / "backup")
    async with house.serves() as served:
        await served.enters(2)
        outside = await served.publishes()
    held = tmp_path / "held-by-a-witness.note"
    held.write_bytes(outside)
    shutil.rmtree(house.settings.data)
    shutil.copytree(tmp_path / "backup", house.settings.data)
    shutil.rmtree(tmp_path / "other-disk")
    (tmp_path / "other-disk" / "heads").mkdir(parents=True, mode=0o700)
    refused = house.does("trust", "--note", held)
    assert refused.exit_code == 1
    assert "more was signed" in refused.stderr
    async with house.serves() as served:
        assert "FORGOTTEN" in await served.says()
        await served.enters(3)
    refused = house.does("trust", "--note", held)
    assert refused.exit_code == 1
    assert "does not contain what was signed" in refused.stderr


async def test_a_lost_log_is_made_again_from_the_facts_and_goes_on_under_its_name(tmp_path):
    house = LogHouse(tmp_path)
    house.create()
    async with house.serves() as served:
        await served.enters(3)
        note = await served.publishes()
    assert house.does("create-log").exit_code == 1  # there is one
    for file in house.ledger.glob("log.db*"):
        file.unlink()
    code, checks = house.checks("fsck")
    assert (code, failing(checks)) == (1, {"log"})
    assert "create-log" in checks["log"]["said"]
    assert not (house.ledger / "log.db").exists()
    made = house.does("create-log")
    assert made.exit_code == 0, made.stderr
    assert house.checks("fsck")[1]["remembered head"]["result"] == "NOT_CHECKED"
    async with house.serves() as served:
        await served.enters(1)
        again = parse_checkpoint(parse_note(await served.publishes()).text)
        assert (again.origin, again.size) == (parse_checkpoint(parse_note(note).text).origin, size_of(note) + 1)
        assert (await served.state())["signing"] == "SIGNS"
    assert house.checks("verify")[0] == 0


async def test_a_lost_log_without_a_note_is_not_made_again_under_a_name_that_may_have_signed(tmp_path):
    house = LogHouse(tmp_path)
    house.create()
    async with house.serves() as served:
        await served.enters(2)
        former = parse_checkpoint(parse_note(await served.publishes()).text)
    for file in house.ledger.glob("log.db*"):
        file.unlink()
    shutil.rmtree(tmp_path / "other-disk")
    refused = house.does("create-log")
    assert refused.exit_code == 2
    assert "--number" in refused.stderr
    assert house.does("create-log", "--never-signed", told="n\n").exit_code == 1
    assert "no transparency log" in house.checks("fsck")[1]["log"]["said"]
    made = house.does("create-log", "--number", "2")
    assert made.exit_code == 0, made.stderr
    async with house.serves() as served:
        again = parse_checkpoint(parse_note(await served.publishes()).text)
    assert again.origin == f"{former.origin}-2"


async def test_a_ledger_from_before_there_were_logs_gets_its_first_one_on_the_operator_s_word(tmp_path):
    house = LogHouse(tmp_path)
    house.create()
    async with house.serves() as served:
        await served.enters(1)
        origin = parse_checkpoint(parse_note(await served.publishes()).text).origin
    for file in house.ledger.glob("log.db*"):
        file.unlink()
    house.head_file.unlink()
    made = house.does("create-log", "--never-signed", told="y\n")
    assert made.exit_code == 0, made.stderr
    assert f"made the log {origin};" in made.stderr


async def test_an_older_copy_proves_nothing_by_what_another_tree_signed_and_says_published_of_none_of_it(tmp_path):
    house = LogHouse(tmp_path)
    house.create()
    async with house.serves() as served:
        await served.enters(2)
        await served.publishes()
    shutil.copytree(house.settings.data, tmp_path / "backup")
    async with house.serves() as served:
        await served.enters(3)
        newest = await served.publishes()
    shutil.rmtree(house.settings.data)
    shutil.copytree(tmp_path / "backup", house.settings.data)
    async with house.serves() as served:
        assert "BEHIND" in await served.says()
        old, new = FOUNDED + 2, FOUNDED + 5
        paths = (f"/tile/0/000.p/{old}", f"/tile/0/000.p/{new}", f"/proof/consistency?from={old}&to={new}")
        for count in (0, 4):
            await served.enters(count)
            if count:
                assert "CONTRADICTS" in await served.says()
            assert await served.raw("/checkpoint") == newest
            for path in paths:
                async with served.desk.session.get(served.base + path) as answer:
                    assert (answer.status, orjson.loads(await answer.read())["code"]) == (503, "no-checkpoint-yet")
                    assert "immutable" not in answer.headers.get("Cache-Control", "")
            for recorded in served.registry.core.ledger.reader.after(FOUNDED, limit=2):
                receipt = await served.desk.get(f"/v1/receipts/{recorded.fact.fact_id}")
                assert (receipt["state"], receipt["signed_size"]) == ("SEQUENCED", 0)


async def test_while_nothing_is_signed_a_receipt_says_that_it_is_sequenced(tmp_path):
    house = LogHouse(tmp_path)
    house.create()
    async with house.serves() as served:
        await served.enters(1)
        await served.publishes()
        fact = served.registry.core.ledger.reader.after(FOUNDED, limit=1)[0].fact.fact_id
    house.head_file.unlink()
    async with house.serves() as served:
        assert "FORGOTTEN" in await served.says()
        assert (await served.desk.get(f"/v1/receipts/{fact}"))["state"] == "SEQUENCED"


async def test_on_postgresql_an_operator_has_the_same_verbs(tmp_path):
    try:
        with postgres(fsync=True) as server, server.database() as dsn:
            file = tmp_path / "dsn"
            file.write_text(dsn)
            file.chmod(0o600)
            await same_verbs(LogHouse(tmp_path / "house", file))
    except NoServerError as reason:
        pytest.skip(str(reason))


async def same_verbs(house: LogHouse) -> None:
    house.folder.mkdir(mode=0o700)
    house.create()
    async with house.serves() as served:
        await served.enters(2)
        first = await served.publishes()
        code, checks = await asyncio.to_thread(house.checks, "fsck")
        assert (code, failing(checks)) == (0, set())
        assert checks["databases"]["result"] == "NOT_CHECKED"
    assert house.checks("verify")[0] == 0
    kept = house.folder / "kept.note"
    house.head_file.rename(kept)
    async with house.serves() as served:
        assert "FORGOTTEN" in await served.says()
    assert house.does("trust", "--note", kept).exit_code == 0
    async with house.serves() as served:
        await served.publishes()
        # Here several processes may write, so nothing refuses this; whoever runs must not sign the old log any more.
        done = await asyncio.to_thread(house.does, "new-log", "--reason", "restored-backup", "--yes")
        assert done.exit_code == 0
        await served.enters(1)
        assert "this log was ended and another one begun" in await served.says()
        assert not house.head_file.exists()
    async with house.serves() as served:
        await served.enters(1)
        note = await served.publishes()
        assert size_of(note) == size_of(first) + 2
        assert parse_checkpoint(parse_note(note).text).origin.endswith("-2")
    assert house.checks("verify")[0] == 0
    assert house.checks("fsck")[0] == 0
