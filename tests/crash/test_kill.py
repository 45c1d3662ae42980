"""`kill -9` of a writing process: what it acknowledged is there, once, with its claim and its row."""

import os
import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from registry.ledger.opening import create_ledger, open_reader
from registry.ledger.port import Recorded
from registry.ledger.reader import LedgerReader
from registry.ledger.settings import LedgerSettings
from registry.values.identifiers import ClaimId, Position
from tests.crash.unmeasured import environment
from tests.ledgers import SEEN, START, STORES, TABLES, appending, ledger, new_stream, place

KILLS = {"sqlite": 20, "postgres": 6}
KILLS_DEEP = 500
ROOT = Path(__file__).parents[2]


def killed_after(settings: LedgerSettings, lines: int) -> list[str]:
    """Run a writing process, kill it once it has acknowledged so many facts, give all it acknowledged."""
    where = str(settings.path or settings.dsn)
    command = [sys.executable, "-m", "tests.crash.child", where, "16"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env=environment()) as child:  # ourselves
        assert child.stdout is not None
        acknowledged = [child.stdout.readline() for _ in range(lines)]
        child.kill()
        acknowledged += child.stdout.read().splitlines(keepends=True)
    return [line.decode().strip() for line in acknowledged if line.endswith(b"\n")]


def everything(reader: LedgerReader) -> list[Recorded]:
    """Read the whole ledger."""
    facts: list[Recorded] = []
    while more := reader.after(facts[-1].position if facts else Position(0), limit=1000):
        facts += more
    return facts


def missing(acknowledged: list[str], facts: list[Recorded], reader: LedgerReader) -> list[str]:
    """Give the acknowledged lines whose fact, stream, claim or position is not as it was said."""
    stored = {(str(each.fact.fact_id), str(each.fact.stream), each.position) for each in facts}
    lost = []
    for line in acknowledged:
        fact_id, stream, claim_id, position = line.split()
        held = reader.holder(ClaimId(UUID(claim_id)))
        if (fact_id, stream, int(position)) not in stored or held is None or str(held.stream) != stream:
            lost.append(line)
    return lost


@pytest.mark.parametrize("store", STORES)
def test_what_was_acknowledged_survives_kill_9_exactly_once(store: str, tmp_path: Path) -> None:
    seed = int(os.environ.get("TEST_SEED", "1"))
    chance = random.Random(seed)  # a replayable choice of when to kill
    kills = KILLS_DEEP if os.environ.get("TEST_DEEP") else KILLS[store]
    acknowledged: list[str] = []
    with place(store, tmp_path) as settings:
        create_ledger(settings, ledger_id=uuid4(), inception=START, tables=TABLES)
        for _ in range(kills):
            acknowledged += killed_after(settings, chance.randrange(1, 400))
        with ledger(settings, create=False) as opened:
            # Writing works again, and nobody else's work is in the way.
            acknowledged_now = opened.writer.perform(appending(new_stream()))
            facts = everything(opened.reader)
            assert missing(acknowledged, facts, opened.reader) == [], f"seed {seed}"
            assert len({each.fact.fact_id for each in facts}) == len(facts)
            assert acknowledged_now[0].position == facts[-1].position
            instants = [each.fact.recorded_at for each in facts]
            assert instants == sorted(set(instants))
            rows = opened.reader.rows(SEEN, {})
            assert {(row["stream"], row["version"]) for row in rows} == {
                (str(each.fact.stream), each.fact.version) for each in facts
            }
    # Zero lost of so many: the published table takes its figures from here (`pytest -rP`).
    sys.stdout.write(f"kills {kills}, acknowledged {len(acknowledged)}, lost 0, stored {len(facts)}, seed {seed}\n")


def test_the_check_notices_a_fact_that_was_acknowledged_and_is_gone(tmp_path: Path) -> None:
    """The planted bug: an acknowledged row is taken out behind the ledger's back."""
    with place("sqlite", tmp_path) as settings:
        create_ledger(settings, ledger_id=uuid4(), inception=START, tables=TABLES)
        acknowledged = killed_after(settings, 50)
        assert settings.path is not None
        with closing(sqlite3.connect(settings.path, isolation_level=None)) as connection:
            connection.execute("DROP TRIGGER stored_events_are_not_deleted")
            connection.execute("DELETE FROM stored_events WHERE position = 25")
        reader = open_reader(settings)
        assert len(missing(acknowledged, everything(reader), reader)) == 1
        reader.close()
