"""The manners of the house that no linter knows: sizes, names, places, and what must never be in the project."""

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from registry.events.catalogue import EVENT_TYPES, TOPICS
from scripts.coverage_floors import hold
from scripts.documents import documents
from scripts.golden import EVENTS, breaks, event_lines, place_of

ROOT = Path(__file__).resolve().parent.parent
OURS = ("registry", "adapters", "scripts", "tests")
TOP_LEVEL = ("docs", ".ci", *OURS)
MADE = {"__pycache__", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache"}

NOUNS = ("issuance", "service", "notice", "recognition", "violation")
STAGES = ("values", "commands", "events", "decisions")
"""Stages that every noun passes through; a stage that does not exist yet asks nothing."""

DRAWERS = {"helpers", "helper", "utils", "util", "common", "misc", "tools", "stuff", "base_utils", "shared"}
"""Names that say nothing, so that everything ends up under them."""

# Put together from parts, so that this file does not match itself.
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error")) + r")\b")
FOREIGN = re.compile(
    "|".join(
        (
            "pyp" + r"i\.org",
            "python" + r"hosted\.",
            r"registry\.npm" + "js",
            "deb" + r"\.debian\.org",
            r"(^|[^A-Za-z0-9_.])/(" + "wo" + "rk|far" + "m)/",
            "/ro" + "ot/",
            "/ho" + r"me/\w",
            "/tm" + r"p/\w",
            "far" + "m-(studio|bench)",
            r"\bsub" + "agent",
        )
    )
)


def files(*folders: str, ending: str = "") -> list[Path]:
    """Give the project's files in folders, without what a run makes."""
    found = (file for folder in folders for file in (ROOT / folder).rglob(f"*{ending}") if file.is_file())
    return sorted(file for file in found if not MADE & set(file.parts))


def everything() -> list[Path]:
    top = [file for file in ROOT.iterdir() if file.is_file() and file.name not in {".git", ".coverage", ".env"}]
    return sorted([*top, *files(*TOP_LEVEL)])


@cache
def text(file: Path) -> str:
    """Read a file; what is not text has nothing to say here."""
    try:
        return file.read_text()
    except UnicodeDecodeError:
        return ""


@cache
def tree(file: Path) -> ast.Module:
    """Read a source file's syntax tree: many manners are seen in it, and it is read once."""
    return ast.parse(text(file))


def name(file: Path) -> str:
    return str(file.relative_to(ROOT))


def settings() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_the_house_is_not_empty():
    assert len(files("registry", ending=".py")) > 30
    assert len(everything()) > 60


def test_a_file_is_short_enough_to_be_read_at_once():
    limits = {"tests": 600}  # a table of cases is read by its rows
    alone = {"scripts/verify_evidence.py": 400}  # a court is handed one file, and reads it before it is run
    long = {
        name(file): lines
        for file in files(*OURS, ending=".py")
        if (lines := len(text(file).splitlines()))
        > alone.get(name(file), limits.get(file.relative_to(ROOT).parts[0], 300))
    }
    assert not long


def test_the_first_line_of_a_file_says_what_it_is_for():
    silent = [name(file) for file in files(*OURS, ending=".py") if not text(file).startswith('"""')]
    assert not silent
    assert all(ast.get_docstring(tree(file)) for file in files(*OURS, ending=".py"))


def test_a_noun_has_the_same_file_name_in_every_stage():
    missing = [
        f"registry/{stage}/{noun}.py"
        for stage in STAGES
        if (ROOT / "registry" / stage / "__init__.py").exists()
        for noun in NOUNS
        if not (ROOT / "registry" / stage / f"{noun}.py").exists()
    ]
    assert not missing


def test_no_module_is_a_drawer_for_odds_and_ends():
    assert not [
        name(file) for file in files(*OURS, ending=".py") if file.stem in DRAWERS or file.parent.name in DRAWERS
    ]


def test_nothing_is_left_unfinished():
    assert not [name(file) for file in files(*OURS, ending=".py") if UNFINISHED.search(text(file))]


def test_no_check_is_switched_off_without_saying_which():
    bare = re.compile(r"#\s*(type: ignore(?!\[)|pyright: ignore(?!\[)|noqa(?!:))|pragma: no" + " cover")
    assert not [name(file) for file in files(*OURS, ending=".py") if bare.search(text(file))]


def test_the_project_names_no_machine_and_no_package_index():
    found = [
        f"{name(file)}:{number}"
        for file in everything()
        for number, line in enumerate(text(file).splitlines(), start=1)
        if FOREIGN.search(line)
    ]
    assert not found


@pytest.mark.parametrize(
    "line",
    [
        "https://pyp" + "i.org/simple",
        "see /wo" + "rk/main",
        "/ro" + "ot/.cache",
        "a sub" + "agent wrote it",
        "/tm" + "p/v/env",
    ],
)
def test_the_search_for_machines_finds_one(line: str):
    assert FOREIGN.search(line)


