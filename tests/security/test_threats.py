"""Every threat that SECURITY.md says is met names a test, and every test that it names is one."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECTION = (ROOT / "SECURITY.md").read_text().partition("## Threats")[2].partition("### Not held yet")[0]
ROWS = [line for line in SECTION.splitlines() if line.startswith("| ") and not line.startswith("| threat")]
KINDS = set("STRIDEA")


def named(row: str) -> list[tuple[str, str]]:
    """Give the file and the name of each test of a row."""
    return re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", row)


def functions_in(file: str) -> set[str]:
    nodes = ast.walk(ast.parse((ROOT / file).read_text()))
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_threat_has_a_kind_a_measure_and_a_test():
    assert len(ROWS) > 25
    for row in ROWS:
        threat, kinds, measure, tests = (cell.strip() for cell in row.strip("| ").split(" | "))
        assert threat
        assert set(kinds.split()) <= KINDS
        assert measure
        assert named(tests), threat
        assert tests.count("::") == len(named(tests)), threat


def test_every_test_that_is_named_is_there():
    missing = [f"{file}::{name}" for row in ROWS for file, name in named(row) if name not in functions_in(file)]
    assert not missing


def test_no_threat_stands_twice():
    threats = [row.split(" | ")[0] for row in ROWS]
    assert len(threats) == len(set(threats))
