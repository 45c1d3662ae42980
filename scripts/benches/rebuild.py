"""How fast every view is rebuilt from the log, beside a raw read of it, and whether memory stays flat.

scripts/bench rebuild [--json] [--quick] [--facts 100000] [--store sqlite|postgres]
"""

import argparse
import os
import sqlite3
import sys
from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, Final

import orjson
import psycopg

from registry.core import Core, clock, ledger_settings
from registry.ledger.codec import StoredFact, encode
from registry.ledger.port import Reader
from registry.process import settle_memory
from registry.processes import VIEWS
from registry.values.identifiers import Position
from registry.views.base import View
from registry.views.rebuild import rebuild, rebuild_together
from scripts.benches._house import house
from scripts.benches._story import assert_equal, tell, write
from scripts.benches._timing import machine
from tests.servers import NoServerError, postgres

STORES: Final = ("sqlite", "postgres")
_BATCH: Final = 2_000
_PAGE_KIB: Final = os.sysconf("SC_PAGE_SIZE") // 1024
_QUICK_FACTS: Final = 2_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One case: facts a second, and the memory of the process in KiB before and after."""

    store: str
    what: str
    facts: int
    per_second: float
    to_floor: float
    memory_before: int
    memory_after: int


def main(arguments: list[str]) -> int:
    """Measure and print; 0 unless a store fails."""
    parser = argparse.ArgumentParser(prog="scripts/bench rebuild")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--facts", type=int, default=100_000)
    parser.add_argument("--store", choices=STORES)
    chosen = parser.parse_args(arguments)
    facts = _QUICK_FACTS if chosen.quick else chosen.facts
    rows: list[Row] = []
    for store in [chosen.store] if chosen.store else STORES:
        try:
            with _house(store) as (opened, where):
                rows += _rows(store, opened, where, facts)
        except NoServerError as reason:
            print(reason, file=sys.stderr)
    if chosen.json:
        answer = {"machine": machine(), "rows": [asdict(row) for row in rows]}
        sys.stdout.write(orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        print(f"{machine()}; {facts} facts")
        print("\n".join(_line(row) for row in rows))
    return 0


def _line(row: Row) -> str:
    ratio = f"{row.to_floor:6.3f} x raw floor"
    memory = f"memory {row.memory_before // 1024} -> {row.memory_after // 1024} MiB"
    return f"{row.store:<9} {row.what:<28} {row.per_second:>9.0f} facts/s {ratio}  {memory}"


@contextmanager
def _house(store: str) -> Generator[tuple[Core, Path | str], None, None]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="bench-rebuild-")))
        dsn: str | None = None
        if store == "postgres":
            dsn = stack.enter_context(stack.enter_context(postgres(fsync=True)).database())
        opened = stack.enter_context(house(folder / "house", dsn))
        where = dsn or ledger_settings(opened.settings).path
        if where is None:
            message = "a ledger is a file or a database"
            raise ValueError(message)
        yield opened, where


def _rows(store: str, opened: Core, where: Path | str, facts: int) -> list[Row]:
    reader = opened.ledger.reader
    settle_memory()
    told = tell(opened)
    write(where, told, facts)
    assert_equal(told, lambda after, count: _stored(reader, after, count))
    spent: dict[str, float] = {}
    memory = [_memory()]
    spent["raw read"] = floor = _raw_read(where)
    memory.append(_memory())
    spent["read and decoded"] = _decoded(reader)
    memory.append(_memory())
    for view in VIEWS:
        spent[f"view {view.name}"] = _rebuilt(opened, view, facts)
        memory.append(_memory())
    spent["every view, together"] = _together(opened, facts)
    memory.append(_memory())
    return [
        Row(
            store=store,
            what=what,
            facts=facts,
            per_second=round(facts / seconds, 1),
            to_floor=round(floor / seconds, 4),
            memory_before=before,
            memory_after=after,
        )
        for (what, seconds), before, after in zip(spent.items(), memory, memory[1:], strict=False)
    ]


def _rebuilt(opened: Core, view: View, facts: int) -> float:
    begun = perf_counter()
    progress = rebuild(view, reader=opened.ledger.reader, store=opened.views, clock=clock, fresh=True)
    spent = perf_counter() - begun
    if progress.facts != facts or not progress.served:
        message = "a view was not rebuilt from every fact"
        raise AssertionError(message)
    return spent


def _together(opened: Core, facts: int) -> float:
    begun = perf_counter()
    progress = rebuild_together(VIEWS, reader=opened.ledger.reader, store=opened.views, clock=clock, fresh=True)
    spent = perf_counter() - begun
    if any(each.facts != facts or not each.served for each in progress):
        message = "a view was not rebuilt from every fact"
        raise AssertionError(message)
    return spent


def _stored(reader: Reader, after: int, count: int) -> Sequence[StoredFact]:
    return [
        (each.position, each.fact.stream, each.fact.version, *encode(each.fact), each.fact.recorded_at)
        for each in reader.after(Position(after), limit=count)
    ]


def _raw_read(where: Path | str) -> float:
    """Give the seconds that reading every row takes, in batches, without looking at it."""
    begun = perf_counter()
    if isinstance(where, Path):
        with closing(sqlite3.connect(where)) as connection:
            _drain(connection.cursor(), "SELECT * FROM stored_events WHERE position > ? ORDER BY position LIMIT ?")
    else:
        with psycopg.connect(where) as server:
            sql = "SELECT * FROM stored_events WHERE notification_id > %s ORDER BY notification_id LIMIT %s"
            _drain(server.cursor(), sql)
    return perf_counter() - begun


def _drain(cursor: Any, sql: str) -> None:  # noqa: ANN401  # of either driver
    names: list[str] = []
    last: Any = 0
    while found := cursor.execute(sql, (last, _BATCH)).fetchall():
        names = names or [column[0] for column in cursor.description]
        last = found[-1][names.index("position" if "position" in names else "notification_id")]


def _decoded(reader: Reader) -> float:
    begun = perf_counter()
    position = Position(0)
    while found := reader.after(position, limit=_BATCH):
        position = found[-1].position
    return perf_counter() - begun


def _memory() -> int:
    """Give the resident memory of this process in KiB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE_KIB


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