def test_only_the_ledger_imports_the_engine():
    outside = [
        name(file)
        for file in files("registry", "adapters", "scripts", ending=".py")
        if not file.is_relative_to(ROOT / "registry" / "ledger") and "eventsourcing" in imported(file)
    ]
    # A bench measures the engine as it comes, to have a floor of the same run.
    outside = [file for file in outside if not file.startswith("scripts/benches/")]
    assert not outside


OPENS_FOR_NOBODY = {f"registry/{name}.py" for name in ("alerts/contact", "filing", "refiling", "renewing")}
"""For the message that is sent by a contact plan, to compare who is filed with who is asked about, to file them
anew, and to seal anew under a party's next key: in no answer."""


def test_sealed_data_is_opened_for_an_answer_through_one_gate():
    """Whoever is shown something is recorded there; a second way to open a block would leave no look behind."""
    openers = {"open_block", "opened", "open_text", "open_bytes", "open_document"}
    ways = {
        name(file)
        for file in files("registry", "adapters", ending=".py")
        if not file.is_relative_to(ROOT / "registry" / "vault")
        for node in ast.walk(tree(file))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("registry.vault")
        if openers & {alias.name for alias in node.names}
    }
    assert ways == {"registry/sight.py", *OPENS_FOR_NOBODY}
    apart = {"registry.alerts.contact", "registry.filing", "registry.refiling"}
    api = [file for file in files("registry/api", ending=".py") if apart & modules(file)]
    assert not api


def test_the_registry_reads_and_writes_json_in_one_way():
    # The proof folder stands alone, and whoever checks evidence with it has no other reader.
    alone = ROOT / "registry" / "ledger" / "proof"
    ours = [file for file in files("registry", "adapters", ending=".py") if file.parent != alone]
    assert not [name(file) for file in ours if "json" in imported(file)]


def test_an_import_is_never_relative():
    relative = [
        name(file)
        for file in files(*OURS, ending=".py")
        for node in ast.walk(tree(file))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert not relative


def test_an_adapter_sees_what_adapters_may_see():
    """The import contract forbids the rooms that exist; this one names the only rooms that are allowed."""
    allowed = ("registry.values", "registry.errors", "registry.commands", "registry.events", "registry.ports")
    strays = {
        f"{name(file)}: {module}"
        for file in files("adapters", ending=".py")
        for module in modules(file)
        if module.partition(".")[0] == "registry" and not module.startswith(allowed)
    }
    assert not strays


def test_the_proof_stands_alone():
    strays = {
        f"{name(file)}: {module}"
        for file in files("registry/ledger/proof", ending=".py")
        for module in modules(file)
        if module.partition(".")[0] == "registry" and not module.startswith("registry.ledger.proof")
    }
    assert not strays


def test_the_card_stands_alone():
    strays = {
        f"{name(file)}: {module}"
        for file in files("registry/card", ending=".py")
        for module in modules(file)
        if module.partition(".")[0] == "registry" and not module.startswith("registry.card")
    }
    assert not strays


def imported(file: Path) -> set[str]:
    """Give the top-level names that a file imports, wherever in it."""
    return {module.partition(".")[0] for module in modules(file)}


def modules(file: Path) -> set[str]:
    """Give the modules that a file imports, wherever in it."""
    nodes = list(ast.walk(tree(file)))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}


def test_a_folder_of_ours_is_a_package():
    folders = {file.parent for file in files("registry", "adapters", ending=".py")}
    assert not [name(folder) for folder in folders if not (folder / "__init__.py").exists()]


def test_every_topic_is_written_once_and_well_formed():
    topics = [kind.TOPIC for kind in EVENT_TYPES]
    assert len(topics) == len(set(topics)) == len(TOPICS)
    assert not [topic for topic in topics if not re.fullmatch(r"[a-z]+\.[a-z]+(_[a-z]+)*\.[1-9][0-9]*", topic)]


def test_every_fact_written_in_events_is_in_the_catalogue():
    written = {
        node.name
        for file in files("registry/events", ending=".py")
        for node in tree(file).body
        if isinstance(node, ast.ClassDef) and file.stem not in {"base", "catalogue"} and has_topic(node)
    }
    assert written == {kind.__name__ for kind in EVENT_TYPES}


def has_topic(node: ast.ClassDef) -> bool:
    return any(isinstance(line, ast.AnnAssign) and ast.unparse(line.target) == "TOPIC" for line in node.body)


def test_what_is_stored_is_what_the_golden_file_says():
    assert event_lines() == EVENTS.read_text().splitlines()


