"""Each thing that can be wrong with a ledger and its log is found, by the check that is for it, and by name."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pytest

from registry import core
from registry.errors import LedgerError
from registry.ledger.proof.checkpoint import Checkpoint, parse_checkpoint
from registry.ledger.proof.signed_note import Note, parse_note
from registry.log_keys import log_signer
from registry.trust.folder import TrustFolder
from registry.values.keylist import PublishedFile
from registry.views.police import ORDER
from tests.journeys.log_house import FOUNDED, LogHouse, failing

ORDERS = 5
SIZE = FOUNDED + ORDERS
THIRD, LAST = FOUNDED + 3, FOUNDED + 5
FACTS = ("record", "fact", "position", "chain", "form", "index", "once")


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """Give a folder in which a registry has published five orders, and stopped."""
    house = LogHouse(tmp_path_factory.mktemp("whole"))
    house.create()

    async def fill() -> None:
        async with house.serves() as served:
            for _ in range(ORDERS):
                await served.enters(1)
                await served.publishes()

    asyncio.run(fill())
    return house.folder


@pytest.fixture
def house(whole, tmp_path) -> LogHouse:
    shutil.copytree(whole, tmp_path / "house")
    return LogHouse(tmp_path / "house")


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for sql in statements:
            connection.execute(sql)


def open_facts(path: Path) -> None:
    """Take away what keeps facts from being changed, as somebody with the file in hand can."""
    change(path, "DROP TRIGGER stored_events_are_not_changed", "DROP TRIGGER stored_events_are_not_deleted")


def turn(path: Path, level: int, at: int) -> None:
    """Turn a bit of a tile."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        ((content,),) = connection.execute("SELECT content FROM log_tile WHERE level = ?", (level,)).fetchall()
        turned = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        connection.execute("UPDATE log_tile SET content = ? WHERE level = ?", (turned, level))


def test_a_ledger_from_before_a_table_was_there_is_given_it_from_its_facts(house):
    change(house.settings.data / "ledger" / core.LEDGER_FILE, "DROP TABLE police_order")
    with pytest.raises(LedgerError):
        core.open_core(house.settings)
    assert "made police_order" in house.does("add-tables").stderr
    assert "every table is there" in house.does("add-tables").stderr
    with core.opened(house.settings) as opened:
        assert len(opened.ledger.reader.rows(ORDER, {})) == ORDERS


def test_a_whole_house_holds_in_every_check(house):
    code, checks = house.checks("verify")
    assert (code, failing(checks)) == (0, set())
    assert set(checks) == {"checkpoint", "tiles", "entries", *FACTS, "waiting", "status lists"}
    assert checks["checkpoint"]["said"].endswith(f"size {SIZE}, signed by 2 keys")
    assert checks["once"]["said"] == f"{SIZE} entries"
    code, checks = house.checks("fsck")
    assert (code, failing(checks)) == (0, set())
    assert {"file modes", "place of heads", "database registry.db", "database log.db", "database views.db"} < set(
        checks
    )
    assert {"log", "ledger", "remembered head", "tiles", "index", "signed sizes", "view inbox"} < set(checks)
    assert checks["signed sizes"]["said"].endswith("signed sizes are all contained")
    code, checks = house.checks("audit")
    assert (code, checks["consistency"]["result"]) == (0, "NOT_CHECKED")


def test_the_table_for_people_says_what_failed_and_what_can_be_done(house):
    house.settings.data.joinpath("DEMO").chmod(0o644)
    done = house.does("fsck")
    assert done.exit_code == 1
    assert "FAILED" in done.stdout
    assert "DEMO" in done.stdout
    assert "file modes: chmod -R go= DATA" in done.stdout


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (f"UPDATE stored_events SET state = replace(state, 'CIVIL', 'CIVIC') WHERE position = {THIRD}", {"record"}),
        (f"UPDATE stored_events SET topic = 'order.varied.1' WHERE position = {THIRD}", {"record", "fact"}),
        (f"UPDATE stored_events SET recorded_at = recorded_at + 1 WHERE position = {THIRD}", {"record"}),
        (f"UPDATE stored_events SET position = 99 WHERE position = {LAST}", {"position", "index"}),
        (f"DELETE FROM stored_events WHERE position = {LAST}", {"once"}),
        ("DELETE FROM stored_events WHERE position = 1", {"record", "fact", "position", "chain", "index", "once"}),
    ],
)
def test_a_fact_that_was_changed_moved_or_taken_out_is_not_its_entry(house, statement, found):
    path = house.ledger / "registry.db"
    open_facts(path)
    change(path, statement.replace("replace(state,", "CAST(replace(CAST(state AS TEXT),").replace("')", "') AS BLOB)"))
    code, checks = house.checks("verify")
    assert code == 1
    assert found <= failing(checks) <= {*found, "index"}


