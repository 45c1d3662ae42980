"""What limits did stands in the log as counts, told when there is news."""

import asyncio
import logging
from collections import Counter
from contextlib import suppress

import orjson

from registry.limits.tally import Teller


def said(caplog) -> list[dict]:
    return [orjson.loads(record.getMessage()) for record in caplog.records]


def test_a_line_is_told_when_a_count_has_moved_and_not_otherwise(caplog):
    caplog.set_level(logging.INFO, logger="registry.limits")
    gate, connections = Counter[str](), Counter[str]()
    teller = Teller(tallies=(gate, connections), now_open=lambda: {"connections": 7})
    teller.tell()
    gate["refused doors-of-a-peer"] += 2
    connections["connection ended: head too slow"] += 1
    teller.tell()
    teller.tell()
    counts = {"refused doors-of-a-peer": 2, "connection ended: head too slow": 1}
    assert said(caplog) == [{"event": "limits", "counts": counts, "open": {"connections": 7}}]


async def test_it_is_told_in_time_and_at_the_end(caplog):
    caplog.set_level(logging.INFO, logger="registry.limits")
    gate = Counter({"refused": 1})
    telling = asyncio.create_task(Teller(tallies=(gate,)).run(0.01))
    async with asyncio.timeout(5):
        while not caplog.records:
            await asyncio.wait({telling}, timeout=0.01)
    gate["refused"] += 1
    telling.cancel()
    with suppress(asyncio.CancelledError):
        await telling
    assert [line["counts"] for line in said(caplog)] == [{"refused": 1}, {"refused": 2}]
