"""Run every check that needs no test, one after another, each with its time; the exit code says whether all passed."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = Path(sys.executable).parent
BUDGET_SECONDS = 60
"""The whole of it stays below a minute, or people stop running it."""

CHECKS: dict[str, tuple[str, ...]] = {
    "format": ("ruff", "format", "--check", "--quiet", "."),
    "lint": ("ruff", "check", "--quiet", "."),
    "mypy": ("mypy", "--no-error-summary"),
    "pyright": ("pyright", "--pythonpath", sys.executable),
    "imports": ("lint-imports",),
    "documents": ("python", "-m", "scripts.documents", "--check"),
    "golden": ("python", "-m", "scripts.golden", "--check"),
}


def main() -> int:
    """Run all checks, print what a failed one said; 0 if all passed."""
    began = time.monotonic()
    failed = [name for name, command in CHECKS.items() if not passes(name, command)]
    spent = time.monotonic() - began
    print(f"{len(CHECKS) - len(failed)} of {len(CHECKS)} checks passed in {spent:.1f} s", flush=True)
    if spent > BUDGET_SECONDS:
        print(f"That is over the budget of {BUDGET_SECONDS} s: make a check faster.", flush=True)
    return 1 if failed else 0


def passes(name: str, command: tuple[str, ...]) -> bool:
    """Run one check; its output is shown only when it fails."""
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
    word = "ok" if done.returncode == 0 else "FAILED"
    print(f"{name:<10} {time.monotonic() - began:5.1f} s  {word}", flush=True)
    if done.returncode != 0:
        print(done.stdout, flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
