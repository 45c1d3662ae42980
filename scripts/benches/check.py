"""How long a check by person takes, durable record included, beside what is bare; what it finds; what the index costs.

    scripts/bench check [--json] [--quick] [--persons 20000] [--questions 800] [--data FOLDER ...]

With `--data` it asks registries that `scripts/bench seed` made; of several it says how the median grows. The door, over
HTTP, is `scripts/bench door`.
"""

import argparse
import asyncio
from collections.abc import Sequence
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
from registry.views.police import ORDER
from scripts.benches._crowd import fill, keep_words
from scripts.benches._everybody import compared_with_everybody
from scripts.benches._house import FRANCE, PRINCIPAL, enrolment
from scripts.benches._index import bytes_a_person, erased, floors, kept, search, seen, started
from scripts.benches._people import NOBODY, Asked, chosen, people, questions
from scripts.benches._timing import machine, percentile, timing
from scripts.benches.seed import respondent_ref, seed, seeded

_QUICK: Final = (400, 64)
_TEN: Final = 10
_BULK: Final = 10_000
"""Orders from which a registry is filled in bulk."""
_SHOWN: Final = (
    "kind", "asked", "search_p50_ms", "p99_ms", "p99.9_ms", "to_floor", "check_p50_ms", "check_p99_ms",
    "first", "first_ten", "nominated", "keys", "rows", "opened", "too_many",
)  # fmt: skip


