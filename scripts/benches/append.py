"""The write path: whole commands, durable, beside raw inserts and the engine's own save, at 1, 8 and 64 callers.

    scripts/bench append [--json] [--quick] [--store sqlite|postgres] [--no-slow]

A whole command is bound, sealed, decided and written with its claims, its rows and its outbox; its caller is answered
after the commit. Cases are interleaved in rounds and the median of the rounds is shown, because a shared machine
drifts. "+2 ms" repeats everything in a process where every fsync takes two milliseconds longer, as on a cloud disk.
"""

import argparse
import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

import orjson

from registry.core import Core
from registry.process import settle_memory
from scripts.benches._floors import Alone, Where, library, raw
from scripts.benches._house import PRINCIPAL, case, house, service
from scripts.benches._timing import Timing, by_tasks, machine, middle
from tests.servers import NoServerError, postgres

BATCH: Final = 64
STORES: Final = ("sqlite", "postgres")
_SHIM: Final = Path(__file__).with_name("slow_fsync.c")
_ROOT: Final = Path(__file__).resolve().parents[2]
_LEAST_SLOW: Final = 0.002
"""Seconds that an fsync must take where the shim is said to be loaded."""
SERVICE, ENTRY, ALONE, LIBRARY = "a service recorded", "an order entered", "ledger alone", "library save"

