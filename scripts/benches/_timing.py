"""How benches time: callers at once, the rate, the median and the 99th percentile of what each waited."""

import asyncio
import os
import platform
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Timing:
    """What a case came to. Latencies are milliseconds."""

    per_second: float
    p50: float
    p99: float


def timing(waited: Sequence[float], spent: float) -> Timing:
    """Sum up what each call waited and what all together took, both in seconds."""
    ordered = sorted(waited)
    return Timing(
        per_second=round(len(ordered) / spent, 1),
        p50=round(ordered[len(ordered) // 2] * 1000, 3),
        p99=round(ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)] * 1000, 3),
    )


def percentile(waited: Sequence[float], of_a_thousand: int) -> float:
    """Give the milliseconds that so many of a thousand calls do not wait longer than, of seconds that each waited."""
    ordered = sorted(waited)
    return round(ordered[min(len(ordered) - 1, len(ordered) * of_a_thousand // 1000)] * 1000, 3)


def middle(timings: Sequence[Timing]) -> Timing:
    """Give the median of several rounds, figure by figure."""
    return Timing(
        per_second=median(each.per_second for each in timings),
        p50=median(each.p50 for each in timings),
        p99=median(each.p99 for each in timings),
    )


async def by_tasks(jobs: Iterable[Callable[[], Awaitable[Any]]], callers: int) -> Timing:
    """Run jobs by so many tasks of one loop, each taking the next when it has its answer."""
    left, waited = iter(jobs), list[float]()

    async def call() -> None:
        for job in left:
            begun = perf_counter()
            await job()
            waited.append(perf_counter() - begun)

    begun = perf_counter()
    await asyncio.gather(*(call() for _ in range(callers)))
    return timing(waited, perf_counter() - begun)


def by_threads(job: Callable[[], object], callers: int, total: int) -> Timing:
    """Run a job so many times by so many threads."""

    def call(_number: int) -> float:
        begun = perf_counter()
        job()
        return perf_counter() - begun

    with ThreadPoolExecutor(callers) as threads:
        list(threads.map(call, range(callers)))  # every thread is there and has its connection
        begun = perf_counter()
        waited = list(threads.map(call, range(total)))
        return timing(waited, perf_counter() - begun)


def machine() -> str:
    """Say what this runs on, and how fast it is at this moment: a shared machine is not always the same."""
    begun = process_time()
    for _ in range(1_000_000):
        pass
    loop = (process_time() - begun) * 1000
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"a million turns of an empty loop {loop:.0f} ms, load {load:.1f}"
    )
