"""A witness that dies between its disk and its answer has cosigned nothing that it does not remember."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from registry.ledger.witness_answers import Outcome
from registry.ledger.witnesses import Witnesses
from tests.crash.unmeasured import environment
from tests.transparency import ORIGIN
from tests.witnesses import a_carrier, a_log, a_witness, made, opened, path, policy_of, signed

ROOT = Path(__file__).parents[2]
DIED = 9


@asynccontextmanager
async def dying(folder: Path, when: str) -> AsyncGenerator[tuple[str, asyncio.subprocess.Process], None]:
    command = (sys.executable, "-m", "tests.crash.witness_child", str(folder), when)
    child = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, cwd=ROOT, env=environment())
    assert child.stdout is not None
    try:
        yield (await child.stdout.readline()).decode().strip(), child
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()


@pytest.mark.parametrize(("when", "remembered"), [("before", 5), ("after", 8)])
async def test_a_death_before_the_answer_costs_an_answer_and_no_history(when: str, remembered: int, tmp_path: Path):
    folder = made(tmp_path / "fr")
    async with a_carrier() as carrier:
        async with a_witness(folder) as up:
            log = a_log(5)
            policy = policy_of([(folder, up.url)], "all")
            assert (await Witnesses(policy, carrier).cosign(signed(log.checkpoint()), lambda _: ())).witnessed
        async with dying(folder, when) as (url, child):
            log = a_log(8)
            asking = Witnesses(policy_of([(folder, url)], "all"), carrier, timeout=10.0)
            cosigned = await asking.cosign(signed(log.checkpoint()), lambda old: path(log, old))
            assert [each.outcome for each in cosigned.asked] == [Outcome.UNREACHABLE]
            assert await child.wait() == DIED
        again = opened(folder)
        held = again.store.held(ORIGIN)
        assert held is not None
        assert held.checkpoint.size == remembered
        again.store.close()
        async with a_witness(folder) as up:
            asking = Witnesses(policy_of([(folder, up.url)], "all"), carrier)
            # Another history from the size it had before cannot be slipped in after the death,
            fork = a_log(8, other_from=6)
            forked = await asking.cosign(signed(fork.checkpoint()), lambda old: path(fork, old))
            # and the true one goes on: unless the other one was first, which nobody had been told anything about.
            true = await asking.cosign(signed(log.checkpoint()), lambda old: path(log, old))
            assert [forked.witnessed, true.witnessed] == ([False, True] if remembered == 8 else [True, False])