Places = Callable[[], Where]
"""Gives a new place for a store at each call."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One measured case. Ratios are to floors of the same store in the same run."""

    store: str
    what: str
    callers: int
    timing: Timing
    to_library: float | None = None
    """To the engine's own save with as many callers."""
    to_raw: float | None = None
    """To raw inserts, 64 a transaction."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """How much is done: rounds, and commands a round by number of callers."""

    rounds: int
    commands: dict[int, int]
    raw_total: int


FULL: Final = Size(rounds=3, commands={1: 200, 8: 800, 64: 2_000}, raw_total=6_400)
QUICK: Final = Size(rounds=1, commands={1: 10, 64: 192}, raw_total=256)
SLOW: Final = Size(rounds=3, commands={1: 60, 8: 200, 64: 1_000}, raw_total=1_280)


def main(arguments: list[str]) -> int:
    """Measure and print; 0 unless a store fails."""
    parser = argparse.ArgumentParser(prog="scripts/bench append")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--store", choices=STORES)
    parser.add_argument("--no-slow", action="store_true")
    parser.add_argument("--slowed", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    stores = [chosen.store] if chosen.store else list(STORES)
    size = QUICK if chosen.quick else SLOW if chosen.slowed else FULL
    rows = [row for store in stores for row in _measured(store, size, slowed=chosen.slowed)]
    if not chosen.no_slow and not chosen.slowed:
        rows += _slowed_rows(stores, quick=chosen.quick)
    if chosen.json:
        answer = {"machine": machine(), "rows": [asdict(row) for row in rows]}
        sys.stdout.write(orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        print(f"{machine()}; {size.rounds} rounds, medians")
        print("\n".join(_line(row) for row in rows))
    return 0


def _line(row: Row) -> str:
    timing = row.timing
    ratios = [
        f"{ratio:6.2f} x {of}"
        for ratio, of in ((row.to_library, "library"), (row.to_raw, "raw floor"))
        if ratio is not None
    ]
    waits = f"p50 {timing.p50:8.2f} ms  p99 {timing.p99:8.2f} ms" if timing.p50 else " " * 33
    return f"{row.store:<16} {row.what:<20} {row.callers:>3} {timing.per_second:>9.0f}/s  {waits}  {'  '.join(ratios)}"


def _measured(store: str, size: Size, *, slowed: bool) -> list[Row]:
    name = f"{store} +2 ms" if slowed else store
    if slowed:
        _assert_slow()
    try:
        with _places(store) as place:
            return _rows(name, place, size)
    except NoServerError as reason:
        print(reason, file=sys.stderr)
        return []


@contextmanager
def _places(store: str) -> Generator[Places, None, None]:
    """Lend what gives new places: files in a folder, or databases of a server that flushes as it should."""
    with ExitStack() as stack:
        if store == "sqlite":
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="bench-")))
            numbers = iter(range(1_000_000))
            yield lambda: folder / f"{next(numbers)}.db"
            return
        server = stack.enter_context(postgres(fsync=True))
        yield lambda: stack.enter_context(server.database())


def _rows(store: str, place: Places, size: Size) -> list[Row]:
    """Do all rounds, then sum up: in each round every case once, so that a slow minute is everybody's."""
    raw_rates: dict[int, list[float]] = {1: [], BATCH: []}
    found: dict[tuple[str, int], list[Timing]] = {}
    for _ in range(size.rounds):
        for batch, rates in raw_rates.items():
            rates.append(raw(place(), batch=batch, total=max(batch, size.raw_total // (1 if batch > 1 else 8))))
        for callers, total in size.commands.items():
            found.setdefault((LIBRARY, callers), []).append(library(place(), callers, max(callers, total // 2)))
            for what, timing in _ours(place, callers, total):
                found.setdefault((what, callers), []).append(timing)
    floors = {
        batch: middle([Timing(per_second=rate, p50=0, p99=0) for rate in rates]) for batch, rates in raw_rates.items()
    }
    rows = [Row(store=store, what=f"raw, {batch} a transaction", callers=1, timing=floors[batch]) for batch in floors]
    medians = {key: middle(timings) for key, timings in found.items()}
    return rows + [_row(store, key, medians, floors[BATCH]) for key in medians]


def _row(store: str, key: tuple[str, int], medians: dict[tuple[str, int], Timing], floor: Timing) -> Row:
    what, callers = key
    rate, saved = medians[key].per_second, medians[LIBRARY, callers].per_second
    return Row(
        store=store,
        what=what,
        callers=callers,
        timing=medians[key],
        to_library=None if what == LIBRARY else round(rate / saved, 2),
        to_raw=round(rate / floor.per_second, 3),
    )


def _ours(place: Places, callers: int, total: int) -> Iterator[tuple[str, Timing]]:
    ledger = Alone(place())
    try:
        yield ALONE, asyncio.run(by_tasks([ledger.append] * total, callers))
    finally:
        ledger.close()
    where = place()
    dsn = where if isinstance(where, str) else None
    with TemporaryDirectory(prefix="bench-house-") as folder, house(Path(folder) / "house", dsn) as opened:
        yield from _commands(opened, callers, total)


def _commands(opened: Core, callers: int, total: int) -> Iterator[tuple[str, Timing]]:
    cases = [case() for _ in range(total)]
    settle_memory()
    execute = opened.executor.execute
    entries = [lambda each=each: execute(each.entry, principal=PRINCIPAL) for each in cases]
    yield ENTRY, asyncio.run(by_tasks(entries, callers))
    commands = [service(each, 1) for each in cases]
    services = [lambda each=each: execute(each, principal=PRINCIPAL) for each in commands]
    yield SERVICE, asyncio.run(by_tasks(services, callers))


def _slowed_rows(stores: Sequence[str], *, quick: bool) -> list[Row]:
    """Repeat in a process with the shim; what cannot be built is said and left out."""
    compiler = which("cc") or which("gcc") or which("clang")
    if compiler is None:
        print("NO C COMPILER: THE +2 ms HALF OF THIS BENCH DID NOT RUN", file=sys.stderr)
        return []
    with TemporaryDirectory(prefix="bench-shim-") as folder:
        Path(folder).chmod(0o755)  # a PostgreSQL that runs as another user loads it too
        shim = Path(folder) / "slow_fsync.so"
        subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", shim, _SHIM, "-ldl"], check=True)
        options = ["--json", "--slowed", *(["--quick"] if quick else [])]
        rows: list[Row] = []
        for store in stores:
            done = subprocess.run(
                [sys.executable, "-m", "scripts.benches.append", *options, "--store", store],
                check=True,
                stdout=subprocess.PIPE,
                cwd=_ROOT,
                env={**os.environ, "LD_PRELOAD": str(shim)},
            )
            rows += [_read(row) for row in orjson.loads(done.stdout)["rows"]]
        return rows


def _read(row: dict[str, object]) -> Row:
    timing = row.pop("timing")
    return Row(**row, timing=Timing(**timing))  # type: ignore[arg-type]  # what `asdict` wrote in the other process


def _assert_slow() -> None:
    """Raise unless an fsync here takes the two milliseconds that the rows will claim."""
    with TemporaryDirectory(prefix="bench-") as folder, (Path(folder) / "probe").open("wb") as file:
        file.write(b"x")
        file.flush()
        begun = perf_counter()
        os.fdatasync(file.fileno())
        if perf_counter() - begun < _LEAST_SLOW:
            message = "the shim that slows fsync is not loaded"
            raise RuntimeError(message)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
