"""A person is erased over HTTP while everything runs, on both stores, and nothing of them is in any file afterwards."""

import asyncio
from contextlib import contextmanager
from datetime import date
from uuid import UUID

import orjson
import pytest

from registry import core
from registry.app import compose
from registry.demo import people
from registry.demo.client import Unexpected
from registry.errors import KeyErased, Unavailable
from registry.events.erasure import SubjectErased
from registry.identity.exact import finding_keys
from registry.ledger.port import Recorded
from registry.ledger.proof.checks import Outcome
from registry.ledger.proof.evidence import Trusted, read_evidence, verify_evidence
from registry.ledger.proof.policy import parse_policy
from registry.sweeping import BATCH, BETWEEN_SECONDS, TOPICS, Sweeping
from registry.values.identifiers import Position, SubjectId
from registry.values.parties import Identity, Name
from registry.vault.rows import wrapped_key
from registry.views.persons import PERSON, PERSON_KEY
from registry.views.police import DOCUMENT, FINDING, SUBJECT_KEY
from tests.journeys.log_house import PATIENCE, LogHouse
from tests.servers import NoServerError, postgres

WHO = Identity(name=Name(family="Fontaine", given="Claire"), birth_date="1987-03-29")
TEXT = "SlVHRU1FTlQgQ2xhaXJlIEZvbnRhaW5l"


def long_over() -> dict:
    """Give the measure of the story, made in 2016 and over in 2017."""
    made, ended = (people.moment(day, "Europe/Paris") for day in (date(2016, 2, 1), date(2017, 8, 1)))
    more = {"issued": made, "expiry": {"kind": "GIVEN", "at": ended}, "number": None}
    document = {"media_type": "text/plain", "content": TEXT}
    return people.french_measure(date(2026, 11, 1)) | more | {"document": document}


@contextmanager
def on(store, folder):
    """Lend a registry on a store, or skip loudly."""
    if store == "sqlite":
        house = LogHouse(folder)
        house.create()
        yield house
        return
    try:
        with postgres(fsync=True) as server, server.database() as dsn:
            file = folder / "dsn"
            file.write_text(dsn)
            file.chmod(0o600)
            (folder / "house").mkdir(mode=0o700)
            house = LogHouse(folder / "house", file)
            house.create()
            yield house
    except NoServerError as reason:
        pytest.skip(str(reason))


def everything(house: LogHouse) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(house.folder.rglob("*")) if path.is_file())


async def swept(served) -> None:
    """Wait until this process has done all that it owes after an erasure."""
    registry, reader = served.registry, served.registry.core.ledger.reader
    for _ in range(PATIENCE * 20):
        if registry.forgetting.position >= reader.head() and registry.sweeping.settled(reader.head()):
            return
        await asyncio.to_thread(reader.wait_changed, Position(10**9), timeout=0.05)
    raise AssertionError(registry.sweeping.pulse())


def verified(pack: bytes, trusted: Trusted = Trusted()) -> dict[str, Outcome]:  # noqa: B008  # frozen, and empty
    return {check.name: check.outcome for check in verify_evidence(read_evidence(pack), trusted)}


async def packs_of(served, facts) -> dict[str, dict]:
    """Fetch the evidence of facts, and hold each to verify by the log's own policy."""
    packs = {fact: await served.desk.get(f"/v1/receipts/{fact}/evidence") for fact in facts}
    trusted = Trusted(policy=parse_policy(served.registry.services.log_policy.encode()))
    for pack in packs.values():
        outcomes = verified(orjson.dumps(pack), trusted)
        assert Outcome.FAILS not in outcomes.values(), outcomes
        assert list(outcomes.values()).count(Outcome.HOLDS) > 1
    return packs


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
async def test_a_person_is_erased_while_everything_runs(store, tmp_path):
    with on(store, tmp_path) as house:
        async with house.serves() as served:
            made = await served.desk.post("/v1/orders", long_over())
            path = f"/v1/orders/{made['order_ref']}"
            (party,) = [each["party_ref"] for each in made["parties"] if each["label"] == "protected"]
            reader, executor = served.registry.core.ledger.reader, served.registry.core.executor
            key = wrapped_key(reader.rows(SUBJECT_KEY, {"subject": UUID(party).bytes})[0])
            document, *_ = reader.rows(DOCUMENT, {})  # the signed one, sealed under the same keys
            (filed,), keys = (reader.rows(each, {"party_ref": UUID(party).bytes}) for each in (PERSON, PERSON_KEY))
            nominating = (filed["sealed"][-64:], *(row["digest"] for row in keys))
            planted = (key.wrapped, *finding_keys(executor.index_key, WHO), document["sealed"][-64:], *nominating)
            assert store == "postgres" or all(each in everything(house) for each in planted)
            assert (await served.desk.get(f"{path}/erasability"))["erasable"]
            executor.ring.to_open(key.key_id)
            await served.publishes()
            earlier = await packs_of(served, made["facts"])

            receipt = await served.desk.change(f"{path}/erasure", {"party_ref": party, "ground": "RETENTION_OVER"})
            assert receipt["subjects"] == [party]
            with pytest.raises(KeyErased):
                executor.ring.to_open(key.key_id)
            for each in (FINDING, PERSON, PERSON_KEY):
                assert not reader.rows(each, {"party_ref": UUID(party).bytes})
            assert not reader.rows(DOCUMENT, {})
            await swept(served)
            assert store == "postgres" or not [each for each in planted if each in everything(house)]

            await served.publishes()
            pack = await served.desk.get(f"{path}/erasure/evidence?party={party}")
            assert verified(orjson.dumps(pack))["record in the log says who was erased"] is Outcome.NOT_CHECKED
            assert Outcome.FAILS not in verified(orjson.dumps(pack)).values()
        async with house.serves() as served:
            await served.signs()
            again = await served.desk.get(f"{path}/erasure/evidence?party={party}")
            assert (again["signed"], again["record"]) == (pack["signed"], pack["record"])
            later = await packs_of(served, earlier)
            assert [each["signed"] for each in later.values()] == [each["signed"] for each in earlier.values()]
            trusted = Trusted(policy=parse_policy(served.registry.services.log_policy.encode()))
            for kept in earlier.values():  # whoever has kept one relies on it as before
                assert Outcome.FAILS not in verified(orjson.dumps(kept), trusted).values()
            assert Outcome.FAILS not in verified(orjson.dumps(again)).values()
            with pytest.raises(Unexpected, match="409 personal-data-erased"):
                await served.desk.change(f"{path}/correction", correction(made, party))
        code, checks = await asyncio.to_thread(house.checks, "verify")
        assert code == 0, checks


