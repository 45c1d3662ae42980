"""How long `registry serve` takes from its start to its first answer on `/livez`, on an empty ledger.

    scripts/bench start [--json] [--quick] [--imports]

The floor is the same interpreter importing the web server alone. `--imports` names the slowest imports.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from socket import create_connection, create_server
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

import orjson

from registry import core
from registry.config import Settings
from scripts.benches._house import enrolment
from scripts.benches._timing import machine

TARGET_SECONDS: Final = 1.5
_ROUNDS: Final = 5
_MOST_SECONDS: Final = 60.0
_SHOWN: Final = 12
_ASK: Final = b"GET /livez HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n"


def main(arguments: list[str]) -> int:
    """Measure and print; 1 if the server does not come up."""
    parser = argparse.ArgumentParser(prog="scripts/bench start")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--imports", action="store_true")
    chosen = parser.parse_args(arguments)
    rounds = 1 if chosen.quick else _ROUNDS
    with TemporaryDirectory(prefix="bench-start-") as folder:
        data = Path(folder) / "data"
        core.create(Settings(data=data), enrolment())
        floors, starts = list[float](), list[float]()
        for _ in range(rounds):
            floors.append(_floor())
            starts.append(_start(data))
    floor, start = median(floors), median(starts)
    answer: dict[str, object] = {
        "machine": machine(),
        "rounds": rounds,
        "floor_seconds": round(floor, 3),
        "start_seconds": round(start, 3),
        "to_floor": round(start / floor, 2),
        "target_seconds": TARGET_SECONDS,
        "reached": start <= TARGET_SECONDS,
    }
    if chosen.imports:
        answer["imports"] = _imports()
    if chosen.json:
        sys.stdout.write(orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        print("\n".join(f"{name:<16} {value}" for name, value in answer.items()))
    return 0


def _floor() -> float:
    """Give the seconds of an interpreter that imports the web server and ends."""
    begun = perf_counter()
    subprocess.run([sys.executable, "-c", "from aiohttp import web"], check=True)
    return perf_counter() - begun


def _start(data: Path) -> float:
    """Give the seconds from the process's start to its first whole answer."""
    with create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
    environment = {**os.environ, "REGISTRY_PORT": str(port)}
    begun = perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "registry", "--data", str(data), "serve"],
        env=environment,
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        while perf_counter() - begun < _MOST_SECONDS:
            if process.poll() is not None:
                break
            if _answers(port):
                return perf_counter() - begun
            _breathe(process)
        message = "the server did not come up"
        raise RuntimeError(message)
    finally:
        process.terminate()
        process.wait(_MOST_SECONDS)


def _answers(port: int) -> bool:
    try:
        with create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(_ASK)
            return connection.recv(64).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def _breathe(process: "subprocess.Popen[bytes]") -> None:
    """Leave the cores to the server for five milliseconds, or until it ends."""
    try:
        process.wait(0.005)
    except subprocess.TimeoutExpired:
        return


def _imports() -> list[str]:
    """Give the imports that cost most by themselves, in microseconds."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import registry.app"], check=True, stderr=subprocess.PIPE, text=True
    )
    rows = [line.removeprefix("import time:").split("|") for line in done.stderr.splitlines() if line.count("|") == 2]  # noqa: PLR2004  # self | cumulative | name
    costs = [(int(row[0]), row[2].strip()) for row in rows if row[0].strip().isdigit()]
    return [f"{cost} us {name}" for cost, name in sorted(costs, reverse=True)[:_SHOWN]]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
