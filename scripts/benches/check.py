"""How long a check by person takes, durable record included, beside one bare row by its key; and whether it finds.

    scripts/bench check [--json] [--quick] [--orders 10000] [--questions 600] [--data FOLDER]

With `--data` it asks a registry that `scripts/bench seed` made of as many orders.
"""

import argparse
import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, Final

import orjson

from registry import core
from registry.config import Settings
from registry.core import Core
from registry.errors import Malformed
from registry.process import settle_memory
from registry.questions import Question
from registry.searching import near
from registry.values.check import CheckPurpose
from registry.values.identifiers import PartyRef
from registry.values.issuance import PartyRole
from registry.values.parties import Identity
from registry.views.persons import PERSON
from scripts.benches._house import FRANCE, PRINCIPAL, enrolment
from scripts.benches._people import Asked, people, questions
from scripts.benches._timing import machine, timing
from scripts.benches.seed import respondent_ref, seed

_QUICK: Final = (200, 60)
_GETS: Final = 20_000
_SHOWN: Final = ("kind", "asked", "p50_ms", "p99_ms", "to_floor", "found_first", "found", "keys", "rows", "too_many")


def main(arguments: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="scripts/bench check")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=600)
    parser.add_argument("--data", type=Path)
    chosen = parser.parse_args(arguments)
    orders, count = _QUICK if chosen.quick else (chosen.orders, chosen.questions)
    with TemporaryDirectory(prefix="bench-check-") as folder:
        settings = Settings(data=chosen.data or Path(folder) / "data")
        if chosen.data is None:
            core.create(settings, enrolment())
        with core.opened(settings) as opened:
            if chosen.data is None:
                seed(opened, orders)
            answer = measured(opened, settings, orders, count)
    print(orjson.dumps(answer).decode() if chosen.json else _printed(answer))
    return 0


def measured(opened: Core, settings: Settings, orders: int, count: int) -> dict[str, Any]:
    """Ask, one question at a time, and sum up by kind."""
    settle_memory()
    floor = _floor(core.ledger_settings(settings).path or Path(), opened)
    begun = perf_counter()
    opened.checker.searching.lexicon.learn()
    learned = perf_counter() - begun
    registered = list(islice(people(), 0, 2 * orders, 2))
    asked = list(questions(count, registered))
    results = asyncio.run(_ask(opened, asked))
    rows = [_row(kind, [each for each in results if each["kind"] == kind], floor) for kind in _kinds(asked)]
    every = _row("every kind", results, floor)
    return {
        "machine": machine(),
        "orders": orders,
        "persons": 2 * orders,
        "floor_microseconds": round(floor * 1e6, 2),
        "learning_the_words_seconds": round(learned, 2),
        "checks_per_second": round(len(results) / sum(each["seconds"] for each in results), 1),
        "rows": [*rows, every],
    }


async def _ask(opened: Core, asked: Sequence[Asked]) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = []
    for each in asked:
        keys, rows = _cost(opened, each.identity)
        question = Question(jurisdiction=FRANCE, purpose=CheckPurpose.AT_THE_SCENE, identity=each.identity)
        begun = perf_counter()
        try:
            answer = await opened.checker.check(question, principal=PRINCIPAL)
        except Malformed:
            persons: list[PartyRef] | None = None
        else:
            persons = [each.party.party_ref for each in answer.found.persons] if answer.found else []
        spent = perf_counter() - begun
        place = None if persons is None else _place(persons, each.meant)
        results.append(
            {
                "kind": each.kind,
                "seconds": spent,
                "keys": keys,
                "rows": rows,
                "refused": persons is None,
                "place": place,
            }
        )
    return results


def _place(persons: Sequence[PartyRef], meant: int | None) -> int | None:
    """Give the place in the answer of who is meant; of nobody, how many others are in it."""
    if meant is None:
        return len(persons)
    ref = respondent_ref(meant)
    return persons.index(ref) if ref in persons else None


def _cost(opened: Core, identity: Identity) -> tuple[int, int]:
    """Count the keys that are looked up for a question and the rows that are read under them."""
    searching, head = opened.checker.searching, opened.ledger.reader.head()
    words = searching.lexicon.as_of(head, newest=True)
    found = searching.nominating.nominate(identity, PartyRole.RESPONDENT, lambda word: near(word, words))
    return found.keys, found.rows


def _row(kind: str, results: Sequence[dict[str, Any]], floor: float) -> dict[str, Any]:
    taken = timing([each["seconds"] for each in results], 1)
    meant = [each for each in results if each["kind"] != "nobody"]
    row: dict[str, Any] = {
        "kind": kind,
        "asked": len(results),
        "p50_ms": taken.p50,
        "p99_ms": taken.p99,
        "to_floor": round(taken.p50 / 1000 / floor),
        "keys": median(each["keys"] for each in results),
        "rows": median(each["rows"] for each in results),
        "too_many": sum(each["refused"] for each in results),
    }
    if meant:
        row["found_first"] = round(sum(each["place"] == 0 for each in meant) / len(meant), 3)
        row["found"] = round(sum(each["place"] is not None for each in meant) / len(meant), 3)
    return row


def _kinds(asked: Sequence[Asked]) -> list[str]:
    return list(dict.fromkeys(each.kind for each in asked))


def _floor(file: Path, opened: Core) -> float:
    """Give the seconds that the store alone takes for one row by its key, in the same file."""
    keys = [row["party_ref"] for row in opened.ledger.reader.rows(PERSON, {}, limit=_GETS)]
    sql = f"SELECT sealed FROM {PERSON.name} WHERE party_ref = ?"  # noqa: S608  # a constant
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        begun = perf_counter()
        for key in keys:
            connection.execute(sql, (key,)).fetchone()
        return (perf_counter() - begun) / max(len(keys), 1)


def _printed(answer: dict[str, Any]) -> str:
    head = [f"{name}: {said}" for name, said in answer.items() if name != "rows"]
    width = max(len(str(row["kind"])) for row in answer["rows"])
    lines = [
        "  ".join(str(row.get(name, "")).ljust(width if name == "kind" else 11) for name in _SHOWN)
        for row in ({name: name for name in _SHOWN}, *answer["rows"])
    ]
    return "\n".join((*head, *lines))
