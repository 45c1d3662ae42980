"""An answer leaves at a set moment, whatever work came before it; whoever stopped waiting is not waited for."""

import asyncio
from time import monotonic

from registry.limits.pace import Pace, answer_at


async def test_it_waits_for_the_next_multiple_of_the_time():
    started = monotonic()
    await answer_at(started, 0.03)
    assert 0.03 <= monotonic() - started < 0.06
    await answer_at(started, 0.03)
    assert 0.06 <= monotonic() - started < 0.09
    before = monotonic()
    await answer_at(started, 0)
    assert monotonic() - before < 0.03


async def test_many_wait_at_once_and_each_until_its_own_moment():
    pace, now = Pace(), monotonic()
    woken: list[float] = []

    async def waits(seconds: float) -> None:
        await pace.until(now + seconds)
        woken.append(seconds)
        assert monotonic() - now >= seconds

    await asyncio.gather(*(waits(seconds) for seconds in (0.04, 0.01, 0.03, 0.0, 0.02)))
    assert woken == sorted(woken)


async def test_who_gave_up_and_a_loop_that_is_closed_hold_nobody_up():
    pace = Pace()
    moment = monotonic() + 0.03

    async def gives_up() -> None:
        waiting = asyncio.create_task(pace.until(moment))
        await asyncio.wait({waiting}, timeout=0.001)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    await gives_up()
    await asyncio.to_thread(asyncio.run, gives_up())
    await pace.until(moment + 0.01)
    assert monotonic() >= moment
