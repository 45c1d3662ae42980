"""A served registry and its witnesses over real HTTP: cosigned when they are there, honest when they are not."""

import asyncio
import shutil
import socket
from contextlib import asynccontextmanager
from dataclasses import replace
from time import monotonic

import orjson
import pytest
from aiohttp import web

from registry.errors import ConfigurationError
from registry.ledger.proof.checks import Outcome
from registry.ledger.proof.evidence import Trusted, read_evidence, verify_evidence
from registry.ledger.proof.policy import parse_policy
from registry.ledger.witness_answers import Asked
from registry.ledger.witness_answers import Outcome as Answered
from registry.ledger.witnesses import contradictions
from registry.values.time import SECOND, Instant
from registry.witness.door import doors, open_witness
from registry.witness.keys import POLICY_FILE, open_keys
from registry.witness_node import running as witness_running
from registry.witnessing import AGAIN_SECONDS, witness_policy
from tests.journeys.log_house import FOUNDED, LogHouse
from tests.transparency import NOW
from tests.witnesses import a_witness, made, opened

TRIES = 200


async def until(served, wanted):
    """Ask for the state until it is as wanted; the server's own pace bounds the time."""
    for _ in range(TRIES):
        state = await served.state()
        if wanted(state):
            return state
        await asyncio.to_thread(served.registry.publisher.wait_size, 10**9, timeout=0.1)
    pytest.fail(str(state))


def policy(house, places, quorum="all"):
    lines = [f"witness {folder.name} {open_keys(folder).vkeys[0]} {url}" for folder, url in places]
    lines += [f"group them {quorum} {' '.join(folder.name for folder, _ in places)}", "quorum them"]
    file = house.folder / "witnesses"
    file.write_text("".join(f"{line}\n" for line in lines))
    house.settings = replace(house.settings, witnesses=file, outgoing_networks="127.0.0.1")


async def followed(house, folder):
    """Let a witness follow the registry's log: its operator puts the log's keys into the policy."""
    async with house.serves() as served:
        keys = (await served.raw("/log/keys")).decode().splitlines()
    made(folder, f"witness.test/{folder.name}", "".join(f"log {key}\n" for key in keys).encode() + b"quorum none\n")
    assert (folder / POLICY_FILE).exists()


async def test_a_receipt_becomes_witnessed_and_its_evidence_says_by_whom(tmp_path):
    house = LogHouse(folder=tmp_path)
    house.create()
    await followed(house, tmp_path / "w1")
    async with a_witness(tmp_path / "w1") as witness:
        policy(house, [(tmp_path / "w1", witness.url)])
        async with house.serves() as served:
            await served.enters(2)
            state = await until(served, lambda state: state["witnessed_size"] >= FOUNDED + 2)
            assert state["witnesses"] == {"w1": "COSIGNED"}
            fact = served.registry.core.ledger.reader.after(FOUNDED, limit=1)[0].fact.fact_id
            receipt = await served.desk.get(f"/v1/receipts/{fact}")
            assert receipt["state"] == "WITNESSED"
            pack = orjson.dumps(await served.desk.get(f"/v1/receipts/{fact}/evidence"))
            trusted = Trusted(policy=parse_policy(served.registry.services.log_policy.encode()))
    found = {check.name: check.outcome for check in verify_evidence(read_evidence(pack), trusted)}
    assert found["entry 1 is in the log"] is Outcome.HOLDS
    assert found["entry 1 was seen by witnesses"] is Outcome.HOLDS


async def test_while_a_witness_is_down_orders_count_and_the_state_says_so(tmp_path):
    house = LogHouse(folder=tmp_path)
    house.create()
    await followed(house, tmp_path / "w1")
    policy(house, [(tmp_path / "w1", "http://127.0.0.1:9")])
    async with house.serves() as served:
        await served.enters(1)
        await served.publishes()
        state = await until(served, lambda state: state["witnesses"])
        assert state["signing"] == "SIGNS"
        assert state["witnesses"] == {"w1": "UNREACHABLE"}
        assert state["witnessed_size"] == 0
        fact = served.registry.core.ledger.reader.after(FOUNDED, limit=1)[0].fact.fact_id
        assert (await served.desk.get(f"/v1/receipts/{fact}"))["state"] == "PUBLISHED"


async def test_what_was_witnessed_before_a_restart_is_witnessed_after_it_while_the_witness_is_down(tmp_path):
    house = LogHouse(folder=tmp_path)
    house.create()
    await followed(house, tmp_path / "w1")
    async with a_witness(tmp_path / "w1") as witness:
        policy(house, [(tmp_path / "w1", witness.url)])
        async with house.serves() as served:
            await served.enters(1)
            await until(served, lambda state: state["witnessed_size"] >= FOUNDED + 1)
            fact = served.registry.core.ledger.reader.after(FOUNDED, limit=1)[0].fact.fact_id
    async with house.serves() as served:
        state = await until(served, lambda state: state["witnesses"])
        assert (state["witnesses"], state["witnessed_size"]) == ({"w1": "UNREACHABLE"}, FOUNDED + 1)
        assert (await served.desk.get(f"/v1/receipts/{fact}"))["state"] == "WITNESSED"
    kept = house.head_file.with_name("witnessed-head.note")
    turned = kept.read_bytes().replace(b"\n%d\n" % (FOUNDED + 1), b"\n%d\n" % (FOUNDED + 2), 1)
    assert turned != kept.read_bytes()
    kept.write_bytes(turned)
    async with house.serves() as served:
        state = await until(served, lambda state: state["witnesses"])
        assert state["witnessed_size"] == 0