def test_what_a_release_has_stored_can_still_be_read():
    """A release keeps its golden file as `events-<version>.txt`; none of its lines may go."""
    now = event_lines()
    for released in EVENTS.parent.glob("events-*.txt"):
        assert not breaks(released.read_text().splitlines(), now)


def test_a_field_that_goes_or_must_be_there_breaks_what_is_stored():
    before = ["order.ended.1", "order.ended.1 order_ref: OrderRef"]
    assert not breaks(before, [*before, "order.ended.1 reason?: Reason", "order.paused.1 until: Moment"])
    assert breaks(before, before[:1]) == ["gone: order.ended.1 order_ref: OrderRef"]
    assert breaks(before, [*before, "order.ended.1 reason: Reason"]) == [
        "new but required: order.ended.1 reason: Reason"
    ]
    assert place_of("record Court name: str") == "record Court"


def test_every_error_code_is_explained():
    page = ROOT / "docs" / "reference" / "problems.md"
    if not page.exists():
        return  # The page comes with the HTTP interface; from then on this holds.
    explained = page.read_text()
    missing = {code for file in files("registry", ending=".py") for code in codes(file) if f"`{code}`" not in explained}
    assert not missing


REFUSALS = {"Refused", "NotPermitted", "NotFound", "Conflict", "StaleVersion", "AlreadyTaken", "KeyReused", "Malformed"}


def codes(file: Path) -> set[str]:
    """Give the codes of the refusals that a file raises."""
    calls = (node for node in ast.walk(tree(file)) if isinstance(node, ast.Call))
    firsts = [call.args[0] for call in calls if ast.unparse(call.func) in REFUSALS | {"Unavailable"} and call.args]
    return {first.value for first in firsts if isinstance(first, ast.Constant) and isinstance(first.value, str)}


def test_an_error_code_is_lower_case_words_with_hyphens():
    every = {code for file in files("registry", "adapters", ending=".py") for code in codes(file)}
    assert not [code for code in every if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)]


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_a_lock_pins_every_package_by_hash_and_names_no_place(lock: str):
    content = (ROOT / lock).read_text()
    packages = re.split(r"\n(?=[a-z0-9])", content.strip())
    assert len(packages) > 20
    assert not [
        package.split("\n")[0] for package in packages if "--hash=sha256:" not in package or "==" not in package
    ]
    assert not re.search(r"://|@ |^-", content, re.MULTILINE)


def test_the_development_lock_holds_the_runtime_lock():
    runtime, development = ((ROOT / lock).read_text() for lock in ("requirements.txt", "requirements-dev.txt"))
    pins = [line.split(" ")[0] for line in runtime.splitlines() if "==" in line]
    assert not [pin for pin in pins if f"{pin} " not in development]


def test_every_direct_dependency_is_in_the_lock():
    project, lock = settings()["project"], (ROOT / "requirements.txt").read_text()
    wanted = [re.split(r"[\[<>=; ]", dependency)[0] for dependency in project["dependencies"]]
    assert not [dependency for dependency in wanted if f"\n{dependency}==" not in f"\n{lock}"]


def test_the_floors_of_coverage_name_rooms_of_the_registry():
    floors = settings()["tool"]["registry"]["coverage"]
    assert floors["whole"] >= 95
    assert not [room for room, floor in floors["rooms"].items() if not room.startswith("registry/") or floor < 95]


def test_a_room_below_its_floor_fails_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    report, floors = tmp_path / "coverage.json", tmp_path / "floors.toml"
    floors.write_text(
        '[tool.registry.coverage]\nwhole = 90\nrooms = { "registry/law" = 100, "registry/unbuilt" = 100 }\n'
    )
    summary = '{"num_statements": 9, "covered_lines": 9, "num_branches": 4, "covered_branches": %d}'
    report.write_text('{"files": {"registry/law/book.py": {"summary": ' + summary % 4 + "}}}")
    assert hold(report, floors)
    report.write_text('{"files": {"registry/law/book.py": {"summary": ' + summary % 3 + "}}}")
    assert not hold(report, floors)
    assert "BELOW" in capsys.readouterr().out
    report.write_text('{"files": {}}')
    assert not hold(report, floors)


@pytest.mark.parametrize("script", ["demo", "test", "check", "fix", "bench", "golden", "lock", "sbom", "../.ci/run"])
def test_a_script_is_a_few_lines_and_can_be_run(script: str):
    file = ROOT / "scripts" / script
    assert file.stat().st_mode & 0o111
    assert len(file.read_text().splitlines()) <= 15


def test_every_word_of_the_changelog_is_for_a_version():
    changes = (ROOT / "CHANGELOG.md").read_text()
    assert f"## [{settings()['project']['version']}]" in changes or "## [Unreleased]" in changes


def test_documents_are_found():
    assert ROOT / "CONTRIBUTING.md" in documents()