def main(arguments: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="scripts/bench check")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--persons", type=int, default=20_000)
    parser.add_argument("--questions", type=int, default=800)
    parser.add_argument("--data", type=Path, action="append")
    given = parser.parse_args(arguments)
    persons, count = _QUICK if given.quick else (given.persons, given.questions)
    with TemporaryDirectory(prefix="bench-check-") as folder:
        data = given.data or [_made(Path(folder) / "data", persons // 2)]
        measured = [_measured(Settings(data=each), count) for each in data]
    answer: dict[str, Any] = {"machine": machine(), "registries": measured}
    if len(measured) > 1:
        answer["growth_of_the_median"] = round(
            measured[-1]["rows"][-1]["search_p50_ms"] / measured[0]["rows"][-1]["search_p50_ms"], 2
        )
    print(orjson.dumps(answer).decode() if given.json else _printed(answer))
    return 0


def _made(data: Path, orders: int) -> Path:
    settings = Settings(data=data)
    core.create(settings, enrolment())
    if orders >= _BULK:
        fill(settings, orders)
        with core.opened(settings) as opened:
            keep_words(opened, orders)
    else:
        with core.opened(settings) as opened:
            seed(opened, orders)
    return data


def _measured(settings: Settings, count: int) -> dict[str, Any]:
    with core.opened(settings) as opened:
        return measured(opened, count)


def measured(opened: Core, count: int) -> dict[str, Any]:
    """Ask, one question at a time, and sum up by kind; then what the index costs besides."""
    orders = seeded(opened.ledger.reader.size(ORDER))
    begun = started(opened)
    settle_memory()
    bare = floors(opened)
    asked = list(questions(*_sample(count, orders)))
    results = asyncio.run(_ask(opened, asked))
    kinds = list(dict.fromkeys(each.kind for each in asked))
    rows = [_row(kind, [each for each in results if each["kind"] == kind], bare) for kind in kinds]
    return {
        "machine": machine(),
        "persons": 2 * orders,
        "floors": bare,
        "start": begun,
        "bytes_a_person": bytes_a_person(opened),
        "checks_per_second": round(len(results) / sum(each["check"] for each in results), 1),
        "rows": [*rows, _row("every kind", results, bare)],
        "against_everybody": compared_with_everybody(opened, orders),
        "entry": seen(opened),
        "words_kept": kept(opened),
        "erasure": erased(opened),
    }


def _sample(count: int, orders: int) -> tuple[list[int], dict[int, Identity]]:
    """Give the numbers of the respondents who are asked about, and who they are, without making the others."""
    numbers = chosen(count, orders)
    wanted = frozenset(numbers)
    respondents = islice(people(), 0, 2 * orders, 2)
    return numbers, {number: who for number, who in enumerate(respondents) if number in wanted}


async def _ask(opened: Core, asked: Sequence[Asked]) -> list[dict[str, Any]]:
    """Ask each question twice, as a search alone and as a whole check; which comes first is in turns."""
    results: list[dict[str, Any]] = []
    for number, each in enumerate(asked):
        result: dict[str, Any] = {"kind": each.kind, **_cost(opened, each)}
        result |= _searched(opened, each) if number % 2 else await _checked(opened, each)
        result |= await _checked(opened, each) if number % 2 else _searched(opened, each)
        results.append(result)
    return results


def _searched(opened: Core, asked: Asked) -> dict[str, Any]:
    begun = perf_counter()
    try:
        meant = search(opened, asked.identity).meant
    except Malformed:
        meant = ()
    return {"search": perf_counter() - begun, "meant": len(meant)}


async def _checked(opened: Core, asked: Asked) -> dict[str, Any]:
    question = Question(jurisdiction=FRANCE, purpose=CheckPurpose.AT_THE_SCENE, identity=asked.identity)
    begun = perf_counter()
    try:
        answer = await opened.checker.check(question, principal=PRINCIPAL)
    except Malformed:
        persons: list[PartyRef] | None = None
    else:
        persons = [each.party.party_ref for each in answer.found.persons] if answer.found else []
    spent = perf_counter() - begun
    place = None if persons is None else _place(persons, asked.meant)
    return {"check": spent, "refused": persons is None, "place": place}


def _place(persons: Sequence[PartyRef], meant: int | None) -> int | None:
    """Give the place in the answer of who is meant; of nobody, how many others are in it."""
    if meant is None:
        return len(persons)
    ref = respondent_ref(meant)
    return persons.index(ref) if ref in persons else None


def _cost(opened: Core, asked: Asked) -> dict[str, Any]:
    """Count the keys that are looked up for a question, the rows that are read under them, and whom they nominate."""
    searching, head = opened.checker.searching, opened.ledger.reader.head()
    words = searching.lexicon.as_of(head, newest=True)
    found = searching.nominating.nominate(asked.identity, PartyRole.RESPONDENT, lambda word: near(word, words))
    nominated = {nominee.party_ref for nominee in found.nominees}
    is_there = asked.meant is not None and respondent_ref(asked.meant) in nominated
    return {"keys": found.keys, "rows": found.rows, "opened": len(found.nominees), "nominated": is_there}


def _row(kind: str, results: Sequence[dict[str, Any]], bare: dict[str, float]) -> dict[str, Any]:
    searches, checks = (timing([each[what] for each in results], 1) for what in ("search", "check"))
    meant = [each for each in results if each["kind"] != NOBODY]
    cost = {name: median(each[name] for each in results) for name in ("keys", "rows", "opened")}
    # What the same keys hashed and looked up, and the same persons fetched and opened, would take bare.
    each_key, each_person = bare["keyed_hash_us"] + bare["row_by_key_us"], bare["row_by_key_us"] + bare["opened_us"]
    floor = (cost["keys"] * each_key + cost["opened"] * each_person) / 1000
    row: dict[str, Any] = {
        "kind": kind,
        "asked": len(results),
        "search_p50_ms": searches.p50,
        "p99_ms": searches.p99,
        "p99.9_ms": percentile([each["search"] for each in results], 999),
        "to_floor": round(searches.p50 / floor, 1) if floor else None,
        "check_p50_ms": checks.p50,
        "check_p99_ms": checks.p99,
        **cost,
        "too_many": sum(each["refused"] for each in results),
    }
    if meant:
        row["nominated"] = round(sum(each["nominated"] for each in meant) / len(meant), 3)
        row["first"] = round(sum(each["place"] == 0 for each in meant) / len(meant), 3)
        row["first_ten"] = round(sum(each["place"] in range(_TEN) for each in meant) / len(meant), 3)
    return row


def _printed(answer: dict[str, Any]) -> str:
    lines: list[str] = [f"machine: {answer['machine']}"]
    for each in answer["registries"]:
        lines += [f"{name}: {said}" for name, said in each.items() if name != "rows"]
        width = max(len(str(row["kind"])) for row in each["rows"])
        head: dict[str, Any] = {name: name for name in _SHOWN}
        lines += [_line(row, width) for row in (head, *each["rows"])]
    if "growth_of_the_median" in answer:
        lines.append(f"growth of the median, first to last: {answer['growth_of_the_median']}")
    return "\n".join(lines)


def _line(row: dict[str, Any], width: int) -> str:
    return "  ".join(str(row.get(name, "")).ljust(width if name == "kind" else len(name)) for name in _SHOWN)