def only(checks, name="witness w1"):
    return checks[name]["result"], checks[name]["said"]


async def test_fsck_and_trust_ask_the_witnesses_when_they_are_told_to(tmp_path):
    house = LogHouse(folder=tmp_path)
    house.create()
    await followed(house, tmp_path / "w1")
    asks = ("fsck", "--ask-witnesses")
    async with a_witness(tmp_path / "w1") as witness:
        assert only((await asyncio.to_thread(house.checks, *asks))[1], "witnesses")[0] == "NOT_CHECKED"
        policy(house, [(tmp_path / "w1", witness.url)])
        async with house.serves() as served:
            await served.enters(1)
            await until(served, lambda state: state["witnessed_size"] >= FOUNDED + 1)
            shutil.copytree(tmp_path / "data", tmp_path / "copy")
            await served.enters(1)
            await until(served, lambda state: state["witnessed_size"] >= FOUNDED + 2)
            code, checks = await asyncio.to_thread(house.checks, *asks)
            assert (code, *only(checks)) == (0, "OK", f"it has seen size {FOUNDED + 2}, which this log contains")
        not_asked = (await asyncio.to_thread(house.checks, "fsck"))[1]
        assert only(not_asked, "witnesses") == ("NOT_CHECKED", "they are asked over the network: --ask-witnesses")
        # The note is lost, and the ledger is set back to a copy: the witness knows better than the database.
        kept = house.head_file.read_bytes()
        house.head_file.unlink()
        done = await asyncio.to_thread(house.does, "trust", "--ask-witnesses")
        assert done.exit_code == 0, done.stderr
        assert f"from size {FOUNDED + 2}" in done.stderr
        house.head_file.unlink()
        shutil.rmtree(tmp_path / "data")
        shutil.copytree(tmp_path / "copy", tmp_path / "data")
        for name in ("registry.db-shm", "log.db-shm"):
            (house.ledger / name).unlink(missing_ok=True)
        code, checks = await asyncio.to_thread(house.checks, *asks)
        assert (code, only(checks)[0]) == (1, "FAILED")
        done = await asyncio.to_thread(house.does, "trust", "--ask-witnesses")
        assert done.exit_code == 1
        assert "more was signed than this log holds" in done.stderr
        house.head_file.write_bytes(kept)
    code, checks = await asyncio.to_thread(house.checks, *asks)
    assert only(checks)[0] == "NOT_CHECKED"
    house.head_file.unlink()
    done = await asyncio.to_thread(house.does, "trust", "--ask-witnesses")
    assert (done.exit_code, "no witness answered" in done.stderr) == (2, True)
    house.settings.witnesses.write_text("quorum nobody\n")
    assert only((await asyncio.to_thread(house.checks, *asks))[1], "witnesses")[0] == "FAILED"


async def test_an_idle_log_is_cosigned_again_after_an_hour(tmp_path):
    house = LogHouse(folder=tmp_path)
    house.create()
    await followed(house, tmp_path / "w1")
    times, elapsed = [NOW], [float(int(monotonic()))]  # whole: an hour more is then exactly an hour
    witness = open_witness(tmp_path / "w1", clock=lambda: Instant(times[0] * SECOND))
    async with witness_running(witness, host="127.0.0.1", port=0) as port:
        policy(house, [(tmp_path / "w1", f"http://127.0.0.1:{port}")])
        async with house.serves() as served:
            witnessing = served.registry.witnessing
            witnessing.seconds = lambda: elapsed[0]
            await served.enters(1)
            await until(served, lambda state: state["witnessed_size"] >= FOUNDED + 1)
            assert witnessing.last[0].timestamp == NOW
            times[0] += 3600
            elapsed[0] += AGAIN_SECONDS
            for _ in range(3):  # a whole hour, and not yet more than one: nothing is asked
                await asyncio.to_thread(served.registry.publisher.wait_size, 10**9, timeout=0.5)
            assert witnessing.last[0].timestamp == NOW
            elapsed[0] += 1
            await until(served, lambda _: witnessing.last[0].timestamp == NOW + 3600)
            assert witnessing.witnessed.checkpoint.size == (await served.state())["signed_size"] == FOUNDED + 1
    witness.store.close()