def test_a_fact_slipped_in_between_is_found(house):
    path = house.ledger / "registry.db"
    open_facts(path)
    change(
        path,
        "UPDATE stored_events SET position = position + 100 WHERE position > 2",
        "UPDATE stored_events SET position = position - 99 WHERE position > 100",
        "INSERT INTO stored_events SELECT 3, 'aa', 1, topic, state, 7 FROM stored_events WHERE position = 1".replace(
            "'aa'", f"'{'a' * 32}'"
        ),
    )
    _, checks = house.checks("verify")
    assert "first at index 2" in checks["record"]["said"]
    assert {"record", "fact", "chain", "index"} <= failing(checks)


def test_an_index_that_leads_elsewhere_is_found(house):
    change(house.ledger / "log.db", "UPDATE log_leaf SET stream = zeroblob(16) WHERE leaf = 3")
    assert failing(house.checks("verify")[1]) == {"index"}
    change(house.ledger / "log.db", "DELETE FROM log_leaf WHERE leaf = 3")
    assert failing(house.checks("verify")[1]) == {"index"}
    assert failing(house.checks("fsck")[1]) == {"index"}


def test_a_turned_bit_of_an_entry_is_found_and_nothing_good_is_said_of_the_facts(house):
    turn(house.ledger / "log.db", -1, 60)
    _, checks = house.checks("verify")
    assert "entries" in failing(checks)
    assert checks["once"]["result"] == "NOT_CHECKED"
    assert failing(house.checks("fsck")[1]) == {"tiles"}
    assert failing(house.checks("audit")[1]) == {"entries"}


def test_an_entry_that_is_no_json_is_found(house):
    turn(house.ledger / "log.db", -1, 2)
    assert {"entries", "form"} <= failing(house.checks("verify")[1])


def test_a_turned_bit_of_a_hash_is_found(house):
    turn(house.ledger / "log.db", 0, 40)
    assert failing(house.checks("verify")[1]) == {"tiles"}
    assert {"tiles", "signed sizes"} <= failing(house.checks("fsck")[1])


def test_a_size_that_was_signed_and_is_not_contained_is_found(house):
    change(house.ledger / "log.db", f"UPDATE log_signed SET root = zeroblob(32) WHERE size = {FOUNDED + 2}")
    _, checks = house.checks("fsck")
    assert failing(checks) == {"signed sizes"}
    assert f"at size {FOUNDED + 2}" in checks["signed sizes"]["said"]
    change(house.ledger / "log.db", f"UPDATE log_signed SET size = 77 WHERE size = {FOUNDED + 2}")
    assert "size 77 was signed" in house.checks("fsck")[1]["signed sizes"]["said"]


def test_a_note_that_was_changed_is_found(house):
    note = house.head_file.read_bytes()
    house.head_file.write_bytes(note.replace(b"\n%d\n" % SIZE, b"\n%d\n" % (SIZE - 1), 1))
    assert failing(house.checks("fsck")[1]) == {"remembered head"}
    code, checks = house.checks("verify")
    assert (code, failing(checks)) == (1, {"checkpoint"})
    only_one = note.splitlines(keepends=True)
    house.head_file.write_bytes(b"".join(only_one[:-1]))
    assert "1 of 2 keys" in house.checks("verify")[1]["checkpoint"]["said"]


def test_a_ledger_or_a_view_of_another_age_is_found(house):
    change(house.ledger / "views.db", "UPDATE view_position SET position = 99 WHERE view = 'inbox'")
    _, checks = house.checks("fsck")
    assert failing(checks) == {"view inbox"}
    assert checks["view inbox"]["advice"].startswith("stop the registry and remove views.db")
    open_facts(house.ledger / "registry.db")
    change(house.ledger / "registry.db", f"DELETE FROM stored_events WHERE position = {LAST}")
    _, checks = house.checks("fsck")
    assert "ledger" in failing(checks)
    assert "older copy" in checks["ledger"]["said"]


def test_a_damaged_database_is_found_and_the_other_checks_are_made(house):
    raw = bytearray((house.ledger / "views.db").read_bytes())
    raw[100:4096] = b"\xff" * 3996
    (house.ledger / "views.db").write_bytes(raw)
    for ending in ("-wal", "-shm"):
        (house.ledger / f"views.db{ending}").unlink(missing_ok=True)
    code, checks = house.checks("fsck")
    assert code == 1
    assert "database views.db" in failing(checks)
    assert checks["database registry.db"]["result"] == "OK"


def test_without_keys_nothing_is_opened_and_that_is_said(house):
    shutil.rmtree(house.settings.data / "keys")
    code, checks = house.checks("fsck")
    assert (code, failing(checks)) == (1, {"log"})
    assert house.does("verify").exit_code == 2