async def test_whoever_was_erased_by_another_process_while_this_one_was_starting_is_forgotten(tmp_path):
    """It has opened everybody by then, to learn the words of their names, and serves later."""
    with on("postgres", tmp_path) as house:
        async with house.serves() as served:
            made = await served.desk.post("/v1/orders", long_over())
            (party,) = [UUID(each["party_ref"]) for each in made["parties"] if each["label"] == "protected"]
            with core.opened(house.settings) as starting:
                core.make_ready(starting)
                ring, lexicon = starting.executor.ring, starting.checker.searching.lexicon
                assert ring.holds(SubjectId(party))
                path, asked = f"/v1/orders/{made['order_ref']}/erasure", {"ground": "RETENTION_OVER"}
                await served.desk.change(path, asked | {"party_ref": str(party)})
                forgetting = compose(starting).forgetting
                while forgetting.step():
                    pass
                assert not ring.holds(SubjectId(party))
                assert lexicon._words.frequency("fontaine") == 0  # noqa: SLF001  # nobody has asked


def correction(made, party) -> dict:
    identity = {"name": people.PROTECTED, "birth_date": "1987-03-30"}
    return {"corrects": made["facts"][0], "parties": [{"party_ref": party, "identity": identity}]}


class Following:
    """A ledger that has as many erasures as a test says."""

    def __init__(self, *, waits: bool) -> None:
        self.waits = waits
        self.erasures: list[int] = []
        self.at = 5

    def head(self):
        return Position(self.at)

    def after(self, position, *, limit, topics):
        assert (limit, topics) == (BATCH, TOPICS)
        found = [each for each in self.erasures if each > position][:limit]
        return [Recorded(position=Position(each), fact=None) for each in found]


def sweeping(reader):
    acts, now = [], [100.0]
    return Sweeping(reader=reader, act=lambda: acts.append(now[0]), seconds=lambda: now[0]), acts, now


def test_a_file_is_swept_at_every_start_and_a_server_is_not():
    for waits, count in ((False, 1), (True, 0)):
        process, acts, _ = sweeping(Following(waits=waits))
        assert process.step() is (count == 1)
        assert not process.step()
        assert len(acts) == count


def test_many_erasures_share_a_sweep_and_none_is_forgotten():
    reader = Following(waits=True)
    process, acts, now = sweeping(reader)
    reader.erasures, reader.at = list(range(6, 6 + 2 * BATCH)), 6 + 2 * BATCH
    assert process.step()
    assert not process.settled(reader.head())
    assert not process.step()
    now[0] += BETWEEN_SECONDS
    assert process.step()
    assert len(acts) == 2
    assert not process.step()
    assert process.settled(reader.head())


def test_a_store_that_leaves_no_room_is_swept_later():
    reader = Following(waits=False)
    busy = [True]

    def act():
        if busy:
            busy.pop()
            raise Unavailable("store-busy")

    process = Sweeping(reader=reader, act=act, seconds=lambda: 0.0)
    with pytest.raises(Unavailable):
        process.step()
    assert not process.settled(reader.head())
    assert process.step()
    assert process.settled(reader.head())
    assert SubjectErased.TOPIC in TOPICS