async def test_a_log_set_back_with_its_memory_is_stopped_by_its_witness(tmp_path):
    house = LogHouse(folder=tmp_path)
    house.create()
    await followed(house, tmp_path / "w1")
    async with a_witness(tmp_path / "w1") as witness:
        policy(house, [(tmp_path / "w1", witness.url)])
        async with house.serves() as served:
            await served.enters(1)
            await until(served, lambda state: state["witnessed_size"] >= FOUNDED + 1)
        for folder in ("data", "other-disk"):
            shutil.copytree(tmp_path / folder, tmp_path / "copy" / folder)
        async with house.serves() as served:
            await served.enters(3)
            held = (await until(served, lambda state: state["witnessed_size"] >= FOUNDED + 4))["witnessed_size"]
        for folder in ("data", "other-disk"):
            shutil.rmtree(tmp_path / folder)
            shutil.copytree(tmp_path / "copy" / folder, tmp_path / folder)
        async with house.serves() as served:
            state = await until(served, lambda state: state["signing"] != "NEW")
            assert state["signing"] == "BEHIND"
            assert "does not sign" in await served.says()
            await served.enters(held - FOUNDED + 1)
            state = await until(served, lambda state: state["signing"] != "BEHIND")
            assert state["signing"] == "CONTRADICTS"
            assert state["signed_size"] < held


@asynccontextmanager
async def a_port_that_is_away_until_it_is_let():
    """Give an address nobody answers at yet, and a way to have a witness answer there."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    listening.close()
    runners = []

    async def let(folder):
        application = web.Application()
        application.add_routes(doors(opened(folder)))
        runner = web.AppRunner(application)
        runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port, reuse_address=True).start()

    try:
        yield f"http://127.0.0.1:{port}", let
    finally:
        for runner in runners:
            await runner.cleanup()


def set_back(folder):
    for name in ("data", "other-disk"):
        shutil.rmtree(folder / name)
        shutil.copytree(folder / "copy" / name, folder / name)


@pytest.mark.parametrize("entered", [1, 3, 5])
async def test_a_witness_that_comes_back_after_the_start_stops_a_log_that_was_set_back(tmp_path, entered):
    """Behind the tree that the witness holds, of its size, or beyond it: the log stops and says who stopped it."""
    house = LogHouse(folder=tmp_path)
    house.create()
    await followed(house, tmp_path / "w1")
    async with a_witness(tmp_path / "w1") as witness:
        policy(house, [(tmp_path / "w1", witness.url)])
        async with house.serves() as served:
            await served.enters(1)
            await until(served, lambda state: state["witnessed_size"] >= FOUNDED + 1)
        for folder in ("data", "other-disk"):
            shutil.copytree(tmp_path / folder, tmp_path / "copy" / folder)
        async with house.serves() as served:
            await served.enters(3)
            await until(served, lambda state: state["witnessed_size"] >= FOUNDED + 4)
    set_back(tmp_path)
    async with a_port_that_is_away_until_it_is_let() as (url, let):
        policy(house, [(tmp_path / "w1", url)])
        async with house.serves() as served:
            await served.enters(entered)
            await served.publishes()
            assert (await served.state())["signing"] == "SIGNS"  # nothing is known yet
            await let(tmp_path / "w1")
            state = await until(served, lambda state: state["signing"] != "SIGNS")
            assert state["signing"] == "CONTRADICTS"
            line = await served.says()
            assert "does not sign: CONTRADICTS" in line
            assert "w1" in line
            await served.enters(1)
            later = await until(served, lambda later: later["size"] > state["size"])
            assert later["signed_size"] == state["signed_size"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Asked(witness="w1", outcome=Answered.AHEAD, status=409, held=2), []),
        (Asked(witness="w1", outcome=Answered.REFUSED, status=403), []),
        (Asked(witness="w1", outcome=Answered.COSIGNED, status=200, held=2), []),
        (
            Asked(witness="w1", outcome=Answered.AHEAD, status=409, held=3),
            ["w1 says that it has cosigned 3 entries, where 2 were signed"],
        ),
        (
            Asked(witness="w1", outcome=Answered.REFUSED, status=422),
            ["w1 holds a tree that this log does not contain"],
        ),
    ],
)
def test_of_the_answers_to_a_submission_those_that_tell_of_another_history_stop_the_log(asked, said):
    assert contradictions([asked], 2) == said


def test_a_policy_that_cannot_be_read_stops_the_start(tmp_path):
    file = tmp_path / "policy"
    with pytest.raises(ConfigurationError):
        witness_policy(file, [])
    file.write_text("quorum nobody\n")
    with pytest.raises(ConfigurationError):
        witness_policy(file, [])


def test_a_policy_that_asks_for_no_witness_makes_nothing_witnessed_and_is_refused(tmp_path):
    keys = open_keys(made(tmp_path / "w1"))
    file = tmp_path / "policy"
    file.write_text(f"witness w1 {keys.vkeys[0]}\nquorum none\n")
    with pytest.raises(ConfigurationError, match="quorum none"):
        witness_policy(file, [])
