"""Run everything that must be green: the checks, then all tests on both stores with coverage held to its floors.

scripts/test                   all of it, within ten minutes on two cores
scripts/test --fast            without the checks
scripts/test --deep            with the long campaigns as well (TEST_DEEP=1, hypothesis profile `deep`)
scripts/test tests/unit -k x   anything else goes to pytest; a part of the tests is not held to the floors
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO

from scripts import checks, chromium, coverage_floors, golang, oidc_provider, postgres, softhsm

OWN_OPTIONS = {"--fast", "--deep"}
WORKERS = "2"
"""Of each of the two parts, for the two cores that the time budget is told for: half of the time a test waits for a
disk, a clock or a process."""
MEMORY = Path("/dev/shm")  # noqa: S108  # where Linux has files in memory; a folder of our own is made in it
ROOM_BYTES = 4 << 30
"""Free space that files in memory must have before the tests' own are put there."""


def main(arguments: list[str]) -> int:
    """Run what `arguments` ask for; 0 only if all of it is green."""
    rest = [argument for argument in arguments if argument not in OWN_OPTIONS]
    unchecked = "--fast" in arguments or bool(rest)
    checked = 0 if unchecked else checks.main()
    deep = "--deep" in arguments
    environment = test_environment(deep=deep)
    with tempfile.TemporaryDirectory(prefix="registry-tests-", dir=None if deep else in_memory()) as folder:
        environment["TMPDIR"] = folder
        tested = run_tests(rest, environment, Path(folder))
    print("checks:", "not run" if unchecked else verdict(checked), "· tests and floors:", verdict(tested))
    return 1 if checked or tested else 0


def in_memory() -> Path | None:
    """Give where files cost no disk, if there is room; None: the usual place.

    Every fsync is still called, and a killed process loses nothing by it; what a disk itself does, no test here can
    show. The long campaigns stay on the disk.
    """
    try:
        return MEMORY if shutil.disk_usage(MEMORY).free >= ROOM_BYTES and os.access(MEMORY, os.W_OK) else None
    except OSError:
        return None


def verdict(code: int) -> str:
    """Put an exit code into a word."""
    return "FAILED" if code else "passed"


def test_environment(*, deep: bool) -> dict[str, str]:
    """Give the environment of the tests: where PostgreSQL is and whatever else is to be had, long campaigns or not."""
    environment = dict(os.environ)
    if "TEST_DATABASE_URL" not in environment:
        programs = postgres.programs()
        print("PostgreSQL for the tests:", programs or "none to be had; its tests will say so", flush=True)
        if programs:
            environment["TEST_POSTGRES_BIN"] = str(programs)
    print("SoftHSM for the tests:", softhsm.library() or "none to be had; its tests will say so", flush=True)
    print(
        "Go for the audit by another client:", golang.sources() or "none to be had; its tests will say so", flush=True
    )
    print(
        "An OpenID provider for the tests:",
        oidc_provider.folder() or "none to be had; its tests will say so",
        flush=True,
    )
    browser = chromium.program()
    print("Chromium for the tests:", browser or "none to be had; its tests will say so", flush=True)
    if browser:
        environment["TEST_CHROMIUM"] = browser
    if deep:
        environment |= {"TEST_DEEP": "1", "HYPOTHESIS_PROFILE": "deep"}
    return environment


def run_tests(rest: list[str], environment: dict[str, str], folder: Path) -> int:
    """Run pytest, all tests or those that `rest` names; 0 if green and, of all tests, above the floors."""
    if rest:
        return pytest(rest, environment).wait()
    environment["COVERAGE_FILE"] = str(folder / "data")
    report = folder / "coverage.json"
    # Reordered by their number of tests, the files of few and long ones would come last, and one core wait for them.
    spread = ["-n", WORKERS, "--dist", "loadfile", "--no-loadscope-reorder"]
    with (folder / "uncounted").open("w+b") as said:
        uncounted = pytest([*spread, "--part=uncounted"], environment, said)
        counted = pytest([*spread, "--part=counted", "--cov", "--cov-report", f"json:{report}"], environment)
        done = [counted.wait(), uncounted.wait()]
        said.seek(0)
        print("Beside them, the tests whose lines are not counted:", flush=True)
        shutil.copyfileobj(said, sys.stdout.buffer)
        sys.stdout.flush()
    if not report.exists():
        print("There is no coverage report: the tests did not get to their end.")
        return 1
    return 0 if coverage_floors.hold(report) and not any(done) else 1


def pytest(options: list[str], environment: dict[str, str], said: BinaryIO | None = None) -> subprocess.Popen[bytes]:
    """Start pytest; `said` takes what it writes."""
    return subprocess.Popen([sys.executable, "-m", "pytest", *options], cwd=checks.ROOT, env=environment, stdout=said)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
