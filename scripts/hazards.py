"""Have bandit look for hazards; what the linter's same rule was told to let pass, with its reason, passes here too.

Ruff's rule S608 is bandit's B608, and so on. A finding stands unless the line has a `noqa` for that number, the number
is let pass for the whole file in pyproject.toml, or it stands in `LET_PASS` below with its reason.
"""

import subprocess
import sys
import tomllib
from fnmatch import fnmatch

import msgspec

from scripts.checks import ROOT, TOOLS

HALVES = (("registry/ledger", "registry/law", "registry/card", "registry/vault", "adapters"), ("registry", "scripts"))
"""Looked through at the same time, one on each core."""
LET_PASS = {
    ("B404", "*"): "what is run is looked at where it is run",
    ("B405", "*"): "the linter lets a name of it be imported with a reason alone; all reading is defusedxml's",
    ("B105", "registry/api/asking.py"): "the word Bearer is no password",
    ("B106", "registry/ledger/postgres.py"): "the password of no connection is empty",
    ("B608", "registry/ledger/tables.py"): "names of tables and columns are checked, values are bound",
    ("B311", "scripts/benches/_people.py"): "people made up for a bench, the same ones each time; nothing is secret",
    ("B610", "registry/api/writing.py"): "a handler's own extra members; there is no Django here",
}


class Finding(msgspec.Struct):
    """What bandit found, and where."""

    test_id: str
    filename: str
    line_range: list[int]
    issue_text: str


class Report(msgspec.Struct):
    """The part of bandit's report that is read here."""

    results: list[Finding]
    errors: list[dict[str, str]]


def main() -> int:
    """Look through everything, print what stands; 0 if nothing does."""
    running = [
        subprocess.Popen(command(half, HALVES[0] if number else ()), cwd=ROOT, stdout=subprocess.PIPE)
        for number, half in enumerate(HALVES)
    ]
    reports = [msgspec.json.decode(each.communicate()[0], type=Report) for each in running]
    standing = [found for report in reports for found in report.results if not passes(found)]
    unread = [str(fault) for report in reports for fault in report.errors]
    for found in standing:
        print(f"{found.filename}:{found.line_range[0]} {found.test_id} {found.issue_text}")
    print(*unread, sep="\n", end="")
    return 1 if standing or unread else 0


def command(folders: tuple[str, ...], without: tuple[str, ...]) -> list[str]:
    """Give bandit's command line for some folders."""
    left_out = ["--exclude", ",".join(f"{ROOT / folder}" for folder in without)] if without else []
    return [f"{TOOLS / 'bandit'}", "-q", "-f", "json", *left_out, "-r", *(f"{ROOT / folder}" for folder in folders)]


def passes(found: Finding) -> bool:
    """Say whether a finding was let pass on purpose."""
    file = found.filename.removeprefix(f"{ROOT}/")
    if any(found.test_id == rule and fnmatch(file, pattern) for rule, pattern in LET_PASS):
        return True
    same = f"S{found.test_id[1:]}"
    lines = (ROOT / file).read_text().splitlines()[found.line_range[0] - 1 : found.line_range[-1]]
    return same in linters(file) or any("noqa:" in line and same in line.partition("noqa:")[2] for line in lines)


def linters(file: str) -> set[str]:
    """Give the rules that the linter lets pass in a whole file."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
    of_file = [rules for pattern, rules in settings["per-file-ignores"].items() if fnmatch(file, pattern)]
    return {*settings["ignore"], *(rule for rules in of_file for rule in rules)}


if __name__ == "__main__":
    sys.exit(main())
