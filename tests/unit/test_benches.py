"""Each bench runs in its quick mode and prints its floors and its ratios."""

import shutil
from itertools import islice

import orjson
import pytest

from registry import core
from registry.config import Settings
from registry.filing import opened_person
from registry.views.persons import PERSON, PERSON_KEY
from registry.views.police import FINDING, TABLES
from scripts.bench_runner import BENCHES, benches, main
from scripts.benches import append, check, ledger, rebuild, seed, start
from scripts.benches._crowd import fill
from scripts.benches._house import enrolment
from scripts.benches._people import people


def printed(capsys, run, *arguments):
    assert run([*arguments, "--quick", "--json"]) == 0
    return orjson.loads(capsys.readouterr().out)


def test_the_write_path_is_shown_beside_its_floors(capsys):
    rows = printed(capsys, append.main, "--store", "sqlite")["rows"]
    by_case = {(row["store"], row["what"], row["callers"]): row for row in rows}
    for store in ("sqlite", "sqlite +2 ms"):
        assert by_case[store, "raw, 1 a transaction", 1]["timing"]["per_second"] > 0
        assert by_case[store, "library save", 64]["to_raw"] > 0
        for what in ("ledger alone", "an order entered", "a service recorded"):
            for callers in (1, 64):
                row = by_case[store, what, callers]
                assert row["to_library"] > 0
                assert row["to_raw"] > 0
                assert 0 < row["timing"]["p50"] <= row["timing"]["p99"]


def test_without_a_c_compiler_the_slow_half_is_left_out_loudly(capsys, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert append.main(["--quick", "--store", "sqlite"]) == 0
    out, err = capsys.readouterr()
    assert "a service recorded" in out
    assert "+2 ms" not in out
    assert "DID NOT RUN" in err


def test_a_rebuild_is_shown_beside_a_raw_read_with_its_memory(capsys):
    rows = printed(capsys, rebuild.main, "--store", "sqlite")["rows"]
    by_case = {row["what"]: row for row in rows}
    assert by_case["raw read"]["to_floor"] == 1
    assert 0 < by_case["every view, together"]["to_floor"] < 1
    assert all(row["memory_after"] > 0 for row in rows)


def test_a_start_is_shown_beside_the_import_of_the_web_server(capsys):
    answer = printed(capsys, start.main)
    assert answer["start_seconds"] > answer["floor_seconds"] > 0
    assert answer["to_floor"] > 0


def test_the_log_is_shown_beside_hashing_and_signing_alone(capsys):
    answer = printed(capsys, ledger.main)
    assert answer["audit_of_a_million_seconds"] > 0
    whats = [row["what"] for row in answer["rows"]]
    for batch in (1, 100, 1000):
        for what in ("leaves committed and signed", "facts published by the registry"):
            assert f"{what}, batch {batch}" in whats
    assert all(row["per_second"] > 0 and row["to_floor"] > 0 for row in answer["rows"])


def test_a_check_by_person_is_shown_beside_what_is_bare_and_finds_who_is_meant(capsys):
    (answer,) = printed(capsys, check.main)["registries"]
    by_kind = {row["kind"]: row for row in answer["rows"]}
    assert by_kind["exact"]["first_ten"] == by_kind["number"]["first_ten"] == 1
    assert all(row["search_p50_ms"] > 0 and row["to_floor"] > 0 for row in answer["rows"])
    assert all(answer["floors"].values())
    assert answer["persons"] == 400
    assert answer["words_kept"]["recalled_is_known"] == 1
    assert answer["against_everybody"]["at_or_above_strong"] > 0
    assert answer["against_everybody"]["missed_by_the_index"] == 0
    assert answer["entry"]["found_at_once"] == 1
    assert answer["erasure"]["rows_left"] == 0


def test_a_seeded_registry_has_the_same_people_each_time(capsys):
    assert printed(capsys, seed.main)["persons"] == 400
    first, again = (list(islice(people(), 50)) for _ in range(2))
    assert first == again
    assert len({each.name for each in first}) > 40


def test_what_is_filled_in_bulk_is_what_the_commands_write(tmp_path):
    """But for what is drawn: keys, salts, openings, ids of facts, and the instants."""
    ways = {"commands": tmp_path / "commands", "bulk": tmp_path / "bulk"}
    held = {}
    for way, data in ways.items():
        settings = Settings(data=data)
        core.create(settings, enrolment())
        if way == "bulk":
            shutil.copy(ways["commands"] / "keys" / "secret_index.key", data / "keys")
            fill(settings, 12, workers=0)
        with core.opened(settings) as opened:
            if way == "commands":
                seed.seed(opened, 12)
            held[way] = all_that_is_not_drawn(opened)
    assert held["bulk"] == held["commands"]


def all_that_is_not_drawn(opened):
    reader = opened.ledger.reader
    keys = {(row["digest"], row["party_ref"]) for row in reader.rows(PERSON_KEY, {})}
    found = {tuple(row.values()) for row in reader.rows(FINDING, {})}
    sizes = {table.name: reader.size(table) for table in TABLES}
    ring, ledger = opened.executor.ring, opened.executor.ledger_id
    persons = {
        (row["party_ref"], row["order_ref"], row["role"], opened_person(row, ring=ring, ledger_id=ledger))
        for row in reader.rows(PERSON, {})
    }
    facts = {
        (each.fact.stream, each.fact.version, each.fact.actor, each.fact.event.details.court)
        for each in reader.after(0, limit=1000, topics=("order.issued.1",))
    }
    return keys, found, sizes, persons, facts


def test_every_bench_says_what_it_measures_and_can_be_run():
    for name in ("append", "check", "ledger", "rebuild", "seed", "start"):
        assert benches()[name]
        assert (BENCHES / f"{name}.py").exists()


@pytest.mark.parametrize("name", ["no-such-bench"])
def test_a_bench_that_is_not_there_is_named_an_error(name, capsys):
    assert main([name]) == 2
    assert "No benchmark" in capsys.readouterr().err