def test_before_the_first_checkpoint_nothing_is_verified_and_that_is_said(tmp_path):
    house = LogHouse(tmp_path)
    house.create()
    code, checks = house.checks("verify")
    assert (code, {each["result"] for each in checks.values()}) == (0, {"NOT_CHECKED"})
    assert house.does("audit").exit_code == 2
    checks = house.checks("fsck")[1]
    assert checks["views"]["result"] == "NOT_CHECKED"
    assert checks["place of heads"]["result"] == "OK"
    house.settings.heads.chmod(0o755)
    assert failing(house.checks("fsck")[1]) == {"place of heads"}
    assert house.does("trust", "--yes").exit_code == 1
    assert "small letters" in house.does("new-log", "--reason", "Because!", "--yes").stderr
    assert house.does("new-log", "--reason", "key-lost", "--number", "1", "--yes").exit_code == 2
    assert "-7 begins" in house.does("new-log", "--reason", "key-lost", "--number", "7", "--yes").stderr


async def test_a_running_log_is_audited_from_outside_and_held_to_what_it_showed_before(house, tmp_path):
    seen, token, keys = tmp_path / "seen.note", tmp_path / "token", tmp_path / "keys"
    async with house.serves() as served:
        token.write_text(served.desk.token + "\n")
        await served.signs()

        async def audited(*more):
            return await asyncio.to_thread(house.checks, "audit", "--url", served.base, *more)

        code, checks = await audited("--token-file", token, "--save", seen)
        assert (code, failing(checks)) == (0, set())
        assert checks["keys"]["result"] == "NOT_CHECKED"
        assert checks["saved"]["result"] == "OK"
        keys.write_bytes(await served.raw("/log/keys"))
        await served.enters(3)
        await served.publishes()
        code, checks = await audited("--token-file", token, "--keys", keys, "--since", seen, "--save", seen)
        assert (code, failing(checks)) == (0, set())
        assert checks["consistency"]["said"] == f"size {SIZE}, seen earlier, is its beginning"
        assert parse_checkpoint(parse_note(seen.read_bytes()).text).size == SIZE + 3

        before = seen.read_bytes()
        forked = tmp_path / "forked.note"
        forked.write_bytes(signed(house, before, size=4, root=bytes(32)))
        code, checks = await audited("--token-file", token, "--keys", keys, "--since", forked, "--save", seen)
        assert (code, failing(checks)) == (1, {"consistency"})
        assert checks["saved"]["result"] == "NOT_CHECKED"
        assert seen.read_bytes() == before
        forked.write_bytes(signed(house, before, size=400, root=bytes(32)))
        assert (
            "size 400 was signed before"
            in (await audited("--token-file", token, "--since", forked))[1]["consistency"]["said"]
        )

        assert failing((await audited())[1]) == {"entries"}
        token.write_text("a.b.c")
        code, checks = await audited("--token-file", token)
        assert (code, failing(checks)) == (1, {"entries"})
        assert "valid token" in checks["entries"]["said"]
        token.write_text("")
        assert "holds no token" in (await audited("--token-file", token))[1]["entries"]["said"]

        async def refused(*more):
            done = await asyncio.to_thread(house.does, "audit", *more)
            assert done.exit_code == 2
            return done.stderr

        assert "no address" in await refused("--url", "ftp://registry.example")
        assert "TLS" in await refused("--url", "http://registry.example", "--token-file", token)
        for text in ("no key", ""):
            keys.write_text(text)
            assert "keys" in await refused("--url", served.base, "--keys", keys)
    assert "the log does not answer" in house.does("audit", "--url", served.base).stderr


def signed(house: LogHouse, note: bytes, *, size: int, root: bytes) -> bytes:
    """Sign what the log never should have signed, with its own keys."""
    origin = parse_checkpoint(parse_note(note).text).origin
    keeper = core.open_keeper(house.settings)
    signer = log_signer(keeper.secret("log"), origin)
    text = Checkpoint(origin=origin, size=size, root=root).text
    made = (
        signer.ed25519.sign(text, signer.sign_ed25519),
        signer.ml_dsa_44.sign(text, signer.sign_ml_dsa_44, timestamp=1),
    )
    return Note(text=text, signatures=made).raw


def test_a_trust_list_that_is_published_leaves_the_data_folder_closed_to_others(tmp_path):
    house = LogHouse(tmp_path)
    house.create()
    folder = TrustFolder(path=house.settings.data / "trust")
    folder.online()
    content = b"{}"
    file = PublishedFile(
        path="metadata/timestamp.json", role="timestamp", version=1, sha256=sha256(content).hexdigest()
    )
    folder.stage(SimpleNamespace(files=((file, content),)))  # all that staging reads of a publication
    folder.finish()
    assert folder.read("metadata/timestamp.json") == content
    assert house.checks("fsck")[1]["file modes"]["result"] == "OK"
