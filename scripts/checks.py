"""Run every check that needs no test, two at a time, each with its time; the exit code says whether all passed."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = Path(sys.executable).parent
BUDGET_SECONDS = 60
"""The whole of it stays below a minute, or people stop running it."""

CHECKS: dict[str, tuple[str, ...]] = {
    "pyright": ("pyright", "--pythonpath", sys.executable),
    "mypy": ("mypy", "--no-error-summary"),
    "format": ("ruff", "format", "--check", "--quiet", "."),
    "lint": ("ruff", "check", "--quiet", "."),
    "imports": ("lint-imports",),
    "documents": ("python", "-m", "scripts.documents", "--check"),
    "golden": ("python", "-m", "scripts.golden", "--check"),
    "hazards": ("python", "-m", "scripts.hazards"),
    "licences": ("python", "-m", "scripts.licences"),
    "advisories": ("python", "-m", "scripts.advisories"),
}
AT_ONCE = 2
"""As many as the cores that the budget is told for; the longest come first, so that they go side by side."""
IDLE = {"advisories": 3}
"""Checks that may have nothing to check with, and the exit code that says so: told apart from one that passed."""


def main() -> int:
    """Run all checks, print what a failed one said; 0 if none failed."""
    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        codes = dict(zip(CHECKS, pool.map(run, CHECKS, CHECKS.values()), strict=True))
    spent = time.monotonic() - began
    idle = [name for name, code in codes.items() if code and code == IDLE.get(name)]
    failed = [name for name, code in codes.items() if code and name not in idle]
    passed = len(CHECKS) - len(failed) - len(idle)
    print(f"{passed} of {len(CHECKS)} checks passed in {spent:.1f} s; not run: {', '.join(idle) or 'none'}", flush=True)
    if spent > BUDGET_SECONDS:
        print(f"That is over the budget of {BUDGET_SECONDS} s: make a check faster.", flush=True)
    return 1 if failed else 0


def run(name: str, command: tuple[str, ...]) -> int:
    """Run one check and give its exit code; its output is shown only when it fails or could not run."""
    began = time.monotonic()
    # Pyright would ask the npm registry whether there is a newer one.
    environment = {**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    done = subprocess.run(
        [TOOLS / command[0], *command[1:]],
        cwd=ROOT,
        env=environment,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    word = {0: "ok", IDLE.get(name, 0): "NOT RUN"}.get(done.returncode, "FAILED") if done.returncode else "ok"
    said = f"{name:<10} {time.monotonic() - began:5.1f} s  {word}\n"
    # In one piece, so that what another check says does not come in between.
    sys.stdout.write(said + done.stdout if done.returncode else said)
    sys.stdout.flush()
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
