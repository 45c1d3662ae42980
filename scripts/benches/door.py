"""Checks over HTTP, by reference and by person, signed and durably recorded, beside the least that a web server does.

    scripts/bench door [--json] [--quick] [--orders 2000] [--questions 400] [--data FOLDER]

Server and client are two processes of one machine. Requests are signed before the clock starts. With `--data` it asks a
registry that `scripts/bench seed` made.
"""

import argparse
import asyncio
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, Final
from uuid import UUID, uuid4

import orjson
from aiohttp import ClientSession

from registry import core
from registry.config import Settings
from registry.demo.client import signed_assertion
from registry.ledger.opening import open_reader
from registry.messages.keys import SigningKey
from registry.messages.request import signed_headers
from registry.values.parties import Identity
from registry.views.police import ORDER
from scripts.benches._house import COURT, KEY_ID, enrolment, key
from scripts.benches._people import chosen, people, questions
from scripts.benches._timing import machine, percentile, timing
from scripts.benches.seed import seed, seeded

_QUICK: Final = (60, 24)
_CALLERS: Final = (1, 8)
_PATH: Final = "/v1/checks"
_SHOWN: Final = tuple(
    "what callers per_second p50_ms p99_ms p99.9_ms to_bare_rate to_bare_p99 bytes refused".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class _Bench:
    """The bench's own institution, as whoever signs for it names it."""

    institution: str = COURT

    def key(self) -> Any:  # noqa: ANN401  # an Ed25519 key
        """Give its key."""
        return key()


def main(arguments: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="scripts/bench door")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--orders", type=int, default=2_000)
    parser.add_argument("--questions", type=int, default=400)
    parser.add_argument("--data", type=Path)
    given = parser.parse_args(arguments)
    orders, count = _QUICK if given.quick else (given.orders, given.questions)
    with TemporaryDirectory(prefix="bench-door-") as folder:
        settings = Settings(data=given.data or Path(folder) / "data")
        if given.data is None:
            core.create(settings, enrolment())
            with core.opened(settings) as opened:
                seed(opened, orders)
        rows, started = asyncio.run(_measured(settings, count))
    answer = {"machine": machine(), "started_seconds": started, "rows": rows}
    print(orjson.dumps(answer).decode() if given.json else _printed(answer))
    return 0


async def _measured(settings: Settings, count: int) -> tuple[list[dict[str, Any]], float]:
    asked = _asked(settings, count)
    rows: list[dict[str, Any]] = []
    begun = perf_counter()
    with _serving("_served", str(settings.data)) as port:
        started = round(perf_counter() - begun, 2)
        async with ClientSession(f"http://127.0.0.1:{port}") as session:
            signed = (settings.issuer, await _signed_in(session, settings.issuer))
            for what, bodies in asked.items():
                rows += [await _row(session, what, callers, bodies, signed) for callers in _CALLERS]
    with _serving("_bare") as port:
        async with ClientSession(f"http://127.0.0.1:{port}") as session:
            for row in tuple(rows):
                bodies, path = asked[row["what"]], f"/{row['bytes']}"
                bare = await _row(session, f"bare, for {row['what']}", row["callers"], bodies, signed, path=path)
                row["to_bare_rate"] = round(row["per_second"] / bare["per_second"], 3)
                row["to_bare_p99"] = round(row["p99_ms"] / bare["p99_ms"], 1)
                rows.append(bare)
    return rows, started


def _asked(settings: Settings, count: int) -> dict[str, list[bytes]]:
    """Give the bodies of the questions: by the reference of an order, and by every kind of person."""
    reader = open_reader(core.ledger_settings(settings))
    orders = seeded(reader.size(ORDER))
    refs = [UUID(bytes=row["order_ref"]) for row in reader.rows(ORDER, {}, limit=count)]  # type: ignore[arg-type]  # bytes
    reader.close()
    numbers = chosen(count, orders)
    wanted = frozenset(numbers)
    known = {number: who for number, who in enumerate(islice(people(), 0, 2 * orders, 2)) if number in wanted}
    persons = [_body({"identity": _written(each.identity)}) for each in questions(numbers, known)]
    exact = [_body({"identity": _written(known[number])}) for number in numbers]
    by_reference = [_body({"order_ref": str(ref)}) for ref in refs]
    return {"by reference": by_reference, "by name and date": exact, "by every kind of person": persons}


def _body(said: dict[str, Any]) -> bytes:
    return orjson.dumps({"purpose": "AT_THE_SCENE", **said})


def _written(identity: Identity) -> dict[str, Any]:
    said: dict[str, Any] = {"documents": list(identity.documents)}
    if identity.name.family:
        said["name"] = {"family": identity.name.family, "given": identity.name.given}
    return said | ({"birth_date": identity.birth_date} if identity.birth_date else {})


@contextmanager
def _serving(what: str, *given: str) -> Generator[int, None, None]:
    command = [sys.executable, "-m", f"scripts.benches.{what}", *given]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()


async def _signed_in(session: ClientSession, issuer: str) -> str:
    audience = f"{issuer}/v1/token"
    assertion = signed_assertion(_Bench(), audience=audience, now=core.clock(), jti=str(uuid4()))  # type: ignore[arg-type]  # a player's two members
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion,
    }
    async with session.post("/v1/token", data=form) as response:
        token: str = orjson.loads(await response.read())["access_token"]
    return token


async def _row(
    session: ClientSession,
    what: str,
    callers: int,
    bodies: Sequence[bytes],
    signed: tuple[str, str],
    *,
    path: str = _PATH,
) -> dict[str, Any]:
    """Send signed requests by so many callers, each the next when it has its answer."""
    left = iter([(body, _headers(body, *signed)) for body in bodies])
    waited: list[float] = []
    sizes: list[int] = []
    refused = 0

    async def call() -> None:
        nonlocal refused
        for body, headers in left:
            begun = perf_counter()
            async with session.post(path, data=body, headers=headers) as response:
                raw = await response.read()
            waited.append(perf_counter() - begun)
            sizes.append(len(raw))
            refused += response.status >= 400  # noqa: PLR2004  # errors begin here

    begun = perf_counter()
    await asyncio.gather(*(call() for _ in range(callers)))
    taken = timing(waited, perf_counter() - begun)
    return {
        "what": what,
        "callers": callers,
        "per_second": taken.per_second,
        "p50_ms": taken.p50,
        "p99_ms": taken.p99,
        "p99.9_ms": percentile(waited, 999),
        "bytes": sorted(sizes)[len(sizes) // 2],
        "refused": refused,
    }


def _headers(body: bytes, issuer: str, token: str) -> dict[str, str]:
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Idempotency-Key": str(uuid4()),
    }
    signer = SigningKey(kid=KEY_ID, private=key())
    return headers | signed_headers(
        signer,
        method="POST",
        target_uri=issuer + _PATH,
        headers=headers,
        body=body,
        now=core.clock(),
        nonce=str(uuid4()),
    )


def _printed(answer: dict[str, Any]) -> str:
    head: dict[str, Any] = {name: name for name in _SHOWN}
    lines = [f"{name}: {answer[name]}" for name in ("machine", "started_seconds")]
    width = max(len(row["what"]) for row in answer["rows"])
    lines += [
        "  ".join(str(row.get(name, "")).ljust(width if name == "what" else 12) for name in _SHOWN)
        for row in (head, *answer["rows"])
    ]
    return "\n".join(lines)
